//! Exceptions that are raised and handled, and `with`.

use super::{Step, go_on};
use crate::python::builtins::classes;
use crate::python::machine::unwind::{as_raise, matches_class};
use crate::python::machine::{Machine, Result, Then, error, group, types, with};
use crate::python::values::{Raise, Value};

impl Machine {
    pub(super) fn raise(&mut self) -> Step {
        let value = self.pop();
        let raised = self.to_raise(value, None);
        Err(as_raise(&go_on(raised, Then::Raise)?).into())
    }

    pub(super) fn raise_from(&mut self) -> Step {
        let (value, cause) = self.pop_two();
        let raised = self.to_raise(value, Some(cause));
        Err(as_raise(&go_on(raised, Then::Raise)?).into())
    }

    pub(super) fn reraise(&mut self) -> Step {
        let Some(raise) = self.handled() else {
            let text = "No active exception to reraise";
            return Err(error::runtime_error(text).into());
        };
        self.again = true;
        Err(raise.into())
    }

    pub(super) fn raise_again(&mut self) -> Step {
        let value = self.pop();
        self.again = true;
        Err(as_raise(&value).into())
    }

    pub(super) fn begin_handling(&mut self) {
        // Below the exception goes what was handled before.
        let exception = self.pop();
        let raise = as_raise(&exception);
        let before = self.frame().handling.replace(raise);
        self.stack.push(match before {
            Some(raise) => Value::Exception(raise.0),
            None => Value::None,
        });
        self.stack.push(exception);
    }

    pub(super) fn end_handling(&mut self) {
        let before = self.pop();
        self.frame().handling = match before {
            Value::Exception(exception) => Some(Raise(exception)),
            _ => None,
        };
    }

    pub(super) fn exception_matches(&mut self) -> Step {
        let class = self.pop();
        let exception = self.stack.last().cloned().unwrap_or_default();
        let matches = matches_class(&exception, &class)?;
        self.stack.push(Value::bool(matches));
        Ok(())
    }

    pub(super) fn split_group(&mut self) -> Step {
        let (group, class) = self.pop_two();
        let (rest, matched) = group::split_for_handler(&group, &class)?;
        self.stack.push(rest);
        self.stack.push(matched);
        Ok(())
    }

    pub(super) fn join_group(&mut self) {
        let (group, raised) = self.pop_two();
        self.stack.push(group::join(&group, &raised));
    }

    pub(super) fn end_async_for(&mut self) -> Step {
        let exception = self.pop();
        if as_raise(&exception).is(classes().stop_async_iteration) {
            self.stack.pop();
            return Ok(());
        }
        self.again = true;
        Err(as_raise(&exception).into())
    }

    /// `methods` finds what enters and what leaves the manager.
    pub(super) fn enter_with(&mut self, methods: fn(&Value) -> Result<(Value, Value)>) -> Step {
        let manager = self.pop();
        let (enter, exit) = methods(&manager)?;
        self.stack.push(exit);
        let entered = with::enter(&enter, &manager)?;
        self.stack.push(entered);
        Ok(())
    }

    pub(super) fn exit_with(&mut self) -> Result<()> {
        let exit = self.pop();
        let args = vec![Value::None; 3];
        self.call_apart(exit, args, Vec::new(), Then::Push)
    }

    pub(super) fn exit_with_exception(&mut self) -> Result<()> {
        let len = self.stack.len();
        // Between exit and exception lies what was handled before.
        let (exit, exception) = (self.stack[len - 3].clone(), self.stack[len - 1].clone());
        let class = Value::Class(types::class_of(&exception));
        let args = vec![class, exception, Value::None];
        self.call_apart(exit, args, Vec::new(), Then::Push)
    }
}
