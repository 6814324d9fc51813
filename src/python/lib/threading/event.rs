//! `Event`.

use super::{make, new_class, perform, within};
use crate::python::builtins::Table;
use crate::python::engine::Handle;
use crate::python::values::Class;

pub fn class() -> &'static Class {
    new_class("Event", METHODS)
}

const METHODS: Table = &[
    ("__init__", "self", |world, args| {
        make(args, "event", |name| {
            Ok(Handle::Event(world.engine.event(name)))
        })
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
];
