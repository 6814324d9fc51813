//! `Process`.

use std::sync::Arc;

use super::new_class;
use crate::python::builtins::{Table, classes};
use crate::python::engine::{Child, Handle, Process, SIGTERM};
use crate::python::lib::class::{field, keywords, set_field, this as object_of};
use crate::python::lib::threading::{flag, within};
use crate::python::machine::{
    Answer, Ending, Stop, World, attribute, ending_of, error, iterate, later, sequence, tail,
    tell_after, tell_exit,
};
use crate::python::names::Name;
use crate::python::values::{Class, Instance, Raise, Run, Value};

pub fn class() -> &'static Class {
    let module = "multiprocessing.context";
    new_class(module, "Process", classes().object, METHODS, PROPERTIES)
}

pub const FUNCTIONS: Table = &[
    ("current_process", "", |world, _| Ok(world.process_object())),
    ("parent_process", "", |world, _| {
        Ok(match world.parent {
            Some(_) => field_of(&world.process_object(), "_parent"),
            None => Value::None,
        })
    }),
    ("active_children", "", active_children),
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
    ("terminate", "self", |world, args| {
        kill(world, args, SIGTERM)
    }),
    ("kill", "self", |world, args| kill(world, args, SIGKILL)),
    ("close", "self", |_, _| Ok(Value::None)),
    ("__repr__", "self", repr),
];

const SIGKILL: i64 = 9;

const PROPERTIES: &[(&str, Run, Option<Run>)] = &[
    (
        "name",
        |_, args| Ok(field(object_of(args)?, "_name")),
        Some(|_, args| {
            if args[1].as_str().is_none() {
                return Err(
                    error::error(classes().assertion_error, "name must be a string").into(),
                );
            }
            set_field(object_of(args)?, "_name", args[1].clone());
            Ok(Value::None)
        }),
    ),
    (
        "daemon",
        |_, args| Ok(field(object_of(args)?, "_daemonic")),
        Some(|_, args| {
            let object = object_of(args)?;
            if started(object).is_some() {
                return Err(asserts("process has already started"));
            }
            set_field(object, "_daemonic", Value::bool(flag(args.get(1), false)));
            Ok(Value::None)
        }),
    ),
    ("pid", pid, None),
    ("ident", pid, None),
    ("exitcode", exit_code, None),
];

fn asserts(text: &str) -> Stop {
    error::error(classes().assertion_error, text).into()
}

/// The object of the first process.
pub fn main(world: &'static World, class: &'static Class) -> Value {
    let main = Instance::new(class, Value::Unset, world.serial());
    set_field(&main, "_name", Value::from("MainProcess"));
    set_field(&main, "_identity", Value::tuple([]));
    set_field(&main, "_daemonic", Value::bool(false));
    Value::Instance(main)
}

fn field_of(object: &Value, name: &str) -> Value {
    match object {
        Value::Instance(object) => field(object, name).or_none(),
        _ => Value::None,
    }
}

/// The number of the first process as programs see it.
pub const FIRST: i64 = 4_242;

/// A process's number as programs see it.
pub fn pid_of(number: u32) -> Value {
    Value::Int(FIRST + i64::from(number))
}

fn init(world: &'static World, args: &[Value]) -> Answer {
    let given = |at: usize| args.get(at).cloned().unwrap_or_default().or_none();
    let object = object_of(args)?;
    if !given(1).is_none() {
        return Err(asserts("group argument must be None for now"));
    }
    let maker = world.process_object();
    let mut identity = iterate::at_hand(&field_of(&maker, "_identity")).unwrap_or_default();
    identity.push(Value::Int(world.next_process().into()));
    let numbers: Vec<String> = (identity.iter())
        .filter_map(|number| Some(number.as_int()?.to_i64()?.to_string()))
        .collect();
    let name = match given(3) {
        Value::None => Value::from(format!("{}-{}", object.class().name, numbers.join(":"))),
        name => name,
    };
    let daemon = match given(6) {
        Value::None => field_of(&maker, "_daemonic"),
        daemon => Value::bool(flag(Some(&daemon), false)),
    };
    let or_empty = |value: Value| match value {
        Value::None => Value::tuple([]),
        value => value,
    };
    for (name, value) in [
        ("_target", given(2)),
        ("_name", name),
        ("_args", or_empty(given(4))),
        ("_kwargs", given(5)),
        ("_daemonic", daemon),
        ("_identity", Value::tuple(identity)),
        ("_parent", maker),
    ] {
        set_field(object, name, value);
    }
    Ok(Value::None)
}

/// The process of an object that was started.
fn started(object: &Instance) -> Option<&Arc<dyn Process>> {
    match &**object.handle.get()? {
        Handle::Process(process) if process.was_started() => Some(process),
        _ => None,
    }
}

fn start(world: &'static World, args: &[Value]) -> Answer {
    let object = object_of(args)?;
    if started(object).is_some() {
        return Err(asserts("cannot start a process twice"));
    }
    let is_daemon = flag(Some(&field_of(&world.process_object(), "_daemonic")), false);
    if is_daemon {
        return Err(asserts(
            "daemonic processes are not allowed to have children",
        ));
    }
    let name = field(object, "_name");
    let name = name.as_str().unwrap_or("Process").to_owned();
    let made = || Box::new(Handle::Process(world.engine.process(world, &name)));
    let Handle::Process(process) = &**object.handle.get_or_init(made) else {
        return Err(error::type_error("an object of another class is needed").into());
    };
    let child = Child {
        object: args[0].clone(),
        process: process.clone(),
        daemon: flag(Some(&field(object, "_daemonic")), false),
    };
    let starts = process.start(args[0].clone());
    later(async move {
        sequence::wait(Err(Stop::Perform(starts))).await?;
        world.add_process(child);
        Ok(Value::None)
    })
}

/// Calls the target.
fn run(_: &'static World, args: &[Value]) -> Answer {
    let object = object_of(args)?;
    let (target, given) = (field(object, "_target"), field(object, "_args"));
    let named = keywords(&field(object, "_kwargs"));
    if target.is_none() || target.is_unset() {
        return Ok(Value::None);
    }
    let given = iterate::at_hand(&given).unwrap_or_default();
    match named.is_empty() {
        true => tail(&target, given),
        false => later(async move { sequence::call_with(&target, given, named).await }),
    }
}

fn join(_: &'static World, args: &[Value]) -> Answer {
    let object = object_of(args)?;
    let Some(process) = started(object) else {
        return Err(asserts("can only join a started process"));
    };
    Err(Stop::Perform(process.join(within(args.get(1))?)))
}

fn is_alive(world: &'static World, args: &[Value]) -> Answer {
    if args[0].is(&world.process_object()) {
        return Ok(Value::bool(true));
    }
    match started(object_of(args)?) {
        Some(process) => Err(Stop::Perform(process.is_alive())),
        None => Ok(Value::bool(false)),
    }
}

fn kill(_: &'static World, args: &[Value], signal: i64) -> Answer {
    match started(object_of(args)?) {
        Some(process) => Err(Stop::Perform(process.kill(signal))),
        None => {
            Err(error::attribute_error("'NoneType' object has no attribute 'terminate'").into())
        }
    }
}

fn exit_code(_: &'static World, args: &[Value]) -> Answer {
    match started(object_of(args)?) {
        Some(process) => Err(Stop::Perform(process.exit_code())),
        None => Ok(Value::None),
    }
}

fn pid(world: &'static World, args: &[Value]) -> Answer {
    if args[0].is(&world.process_object()) {
        return Ok(pid_of(world.process));
    }
    let process = started(object_of(args)?);
    let number = process.and_then(|process| process.number());
    Ok(number.map_or(Value::None, pid_of))
}

fn repr(world: &'static World, args: &[Value]) -> Answer {
    let object = object_of(args)?;
    let class = object.class().name.clone();
    let name = field(object, "_name")
        .as_str()
        .unwrap_or_default()
        .to_owned();
    let daemon = match flag(Some(&field(object, "_daemonic")), false) {
        true => " daemon",
        false => "",
    };
    let told = move |status: &str| {
        Ok(Value::from(format!(
            "<{class} name='{name}'{status}{daemon}>"
        )))
    };
    let parent = FIRST + i64::from(world.process);
    if args[0].is(&world.process_object()) {
        let parent = match world.parent {
            Some(parent) => format!(" parent={}", FIRST + i64::from(parent.process)),
            None => " parent=None".to_owned(),
        };
        return Ok(told(&format!("{parent} started"))?);
    }
    let Some(process) = started(object) else {
        return Ok(told(&format!(" parent={parent} initial"))?);
    };
    let pid = process
        .number()
        .map_or(0, |number| FIRST + i64::from(number));
    let code = process.exit_code();
    later(async move {
        let code = sequence::wait(Err(Stop::Perform(code))).await?;
        let status = match code {
            Value::None => " started".to_owned(),
            Value::Int(code) if code < 0 => {
                let signal = if code == -SIGTERM {
                    "SIGTERM"
                } else {
                    "SIGKILL"
                };
                format!(" stopped exitcode=-{signal}")
            }
            Value::Int(code) => format!(" stopped exitcode={code}"),
            _ => String::new(),
        };
        told(&format!(" pid={pid} parent={parent}{status}"))
    })
}

/// Those that are running, in the order of their starts.
fn active_children(world: &'static World, _: &[Value]) -> Answer {
    let look = move || {
        let children = world.processes.get().into_iter();
        let active = children.filter(|child| child.process.is_running());
        Ok(Value::list(active.map(|child| child.object).collect()))
    };
    Err(Stop::Perform(world.engine.look(Box::new(look))))
}

/// Begins a process, whose object it is there.
pub fn begin_process(world: &'static World, object: &Value) {
    world.set_process_object(object.clone());
    crate::python::lib::random::begin_process(world);
    let modules = world.modules.read();
    if let Some(Value::Module(threading)) = modules.get(Name::new("threading")) {
        crate::python::lib::begin(world, threading);
    }
}

/// The call of a process's `run`.
pub fn run_of_process(world: &'static World, object: &Value) -> Answer {
    match attribute::get(world, object, Name::new("run")) {
        Ok(run) => tail(&run, []),
        answer => {
            later(async move { sequence::call(&sequence::wait(answer).await?, Vec::new()).await })
        }
    }
}

/// Tells what a process did not catch: its exit code, and what that makes of the program.
pub fn tell_end_of_process(world: &'static World, object: &Value, raise: &Raise) -> (i64, Ending) {
    if raise.is(classes().system_exit) {
        return (tell_exit(world, raise), Ending::Ok);
    }
    let name = field_of(object, "_name");
    let name = name.as_str().unwrap_or_default();
    tell_after(world, &format!("Process {name}:\n"), raise);
    (1, ending_of(raise))
}
