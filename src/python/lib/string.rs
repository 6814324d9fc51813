//! `_string`: the sets of characters of `string`, `capwords`, and how formats are read.

use crate::python::builtins::{Table, add};
use crate::python::machine::{Answer, World, error, types};
use crate::python::names::{Name, NameMap};
use crate::python::text::format::fields::{
    Access, DEPTH, First, Name as FieldName, Numbering, Piece, Pieces,
};
use crate::python::text::string::{case, split};
use crate::python::values::Value;

const CONSTANTS: [(&str, &str); 9] = [
    ("whitespace", " \t\n\r\x0b\x0c"),
    ("ascii_lowercase", "abcdefghijklmnopqrstuvwxyz"),
    ("ascii_uppercase", "ABCDEFGHIJKLMNOPQRSTUVWXYZ"),
    (
        "ascii_letters",
        "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ",
    ),
    ("digits", "0123456789"),
    ("hexdigits", "0123456789abcdefABCDEF"),
    ("octdigits", "01234567"),
    ("punctuation", "!\"#$%&'()*+,-./:;<=>?@[\\]^_`{|}~"),
    (
        "printable",
        "0123456789abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ!\"#$%&'()*+,-./:;<=>?@[\\]^_`{|}~ \
         \t\n\r\x0b\x0c",
    ),
];

const FUNCTIONS: Table = &[
    ("capwords", "s, sep=", capwords),
    ("field_steps", "name, /", field_steps),
    ("format_pieces", "template, /", format_pieces),
];

pub fn module() -> NameMap {
    let mut module = NameMap::new();
    for (name, text) in CONSTANTS {
        module.set(Name::new(name), Value::from(text));
    }
    add(&mut module, "", FUNCTIONS);
    module
}

fn capwords(_: &'static World, args: &[Value]) -> Answer {
    let Some(text) = args[0].as_str() else {
        return Err(error::type_error("capwords() takes a str").into());
    };
    let separator = args.get(1).and_then(Value::as_str);
    let words = match separator {
        None => split::split_space(text, -1),
        Some(separator) => split::split(text, separator, -1)?,
    };
    let words: Vec<String> = words.into_iter().map(case::capitalize).collect();
    Ok(Value::from(words.join(separator.unwrap_or(" "))))
}

/// The pieces of a template: each a text, and the name, the spec and the conversion of the
/// field after it, or three times None.
fn format_pieces(_: &'static World, args: &[Value]) -> Answer {
    let Some(template) = args[0].as_str() else {
        let name = types::name_of(&args[0]);
        return Err(error::type_error(format!("expected str, got {name}")).into());
    };
    let mut all = Vec::new();
    let mut text = String::new();
    for piece in Pieces::new(template, DEPTH)? {
        match piece? {
            Piece::Text(more) => text.push_str(more),
            Piece::Field(field) => {
                let conversion = field.conversion.map(String::from);
                all.push(Value::tuple([
                    Value::from(std::mem::take(&mut text)),
                    Value::from(field.name),
                    Value::from(field.spec),
                    conversion.map_or(Value::None, Value::from),
                ]));
            }
        }
    }
    if !text.is_empty() {
        let none = Value::None;
        all.push(Value::tuple([
            Value::from(text),
            none.clone(),
            none.clone(),
            none,
        ]));
    }
    Ok(Value::list(all))
}

/// A field's name in parts: the first, and for each of the others whether it is an attribute,
/// with its name or index.
fn field_steps(_: &'static World, args: &[Value]) -> Answer {
    let name = args[0].as_str().unwrap_or_default();
    let mut numbering = Numbering::default();
    let field = FieldName::parse(name, &mut numbering)?;
    let first = match field.first {
        First::Key(key) => Value::from(key),
        First::Index(index) => Value::int(index),
    };
    let mut rest = Vec::new();
    for access in field {
        rest.push(match access? {
            Access::Attribute(name) => Value::pair(Value::bool(true), Value::from(name)),
            Access::Key(key) => Value::pair(Value::bool(false), Value::from(key)),
            Access::Index(index) => Value::pair(Value::bool(false), Value::int(index)),
        });
    }
    Ok(Value::pair(first, Value::list(rest)))
}
