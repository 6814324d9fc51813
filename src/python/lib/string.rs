//! `string`: sets of characters, and `capwords`.

use crate::python::builtins::{Table, add};
use crate::python::machine::{Answer, World, error};
use crate::python::names::{Name, NameMap};
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

const FUNCTIONS: Table = &[("capwords", "s, sep=", capwords)];

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
