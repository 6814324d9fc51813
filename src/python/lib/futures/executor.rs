//! `Executor`: what is the same of all of them.

use super::{BASE, call_method, new_class};
use crate::python::builtins::{Table, classes};
use crate::python::code::forever;
use crate::python::lib::arguments::real_at_once;
use crate::python::machine::{
    Answer, Keywords, Result, World, attribute, error, iterate, later, sequence,
};
use crate::python::names::Name;
use crate::python::values::{
    Class, Exception, Iter, Iteration, List, Method, Native, Raise, Value,
};
use std::sync::{Arc, LazyLock};

pub fn class() -> &'static Class {
    new_class(BASE, "Executor", classes().object, METHODS, &[])
}

const METHODS: Table = &[
    ("submit", "self, fn, /, *args, **kwargs", |_, _| {
        let class = classes().not_implemented_error;
        Err(Raise(Exception::new(class, Vec::new())).into())
    }),
    ("map", "self, fn, *iterables, timeout=, chunksize=", map),
    ("shutdown", "self, wait=, *, cancel_futures=", |_, _| {
        Ok(Value::None)
    }),
    ("__enter__", "self", |_, args| Ok(args[0].clone())),
    ("__exit__", "self, *args", exit),
];

fn exit(world: &'static World, args: &[Value]) -> Answer {
    let object = args[0].clone();
    later(async move {
        let waits: Keywords = vec![(Name::new("wait"), Value::bool(true))];
        call_method(world, &object, "shutdown", Vec::new(), waits).await?;
        Ok(Value::bool(false))
    })
}

/// Submits a call for each tuple of items at once; the results come as they are asked for.
/// In CPython the chunks are those of processes alone.
fn map(world: &'static World, args: &[Value]) -> Answer {
    let [object, function, timeout, _, iterables @ ..] = args else {
        return Err(error::type_error("map() takes a function and iterables").into());
    };
    let (object, function, iterables) = (object.clone(), function.clone(), iterables.to_vec());
    let timeout = match timeout {
        Value::Unset | Value::None => None,
        timeout => real_at_once(timeout).transpose()?,
    };
    later(async move {
        let end = timeout.map(|timeout| world.engine.now().as_secs_f64() + timeout);
        let mut inners = Vec::new();
        for iterable in &iterables {
            inners.push(iterate::iterator(world, iterable).await?);
        }
        let mut futures = Vec::new();
        if !inners.is_empty() {
            let submit = attribute::get(world, &object, Name::new("submit"));
            let submit = sequence::wait(submit).await?;
            let together = Iter::value(Iteration::Zip(inners.into(), false));
            while let Some(items) = iterate::advance(world, &together).await? {
                let mut args = vec![function.clone()];
                args.extend(iterate::at_hand(&items).unwrap_or_default());
                futures.push(sequence::call(&submit, args).await?);
            }
        }
        let state = vec![Value::list(futures), end.map_or(Value::None, Value::float)];
        let step = Method::bind(Value::Native(*STEP), Value::list(state));
        Ok(Iter::value(Iteration::Native(step)))
    })
}

static STEP: LazyLock<&'static Native> =
    LazyLock::new(|| forever(Native::new("", "__next__", "state, /", next_result)));

/// The next result. If it is an exception, the calls that were not begun are cancelled.
fn next_result(world: &'static World, args: &[Value]) -> Answer {
    let state = iterate::at_hand(&args[0]);
    let Some([Value::List(futures), end]) = state.as_deref() else {
        return Err(error::stop_iteration(Value::None).into());
    };
    let Some(future) = take_first(futures) else {
        return Err(error::stop_iteration(Value::None).into());
    };
    let (futures, end) = (futures.clone(), real_of(end));
    later(async move {
        let within = match end {
            None => Vec::new(),
            Some(end) => vec![Value::float(end - world.engine.now().as_secs_f64())],
        };
        let result = call_method(world, &future, "result", within, Keywords::new()).await;
        let Err(raise) = result else {
            return result;
        };
        let mut next = Some(future);
        while let Some(future) = next {
            call_method(world, &future, "cancel", Vec::new(), Keywords::new()).await?;
            next = take_first(&futures);
        }
        ended(raise)
    })
}

fn real_of(value: &Value) -> Option<f64> {
    match value {
        Value::Float(real) => Some(real.get()),
        _ => None,
    }
}

/// What comes of an exception in a generator: the end of its own is none.
fn ended(raise: Raise) -> Result<Value> {
    match raise.is(classes().stop_iteration) {
        true => Err(error::runtime_error("generator raised StopIteration")),
        false => Err(raise),
    }
}

fn take_first(futures: &Arc<List>) -> Option<Value> {
    let mut items = futures.items.write();
    (!items.is_empty()).then(|| items.remove(0))
}
