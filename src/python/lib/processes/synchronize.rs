//! What processes wait for: the primitives of `threading`, which all processes have in common.

use std::sync::Arc;

use super::{SYNCHRONIZE, new_class};

use crate::python::builtins::{Table, classes as builtin};
use crate::python::engine::{Handle, Lock};
use crate::python::lib::class::{field, set_field, this as object_of};
use crate::python::lib::threading::{barrier, condition, event, lock, make, semaphore};
use crate::python::machine::{Answer, Result, Stop, World, error, later, sequence};
use crate::python::values::{Class, Truth, Value};

pub fn classes() -> Vec<&'static Class> {
    let of = |name, base, methods| new_class(SYNCHRONIZE, name, base, methods, &[]);
    let object = builtin().object;
    let lock = of("Lock", object, lock::METHODS);
    let rlock = of("RLock", object, lock::METHODS);
    let semaphore = of("Semaphore", object, semaphore::METHODS);
    let bounded = of("BoundedSemaphore", semaphore, semaphore::BOUNDED);
    let event = of("Event", object, event::METHODS);
    let condition = of("Condition", object, condition::METHODS);
    let barrier = new_class(SYNCHRONIZE, "Barrier", object, barrier::METHODS, &[]);
    barrier::add_properties(barrier);
    for (class, methods) in [
        (lock, LOCK),
        (rlock, RLOCK),
        (semaphore, SEMAPHORE),
        (bounded, BOUNDED),
        (barrier, BARRIER),
    ] {
        let mut attributes = class.attributes.write();
        crate::python::builtins::add(&mut attributes, "", methods);
    }
    let all = vec![lock, rlock, semaphore, bounded, event, condition, barrier];
    all.iter().for_each(|class| class.inspect());
    all
}

const LOCK: Table = &[
    ("__init__", "self", |world, args| {
        let lock = move |name: &str| Ok(Handle::Lock(world.engine.lock(name)));
        make(args, "lock", Box::new(lock))
    }),
    ("acquire", "self, block=, timeout=", acquire),
    ("release", "self", release_lock),
    ("__enter__", "self", acquire),
    ("__exit__", "self, *args", release_lock),
    ("__repr__", "self", repr),
];

const RLOCK: Table = &[
    ("__init__", "self", |world, args| {
        let lock = move |name: &str| Ok(Handle::Lock(world.engine.rlock(name)));
        make(args, "rlock", Box::new(lock))
    }),
    ("acquire", "self, block=, timeout=", acquire),
    ("release", "self", release_rlock),
    ("__enter__", "self", acquire),
    ("__exit__", "self, *args", release_rlock),
    ("__repr__", "self", repr_rlock),
];

const SEMAPHORE: Table = &[("acquire", "self, block=, timeout=", |_, args| {
    let (object, blocking) = (object_of(args)?, semaphore::blocking(args)?);
    match object.handle.get().map(|handle| &**handle) {
        Some(Handle::Semaphore(semaphore)) => Err(Stop::Perform(semaphore.acquire(blocking))),
        _ => Err(error::runtime_error("Semaphore.__init__() not called").into()),
    }
})];

const BOUNDED: Table = &[("release", "self, n=", |world, args| {
    let release = semaphore::release(world, args);
    later(async move { renamed(sequence::wait(release).await, TOO_OFTEN) })
})];

const TOO_OFTEN: &str = "semaphore or lock released too many times";

const BARRIER: Table = &[(
    "__init__",
    "self, parties, action=, timeout=",
    |world, args| {
        if args
            .get(2)
            .is_some_and(|action| !action.clone().or_none().is_none())
        {
            let text = "a Barrier of processes has no action here: call it after wait() gave 0";
            return Err(error::value_error(text).into());
        }
        barrier::init(world, args)
    },
)];

/// How often a process has acquired a lock and not released it, as far as it knows itself.
const DEPTH: &str = "_depth";

fn lock_of(args: &[Value]) -> Result<Arc<dyn Lock>> {
    match object_of(args)?.handle.get().map(|handle| &**handle) {
        Some(Handle::Lock(lock)) => Ok(lock.clone()),
        _ => Err(error::runtime_error("Lock.__init__() not called")),
    }
}

fn depth(object: &Value) -> i64 {
    match object {
        Value::Instance(object) => match field(object, DEPTH) {
            Value::Int(depth) => depth,
            _ => 0,
        },
        _ => 0,
    }
}

/// Notes that the process has acquired it, or released it.
fn count(object: &Value, more: i64) {
    if let Value::Instance(instance) = object {
        set_field(instance, DEPTH, Value::Int((depth(object) + more).max(0)));
    }
}

fn acquire(_: &'static World, args: &[Value]) -> Answer {
    let acquires = lock_of(args)?.acquire(lock::blocking(args)?);
    let object = args[0].clone();
    later(async move {
        let acquired = sequence::wait(Err(Stop::Perform(acquires))).await?;
        if matches!(acquired, Value::Bool(Truth::True)) {
            count(&object, 1);
        }
        Ok(acquired)
    })
}

fn release_lock(_: &'static World, args: &[Value]) -> Answer {
    let (object, releases) = (args[0].clone(), lock_of(args)?.release());
    later(async move {
        count(&object, -1);
        renamed(
            sequence::wait(Err(Stop::Perform(releases))).await,
            TOO_OFTEN,
        )
    })
}

fn release_rlock(_: &'static World, args: &[Value]) -> Answer {
    let (object, releases) = (args[0].clone(), lock_of(args)?.release());
    later(async move {
        let released = sequence::wait(Err(Stop::Perform(releases))).await;
        if released.is_err() {
            let text = "attempt to release recursive lock not owned by thread";
            return Err(error::error(builtin().assertion_error, text));
        }
        count(&object, -1);
        Ok(Value::None)
    })
}

/// CPython's errors of a release are others than those of threads.
fn renamed(released: Result<Value>, text: &str) -> Result<Value> {
    released.map_err(|_| error::value_error(text))
}

fn repr(world: &'static World, args: &[Value]) -> Answer {
    let (held, is_mine) = (lock_of(args)?.held(), depth(&args[0]) > 0);
    let name = name_of_process(world);
    later(async move {
        let held = sequence::wait(Err(Stop::Perform(held))).await?;
        let owner = match held {
            Value::Bool(Truth::True) if is_mine => name,
            Value::Bool(Truth::True) => "SomeOtherProcess".to_owned(),
            _ => "None".to_owned(),
        };
        Ok(Value::from(format!("<Lock(owner={owner})>")))
    })
}

fn repr_rlock(world: &'static World, args: &[Value]) -> Answer {
    Ok(Value::from(match depth(&args[0]) {
        0 => "<RLock(None, 0)>".to_owned(),
        depth => format!("<RLock({}, {depth})>", name_of_process(world)),
    }))
}

fn name_of_process(world: &World) -> String {
    match world.process_object() {
        Value::Instance(process) => field(&process, "_name")
            .as_str()
            .unwrap_or_default()
            .to_owned(),
        _ => String::new(),
    }
}
