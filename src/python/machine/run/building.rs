//! Containers and text that are built from values on the stack.

use compact_str::{CompactString, ToCompactString};

use super::{Step, go_on};
use crate::python::builtins::{dicts, sets};
use crate::python::code::{Container, Conversion};
use crate::python::machine::{Machine, Then, item, iterate, pattern, text};
use crate::python::values::Value;

impl Machine {
    #[inline]
    pub(super) fn build_pair(&mut self) {
        let (first, second) = self.pop_two();
        self.stack.push(Value::pair(first, second));
    }

    #[inline]
    pub(super) fn build(&mut self, container: Container, count: usize) -> Step {
        let items = self.stack.split_off(self.stack.len() - count);
        let built = match container {
            Container::List => Value::list(items),
            Container::Tuple => Value::tuple(items),
            Container::Set => sets::of(self.world, items)?,
        };
        self.stack.push(built);
        Ok(())
    }

    #[inline]
    pub(super) fn build_dict(&mut self, count: usize) -> Step {
        let items = self.stack.split_off(self.stack.len() - 2 * count);
        let dict = dicts::of(self.world, items)?;
        self.stack.push(dict);
        Ok(())
    }

    #[inline]
    pub(super) fn build_string(&mut self, count: usize) {
        let from = self.stack.len() - count;
        let parts = self.stack[from..].iter();
        let length = parts.map(|part| part.as_str().map_or(0, str::len)).sum();
        let mut text = CompactString::with_capacity(length);
        for part in self.stack.drain(from..) {
            text.push_str(part.as_str().unwrap_or_default());
        }
        self.stack.push(Value::str(text));
    }

    #[inline]
    pub(super) fn format(&mut self, conversion: Conversion, has_spec: bool) -> Step {
        let spec = if has_spec { self.pop() } else { Value::Unset };
        let value = self.pop();
        let text = match (value, &spec, conversion) {
            (value @ Value::Str(_), Value::Unset, Conversion::Plain) => value,
            (Value::Int(number), Value::Unset, _) => Value::str(number.to_compact_string()),
            (value, ..) => {
                let spec = spec.as_str().unwrap_or_default();
                text::converted(self.world, &value, conversion, spec)?
            }
        };
        self.stack.push(text);
        Ok(())
    }

    /// The value that lies `depth` below the top.
    #[inline]
    fn below(&self, depth: u16) -> &Value {
        &self.stack[self.stack.len() - depth as usize]
    }

    #[inline]
    pub(super) fn list_append(&mut self, depth: u16) {
        let value = self.pop();
        if let Value::List(list) = self.below(depth) {
            list.items.write().push(value);
        }
    }

    #[inline]
    pub(super) fn set_add(&mut self, depth: u16) -> Step {
        let value = self.pop();
        let done = sets::add(self.world, self.below(depth), &value);
        go_on(done, Then::Drop).map(drop)
    }

    #[inline]
    pub(super) fn dict_add(&mut self, depth: u16) -> Step {
        let (key, value) = self.pop_two();
        let done = item::set(self.world, self.below(depth), &key, &value);
        go_on(done, Then::Drop).map(drop)
    }

    pub(super) fn list_extend(&mut self, of_call: bool) -> Step {
        let (list, items) = self.pop_two();
        let function = match self.stack.last() {
            Some(function) if of_call => function.clone(),
            _ => Value::Unset,
        };
        let list = pattern::extend(self.world, list, &items, &function)?;
        self.stack.push(list);
        Ok(())
    }

    pub(super) fn set_extend(&mut self) -> Step {
        let (set, items) = self.pop_two();
        let set = sets::extend(self.world, set, &items)?;
        self.stack.push(set);
        Ok(())
    }

    /// Of a call, keys must be new: `unique`.
    pub(super) fn dict_extend(&mut self, unique: bool) -> Step {
        let (dict, mapping) = self.pop_two();
        let function = match (unique, self.stack.len().checked_sub(2)) {
            (true, Some(at)) => self.stack[at].clone(),
            _ => Value::Unset,
        };
        let dict = dicts::spread(self.world, dict, &mapping, unique, &function)?;
        self.stack.push(dict);
        Ok(())
    }

    pub(super) fn list_to_tuple(&mut self) {
        let list = self.pop();
        let items = iterate::at_hand(&list).unwrap_or_default();
        self.stack.push(Value::tuple(items));
    }
}
