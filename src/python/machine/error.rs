//! Raising from Rust.

use super::Result;
use crate::python::builtins::classes;
use crate::python::text;
use crate::python::values::{Class, Exception, Raise, Value};

/// An exception of a builtin class, with a text.
pub fn error(class: &'static Class, text: impl Into<String>) -> Raise {
    let text: String = text.into();
    Raise(Exception::new(class, vec![Value::from(text)]))
}

macro_rules! errors {
    ($($name:ident)*) => {
        $(#[cold]
        pub fn $name(text: impl Into<String>) -> Raise {
            error(classes().$name, text)
        })*
    };
}

errors! {
    type_error value_error attribute_error index_error name_error runtime_error
    overflow_error recursion_error import_error zero_division_error
}

/// `KeyError(key)`.
pub fn key_error(key: Value) -> Raise {
    Raise(Exception::new(classes().key_error, vec![key]))
}

pub fn memory_error() -> Raise {
    Raise(Exception::new(classes().memory_error, Vec::new()))
}

pub fn stop_iteration(value: Value) -> Raise {
    let args = if value.is_none() {
        Vec::new()
    } else {
        vec![value]
    };
    Raise(Exception::new(classes().stop_iteration, args))
}

impl From<text::Error> for Raise {
    fn from(error: text::Error) -> Raise {
        let args = match &*error.text {
            _ if error.kind == text::Kind::Memory => Vec::new(),
            // Its arguments are an errno and C's text.
            "(34, 'Numerical result out of range')" => {
                vec![Value::Int(34), Value::from("Numerical result out of range")]
            }
            _ => vec![Value::str(error.text)],
        };
        let class = classes().of_kind(error.kind);
        Raise(Exception::new(class, args))
    }
}

impl From<text::Error> for super::Stop {
    fn from(error: text::Error) -> super::Stop {
        super::Stop::Raise(error.into())
    }
}

impl Raise {
    pub fn is(&self, class: &Class) -> bool {
        self.0.class.derives_from(class)
    }
}

/// The value of an operation, or None if it raised an exception of this class.
pub fn unless<T>(class: &Class, result: Result<T>) -> Result<Option<T>> {
    match result {
        Ok(value) => Ok(Some(value)),
        Err(raise) if raise.is(class) => Ok(None),
        Err(raise) => Err(raise),
    }
}
