//! `_machine`: what modules of the library that are written in Python ask of the machine.
//! Programs cannot import it.

use std::sync::Arc;
use std::sync::atomic::Ordering;

use super::{network, objects};
use crate::platform::is_of_the_site;
use crate::python::builtins::{Table, add};
use crate::python::code::Kind;
use crate::python::machine::{World, acting, sequence, tell_after};
use crate::python::names::{Name, NameMap};
use crate::python::values::{
    Generator, Raise, State, Value, left_generators, open_generators, set_closes_generators,
};
use crate::sync::Own;

pub fn module() -> NameMap {
    let mut map = NameMap::new();
    add(&mut map, "", TABLE);
    add(&mut map, "", objects::TABLE);
    map
}

/// The event loops of a thread, which that one alone looks at.
pub struct Loops {
    thread: u32,
    running: Own<Value>,
    /// Of `asyncio.set_event_loop`, if it was called.
    set: Own<Value>,
}

/// Those of the thread that acts.
fn loops(world: &World) -> Arc<Loops> {
    let thread = acting::number();
    let mut all = world.loops.write();
    let known = all.iter().find(|loops| loops.thread == thread).cloned();
    known.unwrap_or_else(|| {
        let loops = Arc::new(Loops {
            thread,
            running: Own::new(Value::None),
            set: Own::new(Value::Unset),
        });
        all.push(loops.clone());
        loops
    })
}

const TABLE: Table = &[
    ("running_loop", "", |world, _| {
        Ok(loops(world).running.get())
    }),
    ("set_running_loop", "loop", |world, args| {
        if !args[0].is_none() {
            set_closes_generators(true);
        }
        loops(world).running.put(args[0].clone());
        Ok(Value::None)
    }),
    ("loop_of_thread", "", |world, _| {
        Ok(loops(world).set.get().or_none())
    }),
    ("set_loop_of_thread", "loop", |world, args| {
        loops(world).set.put(args[0].clone());
        Ok(Value::None)
    }),
    ("loop_was_set", "", |world, _| {
        Ok(Value::bool(!loops(world).set.get().is_unset()))
    }),
    // Tells an exception on stderr, after a line.
    ("tell", "head, exception", |world, args| {
        if let Value::Exception(exception) = &args[1] {
            let head = args[0].as_str().unwrap_or_default();
            tell_after(world, head, &Raise(exception.clone()));
        }
        Ok(Value::None)
    }),
    ("is_coroutine", "thing", |_, args| {
        Ok(Value::bool(kind_of(&args[0]) == Some(Kind::Coroutine)))
    }),
    ("is_generator", "thing", |_, args| {
        Ok(Value::bool(kind_of(&args[0]) == Some(Kind::Generator)))
    }),
    ("is_coroutine_function", "function", |_, args| {
        let function = match &args[0] {
            Value::Method(method) => method.function.as_function(),
            function => function.as_function(),
        };
        let makes = function.is_some_and(|function| function.code.kind == Kind::Coroutine);
        Ok(Value::bool(makes))
    }),
    // What an address answers: status or None, text, seconds.
    ("answer", "url", |world, args| {
        let url = args[0].as_str().unwrap_or_default();
        if !is_of_the_site(url) {
            world.root().network_is_asked.store(true, Ordering::Relaxed);
        }
        let answer = network::answer(&world.program.source, url);
        let status = answer
            .status
            .map_or(Value::None, |status| Value::Int(status.into()));
        let seconds = Value::float(answer.after.as_secs_f64());
        Ok(Value::tuple(vec![
            status,
            Value::from(answer.text),
            seconds,
        ]))
    }),
    ("is_of_the_site", "url", |_, args| {
        Ok(Value::bool(args[0].as_str().is_some_and(is_of_the_site)))
    }),
    // What a status is called.
    ("reason", "status", |_, args| {
        let status = args[0].as_int().and_then(|status| status.to_i64());
        Ok(Value::from(network::reason(status.unwrap_or(0))))
    }),
    // The loop is closed.
    ("forget_generators", "", |_, _| {
        set_closes_generators(false);
        Ok(Value::None)
    }),
    // Async generators that nobody has any more, or None.
    ("left_generators", "", |_, _| {
        let left = left_generators();
        Ok(match left.is_empty() {
            true => Value::None,
            false => Value::list(left.into_iter().map(Value::Generator).collect()),
        })
    }),
    // Those that were begun, and have not come to their end.
    ("open_generators", "", |_, _| {
        let open = open_generators().into_iter().map(Value::Generator);
        Ok(Value::list(open.collect()))
    }),
    // A copy of the context, if the program has any: None is that of all.
    ("context", "", |world, _| {
        let module = world.modules.read().get(Name::new("contextvars")).cloned();
        match module {
            Some(Value::Module(module)) => match module.get(Name::new("copy_context")) {
                Some(copy) => sequence::tail(&copy, []),
                None => Ok(Value::None),
            },
            _ => Ok(Value::None),
        }
    }),
    // A coroutine's name, and where it is, as `repr` of a task shows it.
    ("where", "coroutine", |world, args| {
        let Value::Generator(generator) = &args[0] else {
            return Ok(Value::from(""));
        };
        Ok(Value::from(place_of(world, generator)))
    }),
];

fn kind_of(value: &Value) -> Option<Kind> {
    match value {
        Value::Generator(generator) => Some(generator.code.kind),
        _ => None,
    }
}

fn place_of(world: &World, generator: &Generator) -> String {
    let (name, file) = (&generator.code.qualified, &world.program.file);
    let frame = generator.frame.read();
    let line = match frame.at.checked_sub(1) {
        Some(at) => generator.code.lines[at],
        None => generator.code.line,
    };
    match frame.state {
        State::Done => format!("{name}() done, defined at {file}:{}", generator.code.line),
        _ => format!("{name}() running at {file}:{line}"),
    }
}
