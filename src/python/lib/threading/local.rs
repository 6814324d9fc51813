//! `local`: attributes that each thread has for itself.

use std::sync::Arc;

use super::{new_class, wrong_object};
use crate::python::builtins::{Table, native};
use crate::python::engine::{Handle, Local};
use crate::python::lib::class::{keywords, this as object_of};
use crate::python::machine::{Answer, Result, World, acting, attribute, error, later, sequence};
use crate::python::names::{self, Name};
use crate::python::values::{Class, Dict, Entries, Instance, Value, Wrapper, admit};
use crate::sync::Own;

pub fn class() -> &'static Class {
    let class = new_class("local", METHODS);
    let new = Wrapper::Static(native("", ("__new__", "cls, *args, **kwargs", new)));
    let new = Value::Wrapper(Arc::new(new));
    drop(class.attributes.write().set(names::NEW, new));
    class
}

const METHODS: Table = &[
    ("__getattribute__", "self, name", |world, args| {
        of_thread(world, args, get)
    }),
    ("__setattr__", "self, name, value", |world, args| {
        of_thread(world, args, set)
    }),
    ("__delattr__", "self, name", |world, args| {
        of_thread(world, args, delete)
    }),
];

/// Keeps what `__init__` is called with, here and in each thread that comes to it.
fn new(world: &'static World, args: &[Value]) -> Answer {
    let Value::Class(class) = &args[0] else {
        return Err(wrong_object());
    };
    // A dict of keywords comes before the rest.
    let (named, given) = (keywords(&args[1]), args[2..].to_vec());
    let is_given = !given.is_empty() || !named.is_empty();
    if is_given && class.find_defined(names::INIT).is_none() {
        return Err(error::type_error("Initialization arguments are not supported").into());
    }
    let object = Instance::new(class, Value::Unset, world.serial());
    let first = (acting::number(), Dict::new(Entries::default()));
    let local = Local {
        given,
        named,
        attributes: Own::shared(vec![first]),
    };
    let _ = object.handle.set(Box::new(Handle::Local(local)));
    Ok(Value::Instance(object))
}

/// Does something with the attributes of this thread. When it has none yet, the class
/// initializes them, if it is of the program.
fn of_thread(
    world: &'static World,
    args: &[Value],
    act: fn(&'static World, &[Value], &Arc<Dict>) -> Answer,
) -> Answer {
    let object = object_of(args)?;
    let Some(Handle::Local(local)) = object.handle.get().map(|handle| &**handle) else {
        return Err(wrong_object());
    };
    let me = acting::number();
    if let Some(own) = local.of(me) {
        return act(world, args, &own);
    }
    let own = Dict::new(Entries::default());
    local.attributes.write().push((me, own.clone()));
    let Some(init) = object.class().find_defined(names::INIT) else {
        return act(world, args, &own);
    };
    let mut given = vec![args[0].clone()];
    given.extend(local.given.iter().cloned());
    let (named, args) = (local.named.clone(), args.to_vec());
    later(async move {
        sequence::call_with(&init, given, named).await?;
        sequence::wait(act(world, &args, &own)).await
    })
}

fn name_of(args: &[Value]) -> Name {
    Name::new(args[1].as_str().unwrap_or_default())
}

fn get(world: &'static World, args: &[Value], own: &Arc<Dict>) -> Answer {
    let name = name_of(args);
    if name == names::DICT {
        return Ok(Value::Dict(own.clone()));
    }
    let found = own.entries.read().named(name).cloned();
    match found {
        Some(value) => Ok(value),
        None => attribute::get_plainly(world, &args[0], name),
    }
}

fn set(_: &'static World, args: &[Value], own: &Arc<Dict>) -> Answer {
    let name = writable(args)?;
    admit(&own.entries, [&args[2]]);
    own.entries.write().hear(name, Some(args[2].clone()));
    Ok(Value::None)
}

fn delete(_: &'static World, args: &[Value], own: &Arc<Dict>) -> Answer {
    let name = writable(args)?;
    let mut entries = own.entries.write();
    if entries.named(name).is_some() {
        entries.hear(name, None);
        return Ok(Value::None);
    }
    Err(attribute::missing(&args[0], name).into())
}

/// The name, unless it is that of the attributes as a whole.
fn writable(args: &[Value]) -> Result<Name> {
    let name = name_of(args);
    if name == names::DICT {
        let class = &object_of(args)?.class().name;
        let text = format!("'{class}' object attribute '__dict__' is read-only");
        return Err(error::attribute_error(text));
    }
    Ok(name)
}
