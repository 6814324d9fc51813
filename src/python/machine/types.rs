//! The class of a value, and the methods with two underscores that it has.

use super::{Answer, Result, Stop, World, attribute, sequence};
use crate::python::builtins::{Classes, classes};
use crate::python::code::Kind;
use crate::python::names::{self, Name};
use crate::python::values::{Class, Direction, Iteration, Truth, Value, View, Wrapper};

/// `type(value)`.
pub fn class_of(value: &Value) -> &'static Class {
    let classes: &'static Classes = classes();
    match value {
        Value::Unset | Value::None => classes.none_type,
        Value::NotImplemented => classes.not_implemented_type,
        Value::Ellipsis => classes.ellipsis,
        Value::Bool(_) => classes.bool,
        Value::Int(_) | Value::Big(_) => classes.int,
        Value::Float(_) => classes.float,
        Value::Str(_) => classes.str,
        Value::Bytes(_) => classes.bytes,
        Value::Tuple(_) => classes.tuple,
        Value::List(_) => classes.list,
        Value::Deque(_) => classes.deque,
        Value::Dict(_) => classes.dict,
        Value::Set(_) => classes.set,
        Value::FrozenSet(_) => classes.frozenset,
        Value::Range(_) => classes.range,
        Value::Slice(_) => classes.slice,
        Value::Iter(iter) => iterator_class(classes, &iter.state.read()),
        Value::Generator(generator) => match generator.code.kind {
            Kind::Coroutine => classes.coroutine,
            Kind::AsyncGenerator => classes.async_generator,
            Kind::Plain | Kind::Generator => classes.generator,
        },
        Value::Function(_) | Value::Closure(_) => classes.function,
        Value::Native(native) if native.owner.is_empty() => classes.builtin_function,
        Value::Native(_) => classes.method_descriptor,
        Value::Method(method) => match method.function {
            Value::Native(_) => classes.builtin_function,
            _ => classes.method,
        },
        Value::Class(class) => class.meta.unwrap_or(classes.type_),
        Value::Instance(instance) => instance.class(),
        Value::Exception(exception) => exception.class,
        Value::Module(_) => classes.module,
        Value::Property(_) => classes.property,
        Value::Wrapper(wrapper) => match **wrapper {
            Wrapper::Static(_) => classes.staticmethod,
            Wrapper::Class(_) => classes.classmethod,
            Wrapper::Slot(_) => classes.member_descriptor,
        },
        Value::Super(_) => classes.super_,
        Value::View(view) => match **view {
            View::Keys(_) => classes.dict_keys,
            View::Values(_) => classes.dict_values,
            View::Items(_) => classes.dict_items,
            View::Proxy(_) => classes.mappingproxy,
        },
        Value::Alias(alias) if alias.origin.is_unset() => classes.union_type,
        Value::Alias(_) => classes.generic_alias,
        Value::Code(_) => classes.code,
        Value::Cell(_) => classes.cell,
    }
}

fn iterator_class(classes: &'static Classes, state: &Iteration) -> &'static Class {
    use crate::python::values::Part;
    match state {
        Iteration::List(..) => classes.list_iterator,
        Iteration::ListBackward(..) => classes.list_reverseiterator,
        Iteration::Tuple(..) => classes.tuple_iterator,
        Iteration::Text(..) => classes.str_iterator,
        Iteration::Bytes(..) => classes.bytes_iterator,
        Iteration::Range { .. } => classes.range_iterator,
        Iteration::Dict(_, Part::Key, ..) => classes.dict_keyiterator,
        Iteration::Dict(_, Part::Value, ..) => classes.dict_valueiterator,
        Iteration::Dict(_, Part::Item, ..) => classes.dict_itemiterator,
        Iteration::Set(..) => classes.set_iterator,
        Iteration::Deque(_, Direction::Forward, ..) => classes.deque_iterator,
        Iteration::Deque(..) => classes.deque_reverse_iterator,
        Iteration::Enumerate(..) => classes.enumerate,
        Iteration::Zip(..) => classes.zip,
        Iteration::Map(..) => classes.map,
        Iteration::Filter(..) => classes.filter,
        Iteration::TupleBackward(..)
        | Iteration::ItemsBackward(..)
        | Iteration::TextBackward(..) => classes.reversed,
        Iteration::Calls(..) => classes.callable_iterator,
        _ => classes.iterator,
    }
}

/// The name of a value's class, as errors give it.
pub fn name_of(value: &Value) -> &'static str {
    let class = class_of(value);
    told(class).unwrap_or(&class.name)
}

/// The name with the module, of types that CPython has written in C: errors give it.
fn told(class: &Class) -> Option<&'static str> {
    const TOLD: &[&str] = &[
        "collections.OrderedDict",
        "collections.defaultdict",
        "collections.deque",
        "datetime.date",
        "datetime.datetime",
        "datetime.time",
        "datetime.timedelta",
        "datetime.timezone",
        "functools.partial",
        "re.Match",
        "re.Pattern",
        "types.SimpleNamespace",
    ];
    let module = class.module.text();
    let mut told = TOLD.iter().copied();
    told.find(|told| told.split_once('.') == Some((module, &class.name)))
}

/// Calls a function found in a class, with the object that it is a method of.
pub async fn call_method(function: &Value, object: &Value, args: Vec<Value>) -> Result<Value> {
    match function {
        Value::Function(_) | Value::Closure(_) | Value::Native(_) => {
            let mut all = Vec::with_capacity(args.len() + 1);
            all.push(object.clone());
            all.extend(args);
            sequence::call(function, all).await
        }
        _ => {
            let bound = attribute::bind(function.clone(), object, class_of(object)).await?;
            sequence::call(&bound, args).await
        }
    }
}

/// The answer that a method gives.
pub fn tail_method<const N: usize>(function: &Value, object: &Value, args: [Value; N]) -> Answer {
    if matches!(
        function,
        Value::Function(_) | Value::Closure(_) | Value::Native(_)
    ) {
        let all: Vec<Value> = std::iter::once(object.clone()).chain(args).collect();
        return sequence::tail(function, all);
    }
    let (function, object) = (function.clone(), object.clone());
    sequence::later(async move { call_method(&function, &object, args.to_vec()).await })
}

/// The method of that name which a class of the program, or of the library, defines for the
/// value.
pub fn defined(value: &Value, name: Name) -> Option<Value> {
    match value {
        Value::Instance(_) | Value::Exception(_) => class_of(value).find_defined(name),
        Value::Class(class) => class.meta?.find_defined(name),
        _ => None,
    }
}

/// Calls the value's method of that name, if a class of the program defines it.
pub async fn special(value: &Value, name: Name, args: Vec<Value>) -> Result<Option<Value>> {
    match defined(value, name) {
        Some(method) => call_method(&method, value, args).await.map(Some),
        None => Ok(None),
    }
}

/// Whether a value counts as true.
#[expect(
    clippy::only_used_in_recursion,
    reason = "operations on values take the world, as most need it"
)]
pub fn truth(world: &'static World, value: &Value) -> std::result::Result<bool, Stop> {
    Ok(match value {
        Value::Bool(bool) => bool.get(),
        Value::Unset | Value::None => false,
        Value::Int(number) => *number != 0,
        Value::Float(number) => number.get() != 0.0,
        Value::Str(text) => !text.is_empty(),
        Value::Bytes(bytes) => !bytes.is_empty(),
        Value::Tuple(tuple) => !tuple.is_empty(),
        Value::List(list) => !list.is_empty(),
        Value::Deque(deque) => !deque.is_empty(),
        Value::Dict(dict) => !dict.is_empty(),
        Value::Set(set) | Value::FrozenSet(set) => !set.is_empty(),
        Value::Range(range) => !range.is_empty(),
        Value::View(view) => !view.dict().is_empty(),
        Value::Instance(_) | Value::Exception(_) => {
            let (truth, length) = (defined(value, names::BOOL), defined(value, names::LEN));
            if truth.is_none() && length.is_none() {
                return match value.inner() {
                    Value::Instance(_) | Value::Exception(_) => Ok(true),
                    inner => self::truth(world, inner),
                };
            }
            let value = value.clone();
            return sequence::later(async move {
                if let Some(method) = truth {
                    let result = call_method(&method, &value, Vec::new()).await?;
                    return match result {
                        Value::Bool(_) => Ok(result),
                        other => Err(super::error::type_error(format!(
                            "__bool__ should return bool, returned {}",
                            name_of(&other)
                        ))),
                    };
                }
                let length = super::item::length(&value).await?;
                Ok(Value::bool(length != 0))
            })
            .map(|truth| matches!(truth, Value::Bool(Truth::True)));
        }
        _ => true,
    })
}

/// The truth, in a sequence.
pub async fn truth_of(world: &'static World, value: &Value) -> Result<bool> {
    match truth(world, value) {
        Ok(truth) => Ok(truth),
        Err(Stop::Raise(raise)) => Err(raise),
        Err(later) => Ok(matches!(
            sequence::wait(Err(later)).await?,
            Value::Bool(Truth::True)
        )),
    }
}

/// `isinstance(value, class)`, where `class` may be a tuple or a union.
pub fn is_instance(value: &Value, class: &Value) -> Result<bool> {
    is_subclass_of(
        class_of(value),
        class,
        "isinstance() arg 2 must be a type, a tuple of types, or a union",
    )
}

pub fn is_subclass_of(class: &Class, of: &Value, refused: &str) -> Result<bool> {
    is_within(class, of, refused, 0)
}

/// Tuples in tuples of classes.
const DEEPEST: usize = 200;

fn is_within(class: &Class, of: &Value, refused: &str, depth: usize) -> Result<bool> {
    if depth > DEEPEST {
        let text = "maximum recursion depth exceeded in __instancecheck__";
        return Err(super::error::recursion_error(text));
    }
    match of {
        Value::Class(of) => Ok(class.derives_from(of)),
        Value::Tuple(any) => {
            for of in any.iter() {
                if is_within(class, of, refused, depth + 1)? {
                    return Ok(true);
                }
            }
            Ok(false)
        }
        Value::Alias(alias) if alias.origin.is_unset() => {
            // A union has None for its type.
            let none = std::ptr::eq(class, classes().none_type);
            let Value::Tuple(any) = &alias.args else {
                return Ok(false);
            };
            for of in any.iter() {
                let found = match of {
                    Value::None => none,
                    of => is_within(class, of, refused, depth + 1)?,
                };
                if found {
                    return Ok(true);
                }
            }
            Ok(false)
        }
        _ => Err(super::error::type_error(refused)),
    }
}

/// An int from an object that counts as one: `__index__`.
pub async fn index(value: &Value) -> Result<Value> {
    if value.as_int().is_some() {
        return Ok(value.inner().clone());
    }
    match special(value, names::INDEX, Vec::new()).await? {
        Some(number) if number.as_int().is_some() => Ok(number),
        Some(other) => Err(super::error::type_error(format!(
            "__index__ returned non-int (type {})",
            name_of(&other)
        ))),
        None => Err(super::error::type_error(format!(
            "'{}' object cannot be interpreted as an integer",
            name_of(value)
        ))),
    }
}

/// Replaces the arguments that define `__index__` by their ints, and calls the function
/// again: natives take ints alone.
pub fn with_indices(
    world: &'static World,
    args: &[Value],
    run: fn(&'static World, &[Value]) -> Answer,
) -> Option<Answer> {
    if !args
        .iter()
        .skip(1)
        .any(|arg| defined(arg, names::INDEX).is_some())
    {
        return None;
    }
    let mut args = args.to_vec();
    Some(sequence::later(async move {
        for arg in args.iter_mut().skip(1) {
            if defined(arg, names::INDEX).is_some() {
                *arg = index(arg).await?;
            }
        }
        sequence::wait(run(world, &args)).await
    }))
}
