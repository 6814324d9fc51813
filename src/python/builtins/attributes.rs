//! Attributes that are no entries of a class: `__class__`, `__dict__`, `e.args`, `f.__name__`.

use super::classes;
use crate::python::machine::{Result, World, attribute, error, types};
use crate::python::names::{self, Name};
use crate::python::values::{Class, Exception, State, Truth, Value};

/// Those of every object.
pub fn of_any(_: &'static World, object: &Value, name: Name) -> Option<Value> {
    match name {
        names::CLASS => Some(Value::Class(types::class_of(object))),
        names::DICT => attribute::fields(object),
        _ => None,
    }
}

/// Those of a value of a builtin type.
pub fn of(world: &'static World, object: &Value, name: Name) -> Option<Value> {
    if let Some(value) = of_any(world, object, name) {
        return Some(value);
    }
    match object {
        Value::Int(_) | Value::Big(_) | Value::Bool(_) => match name {
            names::REAL | names::NUMERATOR => Some(object.as_int()?.to_integer().into()),
            names::IMAG => Some(Value::Int(0)),
            names::DENOMINATOR => Some(Value::Int(1)),
            _ => None,
        },
        Value::Float(_) => match name {
            names::REAL => Some(object.clone()),
            names::IMAG => Some(Value::float(0.0)),
            _ => None,
        },
        Value::Deque(deque) if name.text() == "maxlen" => Some(super::deques::maxlen(deque)),
        Value::Range(range) => match name {
            names::START => Some(Value::Int(range.start)),
            names::STOP => Some(Value::Int(range.stop)),
            names::STEP => Some(Value::Int(range.step)),
            _ => None,
        },
        Value::Slice(slice) => match name {
            names::START => Some(slice.start.clone()),
            names::STOP => Some(slice.stop.clone()),
            names::STEP => Some(slice.step.clone()),
            _ => None,
        },
        Value::Function(_) | Value::Closure(_) => of_function(object, name),
        Value::Native(native) => match name {
            names::NAME => Some(Value::from(native.name)),
            names::QUALNAME => Some(Value::from(native.shown())),
            names::MODULE => Some(names::BUILTINS_MODULE.value()),
            names::DOC => Some(Value::None),
            _ => None,
        },
        Value::Method(method) => match name {
            names::SELF => Some(method.object.clone()),
            names::FUNC => Some(method.function.clone()),
            _ => of(world, &method.function, name),
        },
        Value::Exception(exception) => of_exception(exception, name),
        Value::Generator(generator) => match name {
            names::NAME => Some(generator.code.name.value()),
            names::QUALNAME => Some(Value::from(generator.code.qualified.as_str())),
            _ => {
                let running = generator.state() == State::Running;
                match name.text() {
                    "gi_running" | "cr_running" | "ag_running" => Some(Value::bool(running)),
                    _ => None,
                }
            }
        },
        Value::Module(module) if name == names::NAME => Some(module.name.value()),
        Value::Property(property) => match name {
            names::FGET => Some(property.get.clone()),
            names::FSET => Some(property.set.clone()),
            names::FDEL => Some(property.delete.clone()),
            names::DOC => Some(property.doc.clone()),
            names::ABSTRACT => {
                let parts = [&property.get, &property.set, &property.delete];
                Some(Value::bool(parts.into_iter().any(is_abstract)))
            }
            _ => None,
        },
        Value::Wrapper(_) if matches!(name, names::FUNC | names::WRAPPED) => {
            Some(attribute::unwrap(object))
        }
        Value::Wrapper(_) if name == names::ABSTRACT => {
            Some(Value::bool(is_abstract(&attribute::unwrap(object))))
        }
        Value::Alias(alias) => match name.text() {
            "__origin__" => Some(alias.origin.clone().or_none()),
            "__args__" => Some(alias.args.clone()),
            _ => None,
        },
        Value::Code(code) => match name.text() {
            "co_name" => Some(code.name.value()),
            "co_argcount" => Some(Value::int(code.parameters.positional)),
            "co_varnames" => {
                let names = code.slots[..code.free].iter().map(|name| name.value());
                Some(Value::tuple(names.collect::<Vec<_>>()))
            }
            _ => None,
        },
        _ if name == names::DOC => Some(Value::None),
        _ => None,
    }
}

/// Whether a function was marked as abstract.
fn is_abstract(function: &Value) -> bool {
    let marked = |function: &crate::python::values::Function| {
        let attributes = function.attributes.read();
        matches!(
            attributes.get(names::ABSTRACT),
            Some(Value::Bool(Truth::True))
        )
    };
    function.as_function().is_some_and(marked)
}

fn of_function(object: &Value, name: Name) -> Option<Value> {
    let function = object.as_function()?;
    if let Some(value) = function.attributes.read().get(name) {
        return Some(value.clone());
    }
    let doc = || match &function.code.doc {
        Some(doc) => Value::from(doc.as_str()),
        None => Value::None,
    };
    Some(match name {
        names::NAME => function.name(),
        names::QUALNAME => Value::from(function.qualified()),
        names::MODULE => function.module.name.value(),
        names::DOC => doc(),
        names::CODE => Value::Code(function.code),
        names::ANNOTATIONS => function.annotations.clone(),
        names::DEFAULTS if function.defaults.is_empty() => Value::None,
        names::DEFAULTS => Value::tuple(function.defaults.clone()),
        names::KWDEFAULTS if function.keyword_defaults.is_empty() => Value::None,
        names::KWDEFAULTS => {
            let entries = function.keyword_defaults.iter();
            let entries = entries.map(|(name, value)| (name, value.clone()));
            crate::python::machine::keys::new_dict(entries.collect())
        }
        _ => match name.text() {
            "__closure__" if function.closure.is_empty() => Value::None,
            "__closure__" => Value::tuple(function.closure.clone()),
            _ => return None,
        },
    })
}

fn of_exception(exception: &Exception, name: Name) -> Option<Value> {
    let class = exception.class;
    let is = |of: &Class| class.derives_from(of);
    Some(match name {
        names::ARGS => exception.args.get(),
        names::CAUSE => exception.cause.get(),
        names::CONTEXT => exception.context.get(),
        names::SUPPRESS_CONTEXT => Value::bool(exception.suppress_context.get()),
        names::TRACEBACK => Value::None,
        names::VALUE if is(classes().stop_iteration) => exception.arg(0).unwrap_or(Value::None),
        names::CODE_OF_EXIT if is(classes().system_exit) => exception.arg(0).unwrap_or(Value::None),
        names::MESSAGE if is(classes().base_exception_group) => exception.arg(0)?,
        names::EXCEPTIONS if is(classes().base_exception_group) => {
            Value::tuple(crate::python::machine::group::members(exception))
        }
        names::NAME_OF if is(classes().name_error) || is(classes().attribute_error) => Value::None,
        _ => match name.text() {
            "errno" if is(classes().os_error) && exception.arg(1).is_some() => exception.arg(0)?,
            "strerror" if is(classes().os_error) => exception.arg(1).unwrap_or(Value::None),
            "errno" | "filename" if is(classes().os_error) => Value::None,
            _ => return None,
        },
    })
}

/// Sets an attribute that every exception has. False: it is another.
pub fn set_of_exception(exception: &Exception, name: Name, value: &Value) -> Result<bool> {
    match name {
        names::ARGS => match crate::python::machine::iterate::at_hand(value) {
            Some(items) => exception.args.put(Value::tuple(items)),
            None => return Err(error::type_error("args must be a sequence")),
        },
        names::CAUSE => {
            exception.cause.put(value.clone());
            *exception.suppress_context.write() = true;
        }
        names::CONTEXT => exception.context.put(value.clone()),
        names::SUPPRESS_CONTEXT => {
            *exception.suppress_context.write() = matches!(value, Value::Bool(Truth::True))
        }
        names::TRACEBACK => exception.traceback.write().clear(),
        _ => return Ok(false),
    }
    Ok(true)
}

/// Those of a class itself.
pub fn of_type(_: &'static World, class: &'static Class, name: Name) -> Option<Value> {
    let tuple = |classes: Vec<&'static Class>| {
        Value::tuple(classes.into_iter().map(Value::Class).collect::<Vec<_>>())
    };
    Some(match name {
        names::NAME => Value::from(class.name.as_str()),
        names::QUALNAME => Value::from(class.qualified.as_str()),
        names::MODULE => class.module.value(),
        names::CLASS => Value::Class(class.meta.unwrap_or(classes().type_)),
        names::MRO => tuple(class.line().collect()),
        names::BASES => tuple(class.bases.clone()),
        names::BASE => class
            .bases
            .first()
            .map_or(Value::None, |base| Value::Class(base)),
        names::DICT => match attribute::fields(&Value::Class(class))? {
            Value::Dict(dict) => Value::View(std::sync::Arc::new(
                crate::python::values::View::Proxy(dict),
            )),
            _ => return None,
        },
        names::DOC if class.own(names::DOC).is_none() => Value::None,
        names::ANNOTATIONS if class.own(names::ANNOTATIONS).is_none() => {
            crate::python::machine::keys::new_dict(Vec::new())
        }
        _ => return None,
    })
}
