//! Attributes and items.

use std::sync::Arc;

use super::{Here, Step, go_on};
use crate::python::code::Slot;
use crate::python::machine::attribute::{self, Found};
use crate::python::machine::{Machine, Then, item};
use crate::python::names::Name;
use crate::python::values::{Slice, Value};

impl Machine {
    #[inline]
    pub(super) fn load_attribute(&mut self, name: Name) -> Step {
        let object = self.pop();
        let value = attribute::get(self.world, &object, name)?;
        self.stack.push(value);
        Ok(())
    }

    #[inline]
    pub(super) fn load_attribute_of(&mut self, here: Here, slot: Slot, name: Name) -> Step {
        let world = self.world;
        let value = attribute::get(world, self.bound_local(here, slot)?, name)?;
        self.stack.push(value);
        Ok(())
    }

    #[inline]
    pub(super) fn load_method(&mut self, name: Name) -> Step {
        let object = self.pop();
        match attribute::find_method(self.world, &object, name) {
            Found::Method(function) => {
                self.stack.push(function);
                self.stack.push(object);
            }
            Found::Value(value) => {
                self.stack.push(value);
                self.stack.push(Value::Unset);
            }
            Found::Stop(stop) => {
                go_on(Err(stop), Then::Method)?;
            }
        }
        Ok(())
    }

    #[inline]
    pub(super) fn store_attribute(&mut self, name: Name) -> Step {
        let (value, object) = self.pop_two();
        let done = attribute::set(self.world, &object, name, &value);
        go_on(done, Then::Drop).map(drop)
    }

    #[inline]
    pub(super) fn store_attribute_of(&mut self, here: Here, slot: Slot, name: Name) -> Step {
        let value = self.pop();
        let world = self.world;
        let done = attribute::set(world, self.bound_local(here, slot)?, name, &value);
        go_on(done, Then::Drop).map(drop)
    }

    #[inline]
    pub(super) fn delete_attribute(&mut self, name: Name) -> Step {
        let object = self.pop();
        let done = attribute::delete(self.world, &object, name);
        go_on(done, Then::Drop).map(drop)
    }

    #[inline]
    pub(super) fn load_item(&mut self) -> Step {
        let (object, key) = self.pop_two();
        let item = item::get(self.world, &object, &key)?;
        key.discard();
        self.stack.push(item);
        Ok(())
    }

    #[inline]
    pub(super) fn store_item(&mut self) -> Step {
        let (object, key) = self.pop_two();
        let value = self.pop();
        let done = item::set(self.world, &object, &key, &value);
        key.discard();
        value.discard();
        go_on(done, Then::Drop).map(drop)
    }

    #[inline]
    pub(super) fn delete_item(&mut self) -> Step {
        let (object, key) = self.pop_two();
        let done = item::delete(self.world, &object, &key);
        go_on(done, Then::Drop).map(drop)
    }

    pub(super) fn build_slice(&mut self) {
        let (stop, step) = self.pop_two();
        let start = self.pop();
        let slice = Slice { start, stop, step };
        self.stack.push(Value::Slice(Arc::new(slice)));
    }
}
