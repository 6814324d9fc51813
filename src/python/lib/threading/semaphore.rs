//! `Semaphore` and `BoundedSemaphore`.

use std::sync::Arc;

use super::{
    EXIT, describe, flag, make, new_class, perform, raise_of, seconds, this, wrong_object,
};
use crate::python::builtins::{Table, native};
use crate::python::engine::Handle;
use crate::python::lib::class::{field, set_field, this as object_of};
use crate::python::machine::{Answer, Result, Stop, World, error};
use crate::python::names::Name;
use crate::python::values::{Class, Property, Value};
use crate::sync::Blocking;

pub fn class() -> &'static Class {
    let class = new_class("Semaphore", METHODS);
    let property = Property {
        get: native("Semaphore", ("_value", "self", value)),
        set: Value::None,
        delete: Value::None,
        doc: Value::None,
    };
    let value = Value::Property(Arc::new(property));
    drop(class.attributes.write().set(Name::new("_value"), value));
    class.inspect();
    class
}

pub fn bounded(base: &'static Class) -> &'static Class {
    super::super::class::new("threading", "BoundedSemaphore", base, BOUNDED)
}

pub const METHODS: Table = &[
    ("__init__", "self, value=", |world, args| {
        init(world, args, false)
    }),
    (
        "acquire",
        "self, blocking=, timeout=",
        perform!(args, Handle::Semaphore(s) => s.acquire(blocking(args)?)),
    ),
    ("release", "self, n=", release),
    (
        "__enter__",
        "self",
        perform!(args, Handle::Semaphore(s) => s.acquire(Blocking::Forever)),
    ),
    (
        "__exit__",
        EXIT,
        perform!(args, Handle::Semaphore(s) => s.release(1)),
    ),
    ("__repr__", "self", repr),
];

pub const BOUNDED: Table = &[("__init__", "self, value=", |world, args| {
    init(world, args, true)
})];

fn init(world: &'static World, args: &[Value], bounded: bool) -> Answer {
    let permits = match args.get(1) {
        None | Some(Value::Unset) => 1,
        Some(value) => match value.as_int().and_then(|number| number.to_i64()) {
            Some(number) if number < 0 => {
                return Err(error::value_error("semaphore initial value must be >= 0").into());
            }
            Some(number) => u32::try_from(number).unwrap_or(u32::MAX),
            None => return Err(error::type_error("an integer is required").into()),
        },
    };
    if bounded {
        let most = Value::Int(permits.into());
        set_field(object_of(args)?, "_initial_value", most);
    }
    make(
        args,
        "semaphore",
        Box::new(move |name| {
            let semaphore = world.engine.semaphore(name, permits, bounded);
            Ok(Handle::Semaphore(semaphore))
        }),
    )
}

fn repr(world: &'static World, args: &[Value]) -> Answer {
    let asks = |handle: &Handle| match handle {
        Handle::Semaphore(semaphore) => Some(vec![semaphore.value()]),
        _ => None,
    };
    let most = match field(object_of(args)?, "_initial_value") {
        Value::Int(most) => format!("/{most}"),
        _ => String::new(),
    };
    let tell = move |value: &[Value]| match value {
        [Value::Int(value)] => format!("value={value}{most}"),
        _ => String::new(),
    };
    describe(world, args, asks, Box::new(tell))
}

pub fn blocking(args: &[Value]) -> Result<Blocking> {
    let timeout = seconds(args.get(2))?;
    Blocking::of_semaphore(flag(args.get(1), true), timeout).map_err(|error| raise_of(&error))
}

pub fn release(_: &'static World, args: &[Value]) -> Answer {
    let count = match args.get(1) {
        None | Some(Value::Unset) => 1,
        Some(value) => value
            .as_int()
            .and_then(|number| number.to_i64())
            .unwrap_or(0),
    };
    // What is less than one is refused by the semaphore itself.
    let count = u32::try_from(count.max(0)).unwrap_or(u32::MAX);
    match this(args)? {
        (_, Handle::Semaphore(semaphore)) => Err(Stop::Perform(semaphore.release(count))),
        _ => Err(wrong_object()),
    }
}

fn value(_: &'static World, args: &[Value]) -> Answer {
    match this(args)? {
        (_, Handle::Semaphore(semaphore)) => Err(Stop::Perform(semaphore.value())),
        _ => Err(wrong_object()),
    }
}
