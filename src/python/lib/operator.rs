//! `operator`: the operators as functions, and functions that get items, attributes and
//! results of methods.

use std::sync::LazyLock;

use crate::python::builtins::{Table, add, numbers};
use crate::python::code::{BinaryOp, Comparison, UnaryOp};
use crate::python::machine::{
    Answer, Result, World, attribute, compare, error, item, iterate, later, operator, sequence,
    types,
};
use crate::python::names::{self, Name, NameMap};
use crate::python::values::{Method, Native, Value};

/// Rows of functions that take two operands, under two names: `add`, and `iadd` in place.
macro_rules! binary {
    ($($name:literal $in_place:literal $op:ident;)*) => {
        [$(
            ($name, "a, b, /", |world, args| {
                operator::binary(world, BinaryOp::$op, &args[0], &args[1])
            }),
            ($in_place, "a, b, /", |world, args| {
                operator::in_place(world, BinaryOp::$op, &args[0], &args[1])
            }),
        )*]
    };
}

macro_rules! comparisons {
    ($($name:literal $op:ident;)*) => {
        [$(($name, "a, b, /", |world, args| {
            compare::compare(world, Comparison::$op, &args[0], &args[1])
        })),*]
    };
}

pub fn module() -> NameMap {
    let mut module = NameMap::new();
    add(&mut module, "", BINARY);
    add(&mut module, "", COMPARISONS);
    add(&mut module, "", OTHERS);
    module
}

const BINARY: Table = &binary! {
    "add" "iadd" Add;
    "and_" "iand" And;
    "floordiv" "ifloordiv" FloorDivide;
    "lshift" "ilshift" LeftShift;
    "matmul" "imatmul" MatrixMultiply;
    "mod" "imod" Modulo;
    "mul" "imul" Multiply;
    "or_" "ior" Or;
    "pow" "ipow" Power;
    "rshift" "irshift" RightShift;
    "sub" "isub" Subtract;
    "truediv" "itruediv" Divide;
    "xor" "ixor" Xor;
};

const COMPARISONS: Table = &comparisons! {
    "eq" Equal;
    "ne" NotEqual;
    "lt" Less;
    "le" LessEqual;
    "gt" Greater;
    "ge" GreaterEqual;
};

const OTHERS: Table = &[
    ("neg", "a, /", |_, args| {
        operator::unary(UnaryOp::Negative, &args[0])
    }),
    ("pos", "a, /", |_, args| {
        operator::unary(UnaryOp::Positive, &args[0])
    }),
    ("inv", "a, /", |_, args| {
        operator::unary(UnaryOp::Invert, &args[0])
    }),
    ("invert", "a, /", |_, args| {
        operator::unary(UnaryOp::Invert, &args[0])
    }),
    ("abs", "a, /", numbers::abs),
    ("call", "obj, /, *args, **kwargs", |_, args| {
        let (function, named) = (args[0].clone(), super::class::keywords(&args[1]));
        let given = args[2..].to_vec();
        later(async move { sequence::call_with(&function, given, named).await })
    }),
    ("iconcat", "a, b, /", |world, args| {
        operator::in_place(world, BinaryOp::Add, &args[0], &args[1])
    }),
    ("length_hint", "obj, default=, /", length_hint),
    ("truth", "a, /", |world, args| {
        types::truth(world, &args[0]).map(Value::bool)
    }),
    ("not_", "a, /", |world, args| {
        let value = args[0].clone();
        later(async move { Ok(Value::bool(!types::truth_of(world, &value).await?)) })
    }),
    ("is_", "a, b, /", |_, args| Ok(args[0].is(&args[1]).into())),
    ("is_not", "a, b, /", |_, args| {
        Ok((!args[0].is(&args[1])).into())
    }),
    ("index", "a, /", |_, args| {
        let value = args[0].clone();
        later(async move {
            // An int, and not a bool.
            let number = types::index(&value).await?;
            let number = number.as_int().map(|number| number.to_integer().into());
            Ok(number.unwrap_or_default())
        })
    }),
    ("concat", "a, b, /", |world, args| {
        operator::binary(world, BinaryOp::Add, &args[0], &args[1])
    }),
    ("contains", "a, b, /", |world, args| {
        compare::contains(world, &args[0], &args[1])
    }),
    ("getitem", "a, b, /", |world, args| {
        item::get(world, &args[0], &args[1])
    }),
    ("setitem", "a, b, c, /", |world, args| {
        item::set(world, &args[0], &args[1], &args[2])
    }),
    ("delitem", "a, b, /", |world, args| {
        item::delete(world, &args[0], &args[1])
    }),
    ("countOf", "a, b, /", count_of),
    ("indexOf", "a, b, /", index_of),
    ("itemgetter", "item, /, *items", |_, args| {
        Ok(getter(&ITEMS, args))
    }),
    ("attrgetter", "attr, /, *attrs", |_, args| {
        match args.iter().find(|arg| arg.as_str().is_none()) {
            None => Ok(getter(&ATTRIBUTES, args)),
            Some(_) => Err(error::type_error("attribute name must be a string").into()),
        }
    }),
    (
        "methodcaller",
        "name, /, *args, **kwargs",
        |_, args| match args[0].as_str() {
            Some(_) => Ok(getter(&CALLER, args)),
            None => Err(error::type_error("method name must be a string").into()),
        },
    ),
];

/// An error of a container that is none.
fn check_iterable(container: &Value) -> Result<()> {
    match iterate::is_iterable(container) {
        true => Ok(()),
        false => {
            let name = types::name_of(container);
            Err(error::type_error(format!(
                "argument of type '{name}' is not iterable"
            )))
        }
    }
}

fn count_of(world: &'static World, args: &[Value]) -> Answer {
    let (values, wanted) = (args[0].clone(), args[1].clone());
    check_iterable(&values)?;
    later(async move {
        let iterator = iterate::iterator(world, &values).await?;
        let mut count = 0;
        while let Some(value) = iterate::advance(world, &iterator).await? {
            count += i64::from(compare::equal(world, &value, &wanted).await?);
        }
        Ok(Value::Int(count))
    })
}

fn index_of(world: &'static World, args: &[Value]) -> Answer {
    let (values, wanted) = (args[0].clone(), args[1].clone());
    check_iterable(&values)?;
    later(async move {
        let iterator = iterate::iterator(world, &values).await?;
        let mut index = 0;
        while let Some(value) = iterate::advance(world, &iterator).await? {
            if compare::equal(world, &value, &wanted).await? {
                return Ok(Value::Int(index));
            }
            index += 1;
        }
        Err(error::value_error("sequence.index(x): x not in sequence"))
    })
}

/// A function with what it was made with, which comes before its arguments.
fn getter(function: &'static Native, made_with: &[Value]) -> Value {
    Method::bind(Value::Native(function), Value::tuple(made_with))
}

static ITEMS: LazyLock<Native> = LazyLock::new(|| {
    Native::new("", "itemgetter", "keys, obj, /", |world, args| {
        let Value::Tuple(keys) = &args[0] else {
            return Ok(Value::None);
        };
        let object = args[1].clone();
        if let [key] = &keys[..] {
            return item::get(world, &object, key);
        }
        let keys = keys.clone();
        later(async move {
            let mut found = Vec::with_capacity(keys.len());
            for key in keys.iter() {
                found.push(item::get_later(world, &object, key).await?);
            }
            Ok(Value::tuple(found))
        })
    })
});

static ATTRIBUTES: LazyLock<Native> = LazyLock::new(|| {
    Native::new("", "attrgetter", "names, obj, /", |world, args| {
        let Value::Tuple(paths) = &args[0] else {
            return Ok(Value::None);
        };
        let (paths, object) = (paths.clone(), args[1].clone());
        later(async move {
            let mut found = Vec::with_capacity(paths.len());
            for path in paths.iter() {
                let mut value = object.clone();
                for name in path.as_str().unwrap_or_default().split('.') {
                    let answer = attribute::get(world, &value, Name::new(name));
                    value = sequence::wait(answer).await?;
                }
                found.push(value);
            }
            Ok(match found.len() {
                1 => found.remove(0),
                _ => Value::tuple(found),
            })
        })
    })
});

static CALLER: LazyLock<Native> = LazyLock::new(|| {
    Native::new("", "methodcaller", "call, obj, /", |world, args| {
        let Value::Tuple(call) = &args[0] else {
            return Ok(Value::None);
        };
        let (call, object) = (call.clone(), args[1].clone());
        later(async move {
            // The name, the keywords, the arguments.
            let name = Name::new(call[0].as_str().unwrap_or_default());
            let keywords = match &call[1] {
                Value::Dict(dict) => {
                    let entries = dict.entries.read();
                    let named = |entry: &crate::python::values::Entry| {
                        let name = Name::new(entry.key.as_str().unwrap_or_default());
                        (name, entry.value.clone())
                    };
                    entries.iter().map(named).collect()
                }
                _ => Vec::new(),
            };
            let method = sequence::wait(attribute::get(world, &object, name)).await?;
            sequence::call_with(&method, call[2..].to_vec(), keywords).await
        })
    })
});

/// How many values an iterable is likely to give.
fn length_hint(_: &'static World, args: &[Value]) -> Answer {
    let (value, default) = (args[0].clone(), args.get(1).cloned().unwrap_or_default());
    later(async move {
        let has_length = types::defined(&value, names::LEN).is_some();
        if has_length || item::length_at_once(value.inner()).is_some() {
            return Ok(Value::int(item::length(&value).await?));
        }
        let hint = types::class_of(&value).find(names::LENGTH_HINT);
        if let Some(method) = hint {
            let hint = types::call_method(&method, &value, Vec::new()).await?;
            if !matches!(hint, Value::NotImplemented) {
                return Ok(hint);
            }
        }
        Ok(match default.is_unset() {
            true => Value::Int(0),
            false => default,
        })
    })
}
