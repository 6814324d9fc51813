//! Items: `a[i]`, `a[i] = x`, `del a[i]`, `len(a)`.

use std::sync::Arc;

use super::keys::Lookup;
use super::{Answer, Result, Stop, World, error, keys, later, sequence, types};
use crate::python::builtins::{deques, slices};
use crate::python::names;
use crate::python::values::{Alias, Layout, Value, View, admit};

/// `object[key]`.
pub fn get(world: &'static World, object: &Value, key: &Value) -> Answer {
    match (object, key) {
        (Value::List(list), Value::Int(at)) => {
            let items = list.items.read();
            match position(*at, items.len()) {
                Some(at) => Ok(items[at].clone()),
                None => Err(out_of_range("list index")),
            }
        }
        (Value::Tuple(items), Value::Int(at)) => match position(*at, items.len()) {
            Some(at) => Ok(items[at].clone()),
            None => Err(out_of_range("tuple index")),
        },
        (Value::Str(text), Value::Int(at)) => match position(*at, text.len()) {
            Some(at) => Ok(Value::from(&*text.char_at(at).encode_utf8(&mut [0; 4]))),
            None => Err(out_of_range("string index")),
        },
        (Value::Dict(dict), _) => {
            if let Some(hash) = keys::hash_at_once(world, key)? {
                let entries = dict.entries.read();
                if let Lookup::Found(at) = keys::look_up(&entries, key, hash) {
                    return Ok(entries.value(at).cloned().unwrap_or_default());
                }
            }
            keys::keyed(world, dict, key, |dict, key, hash| {
                let entries = dict.entries.read();
                match keys::find(&entries, key, hash).and_then(|at| entries.value(at)) {
                    Some(value) => Ok(value.clone()),
                    None => Err(error::key_error(key.clone()).into()),
                }
            })
        }
        _ => get_other(world, object, key),
    }
}

/// The position that an index means, if there is one.
#[inline]
pub fn position(at: i64, len: usize) -> Option<usize> {
    let at = if at < 0 { at + len as i64 } else { at };
    usize::try_from(at).ok().filter(|at| *at < len)
}

#[cold]
fn out_of_range(what: &str) -> Stop {
    error::index_error(format!("{what} out of range")).into()
}

fn get_other(world: &'static World, object: &Value, key: &Value) -> Answer {
    if let Some(method) = types::defined(object, names::GETITEM) {
        return types::tail_method(&method, object, [key.clone()]);
    }
    match (object, key) {
        (Value::Instance(instance), _) if !instance.inner.is_unset() => {
            return of_derived(world, object, &instance.inner, key);
        }
        (
            Value::List(_) | Value::Tuple(_) | Value::Str(_) | Value::Bytes(_) | Value::Range(_),
            Value::Slice(slice),
        ) => {
            return slices::get(world, object, slice);
        }
        (Value::Range(range), Value::Int(at)) => {
            return match position(*at, range.len()) {
                Some(at) => Ok(Value::Int(range.at(at))),
                None => Err(out_of_range("range object index")),
            };
        }
        (Value::Bytes(bytes), Value::Int(at)) => {
            return match position(*at, bytes.as_slice().len()) {
                Some(at) => Ok(Value::Int(i64::from(bytes.as_slice()[at]))),
                None => Err(out_of_range("index")),
            };
        }
        (Value::Deque(deque), _) => return deques::get(deque, key),
        (Value::View(view), _) if matches!(**view, View::Proxy(_)) => {
            return get(world, &Value::Dict(view.dict().clone()), key);
        }
        (Value::Class(class), _) => return of_class(class, key),
        (Value::Alias(alias), _) => {
            return Ok(Value::Alias(Arc::new(Alias {
                origin: alias.origin.clone(),
                args: match key {
                    Value::Tuple(_) => key.clone(),
                    _ => Value::tuple([key.clone()]),
                },
            })));
        }
        _ => {}
    }
    let of = object.clone();
    by_index(object, key, "indices", move |key| get(world, &of, key)).unwrap_or_else(|| {
        let name = types::name_of(object);
        Err(error::type_error(format!("'{name}' object is not subscriptable")).into())
    })
}

/// For sequences: an index that is a bool, or an object with `__index__`, or none.
fn by_index(
    object: &Value,
    key: &Value,
    what: &str,
    run: impl Fn(&Value) -> Answer + Send + 'static,
) -> Option<Answer> {
    let sequence = match object {
        Value::List(_) => "list",
        Value::Tuple(_) => "tuple",
        Value::Str(_) => "string",
        Value::Bytes(_) => "byte",
        Value::Range(_) => "range",
        _ => return None,
    };
    match key.as_int() {
        Some(number) => match number.to_i64() {
            Some(number) if !matches!(key, Value::Int(_)) => return Some(run(&Value::Int(number))),
            Some(_) => {}
            None => {
                let text = match object {
                    Value::Range(_) => "range object index out of range",
                    _ => "cannot fit 'int' into an index-sized integer",
                };
                return Some(Err(error::index_error(text).into()));
            }
        },
        None if types::defined(key, names::INDEX).is_some() => {
            let key = key.clone();
            return Some(later(async move {
                let key = types::index(&key).await?;
                sequence::wait(run(&key)).await
            }));
        }
        None => {}
    }
    let name = types::name_of(key);
    let text = match object {
        Value::Str(_) => format!("string indices must be integers, not '{name}'"),
        _ => format!("{sequence} {what} must be integers or slices, not {name}"),
    };
    Some(Err(error::type_error(text).into()))
}

/// An item of an instance of a class derived from a builtin type: `__missing__` helps out
/// for dicts.
fn of_derived(world: &'static World, object: &Value, inner: &Value, key: &Value) -> Answer {
    let answer = get(world, inner, key);
    let Some(missing) = types::defined(object, names::MISSING) else {
        return answer;
    };
    let (object, key) = (object.clone(), key.clone());
    match answer {
        Ok(value) => Ok(value),
        answer => later(async move {
            match sequence::wait(answer).await {
                Err(raise) if raise.is(crate::python::builtins::classes().key_error) => {
                    types::call_method(&missing, &object, vec![key]).await
                }
                result => result,
            }
        }),
    }
}

/// `Class[key]`: what the class says, or a generic alias.
fn of_class(class: &'static crate::python::values::Class, key: &Value) -> Answer {
    if let Some(method) = class.find_defined(names::CLASS_GETITEM) {
        let key = key.clone();
        return later(async move {
            sequence::call(
                &super::attribute::unwrap(&method),
                vec![Value::Class(class), key],
            )
            .await
        });
    }
    let generic = matches!(
        class.layout,
        Layout::List
            | Layout::Deque
            | Layout::Dict
            | Layout::Tuple
            | Layout::Set
            | Layout::FrozenSet
    );
    if !generic && !std::ptr::eq(class, crate::python::builtins::classes().type_) {
        let text = format!("type '{}' is not subscriptable", class.name);
        return Err(error::type_error(text).into());
    }
    Ok(Value::Alias(Arc::new(Alias {
        origin: Value::Class(class),
        args: match key {
            Value::Tuple(_) => key.clone(),
            _ => Value::tuple([key.clone()]),
        },
    })))
}

/// `object[key]`, in a sequence.
pub async fn get_later(world: &'static World, object: &Value, key: &Value) -> Result<Value> {
    sequence::wait(get(world, object, key)).await
}

/// `object[key] = value`.
pub fn set(world: &'static World, object: &Value, key: &Value, value: &Value) -> Answer {
    match (object, key) {
        (Value::List(list), Value::Int(at)) => {
            admit(&list.items, [value]);
            let old = {
                let mut items = list.items.write();
                match position(*at, items.len()) {
                    Some(at) => std::mem::replace(&mut items[at], value.clone()),
                    None => return Err(out_of_range("list assignment index")),
                }
            };
            drop(old);
            Ok(Value::None)
        }
        (Value::List(list), Value::Slice(slice)) => slices::set(world, list, slice, value),
        (Value::Dict(dict), _) => set_key(world, dict, key, value),
        _ => set_other(world, object, key, value),
    }
}

fn set_key(
    world: &'static World,
    dict: &Arc<crate::python::values::Dict>,
    key: &Value,
    value: &Value,
) -> Answer {
    if let Some(hash) = keys::hash_at_once(world, key)? {
        admit(&dict.entries, [key, value]);
        let mut entries = dict.entries.write();
        let old = match keys::look_up(&entries, key, hash) {
            Lookup::Found(at) => Some(entries.replace(at, value.clone())),
            Lookup::Absent => {
                entries.add(hash, key.clone(), value.clone());
                Some(None)
            }
            Lookup::Ask => None,
        };
        // The old value is dropped when the dict is free again.
        drop(entries);
        if old.is_some() {
            return Ok(Value::None);
        }
    }
    let (dict, key, value) = (dict.clone(), key.clone(), value.clone());
    later(async move {
        keys::set(world, &dict, &key, value).await?;
        Ok(Value::None)
    })
}

fn set_other(world: &'static World, object: &Value, key: &Value, value: &Value) -> Answer {
    if let Some(method) = types::defined(object, names::SETITEM) {
        return types::tail_method(&method, object, [key.clone(), value.clone()]);
    }
    if let Value::Instance(instance) = object
        && !instance.inner.is_unset()
    {
        return set(world, &instance.inner, key, value);
    }
    if let Value::Deque(deque) = object {
        return deques::set(deque, key, value);
    }
    if let (Value::List(_), true) = (object, !matches!(key, Value::Int(_))) {
        let (of, value) = (object.clone(), value.clone());
        let run = move |key: &Value| set(world, &of, key, &value);
        if let Some(answer) = by_index(object, key, "indices", run) {
            return answer;
        }
    }
    let name = types::name_of(object);
    Err(error::type_error(format!("'{name}' object does not support item assignment")).into())
}

/// `del object[key]`.
pub fn delete(world: &'static World, object: &Value, key: &Value) -> Answer {
    if let Some(method) = types::defined(object, names::DELITEM) {
        return types::tail_method(&method, object, [key.clone()]);
    }
    delete_builtin(world, object.inner(), key)
}

/// The same, of a value of a builtin type.
pub fn delete_builtin(world: &'static World, object: &Value, key: &Value) -> Answer {
    match (object, key) {
        (Value::List(list), Value::Int(at)) => {
            let old = {
                let mut items = list.items.write();
                match position(*at, items.len()) {
                    Some(at) => items.remove(at),
                    None => return Err(out_of_range("list assignment index")),
                }
            };
            drop(old);
            Ok(Value::None)
        }
        (Value::List(list), Value::Slice(slice)) => slices::delete(world, list, slice),
        (Value::Deque(deque), _) => deques::delete(deque, key),
        (Value::Dict(dict), _) => keys::keyed(world, dict, key, |dict, key, hash| {
            let mut entries = dict.entries.write();
            let found = keys::find(&entries, key, hash);
            match found.and_then(|at| entries.remove(at)) {
                Some(_) => Ok(Value::None),
                None => Err(error::key_error(key.clone()).into()),
            }
        }),
        (list @ Value::List(_), _) => {
            let of = list.clone();
            by_index(list, key, "indices", move |key| delete(world, &of, key))
                .unwrap_or(Ok(Value::None))
        }
        (other, _) => {
            let name = types::name_of(other);
            let is_sequence = matches!(
                other,
                Value::Tuple(_)
                    | Value::Str(_)
                    | Value::Bytes(_)
                    | Value::Range(_)
                    | Value::Set(_)
                    | Value::FrozenSet(_)
                    | Value::View(_)
            );
            let verb = match is_sequence && key.as_int().is_some() {
                true => "doesn't",
                false => "does not",
            };
            let text = format!("'{name}' object {verb} support item deletion");
            Err(error::type_error(text).into())
        }
    }
}

/// The length of a value of a builtin type.
pub fn length_at_once(value: &Value) -> Option<usize> {
    Some(match value {
        Value::Str(text) => text.len(),
        Value::Bytes(bytes) => bytes.as_slice().len(),
        Value::Tuple(tuple) => tuple.len(),
        Value::List(list) => list.len(),
        Value::Deque(deque) => deque.len(),
        Value::Dict(dict) => dict.len(),
        Value::Set(set) | Value::FrozenSet(set) => set.len(),
        Value::Range(range) => range.len(),
        Value::View(view) => view.dict().len(),
        _ => return None,
    })
}

/// `len(value)`, in a sequence.
pub async fn length(value: &Value) -> Result<usize> {
    if let Some(method) = types::defined(value, names::LEN) {
        let length = types::call_method(&method, value, Vec::new()).await?;
        let length = types::index(&length).await?;
        let number = length.as_int().and_then(|n| n.to_i64());
        return match number {
            Some(length) if length >= 0 => Ok(length as usize),
            Some(_) => Err(error::value_error("__len__() should return >= 0")),
            None => Err(error::overflow_error(
                "cannot fit 'int' into an index-sized integer",
            )),
        };
    }
    length_at_once(value.inner()).ok_or_else(|| {
        let name = types::name_of(value);
        error::type_error(format!("object of type '{name}' has no len()"))
    })
}
