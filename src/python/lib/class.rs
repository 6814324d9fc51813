//! Classes of the library, whose methods are builtins. To the machine they are as the
//! program's own: their methods with two underscores are found, and a class may be derived
//! from them. So a run makes its own, with the module.

use crate::python::builtins::{Table, add};
use crate::python::code::forever;
use crate::python::machine::{Keywords, Result, World, error};
use crate::python::names::{Name, NameMap};
use crate::python::values::{Class, Instance, Value};

pub fn new(
    module: &'static str,
    name: &'static str,
    base: &'static Class,
    methods: Table,
) -> &'static Class {
    let mut attributes = NameMap::new();
    add(&mut attributes, name, methods);
    let mro: Vec<&'static Class> = base.line().collect();
    let (text, module) = (name.to_owned(), Name::new(module));
    let class = Class::of_program(text.clone(), text, module, vec![base], mro, attributes);
    class.inspect();
    forever(class)
}

/// A class that a module holds, which was imported.
pub fn of(world: &'static World, module: &str, name: &str) -> Result<&'static Class> {
    let modules = world.modules.read();
    let found = match modules.get(Name::new(module)) {
        Some(Value::Module(module)) => module.get(Name::new(name)),
        _ => None,
    };
    match found {
        Some(Value::Class(class)) => Ok(class),
        _ => Err(error::runtime_error(format!(
            "{module}.{name} is not there"
        ))),
    }
}

/// What is in a dict of keywords, if it is one.
pub fn keywords(dict: &Value) -> Keywords {
    let mut named = Keywords::new();
    if let Value::Dict(dict) = dict {
        for entry in dict.entries.read().iter() {
            if let Some(name) = entry.key.as_str() {
                named.push((Name::new(name), entry.value.clone()));
            }
        }
    }
    named
}

/// The object whose method was called.
pub fn this(args: &[Value]) -> Result<&Instance> {
    match args.first() {
        Some(Value::Instance(instance)) => Ok(instance),
        _ => Err(error::type_error("an object of another class is needed")),
    }
}

/// A field that the library has set.
pub fn field(object: &Instance, name: &str) -> Value {
    let fields = object.fields.read();
    fields.get(Name::new(name)).cloned().unwrap_or_default()
}

pub fn set_field(object: &Instance, name: &str, value: Value) {
    let old = object.set_field(Name::new(name), value);
    drop(old);
}
