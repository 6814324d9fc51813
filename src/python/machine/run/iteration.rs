//! Loops over iterators, and unpacking.

use super::{Step, go_on};
use crate::python::code::Target;
use crate::python::machine::iterate::{self, Next};
use crate::python::machine::{Machine, Result, Sent, Stop, Then, pattern};
use crate::python::values::{Iteration, Value};

impl Machine {
    #[inline]
    pub(super) fn get_iterator(&mut self) -> Step {
        let value = self.pop();
        let iterator = iterate::iterator_of(self.world, &value)?;
        self.stack.push(iterator);
        Ok(())
    }

    /// Enters the generator on the stack.
    #[inline]
    pub(super) fn next_of_generator(&mut self, target: Target) -> Result<()> {
        let Value::Generator(generator) = self.pop() else {
            unreachable!("the loop has seen it");
        };
        let floor = self.stack.len();
        self.resume(
            generator,
            Sent::Value(Value::None),
            floor,
            Then::Loop(target),
        )
    }

    /// Pushes the next value of the iterator on the stack, which is no generator. True: it
    /// was at its end.
    #[inline]
    pub(super) fn for_iter(&mut self, target: Target) -> Step<bool> {
        let next = match self.next_of_range() {
            Some(Some(number)) => Next::Value(Value::Int(number)),
            Some(None) => Next::End,
            None => self.next_of_any(),
        };
        match next {
            Next::Value(value) => {
                self.stack.push(value);
                Ok(false)
            }
            Next::End => {
                self.stack.pop();
                Ok(true)
            }
            Next::Raise(raise) => Err(raise.into()),
            Next::Later(sequence) => go_on(Err(Stop::Later(sequence)), Then::Next(target)),
        }
    }

    /// The next number, if the iterator on the stack is a range's; the inner None: its end.
    #[inline]
    fn next_of_range(&self) -> Option<Option<i64>> {
        let Some(Value::Iter(iter)) = self.stack.last() else {
            return None;
        };
        let Iteration::Range { next, step, left } = &mut *iter.state.write() else {
            return None;
        };
        if *left == 0 {
            return Some(None);
        }
        let number = *next;
        *left -= 1;
        *next = next.wrapping_add(*step);
        Some(Some(number))
    }

    #[inline]
    fn next_of_any(&self) -> Next {
        match self.stack.last() {
            Some(Value::Iter(iter)) => {
                let next = iterate::at_once(&mut iter.state.write());
                next.unwrap_or_else(|| iterate::of_others(self.world, iter))
            }
            Some(iterator) => iterate::next(self.world, iterator),
            None => Next::End,
        }
    }

    #[inline]
    pub(super) fn unpack(&mut self, count: usize) -> Step {
        let value = self.pop();
        if let Value::Tuple(items) = &value
            && items.len() == count
        {
            self.stack.extend(items.iter().rev().cloned());
            return Ok(());
        }
        self.spread(&value, count, None)
    }

    pub(super) fn unpack_rest(&mut self, before: usize, after: usize) -> Step {
        let value = self.pop();
        self.spread(&value, before, Some(after))
    }

    fn spread(&mut self, value: &Value, count: usize, rest: Option<usize>) -> Step {
        let items = pattern::unpack(self.world, value, count, rest);
        if let Value::Tuple(items) = go_on(items, Then::Spread)? {
            self.stack.extend(items.iter().rev().cloned());
        }
        Ok(())
    }
}
