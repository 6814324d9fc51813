//! What `yield from`, `await` and `async for` go through.

use super::{Here, Step};
use crate::python::code::Kind;
use crate::python::machine::{Machine, coroutine, error, iterate};
use crate::python::values::Value;

impl Machine {
    pub(super) fn get_yield_from(&mut self, here: Here) -> Step {
        let value = self.pop();
        let iterator = match &value {
            Value::Generator(generator) if generator.code.kind == Kind::Coroutine => {
                if here.code.kind != Kind::Coroutine {
                    let text =
                        "cannot 'yield from' a coroutine object in a non-coroutine generator";
                    return Err(error::type_error(text).into());
                }
                value
            }
            _ => iterate::iterator_of(self.world, &value)?,
        };
        self.stack.push(iterator);
        Ok(())
    }

    pub(super) fn get_awaitable(&mut self) -> Step {
        let value = self.pop();
        let iterator = coroutine::awaitable(self.world, &value)?;
        self.stack.push(iterator);
        Ok(())
    }

    pub(super) fn get_async_iterator(&mut self) -> Step {
        let value = self.pop();
        let iterator = coroutine::async_iterator(&value)?;
        self.stack.push(iterator);
        Ok(())
    }

    pub(super) fn async_next(&mut self) -> Step {
        let iterator = self.stack.last().cloned().unwrap_or_default();
        let awaitable = coroutine::async_next(&iterator)?;
        self.stack.push(awaitable);
        Ok(())
    }
}
