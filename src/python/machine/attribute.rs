//! Attributes: reading, setting, deleting, and how functions of a class become methods.

use std::sync::Arc;

use super::{Answer, Result, Stop, World, error, keys, later, sequence, tail, types};
use crate::python::builtins::{attributes, classes};
use crate::python::names::{self, Name};
use crate::python::values::{
    Class, Instance, Method, Raise, Super, Value, Wrapper, admit, is_data_descriptor, special,
};

/// What looking up a method gives: a function and its object, so that a call needs no
/// bound method between, or any other value.
pub enum Found {
    Method(Value),
    Value(Value),
    Stop(Stop),
}

/// `object.name`, to be called at once.
#[inline]
pub fn find_method(world: &'static World, object: &Value, name: Name) -> Found {
    match object {
        Value::Instance(instance) => {
            let class = instance.class();
            if class.has(special::GETATTRIBUTE | special::DATA_DESCRIPTOR)
                || instance.fields.read().contains(name)
            {
                return value(get(world, object, name));
            }
            match class.find(name) {
                Some(function @ (Value::Function(_) | Value::Closure(_) | Value::Native(_))) => {
                    Found::Method(function)
                }
                _ => value(get(world, object, name)),
            }
        }
        Value::Class(_) | Value::Module(_) | Value::Super(_) | Value::Exception(_) => {
            value(get(world, object, name))
        }
        _ => match types::class_of(object).find(name) {
            Some(function @ Value::Native(_)) => Found::Method(function),
            _ => value(get(world, object, name)),
        },
    }
}

fn value(answer: Answer) -> Found {
    match answer {
        Ok(value) => Found::Value(value),
        Err(stop) => Found::Stop(stop),
    }
}

/// `object.name`.
#[inline]
pub fn get(world: &'static World, object: &Value, name: Name) -> Answer {
    if let Value::Instance(instance) = object {
        let class = instance.class();
        if !class.has(special::GETATTRIBUTE | special::DATA_DESCRIPTOR)
            && let Some(value) = instance.fields.read().get(name)
        {
            return Ok(value.clone());
        }
    }
    get_slowly(world, object, name)
}

fn get_slowly(world: &'static World, object: &Value, name: Name) -> Answer {
    let class = types::class_of(object);
    if class.has(special::GETATTRIBUTE)
        && let Some(method) = class.find_defined(names::GETATTRIBUTE)
    {
        let object = object.clone();
        return later(async move {
            let result = types::call_method(&method, &object, vec![name.value()]).await;
            or_getattr(world, &object, name, result).await
        });
    }
    let answer = get_plainly(world, object, name);
    if !class.has(special::GETATTR) {
        return answer;
    }
    match answer {
        Ok(value) => Ok(value),
        Err(Stop::Raise(raise)) if !raise.is(classes().attribute_error) => Err(raise.into()),
        answer => {
            let object = object.clone();
            later(async move {
                let result = sequence::wait(answer).await;
                or_getattr(world, &object, name, result).await
            })
        }
    }
}

/// `__getattr__` helps out where there is no attribute.
async fn or_getattr(
    _world: &'static World,
    object: &Value,
    name: Name,
    result: Result<Value>,
) -> Result<Value> {
    match result {
        Err(raise) if raise.is(classes().attribute_error) => {
            match types::special(object, names::GETATTR, vec![name.value()]).await? {
                Some(value) => Ok(value),
                None => Err(raise),
            }
        }
        result => result,
    }
}

/// As `object.__getattribute__` finds it.
pub fn get_plainly(world: &'static World, object: &Value, name: Name) -> Answer {
    match object {
        Value::Instance(instance) => {
            let class = instance.class();
            let found = class.find(name);
            if let Some(found) = &found
                && is_data_descriptor(found)
            {
                return bound(world, found.clone(), object, class, name);
            }
            if let Some(value) = instance.fields.read().get(name) {
                return Ok(value.clone());
            }
            if let Some(value) = attributes::of_any(world, object, name) {
                return Ok(value);
            }
            match found {
                Some(found) => bound(world, found, object, class, name),
                None => match attributes::of(world, &instance.inner, name) {
                    Some(value) if !instance.inner.is_unset() => Ok(value),
                    _ => Err(missing(object, name).into()),
                },
            }
        }
        Value::Exception(exception) => {
            if let Some(value) = exception.fields.read().get(name) {
                return Ok(value.clone());
            }
            if let Some(value) = attributes::of(world, object, name) {
                return Ok(value);
            }
            match exception.class.find(name) {
                Some(found) => bound(world, found, object, exception.class, name),
                None => Err(missing(object, name).into()),
            }
        }
        Value::Class(class) => of_class(world, class, name),
        Value::Module(module) => match module
            .get(name)
            .or_else(|| attributes::of(world, object, name))
        {
            Some(value) => Ok(value),
            None => Err(no_name_in_module(module, name).into()),
        },
        Value::Super(super_) => of_super(world, super_, name),
        _ => {
            if let Some(value) = attributes::of(world, object, name) {
                return Ok(value);
            }
            let class = types::class_of(object);
            if let Some(found) = class.find(name) {
                return bound(world, found, object, class, name);
            }
            if let Value::Alias(alias) = object
                && !name.is_dunder()
                && !alias.origin.is_unset()
            {
                return get(world, &alias.origin, name);
            }
            Err(missing(object, name).into())
        }
    }
}

fn no_name_in_module(module: &crate::python::values::Module, name: Name) -> Raise {
    let text = format!(
        "module '{}' has no attribute '{}'",
        module.name.text(),
        name.text()
    );
    error::attribute_error(text)
}

/// AttributeError, which keeps the object and the name for a suggestion.
pub fn missing(object: &Value, name: Name) -> Raise {
    let text = match object {
        Value::Class(class) => {
            format!(
                "type object '{}' has no attribute '{}'",
                class.name,
                name.text()
            )
        }
        _ => format!(
            "'{}' object has no attribute '{}'",
            types::name_of(object),
            name.text()
        ),
    };
    let raise = error::attribute_error(text);
    {
        let mut fields = raise.0.fields.write();
        fields.set(names::NAME_OF, name.value());
        fields.set(names::OBJ, object.clone());
    }
    raise
}

/// An attribute of the class itself.
fn of_class(world: &'static World, class: &'static Class, name: Name) -> Answer {
    if let Some(value) = attributes::of_type(world, class, name) {
        return Ok(value);
    }
    let meta = class.meta.unwrap_or(classes().type_);
    let of_meta = class.meta.and_then(|meta| meta.find_defined(name));
    if let Some(found) = of_meta.filter(is_data_descriptor) {
        return bound(world, found, &Value::Class(class), meta, name);
    }
    let Some(found) = class.find(name) else {
        if let Some(found) = meta.find(name) {
            let object = Value::Class(class);
            return bound(world, found, &object, meta, name);
        }
        return Err(missing(&Value::Class(class), name).into());
    };
    match &found {
        Value::Wrapper(wrapper) => match &**wrapper {
            Wrapper::Static(function) => Ok(function.clone()),
            Wrapper::Class(function) => {
                let function = function.clone();
                get_bound(function, &Value::Class(class), classes().type_)
            }
            Wrapper::Slot(_) => Ok(found),
        },
        Value::Instance(instance) => match instance.class().find_defined(names::GET) {
            Some(method) => {
                let (found, class) = (found.clone(), Value::Class(class));
                later(
                    async move { types::call_method(&method, &found, vec![Value::None, class]).await },
                )
            }
            None => Ok(found),
        },
        _ => Ok(found),
    }
}

/// An attribute of the next class in line.
fn of_super(world: &'static World, super_: &Super, name: Name) -> Answer {
    if name == names::CLASS {
        return Ok(Value::Class(classes().super_));
    }
    let Some(found) = super_.object_class.find_after(super_.class, name) else {
        let object = &super_.object;
        if let Some(value) = attributes::of(world, object.inner(), name)
            && !matches!(object, Value::Class(_))
        {
            return Ok(value);
        }
        let text = format!("'super' object has no attribute '{}'", name.text());
        return Err(error::attribute_error(text).into());
    };
    // Through a class, functions stay as they are.
    if let (Value::Class(class), Some(_)) = (&super_.object, found.as_function())
        && class.derives_from(super_.class)
    {
        return Ok(found);
    }
    bound(world, found, &super_.object, super_.object_class, name)
}

/// An attribute that was found in the class of an object, as the object hands it out.
fn bound(
    world: &'static World,
    found: Value,
    object: &Value,
    class: &'static Class,
    name: Name,
) -> Answer {
    match &found {
        Value::Native(_) if name == names::NEW => Ok(found),
        Value::Function(_) | Value::Closure(_) | Value::Native(_) => {
            Ok(Method::bind(found, object.clone()))
        }
        Value::Property(property) => {
            if property.get.is_none() {
                let text = format!(
                    "property '{}' of '{}' object has no getter",
                    name.text(),
                    class.name
                );
                return Err(error::attribute_error(text).into());
            }
            tail(&property.get, [object.clone()])
        }
        Value::Wrapper(wrapper) => match &**wrapper {
            Wrapper::Static(function) => Ok(function.clone()),
            Wrapper::Class(function) => {
                let class = match object {
                    Value::Class(class) => class,
                    _ => class,
                };
                get_bound(function.clone(), &Value::Class(class), classes().type_)
            }
            Wrapper::Slot(name) => match object {
                Value::Instance(instance) => match instance.fields.read().get(*name) {
                    Some(value) => Ok(value.clone()),
                    None => Err(missing(object, *name).into()),
                },
                _ => Ok(found),
            },
        },
        Value::Instance(_) => {
            let _ = world;
            get_bound(found, object, class)
        }
        _ => Ok(found),
    }
}

/// Binds by `__get__`, if it has one.
fn get_bound(found: Value, object: &Value, class: &'static Class) -> Answer {
    match &found {
        Value::Instance(instance) => match instance.class().find_defined(names::GET) {
            Some(method) => {
                let args = vec![object.clone(), Value::Class(class)];
                later(async move { types::call_method(&method, &found, args).await })
            }
            None => Ok(found),
        },
        Value::Property(property) => tail(&property.get, [object.clone()]),
        Value::Class(_) => Ok(found),
        _ => Ok(Method::bind(found, object.clone())),
    }
}

/// What a class has, bound to an object; in a sequence.
pub async fn bind(found: Value, object: &Value, class: &'static Class) -> Result<Value> {
    match &found {
        Value::Wrapper(wrapper) => Ok(match &**wrapper {
            Wrapper::Static(function) => function.clone(),
            Wrapper::Class(function) => Method::bind(function.clone(), Value::Class(class)),
            Wrapper::Slot(_) => found,
        }),
        Value::Instance(_) | Value::Property(_) => {
            sequence::wait(get_bound(found, object, class)).await
        }
        _ => Ok(found),
    }
}

/// The function inside a staticmethod or classmethod.
pub fn unwrap(value: &Value) -> Value {
    match value {
        Value::Wrapper(wrapper) => match &**wrapper {
            Wrapper::Static(function) | Wrapper::Class(function) => function.clone(),
            Wrapper::Slot(_) => value.clone(),
        },
        _ => value.clone(),
    }
}

/// `object.name = value`.
#[inline]
pub fn set(world: &'static World, object: &Value, name: Name, value: &Value) -> Answer {
    if let Value::Instance(instance) = object {
        let watched = special::SETATTR | special::DATA_DESCRIPTOR | special::SLOTS;
        let class = instance.class();
        if !class.builtin && !class.has(watched) && name != names::CLASS && name != names::DICT {
            let old = instance.set_field(name, value.clone());
            drop(old);
            return Ok(Value::None);
        }
    }
    let class = types::class_of(object);
    if class.has(special::SETATTR)
        && let Some(method) = class.find_defined(names::SETATTR)
    {
        let (object, args) = (object.clone(), vec![name.value(), value.clone()]);
        return later(async move { types::call_method(&method, &object, args).await });
    }
    set_plainly(world, object, name, value)
}

/// As `object.__setattr__` does it.
pub fn set_plainly(world: &'static World, object: &Value, name: Name, value: &Value) -> Answer {
    match object {
        Value::Instance(instance) => {
            let class = instance.class();
            if let Some(found) = class.find(name)
                && is_data_descriptor(&found)
            {
                return set_described(found, object, class, name, value);
            }
            match (name, value) {
                (names::CLASS, Value::Class(class)) => {
                    instance.set_class(class);
                    return Ok(Value::None);
                }
                (names::DICT, Value::Dict(_)) => return set_fields(instance, value),
                _ => {}
            }
            let fixed = class.builtin || class.has(special::SLOTS);
            if fixed && !class.slots.contains(&name) {
                return Err(no_slot(object, class, name).into());
            }
            let old = instance.set_field(name, value.clone());
            drop(old);
            Ok(Value::None)
        }
        Value::Class(class) => {
            if class.builtin {
                let text = format!(
                    "cannot set '{}' attribute of immutable type '{}'",
                    name.text(),
                    class.name
                );
                return Err(error::type_error(text).into());
            }
            admit(&class.attributes, [value]);
            let old = class.attributes.write().set(name, value.clone());
            drop(old);
            class.note_change();
            Ok(Value::None)
        }
        Value::Module(module) => {
            module.set(name, value.clone());
            Ok(Value::None)
        }
        Value::Exception(exception) => {
            if let Some(found) = exception.class.find(name)
                && is_data_descriptor(&found)
            {
                return set_described(found, object, exception.class, name, value);
            }
            if !attributes::set_of_exception(exception, name, value)? {
                admit(&exception.fields, [value]);
                exception.fields.write().set(name, value.clone());
            }
            Ok(Value::None)
        }
        Value::Function(_) | Value::Closure(_) => {
            if let Some(function) = object.as_function() {
                admit(&function.attributes, [value]);
                function.attributes.write().set(name, value.clone());
            }
            Ok(Value::None)
        }
        _ => {
            let class = types::class_of(object);
            let known = class.find(name).is_some() || attributes::of(world, object, name).is_some();
            let text = if known {
                format!(
                    "'{}' object attribute '{}' is read-only",
                    class.name,
                    name.text()
                )
            } else {
                format!("'{}' object has no attribute '{}'", class.name, name.text())
            };
            Err(error::attribute_error(text).into())
        }
    }
}

fn set_fields(instance: &Arc<Instance>, value: &Value) -> Answer {
    let Value::Dict(dict) = value else {
        return Ok(Value::None);
    };
    let entries = dict.entries.get();
    let old: Vec<Name> = instance
        .fields
        .read()
        .iter()
        .map(|(name, _)| name)
        .collect();
    for name in old {
        instance.remove_field(name);
    }
    for entry in entries.iter() {
        if let Some(text) = entry.key.as_str() {
            instance.set_field(Name::new(text), entry.value.clone());
        }
    }
    Ok(Value::None)
}

fn no_slot(object: &Value, class: &'static Class, name: Name) -> Raise {
    match class.find(name) {
        Some(_) => {
            let text = format!(
                "'{}' object attribute '{}' is read-only",
                class.name,
                name.text()
            );
            error::attribute_error(text)
        }
        None => missing(object, name),
    }
}

/// Sets, or with an unset value deletes, what a data descriptor stands for.
fn set_described(
    descriptor: Value,
    object: &Value,
    class: &'static Class,
    name: Name,
    value: &Value,
) -> Answer {
    let deletes = value.is_unset();
    match &descriptor {
        Value::Property(property) => {
            let function = if deletes {
                &property.delete
            } else {
                &property.set
            };
            if function.is_none() {
                let what = if deletes { "deleter" } else { "setter" };
                let text = format!(
                    "property '{}' of '{}' object has no {what}",
                    name.text(),
                    class.name
                );
                return Err(error::attribute_error(text).into());
            }
            let mut args = vec![object.clone()];
            if !deletes {
                args.push(value.clone());
            }
            tail(function, args)
        }
        Value::Wrapper(_) => {
            let Value::Instance(instance) = object else {
                return Ok(Value::None);
            };
            let old = if deletes {
                instance.remove_field(name)
            } else {
                instance.set_field(name, value.clone())
            };
            if deletes && old.is_none() {
                return Err(error::attribute_error(name.text()).into());
            }
            Ok(Value::None)
        }
        _ => {
            let method = if deletes { names::DELETE } else { names::SET };
            let Some(function) = types::defined(&descriptor, method) else {
                return Err(error::attribute_error(method.text()).into());
            };
            let mut args = vec![object.clone()];
            if !deletes {
                args.push(value.clone());
            }
            later(async move { types::call_method(&function, &descriptor, args).await })
        }
    }
}

/// `del object.name`.
pub fn delete(world: &'static World, object: &Value, name: Name) -> Answer {
    if let Some(method) = types::defined(object, names::DELATTR) {
        let (object, args) = (object.clone(), vec![name.value()]);
        return later(async move { types::call_method(&method, &object, args).await });
    }
    delete_plainly(world, object, name)
}

/// As `object.__delattr__` does it.
pub fn delete_plainly(_world: &'static World, object: &Value, name: Name) -> Answer {
    if let Value::Instance(instance) = object
        && let Some(found) = instance.class().find(name)
        && is_data_descriptor(&found)
    {
        return set_described(found, object, instance.class(), name, &Value::Unset);
    }
    let removed = match object {
        Value::Instance(instance) => instance.remove_field(name),
        Value::Exception(exception) => exception.fields.write().remove(name),
        Value::Class(class) if !class.builtin => {
            let removed = class.attributes.write().remove(name);
            class.note_change();
            removed
        }
        Value::Module(module) => {
            let removed = module.get(name);
            module.set(name, Value::Unset);
            removed
        }
        _ => match object.as_function() {
            Some(function) => function.attributes.write().remove(name),
            None => None,
        },
    };
    match removed {
        Some(_) => Ok(Value::None),
        None => Err(missing(object, name).into()),
    }
}

/// The attribute, or None if there is none; in a sequence.
pub async fn find(world: &'static World, object: &Value, name: Name) -> Result<Option<Value>> {
    let result = sequence::wait(get(world, object, name)).await;
    error::unless(classes().attribute_error, result)
}

/// Calls `object.name(args)`, in a sequence.
pub async fn call(
    world: &'static World,
    object: &Value,
    name: Name,
    args: Vec<Value>,
) -> Result<Value> {
    let method = sequence::wait(get(world, object, name)).await?;
    sequence::call(&method, args).await
}

/// The attributes of an object as a dict: `vars(object)`, `object.__dict__`.
pub fn fields(object: &Value) -> Option<Value> {
    let entries = |map: &crate::python::names::NameMap| {
        let entries = map.iter().map(|(name, value)| (name, value.clone()));
        keys::new_dict(entries.collect())
    };
    Some(match object {
        Value::Instance(instance) if instance.class().has(special::SLOTS) => return None,
        Value::Instance(instance) => Value::Dict(instance.dict()),
        Value::Exception(exception) => entries(&exception.fields.read()),
        Value::Class(class) if class.builtin => entries(&class.fixed),
        Value::Class(class) => entries(&class.attributes.read()),
        Value::Module(module) => Value::Dict(module.dict()),
        _ => entries(&object.as_function()?.attributes.read()),
    })
}
