//! What processes wait for: the primitives of `threading`, which all processes have in common.

use super::{SYNCHRONIZE, new_class};
use crate::python::builtins::{Table, classes as builtin};
use crate::python::engine::Handle;
use crate::python::lib::class::this as object_of;
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
    for (class, methods) in [(lock, LOCK), (rlock, RLOCK), (barrier, BARRIER)] {
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
    ("release", "self", |_, args| {
        let error = builtin().value_error;
        release(args, error, "semaphore or lock released too many times")
    }),
    ("__exit__", "self, *args", |_, args| {
        let error = builtin().value_error;
        release(args, error, "semaphore or lock released too many times")
    }),
    ("__repr__", "self", repr),
];

const RLOCK: Table = &[
    ("__init__", "self", |world, args| {
        let lock = move |name: &str| Ok(Handle::Lock(world.engine.rlock(name)));
        make(args, "rlock", Box::new(lock))
    }),
    ("release", "self", |_, args| {
        let error = builtin().assertion_error;
        let text = "attempt to release recursive lock not owned by thread";
        release(args, error, text)
    }),
    ("__exit__", "self, *args", |_, args| {
        let error = builtin().assertion_error;
        let text = "attempt to release recursive lock not owned by thread";
        release(args, error, text)
    }),
    ("__repr__", "self", repr),
];

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

/// CPython's errors of a release are others than those of threads.
fn release(args: &[Value], class: &'static Class, text: &'static str) -> Answer {
    let object = object_of(args)?;
    let Some(Handle::Lock(lock)) = object.handle.get().map(|handle| &**handle) else {
        return Err(error::runtime_error("Lock.__init__() not called").into());
    };
    let release = lock.release();
    later(async move {
        match sequence::wait(Err(Stop::Perform(release))).await {
            Err(raise) if raise.is(builtin().runtime_error) => Err(error::error(class, text)),
            other => other,
        }
    })
}

fn repr(_: &'static World, args: &[Value]) -> Answer {
    let object = object_of(args)?;
    let name = object.class().name.clone();
    let Some(Handle::Lock(lock)) = object.handle.get().map(|handle| &**handle) else {
        return Err(error::runtime_error("Lock.__init__() not called").into());
    };
    let held = lock.held();
    later(async move {
        let held: Result<Value> = sequence::wait(Err(Stop::Perform(held))).await;
        let owner = match held? {
            Value::Bool(Truth::True) => "unknown",
            _ => "None",
        };
        Ok(Value::from(format!("<{name}(owner={owner})>")))
    })
}
