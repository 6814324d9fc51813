//! compress, dropwhile, filterfalse, islice, starmap, takewhile.

use std::sync::LazyLock;

use super::{State, ended, iterator, step};
use crate::python::builtins::Table;
use crate::python::machine::{Answer, Result, World, error, iterate, later, sequence, types};
use crate::python::names;
use crate::python::values::{Native, Truth, Value};

pub const FUNCTIONS: Table = &[
    ("compress", "data, selectors", |world, args| {
        let (data, selectors) = (args[0].clone(), args[1].clone());
        later(async move {
            let data = iterate::iterator(world, &data).await?;
            let selectors = iterate::iterator(world, &selectors).await?;
            Ok(iterator(&COMPRESS, vec![data, selectors]))
        })
    }),
    ("dropwhile", "predicate, iterable, /", |world, args| {
        of_both(world, args, &DROP_WHILE)
    }),
    ("filterfalse", "function, iterable, /", |world, args| {
        of_both(world, args, &FILTER_FALSE)
    }),
    ("islice", "iterable, start, stop=, step=, /", islice),
    ("starmap", "function, iterable, /", |world, args| {
        of_both(world, args, &STAR_MAP)
    }),
    ("takewhile", "predicate, iterable, /", |world, args| {
        of_both(world, args, &TAKE_WHILE)
    }),
];

/// An iterator whose state is a function, an iterator, and whether it is at the part of it
/// that counts.
fn of_both(world: &'static World, args: &[Value], step: &'static Native) -> Answer {
    let (function, iterable) = (args[0].clone(), args[1].clone());
    later(async move {
        let inner = iterate::iterator(world, &iterable).await?;
        Ok(iterator(
            step,
            vec![function, inner, Value::Bool(Truth::False)],
        ))
    })
}

async fn holds(world: &'static World, function: &Value, value: &Value) -> Result<bool> {
    let result = sequence::call(function, vec![value.clone()]).await?;
    types::truth_of(world, &result).await
}

static COMPRESS: LazyLock<Native> = LazyLock::new(|| {
    step(|world, args| {
        let state = State::of(args);
        let (data, selectors) = (state.get(0), state.get(1));
        later(async move {
            while let Some(value) = iterate::advance(world, &data).await? {
                let Some(selector) = iterate::advance(world, &selectors).await? else {
                    break;
                };
                if types::truth_of(world, &selector).await? {
                    return Ok(value);
                }
            }
            ended()
        })
    })
});

static DROP_WHILE: LazyLock<Native> = LazyLock::new(|| {
    step(|world, args| {
        let state = State::of(args);
        let (function, inner) = (state.get(0), state.get(1));
        let mut dropped = matches!(state.get(2), Value::Bool(Truth::True));
        later(async move {
            while let Some(value) = iterate::advance(world, &inner).await? {
                if !dropped {
                    dropped = !holds(world, &function, &value).await?;
                    state.set(2, Value::bool(dropped));
                }
                if dropped {
                    return Ok(value);
                }
            }
            ended()
        })
    })
});

static TAKE_WHILE: LazyLock<Native> = LazyLock::new(|| {
    step(|world, args| {
        let state = State::of(args);
        let (function, inner) = (state.get(0), state.get(1));
        let done = matches!(state.get(2), Value::Bool(Truth::True));
        later(async move {
            if !done && let Some(value) = iterate::advance(world, &inner).await? {
                if holds(world, &function, &value).await? {
                    return Ok(value);
                }
                state.set(2, Value::Bool(Truth::True));
            }
            ended()
        })
    })
});

static FILTER_FALSE: LazyLock<Native> = LazyLock::new(|| {
    step(|world, args| {
        let state = State::of(args);
        let (function, inner) = (state.get(0), state.get(1));
        later(async move {
            while let Some(value) = iterate::advance(world, &inner).await? {
                let found = match function.is_none() {
                    true => types::truth_of(world, &value).await?,
                    false => holds(world, &function, &value).await?,
                };
                if !found {
                    return Ok(value);
                }
            }
            ended()
        })
    })
});

static STAR_MAP: LazyLock<Native> = LazyLock::new(|| {
    step(|world, args| {
        let state = State::of(args);
        let (function, inner) = (state.get(0), state.get(1));
        later(async move {
            let Some(values) = iterate::advance(world, &inner).await? else {
                return ended();
            };
            let args = iterate::collect(world, &values).await?;
            sequence::call(&function, args).await
        })
    })
});

/// An index of `islice`: None, or an int that is not negative.
async fn index(value: Option<&Value>, wrong: &'static str) -> Result<Option<i64>> {
    let Some(value) = value.filter(|value| !value.is_none() && !value.is_unset()) else {
        return Ok(None);
    };
    let counts = value.as_int().is_some() || types::defined(value, names::INDEX).is_some();
    let found = match counts {
        true => types::index(value).await?,
        false => Value::None,
    };
    let index = found.as_int().and_then(|index| index.to_i64());
    match index.filter(|index| *index >= 0) {
        Some(index) => Ok(Some(index)),
        None => Err(error::value_error(wrong)),
    }
}

fn islice(world: &'static World, args: &[Value]) -> Answer {
    const STOP: &str =
        "Stop argument for islice() must be None or an integer: 0 <= x <= sys.maxsize.";
    const INDICES: &str = "Indices for islice() must be None or an integer: 0 <= x <= sys.maxsize.";
    const STEP: &str = "Step for islice() must be a positive integer or None.";
    let args = args.to_vec();
    later(async move {
        let alone = args.len() == 2;
        let (start, stop) = match alone {
            true => (None, index(args.get(1), STOP).await?),
            false => {
                let stop = index(args.get(2), STOP).await?;
                (index(args.get(1), INDICES).await?, stop)
            }
        };
        let by = index(args.get(3), STEP).await?;
        if by == Some(0) {
            return Err(error::value_error(STEP));
        }
        let inner = iterate::iterator(world, &args[0]).await?;
        let number = |number: Option<i64>, or: Value| number.map_or(or, Value::Int);
        Ok(iterator(
            &ISLICE,
            vec![
                inner,
                Value::Int(0),
                number(start, Value::Int(0)),
                number(stop, Value::None),
                number(by, Value::Int(1)),
            ],
        ))
    })
}

/// The iterator, how many values it gave, the index of the next one that is wanted, the
/// end or None, and the step.
static ISLICE: LazyLock<Native> = LazyLock::new(|| {
    step(|world, args| {
        let state = State::of(args);
        let inner = state.get(0);
        let stop = match state.get(3) {
            Value::Int(stop) => stop,
            _ => i64::MAX,
        };
        let wanted = state.count(2);
        later(async move {
            // What comes before the wanted one, or the end, is taken and dropped.
            while state.count(1) < wanted.min(stop) {
                if iterate::advance(world, &inner).await?.is_none() {
                    return ended();
                }
                state.set(1, Value::Int(state.count(1) + 1));
            }
            if wanted >= stop {
                return ended();
            }
            let Some(value) = iterate::advance(world, &inner).await? else {
                return ended();
            };
            state.set(1, Value::Int(wanted + 1));
            let next = wanted.saturating_add(state.count(4)).min(stop);
            state.set(2, Value::Int(next));
            Ok(value)
        })
    })
});
