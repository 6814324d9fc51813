//! `Lock` and `RLock`.

use std::sync::{Arc, LazyLock};

use super::{EXIT, flag, perform, raise_of, seconds};
use crate::python::builtins::{Table, add, classes};
use crate::python::code::forever;
use crate::python::engine::Handle;
use crate::python::machine::{Answer, Result, Stop, World};
use crate::python::names::{Name, NameMap};
use crate::python::values::{Class, Instance, Layout, Value};
use crate::sync::Blocking;

pub const FUNCTIONS: Table = &[
    ("Lock", "", |world, _| {
        new(world, lock_class(), "lock", false)
    }),
    ("RLock", "", |world, _| {
        new(world, rlock_class(), "rlock", true)
    }),
];

fn new(world: &'static World, class: &'static Class, kind: &'static str, again: bool) -> Answer {
    Err(Stop::Name(Box::new(move |name| {
        let name = if name.is_empty() { kind } else { name };
        let lock = match again {
            false => world.engine.lock(name),
            true => world.engine.rlock(name),
        };
        let instance = Instance::new(class, Value::Unset, world.serial());
        let _ = instance.handle.set(Box::new(Handle::Lock(lock)));
        Ok(Value::Instance(Arc::new(instance)))
    })))
}

/// How long `acquire(blocking, timeout)` may take.
pub fn blocking(args: &[Value]) -> Result<Blocking> {
    let timeout = seconds(args.get(2))?.unwrap_or(-1.0);
    Blocking::of_lock(flag(args.get(1), true), timeout).map_err(|error| raise_of(&error))
}

/// Of both.
const METHODS: Table = &[
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
];

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
