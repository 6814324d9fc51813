//! Functions: those of the program, those of Python itself, and methods, which are
//! functions with their object.

use std::sync::Arc;

use super::estate::Owned;
use super::{Module, Value, bury};
use crate::python::code::Code;
use crate::python::machine::{Answer, World};
use crate::python::names::{self, NameMap};
use crate::sync::Own;

/// A `def` or a lambda, made at run time.
pub struct Function {
    pub code: &'static Code,
    pub module: &'static Module,
    /// One for each parameter by position that has one: the last ones.
    pub defaults: Vec<Value>,
    pub keyword_defaults: NameMap,
    /// The cells that it closes over.
    pub closure: Vec<Value>,
    pub annotations: Value,
    /// What the program has set: its own attributes, and new names or texts of its own.
    pub attributes: Own<NameMap>,
}

impl Owned for Function {
    fn empty(&self) {
        let attributes = std::mem::take(&mut *self.attributes.write());
        bury(attributes.into_values());
    }
}

impl Drop for Function {
    fn drop(&mut self) {
        bury(std::mem::take(&mut self.closure));
        bury(std::mem::take(&mut self.defaults));
    }
}

impl Function {
    pub fn name(&self) -> Value {
        let set = self.attributes.read().get(names::NAME).cloned();
        set.unwrap_or_else(|| self.code.name.value())
    }

    pub fn qualified(&self) -> String {
        let set = self.attributes.read().get(names::QUALNAME).cloned();
        match set.as_ref().and_then(Value::as_str) {
            Some(text) => text.to_owned(),
            None => self.code.qualified.clone(),
        }
    }
}

/// The arguments that a native function takes, as `"iterable, /, *, key=, reverse="`.
#[derive(Default)]
pub struct Takes {
    pub names: Vec<&'static str>,
    /// How many of the names have to be given.
    pub required: usize,
    /// How many can be given by position.
    pub positional: usize,
    /// How many cannot be named.
    pub unnamed: usize,
    /// `*args`: they follow the named ones.
    pub rest: bool,
    /// `**kwargs`: a dict, before the rest.
    pub keywords: bool,
}

impl Takes {
    /// Reads the notation, whose errors are ours.
    pub fn new(spec: &'static str) -> Takes {
        let mut takes = Takes::default();
        let mut by_position = true;
        for part in spec.split(", ").filter(|part| !part.is_empty()) {
            match part {
                "/" => takes.unnamed = takes.names.len(),
                "*" => by_position = false,
                _ if part.starts_with("**") => takes.keywords = true,
                _ if part.starts_with('*') => {
                    takes.rest = true;
                    by_position = false;
                }
                _ => {
                    let name = part.trim_end_matches('=');
                    if name.len() == part.len() {
                        takes.required = takes.names.len() + 1;
                    }
                    takes.names.push(name);
                    takes.positional += usize::from(by_position);
                }
            }
        }
        takes
    }

    /// Arguments by position alone can be handed on as they lie.
    #[inline]
    pub fn fits(&self, count: usize) -> bool {
        let simple = !self.keywords && (!self.rest || self.names.is_empty());
        simple && count >= self.required && (self.rest || count <= self.positional)
    }
}

pub type Run = fn(&'static World, &[Value]) -> Answer;

/// A function of Python itself, written in Rust.
pub struct Native {
    pub name: &'static str,
    /// The type whose method it is, or nothing.
    pub owner: &'static str,
    pub takes: Takes,
    pub run: Run,
}

impl Native {
    pub fn new(owner: &'static str, name: &'static str, takes: &'static str, run: Run) -> Native {
        Native {
            name,
            owner,
            takes: Takes::new(takes),
            run,
        }
    }

    /// As it is named in an error.
    pub fn shown(&self) -> String {
        if self.owner.is_empty() {
            self.name.to_owned()
        } else {
            format!("{}.{}", self.owner, self.name)
        }
    }
}

/// A function bound to an object.
pub struct Method {
    pub function: Value,
    pub object: Value,
}

impl Method {
    pub fn bind(function: Value, object: Value) -> Value {
        Value::Method(Arc::new(Method { function, object }))
    }
}

impl Drop for Method {
    fn drop(&mut self) {
        bury([std::mem::take(&mut self.object)]);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_notation_of_arguments() {
        let takes = Takes::new("iterable, /, *, key=, reverse=");
        assert_eq!(takes.names, ["iterable", "key", "reverse"]);
        assert_eq!((takes.required, takes.positional, takes.unnamed), (1, 1, 1));
        assert!(takes.fits(1) && !takes.fits(0) && !takes.fits(2));
        assert!(Takes::new("*args").fits(100));
        assert!(!Takes::new("*args, sep=").fits(1));
    }
}
