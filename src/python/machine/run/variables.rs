//! Variables: locals, cells, the module's, and the names of a class body.

use super::{Here, Step};
use crate::python::builtins::classes;
use crate::python::code::{Code, Slot};
use crate::python::machine::{Machine, error};
use crate::python::names::{self, Name};
use crate::python::values::{Cell, Raise, Value};

impl Machine {
    #[inline]
    pub(super) fn local(&mut self, here: Here, slot: Slot) -> &mut Value {
        &mut self.stack[here.base + slot as usize]
    }

    /// The local, which must be bound.
    #[inline]
    pub(super) fn bound_local(&mut self, here: Here, slot: Slot) -> Step<&Value> {
        let value = &self.stack[here.base + slot as usize];
        if value.is_unset() {
            return Err(unbound_local(here.code, slot).into());
        }
        Ok(value)
    }

    #[inline]
    pub(super) fn load_local(&mut self, here: Here, slot: Slot) -> Step {
        match self.bound_local(here, slot)? {
            // A number needs no place between, which a copy of any value does.
            Value::Int(number) => {
                let number = *number;
                self.stack.push(Value::Int(number));
            }
            value => {
                let value = value.clone();
                self.stack.push(value);
            }
        }
        Ok(())
    }

    #[inline]
    pub(super) fn store_local(&mut self, here: Here, slot: Slot) {
        // An int over an int is written in place.
        if let Some(Value::Int(number)) = self.stack.last() {
            let number = *number;
            if let Value::Int(old) = self.local(here, slot) {
                *old = number;
                self.forget_int();
                return;
            }
        }
        let value = self.pop();
        std::mem::replace(self.local(here, slot), value).discard();
    }

    #[inline]
    pub(super) fn delete_local(&mut self, here: Here, slot: Slot) -> Step {
        if std::mem::take(self.local(here, slot)).is_unset() {
            return Err(unbound_local(here.code, slot).into());
        }
        Ok(())
    }

    #[inline]
    fn cell(&self, here: Here, slot: Slot) -> &Cell {
        match &self.stack[here.base + slot as usize] {
            Value::Cell(cell) => cell,
            _ => unreachable!("the compiler makes cells first"),
        }
    }

    #[inline]
    pub(super) fn load_cell(&mut self, here: Here, slot: Slot) -> Step {
        let value = self.cell(here, slot).value.get();
        if value.is_unset() {
            return Err(unbound_cell(here.code, slot).into());
        }
        self.stack.push(value);
        Ok(())
    }

    #[inline]
    pub(super) fn store_cell(&mut self, here: Here, slot: Slot) {
        let value = self.pop();
        self.cell(here, slot).value.put(value);
    }

    #[inline]
    pub(super) fn delete_cell(&mut self, here: Here, slot: Slot) -> Step {
        let cell = self.cell(here, slot);
        if cell.value.get().is_unset() {
            return Err(unbound_cell(here.code, slot).into());
        }
        cell.value.set(Value::Unset);
        Ok(())
    }

    #[inline]
    pub(super) fn make_cell(&mut self, here: Here, slot: Slot) {
        let local = self.local(here, slot);
        *local = Value::Cell(Cell::new(std::mem::take(local)));
    }

    #[inline]
    pub(super) fn load_global(&mut self, here: Here, global: u32) -> Step {
        let value = here.module.slot(global as usize).get();
        let value = if value.is_unset() {
            self.builtin(here.module.slot_name(global as usize))?
        } else {
            value
        };
        self.stack.push(value);
        Ok(())
    }

    fn builtin(&self, name: Name) -> Step<Value> {
        let value = self.world.builtins.get(name).cloned();
        value.ok_or_else(|| unbound_name(name).into())
    }

    #[inline]
    pub(super) fn store_global(&mut self, here: Here, global: u32) {
        let value = self.pop();
        here.module.slot(global as usize).put(value);
    }

    #[inline]
    pub(super) fn delete_global(&mut self, here: Here, global: u32) -> Step {
        let slot = here.module.slot(global as usize);
        if slot.get().is_unset() {
            return Err(unbound_name(here.module.slot_name(global as usize)).into());
        }
        slot.set(Value::Unset);
        Ok(())
    }

    /// What the class body that is being run has bound the name to.
    #[inline]
    fn own_name(&mut self, name: Name) -> Option<Value> {
        let names = self.frame().names.as_ref()?;
        names.get(name).cloned()
    }

    #[inline]
    pub(super) fn load_name(&mut self, here: Here, name: Name, global: u16) -> Step {
        let own = self.own_name(name);
        let value = own.unwrap_or_else(|| here.module.slot(global as usize).get());
        let value = if value.is_unset() {
            self.builtin(name)?
        } else {
            value
        };
        self.stack.push(value);
        Ok(())
    }

    #[inline]
    pub(super) fn store_name(&mut self, name: Name) {
        let value = self.pop();
        if let Some(names) = &mut self.frame().names {
            names.set(name, value);
        }
    }

    #[inline]
    pub(super) fn delete_name(&mut self, name: Name) -> Step {
        let names = self.frame().names.as_mut();
        match names.and_then(|names| names.remove(name)) {
            Some(_) => Ok(()),
            None => Err(unbound_name(name).into()),
        }
    }

    #[inline]
    pub(super) fn load_name_or_cell(&mut self, here: Here, name: Name, slot: Slot) -> Step {
        match self.own_name(name) {
            Some(value) => self.stack.push(value),
            None => self.load_cell(here, slot)?,
        }
        Ok(())
    }
}

#[cold]
fn unbound_local(code: &Code, slot: Slot) -> Raise {
    let name = code.slots[slot as usize].text();
    let class = classes().unbound_local_error;
    let text =
        format!("cannot access local variable '{name}' where it is not associated with a value");
    error::error(class, text)
}

#[cold]
fn unbound_cell(code: &Code, slot: Slot) -> Raise {
    if (slot as usize) < code.free {
        return unbound_local(code, slot);
    }
    let name = code.slots[slot as usize].text();
    let raise = error::name_error(format!(
        "cannot access free variable '{name}' where it is not associated with a value in enclosing scope"
    ));
    let fields = raise
        .0
        .fields
        .write()
        .set(names::NAME_OF, Value::from(name));
    drop(fields);
    raise
}

#[cold]
fn unbound_name(name: Name) -> Raise {
    let raise = error::name_error(format!("name '{}' is not defined", name.text()));
    raise.0.fields.write().set(names::NAME_OF, name.value());
    raise
}
