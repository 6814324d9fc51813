//! Frames: calls of Python code that are under way.

use super::{Operation, Result, Resumed, Sequence, error};
use crate::python::code::{Code, Target};
use crate::python::names::NameMap;
use crate::python::values::{Generator, Module, Raise, Truth, Value};
use std::sync::Arc;

/// What is under way: Python code, a builtin that waits for some, or an operation.
pub enum Activation {
    Frame(Frame),
    Sequence {
        sequence: Sequence,
        then: Then,
        /// What it was called with, where a state is to be told.
        given: Vec<Value>,
        /// Where the stack is cut when it is done.
        floor: usize,
    },
    /// An operation of the engine, on its way once it was taken.
    Operation {
        operation: Option<Operation>,
        then: Then,
        /// What it was called with, where a state is to be told.
        given: Vec<Value>,
        /// Where the stack is cut when it is done.
        floor: usize,
    },
}

/// What becomes of the result of an activation, in the frame below.
#[derive(Clone, Copy)]
pub enum Then {
    Push,
    Drop,
    /// It is that of an `__init__`, below which lies the instance.
    Init,
    /// It is the next value of a loop, whose end jumps.
    Next(Target),
    /// The same, of a loop over a generator, which is off the stack while it runs and is
    /// put back below each value.
    Loop(Target),
    /// It is the next value to be yielded, of an iterator whose end jumps.
    Delegate(Target),
    /// It is true or false, and jumps if it is this.
    JumpIf(bool, Target),
    /// The same, and pops what lies on the stack unless it jumps.
    JumpIfOrPop(bool, Target),
    /// It is true or false: push the opposite.
    Negate,
    /// It is what `LoadMethod` finds: a value, and no object.
    Method,
    /// It is a tuple: push its items, the first on top.
    Spread,
    /// It is an exception: raise it.
    Raise,
}

pub struct Frame {
    pub code: &'static Code,
    pub module: &'static Module,
    /// The next instruction.
    pub at: usize,
    /// Where its slots begin on the stack.
    pub base: usize,
    /// Where the stack is cut when it is left.
    pub floor: usize,
    pub then: Then,
    /// The exception that it is handling.
    pub handling: Option<Raise>,
    /// The names of a class body.
    pub names: Option<Box<NameMap>>,
    /// The generator whose frame it is.
    pub generator: Option<Arc<Generator>>,
}

impl Frame {
    pub fn new(
        code: &'static Code,
        module: &'static Module,
        base: usize,
        floor: usize,
        then: Then,
    ) -> Frame {
        Frame {
            code,
            module,
            at: 0,
            base,
            floor,
            then,
            handling: None,
            names: None,
            generator: None,
        }
    }

    /// Whether its code is the program's own, and not the library's.
    pub fn is_of_program(&self) -> bool {
        self.module.is_main()
    }

    /// The line of the instruction that is being executed.
    pub fn line(&self) -> u32 {
        match self.at.checked_sub(1) {
            Some(at) => self.code.lines.get(at).copied().unwrap_or(0),
            None => self.code.line,
        }
    }

    /// Takes the result of what it called.
    pub fn take(&mut self, stack: &mut Vec<Value>, then: Then, result: Resumed) -> Result<()> {
        match (then, result) {
            (Then::Push, result) => stack.push(result.value()),
            (Then::Drop, _) => {}
            (Then::Init, result) => {
                let value = result.value();
                if !value.is_none() {
                    let name = super::types::name_of(&value);
                    let text = format!("__init__() should return None, not '{name}'");
                    return Err(error::type_error(text));
                }
            }
            (
                Then::Next(_) | Then::Delegate(_),
                Resumed::Yield(value) | Resumed::Produce(value),
            ) => {
                stack.push(value);
            }
            // Its values are pushed with the generator: see `suspend`.
            (Then::Loop(target), _) => self.at = target as usize,
            (Then::Next(target), Resumed::Return(_)) => {
                stack.pop();
                self.at = target as usize;
            }
            (Then::Delegate(target), Resumed::Return(value)) => {
                stack.pop();
                stack.push(value);
                self.at = target as usize;
            }
            (Then::JumpIf(wanted, target), result) => {
                if matches!(result.value(), Value::Bool(bool) if bool.get() == wanted) {
                    self.at = target as usize;
                }
            }
            (Then::JumpIfOrPop(wanted, target), result) => {
                if matches!(result.value(), Value::Bool(bool) if bool.get() == wanted) {
                    self.at = target as usize;
                } else {
                    stack.pop();
                }
            }
            (Then::Method, result) => stack.extend([result.value(), Value::Unset]),
            (Then::Spread, result) => {
                if let Value::Tuple(items) = result.value() {
                    stack.extend(items.iter().rev().cloned());
                }
            }
            (Then::Raise, result) => return Err(super::unwind::as_raise(&result.value())),
            (Then::Negate, result) => {
                let truth = matches!(result.value(), Value::Bool(Truth::True));
                stack.push(Value::bool(!truth));
            }
        }
        Ok(())
    }

    /// Takes the StopIteration of an iterator that it called. False: it was no iterator.
    pub fn take_end(&mut self, stack: &mut Vec<Value>, then: Then, raise: &Raise) -> bool {
        let (target, result) = match then {
            Then::Next(target) => (target, None),
            Then::Delegate(target) => (target, Some(raise.0.arg(0).unwrap_or(Value::None))),
            _ => return false,
        };
        stack.pop();
        stack.extend(result);
        self.at = target as usize;
        true
    }
}
