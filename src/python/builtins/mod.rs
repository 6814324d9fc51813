//! What is there without an import: functions and types.
//!
//! A file per family: its functions, and the methods of its types, each family with a table
//! of names, arguments and functions, in CPython's notation (see
//! [`Takes`](super::values::Takes)).

pub mod attributes;
mod bytes;
mod classes;
pub mod construct;
pub mod deques;
pub mod dicts;
mod exceptions;
pub mod formatting;
mod functions;
mod generators;
mod iteration;
mod lists;
pub mod numbers;
mod objects;
pub mod sets;
pub mod slices;
pub mod strings;
mod tuples;

use std::collections::BTreeMap;
use std::sync::{LazyLock, Mutex, PoisonError};

pub use classes::{Classes, classes};
pub use numbers::float_of;

use super::code::forever;
use super::machine::World;
use super::names::{self, Name, NameMap};
use super::text::suggest;
use super::values::{Exception, Native, Run, Value};

/// Names of functions, what they take, and the functions.
pub type Table = &'static [Row];
pub type Row = (&'static str, &'static str, Run);

/// Adds a table's functions to a map, as methods of a type, or of nothing.
pub fn add(map: &mut NameMap, owner: &'static str, table: Table) {
    for row in table {
        map.set(Name::new(row.0), native(owner, *row));
    }
}

/// The function of a row, which is made once for the process.
pub fn native(owner: &'static str, (name, takes, run): Row) -> Value {
    type Key = (usize, [(usize, usize); 3]);
    static MADE: Mutex<BTreeMap<Key, &'static Native>> = Mutex::new(BTreeMap::new());
    let place = |text: &'static str| (text.as_ptr().addr(), text.len());
    let key = (run as usize, [owner, name, takes].map(place));
    let mut made = MADE.lock().unwrap_or_else(PoisonError::into_inner);
    let make = || forever(Native::new(owner, name, takes, run));
    Value::Native(made.entry(key).or_insert_with(make))
}

/// All builtin names.
pub fn names() -> &'static NameMap {
    static NAMES: LazyLock<NameMap> = LazyLock::new(|| {
        let mut map = NameMap::new();
        add(&mut map, "", functions::TABLE);
        add(&mut map, "", iteration::TABLE);
        add(&mut map, "", numbers::TABLE);
        for (name, class) in classes().public() {
            map.set(Name::new(name), Value::Class(class));
        }
        map.set(Name::new("NotImplemented"), Value::NotImplemented);
        map.set(Name::new("Ellipsis"), Value::Ellipsis);
        map.set(Name::new("__debug__"), Value::bool(true));
        map
    });
    &NAMES
}

/// The name that may be meant, of a NameError or an AttributeError.
pub fn suggest(world: &'static World, exception: &Exception) -> Option<String> {
    let fields = exception.fields.read();
    let name = fields.get(names::NAME_OF)?.as_str()?.to_owned();
    let find = |mut candidates: Vec<&'static str>| {
        candidates.retain(|candidate| *candidate != name);
        suggest::suggest(&name, candidates.into_iter()).map(str::to_owned)
    };
    if let Some(object) = fields.get(names::OBJ) {
        let mut candidates = objects::dir(object);
        candidates.sort_unstable();
        return find(candidates);
    }
    if !exception.class.derives_from(classes().name_error) {
        return None;
    }
    let place = exception.traceback.read().first().copied();
    let locals = place.map(|place| place.code.locals().map(Name::text).collect());
    let globals = world
        .main
        .entries()
        .into_iter()
        .map(|(name, _)| name.text())
        .collect();
    let constants = ["False", "None", "True"];
    let builtins = self::names().iter().map(|(name, _)| name.text());
    let builtins = builtins.chain(constants).collect();
    let turns: [Vec<&'static str>; 3] = [locals.unwrap_or_default(), globals, builtins];
    if name == "self" {
        return None;
    }
    turns.into_iter().find_map(find)
}
