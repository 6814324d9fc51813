//! Classes of the library, whose methods are builtins. To the machine they are as the
//! program's own: their methods with two underscores are found, and a class may be derived
//! from them. So a run makes its own, with the module.

use std::sync::{Arc, LazyLock};

use crate::python::builtins::{Table, add, classes};
use crate::python::machine::{
    Answer, Keywords, Result, World, acting, error, item, iterate, later, sequence, text,
};
use crate::python::names::{self, Name, NameMap};
use crate::python::values::{Class, Instance, Method, Native, Property, Value, estate};

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
    estate::keep(class)
}

/// A class of tuples whose items have names, as those of CPython's own modules.
pub fn named_tuple(
    module: &'static str,
    name: &'static str,
    fields: &[&'static str],
) -> &'static Class {
    static ITEM: LazyLock<Native> = LazyLock::new(|| {
        Native::new("", "item", "index, self, /", |world, args| {
            item::get(world, args[1].inner(), &args[0])
        })
    });
    let class = new(
        module,
        name,
        classes().tuple,
        &[("__repr__", "self, /", repr)],
    );
    let mut attributes = class.attributes.write();
    for (at, field) in fields.iter().enumerate() {
        let property = Property {
            get: Method::bind(Value::Native(&ITEM), Value::int(at)),
            set: Value::None,
            delete: Value::None,
            doc: Value::None,
        };
        attributes.set(Name::new(field), Value::Property(Arc::new(property)));
    }
    let names: Vec<Value> = fields.iter().map(|field| Value::from(*field)).collect();
    attributes.set(Name::new(FIELDS), Value::tuple(names.clone()));
    attributes.set(names::MATCH_ARGS, Value::tuple(names));
    drop(attributes);
    class.inspect();
    class
}

/// Where such a class has the names.
const FIELDS: &str = "__fields__";

/// One of them, of these items.
pub fn tuple_of(class: &'static Class, items: Vec<Value>) -> Value {
    let items = Value::tuple(items);
    Value::Instance(Instance::new(class, items, acting::serial()))
}

fn repr(world: &'static World, args: &[Value]) -> Answer {
    let object = this(args)?;
    let class = object.class();
    let names = class.find(Name::new(FIELDS)).unwrap_or_default();
    let names = iterate::at_hand(&names).unwrap_or_default();
    let items = iterate::at_hand(&object.inner).unwrap_or_default();
    let (module, name) = (class.module.text(), &class.name);
    later(async move {
        let mut shown = Vec::new();
        for (name, item) in names.iter().zip(&items) {
            let item = sequence::wait(text::repr(world, item)).await?;
            let [name, item] = [name, &item].map(|text| text.as_str().unwrap_or_default());
            shown.push(format!("{name}={item}"));
        }
        Ok(Value::from(format!(
            "{module}.{name}({})",
            shown.join(", ")
        )))
    })
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
