//! The library: a file per module.
//!
//! [`TABLE`] has all that can be imported; the compiler refuses the others with its names. A
//! module is made when it is first imported, anew for each run.

mod arguments;
mod class;
mod functools;
mod itertools;
mod math;
mod operator;
mod random;
mod statistics;
mod string;
mod sys;

use super::machine::{Stream, World};
use super::names::{Name, NameMap};
use super::values::Value;

/// Makes a module's names.
type Make = fn(&'static World) -> NameMap;
/// What `from module import *` binds, which the compiler has to know.
type Exported = fn() -> Vec<&'static str>;

/// What can be imported.
const TABLE: &[(&str, Make, Exported)] = &[
    ("functools", |_| functools::module(), functools::names),
    ("itertools", |_| itertools::module(), itertools::names),
    ("math", |_| math::module(), math::names),
    ("operator", |_| operator::module(), operator::names),
    ("random", random::module, random::names),
    ("statistics", |_| statistics::module(), statistics::names),
    ("string", |_| string::module(), string::names),
    ("sys", sys::module, Vec::new),
];

/// The names of all modules, in order.
pub fn modules() -> impl Iterator<Item = &'static str> {
    TABLE.iter().map(|(name, ..)| *name)
}

/// The names of a module, made anew.
pub fn module(world: &'static World, name: Name) -> Option<NameMap> {
    let row = TABLE.iter().find(|(module, ..)| *module == name.text());
    row.map(|(_, make, _)| make(world))
}

/// What `from module import *` binds.
pub fn exported(module: &str) -> Vec<&'static str> {
    let row = TABLE.iter().find(|(name, ..)| *name == module);
    row.map(|(.., names)| names()).unwrap_or_default()
}

/// The stream behind `sys.stdout` or `sys.stderr`.
pub fn stream(world: &'static World, file: &Value) -> Option<Stream> {
    sys::stream(world, file)
}
