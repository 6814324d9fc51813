//! The library: a file per module.
//!
//! [`MODULES`] names all that can be imported; the compiler refuses the others with this
//! list. A module is made of a table of functions and of values when it is first imported.

mod math;
mod sys;

use super::machine::{Answer, Keywords, Result, Stream, World};
use super::names::{Name, NameMap};
use super::values::{Class, Value};

/// What can be imported.
pub const MODULES: &[&str] = &["math", "sys"];

/// The names of a module, made anew for each run.
pub fn module(world: &'static World, name: Name) -> Option<NameMap> {
    Some(match name.text() {
        "math" => math::module(),
        "sys" => sys::module(world),
        _ => return None,
    })
}

/// What `from module import *` may bind, as far as the compiler has to know.
pub fn exported(module: &str) -> Vec<&'static str> {
    match module {
        "math" => math::names(),
        _ => Vec::new(),
    }
}

/// The stream behind `sys.stdout` or `sys.stderr`.
pub fn stream(world: &'static World, file: &Value) -> Option<Stream> {
    sys::stream(world, file)
}

/// The methods by which a class counts as one of an abstract class, if that is how.
pub fn protocol(_name: &str, _module: Name) -> Option<&'static [Name]> {
    None
}

/// What a class is replaced by when it is made, of those with a meaning of their own.
pub async fn finish_class(_world: &'static World, _class: &'static Class) -> Result<Option<Value>> {
    Ok(None)
}

/// A call of a class that has a meaning of its own.
pub fn call_class(
    _world: &'static World,
    _class: &'static Class,
    _args: &[Value],
    _keywords: &Keywords,
) -> Option<Answer> {
    None
}

/// `Class[key]` of a class with a meaning of its own.
pub fn class_item(_world: &'static World, _class: &'static Class, _key: &Value) -> Option<Answer> {
    None
}

/// Whether `Class[T]` is a type hint.
pub fn is_generic(_class: &Class) -> bool {
    false
}

/// `iter(Class)`.
pub fn iterate_class(_world: &'static World, _class: &'static Class) -> Option<Value> {
    None
}

/// `len(Class)`.
pub fn class_length(_world: &'static World, _class: &'static Class) -> Option<usize> {
    None
}
