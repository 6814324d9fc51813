//! `as_completed` and `wait`: for many futures at a time.

use std::sync::{Arc, LazyLock};

use super::{class_of, future_of, new_class};
use crate::pool::Until;
use crate::python::builtins::{Table, classes, sets};
use crate::python::code::forever;
use crate::python::engine::{Future, Handle};
use crate::python::lib::class::{field, set_field, this as object_of};
use crate::python::lib::threading::within;
use crate::python::machine::{Answer, Result, Stop, World, error, iterate, later, sequence, text};
use crate::python::values::{Class, Instance, Iter, Iteration, Method, Native, Truth, Value};
use crate::sync::Blocking;

pub const FUNCTIONS: Table = &[
    ("as_completed", "fs, timeout=", as_completed),
    ("wait", "fs, timeout=, return_when=", wait),
];

/// What a program may say to wait for.
pub const RETURN_WHEN: [&str; 3] = ["FIRST_COMPLETED", "FIRST_EXCEPTION", "ALL_COMPLETED"];

/// Each future once, in the order given, and what they are to the engine.
async fn distinct(
    world: &'static World,
    futures: &Value,
) -> Result<(Vec<Value>, Vec<Arc<dyn Future>>)> {
    let mut each: Vec<Value> = Vec::new();
    for future in iterate::collect(world, futures).await? {
        if !each.iter().any(|other| other.is(&future)) {
            each.push(future);
        }
    }
    let handles: Result<Vec<_>> = each.iter().map(|f| future_of(f).cloned()).collect();
    Ok((each, handles?))
}

fn as_completed(world: &'static World, args: &[Value]) -> Answer {
    let (futures, blocking) = (args[0].clone(), within(args.get(1))?);
    later(async move {
        let (futures, handles) = distinct(world, &futures).await?;
        let completed = world.engine.as_completed(&handles, blocking);
        let object = Instance::new(classes().object, Value::Unset, world.serial());
        let _ = object.handle.set(Box::new(Handle::Completed(completed)));
        set_field(&object, "futures", Value::list(futures));
        let object = Value::Instance(object);
        let step = Method::bind(Value::Native(*STEP), object);
        Ok(Iter::value(Iteration::Native(step)))
    })
}

static STEP: LazyLock<&'static Native> =
    LazyLock::new(|| forever(Native::new("", "__next__", "state, /", next)));

fn next(_: &'static World, args: &[Value]) -> Answer {
    let object = object_of(args)?;
    let Some(Handle::Completed(completed)) = object.handle.get().map(|handle| &**handle) else {
        return Err(error::stop_iteration(Value::None).into());
    };
    let (next, futures) = (completed.next(), field(object, "futures"));
    later(async move {
        let place = sequence::wait(Err(Stop::Perform(next))).await?;
        let futures = iterate::at_hand(&futures).unwrap_or_default();
        match place {
            Value::Int(place) => Ok(futures.get(place as usize).cloned().unwrap_or_default()),
            _ => Err(error::stop_iteration(Value::None)),
        }
    })
}

fn wait(world: &'static World, args: &[Value]) -> Answer {
    let (futures, mut blocking) = (args[0].clone(), within(args.get(1))?);
    let when = args.get(2).cloned().unwrap_or_default();
    later(async move {
        let (futures, handles) = distinct(world, &futures).await?;
        let until = match when.as_str() {
            None if when.is_unset() => Some(Until::AllCompleted),
            Some("ALL_COMPLETED") => Some(Until::AllCompleted),
            Some("FIRST_COMPLETED") => Some(Until::FirstCompleted),
            Some("FIRST_EXCEPTION") => Some(Until::FirstException),
            _ => None,
        };
        if until.is_none() {
            // CPython looks at it only if there is something to wait for.
            blocking = Blocking::No;
        }
        let until_what = until.unwrap_or(Until::AllCompleted);
        let waits = world.engine.wait(&handles, until_what, blocking);
        let flags = sequence::wait(Err(Stop::Perform(waits))).await?;
        let flags = iterate::at_hand(&flags).unwrap_or_default();
        let is_done = |flag: &Value| matches!(flag, Value::Bool(Truth::True));
        if until.is_none() && !flags.iter().all(is_done) {
            let shown = sequence::wait(text::repr(world, &when)).await?;
            let shown = shown.as_str().unwrap_or_default();
            let text = format!("Invalid return condition: {shown}");
            return Err(error::value_error(text));
        }
        let (done, not_done): (Vec<_>, Vec<_>) =
            (futures.into_iter().zip(flags)).partition(|(_, flag)| is_done(flag));
        let mut both = Vec::new();
        for part in [done, not_done] {
            let futures = part.into_iter().map(|(future, _)| future).collect();
            both.push(sequence::wait(sets::of(world, futures)).await?);
        }
        let class = class_of(world, WAITED)?;
        let pair = Instance::new(class, Value::tuple(both), world.serial());
        Ok(Value::Instance(pair))
    })
}

/// Where the module has the class of what `wait` gives.
pub const WAITED: &str = "_DoneAndNotDoneFutures";

/// What `wait` gives: a named tuple.
pub fn done_and_not_done() -> &'static Class {
    new_class(
        super::BASE,
        "DoneAndNotDoneFutures",
        classes().tuple,
        &[("__repr__", "self", repr)],
        &[
            ("done", |_, args| Ok(part(args, 0))),
            ("not_done", |_, args| Ok(part(args, 1))),
        ],
    )
}

fn part(args: &[Value], at: usize) -> Value {
    match args[0].inner() {
        Value::Tuple(parts) => parts.get(at).cloned().unwrap_or_default(),
        _ => Value::None,
    }
}

fn repr(world: &'static World, args: &[Value]) -> Answer {
    let (done, not_done) = (part(args, 0), part(args, 1));
    later(async move {
        let done = sequence::wait(text::repr(world, &done)).await?;
        let not_done = sequence::wait(text::repr(world, &not_done)).await?;
        let text = |value: &Value| value.as_str().unwrap_or_default().to_owned();
        Ok(Value::from(format!(
            "DoneAndNotDoneFutures(done={}, not_done={})",
            text(&done),
            text(&not_done)
        )))
    })
}
