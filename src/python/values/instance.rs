//! Instances of the program's classes.

use super::{Class, Value, bury};
use crate::python::names::NameMap;
use crate::sync::Own;

pub struct Instance {
    class: Own<&'static Class>,
    pub fields: Own<NameMap>,
    /// What it is as an instance of the builtin type that its class derives from.
    pub inner: Value,
    /// Its identity, by the order in which things are made.
    pub serial: u64,
}

impl Instance {
    pub fn new(class: &'static Class, inner: Value, serial: u64) -> Instance {
        Instance {
            class: Own::new(class),
            fields: Own::default(),
            inner,
            serial,
        }
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

impl Drop for Instance {
    fn drop(&mut self) {
        let fields = std::mem::take(self.fields.get_mut());
        bury(fields.into_values());
        if !matches!(self.inner, Value::Unset) {
            bury([std::mem::take(&mut self.inner)]);
        }
    }
}
