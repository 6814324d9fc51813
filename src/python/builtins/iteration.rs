//! Functions that make iterators or go through them.

use super::{Table, lists};
use crate::python::code::{BinaryOp, Comparison};
use crate::python::machine::{
    Answer, Stop, World, call, compare, coroutine, error, iterate, later, operator, sequence, types,
};
use crate::python::values::{Iter, Iteration, Value};

pub const TABLE: Table = &[
    ("all", "iterable, /", all),
    ("any", "iterable, /", any),
    ("iter", "object, sentinel=, /", iter),
    ("max", "*args, key=, default=", max),
    ("min", "*args, key=, default=", min),
    ("next", "iterator, default=, /", next),
    ("sorted", "iterable, /, *, key=, reverse=", sorted),
    ("sum", "iterable, /, start=", sum),
    ("aiter", "object, /", aiter),
    ("anext", "iterator, default=, /", anext),
];

pub const ITERATOR_METHODS: Table = &[
    ("__iter__", "self, /", itself),
    ("__next__", "self, /", next),
    ("__length_hint__", "self, /", length_hint),
];

fn itself(_: &'static World, args: &[Value]) -> Answer {
    Ok(args[0].clone())
}

fn length_hint(_: &'static World, args: &[Value]) -> Answer {
    Ok(match &args[0] {
        Value::Iter(iter) => match &*iter.state.read() {
            Iteration::Range { left, .. } => Value::int(*left),
            Iteration::List(list, at) => Value::int(list.len().saturating_sub(*at)),
            Iteration::Tuple(items, at) => Value::int(items.len().saturating_sub(*at)),
            _ => Value::Int(0),
        },
        _ => Value::Int(0),
    })
}

/// Goes through an iterable until one is as wanted.
fn find(world: &'static World, iterable: &Value, wanted: bool) -> Answer {
    if !iterate::is_iterable(iterable) {
        iterate::iterator_of(world, iterable)?;
    }
    let iterable = iterable.clone();
    later(async move {
        let iterator = iterate::iterator(world, &iterable).await?;
        while let Some(value) = iterate::advance(world, &iterator).await? {
            if types::truth_of(world, &value).await? == wanted {
                return Ok(Value::bool(wanted));
            }
        }
        Ok(Value::bool(!wanted))
    })
}

fn all(world: &'static World, args: &[Value]) -> Answer {
    find(world, &args[0], false)
}

fn any(world: &'static World, args: &[Value]) -> Answer {
    find(world, &args[0], true)
}

fn iter(world: &'static World, args: &[Value]) -> Answer {
    match args.get(1) {
        None => iterate::iterator_of(world, &args[0]),
        Some(sentinel) => {
            if !crate::python::machine::call::is_callable(&args[0]) {
                return Err(error::type_error("iter(v, w): v must be callable").into());
            }
            Ok(Iter::value(Iteration::Calls(
                args[0].clone(),
                sentinel.clone(),
            )))
        }
    }
}

fn next(world: &'static World, args: &[Value]) -> Answer {
    let default = args.get(1);
    match iterate::next(world, &args[0]) {
        iterate::Next::Value(value) => Ok(value),
        iterate::Next::Raise(raise) => Err(raise.into()),
        iterate::Next::End => match default {
            Some(default) => Ok(default.clone()),
            None => Err(error::stop_iteration(Value::None).into()),
        },
        iterate::Next::Later(sequence) => match default.cloned() {
            None => Err(Stop::Later(sequence)),
            Some(default) => later(async move {
                let result = sequence::wait(Err(Stop::Later(sequence))).await;
                let found = error::unless(super::classes().stop_iteration, result)?;
                Ok(found.unwrap_or(default))
            }),
        },
    }
}

fn sorted(world: &'static World, args: &[Value]) -> Answer {
    let iterable = args[0].clone();
    iterate_or_refuse(world, &iterable)?;
    let key = args.get(1).cloned().unwrap_or_default().or_none();
    let reverse = lists::flag_of(args.get(2))?;
    later(async move {
        let items = iterate::collect(world, &iterable).await?;
        Ok(Value::list(
            lists::sorted(world, items, &key, reverse).await?,
        ))
    })
}

/// An error if the value cannot be iterated over.
fn iterate_or_refuse(world: &'static World, value: &Value) -> std::result::Result<(), Stop> {
    if !iterate::is_iterable(value) {
        iterate::iterator_of(world, value)?;
    }
    Ok(())
}

fn sum(world: &'static World, args: &[Value]) -> Answer {
    let start = args
        .get(1)
        .cloned()
        .filter(|value| !value.is_unset())
        .unwrap_or(Value::Int(0));
    iterate_or_refuse(world, &args[0])?;
    let joined = match start.inner() {
        Value::Str(_) => Some("strings [use ''.join(seq) instead]"),
        Value::Bytes(_) => Some("bytes [use b''.join(seq) instead]"),
        _ => None,
    };
    if let Some(joined) = joined {
        return Err(error::type_error(format!("sum() can't sum {joined}")).into());
    }
    let iterable = args[0].clone();
    later(async move {
        let iterator = iterate::iterator(world, &iterable).await?;
        let mut total = start;
        while let Some(value) = iterate::advance(world, &iterator).await? {
            total = match (&total, &value) {
                (Value::Int(a), Value::Int(b)) if a.checked_add(*b).is_some() => Value::Int(a + b),
                (Value::Float(a), Value::Float(b)) => Value::float(a.get() + b.get()),
                _ => sequence::wait(operator::binary(world, BinaryOp::Add, &total, &value)).await?,
            };
        }
        Ok(total)
    })
}

fn max(world: &'static World, args: &[Value]) -> Answer {
    extreme(world, "max", Comparison::Greater, args)
}

fn min(world: &'static World, args: &[Value]) -> Answer {
    extreme(world, "min", Comparison::Less, args)
}

fn extreme(world: &'static World, name: &'static str, op: Comparison, args: &[Value]) -> Answer {
    let (key, default) = (args[0].clone().or_none(), args[1].clone());
    let given = args[2..].to_vec();
    if given.is_empty() {
        let text = format!("{name} expected at least 1 argument, got 0");
        return Err(error::type_error(text).into());
    }
    if given.len() > 1 && !default.is_unset() {
        let text =
            format!("Cannot specify a default for {name}() with multiple positional arguments");
        return Err(error::type_error(text).into());
    }
    later(async move {
        let iterator = match &given[..] {
            [one] => iterate::iterator(world, one).await?,
            _ => Iter::value(Iteration::List(crate::python::values::List::new(given), 0)),
        };
        let mut best: Option<(Value, Value)> = None;
        while let Some(value) = iterate::advance(world, &iterator).await? {
            let by = if key.is_none() {
                value.clone()
            } else {
                call(&key, vec![value.clone()]).await?
            };
            let better = match &best {
                Some((other, _)) => compare::test(world, op, &by, other).await?,
                None => true,
            };
            if better {
                best = Some((by, value));
            }
        }
        match best {
            Some((_, value)) => Ok(value),
            None if default.is_unset() => Err(error::value_error(format!(
                "{name}() arg is an empty sequence"
            ))),
            None => Ok(default),
        }
    })
}

/// `enumerate(iterable, start)`, `zip(…)`, `map(…)`, `filter(…)`, `reversed(…)`: they are
/// types.
pub fn construct(world: &'static World, name: &str, args: &[Value]) -> Answer {
    match (name, args) {
        ("reversed", [value]) => iterate::reversed(value),
        ("enumerate", [value, start @ ..]) => {
            let start = start
                .first()
                .cloned()
                .filter(|s| !s.is_unset())
                .unwrap_or(Value::Int(0));
            let Some(number) = start.as_int() else {
                let name = types::name_of(&start);
                let text = format!("'{name}' object cannot be interpreted as an integer");
                return Err(error::type_error(text).into());
            };
            let start = number.to_integer().into();
            with_iterators(world, std::slice::from_ref(value), move |mut inner| {
                Iteration::Enumerate(inner.remove(0), start)
            })
        }
        ("zip", [strict, values @ ..]) => {
            let strict = strict.clone();
            let values = values.to_vec();
            later(async move {
                let strict = types::truth_of(world, &strict).await?;
                let mut inners = Vec::new();
                for value in &values {
                    inners.push(iterate::iterator(world, value).await?);
                }
                Ok(Iter::value(Iteration::Zip(inners.into(), strict)))
            })
        }
        ("map", [function, values @ ..]) if !values.is_empty() => {
            let function = function.clone();
            with_iterators(world, values, |inners| {
                Iteration::Map(function, inners.into())
            })
        }
        ("filter", [function, value]) => {
            let function = function.clone();
            with_iterators(world, std::slice::from_ref(value), |mut inner| {
                Iteration::Filter(function, inner.remove(0))
            })
        }
        ("map", _) => Err(error::type_error("map() must have at least two arguments.").into()),
        _ => {
            Err(error::type_error(format!("{name} expected 1 argument, got {}", args.len())).into())
        }
    }
}

fn with_iterators(
    world: &'static World,
    values: &[Value],
    make: impl FnOnce(Vec<Value>) -> Iteration + Send + 'static,
) -> Answer {
    let made: Option<Vec<Value>> = values.iter().map(iterate::builtin_iterator).collect();
    if let Some(inners) = made {
        return Ok(Iter::value(make(inners)));
    }
    for value in values {
        iterate_or_refuse(world, value)?;
    }
    let values = values.to_vec();
    later(async move {
        let mut inners = Vec::new();
        for value in &values {
            inners.push(iterate::iterator(world, value).await?);
        }
        Ok(Iter::value(make(inners)))
    })
}

fn aiter(_: &'static World, args: &[Value]) -> Answer {
    coroutine::async_iterator(&args[0])
}

fn anext(world: &'static World, args: &[Value]) -> Answer {
    let next = coroutine::async_next(&args[0]);
    let Some(default) = args.get(1).cloned() else {
        return next;
    };
    later(async move {
        let awaitable = sequence::wait(next).await?;
        let iterator = sequence::wait(coroutine::awaitable(world, &awaitable)).await?;
        Ok(Iter::value(Iteration::Otherwise(iterator, default)))
    })
}
