//! What stands in classes and behind attributes: property, staticmethod, classmethod,
//! super, views of dicts, `list[int]`.

use std::sync::Arc;

use super::{Class, Dict, Value, bury};
use crate::python::names::Name;

/// `property(fget, fset, fdel)`; None where there is none.
pub struct Property {
    pub get: Value,
    pub set: Value,
    pub delete: Value,
    pub doc: Value,
}

impl Drop for Property {
    fn drop(&mut self) {
        bury(
            [
                &mut self.get,
                &mut self.set,
                &mut self.delete,
                &mut self.doc,
            ]
            .map(std::mem::take),
        );
    }
}

/// What a class hands out unbound or bound to itself.
pub enum Wrapper {
    Static(Value),
    Class(Value),
    /// A name of `__slots__`.
    Slot(Name),
}

impl Drop for Wrapper {
    fn drop(&mut self) {
        if let Wrapper::Static(function) | Wrapper::Class(function) = self {
            bury([std::mem::take(function)]);
        }
    }
}

/// `super()`: the attributes of the classes after `class`.
pub struct Super {
    pub class: &'static Class,
    /// An instance, or a class.
    pub object: Value,
    pub object_class: &'static Class,
}

impl Drop for Super {
    fn drop(&mut self) {
        bury([std::mem::take(&mut self.object)]);
    }
}

/// What `keys()`, `values()`, `items()` of a dict give, and `__dict__` of a class.
pub enum View {
    Keys(Arc<Dict>),
    Values(Arc<Dict>),
    Items(Arc<Dict>),
    Proxy(Arc<Dict>),
}

impl View {
    pub fn dict(&self) -> &Arc<Dict> {
        match self {
            View::Keys(dict) | View::Values(dict) | View::Items(dict) | View::Proxy(dict) => dict,
        }
    }
}

/// `list[int]`; or `int | None`, whose origin is absent; or `*list[int]`, whose origin is
/// the one that is unpacked.
pub struct Alias {
    pub origin: Value,
    pub args: Value,
}

impl Drop for Alias {
    fn drop(&mut self) {
        bury([&mut self.origin, &mut self.args].map(std::mem::take));
    }
}
