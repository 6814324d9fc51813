//! partial: a function with some of its arguments.

use super::super::class::{field, set_field, this};
use super::entries;
use crate::python::builtins::Table;
use crate::python::machine::{Answer, World, call, error, later, sequence, text};

use crate::python::values::Value;

pub const METHODS: Table = &[
    ("__init__", "self, func, /, *args, **keywords", init),
    ("__call__", "self, /, *args, **keywords", call_it),
    ("__repr__", "self, /", repr),
];

// Of a builtin that takes `*args` and `**keywords`, the dict of keywords comes first.

fn init(_: &'static World, args: &[Value]) -> Answer {
    let object = this(args)?;
    if !call::is_callable(&args[1]) {
        return Err(error::type_error("the first argument must be callable").into());
    }
    set_field(object, "func", args[1].clone());
    set_field(object, "args", Value::tuple(&args[3..]));
    set_field(object, "keywords", args[2].clone());
    Ok(Value::None)
}

fn call_it(_: &'static World, args: &[Value]) -> Answer {
    let object = this(args)?;
    let function = field(object, "func");
    let mut all = match field(object, "args") {
        Value::Tuple(first) => first.to_vec(),
        _ => Vec::new(),
    };
    all.extend_from_slice(&args[2..]);
    let mut named = match field(object, "keywords") {
        Value::Dict(dict) => entries(&dict),
        _ => Vec::new(),
    };
    if let Value::Dict(dict) = &args[1] {
        for (name, value) in entries(dict) {
            match named.iter_mut().find(|(known, _)| *known == name) {
                Some((_, known)) => *known = value,
                None => named.push((name, value)),
            }
        }
    }
    later(async move { sequence::call_with(&function, all, named).await })
}

fn repr(world: &'static World, args: &[Value]) -> Answer {
    let object = this(args)?;
    let mut shown = vec![(String::new(), field(object, "func"))];
    if let Value::Tuple(args) = field(object, "args") {
        shown.extend(args.iter().map(|arg| (String::new(), arg.clone())));
    }
    if let Value::Dict(dict) = field(object, "keywords") {
        let named = entries(&dict).into_iter();
        shown.extend(named.map(|(name, value)| (format!("{}=", name.text()), value)));
    }
    later(async move {
        let mut parts = Vec::new();
        for (name, value) in &shown {
            let value = sequence::wait(text::repr(world, value)).await?;
            parts.push(format!("{name}{}", value.as_str().unwrap_or_default()));
        }
        Ok(Value::from(format!(
            "functools.partial({})",
            parts.join(", ")
        )))
    })
}
