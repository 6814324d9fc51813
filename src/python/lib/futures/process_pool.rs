//! `ProcessPoolExecutor`, and the workers of `multiprocessing.Pool`: the pool of the engine,
//! whose workers are processes.
//!
//! They are started as they are needed, which CPython does at once.

use std::sync::{Arc, LazyLock};

use super::future::{self, settle};
use super::thread_pool::{Asked, pool_of};
use super::{class_of, new_class, traceback_of_executor, traceback_of_pool};
use crate::pool::CLOSED;
use crate::python::builtins::{Table, classes};
use crate::python::code::forever;
use crate::python::engine::{Future, Handle, Processes};
use crate::python::lib::class::{keywords, set_field};
use crate::python::lib::processes::{PROCESSORS, begin_process};
use crate::python::machine::copying::pickle::pickle;
use crate::python::machine::{
    Answer, Result, Stop, World, acting, error, iterate, keys, later, sequence, tail,
    text_of_exception,
};
use crate::python::values::{Class, Exception, Instance, Native, Raise, Value, share};

pub fn class(executor: &'static Class) -> &'static Class {
    let module = "concurrent.futures.process";
    new_class(module, "ProcessPoolExecutor", executor, METHODS, &[])
}

/// What a `Pool` hands its calls to.
pub fn workers(object: &'static Class) -> &'static Class {
    new_class("multiprocessing.pool", "Workers", object, WORKERS, &[])
}

const METHODS: Table = &[
    (
        "__init__",
        "self, max_workers=, mp_context=, initializer=, initargs=, *, max_tasks_per_child=",
        |world, args| init(world, args, false),
    ),
    ("submit", "self, fn, /, *args, **kwargs", submit),
    (
        "shutdown",
        "self, wait=, *, cancel_futures=",
        super::thread_pool::shutdown,
    ),
];

const WORKERS: Table = &[
    (
        "__init__",
        "self, max_workers=, mp_context=, initializer=, initargs=",
        |world, args| init(world, args, true),
    ),
    ("submit", "self, fn, /, *args, **kwargs", submit),
    ("close", "self", |_, args| {
        Err(Stop::Perform(pool_of(args)?.shut_down(CLOSED, false)))
    }),
    ("terminate", "self", |_, args| {
        Err(Stop::Perform(pool_of(args)?.terminate()))
    }),
    ("join", "self", |_, args| {
        Err(Stop::Perform(pool_of(args)?.join()))
    }),
];

fn init(world: &'static World, args: &[Value], of_pool: bool) -> Answer {
    let given = |at: usize| args.get(at).cloned().unwrap_or_default().or_none();
    let asked = Asked::of(&given(1), PROCESSORS, &given(3), &given(4))?;
    // A pool of CPython makes all its processes at once, which takes their numbers.
    let first = world.next_process();
    for _ in 1..asked.most {
        world.next_process();
    }
    let processes = Processes { of_pool, first };
    asked.make(world, args, String::new(), Some(processes))
}

fn submit(world: &'static World, args: &[Value]) -> Answer {
    let [object, function, named, given @ ..] = args else {
        return Err(error::type_error("submit() takes a function").into());
    };
    let pool = pool_of(args)?;
    let handle = pool.future();
    let future = future::new(world, class_of(world, "Future")?, handle.clone());
    let named = match named {
        Value::Dict(_) => named.clone(),
        _ => keys::new_dict(Vec::new()),
    };
    let call = Value::tuple([function.clone(), Value::tuple(given), named]);
    let submits = match pickle(world, &call) {
        Ok(call) => Ok(pool.submit(call, &*handle)),
        Err(raise) => Err(raise),
    };
    let object = object.clone();
    later(async move {
        match submits {
            Ok(submits) => sequence::wait(Err(Stop::Perform(submits))).await?,
            Err(raise) => sequence::wait(settle(world, &future, Err(raise))).await?,
        };
        // If nobody else has the pool, it goes now, and not before.
        drop(object);
        Ok(future)
    })
}

/// Begins a process of a pool.
pub fn begin_process_of_pool(world: &'static World, name: &str, daemon: bool) {
    let Ok(class) = crate::python::lib::class::of(world, "_multiprocessing", "Process") else {
        return;
    };
    let serial = acting::first_of(world.process, 0);
    let object = Instance::new(class, Value::Unset, serial);
    set_field(&object, "_name", Value::from(name));
    set_field(
        &object,
        "_identity",
        Value::tuple([Value::Int(world.process.into())]),
    );
    set_field(&object, "_daemonic", Value::bool(daemon));
    begin_process(world, &Value::Instance(object));
}

/// A call that another process has handed on, or why there is none: what comes of it is
/// handed back.
pub fn call_handed_on(future: Arc<dyn Future>, call: Result<Value>, of_pool: bool) -> Answer {
    static RUN: LazyLock<&'static Native> =
        LazyLock::new(|| forever(Native::new("", "run", "future, call, of_pool, /", run_call)));
    let object = Instance::new(classes().object, Value::Unset, future.serial());
    let settles = call
        .as_ref()
        .err()
        .map(|raise| future.settle(Err(raise.clone())));
    let _ = object.handle.set(Box::new(Handle::Future(future)));
    let object = Value::Instance(object);
    match (call, settles) {
        (Ok(call), _) => tail(&Value::Native(*RUN), [object, call, Value::bool(of_pool)]),
        (Err(_), Some(settles)) => Err(Stop::Perform(settles)),
        (Err(raise), None) => Err(raise.into()),
    }
}

fn run_call(world: &'static World, args: &[Value]) -> Answer {
    let call = iterate::at_hand(&args[1]);
    let Some([function, given, named]) = call.as_deref() else {
        return Err(error::type_error("a call is a function and arguments").into());
    };
    let (future, function) = (args[0].clone(), function.clone());
    let traceback = match &args[2] {
        Value::Bool(of_pool) if of_pool.get() => traceback_of_pool(),
        _ => traceback_of_executor(),
    };
    let given = iterate::at_hand(given).unwrap_or_default();
    let named = keywords(named);
    later(async move {
        let outcome = match sequence::call_with(&function, given, named).await {
            Ok(value) => pickle(world, &value),
            Err(raise) => Err(raise),
        };
        let outcome = outcome.map_err(|raise| handed_on(world, &raise, traceback));
        sequence::wait(settle(world, &future, outcome)).await
    })
}

/// An exception as another process gets it: where it was raised is told as its cause.
fn handed_on(world: &'static World, raise: &Raise, traceback: &'static Class) -> Raise {
    let told = text_of_exception(world, raise);
    let told = format!("\n\"\"\"\n{told}\"\"\"");
    let cause = Exception::new(traceback, vec![Value::from(told)]);
    let copy = match pickle(world, &Value::Exception(raise.0.clone())) {
        Ok(Value::Exception(copy)) => copy,
        Ok(_) => raise.0.clone(),
        Err(refused) => refused.0,
    };
    share(&Value::Exception(cause.clone()));
    share(&Value::Exception(copy.clone()));
    copy.cause.set(Value::Exception(cause));
    Raise(copy)
}
