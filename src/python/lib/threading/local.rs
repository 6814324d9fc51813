//! `local`: attributes that each thread has for itself.

use super::new_class;
use crate::python::builtins::Table;
use crate::python::engine::Handle;
use crate::python::lib::class::this as object_of;
use crate::python::machine::{Answer, Result, World, acting, attribute, error};
use crate::python::names::{Name, NameMap};
use crate::python::values::{Class, Instance, Value};
use crate::sync::Own;

/// By thread: its attributes, which no other looks at.
pub type Attributes = Own<Vec<(u32, NameMap)>>;

pub fn class() -> &'static Class {
    new_class("local", METHODS)
}

const METHODS: Table = &[
    ("__getattribute__", "self, name", get),
    ("__setattr__", "self, name, value", set),
    ("__delattr__", "self, name", delete),
];

fn of(object: &Instance) -> Result<&Attributes> {
    let made = || Box::new(Handle::Local(Own::shared(Vec::new())));
    match &**object.handle.get_or_init(made) {
        Handle::Local(attributes) => Ok(attributes),
        _ => Err(error::type_error("an object of another class is needed")),
    }
}

fn name_of(args: &[Value]) -> Name {
    Name::new(args[1].as_str().unwrap_or_default())
}

fn get(world: &'static World, args: &[Value]) -> Answer {
    let (name, own) = (name_of(args), of(object_of(args)?)?.read());
    let mine = own.iter().find(|(thread, _)| *thread == acting::number());
    match mine.and_then(|(_, attributes)| attributes.get(name).cloned()) {
        Some(value) => Ok(value),
        None => {
            drop(own);
            attribute::get_plainly(world, &args[0], name)
        }
    }
}

fn set(_: &'static World, args: &[Value]) -> Answer {
    let mut own = of(object_of(args)?)?.write();
    let me = acting::number();
    let at = own.iter().position(|(thread, _)| *thread == me);
    let at = at.unwrap_or_else(|| {
        own.push((me, NameMap::new()));
        own.len() - 1
    });
    let old = own[at].1.set(name_of(args), args[2].clone());
    drop(own);
    drop(old);
    Ok(Value::None)
}

fn delete(_: &'static World, args: &[Value]) -> Answer {
    let name = name_of(args);
    let object = object_of(args)?;
    let mut own = of(object)?.write();
    let mine = own
        .iter_mut()
        .find(|(thread, _)| *thread == acting::number());
    let old = mine.and_then(|(_, attributes)| attributes.remove(name));
    drop(own);
    match old {
        Some(_) => Ok(Value::None),
        None => {
            let text = format!(
                "'{}' object has no attribute '{}'",
                object.class().name,
                name.text()
            );
            Err(error::attribute_error(text).into())
        }
    }
}
