//! What every object has: the methods of `object` and `type`, and those of property.

use std::sync::Arc;

use super::Table;
use crate::python::code::{BinaryOp, Comparison, UnaryOp};
use crate::python::machine::{
    Answer, Keywords, Result, World, attribute, compare, error, item, iterate, keys, later,
    operator, sequence, text, types,
};
use crate::python::names::{self, Name};
use crate::python::values::{Instance, Layout, Property, Raise, Truth, Value};

pub const METHODS: Table = &[
    ("__init__", "self, /, *args, **kwargs", init),
    ("__new__", "cls, /, *args, **kwargs", new),
    ("__repr__", "self, /", repr),
    ("__str__", "self, /", str),
    ("__format__", "self, spec, /", format),
    ("__eq__", "self, value, /", eq),
    ("__ne__", "self, value, /", ne),
    ("__lt__", "self, value, /", lt),
    ("__le__", "self, value, /", le),
    ("__gt__", "self, value, /", gt),
    ("__ge__", "self, value, /", ge),
    ("__hash__", "self, /", hash),
    ("__getattribute__", "self, name, /", getattribute),
    ("__setattr__", "self, name, value, /", setattr),
    ("__delattr__", "self, name, /", delattr),
    ("__dir__", "self, /", dir_method),
    ("__init_subclass__", "cls, /, **kwargs", nothing),
];

pub const TYPE_METHODS: Table = &[
    ("__new__", "cls, /, *args, **kwargs", new_class),
    ("mro", "self, /", mro),
    ("__subclasses__", "self, /", subclasses),
    ("__instancecheck__", "self, instance, /", instancecheck),
    ("__subclasscheck__", "self, subclass, /", subclasscheck),
];

pub const PROPERTY_METHODS: Table = &[
    ("getter", "self, function, /", getter),
    ("setter", "self, function, /", setter),
    ("deleter", "self, function, /", deleter),
];

/// Methods that builtin types have because of what they can do; which is asked by name.
const ABLE: &[(&str, &str)] = &[
    (
        "__len__",
        "str bytes tuple list dict set frozenset range dict_keys dict_values dict_items deque",
    ),
    (
        "__getitem__",
        "str bytes tuple list dict range mappingproxy deque",
    ),
    ("__setitem__", "list dict deque"),
    ("__delitem__", "list dict deque"),
    (
        "__contains__",
        "str bytes tuple list dict set frozenset range dict_keys dict_items deque",
    ),
    (
        "__iter__",
        "str bytes tuple list dict set frozenset range dict_keys dict_values dict_items deque",
    ),
    (
        "__reversed__",
        "list dict range dict_keys dict_values dict_items deque",
    ),
    ("__add__", "int float bool str bytes tuple list deque"),
    ("__iadd__", "list deque"),
    ("__mul__", "int float bool str bytes tuple list deque"),
    ("__rmul__", "int float bool str bytes tuple list deque"),
    ("__radd__", "int float bool"),
    ("__sub__", "int float bool set frozenset"),
    ("__rsub__", "int float bool"),
    ("__truediv__", "int float bool"),
    ("__floordiv__", "int float bool"),
    ("__mod__", "int float bool str"),
    ("__pow__", "int float bool"),
    ("__and__", "int bool set frozenset"),
    ("__or__", "int bool set frozenset dict"),
    ("__xor__", "int bool set frozenset"),
    ("__lshift__", "int bool"),
    ("__rshift__", "int bool"),
    ("__neg__", "int float bool"),
    ("__pos__", "int float bool"),
    ("__abs__", "int float bool"),
    ("__invert__", "int bool"),
    ("__bool__", "int float bool NoneType"),
    ("__int__", "int float bool"),
    ("__float__", "int float bool"),
    ("__index__", "int bool"),
    ("__round__", "int float bool"),
    ("__trunc__", "int float bool"),
    (
        "__call__",
        "function builtin_function_or_method method type",
    ),
];

const ABLE_TABLE: Table = &[
    ("__len__", "self, /", len),
    ("__getitem__", "self, key, /", getitem),
    ("__setitem__", "self, key, value, /", setitem),
    ("__delitem__", "self, key, /", delitem),
    ("__contains__", "self, key, /", contains),
    ("__iter__", "self, /", iter),
    ("__reversed__", "self, /", reversed),
    ("__add__", "self, value, /", add),
    ("__iadd__", "self, value, /", iadd),
    ("__mul__", "self, value, /", mul),
    ("__rmul__", "self, value, /", mul),
    ("__radd__", "self, value, /", radd),
    ("__sub__", "self, value, /", sub),
    ("__rsub__", "self, value, /", rsub),
    ("__truediv__", "self, value, /", truediv),
    ("__floordiv__", "self, value, /", floordiv),
    ("__mod__", "self, value, /", modulo),
    ("__pow__", "self, value, /", pow),
    ("__and__", "self, value, /", and),
    ("__or__", "self, value, /", or),
    ("__xor__", "self, value, /", xor),
    ("__lshift__", "self, value, /", lshift),
    ("__rshift__", "self, value, /", rshift),
    ("__neg__", "self, /", neg),
    ("__pos__", "self, /", pos),
    ("__abs__", "self, /", super::numbers::abs),
    ("__invert__", "self, /", invert),
    ("__bool__", "self, /", bool),
    ("__int__", "self, /", super::numbers::trunc),
    ("__float__", "self, /", super::numbers::to_float),
    ("__index__", "self, /", super::numbers::trunc),
    ("__round__", "self, digits=, /", super::numbers::round),
    ("__trunc__", "self, /", super::numbers::trunc),
    ("__call__", "self, /, *args, **kwargs", call_method),
];

/// The methods of a builtin type that follow from what it can do.
pub fn able(map: &mut names::NameMap, type_name: &'static str) {
    for (name, types) in ABLE {
        if types.split(' ').any(|able| able == type_name) {
            let entry = ABLE_TABLE.iter().position(|(entry, ..)| entry == name);
            if let Some(at) = entry {
                super::add(map, type_name, &ABLE_TABLE[at..=at]);
            }
        }
    }
}

/// A method that was called on an object of another type.
pub fn wrong_self(owner: &str, found: Option<&Value>) -> Raise {
    match found {
        Some(value) => error::type_error(format!(
            "descriptor requires a '{owner}' object but received a '{}'",
            types::name_of(value)
        )),
        None => error::type_error(format!("unbound method of '{owner}' needs an argument")),
    }
}

fn init(_: &'static World, args: &[Value]) -> Answer {
    // Arguments before the rest: the object and the keywords.
    let extra = args.len() > 2 || matches!(&args[1], Value::Dict(dict) if !dict.is_empty());
    if let (true, Value::Instance(instance)) = (extra, &args[0]) {
        let class = instance.class();
        let own_new = class.find_defined(names::NEW).is_some();
        if instance.inner.is_unset() && (!own_new || class.find_defined(names::INIT).is_some()) {
            let text = format!(
                "{}.__init__() takes exactly one argument (the instance to initialize)",
                if class.find_defined(names::INIT).is_some() {
                    "object"
                } else {
                    &class.name
                }
            );
            return Err(error::type_error(text).into());
        }
    }
    if let Value::Exception(exception) = &args[0] {
        exception.args.put(Value::tuple(args[2..].to_vec()));
    }
    if let Value::Instance(instance) = &args[0] {
        return super::construct::fill(&instance.inner, &args[2..]);
    }
    Ok(Value::None)
}

fn new(world: &'static World, args: &[Value]) -> Answer {
    let Value::Class(class) = &args[0] else {
        return Err(error::type_error("object.__new__(X): X is not a type object").into());
    };
    let given = args[2..].to_vec();
    match class.layout {
        Layout::Object if !class.builtin => {
            super::construct::abstract_check(class)?;
            if given.is_empty() || class.find_defined(names::INIT).is_some() {
                let instance = Instance::new(class, Value::Unset, world.serial());
                return Ok(Value::Instance(instance));
            }
            let text = "object.__new__() takes exactly one argument (the type to instantiate)";
            Err(error::type_error(text).into())
        }
        _ => super::construct::bare(world, class, given, Vec::new()),
    }
}

fn nothing(_: &'static World, _: &[Value]) -> Answer {
    Ok(Value::None)
}

fn repr(world: &'static World, args: &[Value]) -> Answer {
    match &args[0] {
        Value::Instance(instance) if instance.inner.is_unset() => Ok(Value::from(format!(
            "<{}.{} object at 0x{:x}>",
            instance.class().module.text(),
            instance.class().qualified,
            world.identity(&args[0])
        ))),
        value => text::repr_builtin(world, value),
    }
}

fn str(world: &'static World, args: &[Value]) -> Answer {
    match &args[0] {
        Value::Exception(exception) => text::exception_text(world, exception),
        Value::Instance(instance) if !instance.inner.is_unset() => {
            text::str(world, &instance.inner)
        }
        value => text::repr(world, value),
    }
}

fn format(world: &'static World, args: &[Value]) -> Answer {
    let spec = args[1].as_str().unwrap_or_default();
    if spec.is_empty() {
        return text::str(world, &args[0]);
    }
    text::format(world, args[0].inner(), spec)
}

/// A comparison of builtin types; NotImplemented where they have none.
fn compared(world: &'static World, op: Comparison, args: &[Value]) -> Answer {
    let (a, b) = (args[0].inner(), args[1].inner());
    let instance = matches!(a, Value::Instance(_) | Value::Exception(_));
    if instance {
        return Ok(match op {
            Comparison::Equal if a.is(b) => Value::Bool(Truth::True),
            _ => Value::NotImplemented,
        });
    }
    if a.as_int().is_some() {
        return match b.as_int() {
            Some(_) => compare::compare(world, op, a, b),
            None => Ok(Value::NotImplemented),
        };
    }
    let same = types::class_of(a).layout == types::class_of(b).layout || number(a) && number(b);
    let layout = types::class_of(a).layout;
    if !same || matches!(layout, Layout::Final | Layout::Type) && !a.is(b) {
        return Ok(Value::NotImplemented);
    }
    compare::compare(world, op, a, b)
}

fn number(value: &Value) -> bool {
    value.as_int().is_some() || matches!(value, Value::Float(_))
}

fn ne(world: &'static World, args: &[Value]) -> Answer {
    if let Some(method) = types::defined(&args[0], names::EQ) {
        let args = args.to_vec();
        return later(async move {
            let equal = types::call_method(&method, &args[0], vec![args[1].clone()]).await?;
            match equal {
                Value::NotImplemented => Ok(equal),
                equal => Ok(Value::bool(!types::truth_of(world, &equal).await?)),
            }
        });
    }
    compared(world, Comparison::NotEqual, args)
}

macro_rules! comparisons {
    ($($name:ident = $op:ident,)*) => {
        $(fn $name(world: &'static World, args: &[Value]) -> Answer {
            compared(world, Comparison::$op, args)
        })*
    };
}

comparisons! {
    eq = Equal,
    lt = Less,
    le = LessEqual,
    gt = Greater,
    ge = GreaterEqual,
}

/// An operator of builtin types; NotImplemented where they have none.
fn operated(world: &'static World, op: BinaryOp, a: &Value, b: &Value) -> Answer {
    if a.as_int().is_some() && !matches!(op, BinaryOp::Multiply) && b.as_int().is_none() {
        return Ok(Value::NotImplemented);
    }
    match (operator::plain(world, op, a.inner(), b.inner()), op) {
        (Some(answer), _) => answer,
        // Sequences know no other that may add itself to them.
        (None, BinaryOp::Add) if is_sequence(a) => Err(operator::unsupported(op, a, b).into()),
        (None, _) => Ok(Value::NotImplemented),
    }
}

fn is_sequence(value: &Value) -> bool {
    matches!(
        value.inner(),
        Value::Str(_) | Value::Bytes(_) | Value::List(_) | Value::Tuple(_)
    )
}

macro_rules! operators {
    ($($name:ident = $op:ident,)*) => {
        $(fn $name(world: &'static World, args: &[Value]) -> Answer {
            operated(world, BinaryOp::$op, &args[0], &args[1])
        })*
    };
}

operators! {
    add = Add,
    mul = Multiply,
    sub = Subtract,
    truediv = Divide,
    floordiv = FloorDivide,
    modulo = Modulo,
    pow = Power,
    and = And,
    or = Or,
    xor = Xor,
    lshift = LeftShift,
    rshift = RightShift,
}

fn radd(world: &'static World, args: &[Value]) -> Answer {
    operated(world, BinaryOp::Add, &args[1], &args[0])
}

fn rsub(world: &'static World, args: &[Value]) -> Answer {
    operated(world, BinaryOp::Subtract, &args[1], &args[0])
}

fn iadd(world: &'static World, args: &[Value]) -> Answer {
    operator::in_place(world, BinaryOp::Add, args[0].inner(), &args[1])
}

fn neg(_: &'static World, args: &[Value]) -> Answer {
    operator::unary(UnaryOp::Negative, args[0].inner())
}

fn pos(_: &'static World, args: &[Value]) -> Answer {
    operator::unary(UnaryOp::Positive, args[0].inner())
}

fn invert(_: &'static World, args: &[Value]) -> Answer {
    operator::unary(UnaryOp::Invert, args[0].inner())
}

fn bool(world: &'static World, args: &[Value]) -> Answer {
    types::truth(world, args[0].inner()).map(Value::bool)
}

fn len(_: &'static World, args: &[Value]) -> Answer {
    let value = args[0].inner().clone();
    match item::length_at_once(&value) {
        Some(length) => Ok(Value::int(length)),
        None => later(async move { Ok(Value::int(item::length(&value).await?)) }),
    }
}

fn getitem(world: &'static World, args: &[Value]) -> Answer {
    item::get(world, args[0].inner(), &args[1])
}

fn setitem(world: &'static World, args: &[Value]) -> Answer {
    item::set(world, args[0].inner(), &args[1], &args[2])
}

fn delitem(world: &'static World, args: &[Value]) -> Answer {
    item::delete_builtin(world, args[0].inner(), &args[1])
}

fn contains(world: &'static World, args: &[Value]) -> Answer {
    compare::contains(world, args[0].inner(), &args[1])
}

fn iter(world: &'static World, args: &[Value]) -> Answer {
    iterate::iterator_of(world, args[0].inner())
}

fn reversed(_: &'static World, args: &[Value]) -> Answer {
    iterate::reversed(args[0].inner())
}

fn call_method(world: &'static World, args: &[Value]) -> Answer {
    let (function, named) = (args[0].clone(), named(&args[1]));
    let given = args[2..].to_vec();
    // A class of classes that makes instances otherwise asks for this.
    if let Value::Class(class) = function {
        return super::construct::instance(world, class, given, named);
    }
    later(async move { sequence::call_with(&function, given, named).await })
}

/// The keywords in a dict.
fn named(dict: &Value) -> Keywords {
    let Value::Dict(dict) = dict else {
        return Keywords::new();
    };
    let entries = dict.entries.read();
    let named = entries.iter().map(|entry| {
        let name = Name::new(entry.key.as_str().unwrap_or_default());
        (name, entry.value.clone())
    });
    named.collect()
}

fn hash(world: &'static World, args: &[Value]) -> Answer {
    match &args[0] {
        Value::Instance(instance) if instance.inner.is_unset() => {
            Ok(Value::Int(instance.serial as i64))
        }
        value => {
            let value = value.inner().clone();
            later(async move { Ok(Value::Int(keys::hash(world, &value).await?)) })
        }
    }
}

fn name_of(value: &Value) -> Result<Name> {
    match value.as_str() {
        Some(text) => Ok(Name::new(text)),
        None => Err(error::type_error(format!(
            "attribute name must be string, not '{}'",
            types::name_of(value)
        ))),
    }
}

fn getattribute(world: &'static World, args: &[Value]) -> Answer {
    attribute::get_plainly(world, &args[0], name_of(&args[1])?)
}

fn setattr(world: &'static World, args: &[Value]) -> Answer {
    attribute::set_plainly(world, &args[0], name_of(&args[1])?, &args[2])
}

fn delattr(world: &'static World, args: &[Value]) -> Answer {
    attribute::delete_plainly(world, &args[0], name_of(&args[1])?)
}

fn dir_method(_: &'static World, args: &[Value]) -> Answer {
    Ok(Value::list(
        dir(&args[0]).into_iter().map(Value::from).collect(),
    ))
}

/// The names of all attributes of an object.
pub fn dir(object: &Value) -> Vec<&'static str> {
    let mut found = Vec::new();
    let mut add = |name: Name| {
        let text = name.text();
        if !found.contains(&text) {
            found.push(text);
        }
    };
    match object {
        Value::Instance(instance) => instance
            .fields
            .read()
            .iter()
            .for_each(|(name, _)| add(name)),
        Value::Exception(exception) => exception
            .fields
            .read()
            .iter()
            .for_each(|(name, _)| add(name)),
        Value::Module(module) => module.entries().into_iter().for_each(|(name, _)| add(name)),
        _ => {}
    }
    let class = match object {
        Value::Class(class) => class,
        Value::Module(_) => return found,
        _ => types::class_of(object),
    };
    for class in class.line() {
        if class.builtin {
            class.fixed.iter().for_each(|(name, _)| add(name));
        } else {
            class
                .attributes
                .read()
                .iter()
                .for_each(|(name, _)| add(name));
        }
    }
    for name in [names::CLASS, names::DOC] {
        add(name);
    }
    if matches!(object, Value::Instance(_)) {
        add(names::DICT);
        add(names::MODULE);
    }
    found
}

fn mro(_: &'static World, args: &[Value]) -> Answer {
    let Value::Class(class) = &args[0] else {
        return Err(wrong_self("type", args.first()).into());
    };
    Ok(Value::list(class.line().map(Value::Class).collect()))
}

fn subclasses(_: &'static World, args: &[Value]) -> Answer {
    let Value::Class(class) = &args[0] else {
        return Err(wrong_self("type", args.first()).into());
    };
    if class.builtin {
        return Ok(Value::list(Vec::new()));
    }
    let subclasses = class.subclasses.get();
    Ok(Value::list(
        subclasses.into_iter().map(Value::Class).collect(),
    ))
}

fn instancecheck(_: &'static World, args: &[Value]) -> Answer {
    Ok(Value::bool(types::is_instance(&args[1], &args[0])?))
}

fn subclasscheck(_: &'static World, args: &[Value]) -> Answer {
    let Value::Class(class) = &args[1] else {
        return Err(error::type_error("issubclass() arg 1 must be a class").into());
    };
    let is = types::is_subclass_of(class, &args[0], "issubclass() arg 2 must be a class");
    Ok(Value::bool(is?))
}

/// `type.__new__(metaclass, name, bases, attributes)`.
fn new_class(world: &'static World, args: &[Value]) -> Answer {
    let Value::Class(meta) = &args[0] else {
        return Err(wrong_self("type", args.first()).into());
    };
    super::construct::new_class(world, Some(meta), &args[2..], named(&args[1]))
}

/// The property with some of its functions replaced.
fn with(args: &[Value], change: impl FnOnce(&mut Property, Value)) -> Answer {
    let Value::Property(property) = &args[0] else {
        return Err(wrong_self("property", args.first()).into());
    };
    let mut changed = Property {
        get: property.get.clone(),
        set: property.set.clone(),
        delete: property.delete.clone(),
        doc: property.doc.clone(),
    };
    change(&mut changed, args[1].clone());
    Ok(Value::Property(Arc::new(changed)))
}

fn getter(_: &'static World, args: &[Value]) -> Answer {
    with(args, |property, function| property.get = function)
}

fn setter(_: &'static World, args: &[Value]) -> Answer {
    with(args, |property, function| property.set = function)
}

fn deleter(_: &'static World, args: &[Value]) -> Answer {
    with(args, |property, function| property.delete = function)
}
