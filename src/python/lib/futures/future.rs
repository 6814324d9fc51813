//! `Future`.

use std::sync::{Arc, LazyLock};

use super::{BASE, call_method, future_of, invalid_state_error, new_class};
use crate::python::builtins::{Table, classes};
use crate::python::code::forever;
use crate::python::engine::Handle;
use crate::python::lib::class::{of as class_in, this as object_of};
use crate::python::lib::threading::within;
use crate::python::machine::{
    Answer, Result, Stop, World, as_raise, error, iterate, later, sequence, tell_after, text, types,
};
use crate::python::names::Name;
use crate::python::values::{Class, Instance, Native, Raise, Run, Value};
use crate::sync::Blocking;

pub fn class() -> &'static Class {
    new_class(BASE, "Future", classes().object, METHODS, PROPERTIES)
}

const METHODS: Table = &[
    ("__init__", "self", init),
    ("cancel", "self", cancel),
    ("cancelled", "self", |_, args| {
        looks(args, |state, _, _| Value::bool(state == "CANCELLED"))
    }),
    ("running", "self", |_, args| {
        looks(args, |state, _, _| Value::bool(state == "RUNNING"))
    }),
    ("done", "self", |_, args| {
        looks(args, |state, _, _| Value::bool(is_done(state)))
    }),
    ("add_done_callback", "self, fn", add_done_callback),
    ("result", "self, timeout=", |_, args| {
        let future = future_of(&args[0])?;
        Err(Stop::Perform(future.result(within(args.get(1))?)))
    }),
    ("exception", "self, timeout=", |_, args| {
        let future = future_of(&args[0])?;
        Err(Stop::Perform(future.exception(within(args.get(1))?)))
    }),
    ("set_running_or_notify_cancel", "self", begin),
    ("set_result", "self, result", |world, args| {
        settle(world, &args[0], Ok(args[1].clone()))
    }),
    ("set_exception", "self, exception", |world, args| {
        settle(world, &args[0], Err(as_raise(&args[1])))
    }),
    ("__repr__", "self", repr),
];

const PROPERTIES: &[(&str, Run)] = &[("_state", |_, args| {
    looks(args, |state, _, _| Value::from(state))
})];

fn init(world: &'static World, args: &[Value]) -> Answer {
    let object = object_of(args)?;
    // A second call changes nothing.
    let _ = object
        .handle
        .set(Box::new(Handle::Future(world.engine.future())));
    Ok(Value::None)
}

/// One that stands for a future of the engine.
pub fn new(
    world: &'static World,
    class: &'static Class,
    future: Arc<dyn crate::python::engine::Future>,
) -> Value {
    let object = Instance::new(class, Value::Unset, world.serial());
    future.set_serial(object.serial);
    let _ = object.handle.set(Box::new(Handle::Future(future)));
    Value::Instance(object)
}

fn is_done(state: &str) -> bool {
    matches!(state, "CANCELLED" | "FINISHED")
}

/// What is to be said of a state: how far it is, whether something was raised, and what came.
type Says = fn(&str, bool, Value) -> Value;

/// A step in which the state is looked at.
fn looks(args: &[Value], says: Says) -> Answer {
    let looks = future_of(&args[0])?.look();
    later(async move {
        let (state, raised, value) = seen(&sequence::wait(Err(Stop::Perform(looks))).await?);
        Ok(says(&state, raised, value))
    })
}

/// The parts of what a look finds.
fn seen(found: &Value) -> (String, bool, Value) {
    match iterate::at_hand(found).as_deref() {
        Some([state, Value::Bool(raised), value]) => {
            let state = state.as_str().unwrap_or_default().to_owned();
            (state, raised.get(), value.clone())
        }
        _ => (String::new(), false, Value::None),
    }
}

fn cancel(world: &'static World, args: &[Value]) -> Answer {
    let (future, cancels) = (args[0].clone(), future_of(&args[0])?.cancel());
    later(async move {
        let callbacks = sequence::wait(Err(Stop::Perform(cancels))).await?;
        if callbacks.is_none() {
            return Ok(Value::bool(false));
        }
        sequence::wait(call_back(world, future, callbacks)).await?;
        Ok(Value::bool(true))
    })
}

fn add_done_callback(world: &'static World, args: &[Value]) -> Answer {
    let (future, callback) = (args[0].clone(), args[1].clone());
    if future_of(&future)?.is_handed_on() {
        return call_when_done(world, future, callback);
    }
    let adds = future_of(&future)?.add_callback(callback.clone());
    later(async move {
        let added = sequence::wait(Err(Stop::Perform(adds))).await?;
        if types::truth_of(world, &added).await? {
            return Ok(Value::None);
        }
        let callbacks = Value::list(vec![callback]);
        sequence::wait(call_back(world, future, callbacks)).await
    })
}

/// A thread that calls a function when another process has settled the future. (CPython has
/// one thread for all futures of a pool.)
fn call_when_done(world: &'static World, future: Value, callback: Value) -> Answer {
    static WAIT: LazyLock<&'static Native> = LazyLock::new(|| {
        let run: Run = |world, args| {
            let (future, callback) = (args[0].clone(), args[1].clone());
            let done = future_of(&future)?.exception(Blocking::Forever);
            later(async move {
                // What came of it is the callback's.
                let _ = sequence::wait(Err(Stop::Perform(done))).await;
                let callbacks = Value::list(vec![callback]);
                sequence::wait(call_back(world, future, callbacks)).await
            })
        };
        forever(Native::new("", "callback", "future, callback, /", run))
    });
    let looks = future_of(&future)?.look();
    later(async move {
        let (state, ..) = seen(&sequence::wait(Err(Stop::Perform(looks))).await?);
        if is_done(&state) {
            let callbacks = Value::list(vec![callback]);
            return sequence::wait(call_back(world, future, callbacks)).await;
        }
        let thread = class_in(world, "threading", "Thread")?;
        let named = vec![
            (Name::new("target"), Value::Native(*WAIT)),
            (Name::new("args"), Value::tuple([future, callback])),
        ];
        let thread = sequence::call_with(&Value::Class(thread), Vec::new(), named).await?;
        call_method(world, &thread, "start", Vec::new(), Vec::new()).await
    })
}

/// Calls callbacks with their future, one after the other. An exception of theirs is told,
/// and is none of the caller's.
pub fn call_back(world: &'static World, future: Value, callbacks: Value) -> Answer {
    let callbacks = iterate::at_hand(&callbacks).unwrap_or_default();
    if callbacks.is_empty() {
        return Ok(Value::None);
    }
    later(async move {
        for callback in callbacks {
            match sequence::call(&callback, vec![future.clone()]).await {
                Ok(_) => {}
                Err(raise) if raise.is(classes().exception) => {
                    let shown = text_of(world, &future).await?;
                    let head = format!("exception calling callback for {shown}\n");
                    tell_after(world, &head, &raise);
                }
                Err(raise) => return Err(raise),
            }
        }
        Ok(Value::None)
    })
}

fn begin(world: &'static World, args: &[Value]) -> Answer {
    let future = args[0].clone();
    let (begins, looks) = (future_of(&future)?.begin(), future_of(&future)?.look());
    later(async move {
        let begun = sequence::wait(Err(Stop::Perform(begins))).await;
        if begun.is_err() {
            let (state, ..) = seen(&sequence::wait(Err(Stop::Perform(looks))).await?);
            let at = world.identity(&future);
            tell_line(world, &format!("Future {at} in unexpected state: {state}"));
        }
        begun
    })
}

fn tell_line(world: &World, line: &str) {
    let line = format!("{line}\n");
    world.print(crate::python::machine::Stream::Err, &line);
}

/// Settles a future, and calls its callbacks.
pub fn settle(world: &'static World, future: &Value, outcome: Result<Value>) -> Answer {
    let (future, settles) = (future.clone(), future_of(future)?.settle(outcome));
    later(async move {
        let callbacks = match sequence::wait(Err(Stop::Perform(settles))).await {
            Ok(callbacks) => callbacks,
            Err(raise) => return Err(refused(world, &future, raise).await?),
        };
        sequence::wait(call_back(world, future, callbacks)).await
    })
}

/// The error of a future that is done already, whose text has the future in it.
async fn refused(world: &'static World, future: &Value, raise: Raise) -> Result<Raise> {
    let state = raise.0.arg(0);
    let state = state.as_ref().and_then(Value::as_str).unwrap_or_default();
    let shown = text_of(world, future).await?;
    let text = format!("{state}: {shown}");
    Ok(error::error(invalid_state_error(), text))
}

async fn text_of(world: &'static World, future: &Value) -> Result<String> {
    let shown = sequence::wait(text::repr(world, future)).await?;
    Ok(shown.as_str().unwrap_or_default().to_owned())
}

fn repr(world: &'static World, args: &[Value]) -> Answer {
    let (object, looks) = (args[0].clone(), future_of(&args[0])?.look());
    later(async move {
        let (state, raised, value) = seen(&sequence::wait(Err(Stop::Perform(looks))).await?);
        let came = match (state.as_str(), raised) {
            ("FINISHED", true) => format!(" raised {}", types::name_of(&value)),
            ("FINISHED", false) => format!(" returned {}", types::name_of(&value)),
            _ => String::new(),
        };
        let (name, at) = (types::name_of(&object), world.identity(&object));
        let state = state.to_lowercase();
        Ok(Value::from(format!(
            "<{name} at 0x{at:x} state={state}{came}>"
        )))
    })
}
