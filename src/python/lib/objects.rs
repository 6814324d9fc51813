//! What modules that are written in Python ask of objects, calls and exceptions: a part of
//! `_machine`.

use std::sync::{Arc, Weak};

use super::class::{keywords, this};
use crate::python::builtins::{Table, attributes, classes};
use crate::python::code::Parameters;
use crate::python::engine::Handle;
use crate::python::machine::call::{Signature, bind as bind_call};
use crate::python::machine::{
    Answer, Machine, Result, Stop, World, acting, attribute, error, iterate, later, sequence,
    text_of_exception, types,
};
use crate::python::names::{self, Name, NameMap};
use crate::python::values::{Dict, Instance, Raise, Truth, Value, View};

pub const TABLE: Table = &[
    ("abstract_names", "cls", abstract_names),
    ("begin_repr", "object", |world, args| {
        let place = (acting::number(), args[0].address().unwrap_or_default());
        let mut inside = world.inside.write();
        let is_new = !inside.contains(&place);
        if is_new {
            inside.push(place);
        }
        Ok(Value::bool(is_new))
    }),
    ("end_repr", "object", |world, args| {
        let place = (acting::number(), args[0].address().unwrap_or_default());
        world.inside.write().retain(|other| *other != place);
        Ok(Value::None)
    }),
    (
        "bind",
        "qualified, names, positional, defaults, args, kwargs",
        bind,
    ),
    ("caller", "", |_, _| look(|machine| Ok(machine.place()))),
    ("exception_text", "exception", |world, args| {
        match &args[0] {
            Value::Exception(exception) => Ok(Value::from(text_of_exception(
                world,
                &Raise(exception.clone()),
            ))),
            _ => Ok(Value::from("NoneType: None\n")),
        }
    }),
    ("exception_lines", "exception", exception_lines),
    ("handled", "", |_, _| {
        look(|machine| {
            let handled = machine.handled();
            Ok(handled.map_or(Value::None, |raise| Value::Exception(raise.0)))
        })
    }),
    ("main", "", |world, _| Ok(Value::Module(world.main))),
    ("module", "name", |world, args| {
        let name = Name::new(args[0].as_str().unwrap_or_default());
        let modules = world.modules.read();
        Ok(modules.get(name).cloned().unwrap_or(Value::None))
    }),
    ("move_to_end", "dict, key, last", move_to_end),
    ("pop_first", "dict", pop_first),
    ("read_only", "dict", |_, args| read_only(&args[0])),
    ("seconds", "", |world, _| {
        Ok(Value::float(world.engine.now().as_secs_f64()))
    }),
    ("strong", "weak", |_, args| {
        Ok(match this(args)?.handle.get().map(|handle| &**handle) {
            Some(Handle::Weak(weak)) => weak.upgrade().map_or(Value::None, Value::Instance),
            _ => Value::None,
        })
    }),
    ("set_weak", "weak, object", |_, args| {
        let Value::Instance(object) = &args[1] else {
            let name = types::name_of(&args[1]);
            let text = format!("cannot create weak reference to '{name}' object");
            return Err(error::type_error(text).into());
        };
        let weak: Weak<Instance> = Arc::downgrade(object);
        let _ = this(args)?.handle.set(Box::new(Handle::Weak(weak)));
        Ok(Value::None)
    }),
];

/// The names that a class leaves abstract, its own and those that it inherits.
fn abstract_names(world: &'static World, args: &[Value]) -> Answer {
    let Value::Class(class) = args[0] else {
        return Err(error::type_error("a class is needed").into());
    };
    let is_abstract = |value: &Value| {
        matches!(value, Value::Instance(_))
            || matches!(
                attributes::of(world, value, names::ABSTRACT),
                Some(Value::Bool(Truth::True))
            )
    };
    let own = class.attributes.read();
    let own = own.iter().filter(|(_, value)| is_abstract(value));
    let mut found: Vec<Name> = own.map(|(name, _)| name).collect();
    for base in &class.bases {
        let inherited = base.find(names::ABSTRACTS).unwrap_or_default();
        for name in iterate::at_hand(&inherited).unwrap_or_default() {
            let name = Name::new(name.as_str().unwrap_or_default());
            let stays = class.find(name).is_some_and(|value| is_abstract(&value));
            if stays && !found.contains(&name) {
                found.push(name);
            }
        }
    }
    later(async move {
        let mut abstracts = Vec::new();
        for name in found {
            // Objects say it themselves.
            let found = class.find(name).unwrap_or_default();
            let said = match &found {
                Value::Instance(_) => attribute::find(world, &found, names::ABSTRACT).await?,
                _ => Some(Value::bool(true)),
            };
            if let Some(said) = said
                && types::truth_of(world, &said).await?
            {
                abstracts.push(name.value());
            }
        }
        let abstracts = Value::list(abstracts);
        sequence::call(&Value::Class(classes().frozenset), vec![abstracts]).await
    })
}

/// Asks the machine that has called.
pub fn look(look: impl FnOnce(&Machine) -> Result<Value> + Send + 'static) -> Answer {
    Err(Stop::Look(Box::new(look)))
}

/// A mapping that shows a dict, and cannot be changed.
pub fn read_only(dict: &Value) -> Answer {
    match dict.inner() {
        Value::Dict(dict) => Ok(Value::View(Arc::new(View::Proxy(dict.clone())))),
        Value::View(_) => Ok(dict.clone()),
        _ => {
            let name = types::name_of(dict);
            let text = format!("mappingproxy() argument must be a mapping, not {name}");
            Err(error::type_error(text).into())
        }
    }
}

/// The arguments of a call, one for each name, as a function's would be bound.
fn bind(_: &'static World, args: &[Value]) -> Answer {
    let [qualified, names, positional, defaults, given, named] = args else {
        return Ok(Value::None);
    };
    let listed = iterate::at_hand(names).unwrap_or_default();
    let names: Vec<Name> = (listed.iter())
        .map(|name| Name::new(name.as_str().unwrap_or_default()))
        .collect();
    let positional = positional.as_int().and_then(|count| count.to_i64());
    let positional = positional.unwrap_or(0) as usize;
    let mut by_name = NameMap::new();
    for (name, value) in keywords(defaults) {
        by_name.set(name, value);
    }
    let by_place = names[..positional].iter();
    let by_place: Vec<Value> = by_place
        .filter_map(|name| by_name.get(*name).cloned())
        .collect();
    let parameters = Parameters {
        positional_only: 1,
        positional,
        keyword_only: names.len() - positional,
        rest: false,
        keywords: false,
    };
    let signature = Signature {
        qualified: qualified.as_str().unwrap_or_default(),
        names: &names,
        parameters: &parameters,
        defaults: &by_place,
        keyword_defaults: &by_name,
    };
    let given = iterate::at_hand(given).unwrap_or_default();
    let bound = bind_call(&signature, given, keywords(named).into_iter())?;
    Ok(Value::tuple(bound))
}

/// Where the program's frames were when the exception was raised: the line, the name of the
/// function and the text of the line of each, the outermost first.
fn exception_lines(world: &'static World, args: &[Value]) -> Answer {
    let Value::Exception(exception) = &args[0] else {
        return Ok(Value::list(Vec::new()));
    };
    let source: Vec<&str> = world.program.source.lines().collect();
    let traceback = exception.traceback.read();
    let places = traceback.iter().filter(|place| place.module.is_main());
    let lines = places.rev().map(|place| {
        let text = source.get((place.line as usize).saturating_sub(1));
        Value::tuple([
            Value::Int(place.line.into()),
            Value::from(place.code.name.text()),
            Value::from(text.unwrap_or(&"").trim()),
        ])
    });
    Ok(Value::list(lines.collect()))
}

fn dict_of(value: &Value) -> Result<&Arc<Dict>> {
    match value.inner() {
        Value::Dict(dict) => Ok(dict),
        _ => Err(error::type_error("a dict is needed")),
    }
}

/// Makes a key the last of its dict, or the first. It is the one that is there.
fn move_to_end(_: &'static World, args: &[Value]) -> Answer {
    let dict = dict_of(&args[0])?;
    let is_last = matches!(&args[2], Value::Bool(last) if last.get());
    let mut entries = dict.entries.write();
    let same = |key: &Value| key.is(&args[1]);
    let mut at = entries.end();
    let mut found = None;
    while let Some((place, entry)) = entries.next_back_from(at) {
        if same(&entry.key) {
            found = Some(place);
            break;
        }
        at = place;
    }
    let Some(entry) = found.and_then(|at| entries.remove(at)) else {
        return Err(error::key_error(args[1].clone()).into());
    };
    let others = match is_last {
        true => Vec::new(),
        false => {
            let mut others = Vec::new();
            while let Some((at, _)) = entries.next_from(0) {
                others.extend(entries.remove(at));
            }
            others
        }
    };
    for entry in std::iter::once(entry).chain(others) {
        entries.add(entry.hash, entry.key, entry.value);
    }
    Ok(Value::None)
}

/// Takes the first entry out of a dict.
fn pop_first(_: &'static World, args: &[Value]) -> Answer {
    let mut entries = dict_of(&args[0])?.entries.write();
    let first = entries.next_from(0).map(|(at, _)| at);
    match first.and_then(|at| entries.remove(at)) {
        Some(entry) => Ok(Value::pair(entry.key, entry.value)),
        None => Err(error::key_error(Value::from("dictionary is empty")).into()),
    }
}
