//! Operators and comparisons.

use std::sync::Arc;

use super::{Here, Step, go_on};
use crate::platform::memory;
use crate::python::code::{BinaryOp, Comparison, Instruction, Slot, UnaryOp};
use crate::python::machine::{Answer, Machine, Then, World, compare, error, operator, types};
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

    /// `text += more`, where the next instruction stores it in a local that is the text's
    /// only other holder: it grows in place, as CPython's `unicode_concatenate` has it.
    #[inline]
    pub(super) fn append_text(&mut self, here: Here, op: BinaryOp, next: usize) -> bool {
        if let (BinaryOp::Add, [.., Value::Str(_), Value::Str(_)]) = (op, &self.stack[..])
            && let Some(Instruction::StoreLocal(slot)) = here.code.instructions.get(next)
        {
            return self.append_to_local(here, *slot);
        }
        false
    }

    fn append_to_local(&mut self, here: Here, slot: Slot) -> bool {
        let at = self.stack.len() - 2;
        let (slots, top) = self.stack.split_at_mut(at);
        let local = &mut slots[here.base + slot as usize];
        let (Value::Str(held), [Value::Str(text), Value::Str(more)]) = (&*local, top) else {
            return false;
        };
        let fits = text.as_str().len() + more.as_str().len() <= self.world.limits.size;
        if !Arc::ptr_eq(held, text) || !fits || memory::is_out() {
            return false;
        }
        *local = Value::Unset;
        match Arc::get_mut(text) {
            Some(text) => text.append(more),
            None => {
                *local = Value::Str(text.clone());
                return false;
            }
        }
        self.pop();
        true
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

    /// CPython counts a comparison as a call, but those of two numbers or texts of a type
    /// that a condition asks for.
    #[inline]
    pub(super) fn check_comparison(&self) -> Step {
        if self.is_deep() {
            let text = "maximum recursion depth exceeded in comparison";
            return Err(error::recursion_error(text).into());
        }
        Ok(())
    }

    #[inline]
    pub(super) fn compare(&mut self, op: Comparison) -> Step {
        self.check_comparison()?;
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
