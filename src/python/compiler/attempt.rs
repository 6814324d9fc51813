//! `try`.
//!
//! The instructions of a body are a range with a handler; nothing is done on entering. A
//! handler begins with the exception on the stack, and `BeginHandling` puts below it what
//! was handled before. Whatever a handler raises itself goes to a second one, which ends
//! the handling and raises it again. A `finally` is compiled for each way out.

use lockstep_run::python::code::{Container, Instruction};
use lockstep_run::python::names::Name;
use ruff_python_ast::{ExceptHandler, ExceptHandlerExceptHandler, StmtTry};

use super::Compiler;
use super::unit::Block;

impl<'a> Compiler<'a> {
    pub(super) fn try_(&mut self, attempt: &'a StmtTry) {
        if attempt.finalbody.is_empty() {
            self.try_except(attempt);
            return;
        }
        let (handler, cleanup, end) = (
            self.unit().label(),
            self.unit().label(),
            self.unit().label(),
        );
        let depth = self.unit().depth;
        self.unit().protect(handler);
        self.unit().blocks.push(Block::Finally(&attempt.finalbody));
        if attempt.handlers.is_empty() {
            self.body(&attempt.body);
        } else {
            self.try_except(attempt);
        }
        self.unit().blocks.pop();
        self.unit().unprotect();
        self.body(&attempt.finalbody);
        self.unit().jump(Instruction::Jump, end);

        self.unit().place_with(handler, depth + 1);
        self.emit(Instruction::BeginHandling);
        self.protect_above(cleanup, depth + 1);
        self.unit().blocks.push(Block::FinallyHandler);
        self.body(&attempt.finalbody);
        self.unit().blocks.pop();
        self.emit(Instruction::RaiseAgain);
        self.unit().unprotect();
        self.cleanup(cleanup, depth + 2);
        self.unit().depth = depth;
        self.unit().place(end);
    }

    /// Protects what follows, with so many values that stay.
    fn protect_above(&mut self, target: super::unit::Label, depth: i32) {
        let here = self.unit().depth;
        self.unit().depth = depth;
        self.unit().protect(target);
        self.unit().depth = here;
    }

    /// Where a handler's own exception goes: the handling ends, and it goes on.
    pub(super) fn cleanup(&mut self, label: super::unit::Label, depth: i32) {
        self.unit().place_with(label, depth);
        self.emit(Instruction::Swap);
        self.emit(Instruction::EndHandling);
        self.emit(Instruction::RaiseAgain);
    }

    fn try_except(&mut self, attempt: &'a StmtTry) {
        let (handler, cleanup, end) = (
            self.unit().label(),
            self.unit().label(),
            self.unit().label(),
        );
        let depth = self.unit().depth;
        self.unit().protect(handler);
        // A `return` that leaves the body leaves its protection, too.
        self.unit().blocks.push(Block::Finally(&[]));
        self.body(&attempt.body);
        self.unit().blocks.pop();
        self.unit().unprotect();
        self.body(&attempt.orelse);
        self.unit().jump(Instruction::Jump, end);

        self.unit().place_with(handler, depth + 1);
        self.emit(Instruction::BeginHandling);
        self.protect_above(cleanup, depth + 1);
        if attempt.is_star {
            self.star_handlers(attempt, end);
        } else {
            for handler in &attempt.handlers {
                let ExceptHandler::ExceptHandler(handler) = handler;
                self.handler(handler, end);
            }
            self.emit(Instruction::RaiseAgain);
        }
        self.unit().unprotect();
        self.cleanup(cleanup, depth + 2);
        self.unit().depth = depth;
        self.unit().place(end);
    }

    /// One `except`: what was handled before and the exception are on the stack.
    fn handler(&mut self, handler: &'a ExceptHandlerExceptHandler, end: super::unit::Label) {
        let next = self.unit().label();
        self.at(handler);
        if let Some(class) = &handler.type_ {
            self.expression(class);
            self.emit(Instruction::ExceptionMatches);
            self.unit().jump(Instruction::JumpIfFalse, next);
        }
        let depth = self.unit().depth;
        let name = handler
            .name
            .as_ref()
            .map(|name| self.scope().name(name.as_str()));
        match name {
            Some(name) => self.store_name(name),
            None => self.emit(Instruction::Pop),
        }
        self.named_body(name, |this| this.body(&handler.body));
        self.end_handler(name, end);
        self.unit().depth = depth;
        self.unit().place(next);
    }

    /// Ends the handling, whose cleanup has nothing to clean up any more, and leaves.
    fn end_handler(&mut self, name: Option<Name>, end: super::unit::Label) {
        let cleanup = self.unit().pause();
        self.emit(Instruction::EndHandling);
        if let Some(name) = name {
            self.forget(name);
        }
        self.unit().jump(Instruction::Jump, end);
        if let Some(cleanup) = cleanup {
            self.unit().resume(cleanup);
        }
    }

    /// The body of a handler, after which its name is gone, whatever happens.
    fn named_body(&mut self, name: Option<Name>, body: impl FnOnce(&mut Self)) {
        let Some(name) = name else {
            self.unit().blocks.push(Block::Handler { name: None });
            body(self);
            self.unit().blocks.pop();
            return;
        };
        let (raised, end) = (self.unit().label(), self.unit().label());
        let depth = self.unit().depth;
        self.unit().protect(raised);
        self.unit().blocks.push(Block::Handler { name: Some(name) });
        body(self);
        self.unit().blocks.pop();
        self.unit().unprotect();
        self.unit().jump(Instruction::Jump, end);
        self.unit().place_with(raised, depth + 1);
        self.forget(name);
        self.emit(Instruction::RaiseAgain);
        self.unit().depth = depth;
        self.unit().place(end);
    }

    /// Unbinds the name of a handler.
    pub(super) fn forget(&mut self, name: Name) {
        self.emit(Instruction::None);
        self.store_name(name);
        self.delete_name(name);
    }

    /// `except*`: each handler takes its part of the group; what they raise and what nobody
    /// took is raised together at the end. On the stack: what was handled before, the
    /// group, a list of what is to be raised, the rest of the group.
    fn star_handlers(&mut self, attempt: &'a StmtTry, end: super::unit::Label) {
        let depth = self.unit().depth;
        self.emit(Instruction::Copy);
        self.emit(Instruction::Build(Container::List, 0));
        self.emit(Instruction::Swap);
        for handler in &attempt.handlers {
            let ExceptHandler::ExceptHandler(handler) = handler;
            let (raised, next, skip) = (
                self.unit().label(),
                self.unit().label(),
                self.unit().label(),
            );
            self.at(handler);
            if let Some(class) = &handler.type_ {
                self.expression(class);
            }
            // before group list rest class → before group list rest matched
            self.emit(Instruction::SplitGroup);
            self.emit(Instruction::Copy);
            self.unit().jump(Instruction::JumpIfNone, skip);
            let name = handler
                .name
                .as_ref()
                .map(|name| self.scope().name(name.as_str()));
            self.emit(Instruction::Copy);
            match name {
                Some(name) => self.store_name(name),
                None => self.emit(Instruction::Pop),
            }
            // While the handler runs, its part is what is handled.
            self.emit(Instruction::BeginHandling);
            self.emit(Instruction::Pop);
            let inside = self.unit().depth;
            self.unit().protect(raised);
            self.unit().blocks.push(Block::Values(inside as u16));
            self.named_body(name, |this| this.body(&handler.body));
            self.unit().blocks.pop();
            self.unit().unprotect();
            self.emit(Instruction::EndHandling);
            if let Some(name) = name {
                self.forget(name);
            }
            self.unit().jump(Instruction::Jump, next);
            // before group list rest part exception: it goes into the list.
            self.unit().place_with(raised, inside + 1);
            self.emit(Instruction::Swap);
            self.emit(Instruction::EndHandling);
            self.emit(Instruction::ListAppend(2));
            self.unit().jump(Instruction::Jump, next);
            self.unit().depth = inside;
            self.unit().place(skip);
            self.emit(Instruction::Pop);
            self.unit().place(next);
        }
        // before group list rest → before result
        self.emit(Instruction::ListAppend(1));
        self.emit(Instruction::JoinGroup);
        self.emit(Instruction::Copy);
        let nothing = self.unit().label();
        self.unit().jump(Instruction::JumpIfNone, nothing);
        self.emit(Instruction::RaiseAgain);
        self.unit().depth = depth;
        self.unit().place(nothing);
        self.emit(Instruction::Pop);
        self.end_handler(None, end);
    }
}
