//! `class`: a class from its name, bases and the names that its body bound.

use std::sync::Arc;

use super::{Answer, Keywords, Result, World, error, keys, later, sequence, types};
use crate::python::builtins::classes;
use crate::python::names::{self, Name, NameMap};
use crate::python::values::{Class, Layout, Super, Value, Wrapper, admit, estate, linearize};

/// The class of a `class` statement, which its class of classes makes, if it has one.
pub async fn make(
    world: &'static World,
    name: String,
    bases: Vec<Value>,
    mut attributes: NameMap,
    mut keywords: Keywords,
) -> Result<Value> {
    let stated = keywords
        .iter()
        .position(|(name, _)| *name == names::METACLASS);
    let stated = stated.map(|at| keywords.remove(at).1);
    let real = real_bases(world, &bases).await?;
    if real.len() != bases.len() || !real.iter().zip(&bases).all(|(real, base)| real.is(base)) {
        attributes.set(names::ORIG_BASES, Value::tuple(bases));
    }
    let mut meta = match &stated {
        Some(Value::Class(class)) => class,
        _ => classes().type_,
    };
    for base in &real {
        let of_base = types::class_of(base);
        if of_base.derives_from(meta) {
            meta = of_base;
        } else if !meta.derives_from(of_base) {
            return Err(error::type_error(
                "metaclass conflict: the metaclass of a derived class must be a (non-strict) \
                 subclass of the metaclasses of all its bases",
            ));
        }
    }
    if std::ptr::eq(meta, classes().type_) {
        return make_of(meta, name, real, attributes, keywords).await;
    }
    let attributes = attributes.iter();
    let attributes = attributes.map(|(name, value)| (name, value.clone()));
    let attributes = keys::new_dict(attributes.collect());
    let args = vec![Value::from(name), Value::tuple(real), attributes];
    sequence::call_with(&Value::Class(meta), args, keywords).await
}

/// Makes a class of this class of classes, then tells those who want to know:
/// `__set_name__` of its attributes, `__init_subclass__` of its base.
pub async fn make_of(
    meta: &'static Class,
    name: String,
    bases: Vec<Value>,
    attributes: NameMap,
    keywords: Keywords,
) -> Result<Value> {
    let class = assemble(meta, name, classes_of(bases)?, attributes)?;
    let value = Value::Class(class);
    let own: Vec<(Name, Value)> = {
        let attributes = class.attributes.read();
        attributes
            .iter()
            .map(|(name, value)| (name, value.clone()))
            .collect()
    };
    for (name, attribute) in own {
        let args = vec![value.clone(), name.value()];
        types::special(&attribute, names::SET_NAME, args).await?;
    }
    match class.find_after(class, names::INIT_SUBCLASS) {
        Some(Value::Native(_)) | None if keywords.is_empty() => {}
        Some(Value::Native(_)) | None => {
            let text = format!(
                "{}.__init_subclass__() takes no keyword arguments",
                class.name
            );
            return Err(error::type_error(text));
        }
        Some(method) => {
            let method = super::attribute::unwrap(&method);
            sequence::call_with(&method, vec![value.clone()], keywords).await?;
        }
    }
    Ok(value)
}

/// The class of a `class` statement, whose body has run.
pub fn from_body(
    world: &'static World,
    name: &Value,
    bases: &Value,
    keywords: &Value,
    names: &Value,
) -> Answer {
    let named = |dict: &Value| -> Keywords {
        let Value::Dict(dict) = dict else {
            return Vec::new();
        };
        let entries = dict.entries.read();
        let named = entries.iter().map(|entry| {
            let name = Name::new(entry.key.as_str().unwrap_or_default());
            (name, entry.value.clone())
        });
        named.collect()
    };
    let mut attributes = NameMap::new();
    for (name, value) in named(names) {
        attributes.set(name, value);
    }
    let name = name.as_str().unwrap_or_default().to_owned();
    let bases = super::iterate::at_hand(bases).unwrap_or_default();
    let keywords = named(keywords);
    later(async move { make(world, name, bases, attributes, keywords).await })
}

/// What stands for the bases: for `list[int]` its origin, for other objects what they say
/// by `__mro_entries__`.
async fn real_bases(world: &'static World, bases: &[Value]) -> Result<Vec<Value>> {
    let all = Value::tuple(bases);
    let mut real = Vec::new();
    for base in bases {
        match base {
            Value::Alias(alias) if !alias.origin.is_unset() => real.push(alias.origin.clone()),
            _ => match types::special(base, names::MRO_ENTRIES, vec![all.clone()]).await? {
                Some(entries) => real.extend(super::iterate::collect(world, &entries).await?),
                None => real.push(base.clone()),
            },
        }
    }
    Ok(real)
}

fn classes_of(bases: Vec<Value>) -> Result<Vec<&'static Class>> {
    let mut real: Vec<&'static Class> = Vec::new();
    for base in bases {
        match &base {
            Value::Class(class) => real.push(class),
            other => {
                let name = types::name_of(other);
                let text = format!("bases must be classes, not '{name}' objects");
                return Err(error::type_error(text));
            }
        }
    }
    if real.is_empty() {
        real.push(classes().object);
    }
    Ok(real)
}

fn assemble(
    meta: &'static Class,
    name: String,
    bases: Vec<&'static Class>,
    mut attributes: NameMap,
) -> Result<&'static Class> {
    for (at, base) in bases.iter().enumerate() {
        if bases[..at].iter().any(|other| std::ptr::eq(*other, *base)) {
            return Err(error::type_error(format!(
                "duplicate base class {}",
                base.name
            )));
        }
        if base.layout == Layout::Final {
            let text = format!("type '{}' is not an acceptable base type", base.name);
            return Err(error::type_error(text));
        }
    }
    let mut layouts: Vec<Layout> = bases.iter().map(|base| base.layout).collect();
    layouts.retain(|layout| *layout != Layout::Object);
    if layouts.windows(2).any(|pair| pair[0] != pair[1]) {
        return Err(error::type_error(
            "multiple bases have instance lay-out conflict",
        ));
    }
    let Some(mro) = linearize(&bases) else {
        let names: Vec<_> = bases.iter().map(|base| base.name.as_str()).collect();
        return Err(error::type_error(format!(
            "Cannot create a consistent method resolution\norder (MRO) for bases {}",
            names.join(", ")
        )));
    };
    let module = match attributes.remove(names::MODULE) {
        Some(module) => Name::new(module.as_str().unwrap_or("__main__")),
        None => names::MAIN,
    };
    let qualified = match attributes.remove(names::QUALNAME) {
        Some(text) => text.as_str().unwrap_or_default().to_owned(),
        None => name.clone(),
    };
    let cell = attributes.remove(names::CLASS_CELL);
    if attributes.contains(names::EQ) && !attributes.contains(names::HASH) {
        attributes.set(names::HASH, Value::None);
    }
    for name in [names::INIT_SUBCLASS, names::CLASS_GETITEM, names::NEW] {
        let wrap = |function: Value| match name {
            names::NEW => Wrapper::Static(function),
            _ => Wrapper::Class(function),
        };
        if let Some(function @ (Value::Function(_) | Value::Closure(_))) =
            attributes.get(name).cloned()
        {
            attributes.set(name, Value::Wrapper(Arc::new(wrap(function))));
        }
    }
    let mut class = Class::of_program(name, qualified, module, bases, mro, attributes);
    class.slots = slots(&class)?;
    class.meta = (!std::ptr::eq(meta, classes().type_)).then_some(meta);
    let class: &'static Class = estate::keep(class);
    for name in &class.slots {
        let own = class.attributes.read().get(names::SLOTS).is_some();
        if own && !class.attributes.read().contains(*name) && *name != names::DICT {
            let slot = Value::Wrapper(Arc::new(Wrapper::Slot(*name)));
            class.attributes.write().set(*name, slot);
        }
    }
    for base in &class.bases {
        if !base.builtin {
            admit(&base.subclasses, [&Value::Class(class)]);
            base.subclasses.write().push(class);
        }
    }
    class.inspect();
    if let Some(Value::Cell(cell)) = cell {
        cell.value.put(Value::Class(class));
    }
    Ok(class)
}

/// The names of `__slots__`, and those of the bases.
fn slots(class: &Class) -> Result<Vec<Name>> {
    let Some(own) = class.own(names::SLOTS) else {
        return Ok(Vec::new());
    };
    let listed = match &own {
        Value::Str(_) => vec![own.clone()],
        _ => super::iterate::at_hand(&own).unwrap_or_default(),
    };
    let mut slots = Vec::new();
    for name in listed {
        let Some(text) = name.as_str() else {
            let name = types::name_of(&name);
            return Err(error::type_error(format!(
                "__slots__ items must be strings, not '{name}'"
            )));
        };
        if class.own(Name::new(text)).is_some() {
            let text = format!("'{text}' in __slots__ conflicts with class variable");
            return Err(error::value_error(text));
        }
        // Names with two underscores are mangled, as the compiler does it.
        let mangled = if text.starts_with("__") && !text.ends_with("__") {
            Name::new(&format!("_{}{text}", class.name.trim_start_matches('_')))
        } else {
            Name::new(text)
        };
        slots.push(mangled);
    }
    for base in &class.mro {
        slots.extend(&base.slots);
    }
    Ok(slots)
}

/// `super()`, `super(class, object)`.
pub fn super_of(class: &Value, object: &Value) -> Result<Value> {
    let Value::Class(class) = class else {
        let name = types::name_of(class);
        return Err(error::type_error(format!(
            "super() argument 1 must be a type, not {name}"
        )));
    };
    let object_class = match object {
        Value::Class(object) if object.derives_from(class) => object,
        _ => types::class_of(object),
    };
    if !object_class.derives_from(class) {
        let text = "super(type, obj): obj must be an instance or subtype of type";
        return Err(error::type_error(text));
    }
    Ok(Value::Super(Arc::new(Super {
        class,
        object: object.clone(),
        object_class,
    })))
}
