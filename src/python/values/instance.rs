//! Instances of the program's classes.

use std::sync::{Arc, OnceLock};

use super::estate::{self, Owned};
use super::{Class, Dict, Entries, Owner, Value, admit, bury};
use crate::python::engine::Handle;
use crate::python::names::{Name, NameMap};
use crate::sync::{Heir, Own};

pub struct Instance {
    class: Own<&'static Class>,
    pub fields: Own<NameMap>,
    /// What it is as an instance of the builtin type that its class derives from.
    pub inner: Value,
    /// Its identity, by the order in which things are made.
    pub serial: u64,
    /// The primitive that it stands for.
    pub handle: OnceLock<Box<Handle>>,
    /// `__dict__`, once it was asked for: it has the same names and values as the fields.
    dict: OnceLock<Arc<Dict>>,
}

impl Instance {
    pub fn new(class: &'static Class, inner: Value, serial: u64) -> Arc<Instance> {
        estate::count(Instance {
            class: Own::new(class),
            fields: Own::default(),
            inner,
            serial,
            handle: OnceLock::new(),
            dict: OnceLock::new(),
        })
    }

    /// Sets a field; hands back what it was.
    #[inline]
    pub fn set_field(&self, name: Name, value: Value) -> Option<Value> {
        admit(&self.fields, [&value]);
        if let Some(dict) = self.dict.get() {
            dict.entries.write().hear(name, Some(value.clone()));
        }
        self.fields.write().set(name, value)
    }

    pub fn remove_field(&self, name: Name) -> Option<Value> {
        if let Some(dict) = self.dict.get() {
            dict.entries.write().hear(name, None);
        }
        self.fields.write().remove(name)
    }

    /// What its `__dict__` has done.
    pub(super) fn hear(&self, name: Name, value: Option<Value>) {
        let old = match value {
            Some(value) => self.fields.write().set(name, value),
            None => self.fields.write().remove(name),
        };
        drop(old);
    }

    /// `__dict__`.
    pub fn dict(self: &Arc<Instance>) -> Arc<Dict> {
        let made = || {
            let mut entries = Entries::default();
            for (name, value) in self.fields.read().iter() {
                entries.hear(name, Some(value.clone()));
            }
            entries.owner = Some(Owner::Instance(Arc::downgrade(self)));
            let dict = Dict::new(entries);
            if self.fields.is_shared() {
                dict.entries.share();
            }
            dict
        };
        self.dict.get_or_init(made).clone()
    }

    /// Shares its locks: whether they were not before.
    pub(super) fn share(&self) -> bool {
        self.class.share();
        self.fields.share()
    }

    /// Gives its locks to a thread that is going to be.
    pub(super) fn give(&self, heir: &Heir) {
        self.class.give(heir);
        self.fields.give(heir);
    }

    /// `__dict__`, if it was ever asked for.
    pub(super) fn known_dict(&self) -> Option<&Arc<Dict>> {
        self.dict.get()
    }

    #[inline]
    pub fn class(&self) -> &'static Class {
        *self.class.read()
    }

    /// Assignment to `__class__`.
    pub fn set_class(&self, class: &'static Class) {
        *self.class.write() = class;
    }
}

impl Owned for Instance {
    fn empty(&self) {
        let fields = std::mem::take(&mut *self.fields.write());
        bury(fields.into_values());
        if let Some(handle) = self.handle.get() {
            handle.forget();
        }
    }
}

impl Drop for Instance {
    fn drop(&mut self) {
        let fields = std::mem::take(self.fields.get_mut());
        bury(fields.into_values());
        if !matches!(self.inner, Value::Unset) {
            bury([std::mem::take(&mut self.inner)]);
        }
    }
}
