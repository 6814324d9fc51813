//! product, permutations, combinations, combinations_with_replacement: indices into pools,
//! counted up in lexicographic order.

use std::sync::LazyLock;

use super::{State, end, given, iterator, step};
use crate::python::builtins::Table;
use crate::python::machine::{
    Answer, Result, Stop, World, check_size, error, iterate, later, types,
};
use crate::python::values::{Native, Value};

pub const FUNCTIONS: Table = &[
    ("product", "*iterables, repeat=", product),
    ("permutations", "iterable, r=", |world, args| {
        let (iterable, r) = (args[0].clone(), given(args, 1));
        later(async move {
            let pool = iterate::collect(world, &iterable).await?;
            let r = match r {
                Some(r) => match r.as_int() {
                    Some(_) => size(&r),
                    None => Err(error::type_error("Expected int as r")),
                }?,
                None => pool.len(),
            };
            let indices = (0..pool.len()).collect::<Vec<_>>();
            start(world, &PERMUTATIONS, pool, r, &indices, r)
        })
    }),
    ("combinations", "iterable, r", |world, args| {
        let (iterable, r) = (args[0].clone(), args[1].clone());
        later(async move {
            let pool = iterate::collect(world, &iterable).await?;
            let r = size(&r)?;
            let indices = (0..r.min(pool.len())).collect::<Vec<_>>();
            start(world, &COMBINATIONS, pool, r, &indices, r)
        })
    }),
    (
        "combinations_with_replacement",
        "iterable, r",
        |world, args| {
            let (iterable, r) = (args[0].clone(), args[1].clone());
            later(async move {
                let pool = iterate::collect(world, &iterable).await?;
                let r = size(&r)?;
                check_size(world, r.saturating_mul(size_of::<Value>()))?;
                let least = usize::from(r > 0);
                start(world, &REPLACED, pool, r, &vec![0; r], least)
            })
        },
    ),
];

fn size(r: &Value) -> Result<usize> {
    let Some(r) = r.as_int() else {
        let name = types::name_of(r);
        let text = format!("'{name}' object cannot be interpreted as an integer");
        return Err(error::type_error(text));
    };
    if r.is_negative() {
        return Err(error::value_error("r must be non-negative"));
    }
    Ok(r.to_i64().map_or(usize::MAX, |r| r as usize))
}

/// An iterator over selections of `r` from the pool, which has to have `least` elements.
fn start(
    world: &'static World,
    step: &'static Native,
    pool: Vec<Value>,
    r: usize,
    indices: &[usize],
    least: usize,
) -> Result<Value> {
    check_size(world, indices.len().saturating_mul(size_of::<Value>()))?;
    let first = if pool.len() < least { DONE } else { FIRST };
    let mut state = vec![
        Value::tuple(pool),
        Value::Int(first),
        Value::int(r.min(indices.len())),
    ];
    state.extend(indices.iter().map(|at| Value::int(*at)));
    Ok(iterator(step, state))
}

// What the state's second item says: which selection comes next.
const FIRST: i64 = 0;
const LATER: i64 = 1;
const DONE: i64 = 2;

/// Where the indices begin in the state.
const INDICES: usize = 3;

/// The next selection: the first one as it is, the others by `advance`, which counts the
/// indices up, given the pool's size and how many are selected; false at the end.
fn select(args: &[Value], advance: fn(&mut [usize], usize, usize) -> bool) -> Answer {
    let state = State::of(args);
    let Value::Tuple(pool) = state.get(0) else {
        return Err(end());
    };
    let r = state.count(2) as usize;
    let mut indices = indices(&state);
    match state.count(1) {
        FIRST => state.set(1, Value::Int(LATER)),
        LATER if advance(&mut indices, pool.len(), r) => keep(&state, &indices),
        _ => return Err(finish(&state)),
    }
    let chosen = indices[..r].iter().map(|at| pool[*at].clone());
    Ok(Value::tuple(chosen.collect::<Vec<_>>()))
}

fn indices(state: &State) -> Vec<usize> {
    let items = state.0.items.read();
    let number = |item: &Value| match item {
        Value::Int(at) => *at as usize,
        _ => 0,
    };
    items[INDICES..].iter().map(number).collect()
}

fn keep(state: &State, indices: &[usize]) {
    let mut items = state.0.items.write();
    for (item, at) in items[INDICES..].iter_mut().zip(indices) {
        *item = Value::int(*at);
    }
}

fn finish(state: &State) -> Stop {
    state.set(1, Value::Int(DONE));
    end()
}

/// The order of all of the pool, of which the first `r` are selected.
static PERMUTATIONS: LazyLock<Native> = LazyLock::new(|| {
    step(|_, args| {
        select(args, |indices, _, r| {
            // The rest is ascending: descending, it is the last order of these first ones.
            indices[r..].reverse();
            let Some(at) = indices.windows(2).rposition(|pair| pair[0] < pair[1]) else {
                return false;
            };
            let larger = indices.iter().rposition(|index| *index > indices[at]);
            indices.swap(at, larger.unwrap_or(at));
            indices[at + 1..].reverse();
            true
        })
    })
});

static COMBINATIONS: LazyLock<Native> = LazyLock::new(|| {
    step(|_, args| {
        select(args, |indices, n, r| {
            let Some(at) = (0..r).rev().find(|at| indices[*at] < n - r + at) else {
                return false;
            };
            let next = indices[at] + 1;
            for (index, value) in indices[at..].iter_mut().zip(next..) {
                *index = value;
            }
            true
        })
    })
});

static REPLACED: LazyLock<Native> = LazyLock::new(|| {
    step(|_, args| {
        select(args, |indices, n, _| {
            let Some(at) = indices.iter().rposition(|index| index + 1 < n) else {
                return false;
            };
            let next = indices[at] + 1;
            indices[at..].fill(next);
            true
        })
    })
});

fn product(world: &'static World, args: &[Value]) -> Answer {
    // Of a call without arguments nothing is there.
    let (repeat, iterables) = match args {
        [repeat, iterables @ ..] => (repeat.clone(), iterables.to_vec()),
        [] => (Value::Unset, Vec::new()),
    };
    later(async move {
        let repeat = match repeat.as_int() {
            Some(repeat) if repeat.is_negative() => {
                return Err(error::value_error("repeat argument cannot be negative"));
            }
            Some(repeat) => repeat.to_i64().map_or(usize::MAX, |repeat| repeat as usize),
            None => 1,
        };
        let mut pools = Vec::new();
        for iterable in &iterables {
            pools.push(Value::tuple(iterate::collect(world, iterable).await?));
        }
        let count = pools.len().saturating_mul(repeat);
        check_size(world, count.saturating_mul(2 * size_of::<Value>()))?;
        let empty = |pool: &Value| matches!(pool, Value::Tuple(pool) if pool.is_empty());
        let first = match repeat > 0 && pools.iter().any(empty) {
            true => DONE,
            false => FIRST,
        };
        let pools = pools
            .iter()
            .cycle()
            .take(count)
            .cloned()
            .collect::<Vec<_>>();
        let mut state = vec![Value::tuple(pools), Value::Int(first), Value::int(count)];
        state.extend(std::iter::repeat_n(Value::Int(0), count));
        Ok(iterator(&PRODUCT, state))
    })
}

/// As the others', but each index is one of a pool of its own.
static PRODUCT: LazyLock<Native> = LazyLock::new(|| {
    step(|_, args| {
        let state = State::of(args);
        let Value::Tuple(pools) = state.get(0) else {
            return Err(end());
        };
        let of = |at: usize| match &pools[at] {
            Value::Tuple(pool) => &pool[..],
            _ => &[],
        };
        let mut indices = indices(&state);
        match state.count(1) {
            FIRST => state.set(1, Value::Int(LATER)),
            LATER => {
                let last = (0..indices.len())
                    .rev()
                    .find(|at| indices[*at] + 1 < of(*at).len());
                let Some(at) = last else {
                    return Err(finish(&state));
                };
                indices[at] += 1;
                indices[at + 1..].fill(0);
                keep(&state, &indices);
            }
            _ => return Err(end()),
        }
        let chosen = indices
            .iter()
            .enumerate()
            .map(|(at, index)| of(at)[*index].clone());
        Ok(Value::tuple(chosen.collect::<Vec<_>>()))
    })
});
