//! cmp_to_key and total_ordering.

use std::sync::LazyLock;

use super::super::class::{field, set_field, this};
use super::instance;
use crate::python::builtins::Table;
use crate::python::code::Comparison;
use crate::python::machine::{
    Answer, Result, World, attribute, compare, error, later, sequence, types,
};
use crate::python::names::{self, Name};
use crate::python::values::{Class, Method, Native, Value};

pub const FUNCTIONS: Table = &[
    ("cmp_to_key", "mycmp", |_, args| {
        Ok(Method::bind(Value::Native(&MAKE_KEY), args[0].clone()))
    }),
    ("total_ordering", "cls, /", total_ordering),
];

/// The class of keys that compare by a function.
pub const KEY: &str = "KeyWrapper";

static MAKE_KEY: LazyLock<Native> = LazyLock::new(|| {
    Native::new("", "K", "mycmp, obj, /", |world, args| {
        let key = instance(world, KEY)?;
        set_field(&key, "cmp", args[0].clone());
        set_field(&key, "obj", args[1].clone());
        Ok(Value::Instance(key))
    })
});

pub const KEY_METHODS: Table = &[
    ("__lt__", "self, other, /", |world, args| {
        by_function(world, args, Comparison::Less)
    }),
    ("__le__", "self, other, /", |world, args| {
        by_function(world, args, Comparison::LessEqual)
    }),
    ("__gt__", "self, other, /", |world, args| {
        by_function(world, args, Comparison::Greater)
    }),
    ("__ge__", "self, other, /", |world, args| {
        by_function(world, args, Comparison::GreaterEqual)
    }),
    ("__eq__", "self, other, /", |world, args| {
        by_function(world, args, Comparison::Equal)
    }),
];

fn by_function(world: &'static World, args: &[Value], op: Comparison) -> Answer {
    let key = this(args)?;
    let Value::Instance(other) = &args[1] else {
        return Err(error::type_error("other argument must be K instance").into());
    };
    let (function, pair) = (
        field(key, "cmp"),
        vec![field(key, "obj"), field(other, "obj")],
    );
    later(async move {
        let order = sequence::call(&function, pair).await?;
        sequence::wait(compare::compare(world, op, &order, &Value::Int(0))).await
    })
}

/// How one comparison follows from another.
#[derive(Clone, Copy)]
enum Follows {
    Not,
    NotAndUnequal,
    NotOrEqual,
    AndUnequal,
    OrEqual,
}

macro_rules! derived {
    ($($name:ident $text:literal from $root:ident: $how:ident;)*) => {
        [$((names::$root, names::$name, LazyLock::new(|| {
            Native::new("", $text, "self, other, /", |world, args| {
                derived(world, args, names::$root, Follows::$how)
            })
        }))),*]
    };
}

type Derived = (Name, Name, LazyLock<Native>);

/// In the order in which a class's own comparison is preferred.
static DERIVED: [Derived; 12] = derived! {
    GT "__gt__" from LT: NotAndUnequal;
    LE "__le__" from LT: OrEqual;
    GE "__ge__" from LT: Not;
    GE "__ge__" from LE: NotOrEqual;
    LT "__lt__" from LE: AndUnequal;
    GT "__gt__" from LE: Not;
    LT "__lt__" from GT: NotAndUnequal;
    GE "__ge__" from GT: OrEqual;
    LE "__le__" from GT: Not;
    LE "__le__" from GE: NotOrEqual;
    GT "__gt__" from GE: AndUnequal;
    LT "__lt__" from GE: Not;
};

fn derived(world: &'static World, args: &[Value], root: Name, how: Follows) -> Answer {
    let (a, b) = (args[0].clone(), args[1].clone());
    later(async move {
        let result = types::special(&a, root, vec![b.clone()]).await?;
        let result = result.unwrap_or(Value::NotImplemented);
        if matches!(result, Value::NotImplemented) {
            return Ok(result);
        }
        let holds = types::truth_of(world, &result).await?;
        Ok(Value::bool(match how {
            Follows::Not => !holds,
            Follows::NotAndUnequal => !holds && !compare::equal(world, &a, &b).await?,
            Follows::NotOrEqual => !holds || compare::equal(world, &a, &b).await?,
            Follows::AndUnequal => holds && !compare::equal(world, &a, &b).await?,
            Follows::OrEqual => holds || compare::equal(world, &a, &b).await?,
        }))
    })
}

/// The comparison that the class defines, the preferred one of several.
fn root_of(class: &'static Class) -> Option<Name> {
    let mut roots = DERIVED.iter().map(|(root, _, _)| *root);
    roots.find(|root| class.find_defined(*root).is_some())
}

fn total_ordering(world: &'static World, args: &[Value]) -> Answer {
    let Value::Class(class) = args[0] else {
        return Err(error::type_error("total_ordering() takes a class").into());
    };
    let Some(root) = root_of(class) else {
        let text = "must define at least one ordering operation: < > <= >=";
        return Err(error::value_error(text).into());
    };
    later(async move { complete(world, class, root).await })
}

async fn complete(world: &'static World, class: &'static Class, root: Name) -> Result<Value> {
    let object = Value::Class(class);
    for (from, name, native) in &DERIVED {
        if *from == root && class.find_defined(*name).is_none() {
            sequence::wait(attribute::set(
                world,
                &object,
                *name,
                &Value::Native(native),
            ))
            .await?;
        }
    }
    Ok(object)
}
