//! Conditional jumps. Each says whether it jumps.

use super::{Step, go_on};
use crate::python::code::{Comparison, Target};
use crate::python::machine::{Machine, Then, compare, later, sequence, types};
use crate::python::values::{Truth, Value};

impl Machine {
    #[inline]
    pub(super) fn jump_if(&mut self, wanted: bool, target: Target) -> Step<bool> {
        let value = self.pop();
        let truth = match value {
            Value::Bool(truth) => truth.get(),
            _ => go_on(
                types::truth(self.world, &value),
                Then::JumpIf(wanted, target),
            )?,
        };
        Ok(truth == wanted)
    }

    #[inline]
    pub(super) fn jump_if_or_pop(&mut self, wanted: bool, target: Target) -> Step<bool> {
        let value = self.stack.last().cloned().unwrap_or_default();
        let truth = types::truth(self.world, &value);
        let jumps = go_on(truth, Then::JumpIfOrPop(wanted, target))? == wanted;
        if !jumps {
            self.pop();
        }
        Ok(jumps)
    }

    #[inline]
    pub(super) fn jump_unless(&mut self, op: Comparison, target: Target) -> Step<bool> {
        if let [.., Value::Int(a), Value::Int(b)] = &self.stack[..] {
            let holds = compare::holds(op, Some(a.cmp(b)));
            self.forget_int();
            self.forget_int();
            return Ok(!holds);
        }
        let (a, b) = self.pop_two();
        let world = self.world;
        match (&a, &b) {
            (Value::Float(_), Value::Float(_)) => {}
            (Value::Str(_), Value::Str(_))
                if matches!(op, Comparison::Equal | Comparison::NotEqual) => {}
            _ => self.check_comparison()?,
        }
        match compare::compare(world, op, &a, &b) {
            Ok(Value::Bool(holds)) => Ok(!holds.get()),
            answer => {
                // What it gives may be no bool: its truth decides.
                let truth = later(async move {
                    let value = sequence::wait(answer).await?;
                    Ok(Value::bool(types::truth_of(world, &value).await?))
                });
                let holds = go_on(truth, Then::JumpIf(false, target))?;
                Ok(matches!(holds, Value::Bool(Truth::False)))
            }
        }
    }
}
