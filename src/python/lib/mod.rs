//! The library: a file per module.
//!
//! [`modules`] names all that can be imported; the compiler refuses the others. A module is
//! made when it is first imported, anew for each run.

mod arguments;
mod bisect;
pub mod class;
mod collections;
mod functools;
mod futures;
mod hash;
mod heap;
mod itertools;
pub mod machine;
mod math;
mod network;
mod objects;
mod operator;
mod processes;
mod queue;
mod random;
mod regex;
mod statistics;
mod string;
mod sys;
mod threading;
mod time;

pub use futures::{begin_process_of_pool, call_back, call_handed_on, call_of_job};
pub use objects::read_only;
pub use processes::{
    begin_process, is_of_processes, pickling_error, run_of_process, tell_end_of_process,
};
pub use threading::{asks_for_ends, excepthook, is_exit, is_thread, raise_of, run_of, worker};

use super::machine::{Stream, World};
use super::names::{Name, NameMap};
use super::values::{Module, Value};

/// What makes the modules that a run can import: those that are known by name.
pub type Library = fn(&'static World, Name) -> Option<NameMap>;

/// A table of what can be imported. Its names are apart from the functions: the compiler
/// has the former, and its module of the site nothing of the latter.
macro_rules! library {
    ($names:ident, $make_one:ident: $($name:literal => $make:expr,)*) => {
        pub const $names: &[&str] = &[$($name),*];

        /// The names of a module, made anew.
        pub fn $make_one(world: &'static World, name: Name) -> Option<NameMap> {
            let make: fn(&'static World) -> NameMap = match name.text() {
                $($name => $make,)*
                _ => return None,
            };
            Some(make(world))
        }
    };
}

library! { OFFERED, offered:
    "bisect" => |_| bisect::module(),
    "concurrent" => futures::package,
    "concurrent.futures" => futures::module,
    "concurrent.futures.thread" => futures::thread_module,
    "itertools" => |_| itertools::module(),
    "math" => |_| math::module(),
    "operator" => |_| operator::module(),
    "queue" => |_| queue::module(),
    "random" => random::module,
    "sys" => sys::module,
    "threading" => |_| threading::module(),
    "time" => |_| time::module(),
}

// What modules that are written in Python may import, and programs may not.
library! { INNER, inner:
    "_collections" => |_| collections::module(),
    "_functools" => |_| functools::module(),
    "_hashlib" => |_| hash::module(),
    "_heapq" => |_| heap::module(),
    "_machine" => |_| machine::module(),
    "_multiprocessing" => |_| processes::module(),
    "_re" => |_| regex::module(),
    "_statistics" => |_| statistics::module(),
    "_string" => |_| string::module(),
}

/// The whole library.
pub fn whole(world: &'static World, name: Name) -> Option<NameMap> {
    offered(world, name).or_else(|| inner(world, name))
}

/// The names of the modules that programs can import, in order; but for those that are
/// written in Python, which the compiler has.
pub fn modules() -> Vec<&'static str> {
    let mut all = OFFERED.to_vec();
    all.sort_unstable();
    all
}

/// What a run that imports a module gets with it.
pub fn begin(world: &'static World, module: &Module) {
    match module.name.text() {
        "threading" => threading::begin(world, module),
        "_multiprocessing" => processes::begin(world, module),
        _ => {}
    }
}

/// What the program has put in the place of `sys.stdout`.
pub fn replaced_stdout(world: &'static World) -> Option<Value> {
    sys::replaced_stdout(world)
}

/// The stream behind `sys.stdout` or `sys.stderr`.
pub fn stream(world: &'static World, file: &Value) -> Option<Stream> {
    sys::stream(world, file)
}
