//! tuple, range and slice: their methods.

use super::Table;
use crate::python::machine::{Answer, World, compare, error, later, sequence};
use crate::python::text::slice::Indices;
use crate::python::values::{Truth, Value};

pub const METHODS: Table = &[
    ("count", "self, value, /", count),
    ("index", "self, value, start=, stop=, /", index),
];

pub const RANGE_METHODS: Table = &[
    ("count", "self, value, /", count_in_range),
    ("index", "self, value, /", index_in_range),
];

pub const SLICE_METHODS: Table = &[("indices", "self, length, /", indices)];

fn count(world: &'static World, args: &[Value]) -> Answer {
    match args[0].inner() {
        Value::Tuple(items) => {
            let items = items.clone();
            super::lists::count_in(world, move |at| items.get(at).cloned(), args[1].clone())
        }
        other => Err(super::objects::wrong_self("tuple", Some(other)).into()),
    }
}

fn index(world: &'static World, args: &[Value]) -> Answer {
    let Value::Tuple(items) = args[0].inner() else {
        return Err(super::objects::wrong_self("tuple", args.first()).into());
    };
    let start = super::lists::bound(args.get(2), items.len(), 0)?;
    let stop = super::lists::bound(args.get(3), items.len(), items.len())?;
    let (items, value) = (items.clone(), args[1].clone());
    later(async move {
        for (at, item) in items.iter().enumerate().take(stop).skip(start) {
            if compare::equal(world, item, &value).await? {
                return Ok(Value::int(at));
            }
        }
        Err(error::value_error("tuple.index(x): x not in tuple"))
    })
}

fn count_in_range(world: &'static World, args: &[Value]) -> Answer {
    let (container, value) = (args[0].clone(), args[1].clone());
    later(async move {
        let found = sequence::wait(compare::contains(world, &container, &value)).await?;
        Ok(Value::Int(i64::from(matches!(
            found,
            Value::Bool(Truth::True)
        ))))
    })
}

fn index_in_range(_: &'static World, args: &[Value]) -> Answer {
    let Value::Range(range) = &args[0] else {
        return Err(super::objects::wrong_self("range", args.first()).into());
    };
    let number = match &args[1] {
        Value::Float(number) => Some(number.get() as i64).filter(|at| *at as f64 == number.get()),
        value => value.as_int().and_then(|number| number.to_i64()),
    };
    match number.and_then(|number| range.position(number)) {
        Some(at) => Ok(Value::int(at)),
        None => {
            let text = match (&args[1], args[1].as_int()) {
                (Value::Bool(Truth::True), _) => "True is not in range".to_owned(),
                (Value::Bool(Truth::False), _) => "False is not in range".to_owned(),
                (_, Some(number)) => {
                    let number = crate::python::text::number::int_text::decimal(number)?;
                    format!("{number} is not in range")
                }
                _ => "sequence.index(x): x not in sequence".to_owned(),
            };
            Err(error::value_error(text).into())
        }
    }
}

fn indices(_: &'static World, args: &[Value]) -> Answer {
    let Value::Slice(slice) = &args[0] else {
        return Err(super::objects::wrong_self("slice", args.first()).into());
    };
    let length = args[1].as_int().and_then(|number| number.to_i64());
    let Some(length) = length.and_then(|length| usize::try_from(length).ok()) else {
        return Err(error::value_error("length should not be negative").into());
    };
    let Indices {
        start, stop, step, ..
    } = super::slices::indices(slice, length)?;
    Ok(Value::tuple([
        Value::Int(start),
        Value::Int(stop),
        Value::Int(step),
    ]))
}
