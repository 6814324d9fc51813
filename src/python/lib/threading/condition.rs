//! `Condition`, over a lock of its own or a given one.

use super::{EXIT, lock, make, new_class, perform, seconds, this, within};
use crate::python::builtins::Table;
use crate::python::engine::Handle;
use crate::python::lib::class::{set_field, this as object_of};
use crate::python::machine::{Answer, Operation, Stop, World, error, later, sequence, types};
use crate::python::values::{Class, Value};
use crate::sync::Blocking;

pub fn class() -> &'static Class {
    new_class("Condition", METHODS)
}

pub const METHODS: Table = &[
    ("__init__", "self, lock=", init),
    ("__repr__", "self", lock::repr),
    (
        "acquire",
        "self, blocking=, timeout=",
        perform!(args, Handle::Condition(_, lock) => lock.acquire(lock::blocking(args)?)),
    ),
    (
        "_is_owned",
        "self",
        perform!(args, Handle::Condition(_, lock) => lock.held()),
    ),
    (
        "release",
        "self",
        perform!(args, Handle::Condition(_, lock) => lock.release()),
    ),
    (
        "__enter__",
        "self",
        perform!(args, Handle::Condition(_, lock) => lock.acquire(Blocking::Forever)),
    ),
    (
        "__exit__",
        EXIT,
        perform!(args, Handle::Condition(_, lock) => lock.release()),
    ),
    (
        "wait",
        "self, timeout=",
        perform!(args, Handle::Condition(condition, _) => condition.wait(within(args.get(1))?)),
    ),
    ("wait_for", "self, predicate, timeout=", wait_for),
    (
        "notify",
        "self, n=",
        perform!(args, Handle::Condition(condition, _) => condition.notify(count(args))),
    ),
    (
        "notify_all",
        "self",
        perform!(args, Handle::Condition(condition, _) => condition.notify(usize::MAX)),
    ),
    (
        "notifyAll",
        "self",
        perform!(args, Handle::Condition(condition, _) => condition.notify(usize::MAX)),
    ),
];

fn init(world: &'static World, args: &[Value]) -> Answer {
    let given = args.get(1).cloned().unwrap_or_default().or_none();
    let object = args[0].clone();
    make(
        args,
        "condition",
        Box::new(move |name| {
            let lock = match given {
                Value::None => lock::rlock(world, name),
                given => given,
            };
            let Ok((_, Handle::Lock(inner))) = this(std::slice::from_ref(&lock)) else {
                return Err(error::type_error("an object of another class is needed"));
            };
            set_field(
                object_of(std::slice::from_ref(&object))?,
                "_lock",
                lock.clone(),
            );
            match world.engine.condition(name, &**inner) {
                Some(condition) => Ok(Handle::Condition(condition, inner.clone())),
                None => Err(error::type_error("a lock of this program is needed")),
            }
        }),
    )
}

fn count(args: &[Value]) -> usize {
    let given = args.get(1).and_then(Value::as_int);
    let given = given.and_then(|number| number.to_i64());
    usize::try_from(given.unwrap_or(1)).unwrap_or(0)
}

/// CPython's loop (Lib/threading.py): the time is counted from the first wait.
fn wait_for(world: &'static World, args: &[Value]) -> Answer {
    let (object, predicate) = (args[0].clone(), args[1].clone());
    let timeout = seconds(args.get(2))?;
    later(async move {
        let mut end = None;
        loop {
            let result = sequence::call(&predicate, Vec::new()).await?;
            if types::truth_of(world, &result).await? {
                return Ok(result);
            }
            let left = match timeout {
                None => None,
                Some(timeout) => {
                    let now = world.engine.now().as_secs_f64();
                    let left = *end.get_or_insert(now + timeout) - now;
                    if left <= 0.0 {
                        return Ok(result);
                    }
                    Some(left)
                }
            };
            sequence::wait(Err(Stop::Perform(wait(&object, left)?))).await?;
        }
    })
}

fn wait(object: &Value, left: Option<f64>) -> crate::python::machine::Result<Operation> {
    let blocking = Blocking::of_timeout(left).map_err(|error| super::raise_of(&error))?;
    match this(std::slice::from_ref(object))? {
        (_, Handle::Condition(condition, _)) => Ok(condition.wait(blocking)),
        _ => Err(error::type_error("an object of another class is needed")),
    }
}
