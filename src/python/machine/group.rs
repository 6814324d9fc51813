//! Exception groups: how `except*` takes them apart and puts them together again.

use std::sync::Arc;

use super::unwind::matches_class;
use super::{Result, error, iterate};
use crate::python::builtins::classes;
use crate::python::values::{Exception, Value};

/// The exceptions in a group.
pub fn members(group: &Exception) -> Vec<Value> {
    group
        .arg(1)
        .and_then(|list| iterate::at_hand(&list))
        .unwrap_or_default()
}

pub fn is_group(value: &Value) -> bool {
    match value {
        Value::Exception(exception) => exception.class.derives_from(classes().base_exception_group),
        _ => false,
    }
}

/// A group of the same text and history, with other members; None if there are none.
pub fn derive(group: &Exception, members: Vec<Value>) -> Value {
    if members.is_empty() {
        return Value::None;
    }
    let text = group.arg(0).unwrap_or(Value::None);
    let derived = Exception::new(group.class, vec![text, Value::list(members)]);
    derived.cause.set(group.cause.get());
    derived.context.set(group.context.get());
    *derived.suppress_context.write() = group.suppress_context.get();
    *derived.traceback.write() = group.traceback.get();
    let notes = group
        .fields
        .read()
        .get(crate::python::names::NOTES)
        .cloned();
    if let Some(notes) = notes {
        derived
            .fields
            .write()
            .set(crate::python::names::NOTES, notes);
    }
    Value::Exception(derived)
}

/// Splits a group into what a test takes and what it does not.
pub fn split(
    group: &Value,
    test: &mut dyn FnMut(&Value) -> Result<bool>,
) -> Result<(Value, Value)> {
    split_within(group, test, 0)
}

/// Groups in groups.
const DEEPEST: usize = 500;

fn split_within(
    group: &Value,
    test: &mut dyn FnMut(&Value) -> Result<bool>,
    depth: usize,
) -> Result<(Value, Value)> {
    if depth > DEEPEST {
        let text = "maximum recursion depth exceeded in exceptiongroup_split_recursive";
        return Err(error::recursion_error(text));
    }
    if test(group)? {
        return Ok((group.clone(), Value::None));
    }
    let Value::Exception(exception) = group else {
        return Ok((Value::None, group.clone()));
    };
    if !is_group(group) {
        return Ok((Value::None, group.clone()));
    }
    let (mut taken, mut left) = (Vec::new(), Vec::new());
    for member in members(exception) {
        let (takes, leaves) = split_within(&member, test, depth + 1)?;
        taken.extend((!takes.is_none()).then_some(takes));
        left.extend((!leaves.is_none()).then_some(leaves));
    }
    Ok((derive(exception, taken), derive(exception, left)))
}

/// For `except* class`: the rest, and what matches; a single exception that matches is put
/// into a group.
pub fn split_for_handler(group: &Value, class: &Value) -> Result<(Value, Value)> {
    if let Value::Class(class) = class
        && class.derives_from(classes().base_exception_group)
    {
        let text = "catching ExceptionGroup with except* is not allowed. Use except instead.";
        return Err(error::type_error(text));
    }
    if group.is_none() {
        return Ok((Value::None, Value::None));
    }
    let (matched, rest) = split(group, &mut |member| matches_class(member, class))?;
    if matched.is_none() || is_group(&matched) {
        return Ok((rest, matched));
    }
    let args = vec![Value::from(""), Value::tuple([matched])];
    Ok((
        rest,
        Value::Exception(Exception::new(classes().exception_group, args)),
    ))
}

/// What is raised after the handlers of `except*`: what none of them took, together with
/// what they raised themselves. The list holds both.
pub fn join(group: &Value, raised: &Value) -> Value {
    let raised = iterate::at_hand(raised).unwrap_or_default();
    let raised: Vec<Value> = raised
        .into_iter()
        .filter(|value| !value.is_none())
        .collect();
    let Value::Exception(original) = group else {
        return Value::None;
    };
    // Parts of the original keep its traceback; others were raised by handlers.
    let of_original = |value: &Value| match value {
        Value::Exception(part) => is_part(original, part),
        _ => false,
    };
    match &raised[..] {
        [] => Value::None,
        [one] => one.clone(),
        _ if raised.iter().all(of_original) => {
            let all = raised.iter().flat_map(|part| match part {
                Value::Exception(part) if is_group(&Value::Exception(part.clone())) => {
                    members(part)
                }
                other => vec![other.clone()],
            });
            derive(original, all.collect())
        }
        _ => {
            let args = vec![Value::from(""), Value::list(raised)];
            Value::Exception(Exception::new(classes().exception_group, args))
        }
    }
}

fn is_part(original: &Arc<Exception>, part: &Arc<Exception>) -> bool {
    Arc::ptr_eq(original, part)
        || original.arg(0).is_some_and(|text| {
            part.arg(0).is_some_and(|other| other.is(&text))
                && is_group(&Value::Exception(part.clone()))
        })
}
