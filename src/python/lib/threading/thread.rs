//! `Thread`, and what a program may ask of its threads.

use std::sync::Arc;

use super::{flag, new_class, within, wrong_object};
use crate::python::builtins::{Table, classes, native};
use crate::python::code::{Instruction, Program};
use crate::python::engine::{self, Entry, Handle, Thread};
use crate::python::lib::class::{self, field, keywords, set_field, this as object_of};
use crate::python::machine::{
    Answer, Result, Stop, World, acting, attribute, error, later, sequence, tail, tell_after, text,
    types,
};
use crate::python::names::Name;
use crate::python::values::{Class, Instance, Property, Raise, Run, Value};

pub const FUNCTIONS: Table = &[
    ("current_thread", "", current),
    ("currentThread", "", current),
    ("main_thread", "", |world, _| Ok(world.threads.object(0))),
    ("get_ident", "", |_, _| Ok(ident_of(acting::number()))),
    ("get_native_id", "", |_, _| Ok(ident_of(acting::number()))),
    ("active_count", "", |world, _| {
        looks(world, |living| Value::int(living.len()))
    }),
    ("activeCount", "", |world, _| {
        looks(world, |living| Value::int(living.len()))
    }),
    ("enumerate", "", |world, _| looks(world, Value::list)),
    ("excepthook", "args, /", |world, args| tell(world, args)),
];

const METHODS: Table = &[
    (
        "__init__",
        "self, group=, target=, name=, args=, kwargs=, *, daemon=",
        init,
    ),
    ("start", "self", start),
    ("run", "self", run),
    ("join", "self, timeout=", join),
    ("is_alive", "self", is_alive),
    ("getName", "self", name),
    ("setName", "self, name", set_name),
    ("isDaemon", "self", daemon),
    ("setDaemon", "self, daemonic", set_daemon),
    ("__repr__", "self", repr),
];

/// Properties: their names, and how they are read and set.
const PROPERTIES: &[(&str, Run, Option<Run>)] = &[
    ("name", name, Some(set_name)),
    ("daemon", daemon, Some(set_daemon)),
    (
        "ident",
        |_, args| Ok(field(object_of(args)?, "_ident").or_none()),
        None,
    ),
    (
        "native_id",
        |_, args| Ok(field(object_of(args)?, "_ident").or_none()),
        None,
    ),
];

pub fn class() -> &'static Class {
    let class = new_class("Thread", METHODS);
    for (name, get, set) in PROPERTIES {
        let native = |run: Run, takes| native("Thread", (name, takes, run));
        let property = Property {
            get: native(*get, "self"),
            set: set.map_or(Value::None, |set| native(set, "self, value")),
            delete: Value::None,
            doc: Value::None,
        };
        let property = Value::Property(Arc::new(property));
        drop(class.attributes.write().set(Name::new(name), property));
    }
    class.inspect();
    class
}

/// The object of the main thread.
pub fn main(world: &'static World, class: &'static Class) -> Value {
    let main = Instance::new(class, Value::Unset, acting::first_of(world.process, 0));
    set_field(&main, "_name", Value::from("MainThread"));
    set_field(&main, "_daemonic", Value::bool(false));
    set_field(&main, "_ident", ident_of(0));
    Value::Instance(main)
}

/// Whether its instances are threads.
pub fn is_thread(class: &Class) -> bool {
    let is_it = |class: &Class| class.name == "Thread" && class.module.text() == "threading";
    class.line_of_any().any(is_it)
}

/// The object of a thread that the library has started.
pub fn worker(
    world: &'static World,
    number: u32,
    name: &str,
    daemon: bool,
    thread: Arc<dyn Thread>,
) -> Value {
    let Ok(class) = class::of(world, "threading", "Thread") else {
        return Value::None;
    };
    // The thread has made nothing yet.
    let object = Instance::new(class, Value::Unset, acting::first_of(world.process, number));
    set_field(&object, "_target", Value::None);
    set_field(&object, "_name", Value::from(name));
    set_field(&object, "_args", Value::tuple([]));
    set_field(&object, "_kwargs", Value::None);
    set_field(&object, "_daemonic", Value::bool(daemon));
    set_field(&object, "_ident", ident_of(number));
    let _ = object.handle.set(Box::new(Handle::Thread(thread)));
    Value::Instance(object)
}

/// A thread's number as people see it.
fn ident_of(number: u32) -> Value {
    Value::Int(engine::ident_of(number))
}

fn init(world: &'static World, args: &[Value]) -> Answer {
    let given = |at: usize| args.get(at).cloned().unwrap_or_default().or_none();
    let object = object_of(args)?;
    if !given(1).is_none() {
        let class = classes().assertion_error;
        return Err(error::error(class, "group argument must be None for now").into());
    }
    let target = given(2);
    let name = match given(3) {
        Value::None => {
            let number = world.threads.next_name();
            match name_of_callable(&target) {
                Some(of) => format!("Thread-{number} ({of})"),
                None => format!("Thread-{number}"),
            }
        }
        name => name.as_str().map_or_else(String::new, str::to_owned),
    };
    let daemonic = match given(6) {
        Value::None => world
            .threads
            .get(acting::number())
            .is_some_and(|entry| entry.daemon),
        daemon => flag(Some(&daemon), false),
    };
    set_field(object, "_target", target);
    set_field(object, "_name", Value::from(name));
    set_field(
        object,
        "_args",
        match given(4) {
            Value::None => Value::tuple([]),
            args => args,
        },
    );
    set_field(object, "_kwargs", given(5));
    set_field(object, "_daemonic", Value::bool(daemonic));
    Ok(Value::None)
}

/// `__name__` of what a thread calls, if it has one.
fn name_of_callable(target: &Value) -> Option<String> {
    match target {
        Value::Method(method) => name_of_callable(&method.function),
        Value::Native(native) => Some(native.name.to_owned()),
        Value::Class(class) => Some(class.name.clone()),
        _ => target.as_function()?.name().as_str().map(str::to_owned),
    }
}

fn name_of(object: &Instance) -> Result<String> {
    match field(object, "_name").as_str() {
        Some(name) => Ok(name.to_owned()),
        None => Err(error::runtime_error("thread.__init__() not called")),
    }
}

fn start(world: &'static World, args: &[Value]) -> Answer {
    let object = object_of(args)?;
    let name = name_of(object)?;
    if started(object).is_some() {
        return Err(error::runtime_error("threads can only be started once").into());
    }
    // One that was refused has its handle already.
    let made = || Box::new(Handle::Thread(world.engine.thread(world, &name)));
    let Handle::Thread(thread) = &**object.handle.get_or_init(made) else {
        return Err(wrong_object());
    };
    let entry = Entry {
        object: args[0].clone(),
        thread: Some(thread.clone()),
        daemon: flag(Some(&field(object, "_daemonic")), false),
    };
    Err(Stop::Perform(thread.start(entry)))
}

/// The thread of an object that was started.
fn started(object: &Instance) -> Option<&dyn Thread> {
    match &**object.handle.get()? {
        Handle::Thread(thread) if thread.was_started() => Some(&**thread),
        _ => None,
    }
}

/// Calls the target.
fn run(_: &'static World, args: &[Value]) -> Answer {
    let object = object_of(args)?;
    let (target, given) = (field(object, "_target"), field(object, "_args"));
    let named = keywords(&field(object, "_kwargs"));
    if target.is_none() || target.is_unset() {
        return Ok(Value::None);
    }
    match crate::python::machine::iterate::at_hand(&given) {
        Some(given) if named.is_empty() => tail(&target, given),
        Some(given) => later(async move { sequence::call_with(&target, given, named).await }),
        None => {
            let name = types::name_of(&given);
            let text = format!("Thread's args must be an iterable, not {name}");
            Err(error::type_error(text).into())
        }
    }
}

fn join(_: &'static World, args: &[Value]) -> Answer {
    let object = object_of(args)?;
    match started(object) {
        Some(thread) => Err(Stop::Perform(thread.join(within(args.get(1))?))),
        None => Err(error::runtime_error("cannot join thread before it is started").into()),
    }
}

fn is_alive(_: &'static World, args: &[Value]) -> Answer {
    let object = object_of(args)?;
    match started(object) {
        Some(thread) => Err(Stop::Perform(thread.is_alive())),
        None => Ok(Value::bool(matches!(
            field(object, "_ident"),
            Value::Int(_)
        ))),
    }
}

fn name(_: &'static World, args: &[Value]) -> Answer {
    Ok(field(object_of(args)?, "_name"))
}

fn set_name(world: &'static World, args: &[Value]) -> Answer {
    let object = args[0].clone();
    let set = move |text: Value| -> Result<Value> {
        set_field(object_of(std::slice::from_ref(&object))?, "_name", text);
        Ok(Value::None)
    };
    match text::str(world, &args[1]) {
        Ok(text) => Ok(set(text)?),
        answer => later(async move { set(sequence::wait(answer).await?) }),
    }
}

fn daemon(_: &'static World, args: &[Value]) -> Answer {
    Ok(field(object_of(args)?, "_daemonic"))
}

fn set_daemon(_: &'static World, args: &[Value]) -> Answer {
    let object = object_of(args)?;
    if started(object).is_some() {
        return Err(error::runtime_error("cannot set daemon status of active thread").into());
    }
    set_field(object, "_daemonic", Value::bool(flag(args.get(1), false)));
    Ok(Value::None)
}

fn repr(_: &'static World, args: &[Value]) -> Answer {
    let object = object_of(args)?;
    let running = started(object).map(Thread::is_running);
    let ident = field(object, "_ident");
    let mut status = match (running, &ident) {
        (Some(true), _) | (None, Value::Int(_)) => "started",
        (Some(false), _) => "stopped",
        (None, _) => "initial",
    }
    .to_owned();
    if flag(Some(&field(object, "_daemonic")), false) {
        status.push_str(" daemon");
    }
    if let Value::Int(ident) = ident {
        status.push_str(&format!(" {ident}"));
    }
    let class = &object.class().name;
    Ok(Value::from(format!(
        "<{class}({}, {status})>",
        name_of(object)?
    )))
}

fn current(world: &'static World, _: &[Value]) -> Answer {
    Ok(world.threads.object(acting::number()))
}

/// A step in which all threads that live are looked at.
fn looks(world: &'static World, as_value: fn(Vec<Value>) -> Value) -> Answer {
    let look = move || {
        let living = world.threads.all().into_iter().filter(|entry| {
            let thread = entry.thread.as_ref();
            thread.is_none_or(|thread| thread.is_running())
        });
        Ok(as_value(living.map(|entry| entry.object).collect()))
    };
    Err(Stop::Perform(world.engine.look(Box::new(look))))
}

/// The call of a thread's `run`, whose number it is.
pub fn run_of(world: &'static World, number: u32, object: &Value) -> Answer {
    if let Value::Instance(instance) = object {
        set_field(instance, "_ident", ident_of(number));
    }
    match attribute::get(world, object, Name::new("run")) {
        Ok(run) => tail(&run, []),
        answer => {
            later(async move { sequence::call(&sequence::wait(answer).await?, Vec::new()).await })
        }
    }
}

/// Whether the exception only ends its thread.
pub fn is_exit(raise: &Raise) -> bool {
    raise.is(classes().system_exit)
}

/// The call of `threading.excepthook` for what a thread did not catch.
pub fn excepthook(world: &'static World, object: &Value, raise: &Raise) -> Answer {
    let class = Value::Class(raise.0.class);
    let exception = Value::Exception(raise.0.clone());
    let args = Instance::new(classes().object, Value::Unset, world.serial());
    for (name, value) in [
        ("exc_type", class),
        ("exc_value", exception),
        ("exc_traceback", Value::None),
        ("thread", object.clone()),
    ] {
        set_field(&args, name, value);
    }
    let args = Value::Instance(args);
    let modules = world.modules.read();
    let hook = match modules.get(Name::new("threading")) {
        Some(Value::Module(module)) => module.get(Name::new("excepthook")),
        _ => None,
    };
    drop(modules);
    match hook {
        Some(hook) => tail(&hook, [args]),
        None => tell(world, &[args]),
    }
}

fn tell(world: &'static World, args: &[Value]) -> Answer {
    let args = object_of(args)?;
    let Value::Exception(exception) = field(args, "exc_value") else {
        return Ok(Value::None);
    };
    let raise = Raise(exception);
    if is_exit(&raise) {
        return Ok(Value::None);
    }
    let name = match &field(args, "thread") {
        Value::Instance(thread) => name_of(thread)?,
        _ => acting::number().to_string(),
    };
    tell_after(world, &format!("Exception in thread {name}:\n"), &raise);
    Ok(Value::None)
}

/// Whether a program asks which threads are alive: then their ends are steps.
pub fn asks_for_ends(program: &Program) -> bool {
    let asks = |name: Name| {
        let asking = [
            "is_alive",
            "isAlive",
            "active_count",
            "activeCount",
            "enumerate",
            "exitcode",
            "active_children",
            "terminate",
            "kill",
        ];
        asking.contains(&name.text())
    };
    program.code.with_inner().iter().any(|code| {
        code.instructions
            .iter()
            .any(|instruction| match instruction {
                Instruction::LoadAttribute(name)
                | Instruction::LoadMethod(name)
                | Instruction::LoadAttributeOf(_, name)
                | Instruction::ImportFrom(name) => asks(*name),
                _ => false,
            })
    })
}
