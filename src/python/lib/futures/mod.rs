//! `concurrent.futures`: calls that are handed in, and what comes of them.
//!
//! CPython 3.11's behaviour (`Lib/concurrent/futures/`). A future's state, and the tasks and
//! threads of a pool, are the engine's, as they are for programs in Rust; what calls Python
//! code is here.

mod executor;
mod future;
mod process_pool;
mod thread_pool;
mod waiting;

use std::sync::LazyLock;

pub use future::call_back;
pub use process_pool::{begin_process_of_pool, call_handed_on, workers};
pub use thread_pool::call_of_job;

use super::class;
use super::threading::exception_class;
use crate::python::builtins::{Table, add, classes, native};
use crate::python::engine::{Future, Handle};
use crate::python::machine::{Keywords, Result, World, attribute, error, import, sequence, types};
use crate::python::names::{Name, NameMap};
use crate::python::values::{Class, Module, Property, Run, Value, estate};

/// Where CPython has what is the same of all executors.
const BASE: &str = "concurrent.futures._base";

/// `concurrent`, which has nothing but the other.
pub fn package(world: &'static World) -> NameMap {
    let mut map = NameMap::new();
    if let Ok(futures) = import::module(world, Name::new("concurrent.futures")) {
        map.set(Name::new("futures"), futures);
    }
    map
}

pub fn module(world: &'static World) -> NameMap {
    // Its threads are objects of this.
    drop(import::module(world, Name::new("threading")));
    drop(import::module(world, Name::new("_multiprocessing")));
    let mut map = NameMap::new();
    add(&mut map, "", waiting::FUNCTIONS);
    let executor = executor::class();
    let thread_pool = thread_pool::class(executor);
    let of_threads = of_threads(thread_pool);
    let of_threads = Module::of(Name::new("concurrent.futures.thread"), of_threads);
    map.set(Name::new("thread"), Value::Module(estate::keep(of_threads)));
    let own = [
        executor,
        thread_pool,
        process_pool::class(executor),
        future::class(),
        cancelled_error(),
        invalid_state_error(),
        broken_executor(),
    ];
    for class in own {
        map.set(Name::new(&class.name), Value::Class(class));
    }
    // What `wait` gives has its name elsewhere.
    let waited = Value::Class(waiting::done_and_not_done());
    map.set(Name::new(waiting::WAITED), waited);
    let timeout = Value::Class(classes().timeout_error);
    map.set(Name::new("TimeoutError"), timeout);
    for text in waiting::RETURN_WHEN {
        map.set(Name::new(text), Value::from(text));
    }
    map
}

/// `concurrent.futures.thread`.
pub fn thread_module(world: &'static World) -> NameMap {
    let class = class_of(world, "ThreadPoolExecutor");
    class.map_or_else(|_| NameMap::new(), of_threads)
}

fn of_threads(thread_pool: &'static Class) -> NameMap {
    let mut map = NameMap::new();
    for class in [thread_pool, broken_thread_pool()] {
        map.set(Name::new(&class.name), Value::Class(class));
    }
    map
}

/// A class of the module.
fn class_of(world: &'static World, name: &str) -> Result<&'static Class> {
    let module = Name::new("concurrent.futures");
    drop(import::module(world, module));
    class::of(world, module.text(), name)
}

macro_rules! exceptions {
    ($($function:ident = $name:literal in $module:expr, $base:expr;)*) => {
        $(pub fn $function() -> &'static Class {
            static CLASS: LazyLock<&'static Class> =
                LazyLock::new(|| exception_class($name, $module, $base));
            &CLASS
        })*
    };
}

exceptions! {
    futures_error = "Error" in BASE, classes().exception;
    cancelled_error = "CancelledError" in BASE, futures_error();
    invalid_state_error = "InvalidStateError" in BASE, futures_error();
    broken_executor = "BrokenExecutor" in BASE, classes().runtime_error;
    broken_thread_pool = "BrokenThreadPool" in "concurrent.futures.thread", broken_executor();
    broken_process_pool = "BrokenProcessPool" in "concurrent.futures.process", broken_executor();
    traceback_of_executor = "_RemoteTraceback" in "concurrent.futures.process", classes().exception;
    traceback_of_pool = "RemoteTraceback" in "multiprocessing.pool", classes().exception;
}

/// A class whose methods are builtins, and its properties.
fn new_class(
    module: &'static str,
    name: &'static str,
    base: &'static Class,
    methods: Table,
    properties: &[(&'static str, Run)],
) -> &'static Class {
    let class = class::new(module, name, base, methods);
    for (property, run) in properties {
        let get = Property {
            get: native(name, (property, "self", *run)),
            set: Value::None,
            delete: Value::None,
            doc: Value::None,
        };
        let get = Value::Property(std::sync::Arc::new(get));
        drop(class.attributes.write().set(Name::new(property), get));
    }
    class.inspect();
    class
}

/// What a value is as a future.
fn future_of(value: &Value) -> Result<&std::sync::Arc<dyn Future>> {
    let handle = match value {
        Value::Instance(instance) => instance.handle.get().map(|handle| &**handle),
        _ => None,
    };
    match handle {
        Some(Handle::Future(future)) => Ok(future),
        _ => {
            let name = types::name_of(value);
            let text = format!("'{name}' object has no attribute '_condition'");
            Err(error::attribute_error(text))
        }
    }
}

/// Calls a method of an object by its name, in a sequence.
async fn call_method(
    world: &'static World,
    object: &Value,
    name: &str,
    args: Vec<Value>,
    keywords: Keywords,
) -> Result<Value> {
    let method = sequence::wait(attribute::get(world, object, Name::new(name))).await?;
    sequence::call_with(&method, args, keywords).await
}
