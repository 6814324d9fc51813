//! `Event`.

use super::{describe, make, new_class, perform, within};
use crate::python::builtins::Table;
use crate::python::engine::Handle;
use crate::python::values::{Class, Truth, Value};

pub fn class() -> &'static Class {
    new_class("Event", METHODS)
}

pub const METHODS: Table = &[
    ("__init__", "self", |world, args| {
        make(
            args,
            "event",
            Box::new(|name| Ok(Handle::Event(world.engine.event(name)))),
        )
    }),
    (
        "set",
        "self",
        perform!(args, Handle::Event(event) => event.set()),
    ),
    (
        "clear",
        "self",
        perform!(args, Handle::Event(event) => event.clear()),
    ),
    (
        "is_set",
        "self",
        perform!(args, Handle::Event(event) => event.is_set()),
    ),
    (
        "isSet",
        "self",
        perform!(args, Handle::Event(event) => event.is_set()),
    ),
    (
        "wait",
        "self, timeout=",
        perform!(args, Handle::Event(event) => event.wait(within(args.get(1))?)),
    ),
    ("__repr__", "self", |world, args| {
        let asks = |handle: &Handle| match handle {
            Handle::Event(event) => Some(vec![event.is_set()]),
            _ => None,
        };
        let tell = |is_set: &[Value]| {
            let is_set = matches!(is_set, [Value::Bool(Truth::True)]);
            if is_set { "set" } else { "unset" }.to_owned()
        };
        describe(world, args, asks, Box::new(tell))
    }),
];
