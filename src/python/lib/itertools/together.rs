//! chain, pairwise, tee, zip_longest.

use std::sync::LazyLock;

use super::{State, end, ended, iterator, step};
use crate::python::builtins::Table;
use crate::python::machine::{Answer, World, check_size, error, iterate, later};
use crate::python::values::{Native, Value, admit};

pub const FUNCTIONS: Table = &[
    ("chain", "*iterables", |world, args| {
        from_iterable(world, &[Value::tuple(args)])
    }),
    ("pairwise", "iterable, /", |world, args| {
        let iterable = args[0].clone();
        later(async move {
            let inner = iterate::iterator(world, &iterable).await?;
            Ok(iterator(&PAIRWISE, vec![inner, Value::Unset]))
        })
    }),
    ("tee", "iterable, n=, /", tee),
    ("zip_longest", "*iterables, fillvalue=", zip_longest),
];

/// `chain.from_iterable`.
pub fn from_iterable(world: &'static World, args: &[Value]) -> Answer {
    let iterables = args[0].clone();
    later(async move {
        let outer = iterate::iterator(world, &iterables).await?;
        Ok(iterator(&CHAIN, vec![outer, Value::Unset]))
    })
}

/// The iterator of iterables, and that of the present one.
static CHAIN: LazyLock<Native> = LazyLock::new(|| {
    step(|world, args| {
        let state = State::of(args);
        let (outer, mut inner) = (state.get(0), state.get(1));
        later(async move {
            loop {
                if !inner.is_unset()
                    && let Some(value) = iterate::advance(world, &inner).await?
                {
                    return Ok(value);
                }
                let Some(iterable) = iterate::advance(world, &outer).await? else {
                    state.set(1, Value::Unset);
                    return ended();
                };
                inner = iterate::iterator(world, &iterable).await?;
                state.set(1, inner.clone());
            }
        })
    })
});

/// The iterator, and the value before.
static PAIRWISE: LazyLock<Native> = LazyLock::new(|| {
    step(|world, args| {
        let state = State::of(args);
        let (inner, mut before) = (state.get(0), state.get(1));
        later(async move {
            while let Some(value) = iterate::advance(world, &inner).await? {
                state.set(1, value.clone());
                if !before.is_unset() {
                    return Ok(Value::tuple([before, value]));
                }
                before = value;
            }
            ended()
        })
    })
});

fn tee(world: &'static World, args: &[Value]) -> Answer {
    let iterable = args[0].clone();
    let count = match args.get(1) {
        Some(Value::Int(count)) => *count,
        Some(Value::Unset) | None => 2,
        Some(_) => return Err(error::type_error("an integer is required").into()),
    };
    if count < 0 {
        return Err(error::value_error("n must be >= 0").into());
    }
    check_size(world, (count as usize).saturating_mul(size_of::<Value>()))?;
    later(async move {
        let shared = Value::list(vec![iterate::iterator(world, &iterable).await?]);
        let each = || iterator(&TEE, vec![shared.clone(), Value::Int(0)]);
        Ok(Value::tuple((0..count).map(|_| each()).collect::<Vec<_>>()))
    })
}

/// What all share, the iterator and all of its values so far, and the next position.
static TEE: LazyLock<Native> = LazyLock::new(|| {
    step(|world, args| {
        let state = State::of(args);
        let Value::List(shared) = state.get(0) else {
            return Err(end());
        };
        let at = state.count(1) as usize;
        if let Some(value) = shared.get(at + 1) {
            state.set(1, Value::int(at + 1));
            return Ok(value);
        }
        later(async move {
            let inner = shared.get(0).unwrap_or_default();
            let Some(value) = iterate::advance(world, &inner).await? else {
                return ended();
            };
            let len = {
                admit(&shared.items, [&value]);
                let mut items = shared.items.write();
                items.push(value.clone());
                items.len()
            };
            check_size(world, len * size_of::<Value>())?;
            state.set(1, Value::int(at + 1));
            Ok(value)
        })
    })
});

fn zip_longest(world: &'static World, args: &[Value]) -> Answer {
    // Of a call without arguments nothing is there.
    let (fill, iterables) = match args {
        [fill, iterables @ ..] => (fill.clone().or_none(), iterables.to_vec()),
        [] => (Value::None, Vec::new()),
    };
    later(async move {
        let mut state = vec![fill];
        for iterable in &iterables {
            state.push(iterate::iterator(world, iterable).await?);
        }
        Ok(iterator(&ZIP_LONGEST, state))
    })
}

/// What fills, and the iterators, None at their end.
static ZIP_LONGEST: LazyLock<Native> = LazyLock::new(|| {
    step(|world, args| {
        let state = State::of(args);
        later(async move {
            let mut row = Vec::new();
            let mut any = false;
            for at in 1..state.0.len() {
                let inner = state.get(at);
                let value = match inner.is_none() {
                    true => None,
                    false => iterate::advance(world, &inner).await?,
                };
                any |= value.is_some();
                if value.is_none() {
                    state.set(at, Value::None);
                }
                row.push(value.unwrap_or_else(|| state.get(0)));
            }
            match any {
                true => Ok(Value::tuple(row)),
                false => ended(),
            }
        })
    })
});
