//! `threading`: Python's names for the primitives of the engine.
//!
//! The objects are of classes of this module, so that a program may derive its own from
//! them; what they do is done by the primitive that their [`Handle`] is.

pub mod barrier;
pub mod condition;
pub mod event;
mod local;
pub mod lock;
pub mod semaphore;
mod thread;
mod timer;

use std::sync::LazyLock;
use std::time::Duration;

pub use thread::{asks_for_ends, excepthook, is_exit, is_thread, run_of, worker};

use super::arguments::real_at_once;
use crate::python::builtins::{Table, add, classes};
use crate::python::code::forever;
use crate::python::engine::Handle;
use crate::python::lib::class;
use crate::python::machine::{Answer, Operation, Result, Stop, World, error, later, sequence};
use crate::python::names::{Name, NameMap};
use crate::python::values::{Class, Instance, Layout, Module, Raise, Value};
use crate::sync::{self, Blocking};

pub fn module() -> NameMap {
    let mut map = NameMap::new();
    add(&mut map, "", thread::FUNCTIONS);
    add(&mut map, "", lock::FUNCTIONS);
    let mut set = |name: &str, value: Value| drop(map.set(Name::new(name), value));
    let thread = thread::class();
    let event = event::class();
    let semaphore = semaphore::class();
    for class in [
        thread,
        event,
        semaphore,
        semaphore::bounded(semaphore),
        condition::class(),
        barrier::class(),
        timer::class(thread),
        local::class(),
    ] {
        set(&class.name, Value::Class(class));
    }
    set("BrokenBarrierError", Value::Class(broken_barrier_error()));
    set("ThreadError", Value::Class(classes().runtime_error));
    set("TIMEOUT_MAX", Value::float(9_223_372_036.0));
    let main = class::new("threading", "_MainThread", thread, &[]);
    set(&main.name, Value::Class(main));
    map
}

/// Makes the object of the main thread.
pub fn begin(world: &'static World, module: &Module) {
    if let Some(Value::Class(class)) = module.get(Name::new("_MainThread")) {
        world.threads.set_main(thread::main(world, class));
    }
}

/// An exception class of the library; the same for all programs.
pub fn exception_class(
    name: &'static str,
    module: &'static str,
    base: &'static Class,
) -> &'static Class {
    let fixed = NameMap::new();
    forever(Class::builtin(
        name,
        Name::new(module),
        &[base],
        Layout::Exception,
        fixed,
    ))
}

fn broken_barrier_error() -> &'static Class {
    static CLASS: LazyLock<&'static Class> = LazyLock::new(|| {
        exception_class("BrokenBarrierError", "threading", classes().runtime_error)
    });
    &CLASS
}

/// The exception that an error of a primitive is.
pub fn raise_of(error: &sync::Error) -> Raise {
    use sync::ErrorKind::*;
    let class = match error.kind {
        ValueError => classes().value_error,
        OverflowError => classes().overflow_error,
        BrokenBarrierError => broken_barrier_error(),
        Full => super::queue::full(),
        Empty => super::queue::empty(),
        TimeoutError => classes().timeout_error,
        CancelledError => super::futures::cancelled_error(),
        InvalidStateError => super::futures::invalid_state_error(),
        BrokenThreadPool => super::futures::broken_thread_pool(),
        BrokenProcessPool => super::futures::broken_process_pool(),
        _ => classes().runtime_error,
    };
    match &*error.message {
        "" => Raise(crate::python::values::Exception::new(class, Vec::new())),
        text => error::error(class, text),
    }
}

/// The object whose method was called, and its primitive.
fn this(args: &[Value]) -> Result<(&Instance, &Handle)> {
    let instance = super::class::this(args)?;
    match instance.handle.get() {
        Some(handle) => Ok((instance, handle)),
        None => Err(error::runtime_error(format!(
            "{}.__init__() not called",
            instance.class().name
        ))),
    }
}

/// A method that is an operation of the object's primitive.
macro_rules! perform {
    ($args:ident, $handle:pat => $operation:expr) => {
        |_, $args| {
            let (_, handle) = super::this($args)?;
            match handle {
                $handle => Err(crate::python::machine::Stop::Perform($operation)),
                #[allow(unreachable_patterns, reason = "some handles are of one kind")]
                _ => Err(super::wrong_object()),
            }
        }
    };
}
use perform;

/// Makes a text of what a primitive was asked for.
type Tell = Box<dyn FnOnce(&[Value]) -> String + Send>;

/// Makes a primitive of a name.
pub type Make = Box<dyn FnOnce(&str) -> Result<Handle> + Send>;

/// `__repr__` of an object whose primitive is asked for its state: the class and the place
/// in memory come first, then the state. A lock's text has its class within, and a condition's
/// has its lock's, as if it lay where the condition does.
fn describe(
    world: &'static World,
    args: &[Value],
    asks: fn(&Handle) -> Option<Vec<Operation>>,
    tell: Tell,
) -> Answer {
    let object = args[0].clone();
    let (instance, handle) = this(args)?;
    let class = instance.class();
    let operations = asks(handle).ok_or_else(wrong_object)?;
    later(async move {
        let mut state = Vec::new();
        for operation in operations {
            state.push(sequence::wait(Err(Stop::Perform(operation))).await?);
        }
        let (at, told) = (world.identity(&object), tell(&state));
        let waiting = match this(std::slice::from_ref(&object)) {
            Ok((_, Handle::Condition(condition, _))) => Some(condition.waiting()),
            _ => None,
        };
        let (module, name) = (class.module.text(), &class.qualified);
        Ok(Value::from(match waiting {
            Some(waiting) => format!("<Condition(<{told} at 0x{at:x}>, {waiting})>"),
            None if class.builtin => format!("<{told} at 0x{at:x}>"),
            None => format!("<{module}.{name} at 0x{at:x}: {told}>"),
        }))
    })
}

fn wrong_object() -> Stop {
    error::type_error("an object of another class is needed").into()
}

/// Gives an object its primitive, which is called as what it will be bound to, or, without
/// a name, by its kind.
pub fn make(args: &[Value], kind: &'static str, make: Make) -> Answer {
    let object = args[0].clone();
    Err(Stop::Name(Box::new(move |name| {
        let handle = make(if name.is_empty() { kind } else { name })?;
        if let Value::Instance(instance) = &object {
            // A second `__init__` changes nothing.
            let _ = instance.handle.set(Box::new(handle));
        }
        Ok(Value::None)
    })))
}

/// A number of seconds that was given; None if it was not.
fn seconds(value: Option<&Value>) -> Result<Option<f64>> {
    match value {
        None | Some(Value::Unset | Value::None) => Ok(None),
        Some(value) => real_at_once(value)
            .transpose()
            .map(|real| real.or(Some(0.0))),
    }
}

/// A flag that was given, or its default.
pub fn flag(value: Option<&Value>, default: bool) -> bool {
    match value {
        None | Some(Value::Unset) => default,
        Some(Value::Bool(flag)) => flag.get(),
        Some(Value::Int(number)) => *number != 0,
        Some(value) => !value.is_none(),
    }
}

/// `timeout=` of an operation that waits for ever without it.
pub fn within(value: Option<&Value>) -> Result<Blocking> {
    Blocking::of_timeout(seconds(value)?).map_err(|error| raise_of(&error))
}

/// A time to sleep or to wait for.
pub fn duration(seconds: f64) -> Duration {
    Duration::try_from_secs_f64(seconds.max(0.0)).unwrap_or(Duration::MAX)
}

/// `with` gives back what it entered.
const EXIT: &str = "self, *args";

/// Methods that are the same of all classes.
fn new_class(name: &'static str, methods: Table) -> &'static Class {
    super::class::new("threading", name, classes().object, methods)
}
