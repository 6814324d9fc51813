//! `Lock` and `RLock`.

use std::sync::{Arc, LazyLock};

use super::{EXIT, describe, flag, perform, raise_of, seconds};
use crate::python::builtins::{Table, add, classes};
use crate::python::code::forever;
use crate::python::engine::{Handle, Lock};
use crate::python::machine::{Answer, Result, Stop, World};
use crate::python::names::{Name, NameMap};
use crate::python::values::{Class, Instance, Layout, Value};
use crate::sync::Blocking;

pub const FUNCTIONS: Table = &[
    ("Lock", "", |world, _| {
        new(move |name| {
            let name = if name.is_empty() { "lock" } else { name };
            object(world, lock_class(), world.engine.lock(name))
        })
    }),
    ("RLock", "", |world, _| new(move |name| rlock(world, name))),
];

fn new(make: impl FnOnce(&str) -> Value + Send + 'static) -> Answer {
    Err(Stop::Name(Box::new(move |name| Ok(make(name)))))
}

fn object(world: &World, class: &'static Class, lock: Arc<dyn Lock>) -> Value {
    let instance = Instance::new(class, Value::Unset, world.serial());
    let _ = instance.handle.set(Box::new(Handle::Lock(lock)));
    Value::Instance(instance)
}

/// An RLock of this name.
pub fn rlock(world: &'static World, name: &str) -> Value {
    let name = if name.is_empty() { "rlock" } else { name };
    object(world, rlock_class(), world.engine.rlock(name))
}

/// How long `acquire(blocking, timeout)` may take.
pub fn blocking(args: &[Value]) -> Result<Blocking> {
    let timeout = seconds(args.get(2))?.unwrap_or(-1.0);
    Blocking::of_lock(flag(args.get(1), true), timeout).map_err(|error| raise_of(&error))
}

/// Of both.
pub const METHODS: Table = &[
    (
        "acquire",
        "self, blocking=, timeout=",
        perform!(args, Handle::Lock(lock) => lock.acquire(blocking(args)?)),
    ),
    (
        "release",
        "self",
        perform!(args, Handle::Lock(lock) => lock.release()),
    ),
    (
        "__enter__",
        "self",
        perform!(args, Handle::Lock(lock) => lock.acquire(Blocking::Forever)),
    ),
    (
        "__exit__",
        EXIT,
        perform!(args, Handle::Lock(lock) => lock.release()),
    ),
    ("__repr__", "self", repr),
];

/// Of a condition, too.
pub fn repr(world: &'static World, args: &[Value]) -> Answer {
    let asks = |handle: &Handle| match handle {
        Handle::Lock(lock) | Handle::Condition(_, lock) => Some(vec![lock.text()]),
        _ => None,
    };
    let tell = |text: &[Value]| text[0].as_str().unwrap_or_default().to_owned();
    describe(world, args, asks, Box::new(tell))
}

const OF_LOCK: Table = &[(
    "locked",
    "self",
    perform!(args, Handle::Lock(lock) => lock.held()),
)];

const OF_RLOCK: Table = &[(
    "_is_owned",
    "self",
    perform!(args, Handle::Lock(lock) => lock.held()),
)];

/// Nothing can be derived from these, so they are the same for all programs.
fn class(name: &'static str, table: Table) -> &'static Class {
    let mut fixed = NameMap::new();
    add(&mut fixed, name, METHODS);
    add(&mut fixed, name, table);
    let module = Name::new("_thread");
    forever(Class::builtin(
        name,
        module,
        &[classes().object],
        Layout::Final,
        fixed,
    ))
}

fn lock_class() -> &'static Class {
    static CLASS: LazyLock<&'static Class> = LazyLock::new(|| class("lock", OF_LOCK));
    &CLASS
}

fn rlock_class() -> &'static Class {
    static CLASS: LazyLock<&'static Class> = LazyLock::new(|| class("RLock", OF_RLOCK));
    &CLASS
}
