//! Calls and returns.

use super::{Here, Step};
use crate::python::machine::call::{Place, own_object};
use crate::python::machine::{Activation, Leave, Machine, Result, Resumed, Then, error, iterate};
use crate::python::names::Name;
use crate::python::values::{Native, Value};

impl Machine {
    /// Where a call lies: the function, then the arguments.
    #[inline]
    pub(in crate::python::machine) fn call_place(&self, count: usize) -> Place {
        let first = self.stack.len() - count;
        Place {
            floor: first - 1,
            first,
        }
    }

    /// Where a call lies that `LoadMethod` prepared: with its object, or without.
    #[inline]
    pub(in crate::python::machine) fn method_place(&self, count: usize) -> Place {
        let object = self.stack.len() - count - 1;
        let absent = self.stack[object].is_unset();
        Place {
            floor: object - 1,
            first: object + usize::from(absent),
        }
    }

    /// The builtin that is called, if it takes the arguments as they lie.
    #[inline]
    pub(super) fn builtin_called(&self, place: Place) -> Option<&'static Native> {
        match self.stack[place.floor] {
            Value::Native(native) if native.takes.fits(self.stack.len() - place.first) => {
                Some(native)
            }
            _ => None,
        }
    }

    pub(super) fn call_builtin(&mut self, native: &Native, place: Place) -> Step {
        let answer = match (native.run)(self.world, &self.stack[place.first..]) {
            Ok(value) => Ok(value),
            answer => {
                self.keep_given(&answer, place.first);
                own_object(native, self.stack.get(place.first), answer)
            }
        };
        self.cut(place.floor);
        self.stack.push(answer?);
        Ok(())
    }

    pub(super) fn call_keywords(&mut self, here: Here, count: usize, keywords: u16) -> Result<()> {
        let place = self.method_place(count);
        let mut named: Vec<Name> = Vec::new();
        if let Value::Tuple(keywords) = &here.code.constants[keywords as usize] {
            named.extend(keywords.iter().filter_map(Value::as_str).map(Name::new));
        }
        self.call(place, &named, Then::Push)
    }

    pub(super) fn call_spread(&mut self, has_keywords: bool) -> Result<()> {
        let keywords = if has_keywords {
            self.pop()
        } else {
            Value::Unset
        };
        let (function, args) = self.pop_two();
        let args = iterate::at_hand(&args).unwrap_or_default();
        let mut named = Vec::new();
        if let Value::Dict(dict) = &keywords {
            for entry in dict.entries.read().iter() {
                let Some(name) = entry.key.as_str() else {
                    return Err(error::type_error("keywords must be strings"));
                };
                named.push((Name::new(name), entry.value.clone()));
            }
        }
        self.call_apart(function, args, named, Then::Push)
    }

    /// Hands the result of the frame on top to what called it.
    #[inline]
    pub(super) fn leave_frame(&mut self, value: Value) -> Leave {
        let frame = self.frame();
        let (then, floor) = (frame.then, frame.floor);
        let (generator, names) = (frame.generator.take(), frame.names.take());
        self.drop_frame();
        self.cut(floor);
        if let Some(generator) = generator {
            return self.finish_generator(&generator, then, value);
        }
        if let Some(names) = names {
            return self.finish_class_body(then, *names);
        }
        if let (Then::Push, Some(Activation::Frame(_))) = (then, self.activations.last()) {
            self.stack.push(value);
            return Leave::Switched;
        }
        self.deliver(then, Resumed::Yield(value))
    }
}
