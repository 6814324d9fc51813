//! `ThreadPoolExecutor`: the pool of the engine, whose threads are the program's.

use std::sync::{Arc, LazyLock};

use super::future::{self, settle};
use super::{class_of, new_class};
use crate::pool::CLOSED;
use crate::python::builtins::Table;
use crate::python::code::forever;
use crate::python::engine::{Handle, Pool, PoolOf, PoolOwner, Processes};
use crate::python::lib::class::{keywords, set_field, this as object_of};
use crate::python::lib::processes::PROCESSORS;
use crate::python::lib::threading::flag;
use crate::python::machine::{
    Answer, Operation, Result, Stop, World, call, error, iterate, keys, later, sequence, tail,
};
use crate::python::values::{Class, Native, Value, share};

pub fn class(executor: &'static Class) -> &'static Class {
    let module = "concurrent.futures.thread";
    new_class(module, "ThreadPoolExecutor", executor, METHODS, &[])
}

const METHODS: Table = &[
    (
        "__init__",
        "self, max_workers=, thread_name_prefix=, initializer=, initargs=",
        init,
    ),
    ("submit", "self, fn, /, *args, **kwargs", submit),
    ("shutdown", "self, wait=, *, cancel_futures=", shutdown),
];

fn init(world: &'static World, args: &[Value]) -> Answer {
    let given = |at: usize| args.get(at).cloned().unwrap_or_default().or_none();
    // CPython's own default.
    let usual = (PROCESSORS + 4).min(32);
    let asked = Asked::of(&given(1), usual, &given(3), &given(4))?;
    let prefix = match given(2).as_str() {
        Some(prefix) if !prefix.is_empty() => prefix.to_owned(),
        _ => format!("ThreadPoolExecutor-{}", world.threads.next_pool()),
    };
    set_field(
        object_of(args)?,
        "_thread_name_prefix",
        Value::from(prefix.as_str()),
    );
    asked.make(world, args, prefix, None)
}

/// What an executor is asked to be.
pub struct Asked {
    pub most: i64,
    initializer: Option<(Value, Vec<Value>)>,
}

impl Asked {
    pub fn of(most: &Value, usual: i64, initializer: &Value, args: &Value) -> Result<Asked> {
        let most = match most {
            Value::None => usual,
            most => match most.as_int().and_then(|most| most.to_i64()) {
                Some(most) => most,
                None => return Err(error::type_error("max_workers must be an integer")),
            },
        };
        if most <= 0 {
            return Err(error::value_error("max_workers must be greater than 0"));
        }
        let initializer = match initializer {
            Value::None => None,
            function if call::is_callable(function) => {
                let args = iterate::at_hand(args).unwrap_or_default();
                Some((function.clone(), args))
            }
            _ => return Err(error::type_error("initializer must be a callable")),
        };
        Ok(Asked { most, initializer })
    }

    /// Gives the executor its pool.
    pub fn make(
        self,
        world: &'static World,
        args: &[Value],
        prefix: String,
        processes: Option<Processes>,
    ) -> Answer {
        let Asked { most, initializer } = self;
        if let (None, Some((function, args))) = (processes, &initializer) {
            share(function);
            args.iter().for_each(share);
        }
        set_field(object_of(args)?, "_max_workers", Value::Int(most));
        let object = args[0].clone();
        later(async move {
            let named = Stop::Name(Box::new(|name| Ok(Value::from(name))));
            let name = sequence::wait(Err(named)).await?;
            let make = Operation::new(move |at| async move {
                let object = object_of(std::slice::from_ref(&object))?;
                let name = name.as_str().filter(|name| !name.is_empty());
                let pool = PoolOf {
                    name: name.unwrap_or("pool"),
                    prefix: &prefix,
                    most: usize::try_from(most).unwrap_or(usize::MAX),
                    initializer,
                    processes,
                    serial: object.serial,
                    at,
                };
                let pool = PoolOwner(world.engine.pool(world, pool)?);
                // A second `__init__` changes nothing.
                let _ = object.handle.set(Box::new(Handle::Pool(pool)));
                Ok(Value::None)
            });
            sequence::wait(Err(Stop::Perform(make))).await
        })
    }
}

pub fn pool_of(args: &[Value]) -> Result<Arc<dyn Pool>> {
    let object = object_of(args)?;
    match object.handle.get().map(|handle| &**handle) {
        Some(Handle::Pool(PoolOwner(pool))) => Ok(pool.clone()),
        _ => {
            let name = &object.class().name;
            let text = format!("{name}.__init__() not called");
            Err(error::runtime_error(text))
        }
    }
}

fn submit(world: &'static World, args: &[Value]) -> Answer {
    let [object, function, named, given @ ..] = args else {
        return Err(error::type_error("submit() takes a function").into());
    };
    let pool = pool_of(args)?;
    let handle = pool.future();
    let future = future::new(world, class_of(world, "Future")?, handle.clone());
    let job = Value::tuple([
        future.clone(),
        function.clone(),
        Value::tuple(given),
        match named {
            Value::Dict(_) => named.clone(),
            _ => keys::new_dict(Vec::new()),
        },
    ]);
    let submits = pool.submit(job, &*handle);
    let object = object.clone();
    later(async move {
        sequence::wait(Err(Stop::Perform(submits))).await?;
        // If nobody else has the pool, it goes now, and not before.
        drop(object);
        Ok(future)
    })
}

pub fn shutdown(world: &'static World, args: &[Value]) -> Answer {
    let pool = pool_of(args)?;
    let (waits, cancels) = (flag(args.get(1), true), flag(args.get(2), false));
    let shuts = pool.clone().shut_down(CLOSED, cancels);
    later(async move {
        let cancelled = sequence::wait(Err(Stop::Perform(shuts))).await?;
        for pair in iterate::at_hand(&cancelled).unwrap_or_default() {
            if let Some([future, callbacks]) = iterate::at_hand(&pair).as_deref() {
                let calls = future::call_back(world, future.clone(), callbacks.clone());
                sequence::wait(calls).await?;
            }
        }
        if waits {
            sequence::wait(Err(Stop::Perform(pool.join()))).await?;
        }
        Ok(Value::None)
    })
}

/// The call of a job on a pool's thread: what comes of it goes into its future.
pub fn call_of_job(job: &Value) -> Answer {
    static RUN: LazyLock<&'static Native> =
        LazyLock::new(|| forever(Native::new("", "run", "job, /", run_job)));
    tail(&Value::Native(*RUN), [job.clone()])
}

fn run_job(world: &'static World, args: &[Value]) -> Answer {
    let job = iterate::at_hand(&args[0]);
    let Some([future, function, given, named]) = job.as_deref() else {
        return Err(error::type_error("a job is a future and a call").into());
    };
    let (future, function) = (future.clone(), function.clone());
    let given = iterate::at_hand(given).unwrap_or_default();
    let named = keywords(named);
    later(async move {
        let outcome = sequence::call_with(&function, given, named).await;
        sequence::wait(settle(world, &future, outcome)).await
    })
}
