//! lru_cache, cache and cached_property.

use std::sync::{Arc, LazyLock};

use super::super::class::{field, set_field, this};
use super::{entries, instance, update};
use crate::python::builtins::Table;
use crate::python::machine::{Answer, Result, World, call, error, keys, later, sequence, types};
use crate::python::names::Name;
use crate::python::values::{Dict, Instance, Method, Native, Truth, Value, admit};

/// The class of functions with a cache.
pub const WRAPPER: &str = "_lru_cache_wrapper";
/// The class of what `cache_info` gives.
pub const INFO: &str = "CacheInfo";

pub const FUNCTIONS: Table = &[
    ("cache", "user_function, /", |world, args| {
        wrapped(world, args[0].clone(), Value::None, false)
    }),
    ("lru_cache", "maxsize=, typed=", |world, args| {
        let typed = matches!(args.get(1), Some(Value::Bool(Truth::True)));
        match args.first() {
            // `@lru_cache` without parentheses.
            Some(function) if call::is_callable(function) => {
                wrapped(world, function.clone(), Value::Int(128), typed)
            }
            most => {
                let most = most.filter(|most| !most.is_unset()).cloned();
                let most = match most.unwrap_or(Value::Int(128)) {
                    Value::Int(most) => Value::Int(most.max(0)),
                    Value::None => Value::None,
                    _ => {
                        let text = "Expected first argument to be an integer, a callable, or None";
                        return Err(error::type_error(text).into());
                    }
                };
                let options = Value::tuple([most, Value::bool(typed)]);
                Ok(Method::bind(Value::Native(&DECORATOR), options))
            }
        }
    }),
];

static DECORATOR: LazyLock<Native> = LazyLock::new(|| {
    Native::new(
        "",
        "decorating_function",
        "options, user_function, /",
        |world, args| {
            let (most, typed) = match &args[0] {
                Value::Tuple(options) => {
                    (options[0].clone(), options[1].is(&Value::Bool(Truth::True)))
                }
                _ => (Value::None, false),
            };
            wrapped(world, args[1].clone(), most, typed)
        },
    )
});

fn wrapped(world: &'static World, function: Value, most: Value, typed: bool) -> Answer {
    let object = instance(world, WRAPPER)?;
    let most_shown = most.clone();
    set_field(&object, HITS, Value::Int(0));
    set_field(&object, MISSES, Value::Int(0));
    set_field(&object, MOST, most_shown);
    set_field(&object, TYPED, Value::bool(typed));
    set_field(&object, CACHE, keys::new_dict(Vec::new()));
    later(async move { update(world, Value::Instance(object), &function).await })
}

// Its fields, beside those of the function.
const HITS: &str = "_hits";
const MISSES: &str = "_misses";
const MOST: &str = "_maxsize";
const TYPED: &str = "_typed";
const CACHE: &str = "_cache";
const FUNCTION: &str = "__wrapped__";

pub const WRAPPER_METHODS: Table = &[
    ("__call__", "self, /, *args, **keywords", call_it),
    ("__get__", "self, obj, type=, /", |_, args| {
        Ok(match args[1].is_none() {
            true => args[0].clone(),
            false => Method::bind(args[0].clone(), args[1].clone()),
        })
    }),
    ("cache_clear", "self, /", |_, args| {
        let object = this(args)?;
        set_field(object, CACHE, keys::new_dict(Vec::new()));
        set_field(object, HITS, Value::Int(0));
        set_field(object, MISSES, Value::Int(0));
        Ok(Value::None)
    }),
    ("cache_info", "self, /", |world, args| {
        let object = this(args)?;
        let info = instance(world, INFO)?;
        let size = cache(object)?.len();
        set_field(&info, "hits", field(object, HITS));
        set_field(&info, "misses", field(object, MISSES));
        set_field(&info, "maxsize", field(object, MOST));
        set_field(&info, "currsize", Value::int(size));
        Ok(Value::Instance(info))
    }),
];

pub const INFO_METHODS: Table = &[("__repr__", "self, /", |_, args| {
    let object = this(args)?;
    let shown = |name: &str| match field(object, name) {
        Value::Int(count) => format!("{name}={count}"),
        _ => format!("{name}=None"),
    };
    let shown = ["hits", "misses", "maxsize", "currsize"].map(shown);
    Ok(Value::from(format!("CacheInfo({})", shown.join(", "))))
})];

fn cache(object: &Instance) -> Result<Arc<Dict>> {
    match field(object, CACHE) {
        Value::Dict(dict) => Ok(dict),
        _ => Err(error::runtime_error("the cache is not there")),
    }
}

fn count(object: &Instance, name: &str) {
    if let Value::Int(count) = field(object, name) {
        set_field(object, name, Value::Int(count + 1));
    }
}

/// The arguments of a call as a key: positional ones, names and values of the others, and
/// the classes of all, if those count.
fn key_of(object: &Instance, args: &[Value], named: &[(Name, Value)]) -> Value {
    let mut key = args.to_vec();
    if !named.is_empty() {
        // Nothing that could be an argument.
        key.push(Value::NotImplemented);
        key.extend(
            named
                .iter()
                .flat_map(|(name, value)| [name.value(), value.clone()]),
        );
    }
    if matches!(field(object, TYPED), Value::Bool(Truth::True)) {
        let values = args.iter().chain(named.iter().map(|(_, value)| value));
        let classes: Vec<Value> = values
            .map(|value| Value::Class(types::class_of(value)))
            .collect();
        key.extend(classes);
    }
    Value::tuple(key)
}

fn call_it(world: &'static World, args: &[Value]) -> Answer {
    let Some(Value::Instance(object)) = args.first().cloned() else {
        return this(args).map(|_| Value::None).map_err(Into::into);
    };
    let named = match &args[1] {
        Value::Dict(dict) => entries(dict),
        _ => Vec::new(),
    };
    let args = args[2..].to_vec();
    let key = key_of(&object, &args, &named);
    later(async move {
        let dict = cache(&object)?;
        let most = match field(&object, MOST) {
            Value::Int(most) => most as usize,
            _ => usize::MAX,
        };
        let (key, hash) = keys::find_key(world, &dict, &key).await?;
        if let Some(value) = used(&dict, &key, hash, most < usize::MAX) {
            count(&object, HITS);
            return Ok(value);
        }
        count(&object, MISSES);
        let value = sequence::call_with(&field(&object, FUNCTION), args, named).await?;
        if most > 0 && used(&dict, &key, hash, false).is_none() {
            let oldest = {
                admit(&dict.entries, [&key, &value]);
                let mut entries = dict.entries.write();
                entries.add(hash, key, value.clone());
                match entries.len() > most {
                    true => entries
                        .next_from(0)
                        .map(|(at, _)| at)
                        .and_then(|at| entries.remove(at)),
                    false => None,
                }
            };
            drop(oldest);
        }
        Ok(value)
    })
}

/// The value of a key, which becomes the one that was used last.
fn used(dict: &Dict, key: &Value, hash: i64, renew: bool) -> Option<Value> {
    let mut entries = dict.entries.write();
    let at = keys::find(&entries, key, hash)?;
    let value = entries.value(at).cloned()?;
    if renew && let Some(entry) = entries.remove(at) {
        entries.add(hash, entry.key, entry.value);
    }
    Some(value)
}

/// Of cached_property.
pub const PROPERTY_METHODS: Table = &[
    ("__init__", "self, func", |_, args| {
        set_field(this(args)?, "func", args[1].clone());
        Ok(Value::None)
    }),
    ("__set_name__", "self, owner, name", |_, args| {
        set_field(this(args)?, "attrname", args[2].clone());
        Ok(Value::None)
    }),
    ("__get__", "self, instance, owner=", |_, args| {
        let property = this(args)?;
        let Value::Instance(object) = args[1].clone() else {
            return Ok(args[0].clone());
        };
        let (function, name) = (field(property, "func"), field(property, "attrname"));
        later(async move {
            let value = sequence::call(&function, vec![Value::Instance(object.clone())]).await?;
            // The object's own attribute comes first from now on.
            set_field(&object, name.as_str().unwrap_or_default(), value.clone());
            Ok(value)
        })
    }),
];
