//! `functools`.

mod cache;
mod ordering;
mod partial;

use std::sync::{Arc, LazyLock};

use super::class;
use crate::python::builtins::{Table, add, classes};
use crate::python::machine::{Answer, Result, World, attribute, error, iterate, later, sequence};
use crate::python::names::{self, Name, NameMap};
use crate::python::values::{Class, Dict, Instance, Method, Native, Value};

const MODULE: &str = "functools";
/// The module that its Rust part is found in.
const INNER: &str = "_functools";

pub fn module() -> NameMap {
    let mut module = NameMap::new();
    add(&mut module, "", FUNCTIONS);
    add(&mut module, "", cache::FUNCTIONS);
    add(&mut module, "", ordering::FUNCTIONS);
    let own: [(&'static str, Table); 5] = [
        ("partial", partial::METHODS),
        ("cached_property", cache::PROPERTY_METHODS),
        (cache::WRAPPER, cache::WRAPPER_METHODS),
        (cache::INFO, cache::INFO_METHODS),
        (ordering::KEY, ordering::KEY_METHODS),
    ];
    for (name, methods) in own {
        let class = class::new(MODULE, name, classes().object, methods);
        module.set(Name::new(name), Value::Class(class));
    }
    let assigned = [
        "__module__",
        "__name__",
        "__qualname__",
        "__doc__",
        "__annotations__",
    ];
    let assigned = Value::tuple(assigned.map(Value::from));
    module.set(Name::new("WRAPPER_ASSIGNMENTS"), assigned);
    module.set(
        Name::new("WRAPPER_UPDATES"),
        Value::tuple([Value::from("__dict__")]),
    );
    module
}

const FUNCTIONS: Table = &[
    ("reduce", "function, iterable, initial=, /", reduce),
    (
        "update_wrapper",
        "wrapper, wrapped, assigned=, updated=",
        |world, args| {
            let (wrapper, wrapped) = (args[0].clone(), args[1].clone());
            later(async move { update(world, wrapper, &wrapped).await })
        },
    ),
    ("wraps", "wrapped, assigned=, updated=", |_, args| {
        Ok(Method::bind(Value::Native(&WRAPS), args[0].clone()))
    }),
];

/// What `wraps` gives: a decorator that knows what is wrapped.
static WRAPS: LazyLock<Native> = LazyLock::new(|| {
    Native::new(
        "",
        "update_wrapper",
        "wrapped, wrapper, /",
        |world, args| {
            let (wrapped, wrapper) = (args[0].clone(), args[1].clone());
            later(async move { update(world, wrapper, &wrapped).await })
        },
    )
});

fn reduce(world: &'static World, args: &[Value]) -> Answer {
    let (function, iterable) = (args[0].clone(), args[1].clone());
    let initial = args.get(2).cloned().unwrap_or_default();
    if !iterate::is_iterable(&iterable) {
        return Err(error::type_error("reduce() arg 2 must support iteration").into());
    }
    later(async move {
        let iterator = iterate::iterator(world, &iterable).await?;
        let mut total = initial;
        if total.is_unset() {
            total = match iterate::advance(world, &iterator).await? {
                Some(first) => first,
                None => {
                    let text = "reduce() of empty iterable with no initial value";
                    return Err(error::type_error(text));
                }
            };
        }
        while let Some(value) = iterate::advance(world, &iterator).await? {
            total = sequence::call(&function, vec![total, value]).await?;
        }
        Ok(total)
    })
}

/// Gives a function what another one is known by.
async fn update(world: &'static World, wrapper: Value, wrapped: &Value) -> Result<Value> {
    for name in [
        names::MODULE,
        names::NAME,
        names::QUALNAME,
        names::DOC,
        names::ANNOTATIONS,
    ] {
        if let Some(value) = attribute::find(world, wrapped, name).await? {
            sequence::wait(attribute::set(world, &wrapper, name, &value)).await?;
        }
    }
    if let Some(Value::Dict(own)) = attribute::fields(wrapped) {
        for (name, value) in entries(&own) {
            sequence::wait(attribute::set(world, &wrapper, name, &value)).await?;
        }
    }
    sequence::wait(attribute::set(world, &wrapper, names::WRAPPED, wrapped)).await?;
    Ok(wrapper)
}

/// The entries of a dict whose keys are names.
fn entries(dict: &Dict) -> Vec<(Name, Value)> {
    let entries = dict.entries.read();
    let named = entries.iter().filter_map(|entry| {
        let name = Name::new(entry.key.as_str()?);
        Some((name, entry.value.clone()))
    });
    named.collect()
}

/// A new object of one of the module's own classes.
fn instance(world: &'static World, name: &str) -> Result<Arc<Instance>> {
    let class: &'static Class = class::of(world, INNER, name)?;
    Ok(Instance::new(class, Value::Unset, world.serial()))
}
