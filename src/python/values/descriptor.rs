//! What stands in classes and behind attributes: property, staticmethod, classmethod,
//! super, views of dicts, `list[int]`.

use std::sync::Arc;

use super::{Class, Dict, Value};
use crate::python::names::Name;

/// `property(fget, fset, fdel)`; None where there is none.
pub struct Property {
    pub get: Value,
    pub set: Value,
    pub delete: Value,
    pub doc: Value,
}

/// What a class hands out unbound or bound to itself.
pub enum Wrapper {
    Static(Value),
    Class(Value),
    /// A name of `__slots__`.
    Slot(Name),
}

/// `super()`: the attributes of the classes after `class`.
pub struct Super {
    pub class: &'static Class,
    /// An instance, or a class.
    pub object: Value,
    pub object_class: &'static Class,
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

/// `list[int]`, or `int | None`, whose origin is absent.
pub struct Alias {
    pub origin: Value,
    pub args: Value,
}
