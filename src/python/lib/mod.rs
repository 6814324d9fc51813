//! The library: a file per module.
//!
//! [`MODULES`] names all that can be imported; the compiler refuses the others. A module is
//! made when it is first imported, anew for each run.

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

/// A table of what can be imported. Its names are apart from the functions: the compiler
/// has the former, and its module of the site nothing of the latter.
macro_rules! library {
    ($($name:literal => $make:expr,)*) => {
        /// The names of all modules, in order.
        pub const MODULES: &[&str] = &[$($name),*];

        /// The names of a module, made anew.
        pub fn module(world: &'static World, name: Name) -> Option<NameMap> {
            let make: fn(&'static World) -> NameMap = match name.text() {
                $($name => $make,)*
                _ => return None,
            };
            Some(make(world))
        }
    };
}

library! {
    "collections" => |_| collections::module(),
    "functools" => |_| functools::module(),
    "itertools" => |_| itertools::module(),
    "math" => |_| math::module(),
    "operator" => |_| operator::module(),
    "queue" => |_| queue::module(),
    "random" => random::module,
    "statistics" => |_| statistics::module(),
    "string" => |_| string::module(),
    "sys" => sys::module,
    "threading" => threading::module,
    "time" => |_| time::module(),
}

/// The stream behind `sys.stdout` or `sys.stderr`.
pub fn stream(world: &'static World, file: &Value) -> Option<Stream> {
    sys::stream(world, file)
}
