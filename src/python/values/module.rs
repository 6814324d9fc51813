//! module: names that belong together. The program's own module has its variables in
//! slots, which the compiler counts; names that it never saw are in a map beside them.

use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, OnceLock};

use super::estate::Owned;
use super::{Dict, Entries, Owner, Value, admit, bury};
use crate::python::names::{self, Name, NameMap};
use crate::sync::Own;

pub struct Module {
    pub name: Name,
    /// The names of the slots.
    names: Vec<Name>,
    slots: Vec<Own<Value>>,
    pub(super) others: Own<NameMap>,
    dict: OnceLock<Arc<Dict>>,
    /// Whether the program has changed a name that has no slot.
    changed: AtomicBool,
}

impl Module {
    pub fn new(name: Name, names: Vec<Name>) -> Module {
        Module {
            name,
            slots: names.iter().map(|_| Own::new(Value::Unset)).collect(),
            names,
            others: Own::default(),
            dict: OnceLock::new(),
            changed: AtomicBool::new(false),
        }
    }

    /// A module of the library, whose names are all in the map.
    pub fn of(name: Name, values: NameMap) -> Module {
        Module {
            name,
            names: Vec::new(),
            slots: Vec::new(),
            others: Own::new(values),
            dict: OnceLock::new(),
            changed: AtomicBool::new(false),
        }
    }

    /// Whether it is the program's own.
    pub fn is_main(&self) -> bool {
        self.name == names::MAIN
    }

    #[inline]
    pub fn slot(&self, at: usize) -> &Own<Value> {
        &self.slots[at]
    }

    pub fn slots(&self) -> &[Own<Value>] {
        &self.slots
    }

    pub fn slot_name(&self, at: usize) -> Name {
        self.names[at]
    }

    pub fn slot_of(&self, name: Name) -> Option<usize> {
        self.names.iter().position(|n| *n == name)
    }

    pub fn get(&self, name: Name) -> Option<Value> {
        if let Some(at) = self.slot_of(name) {
            let value = self.slots[at].get();
            return (!value.is_unset()).then_some(value);
        }
        self.others.read().get(name).cloned()
    }

    /// Sets the name, or deletes it.
    pub fn set(&self, name: Name, value: Value) {
        if let Some(at) = self.slot_of(name) {
            return self.slots[at].put(value);
        }
        self.changed.store(true, Ordering::Relaxed);
        if value.is_unset() {
            drop(self.others.write().remove(name));
        } else {
            admit(&self.others, [&value]);
            drop(self.others.write().set(name, value));
        }
    }

    /// The names that have no slot, with their values.
    pub fn names_without_slots(&self) -> Vec<(Name, Value)> {
        let others = self.others.read();
        let others = others.iter().map(|(name, value)| (name, value.clone()));
        others.collect()
    }

    /// One with the same variables, which are not bound.
    pub fn empty_copy(&self) -> Module {
        Module::new(self.name, self.names.clone())
    }

    /// Whether it is as it was made, with all that it contains: functions, classes and what
    /// cannot change. Of a module that is written in Python that is not known.
    pub fn is_unchanged(&self) -> bool {
        let others = self.others.read();
        let is_as_made = |value: &Value| match value {
            Value::Class(class) => class.is_unchanged(),
            Value::Module(module) => module.is_unchanged(),
            value => value.is_plain(),
        };
        let has_code = !self.slots.is_empty();
        !has_code
            && self.dict.get().is_none()
            && !self.changed.load(Ordering::Relaxed)
            && others.iter().all(|(_, value)| is_as_made(value))
    }

    /// `globals()`: what is set there is a variable. The other way, variables are seen
    /// there when it is asked for again, so that they cost nothing more.
    pub fn dict(&'static self) -> Arc<Dict> {
        let dict = self.dict.get_or_init(|| {
            let mut entries = Entries::default();
            entries.owner = Some(Owner::Module(self));
            // It goes with the module, which is not counted.
            let dict = Dict::of_part(entries);
            if self.others.is_shared() {
                dict.entries.share();
            }
            dict
        });
        let mut entries = dict.entries.write();
        for (name, value) in self.entries() {
            entries.hear(name, Some(value));
        }
        let gone: Vec<Name> = (entries.iter())
            .filter_map(|entry| entry.key.as_str().map(Name::new))
            .filter(|name| self.get(*name).is_none())
            .collect();
        for name in gone {
            entries.hear(name, None);
        }
        drop(entries);
        dict.clone()
    }

    /// The same, if it was ever asked for.
    pub(super) fn known_dict(&self) -> Option<&Arc<Dict>> {
        self.dict.get()
    }

    /// The names that are bound, with their values, of those that this thread can reach.
    pub fn entries(&self) -> Vec<(Name, Value)> {
        let slots = self.names.iter().zip(&self.slots);
        let mut entries: Vec<_> = slots
            .filter(|(_, slot)| slot.is_reachable())
            .map(|(name, slot)| (*name, slot.get()))
            .filter(|(_, value)| !value.is_unset())
            .collect();
        let others = self.others.read();
        entries.extend(others.iter().map(|(name, value)| (name, value.clone())));
        entries
    }
}

impl Owned for Module {
    fn empty(&self) {
        self.slots.iter().for_each(|slot| slot.set(Value::Unset));
        let others = std::mem::take(&mut *self.others.write());
        bury(others.into_values());
        if let Some(dict) = self.dict.get() {
            dict.empty();
        }
    }
}
