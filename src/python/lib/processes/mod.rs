//! `_multiprocessing`: processes, and what they share. Programs have it as
//! `multiprocessing`, which is written in Python.
//!
//! CPython 3.11's behaviour on Linux (`Lib/multiprocessing/`), where a process begins as a copy
//! of the one that starts it. The primitives are those of `threading`, over the same engine:
//! a process is a thread of the run with a memory of its own.

mod managed;
mod process;
mod queue;
mod shared;
mod synchronize;

use std::sync::LazyLock;

pub use process::{begin_process, run_of_process, tell_end_of_process};

use super::class;
use super::threading::exception_class;
use crate::python::builtins::{Table, add, classes, native};
use crate::python::machine::World;
use crate::python::machine::copying::pickle::{pickle, unpickle};
use crate::python::names::{Name, NameMap};
use crate::python::values::{Class, Module, Property, Run, Value};

/// Processors that a program finds, on every machine: what it does must not hang on that.
pub const PROCESSORS: i64 = 4;

/// Where CPython has the classes that processes share.
const SYNCHRONIZE: &str = "multiprocessing.synchronize";

pub fn module() -> NameMap {
    let mut map = NameMap::new();
    add(&mut map, "", FUNCTIONS);
    add(&mut map, "", process::FUNCTIONS);
    let process = process::class();
    let mut all = vec![process];
    all.extend(synchronize::classes());
    all.extend(queue::classes());
    all.extend(shared::classes());
    all.push(managed::class());
    all.push(super::futures::workers(classes().object));
    all.extend([process_error(), timeout_error(), pickling_error()]);
    for class in all {
        map.set(Name::new(&class.name), Value::Class(class));
    }
    map
}

const FUNCTIONS: Table = &[
    ("getpid", "", |world, _| Ok(process::pid_of(world.process))),
    ("getppid", "", |world, _| {
        Ok(match world.parent {
            Some(parent) => process::pid_of(parent.process),
            None => Value::Int(process::FIRST - 1),
        })
    }),
    ("next_process", "", |world, _| {
        Ok(Value::Int(world.next_process().into()))
    }),
    ("cpu_count", "", |_, _| Ok(Value::Int(PROCESSORS))),
    // A copy that can be handed on, and what another process makes of it.
    ("pickled", "object, /", |world, args| {
        Ok(pickle(world, &args[0])?)
    }),
    ("unpickled", "object, /", |world, args| {
        Ok(unpickle(world, &args[0])?)
    }),
];

/// Makes the object of the first process.
pub fn begin(world: &'static World, module: &Module) {
    if let Some(Value::Class(class)) = module.get(Name::new("Process")) {
        world.set_process_object(process::main(world, class));
    }
}

macro_rules! exceptions {
    ($($function:ident = $name:literal in $module:literal, $base:expr;)*) => {
        $(pub fn $function() -> &'static Class {
            static CLASS: LazyLock<&'static Class> =
                LazyLock::new(|| exception_class($name, $module, $base));
            &CLASS
        })*
    };
}

exceptions! {
    process_error = "ProcessError" in "multiprocessing.context", classes().exception;
    timeout_error = "TimeoutError" in "multiprocessing.context", process_error();
    pickling_error = "PicklingError" in "_pickle", classes().exception;
}

/// Whether what its instances stand for is the same in all processes.
pub fn is_of_processes(class: &Class) -> bool {
    class
        .line_of_any()
        .any(|class| class.module.text().starts_with("multiprocessing."))
}

/// A class whose methods are builtins, and its properties: how they are read and set.
fn new_class(
    module: &'static str,
    name: &'static str,
    base: &'static Class,
    methods: Table,
    properties: &[(&'static str, Run, Option<Run>)],
) -> &'static Class {
    let class = class::new(module, name, base, methods);
    for (property, get, set) in properties {
        let native = |run: Run, takes| native(name, (property, takes, run));
        let value = Property {
            get: native(*get, "self"),
            set: set.map_or(Value::None, |set| native(set, "self, value")),
            delete: Value::None,
            doc: Value::None,
        };
        let value = Value::Property(std::sync::Arc::new(value));
        drop(class.attributes.write().set(Name::new(property), value));
    }
    class.inspect();
    class
}
