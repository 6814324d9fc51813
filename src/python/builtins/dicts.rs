//! dict and its methods, and its views.

use std::sync::Arc;

use super::Table;
use crate::python::machine::{
    Answer, Result, World, attribute, error, item, iterate, keys, later, sequence, types,
};
use crate::python::names;
use crate::python::values::{Dict, Entries, Value, View, admit};

pub const METHODS: Table = &[
    ("clear", "self, /", clear),
    ("copy", "self, /", copy),
    ("get", "self, key, default=, /", get),
    ("items", "self, /", items),
    ("keys", "self, /", keys_of),
    ("pop", "self, key, default=, /", pop),
    ("popitem", "self, /", popitem),
    ("setdefault", "self, key, default=, /", setdefault),
    ("update", "self, other=, /, **kwargs", update_method),
    ("values", "self, /", values),
];

pub const VIEW_METHODS: Table = &[("isdisjoint", "self, other, /", super::sets::is_disjoint)];

pub const PROXY_METHODS: Table = &[
    ("copy", "self, /", copy),
    ("get", "self, key, default=, /", get),
    ("items", "self, /", items),
    ("keys", "self, /", keys_of),
    ("values", "self, /", values),
];

fn this(args: &[Value]) -> Result<&Arc<Dict>> {
    match args.first().map(Value::inner) {
        Some(Value::Dict(dict)) => Ok(dict),
        Some(Value::View(view)) => Ok(view.dict()),
        other => Err(super::objects::wrong_self("dict", other)),
    }
}

fn clear(_: &'static World, args: &[Value]) -> Answer {
    let old = this(args)?.entries.write().clear();
    old.for_each(drop);
    Ok(Value::None)
}

fn copy(_: &'static World, args: &[Value]) -> Answer {
    Ok(Value::Dict(Dict::new(this(args)?.entries.get())))
}

fn view(view: View) -> Answer {
    Ok(Value::View(Arc::new(view)))
}

fn items(_: &'static World, args: &[Value]) -> Answer {
    view(View::Items(this(args)?.clone()))
}

fn keys_of(_: &'static World, args: &[Value]) -> Answer {
    view(View::Keys(this(args)?.clone()))
}

fn values(_: &'static World, args: &[Value]) -> Answer {
    view(View::Values(this(args)?.clone()))
}

/// Finds a key; what becomes of the position, or of none, the function says.
fn with_key(
    world: &'static World,
    args: &[Value],
    then: fn(&Arc<Dict>, &Value, i64, Value) -> Answer,
) -> Answer {
    let dict = this(args)?;
    let default = args.get(2).cloned().unwrap_or_default();
    if let Some(hash) = keys::hash_at_once(world, &args[1])?
        && keys::is_plain(&dict.entries.read().candidates(hash), &args[1])
    {
        return then(dict, &args[1], hash, default);
    }
    let (dict, key) = (dict.clone(), args[1].clone());
    later(async move {
        let (key, hash) = keys::find_key(world, &dict, &key).await?;
        sequence::wait(then(&dict, &key, hash, default)).await
    })
}

fn get(world: &'static World, args: &[Value]) -> Answer {
    if let (Value::Dict(dict), Value::Str(text)) = (&args[0], &args[1]) {
        let entries = dict.entries.read();
        if let Some(at) = keys::find(&entries, &args[1], text.hash()) {
            return Ok(entries.value(at).cloned().unwrap_or_default());
        }
    }
    with_key(world, args, |dict, key, hash, default| {
        let entries = dict.entries.read();
        let found = keys::find(&entries, key, hash).and_then(|at| entries.value(at).cloned());
        Ok(found.unwrap_or_else(|| default.or_none()))
    })
}

fn pop(world: &'static World, args: &[Value]) -> Answer {
    // CPython asks for no hash where there is nothing.
    if let (true, Some(default)) = (this(args)?.is_empty(), args.get(2)) {
        return Ok(default.clone());
    }
    with_key(world, args, |dict, key, hash, default| {
        let mut entries = dict.entries.write();
        let found = keys::find(&entries, key, hash);
        match found.and_then(|at| entries.remove(at)) {
            Some(entry) => Ok(entry.value),
            None if default.is_unset() => Err(error::key_error(key.clone()).into()),
            None => Ok(default),
        }
    })
}

fn popitem(_: &'static World, args: &[Value]) -> Answer {
    let mut entries = this(args)?.entries.write();
    let last = entries.next_back_from(entries.end()).map(|(at, _)| at);
    match last.and_then(|at| entries.remove(at)) {
        Some(entry) => Ok(Value::tuple([entry.key, entry.value])),
        None => Err(error::key_error(Value::from("popitem(): dictionary is empty")).into()),
    }
}

fn setdefault(world: &'static World, args: &[Value]) -> Answer {
    with_key(world, args, |dict, key, hash, default| {
        let default = default.or_none();
        admit(&dict.entries, [key, &default]);
        let mut entries = dict.entries.write();
        match keys::find(&entries, key, hash).and_then(|at| entries.value(at).cloned()) {
            Some(value) => Ok(value),
            None => {
                entries.add(hash, key.clone(), default.clone());
                Ok(default)
            }
        }
    })
}

fn update_method(world: &'static World, args: &[Value]) -> Answer {
    let dict = this(args)?.clone();
    let (other, keywords) = (args[1].clone(), args[2].clone());
    later(async move {
        if !other.is_unset() {
            add_all(world, &dict, &other).await?;
        }
        add_all(world, &dict, &keywords).await?;
        Ok(Value::None)
    })
}

/// The dict with all entries of another added; gives `result`.
pub fn update(world: &'static World, dict: &Arc<Dict>, other: &Value, result: Value) -> Answer {
    let (dict, other) = (dict.clone(), other.clone());
    later(async move {
        add_all(world, &dict, &other).await?;
        Ok(result)
    })
}

/// Adds the entries of a mapping, or of an iterable of pairs.
pub async fn add_all(world: &'static World, dict: &Dict, other: &Value) -> Result<()> {
    let mapped = match other.inner() {
        Value::Dict(other) => Some(other.clone()),
        Value::View(view) if matches!(**view, View::Proxy(_)) => Some(view.dict().clone()),
        _ => None,
    };
    if let Some(mapped) = mapped {
        let entries: Vec<_> = {
            let entries = mapped.entries.read();
            entries
                .iter()
                .map(|e| (e.key.clone(), e.value.clone()))
                .collect()
        };
        world.spend(entries.len());
        for (key, value) in entries {
            keys::set(world, dict, &key, value).await?;
        }
        return Ok(());
    }
    if attribute::find(world, other, names::KEYS).await?.is_some() {
        let keys = attribute::call(world, other, names::KEYS, Vec::new()).await?;
        for key in iterate::collect(world, &keys).await? {
            let value = item::get_later(world, other, &key).await?;
            keys::set(world, dict, &key, value).await?;
        }
        return Ok(());
    }
    let iterator = iterate::iterator(world, other).await?;
    let mut at = 0;
    while let Some(pair) = iterate::advance(world, &iterator).await? {
        if !iterate::is_iterable(&pair) {
            return Err(error::type_error(format!(
                "cannot convert dictionary update sequence element #{at} to a sequence"
            )));
        }
        let pair = iterate::collect(world, &pair).await?;
        let [key, value] = &pair[..] else {
            return Err(error::value_error(format!(
                "dictionary update sequence element #{at} has length {}; 2 is required",
                pair.len()
            )));
        };
        keys::set(world, dict, key, value.clone()).await?;
        at += 1;
    }
    Ok(())
}

/// A dict of keys and values in turn.
pub fn of(world: &'static World, items: Vec<Value>) -> Answer {
    let dict = Dict::new(Entries::default());
    let mut left = items.into_iter();
    while let (Some(key), Some(value)) = (left.next(), left.next()) {
        match keys::hash_at_once(world, &key)? {
            Some(hash) if keys::is_plain(&dict.entries.read().candidates(hash), &key) => {
                keys::put(&dict, &key, hash, value);
            }
            _ => {
                return later(async move {
                    keys::set(world, &dict, &key, value).await?;
                    while let (Some(key), Some(value)) = (left.next(), left.next()) {
                        keys::set(world, &dict, &key, value).await?;
                    }
                    Ok(Value::Dict(dict))
                });
            }
        }
    }
    Ok(Value::Dict(dict))
}

/// `{**mapping}`, or the keywords of a call, which may be there once alone.
pub fn spread(
    world: &'static World,
    dict: Value,
    mapping: &Value,
    unique: bool,
    function: &Value,
) -> Answer {
    let (mapping, function) = (mapping.clone(), function.clone());
    later(async move {
        let Value::Dict(into) = &dict else {
            return Ok(dict);
        };
        let name = || match &function {
            Value::Unset => "function".to_owned(),
            function => function_name(function),
        };
        let is_mapping = matches!(mapping.inner(), Value::Dict(_) | Value::View(_))
            || attribute::find(world, &mapping, names::KEYS)
                .await?
                .is_some();
        if !is_mapping {
            let of = types::name_of(&mapping);
            return Err(error::type_error(if unique {
                format!("{} argument after ** must be a mapping, not {of}", name())
            } else {
                format!("'{of}' object is not a mapping")
            }));
        }
        if unique {
            let more = Dict::new(Entries::default());
            add_all(world, &more, &mapping).await?;
            for entry in more.entries.get().iter() {
                if keys::get(world, into, &entry.key).await?.is_some() {
                    let key = entry.key.as_str().unwrap_or_default();
                    return Err(error::type_error(format!(
                        "{} got multiple values for keyword argument '{key}'",
                        name()
                    )));
                }
            }
        }
        add_all(world, into, &mapping).await?;
        Ok(dict)
    })
}

/// A function as errors about its arguments name it.
pub fn function_name(function: &Value) -> String {
    match (function, function.as_function()) {
        (Value::Class(class), _) if class.builtin => format!("{}()", class.qualified),
        (Value::Class(class), _) => format!("{}.{}()", class.module.text(), class.qualified),
        (_, Some(function)) => {
            format!("{}.{}()", function.module.name.text(), function.qualified())
        }
        (Value::Native(native), _) => format!("{}()", native.shown()),
        (Value::Method(method), _) => function_name(&method.function),
        _ => types::name_of(function).to_owned(),
    }
}

/// `dict(mapping, **keywords)`.
pub fn new(world: &'static World, other: Option<Value>, keywords: sequence::Keywords) -> Answer {
    let dict = Dict::new(Entries::default());
    let keywords = keys::new_dict(keywords);
    later(async move {
        if let Some(other) = other {
            add_all(world, &dict, &other).await?;
        }
        add_all(world, &dict, &keywords).await?;
        Ok(Value::Dict(dict))
    })
}

/// `dict.fromkeys(iterable, value)`.
pub fn fromkeys(world: &'static World, iterable: &Value, value: Value) -> Answer {
    let iterable = iterable.clone();
    later(async move {
        let dict = Dict::new(Entries::default());
        for key in iterate::collect(world, &iterable).await? {
            keys::set(world, &dict, &key, value.clone()).await?;
        }
        Ok(Value::Dict(dict))
    })
}
