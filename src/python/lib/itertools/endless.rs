//! count, cycle, repeat, accumulate.

use std::sync::LazyLock;

use super::{State, end, ended, given, iterator, step};
use crate::python::builtins::Table;
use crate::python::code::BinaryOp;
use crate::python::machine::{
    Answer, World, check_size, error, iterate, later, operator, sequence, types,
};
use crate::python::values::{Native, Truth, Value, admit};

pub const FUNCTIONS: Table = &[
    ("count", "start=, step=", |_, args| {
        let start = args.first().filter(|start| !start.is_unset());
        let by = args.get(1).filter(|by| !by.is_unset());
        let start = start.cloned().unwrap_or(Value::Int(0));
        let number = matches!(start.inner(), Value::Float(_) | Value::Instance(_));
        if !number && start.as_int().is_none() {
            return Err(error::type_error("a number is required").into());
        }
        Ok(iterator(
            &COUNT,
            vec![start, by.cloned().unwrap_or(Value::Int(1))],
        ))
    }),
    ("cycle", "iterable, /", |world, args| {
        let iterable = args[0].clone();
        later(async move {
            let inner = iterate::iterator(world, &iterable).await?;
            Ok(iterator(&CYCLE, vec![inner, Value::Int(0)]))
        })
    }),
    ("repeat", "object, times=", |_, args| {
        let (object, times) = (args[0].clone(), args.get(1).cloned().unwrap_or_default());
        later(async move {
            let times = match times.is_unset() {
                true => Value::None,
                false => types::index(&times).await?,
            };
            Ok(iterator(&REPEAT, vec![object, times]))
        })
    }),
    ("accumulate", "iterable, func=, *, initial=", accumulate),
];

/// The next value, and the step to the one after it. Of numbers each is given once, however
/// many threads ask.
static COUNT: LazyLock<Native> = LazyLock::new(|| {
    step(|world, args| {
        let state = State::of(args);
        loop {
            let (value, by) = (state.get(0), state.get(1));
            match operator::binary(world, BinaryOp::Add, &value, &by) {
                Ok(next) => {
                    if state.replace(0, &value, next) {
                        return Ok(value);
                    }
                }
                answer => {
                    return later(async move {
                        state.set(0, sequence::wait(answer).await?);
                        Ok(value)
                    });
                }
            }
        }
    })
});

/// The iterator until it is at its end, the next position, and all of its values.
static CYCLE: LazyLock<Native> = LazyLock::new(|| {
    step(|world, args| {
        const VALUES: usize = 2;
        let state = State::of(args);
        let inner = state.get(0);
        later(async move {
            if !inner.is_none() {
                if let Some(value) = iterate::advance(world, &inner).await? {
                    let len = {
                        admit(&state.0.items, [&value]);
                        let mut items = state.0.items.write();
                        items.push(value.clone());
                        items.len()
                    };
                    check_size(world, len * size_of::<Value>())?;
                    return Ok(value);
                }
                state.set(0, Value::None);
            }
            let len = state.0.len() - VALUES;
            if len == 0 {
                return ended();
            }
            let at = state.count(1) as usize;
            state.set(1, Value::int((at + 1) % len));
            Ok(state.get(VALUES + at))
        })
    })
});

/// The object, and how often it still comes, or None.
static REPEAT: LazyLock<Native> = LazyLock::new(|| {
    step(|_, args| {
        let state = State::of(args);
        if let Value::Int(left) = state.get(1) {
            if left <= 0 {
                return Err(end());
            }
            state.set(1, Value::Int(left - 1));
        }
        Ok(state.get(0))
    })
});

fn accumulate(world: &'static World, args: &[Value]) -> Answer {
    let (iterable, function) = (args[0].clone(), given(args, 1));
    let initial = given(args, 2).unwrap_or_default();
    later(async move {
        let inner = iterate::iterator(world, &iterable).await?;
        let first = Value::bool(!initial.is_unset());
        Ok(iterator(
            &ACCUMULATE,
            vec![inner, function.unwrap_or(Value::None), initial, first],
        ))
    })
}

/// The iterator, the function or None, the total so far, and whether the total itself is
/// the next value.
static ACCUMULATE: LazyLock<Native> = LazyLock::new(|| {
    step(|world, args| {
        let state = State::of(args);
        let (inner, function, total) = (state.get(0), state.get(1), state.get(2));
        if matches!(state.get(3), Value::Bool(Truth::True)) {
            state.set(3, Value::Bool(Truth::False));
            return Ok(total);
        }
        later(async move {
            let Some(value) = iterate::advance(world, &inner).await? else {
                return ended();
            };
            let next = if total.is_unset() {
                value
            } else if function.is_none() {
                sequence::wait(operator::binary(world, BinaryOp::Add, &total, &value)).await?
            } else {
                sequence::call(&function, vec![total, value]).await?
            };
            state.set(2, next.clone());
            Ok(next)
        })
    })
});
