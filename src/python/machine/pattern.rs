//! `match`, and unpacking by assignment.

use super::{Answer, Result, World, attribute, error, item, iterate, keys, later, sequence, types};
use crate::python::builtins::classes;
use crate::python::names::{self, Name};
use crate::python::values::{Class, Layout, Value, admit};

/// The values of an iterable, as a tuple: exactly `count`, or with `rest` that many more
/// after a list of all between.
pub fn unpack(world: &'static World, value: &Value, count: usize, rest: Option<usize>) -> Answer {
    if let Some(items) = iterate::at_hand(value) {
        return Ok(arrange(items, count, rest)?);
    }
    if !iterate::is_iterable(value) {
        let name = types::name_of(value);
        return Err(error::type_error(format!("cannot unpack non-iterable {name} object")).into());
    }
    let value = value.clone();
    later(async move {
        let iterator = iterate::iterator(world, &value).await?;
        let mut items = Vec::new();
        while let Some(item) = iterate::advance(world, &iterator).await? {
            items.push(item);
            // One more than enough tells that there are too many.
            if rest.is_none() && items.len() > count {
                break;
            }
        }
        arrange(items, count, rest)
    })
}

fn arrange(mut items: Vec<Value>, count: usize, rest: Option<usize>) -> Result<Value> {
    let Some(after) = rest else {
        if items.len() == count {
            return Ok(Value::tuple(items));
        }
        let text = if items.len() > count {
            format!("too many values to unpack (expected {count})")
        } else {
            format!(
                "not enough values to unpack (expected {count}, got {})",
                items.len()
            )
        };
        return Err(error::value_error(text));
    };
    if items.len() < count + after {
        let text = format!(
            "not enough values to unpack (expected at least {}, got {})",
            count + after,
            items.len()
        );
        return Err(error::value_error(text));
    }
    let last = items.split_off(items.len() - after);
    let between = items.split_off(count);
    items.push(Value::list(between));
    items.extend(last);
    Ok(Value::tuple(items))
}

/// The list, with the items added: `[*a, *b]`.
pub fn extend(world: &'static World, list: Value, items: &Value, function: &Value) -> Answer {
    let add = |items: Vec<Value>| {
        if let Value::List(list) = &list {
            admit(&list.items, &items);
            list.items.write().extend(items);
        }
    };
    if let Some(items) = iterate::at_hand(items) {
        add(items);
        return Ok(list);
    }
    if !iterate::is_iterable(items) {
        let name = types::name_of(items);
        let text = match function {
            Value::Unset => format!("Value after * must be an iterable, not {name}"),
            function => {
                let function = crate::python::builtins::dicts::function_name(function);
                format!("{function} argument after * must be an iterable, not {name}")
            }
        };
        return Err(error::type_error(text).into());
    }
    let (list, items) = (list.clone(), items.clone());
    later(async move {
        let items = iterate::collect(world, &items).await?;
        if let Value::List(list) = &list {
            admit(&list.items, &items);
            list.items.write().extend(items);
        }
        Ok(list)
    })
}

pub fn is_sequence(value: &Value) -> bool {
    matches!(
        value.inner(),
        Value::List(_) | Value::Deque(_) | Value::Tuple(_) | Value::Range(_)
    )
}

pub fn is_mapping(value: &Value) -> bool {
    matches!(value.inner(), Value::Dict(_))
}

pub fn length(value: &Value) -> Answer {
    let value = value.clone();
    match item::length_at_once(&value) {
        Some(length) => Ok(Value::int(length)),
        None => later(async move { Ok(Value::int(item::length(&value).await?)) }),
    }
}

/// The values of the keys as a tuple, or None if one is missing.
pub fn keys(world: &'static World, subject: Value, wanted: &Value) -> Answer {
    let wanted = iterate::at_hand(wanted).unwrap_or_default();
    later(async move {
        let mut values = Vec::new();
        if let Value::Dict(dict) = subject.inner() {
            for key in wanted {
                match keys::get(world, dict, &key).await? {
                    Some(value) => values.push(value),
                    None => return Ok(Value::None),
                }
            }
        }
        Ok(Value::tuple(values))
    })
}

/// A dict of all that is not among the keys.
pub fn rest(world: &'static World, subject: Value, wanted: &Value) -> Answer {
    let wanted = iterate::at_hand(wanted).unwrap_or_default();
    later(async move {
        let mut entries = match subject.inner() {
            Value::Dict(dict) => dict.entries.get(),
            _ => Default::default(),
        };
        for key in wanted {
            let hash = keys::hash(world, &key).await?;
            if let Some(at) = keys::find(&entries, &key, hash) {
                entries.remove(at);
            }
        }
        Ok(Value::Dict(crate::python::values::Dict::new(entries)))
    })
}

/// `case class(a, b, c=d)`: the attributes as a tuple, or None if it does not match.
pub fn class(
    world: &'static World,
    subject: Value,
    class: Value,
    named: &Value,
    by_position: usize,
) -> Answer {
    let Value::Class(of) = class else {
        return Err(error::type_error("called match pattern must be a class").into());
    };
    if !types::is_instance(&subject, &class)? {
        return Ok(Value::None);
    }
    let named = iterate::at_hand(named).unwrap_or_default();
    later(async move {
        let mut values = Vec::new();
        if by_position > 0 {
            match positional(world, of, by_position).await? {
                // Builtin types match their own value.
                None => values.push(subject.clone()),
                Some(names) => {
                    for name in names {
                        match attribute::find(world, &subject, name).await? {
                            Some(value) => values.push(value),
                            None => return Ok(Value::None),
                        }
                    }
                }
            }
        }
        for name in named {
            let name = Name::new(name.as_str().unwrap_or_default());
            match attribute::find(world, &subject, name).await? {
                Some(value) => values.push(value),
                None => return Ok(Value::None),
            }
        }
        Ok(Value::tuple(values))
    })
}

/// The names behind positions: `__match_args__`. None: the subject itself.
async fn positional(
    world: &'static World,
    class: &'static Class,
    count: usize,
) -> Result<Option<Vec<Name>>> {
    let value = Value::Class(class);
    let most = match attribute::find(world, &value, names::MATCH_ARGS).await? {
        Some(args) => {
            let args = sequence::wait(Ok(args)).await?;
            let names: Vec<Name> = iterate::at_hand(&args)
                .unwrap_or_default()
                .iter()
                .filter_map(|name| name.as_str().map(Name::new))
                .collect();
            if count <= names.len() {
                return Ok(Some(names[..count].to_vec()));
            }
            names.len()
        }
        None => {
            let own = class.layout != Layout::Object || std::ptr::eq(class, classes().bool);
            if own && class.layout != Layout::Exception && count == 1 {
                return Ok(None);
            }
            usize::from(own && class.layout != Layout::Exception)
        }
    };
    Err(error::type_error(format!(
        "{}() accepts {most} positional sub-pattern{} ({count} given)",
        class.name,
        if most == 1 { "" } else { "s" }
    )))
}
