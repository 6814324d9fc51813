//! `with`: the two methods of a context manager.
//!
//! `with a as b: body` is compiled to: EnterWith, which leaves the bound `__exit__` on the
//! stack and the result of `__enter__` above it; the body; ExitWith. An exception of the
//! body goes to a handler that calls `__exit__` with it (ExitWithException) and raises it
//! again, unless the result is true.

use super::{Answer, Result, error, types};
use crate::python::names::{self, Name};
use crate::python::values::{Method, Raise, Value};

/// `__enter__` of the manager's class, and its `__exit__`, bound.
pub fn methods(manager: &Value) -> Result<(Value, Value)> {
    let both = [names::ENTER, names::EXIT];
    find(manager, both, "the context manager protocol")
}

pub fn async_methods(manager: &Value) -> Result<(Value, Value)> {
    let both = [names::AENTER, names::AEXIT];
    find(manager, both, "the asynchronous context manager protocol")
}

fn find(manager: &Value, [enter, exit]: [Name; 2], protocol: &str) -> Result<(Value, Value)> {
    let class = types::class_of(manager);
    let enters = class
        .find(enter)
        .ok_or_else(|| refused(manager, protocol, ""))?;
    let exits = class.find(exit).ok_or_else(|| {
        let missed = format!(" (missed {} method)", exit.text());
        refused(manager, protocol, &missed)
    })?;
    Ok((
        enters,
        Method::bind(super::attribute::unwrap(&exits), manager.clone()),
    ))
}

fn refused(manager: &Value, protocol: &str, missed: &str) -> Raise {
    let name = types::name_of(manager);
    error::type_error(format!(
        "'{name}' object does not support {protocol}{missed}"
    ))
}

pub fn enter(method: &Value, manager: &Value) -> Answer {
    types::tail_method(method, manager, [])
}
