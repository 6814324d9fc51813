//! `with`: see `machine::with` for what the instructions do.

use lockstep_run::python::code::Instruction;
use ruff_python_ast::StmtWith;
use ruff_text_size::Ranged;

use super::Compiler;
use super::unit::Block;

impl<'a> Compiler<'a> {
    /// The items of a `with` from one on; each is a `with` inside the one before.
    pub(super) fn with(&mut self, with: &'a StmtWith, at: usize) {
        let Some(item) = with.items.get(at) else {
            self.body(&with.body);
            return;
        };
        let is_async = with.is_async;
        if is_async && !self.in_async(with.range(), "'async with' outside async function") {
            return;
        }
        self.expression(&item.context_expr);
        self.at(&item.context_expr);
        if is_async {
            self.emit(Instruction::EnterAsyncWith);
            self.wait();
        } else {
            self.emit(Instruction::EnterWith);
        }
        let (handler, cleanup, suppressed, end) = (
            self.unit().label(),
            self.unit().label(),
            self.unit().label(),
            self.unit().label(),
        );
        // With the exit alone on the stack.
        let depth = self.unit().depth - 1;
        self.unit().depth = depth;
        self.unit().protect(handler);
        self.unit().depth = depth + 1;
        match &item.optional_vars {
            Some(target) => self.assign(target),
            None => self.emit(Instruction::Pop),
        }
        self.unit().blocks.push(Block::With { is_async });
        self.nested(item.range(), |this| this.with(with, at + 1));
        self.unit().blocks.pop();
        self.unit().unprotect();
        self.at(&item.context_expr);
        self.exit_with(is_async);
        self.unit().jump(Instruction::Jump, end);

        self.unit().place_with(handler, depth + 1);
        self.emit(Instruction::BeginHandling);
        self.unit().depth = depth + 1;
        self.unit().protect(cleanup);
        self.unit().depth = depth + 2;
        self.emit(Instruction::ExitWithException);
        if is_async {
            self.wait();
        }
        self.unit().jump(Instruction::JumpIfTrue, suppressed);
        self.emit(Instruction::RaiseAgain);
        self.unit().unprotect();
        self.cleanup(cleanup, depth + 2);
        self.unit().place(suppressed);
        // exit before exception →
        self.emit(Instruction::Pop);
        self.emit(Instruction::EndHandling);
        self.emit(Instruction::Pop);
        self.unit().place(end);
    }

    /// Calls the exit that lies on the stack, of a body that is done.
    pub(super) fn exit_with(&mut self, is_async: bool) {
        self.emit(Instruction::ExitWith);
        if is_async {
            self.wait();
        }
        self.emit(Instruction::Pop);
    }
}
