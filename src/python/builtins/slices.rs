//! Slices: `a[i:j:k]` read, assigned and deleted.

use std::sync::Arc;

use crate::python::machine::{Answer, Result, World, check_size, error, iterate, later, types};
use crate::python::names;
use crate::python::text::slice::Indices;
use crate::python::text::string::Text;
use crate::python::values::{List, Range, Slice, Value, admit};

/// The positions that a slice means in a sequence of this length.
pub fn indices(slice: &Slice, length: usize) -> Result<Indices> {
    let part = |value: &Value| -> Result<Option<i64>> {
        if value.is_none() {
            return Ok(None);
        }
        match value.as_int() {
            Some(number) => Ok(Some(number.to_i64().unwrap_or(if number.is_negative() {
                i64::MIN
            } else {
                i64::MAX
            }))),
            None => {
                let text = "slice indices must be integers or None or have an __index__ method";
                Err(error::type_error(text))
            }
        }
    };
    let step = part(&slice.step)?;
    Ok(Indices::new(
        part(&slice.start)?,
        part(&slice.stop)?,
        step,
        length,
    )?)
}

pub fn get(world: &'static World, object: &Value, slice: &Arc<Slice>) -> Answer {
    if let Some(answer) = with_index(slice, {
        let object = object.clone();
        move |slice| get(world, &object, &slice)
    }) {
        return answer;
    }
    let pick = |items: &[Value], found: &Indices| -> Vec<Value> {
        world.spend(found.len / 16);
        match found.step {
            1 => items[found.first()..found.first() + found.len].to_vec(),
            _ => found.iter().map(|at| items[at].clone()).collect(),
        }
    };
    Ok(match object {
        Value::List(list) => {
            let items = list.items.read();
            Value::list(pick(&items, &indices(slice, items.len())?))
        }
        Value::Tuple(items) => Value::tuple(pick(items, &indices(slice, items.len())?)),
        Value::Str(text) => {
            let found = indices(slice, text.len())?;
            Value::from(Text::new(text.as_str(), text.len()).slice(&found))
        }
        Value::Bytes(bytes) => {
            let bytes = bytes.as_slice();
            let found = indices(slice, bytes.len())?;
            Value::bytes(found.iter().map(|at| bytes[at]).collect::<Vec<u8>>())
        }
        Value::Range(range) => {
            let found = indices(slice, range.len())?;
            let at = |position: i64| range.start.wrapping_add(range.step.wrapping_mul(position));
            Value::Range(Arc::new(Range {
                start: at(found.start),
                stop: at(found.stop),
                step: range.step.wrapping_mul(found.step),
            }))
        }
        _ => Value::None,
    })
}

/// If parts of the slice define `__index__`: goes on with their ints.
fn with_index(
    slice: &Arc<Slice>,
    then: impl FnOnce(Arc<Slice>) -> Answer + Send + 'static,
) -> Option<Answer> {
    let defines = |value: &Value| types::defined(value, names::INDEX).is_some();
    if ![&slice.start, &slice.stop, &slice.step]
        .into_iter()
        .any(defines)
    {
        return None;
    }
    let slice = slice.clone();
    Some(later(async move {
        let mut parts = [slice.start.clone(), slice.stop.clone(), slice.step.clone()];
        for part in &mut parts {
            if !part.is_none() {
                *part = types::index(part).await?;
            }
        }
        let [start, stop, step] = parts;
        crate::python::machine::sequence::wait(then(Arc::new(Slice { start, stop, step }))).await
    }))
}

pub fn set(world: &'static World, list: &Arc<List>, slice: &Arc<Slice>, value: &Value) -> Answer {
    let Some(items) = iterate::at_hand(value) else {
        if !iterate::is_iterable(value) {
            return Err(error::type_error("can only assign an iterable").into());
        }
        let (list, slice, value) = (list.clone(), slice.clone(), value.clone());
        return later(async move {
            let items = iterate::collect(world, &value).await?;
            replace(world, &list, &slice, items)?;
            Ok(Value::None)
        });
    };
    replace(world, list, slice, items)?;
    Ok(Value::None)
}

fn replace(world: &World, list: &List, slice: &Slice, new: Vec<Value>) -> Result<()> {
    admit(&list.items, &new);
    let mut items = list.items.write();
    let found = indices(slice, items.len())?;
    check_size(world, (items.len() + new.len()) * size_of::<Value>())?;
    if found.step == 1 {
        let (start, end) = (found.first(), found.first() + found.len);
        let old: Vec<Value> = items.splice(start..end, new).collect();
        drop(items);
        drop(old);
        return Ok(());
    }
    if new.len() != found.len {
        return Err(error::value_error(format!(
            "attempt to assign sequence of size {} to extended slice of size {}",
            new.len(),
            found.len
        )));
    }
    for (at, value) in found.iter().zip(new) {
        items[at] = value;
    }
    Ok(())
}

pub fn delete(_: &'static World, list: &Arc<List>, slice: &Arc<Slice>) -> Answer {
    let mut items = list.items.write();
    let found = indices(slice, items.len())?;
    let gone: std::collections::HashSet<usize> = found.iter().collect();
    let (mut kept, mut old) = (Vec::with_capacity(items.len()), Vec::new());
    for (at, value) in items.drain(..).enumerate() {
        if gone.contains(&at) {
            old.push(value);
        } else {
            kept.push(value);
        }
    }
    *items = kept;
    drop(items);
    drop(old);
    Ok(Value::None)
}
