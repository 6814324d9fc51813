//! `Value` and `Array`: numbers that processes share. Each access is whole; two of them, as in
//! `+=`, are two.

use std::sync::Arc;

use super::new_class;
use crate::python::builtins::{Table, classes as builtin};
use crate::python::engine::{Handle, Shared};
use crate::python::lib::arguments::real_at_once;
use crate::python::lib::class::{field, set_field, this as object_of};
use crate::python::lib::threading::flag;
use crate::python::machine::{
    Answer, Operation, Result, Stop, World, attribute, error, iterate, later, sequence, types,
};
use crate::python::names::Name;
use crate::python::text::number::float_text;
use crate::python::values::{Class, Instance, Run, Value, share};

const MODULE: &str = "multiprocessing.sharedctypes";

pub fn classes() -> Vec<&'static Class> {
    let object = builtin().object;
    let value = new_class(MODULE, "Value", object, VALUE, PROPERTIES);
    let array = new_class(MODULE, "Array", object, ARRAY, &[]);
    vec![value, array]
}

/// What both have of their lock.
macro_rules! with_lock {
    ($($row:expr,)*) => {
        &[
            ("get_lock", "self", |_, args| Ok(field(object_of(args)?, "_lock").or_none())),
            ("get_obj", "self", |_, args| Ok(args[0].clone())),
            ("acquire", "self, block=, timeout=", |world, args| {
                on_lock(world, args, "acquire", args[1..].to_vec())
            }),
            ("release", "self", |world, args| on_lock(world, args, "release", Vec::new())),
            ("__enter__", "self", |world, args| on_lock(world, args, "__enter__", Vec::new())),
            ("__exit__", "self, *args", |world, args| on_lock(world, args, "release", Vec::new())),
            $($row,)*
        ]
    };
}

const VALUE: Table = with_lock![
    (
        "__init__",
        "self, typecode_or_type, value=, *, lock=",
        init_value
    ),
    ("__repr__", "self", repr),
];

const ARRAY: Table = with_lock![
    (
        "__init__",
        "self, typecode_or_type, size_or_initializer, *, lock=",
        init_array
    ),
    ("__len__", "self", |_, args| Ok(Value::int(
        cells(args)?.len()
    ))),
    ("__getitem__", "self, key, /", get_item),
    ("__setitem__", "self, key, value, /", set_item),
];

const PROPERTIES: &[(&str, Run, Option<Run>)] = &[(
    "value",
    |_, args| Err(Stop::Perform(cell(object_of(args)?)?.get())),
    Some(|_, args| {
        let object = object_of(args)?;
        let value = converted(&field(object, "_typecode"), &args[1])?;
        Err(Stop::Perform(cell(object)?.set(value)))
    }),
)];

fn on_lock(world: &'static World, args: &[Value], name: &'static str, given: Vec<Value>) -> Answer {
    let lock = field(object_of(args)?, "_lock");
    let given: Vec<Value> = given
        .into_iter()
        .filter(|value| !value.is_unset())
        .collect();
    later(async move {
        let method = sequence::wait(attribute::get(world, &lock, Name::new(name))).await?;
        sequence::call(&method, given).await
    })
}

fn cell(object: &Instance) -> Result<&Arc<dyn Shared>> {
    match object.handle.get().map(|handle| &**handle) {
        Some(Handle::Shared(cell)) => Ok(cell),
        _ => Err(error::runtime_error("Value.__init__() not called")),
    }
}

/// A number as C has it.
fn converted(typecode: &Value, value: &Value) -> Result<Value> {
    let code = typecode.as_str().unwrap_or_default();
    if let "f" | "d" = code {
        let real = real_at_once(value).unwrap_or(Ok(0.0))?;
        return Ok(Value::float(match code {
            "f" => f64::from(real as f32),
            _ => real,
        }));
    }
    if let "c" | "u" = code {
        return Ok(value.clone());
    }
    let Some(number) = value.as_int() else {
        let name = types::name_of(value);
        let text = format!("an integer is required (got type {name})");
        return Err(error::type_error(text));
    };
    let number = number.to_i64().unwrap_or(0);
    Ok(Value::Int(match code {
        "b" => i64::from(number as i8),
        "B" => i64::from(number as u8),
        "h" => i64::from(number as i16),
        "H" => i64::from(number as u16),
        "i" => i64::from(number as i32),
        "I" => i64::from(number as u32),
        _ => number,
    }))
}

fn checked(typecode: &Value) -> Result<()> {
    match typecode.as_str() {
        Some("b" | "B" | "h" | "H" | "i" | "I" | "l" | "L" | "q" | "Q" | "f" | "d" | "c" | "u") => {
            Ok(())
        }
        _ => Err(error::type_error(
            "the type is a letter: 'i' for ints, 'd' for floats",
        )),
    }
}

/// The lock that was given, or a new one; False is none.
fn lock_of(world: &'static World, given: Option<&Value>) -> Result<Value> {
    match given {
        None | Some(Value::Unset | Value::None) => {}
        Some(Value::Bool(given)) if !given.get() => return Ok(Value::None),
        Some(Value::Bool(_)) => {}
        Some(lock) => return Ok(lock.clone()),
    }
    let class = crate::python::lib::class::of(world, "_multiprocessing", "RLock")?;
    let lock = Instance::new(class, Value::Unset, world.serial());
    let _ = lock
        .handle
        .set(Box::new(Handle::Lock(world.engine.rlock("lock"))));
    Ok(Value::Instance(lock))
}

fn init_value(world: &'static World, args: &[Value]) -> Answer {
    let typecode = args[1].clone();
    checked(&typecode)?;
    let zero = if let Some("f" | "d") = typecode.as_str() {
        Value::float(0.0)
    } else {
        Value::Int(0)
    };
    let value = match args.get(2) {
        None | Some(Value::Unset) => zero,
        Some(value) => converted(&typecode, value)?,
    };
    let object = object_of(args)?;
    set_field(object, "_lock", lock_of(world, args.get(3))?);
    set_field(object, "_typecode", typecode);
    let object = args[0].clone();
    Err(Stop::Name(Box::new(move |name| {
        let name = if name.is_empty() { "value" } else { name };
        let cell = world.engine.shared(name, value);
        let _ = object_of(std::slice::from_ref(&object))?
            .handle
            .set(Box::new(Handle::Shared(cell)));
        Ok(Value::None)
    })))
}

fn init_array(world: &'static World, args: &[Value]) -> Answer {
    let typecode = args[1].clone();
    checked(&typecode)?;
    let size = args[2].as_int().and_then(|size| size.to_i64());
    let (object, given) = (args[0].clone(), args[2].clone());
    set_field(object_of(args)?, "_lock", lock_of(world, args.get(3))?);
    set_field(object_of(args)?, "_typecode", typecode.clone());
    later(async move {
        let values = match size {
            Some(size) => {
                let size = usize::try_from(size).unwrap_or(0);
                crate::python::machine::check_size(world, size.saturating_mul(64))?;
                vec![Value::Int(0); size]
            }
            None => iterate::collect(world, &given).await?,
        };
        let named = Stop::Name(Box::new(|name| Ok(Value::from(name))));
        let name = sequence::wait(Err(named)).await?;
        let name = name
            .as_str()
            .filter(|name| !name.is_empty())
            .unwrap_or("array");
        let mut cells = Vec::new();
        for (at, value) in values.iter().enumerate() {
            let value = converted(&typecode, value)?;
            let cell = Instance::new(builtin().object, Value::Unset, world.serial());
            let shared = world.engine.shared(&format!("{name}[{at}]"), value);
            let _ = cell.handle.set(Box::new(Handle::Shared(shared)));
            cells.push(Value::Instance(cell));
        }
        let cells = Value::tuple(cells);
        share(&cells);
        set_field(object_of(std::slice::from_ref(&object))?, "_cells", cells);
        Ok(Value::None)
    })
}

/// The elements.
fn cells(args: &[Value]) -> Result<Vec<Arc<dyn Shared>>> {
    let cells = iterate::at_hand(&field(object_of(args)?, "_cells")).unwrap_or_default();
    let of = |value: &Value| match value {
        Value::Instance(object) => cell(object).cloned(),
        _ => Err(error::runtime_error("Array.__init__() not called")),
    };
    cells.iter().map(of).collect()
}

/// Which elements a key is for; whether it is one.
fn chosen(args: &[Value]) -> Result<(Vec<Arc<dyn Shared>>, bool)> {
    let cells = cells(args)?;
    if let Value::Slice(slice) = &args[1] {
        let bound = |value: &Value, default: usize| match value {
            Value::Int(at) if *at < 0 => cells.len().saturating_sub(at.unsigned_abs() as usize),
            Value::Int(at) => (*at as usize).min(cells.len()),
            _ => default,
        };
        let (start, stop) = (bound(&slice.start, 0), bound(&slice.stop, cells.len()));
        return Ok((cells.get(start..stop).unwrap_or_default().to_vec(), false));
    }
    let at = args[1].as_int().and_then(|at| at.to_i64());
    let Some(at) = at else {
        return Err(error::type_error("indices must be integers"));
    };
    let at = if at < 0 { at + cells.len() as i64 } else { at };
    match usize::try_from(at).ok().and_then(|at| cells.get(at)) {
        Some(cell) => Ok((vec![cell.clone()], true)),
        None => Err(error::index_error("invalid index")),
    }
}

fn get_item(_: &'static World, args: &[Value]) -> Answer {
    let (chosen, is_one) = chosen(args)?;
    let looks: Vec<Operation> = chosen.iter().map(|cell| cell.get()).collect();
    later(async move {
        let mut values = Vec::new();
        for look in looks {
            values.push(sequence::wait(Err(Stop::Perform(look))).await?);
        }
        match is_one {
            true => Ok(values.pop().unwrap_or_default()),
            false => Ok(Value::list(values)),
        }
    })
}

fn set_item(_: &'static World, args: &[Value]) -> Answer {
    let (chosen, is_one) = chosen(args)?;
    let typecode = field(object_of(args)?, "_typecode");
    let values = match is_one {
        true => vec![args[2].clone()],
        false => iterate::at_hand(&args[2]).unwrap_or_default(),
    };
    if values.len() != chosen.len() {
        let text = "Can only assign sequence of same size";
        return Err(error::value_error(text).into());
    }
    let mut sets = Vec::new();
    for (cell, value) in chosen.iter().zip(&values) {
        sets.push(cell.set(converted(&typecode, value)?));
    }
    later(async move {
        for set in sets {
            sequence::wait(Err(Stop::Perform(set))).await?;
        }
        Ok(Value::None)
    })
}

fn repr(_: &'static World, args: &[Value]) -> Answer {
    let object = object_of(args)?;
    let kind = match field(object, "_typecode").as_str() {
        Some("d") => "c_double",
        Some("f") => "c_float",
        Some("l" | "q") => "c_long",
        _ => "c_int",
    };
    let get = cell(object)?.get();
    let has_lock = flag(Some(&field(object, "_lock")), false);
    later(async move {
        let value = sequence::wait(Err(Stop::Perform(get))).await?;
        let value = match value {
            Value::Int(value) => value.to_string(),
            Value::Float(value) => float_text::repr(value.get()),
            _ => String::new(),
        };
        Ok(Value::from(match has_lock {
            true => format!("<Synchronized wrapper for {kind}({value})>"),
            false => format!("{kind}({value})"),
        }))
    })
}
