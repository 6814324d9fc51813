//! `Barrier`.

use std::sync::Arc;

use super::{describe, make, new_class, perform, seconds, within};
use crate::python::builtins::{Table, native};
use crate::python::engine::Handle;
use crate::python::lib::class::{field, set_field, this as object_of};
use crate::python::machine::{Answer, World, error};
use crate::python::names::Name;
use crate::python::values::{Class, Property, Run, Truth, Value};

pub fn class() -> &'static Class {
    let class = new_class("Barrier", METHODS);
    add_properties(class);
    class
}

pub fn add_properties(class: &Class) {
    for (name, run) in PROPERTIES {
        let property = Property {
            get: native("Barrier", (name, "self", *run)),
            set: Value::None,
            delete: Value::None,
            doc: Value::None,
        };
        let property = Value::Property(Arc::new(property));
        drop(class.attributes.write().set(Name::new(name), property));
    }
    class.inspect();
}

pub const METHODS: Table = &[
    ("__init__", "self, parties, action=, timeout=", init),
    ("wait", "self, timeout=", wait),
    (
        "abort",
        "self",
        perform!(args, Handle::Barrier(barrier) => barrier.abort()),
    ),
    (
        "reset",
        "self",
        perform!(args, Handle::Barrier(barrier) => barrier.reset()),
    ),
    ("__repr__", "self", |world, args| {
        let asks = |handle: &Handle| match handle {
            Handle::Barrier(barrier) => Some(vec![barrier.is_broken(), barrier.waiting()]),
            _ => None,
        };
        let parties = field(object_of(args)?, "_parties");
        let tell = move |state: &[Value]| match (state, parties) {
            ([Value::Bool(Truth::False), Value::Int(waiting)], Value::Int(parties)) => {
                format!("waiters={waiting}/{parties}")
            }
            _ => "broken".to_owned(),
        };
        describe(world, args, asks, Box::new(tell))
    }),
];

const PROPERTIES: &[(&str, Run)] = &[
    ("parties", |_, args| Ok(field(object_of(args)?, "_parties"))),
    (
        "n_waiting",
        perform!(args, Handle::Barrier(barrier) => barrier.waiting()),
    ),
    (
        "broken",
        perform!(args, Handle::Barrier(barrier) => barrier.is_broken()),
    ),
];

pub fn init(world: &'static World, args: &[Value]) -> Answer {
    let parties = args[1].as_int().and_then(|number| number.to_i64());
    let Some(parties) = parties
        .and_then(|number| u32::try_from(number).ok())
        .filter(|n| *n > 0)
    else {
        return Err(error::value_error("parties must be > 0").into());
    };
    let action = args.get(2).cloned().unwrap_or_default().or_none();
    let object = object_of(args)?;
    set_field(object, "_parties", args[1].clone());
    set_field(
        object,
        "_timeout",
        args.get(3).cloned().unwrap_or_default().or_none(),
    );
    make(
        args,
        "barrier",
        Box::new(move |name| {
            Ok(Handle::Barrier(
                world.engine.barrier(world, name, parties, action),
            ))
        }),
    )
}

fn wait(world: &'static World, args: &[Value]) -> Answer {
    let usual = field(object_of(args)?, "_timeout");
    let timeout = match seconds(args.get(1))? {
        None => usual,
        Some(_) => args[1].clone(),
    };
    let method: Run =
        perform!(args, Handle::Barrier(barrier) => barrier.wait(within(args.get(1))?));
    method(world, &[args[0].clone(), timeout])
}
