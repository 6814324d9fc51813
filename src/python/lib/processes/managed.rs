//! `Managed`: a dict or a list that all processes have in common, as a `Manager`'s proxies show
//! it. A call of a method is one step; what goes in and comes out is copied.

use std::sync::Arc;

use super::new_class;
use crate::python::builtins::{Table, classes as builtin};
use crate::python::engine::{Handle, Shared};
use crate::python::lib::class::this as object_of;
use crate::python::machine::copying::pickle::{pickle, unpickle};
use crate::python::machine::{Answer, Result, Stop, World, error, iterate, types};
use crate::python::names::Name;
use crate::python::values::{Class, Value};

pub fn class() -> &'static Class {
    let module = "multiprocessing.managers";
    new_class(module, "Managed", builtin().object, METHODS, &[])
}

const METHODS: Table = &[
    ("__init__", "self, referent", |world, args| {
        let value = pickle(world, &args[1])?;
        let object = args[0].clone();
        Err(Stop::Name(Box::new(move |name| {
            let name = if name.is_empty() { "managed" } else { name };
            let shared = world.engine.shared(name, value);
            let object = object_of(std::slice::from_ref(&object))?;
            let _ = object.handle.set(Box::new(Handle::Shared(shared)));
            Ok(Value::None)
        })))
    }),
    ("_call", "self, method, *args", call),
    // The whole value, as it is now.
    ("_getvalue", "self", |world, args| {
        let copy = move |_: &Value, value: Value| Ok((Value::None, value));
        change(world, args, Box::new(copy), true)
    }),
];

fn shared(args: &[Value]) -> Result<&Arc<dyn Shared>> {
    match object_of(args)?.handle.get().map(|handle| &**handle) {
        Some(Handle::Shared(shared)) => Ok(shared),
        _ => Err(error::runtime_error("the manager's object was not made")),
    }
}

/// Makes the new value and the result of the old value, which is the caller's own copy.
type Change = Box<dyn FnOnce(&Value, Value) -> Result<(Value, Value)> + Send>;

fn change(world: &'static World, args: &[Value], change: Change, only_looks: bool) -> Answer {
    let update = move |old: Value| {
        let own = unpickle(world, &old)?;
        let (new, result) = change(&own, own.clone())?;
        match only_looks {
            true => Ok((old, result)),
            false => Ok((pickle(world, &new)?, result)),
        }
    };
    Err(Stop::Perform(shared(args)?.update(Box::new(update))))
}

fn call(world: &'static World, args: &[Value]) -> Answer {
    let name = Name::new(args[1].as_str().unwrap_or_default());
    // They are copied before the step, as what is sent to the manager's process.
    let given = unpickle(world, &pickle(world, &Value::tuple(&args[2..]))?)?;
    let given = iterate::at_hand(&given).unwrap_or_default();
    let act = move |own: &Value, _: Value| {
        let Some(Value::Native(method)) = types::class_of(own).find(name) else {
            let (kind, name) = (types::name_of(own), name.text());
            let text = format!("'{kind}' object has no attribute '{name}'");
            return Err(error::attribute_error(text));
        };
        let mut all = vec![own.clone()];
        all.extend(given);
        let result = match (method.run)(world, &all) {
            Ok(result) => result,
            Err(Stop::Raise(raise)) => return Err(raise),
            Err(_) => {
                let text =
                    "what a manager holds is compared and hashed without code of the program";
                return Err(error::type_error(text));
            }
        };
        let result = match &result {
            Value::View(_) | Value::Iter(_) => {
                Value::list(iterate::at_hand(&result).unwrap_or_default())
            }
            _ => unpickle(world, &pickle(world, &result)?)?,
        };
        Ok((own.clone(), result))
    };
    change(world, args, Box::new(act), false)
}
