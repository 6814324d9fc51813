//! The methods of generators, coroutines and async generators.

use std::sync::Arc;

use super::Table;
use crate::python::machine::{Answer, Result, World, coroutine};
use crate::python::values::{Generator, Iter, Iteration, Sending, Value};

pub const METHODS: Table = &[
    ("send", "self, value, /", send),
    ("throw", "self, type, value=, traceback=, /", throw),
    ("close", "self, /", close),
];

pub const COROUTINE_METHODS: Table = &[("__await__", "self, /", await_)];

pub const ASYNC_METHODS: Table = &[
    ("__aiter__", "self, /", aiter),
    ("__anext__", "self, /", anext),
    ("asend", "self, value, /", asend),
    ("athrow", "self, type, value=, traceback=, /", athrow),
    ("aclose", "self, /", aclose),
];

fn this(args: &[Value]) -> Result<&Arc<Generator>> {
    match args.first() {
        Some(Value::Generator(generator)) => Ok(generator),
        other => Err(super::objects::wrong_self("generator", other)),
    }
}

fn send(_: &'static World, args: &[Value]) -> Answer {
    coroutine::send(this(args)?, args[1].clone())
}

fn throw(_: &'static World, args: &[Value]) -> Answer {
    let exception = args
        .get(2)
        .filter(|value| matches!(value, Value::Exception(_)));
    coroutine::throw(this(args)?, exception.unwrap_or(&args[1]))
}

fn close(_: &'static World, args: &[Value]) -> Answer {
    coroutine::close(this(args)?)
}

fn await_(_: &'static World, args: &[Value]) -> Answer {
    this(args)?;
    Ok(Iter::value(Iteration::Await(args[0].clone())))
}

fn aiter(_: &'static World, args: &[Value]) -> Answer {
    Ok(args[0].clone())
}

fn anext(_: &'static World, args: &[Value]) -> Answer {
    asend_value(args, Value::None)
}

fn asend_value(args: &[Value], value: Value) -> Answer {
    this(args)?;
    Ok(coroutine::step_of(&args[0], Sending::Value(value)))
}

fn asend(_: &'static World, args: &[Value]) -> Answer {
    asend_value(args, args[1].clone())
}

fn athrow(_: &'static World, args: &[Value]) -> Answer {
    this(args)?;
    Ok(coroutine::step_of(
        &args[0],
        Sending::Throw(args[1].clone()),
    ))
}

fn aclose(_: &'static World, args: &[Value]) -> Answer {
    this(args)?;
    Ok(coroutine::step_of(&args[0], Sending::Close))
}
