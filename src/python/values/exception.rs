//! Exceptions: instances of the classes below BaseException.

use std::sync::Arc;

use super::estate::{self, Owned};
use super::{Class, Module, Value, bury};
use crate::python::code::Code;
use crate::python::names::NameMap;
use crate::sync::Own;

/// One line of a traceback, the outermost last.
#[derive(Clone, Copy)]
pub struct Place {
    pub code: &'static Code,
    pub module: &'static Module,
    pub line: u32,
}

pub struct Exception {
    pub class: &'static Class,
    /// A tuple.
    pub args: Own<Value>,
    pub fields: Own<NameMap>,
    pub cause: Own<Value>,
    pub context: Own<Value>,
    pub suppress_context: Own<bool>,
    pub traceback: Own<Vec<Place>>,
}

impl Exception {
    pub fn new(class: &'static Class, args: Vec<Value>) -> Arc<Exception> {
        estate::count(Exception {
            class,
            args: Own::new(Value::tuple(args)),
            fields: Own::default(),
            cause: Own::new(Value::None),
            context: Own::new(Value::None),
            suppress_context: Own::new(false),
            traceback: Own::default(),
        })
    }

    /// An argument by its position.
    pub fn arg(&self, at: usize) -> Option<Value> {
        match &*self.args.read() {
            Value::Tuple(args) => args.get(at).cloned(),
            _ => None,
        }
    }

    pub fn arg_list(&self) -> Vec<Value> {
        match &*self.args.read() {
            Value::Tuple(args) => args.to_vec(),
            _ => Vec::new(),
        }
    }
}

impl Owned for Exception {
    fn empty(&self) {
        for link in [&self.args, &self.cause, &self.context] {
            link.set(Value::None);
        }
        let fields = std::mem::take(&mut *self.fields.write());
        bury(fields.into_values());
    }
}

impl Drop for Exception {
    fn drop(&mut self) {
        let links = [
            std::mem::take(self.args.get_mut()),
            std::mem::take(self.cause.get_mut()),
            std::mem::take(self.context.get_mut()),
        ];
        bury(links);
        bury(std::mem::take(self.fields.get_mut()).into_values());
    }
}

/// An exception on its way.
#[derive(Clone)]
pub struct Raise(pub Arc<Exception>);
