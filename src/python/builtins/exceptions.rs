//! The methods of exceptions.

use std::sync::Arc;

use super::{Table, classes};
use crate::python::machine::{
    Answer, Result, World, error, group, iterate, later, sequence, types,
};
use crate::python::names;
use crate::python::values::{Exception, Value, admit};

pub const METHODS: Table = &[
    ("with_traceback", "self, traceback, /", with_traceback),
    ("add_note", "self, note, /", add_note),
];

pub const GROUP_METHODS: Table = &[
    ("split", "self, condition, /", split),
    ("subgroup", "self, condition, /", subgroup),
    ("derive", "self, exceptions, /", derive),
];

fn this(args: &[Value]) -> Result<&Arc<Exception>> {
    match args.first() {
        Some(Value::Exception(exception)) => Ok(exception),
        other => Err(super::objects::wrong_self("BaseException", other)),
    }
}

fn with_traceback(_: &'static World, args: &[Value]) -> Answer {
    this(args)?;
    Ok(args[0].clone())
}

fn add_note(_: &'static World, args: &[Value]) -> Answer {
    let exception = this(args)?;
    if args[1].as_str().is_none() {
        let name = types::name_of(&args[1]);
        return Err(error::type_error(format!("note must be a str, not '{name}'")).into());
    }
    let notes = exception.fields.read().get(names::NOTES).cloned();
    match notes {
        Some(Value::List(notes)) => {
            admit(&notes.items, [&args[1]]);
            notes.items.write().push(args[1].clone());
        }
        _ => {
            let notes = Value::list(vec![args[1].clone()]);
            admit(&exception.fields, [&notes]);
            exception.fields.write().set(names::NOTES, notes);
        }
    }
    Ok(Value::None)
}

/// Splits by a class, a tuple of classes, or a function.
fn parts(
    world: &'static World,
    args: &[Value],
) -> Result<std::result::Result<(Value, Value), Value>> {
    this(args)?;
    let (group, condition) = (&args[0], &args[1]);
    match condition {
        Value::Class(_) | Value::Tuple(_) => {
            let both = group::split(group, &mut |member| types::is_instance(member, condition))?;
            Ok(Ok(both))
        }
        _ => {
            let _ = world;
            Ok(Err(condition.clone()))
        }
    }
}

/// Splits by what a function says of each exception.
async fn parts_later(
    world: &'static World,
    group: Value,
    function: Value,
) -> Result<(Value, Value)> {
    // The function is asked for all members first, so that splitting needs no Python.
    let mut asked: Vec<(Value, bool)> = Vec::new();
    let mut open = vec![group.clone()];
    while let Some(member) = open.pop() {
        let answer = sequence::call(&function, vec![member.clone()]).await?;
        let takes = types::truth_of(world, &answer).await?;
        asked.push((member.clone(), takes));
        if let (false, true, Value::Exception(inner)) = (takes, group::is_group(&member), &member) {
            open.extend(group::members(inner));
        }
    }
    group::split(&group, &mut |member| {
        Ok(asked
            .iter()
            .any(|(other, takes)| *takes && other.is(member)))
    })
}

fn split(world: &'static World, args: &[Value]) -> Answer {
    match parts(world, args)? {
        Ok((taken, left)) => Ok(Value::tuple([taken, left])),
        Err(function) => {
            let group = args[0].clone();
            later(async move {
                let (taken, left) = parts_later(world, group, function).await?;
                Ok(Value::tuple([taken, left]))
            })
        }
    }
}

fn subgroup(world: &'static World, args: &[Value]) -> Answer {
    match parts(world, args)? {
        Ok((taken, _)) => Ok(taken),
        Err(function) => {
            let group = args[0].clone();
            later(async move { Ok(parts_later(world, group, function).await?.0) })
        }
    }
}

fn derive(_: &'static World, args: &[Value]) -> Answer {
    let text = this(args)?.arg(0).unwrap_or(Value::None);
    new_group(classes().base_exception_group, vec![text, args[1].clone()])
}

/// `ExceptionGroup(text, exceptions)`.
pub fn new_group(class: &'static crate::python::values::Class, args: Vec<Value>) -> Answer {
    let [text, members] = &args[..] else {
        let text = format!(
            "BaseExceptionGroup.__new__() takes exactly 2 arguments ({} given)",
            args.len()
        );
        return Err(error::type_error(text).into());
    };
    if text.as_str().is_none() {
        let name = match text {
            Value::None => "None",
            other => types::name_of(other),
        };
        let text = format!("BaseExceptionGroup.__new__() argument 1 must be str, not {name}");
        return Err(error::type_error(text).into());
    }
    let Some(items) = iterate::at_hand(members).filter(|_| !matches!(members, Value::Set(_)))
    else {
        return Err(error::type_error("second argument (exceptions) must be a sequence").into());
    };
    if items.is_empty() {
        let text = "second argument (exceptions) must be a non-empty sequence";
        return Err(error::value_error(text).into());
    }
    let mut plain = true;
    for (at, item) in items.iter().enumerate() {
        let Value::Exception(exception) = item else {
            let text = format!("Item {at} of second argument (exceptions) is not an exception");
            return Err(error::value_error(text).into());
        };
        plain &= exception.class.derives_from(classes().exception)
            || exception.class.derives_from(classes().exception_group);
    }
    let mut class = class;
    if std::ptr::eq(class, classes().base_exception_group) && plain {
        class = classes().exception_group;
    } else if class.derives_from(classes().exception_group) && !plain {
        let text = "Cannot nest BaseExceptions in an ExceptionGroup";
        return Err(error::type_error(text).into());
    }
    Ok(Value::Exception(Exception::new(class, args)))
}
