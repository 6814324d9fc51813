//! Operators and comparisons.

use super::{Here, Step, go_on};
use crate::python::code::{BinaryOp, Comparison, UnaryOp};
use crate::python::machine::{Answer, Machine, Then, World, compare, operator, types};
use crate::python::values::{Truth, Value};

/// An operator on any two values.
type Operator = fn(&'static World, BinaryOp, &Value, &Value) -> Answer;

impl Machine {
    /// The operator on the two values on top. `otherwise` does what is not numbers.
    #[inline(always)]
    pub(super) fn binary(&mut self, op: BinaryOp, otherwise: Operator) -> Step {
        if let [.., Value::Int(a), Value::Int(b)] = &mut self.stack[..]
            && let Some(result) = operator::ints(op, *a, *b)
        {
            *a = result;
            self.forget_int();
            return Ok(());
        }
        let (a, b) = self.pop_two();
        let quick = match (&a, &b) {
            (Value::Float(a), Value::Float(b)) => operator::floats(op, a.get(), b.get()),
            _ => None,
        };
        let value = match quick {
            Some(value) => value,
            None => otherwise(self.world, op, &a, &b)?,
        };
        self.stack.push(value);
        Ok(())
    }

    #[inline]
    pub(super) fn local_const(
        &mut self,
        here: Here,
        op: BinaryOp,
        slot: u8,
        constant: u16,
    ) -> Step {
        let constant = &here.code.constants[constant as usize];
        let quick = match (&*self.local(here, slot.into()), constant) {
            (Value::Int(a), Value::Int(b)) => operator::ints(op, *a, *b),
            _ => None,
        };
        let value = match quick {
            Some(number) => Value::Int(number),
            None => {
                let world = self.world;
                let a = self.bound_local(here, slot.into())?;
                operator::binary(world, op, a, constant)?
            }
        };
        self.stack.push(value);
        Ok(())
    }

    pub(super) fn unary(&mut self, op: UnaryOp) -> Step {
        let a = self.pop();
        let value = operator::unary(op, &a)?;
        self.stack.push(value);
        Ok(())
    }

    #[inline]
    pub(super) fn not(&mut self) -> Step {
        let a = self.pop();
        let truth = go_on(types::truth(self.world, &a), Then::Negate)?;
        self.stack.push(Value::bool(!truth));
        Ok(())
    }

    #[inline]
    pub(super) fn compare(&mut self, op: Comparison) -> Step {
        let (a, b) = self.pop_two();
        let value = match (&a, &b) {
            (Value::Int(a), Value::Int(b)) => Value::bool(compare::holds(op, Some(a.cmp(b)))),
            _ => compare::compare(self.world, op, &a, &b)?,
        };
        self.stack.push(value);
        Ok(())
    }

    #[inline]
    pub(super) fn is(&mut self, not: bool) {
        let (a, b) = self.pop_two();
        self.stack.push(Value::bool(a.is(&b) != not));
    }

    #[inline]
    pub(super) fn contains(&mut self, not: bool) -> Step {
        let (element, container) = self.pop_two();
        let then = if not { Then::Negate } else { Then::Push };
        let found = go_on(compare::contains(self.world, &container, &element), then)?;
        let found = matches!(found, Value::Bool(Truth::True));
        self.stack.push(Value::bool(found != not));
        Ok(())
    }
}
