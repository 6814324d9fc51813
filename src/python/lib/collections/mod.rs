//! `collections`: what of it is whole for other threads, or has to be fast.

mod default;

use std::sync::Arc;

use super::class;
use crate::python::builtins::{Table, classes};
use crate::python::machine::{
    Answer, Result, World, error, item, iterate, keys, later, sequence, text,
};
use crate::python::names::{Name, NameMap};
use crate::python::text::number::Int;
use crate::python::text::number::arithmetic;
use crate::python::values::{Dict, Value};

pub fn module() -> NameMap {
    let mut map = NameMap::new();
    let counter = class::new("collections", "Counter", classes().dict, COUNTER);
    let defaults = class::new(
        "collections",
        "defaultdict",
        classes().dict,
        default::METHODS,
    );
    for class in [classes().deque, counter, defaults] {
        map.set(Name::new(&class.name), Value::Class(class));
    }
    map
}

const COUNTER: Table = &[
    ("__init__", "self, iterable=", init_counter),
    ("__missing__", "self, key", |_, _| Ok(Value::Int(0))),
    ("update", "self, iterable=", init_counter),
    ("elements", "self", elements),
    ("most_common", "self, n=", most_common),
    ("total", "self", |_, args| {
        let dict = dict_of(args)?.entries.read();
        let numbers = dict.iter().filter_map(|entry| entry.value.as_int());
        let total = numbers.fold(Value::Int(0), |total, number| {
            let sum = total.as_int().map(|total| arithmetic::add(total, number));
            sum.map_or(Value::Int(0), Value::from)
        });
        Ok(total)
    }),
    ("__repr__", "self, /", repr_counter),
];

fn dict_of(args: &[Value]) -> Result<&Arc<Dict>> {
    match args.first().map(Value::inner) {
        Some(Value::Dict(dict)) => Ok(dict),
        _ => Err(error::type_error("a Counter is needed")),
    }
}

/// Adds the counts of a mapping, or one for each element.
fn init_counter(world: &'static World, args: &[Value]) -> Answer {
    let given = args.get(1).cloned().unwrap_or_default();
    if given.is_unset() || given.is_none() {
        return Ok(Value::None);
    }
    let counts = Value::Dict(dict_of(args)?.clone());
    let pairs: Option<Vec<(Value, Value)>> = match given.inner() {
        Value::Dict(dict) => {
            let entries = dict.entries.read();
            Some(
                entries
                    .iter()
                    .map(|e| (e.key.clone(), e.value.clone()))
                    .collect(),
            )
        }
        _ => None,
    };
    later(async move {
        let pairs = match pairs {
            Some(pairs) => pairs,
            None => {
                let all = iterate::collect(world, &given).await?;
                all.into_iter()
                    .map(|value| (value, Value::Int(1)))
                    .collect()
            }
        };
        for (key, more) in pairs {
            let found = item::get_later(world, &counts, &key).await;
            let found = error::unless(classes().key_error, found)?;
            let sum = match (found.as_ref().and_then(Value::as_int), more.as_int()) {
                (Some(count), Some(more)) => arithmetic::add(count, more).into(),
                (None, Some(more)) => arithmetic::add(Int::Small(0), more).into(),
                _ => return Err(error::type_error("counts are numbers")),
            };
            sequence::wait(item::set(world, &counts, &key, &sum)).await?;
        }
        Ok(Value::None)
    })
}

/// The keys and their counts, the most frequent first, in the order of insertion.
fn by_count(args: &[Value]) -> Result<Vec<(Value, Value)>> {
    let entries = dict_of(args)?.entries.read();
    let pairs = entries.iter().map(|e| (e.key.clone(), e.value.clone()));
    let mut pairs: Vec<_> = pairs.collect();
    let count = |value: &Value| value.as_int().and_then(|n| n.to_i64()).unwrap_or(0);
    pairs.sort_by_key(|(_, value)| std::cmp::Reverse(count(value)));
    Ok(pairs)
}

fn most_common(_: &'static World, args: &[Value]) -> Answer {
    let most = args.get(1).and_then(Value::as_int).and_then(|n| n.to_i64());
    let most = most.map_or(usize::MAX, |most| usize::try_from(most).unwrap_or(0));
    let pairs = by_count(args)?.into_iter().take(most);
    Ok(Value::list(
        pairs.map(|(key, value)| Value::pair(key, value)).collect(),
    ))
}

fn elements(world: &'static World, args: &[Value]) -> Answer {
    let entries = dict_of(args)?.entries.read();
    let times = |value: &Value| value.as_int().and_then(|n| n.to_i64()).unwrap_or(0).max(0);
    let all = entries
        .iter()
        .flat_map(|entry| std::iter::repeat_n(entry.key.clone(), times(&entry.value) as usize));
    let all = Value::list(all.collect());
    drop(entries);
    iterate::iterator_of(world, &all)
}

fn repr_counter(world: &'static World, args: &[Value]) -> Answer {
    let sorted = Value::Dict(Arc::new(Dict::new(Default::default())));
    let pairs = by_count(args)?;
    later(async move {
        if pairs.is_empty() {
            return Ok(Value::from("Counter()"));
        }
        for (key, value) in &pairs {
            if let Some(hash) = keys::hash_at_once(world, key)?
                && let Value::Dict(sorted) = &sorted
            {
                keys::put(sorted, key, hash, value.clone());
            }
        }
        let text = sequence::wait(text::repr(world, &sorted)).await?;
        let text = text.as_str().unwrap_or_default();
        Ok(Value::from(format!("Counter({text})")))
    })
}
