//! The library: a file per module.
//!
//! [`TABLE`] has all that can be imported; the compiler refuses the others with its names. A
//! module is made when it is first imported, anew for each run.

mod arguments;
pub mod class;
mod collections;
mod functools;
mod itertools;
mod math;
mod operator;
mod queue;
mod random;
mod statistics;
mod string;
mod sys;
mod threading;
mod time;

pub use threading::{asks_for_ends, excepthook, is_exit, raise_of, run_of};

use super::machine::{Stream, World};
use super::names::{Name, NameMap};
use super::values::Value;

/// Makes a module's names.
type Make = fn(&'static World) -> NameMap;
/// What `from module import *` binds, which the compiler has to know.
type Exported = fn() -> Vec<&'static str>;

/// What can be imported.
const TABLE: &[(&str, Make, Exported)] = &[
    ("collections", |_| collections::module(), collections::names),
    ("functools", |_| functools::module(), functools::names),
    ("itertools", |_| itertools::module(), itertools::names),
    ("math", |_| math::module(), math::names),
    ("operator", |_| operator::module(), operator::names),
    ("queue", |_| queue::module(), queue::names),
    ("random", random::module, random::names),
    ("statistics", |_| statistics::module(), statistics::names),
    ("string", |_| string::module(), string::names),
    ("sys", sys::module, Vec::new),
    ("threading", threading::module, threading::names),
    ("time", |_| time::module(), time::names),
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
