//! Functions on any object, and `print`.

use super::Table;
use crate::python::machine::{
    Answer, Result, Stream, World, attribute, call, error, item, keys, later, sequence, text, types,
};
use crate::python::names::{self, Name};
use crate::python::values::{Run, Truth, Value};

pub const TABLE: Table = &[
    ("ascii", "object, /", ascii),
    ("callable", "object, /", callable),
    ("delattr", "object, name, /", delattr),
    ("dir", "object=, /", dir),
    ("format", "value, spec=, /", format),
    ("getattr", "object, name, default=, /", getattr),
    ("globals", "", globals),
    ("hasattr", "object, name, /", hasattr),
    ("hash", "object, /", hash),
    ("id", "object, /", id),
    ("isinstance", "object, class, /", isinstance),
    ("issubclass", "class, classes, /", issubclass),
    ("len", "object, /", len),
    ("print", "*args, sep=, end=, file=, flush=", print),
    ("repr", "object, /", repr),
    ("setattr", "object, name, value, /", setattr),
    ("vars", "object=, /", vars),
    ("locals", "", globals),
];

fn ascii(world: &'static World, args: &[Value]) -> Answer {
    text::ascii(world, &args[0])
}

fn callable(_: &'static World, args: &[Value]) -> Answer {
    Ok(Value::bool(crate::python::machine::call::is_callable(
        &args[0],
    )))
}

fn name_of(value: &Value) -> Result<Name> {
    match value.as_str() {
        Some(text) => Ok(Name::new(text)),
        None => Err(error::type_error(format!(
            "attribute name must be string, not '{}'",
            types::name_of(value)
        ))),
    }
}

fn getattr(world: &'static World, args: &[Value]) -> Answer {
    let name = name_of(&args[1])?;
    let answer = attribute::get(world, &args[0], name);
    match (answer, args.get(2)) {
        (Ok(value), _) => Ok(value),
        (answer, None) => answer,
        (answer, Some(default)) => {
            let default = default.clone();
            later(async move {
                let result = sequence::wait(answer).await;
                Ok(error::unless(super::classes().attribute_error, result)?.unwrap_or(default))
            })
        }
    }
}

fn hasattr(world: &'static World, args: &[Value]) -> Answer {
    let name = name_of(&args[1])?;
    let object = args[0].clone();
    later(async move {
        Ok(Value::bool(
            attribute::find(world, &object, name).await?.is_some(),
        ))
    })
}

fn setattr(world: &'static World, args: &[Value]) -> Answer {
    attribute::set(world, &args[0], name_of(&args[1])?, &args[2])
}

fn delattr(world: &'static World, args: &[Value]) -> Answer {
    attribute::delete(world, &args[0], name_of(&args[1])?)
}

fn dir(world: &'static World, args: &[Value]) -> Answer {
    let object = match args.first() {
        Some(object) => object.clone(),
        None => Value::Module(world.main),
    };
    if let Some(method) = types::defined(&object, names::DIR) {
        return later(async move {
            let listed = types::call_method(&method, &object, Vec::new()).await?;
            let items = crate::python::machine::iterate::collect(world, &listed).await?;
            Ok(Value::list(
                super::lists::sorted(world, items, &Value::None, false).await?,
            ))
        });
    }
    let mut found = super::objects::dir(&object);
    found.sort_unstable();
    Ok(Value::list(found.into_iter().map(Value::from).collect()))
}

fn format(world: &'static World, args: &[Value]) -> Answer {
    let spec = match args.get(1) {
        None => "",
        Some(spec) => match spec.as_str() {
            Some(spec) => spec,
            None => {
                let name = types::name_of(spec);
                let text = format!("format() argument 2 must be str, not {name}");
                return Err(error::type_error(text).into());
            }
        },
    };
    text::format(world, &args[0], spec)
}

fn globals(world: &'static World, _: &[Value]) -> Answer {
    Ok(Value::Dict(world.main.dict()))
}

fn vars(world: &'static World, args: &[Value]) -> Answer {
    match args.first() {
        None => globals(world, &[]),
        Some(object) => match attribute::fields(object) {
            Some(fields) => Ok(fields),
            None => Err(error::type_error("vars() argument must have __dict__ attribute").into()),
        },
    }
}

fn hash(world: &'static World, args: &[Value]) -> Answer {
    match keys::hash_at_once(world, &args[0])? {
        Some(hash) => Ok(Value::Int(hash)),
        None => {
            let value = args[0].clone();
            later(async move { Ok(Value::Int(keys::hash(world, &value).await?)) })
        }
    }
}

fn id(world: &'static World, args: &[Value]) -> Answer {
    Ok(Value::Int(world.identity(&args[0]) as i64))
}

fn isinstance(world: &'static World, args: &[Value]) -> Answer {
    // An instance of the very class is one, whatever that says.
    if matches!(&args[1], Value::Class(of) if std::ptr::eq(types::class_of(&args[0]), *of)) {
        return Ok(Value::bool(true));
    }
    if let Some(answer) = asked(world, isinstance, names::INSTANCECHECK, args) {
        return answer;
    }
    Ok(Value::bool(types::is_instance(&args[0], &args[1])?))
}

/// What a class says itself, of one that has a say in what its instances or its derived
/// classes are, or of those of a tuple.
fn asked(world: &'static World, again: Run, method: Name, args: &[Value]) -> Option<Answer> {
    let asks = |of: &Value| types::defined(of, method);
    if let Value::Tuple(any) = &args[1] {
        if !any.iter().any(|of| asks(of).is_some()) {
            return None;
        }
        let (value, any) = (args[0].clone(), any.clone());
        return Some(later(async move {
            for of in any.iter() {
                let answer = again(world, &[value.clone(), of.clone()]);
                if matches!(sequence::wait(answer).await?, Value::Bool(Truth::True)) {
                    return Ok(Value::bool(true));
                }
            }
            Ok(Value::bool(false))
        }));
    }
    let (method, of, value) = (asks(&args[1])?, args[1].clone(), args[0].clone());
    Some(later(async move {
        let found = types::call_method(&method, &of, vec![value]).await?;
        Ok(Value::bool(types::truth_of(world, &found).await?))
    }))
}

fn issubclass(world: &'static World, args: &[Value]) -> Answer {
    if let Some(answer) = asked(world, issubclass, names::SUBCLASSCHECK, args) {
        return answer;
    }
    let Value::Class(class) = &args[0] else {
        return Err(error::type_error("issubclass() arg 1 must be a class").into());
    };
    let refused = "issubclass() arg 2 must be a class, a tuple of classes, or a union";
    Ok(Value::bool(types::is_subclass_of(
        class, &args[1], refused,
    )?))
}

fn len(_: &'static World, args: &[Value]) -> Answer {
    if let Some(length) = item::length_at_once(&args[0]) {
        return Ok(Value::int(length));
    }
    let value = args[0].clone();
    later(async move { Ok(Value::int(item::length(&value).await?)) })
}

fn repr(world: &'static World, args: &[Value]) -> Answer {
    text::repr(world, &args[0])
}

/// One call is whole: nothing of another thread comes between its parts.
fn print(world: &'static World, args: &[Value]) -> Answer {
    let option = |at: usize, name: &str, default: &str| -> Result<String> {
        let value = &args[at];
        match value.as_str() {
            Some(text) => Ok(text.to_owned()),
            None if value.is_unset() || value.is_none() => Ok(default.to_owned()),
            None => Err(error::type_error(format!(
                "{name} must be None or a string, not {}",
                types::name_of(value)
            ))),
        }
    };
    let (separator, end) = (option(0, "sep", " ")?, option(1, "end", "\n")?);
    let file = match &args[2] {
        Value::Unset | Value::None => {
            crate::python::lib::replaced_stdout(world).unwrap_or_default()
        }
        file => file.clone(),
    };
    let stream = match &file {
        Value::Unset => Some(Stream::Out),
        file => crate::python::lib::stream(world, file),
    };
    let values = &args[4..];
    let mut out = String::new();
    for (at, value) in values.iter().enumerate() {
        if at > 0 {
            out.push_str(&separator);
        }
        match text::str(world, value) {
            Ok(text) => out.push_str(text.as_str().unwrap_or_default()),
            answer => {
                let rest = values[at + 1..].to_vec();
                return later(async move {
                    let text = sequence::wait(answer).await?;
                    out.push_str(text.as_str().unwrap_or_default());
                    for value in &rest {
                        out.push_str(&separator);
                        out.push_str(&text::str_later(world, value).await?);
                    }
                    out.push_str(&end);
                    write(world, stream, &file, &out).await
                });
            }
        }
    }
    out.push_str(&end);
    match stream {
        Some(stream) => {
            world.print(stream, &out);
            Ok(Value::None)
        }
        None => later(async move { write(world, None, &file, &out).await }),
    }
}

async fn write(
    world: &'static World,
    stream: Option<Stream>,
    file: &Value,
    text: &str,
) -> Result<Value> {
    match stream {
        Some(stream) => world.print(stream, text),
        None => {
            let method = sequence::wait(attribute::get(world, file, names::WRITE)).await?;
            call(&method, vec![Value::from(text)]).await?;
        }
    }
    Ok(Value::None)
}
