//! defaultdict: a dict that makes the values of keys that are not there.

use std::sync::Arc;

use super::super::class::{field, set_field, this};
use crate::python::builtins::{Table, dicts};
use crate::python::machine::{
    Answer, Result, World, call, error, item, iterate, later, sequence, text,
};
use crate::python::values::{Dict, Instance, Value};

pub const METHODS: Table = &[
    ("__init__", "self, /, *args, **kwargs", init),
    ("__missing__", "self, key, /", missing),
    ("__repr__", "self, /", repr),
    ("__or__", "self, other, /", |world, args| {
        joined(world, &args[0], args)
    }),
    ("__ror__", "self, other, /", |world, args| {
        joined(world, &args[0], &[args[1].clone(), args[0].clone()])
    }),
    ("copy", "self, /", |_, args| {
        copy(&args[0]).map_err(Into::into)
    }),
    ("__copy__", "self, /", |_, args| {
        copy(&args[0]).map_err(Into::into)
    }),
];

const FACTORY: &str = "default_factory";

fn dict_of(object: &Value) -> Result<&Arc<Dict>> {
    match object.inner() {
        Value::Dict(dict) => Ok(dict),
        _ => Err(error::type_error("a defaultdict is needed")),
    }
}

fn init(world: &'static World, args: &[Value]) -> Answer {
    // The dict of keywords comes before the rest.
    let (factory, more) = match &args[2..] {
        [] => (Value::None, None),
        [factory] => (factory.clone(), None),
        [factory, more] => (factory.clone(), Some(more.clone())),
        all => {
            let count = all.len() - 1;
            let text = format!("dict expected at most 1 argument, got {count}");
            return Err(error::type_error(text).into());
        }
    };
    if !factory.is_none() && !call::is_callable(&factory) {
        return Err(error::type_error("first argument must be callable or None").into());
    }
    set_field(this(args)?, FACTORY, factory);
    let (dict, keywords) = (dict_of(&args[0])?.clone(), args[1].clone());
    later(async move {
        if let Some(more) = more {
            dicts::add_all(world, &dict, &more).await?;
        }
        dicts::add_all(world, &dict, &keywords).await?;
        Ok(Value::None)
    })
}

fn missing(world: &'static World, args: &[Value]) -> Answer {
    let factory = field(this(args)?, FACTORY);
    if factory.is_none() {
        return Err(error::key_error(args[1].clone()).into());
    }
    let (object, key) = (args[0].clone(), args[1].clone());
    later(async move {
        let value = sequence::call(&factory, Vec::new()).await?;
        sequence::wait(item::set(world, &object, &key, &value)).await?;
        Ok(value)
    })
}

fn repr(world: &'static World, args: &[Value]) -> Answer {
    let (object, dict) = (this(args)?, Value::Dict(dict_of(&args[0])?.clone()));
    let (name, factory) = (object.class().name.as_str(), field(object, FACTORY));
    later(async move {
        let factory = sequence::wait(text::repr(world, &factory)).await?;
        let dict = sequence::wait(text::repr(world, &dict)).await?;
        let [factory, dict] = [&factory, &dict].map(|text| text.as_str().unwrap_or_default());
        Ok(Value::from(format!("{name}({factory}, {dict})")))
    })
}

fn copy(object: &Value) -> Result<Value> {
    let dict = dict_of(object)?.entries.get();
    let instance = this(std::slice::from_ref(object))?;
    let copy = Instance::new(
        instance.class(),
        Value::Dict(Dict::new(dict)),
        crate::python::machine::acting::serial(),
    );
    set_field(&copy, FACTORY, field(instance, FACTORY));
    Ok(Value::Instance(copy))
}

/// Both mappings in one, which has the factory of `like`.
fn joined(world: &'static World, like: &Value, both: &[Value]) -> Answer {
    if both
        .iter()
        .any(|one| !matches!(one.inner(), Value::Dict(_)))
    {
        return Ok(Value::NotImplemented);
    }
    let new = copy(like)?;
    let both = both.to_vec();
    drop(dict_of(&new)?.entries.write().clear());
    later(async move {
        let dict = dict_of(&new)?.clone();
        for one in both {
            for key in iterate::collect(world, one.inner()).await? {
                let value = item::get_later(world, one.inner(), &key).await?;
                sequence::wait(item::set(world, &Value::Dict(dict.clone()), &key, &value)).await?;
            }
        }
        Ok(new)
    })
}
