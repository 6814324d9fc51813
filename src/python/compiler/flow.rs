//! Loops, and the jumps out of them: `break`, `continue` and `return` run what each block
//! that they leave has to run.

use lockstep_run::python::code::Instruction;
use ruff_python_ast as ast;
use ruff_text_size::{Ranged, TextRange};

use super::Compiler;
use super::scope::Kind;
use super::unit::{Block, Label, Protected};

impl<'a> Compiler<'a> {
    pub(super) fn while_(&mut self, loop_: &'a ast::StmtWhile) {
        let (start, end, otherwise) = (
            self.unit().label(),
            self.unit().label(),
            self.unit().label(),
        );
        self.unit().place(start);
        self.jump_unless(&loop_.test, otherwise);
        let block = Block::Loop {
            start,
            end,
            iterator: false,
        };
        self.unit().blocks.push(block);
        self.body(&loop_.body);
        self.unit().blocks.pop();
        self.unit().jump(Instruction::JumpBack, start);
        self.unit().place(otherwise);
        self.body(&loop_.orelse);
        self.unit().place(end);
    }

    pub(super) fn for_(&mut self, loop_: &'a ast::StmtFor) {
        if loop_.is_async && !self.in_async(loop_.range(), "'async for' outside async function") {
            return;
        }
        let (start, end, otherwise) = (
            self.unit().label(),
            self.unit().label(),
            self.unit().label(),
        );
        self.expression(&loop_.iter);
        self.at(&*loop_.iter);
        self.emit(if loop_.is_async {
            Instruction::GetAsyncIterator
        } else {
            Instruction::GetIterator
        });
        self.unit().place(start);
        if loop_.is_async {
            self.async_step(otherwise);
        } else {
            self.unit().jump(Instruction::ForIter, otherwise);
        }
        self.at(&*loop_.target);
        self.assign(&loop_.target);
        let block = Block::Loop {
            start,
            end,
            iterator: true,
        };
        self.unit().blocks.push(block);
        self.body(&loop_.body);
        self.unit().blocks.pop();
        self.at(&*loop_.iter);
        self.unit().jump(Instruction::JumpBack, start);
        self.end_loop(loop_.is_async, otherwise);
        self.body(&loop_.orelse);
        self.unit().place(end);
    }

    /// The labels of the innermost loop, and how many blocks are inside it.
    fn innermost_loop(&mut self) -> Option<(usize, Label, Label, bool)> {
        let blocks = self.unit().blocks.iter().enumerate().rev();
        blocks
            .filter_map(|(at, block)| match block {
                Block::Loop {
                    start,
                    end,
                    iterator,
                } => Some((at, *start, *end, *iterator)),
                _ => None,
            })
            .next()
    }

    pub(super) fn break_(&mut self, range: TextRange) {
        let Some((at, _, end, iterator)) = self.innermost_loop() else {
            self.error(range, "'break' outside loop");
            return;
        };
        let depth = self.unit().depth;
        let paused = self.leave(at + 1, false);
        if iterator {
            self.emit(Instruction::Pop);
        }
        self.unit().jump(Instruction::Jump, end);
        self.resume(paused);
        self.unit().depth = depth;
    }

    pub(super) fn continue_(&mut self, range: TextRange) {
        let Some((at, start, ..)) = self.innermost_loop() else {
            self.error(range, "'continue' not properly in loop");
            return;
        };
        let depth = self.unit().depth;
        let paused = self.leave(at + 1, false);
        self.unit().jump(Instruction::JumpBack, start);
        self.resume(paused);
        self.unit().depth = depth;
    }

    pub(super) fn return_(&mut self, jump: &'a ast::StmtReturn) {
        if self.scope().kind != Kind::Function {
            self.error(jump.range(), "'return' outside function");
            return;
        }
        if jump.value.is_some()
            && self.unit().kind == lockstep_run::python::code::Kind::AsyncGenerator
        {
            self.error(jump.range(), "'return' with value in async generator");
        }
        let depth = self.unit().depth;
        match &jump.value {
            Some(value) => self.expression(value),
            None => self.emit(Instruction::None),
        }
        let paused = self.leave(0, true);
        self.emit(Instruction::Return);
        self.resume(paused);
        self.unit().depth = depth;
    }

    /// Runs what the blocks from `from` on have to run, innermost first. With `value`, a
    /// value lies on top of the stack that has to stay. What protects the blocks ends here,
    /// and is to be resumed after the jump.
    fn leave(&mut self, from: usize, value: bool) -> Vec<Protected> {
        let blocks = self.unit().blocks.split_off(from);
        let mut paused = Vec::new();
        for at in (0..blocks.len()).rev() {
            // Code on the way out sees the blocks outside of its own.
            self.unit().blocks.extend_from_slice(&blocks[..at]);
            match blocks[at].clone() {
                Block::Loop { iterator, .. } => {
                    if iterator {
                        self.drop_below(value);
                    }
                }
                Block::Values(count) => (0..count).for_each(|_| self.drop_below(value)),
                Block::With { is_async } => {
                    paused.extend(self.unit().pause());
                    if value {
                        self.emit(Instruction::Swap);
                    }
                    self.exit_with(is_async);
                }
                Block::Finally(body) => {
                    paused.extend(self.unit().pause());
                    if value {
                        self.unit().blocks.push(Block::Values(1));
                    }
                    let line = self.unit().line;
                    self.body(body);
                    self.unit().line = line;
                    if value {
                        self.unit().blocks.pop();
                    }
                }
                Block::Handler { name } => {
                    if name.is_some() {
                        paused.extend(self.unit().pause());
                    }
                    paused.extend(self.unit().pause());
                    if value {
                        self.emit(Instruction::Swap);
                    }
                    self.emit(Instruction::EndHandling);
                    if let Some(name) = name {
                        self.forget(name);
                    }
                }
                Block::FinallyHandler => {
                    paused.extend(self.unit().pause());
                    self.drop_below(value);
                    if value {
                        self.emit(Instruction::Swap);
                    }
                    self.emit(Instruction::EndHandling);
                }
            }
            self.unit().blocks.truncate(from);
        }
        self.unit().blocks.extend(blocks);
        paused
    }

    fn resume(&mut self, paused: Vec<Protected>) {
        for protected in paused.into_iter().rev() {
            self.unit().resume(protected);
        }
    }

    fn drop_below(&mut self, value: bool) {
        if value {
            self.emit(Instruction::Swap);
        }
        self.emit(Instruction::Pop);
    }
}
