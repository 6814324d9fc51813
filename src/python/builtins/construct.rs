//! Calls of classes: how an instance is made and initialised.

use std::sync::Arc;

use super::{bytes, classes, deques, dicts, exceptions, iteration, lists, numbers, sets, strings};
use crate::python::machine::{
    Answer, Keywords, Result, World, attribute, class, error, iterate, later, sequence, types,
};
use crate::python::names::{self, Name};
use crate::python::values::{
    Alias, Class, Exception, Instance, Layout, Method, Native, Property, Range, Run, Slice, Truth,
    Value, Wrapper, admit, special,
};

/// `class(*args, **keywords)`.
pub fn instance(
    world: &'static World,
    class: &'static Class,
    args: Vec<Value>,
    keywords: Keywords,
) -> Answer {
    if class.builtin {
        return builtin(world, class, args, keywords);
    }
    let new = class.find(names::NEW);
    let own_new = !matches!(new, Some(Value::Native(_)) | None);
    let init = class.find(names::INIT);
    let own_init = class.find_defined(names::INIT).is_some();
    if class.layout == Layout::Object && !own_new && !own_init {
        abstract_check(class)?;
        if !args.is_empty() || !keywords.is_empty() {
            return Err(error::type_error(format!("{}() takes no arguments", class.name)).into());
        }
        return Ok(plain(world, class));
    }
    later(async move {
        let object = match new {
            Some(new) if own_new => {
                let mut all = vec![Value::Class(class)];
                all.extend(args.iter().cloned());
                sequence::call_with(&attribute::unwrap(&new), all, keywords.clone()).await?
            }
            _ => {
                // An `__init__` of its own takes the arguments, unless the type never changes.
                let mutable = matches!(
                    class.layout,
                    Layout::Object | Layout::List | Layout::Deque | Layout::Dict | Layout::Set
                );
                let given = if own_init && mutable {
                    Vec::new()
                } else {
                    args.clone()
                };
                let named = if own_init {
                    Vec::new()
                } else {
                    keywords.clone()
                };
                sequence::wait(bare(world, class, given, named)).await?
            }
        };
        if !types::class_of(&object).derives_from(class) {
            return Ok(object);
        }
        if let (true, Some(init)) = (own_init, init) {
            let bound = attribute::bind(init.clone(), &object, types::class_of(&object)).await?;
            let mut all = Vec::new();
            if !matches!(init, Value::Wrapper(_) | Value::Instance(_)) {
                all.push(object.clone());
            }
            all.extend(args);
            let result = sequence::call_with(&bound, all, keywords).await?;
            if !result.is_none() {
                let name = types::name_of(&result);
                let text = format!("__init__() should return None, not '{name}'");
                return Err(error::type_error(text));
            }
        }
        Ok(object)
    })
}

/// An instance without anything.
fn plain(world: &World, class: &'static Class) -> Value {
    Value::Instance(Instance::new(class, Value::Unset, world.serial()))
}

/// An error if the class has abstract methods.
pub fn abstract_check(class: &'static Class) -> Result<()> {
    if !class.has(special::ABSTRACT) {
        return Ok(());
    }
    let found = class.own(names::ABSTRACTS).unwrap_or_default();
    let mut methods: Vec<String> = iterate::at_hand(&found)
        .unwrap_or_default()
        .iter()
        .filter_map(|name| name.as_str().map(|name| format!("'{name}'")))
        .collect();
    methods.sort();
    let plural = if methods.len() == 1 { "" } else { "s" };
    let listed: Vec<&str> = methods.iter().map(|name| name.trim_matches('\'')).collect();
    Err(error::type_error(format!(
        "Can't instantiate abstract class {} with abstract method{plural} {}",
        class.name,
        listed.join(", ")
    )))
}

/// As the `__new__` of the builtin type below makes it.
pub fn bare(
    world: &'static World,
    class: &'static Class,
    args: Vec<Value>,
    keywords: Keywords,
) -> Answer {
    abstract_check(class)?;
    match class.layout {
        Layout::Object => Ok(plain(world, class)),
        _ if class.builtin && class.layout != Layout::Exception => {
            builtin(world, class, args, keywords)
        }
        Layout::Type => new_class(world, Some(class), &args, keywords),
        Layout::Exception => {
            if class.derives_from(classes().base_exception_group) {
                return exceptions::new_group(class, args);
            }
            let class = if std::ptr::eq(class, classes().os_error) {
                os_error(&args)
            } else {
                class
            };
            let mut args = args;
            let has_file = class.derives_from(classes().os_error) && (3..=5).contains(&args.len());
            let file = has_file.then(|| args.drain(2..).next()).flatten();
            let exception = Exception::new(class, args);
            if let Some(file) = file {
                exception.fields.write().set(names::FILENAME, file);
            }
            Ok(Value::Exception(exception))
        }
        _ => {
            let base = class
                .mro
                .iter()
                .copied()
                .find(|base| base.builtin)
                .unwrap_or(classes().object);
            let make =
                move |inner: Value| Value::Instance(Instance::new(class, inner, world.serial()));
            match builtin(world, base, args, keywords) {
                Ok(inner) => Ok(make(inner)),
                answer => later(async move { Ok(make(sequence::wait(answer).await?)) }),
            }
        }
    }
}

/// Fills the list, dict or set that an instance is, by an `__init__` of the builtin type.
pub fn fill(inner: &Value, args: &[Value]) -> Answer {
    let Some(given) = args.first() else {
        return Ok(Value::None);
    };
    if let (Value::List(list), Some(items)) = (inner, iterate::at_hand(given)) {
        admit(&list.items, &items);
        list.items.set(items);
    }
    if let (Value::Dict(dict), Value::Dict(given)) = (inner, given.inner()) {
        let entries = given.entries.get();
        admit(
            &dict.entries,
            entries.iter().flat_map(|e| [&e.key, &e.value]),
        );
        dict.entries.set(entries);
    }
    if let (Value::Set(set), Value::Set(given) | Value::FrozenSet(given)) = (inner, given.inner()) {
        let table = given.table.get();
        admit(&set.table, table.iter().map(|(_, key)| key));
        set.table.set(table);
    }
    Ok(Value::None)
}

/// A builtin type by name, what it takes, and how it is made.
type Row = (&'static str, &'static str, Run);

const TYPES: &[Row] = &[
    ("bool", "x=, /", |world, args| match args.first() {
        Some(value) => match types::truth(world, value) {
            Ok(truth) => Ok(Value::bool(truth)),
            Err(stop) => Err(stop),
        },
        None => Ok(Value::Bool(Truth::False)),
    }),
    ("int", "x=, /, base=", numbers::new_int),
    ("float", "x=, /", numbers::new_float),
    ("str", "object=, encoding=, errors=", strings::new),
    ("bytes", "source=, encoding=, errors=", bytes::new),
    ("tuple", "iterable=, /", tuple),
    ("list", "iterable=, /", |world, args| {
        lists::new(world, args.first())
    }),
    ("deque", "iterable=, maxlen=", deques::new),
    ("set", "iterable=, /", |world, args| {
        sets::new(world, args.first(), false)
    }),
    ("frozenset", "iterable=, /", |world, args| {
        sets::new(world, args.first(), true)
    }),
    ("object", "", object),
    ("range", "start, stop=, step=, /", range),
    ("slice", "start, stop=, step=, /", slice),
    ("property", "fget=, fset=, fdel=, doc=", property),
    ("staticmethod", "function, /", |_, args| {
        wrapper(Wrapper::Static(args[0].clone()))
    }),
    ("classmethod", "function, /", |_, args| {
        wrapper(Wrapper::Class(args[0].clone()))
    }),
    ("super", "type=, object=, /", super_),
    ("enumerate", "iterable, start=", |world, args| {
        iteration::construct(world, "enumerate", args)
    }),
    ("method", "function, instance, /", |_, args| {
        Ok(Method::bind(args[0].clone(), args[1].clone()))
    }),
    ("mappingproxy", "mapping, /", |_, args| {
        crate::python::lib::read_only(&args[0])
    }),
    ("types.GenericAlias", "origin, args, /", |_, args| {
        let all = match &args[1] {
            Value::Tuple(_) => args[1].clone(),
            one => Value::tuple([one.clone()]),
        };
        Ok(Value::Alias(Arc::new(Alias {
            origin: args[0].clone(),
            args: all,
        })))
    }),
    ("zip", "*iterables, strict=", |world, args| {
        iteration::construct(world, "zip", args)
    }),
    ("map", "*args", |world, args| {
        iteration::construct(world, "map", args)
    }),
    ("filter", "function, iterable, /", |world, args| {
        iteration::construct(world, "filter", args)
    }),
    ("reversed", "sequence, /", |world, args| {
        iteration::construct(world, "reversed", args)
    }),
];

/// Functions that are found in a type and are not bound to an object.
const STATIC: &[(&str, &str, &str, Run)] = &[
    ("bytes", "fromhex", "string, /", bytes::fromhex),
    ("bytes", "maketrans", "from, to, /", bytes::maketrans),
    ("dict", "fromkeys", "iterable, value=, /", |world, args| {
        dicts::fromkeys(world, &args[0], args.get(1).cloned().unwrap_or(Value::None))
    }),
    ("float", "fromhex", "string, /", numbers::fromhex),
    (
        "int",
        "from_bytes",
        "bytes, byteorder=, *, signed=",
        numbers::from_bytes,
    ),
    ("str", "maketrans", "x, y=, z=, /", strings::maketrans),
];

/// Adds those of a type to its attributes.
pub fn add_static(map: &mut names::NameMap, owner: &'static str) {
    for (_, name, takes, run) in STATIC.iter().filter(|(of, ..)| *of == owner) {
        let native = Native::new("", name, takes, *run);
        let native = Value::Native(crate::python::code::forever(native));
        map.set(
            Name::new(name),
            Value::Wrapper(Arc::new(Wrapper::Static(native))),
        );
    }
}

/// The class that `OSError(number, text)` makes.
fn os_error(args: &[Value]) -> &'static Class {
    let all = classes();
    let number = match args {
        [Value::Int(number), _, ..] => *number,
        _ => return all.os_error,
    };
    match number {
        1 | 13 => all.permission_error,
        2 => all.file_not_found_error,
        3 => all.process_lookup_error,
        4 => all.interrupted_error,
        10 => all.child_process_error,
        11 => all.blocking_io_error,
        17 => all.file_exists_error,
        20 => all.not_a_directory_error,
        21 => all.is_a_directory_error,
        32 => all.broken_pipe_error,
        103 => all.connection_aborted_error,
        104 => all.connection_reset_error,
        110 => all.timeout_error,
        111 => all.connection_refused_error,
        _ => all.os_error,
    }
}

fn rows() -> &'static [Native] {
    static ROWS: std::sync::LazyLock<Vec<Native>> = std::sync::LazyLock::new(|| {
        TYPES
            .iter()
            .map(|(name, takes, run)| Native::new("", name, takes, *run))
            .collect()
    });
    &ROWS
}

/// A call of a builtin type.
fn builtin(
    world: &'static World,
    class: &'static Class,
    args: Vec<Value>,
    keywords: Keywords,
) -> Answer {
    match class.name.as_str() {
        "dict" => {
            if args.len() > 1 {
                let text = format!("dict expected at most 1 argument, got {}", args.len());
                return Err(error::type_error(text).into());
            }
            return dicts::new(world, args.into_iter().next(), keywords);
        }
        "type" => {
            return match &args[..] {
                [object] => Ok(Value::Class(types::class_of(object))),
                // The bases may have a class of classes of their own.
                _ => new_class(world, None, &args, keywords),
            };
        }
        _ if class.layout == Layout::Exception => {
            let takes_keywords =
                ["AttributeError", "NameError", "ImportError"].contains(&class.name.as_str());
            if !keywords.is_empty() && !takes_keywords {
                let text = format!("{}() takes no keyword arguments", class.name);
                return Err(error::type_error(text).into());
            }
            let made = bare(world, class, args, Vec::new())?;
            if let Value::Exception(exception) = &made {
                for (name, value) in keywords {
                    exception.fields.write().set(name, value);
                }
            }
            return Ok(made);
        }
        _ => {}
    }
    match rows().iter().find(|row| row.name == class.name) {
        Some(row) if keywords.is_empty() && row.takes.fits(args.len()) => (row.run)(world, &args),
        Some(row) => {
            let args = crate::python::machine::call::bind_native(row, &args, keywords)?;
            (row.run)(world, &args)
        }
        None => {
            let (value, name) = match class.name.as_str() {
                "NoneType" => (Value::None, "NoneType"),
                "NotImplementedType" => (Value::NotImplemented, "NotImplementedType"),
                "ellipsis" => (Value::Ellipsis, "EllipsisType"),
                name => {
                    let text = format!("cannot create '{name}' instances");
                    return Err(error::type_error(text).into());
                }
            };
            match args.is_empty() && keywords.is_empty() {
                true => Ok(value),
                false => Err(error::type_error(format!("{name} takes no arguments")).into()),
            }
        }
    }
}

fn tuple(world: &'static World, args: &[Value]) -> Answer {
    let Some(iterable) = args.first().filter(|value| !value.is_unset()) else {
        return Ok(Value::tuple([]));
    };
    if let Value::Tuple(_) = iterable {
        return Ok(iterable.clone());
    }
    if let Some(items) = iterate::at_hand(iterable) {
        return Ok(Value::tuple(items));
    }
    if !iterate::is_iterable(iterable) {
        iterate::iterator_of(world, iterable)?;
    }
    let iterable = iterable.clone();
    later(async move { Ok(Value::tuple(iterate::collect(world, &iterable).await?)) })
}

fn object(world: &'static World, _: &[Value]) -> Answer {
    Ok(plain(world, classes().object))
}

#[expect(clippy::only_used_in_recursion, reason = "it stands in a table")]
fn range(world: &'static World, args: &[Value]) -> Answer {
    let given: Vec<&Value> = args.iter().filter(|value| !value.is_unset()).collect();
    let mut numbers = Vec::new();
    for value in &given {
        match value.as_int() {
            Some(number) => match number.to_i64() {
                Some(number) => numbers.push(number),
                None => {
                    let text = "Python int too large to convert to C ssize_t";
                    return Err(error::overflow_error(text).into());
                }
            },
            None if types::defined(value, names::INDEX).is_some() => {
                let mut args: Vec<Value> = given.iter().map(|value| (*value).clone()).collect();
                return later(async move {
                    for arg in &mut args {
                        *arg = types::index(arg).await?;
                    }
                    sequence::wait(range(world, &args)).await
                });
            }
            None => {
                let name = types::name_of(value);
                let text = format!("'{name}' object cannot be interpreted as an integer");
                return Err(error::type_error(text).into());
            }
        }
    }
    let (start, stop, step) = match numbers[..] {
        [stop] => (0, stop, 1),
        [start, stop] => (start, stop, 1),
        [start, stop, step, ..] => (start, stop, step),
        [] => (0, 0, 1),
    };
    if step == 0 {
        return Err(error::value_error("range() arg 3 must not be zero").into());
    }
    Ok(Value::Range(Arc::new(Range { start, stop, step })))
}

fn slice(_: &'static World, args: &[Value]) -> Answer {
    let part = |at: usize| args.get(at).cloned().unwrap_or_default().or_none();
    let (start, stop, step) = match args.get(1) {
        None => (Value::None, part(0), Value::None),
        Some(_) => (part(0), part(1), part(2)),
    };
    Ok(Value::Slice(Arc::new(Slice { start, stop, step })))
}

fn property(_: &'static World, args: &[Value]) -> Answer {
    let part = |at: usize| args.get(at).cloned().unwrap_or_default().or_none();
    let doc = match args.first().and_then(Value::as_function) {
        Some(function) if part(3).is_none() => match &function.code.doc {
            Some(doc) => Value::from(doc.as_str()),
            None => Value::None,
        },
        _ => part(3),
    };
    Ok(Value::Property(Arc::new(Property {
        get: part(0),
        set: part(1),
        delete: part(2),
        doc,
    })))
}

fn wrapper(wrapper: Wrapper) -> Answer {
    Ok(Value::Wrapper(Arc::new(wrapper)))
}

fn super_(_: &'static World, args: &[Value]) -> Answer {
    match args {
        [class, object] => Ok(class::super_of(class, object)?),
        [] => Err(error::runtime_error("super(): no arguments").into()),
        _ => Err(error::type_error("unbound super objects are not supported").into()),
    }
}

/// `type(name, bases, attributes)`, or the same of a class of classes.
pub fn new_class(
    world: &'static World,
    meta: Option<&'static Class>,
    args: &[Value],
    keywords: Keywords,
) -> Answer {
    match args {
        [name, bases, attributes] => {
            let Some(name) = name.as_str().map(str::to_owned) else {
                let of = types::name_of(name);
                let text = format!("type.__new__() argument 1 must be str, not {of}");
                return Err(error::type_error(text).into());
            };
            let bases = iterate::at_hand(bases).unwrap_or_default();
            let mut map = names::NameMap::new();
            if let Value::Dict(dict) = attributes {
                for entry in dict.entries.read().iter() {
                    map.set(
                        Name::new(entry.key.as_str().unwrap_or_default()),
                        entry.value.clone(),
                    );
                }
            }
            later(async move {
                match meta {
                    Some(meta) => class::make_of(meta, name, bases, map, keywords).await,
                    None => class::make(world, name, bases, map, keywords).await,
                }
            })
        }
        _ => Err(error::type_error("type() takes 1 or 3 arguments").into()),
    }
}
