//! The tests of `match`.

use super::Step;
use crate::python::machine::{Machine, pattern};
use crate::python::values::Value;

impl Machine {
    /// Tests the subject on top, which stays.
    pub(super) fn match_kind(&mut self, is: fn(&Value) -> bool) {
        let is = self.stack.last().is_some_and(is);
        self.stack.push(Value::bool(is));
    }

    pub(super) fn match_keys(&mut self) -> Step {
        let len = self.stack.len();
        let (subject, keys) = (self.stack[len - 2].clone(), self.stack[len - 1].clone());
        let values = pattern::keys(self.world, subject, &keys)?;
        self.stack.push(values);
        Ok(())
    }

    pub(super) fn match_class(&mut self, count: usize) -> Step {
        let (class, names) = self.pop_two();
        let subject = self.pop();
        let attributes = pattern::class(self.world, subject, class, &names, count)?;
        self.stack.push(attributes);
        Ok(())
    }

    pub(super) fn length(&mut self) -> Step {
        let value = self.stack.last().cloned().unwrap_or_default();
        let length = pattern::length(&value)?;
        self.stack.push(length);
        Ok(())
    }

    pub(super) fn match_rest(&mut self) -> Step {
        let (subject, keys) = self.pop_two();
        let others = pattern::rest(self.world, subject, &keys)?;
        self.stack.push(others);
        Ok(())
    }
}
