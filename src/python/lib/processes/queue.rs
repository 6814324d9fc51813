//! `Queue`, `JoinableQueue` and `SimpleQueue`: what is put in comes out as a copy.
//!
//! CPython's `Queue` has a thread that hands on what was put, so that an item may come a
//! moment later. Here it is there at once.

use super::new_class;
use crate::python::builtins::{Table, classes as builtin};
use crate::python::engine::{Queue, QueueKind};
use crate::python::lib::queue::{asks_size, blocking, init, is_empty, is_full, queue_of};
use crate::python::machine::copying::pickle::{pickle, unpickle};
use crate::python::machine::{Answer, Operation, Result, Stop, World, later, sequence, tell_after};
use crate::python::values::{Class, Value};
use crate::sync::Blocking;

const MODULE: &str = "multiprocessing.queues";

pub fn classes() -> Vec<&'static Class> {
    let of = |name, base, methods| new_class(MODULE, name, base, methods, &[]);
    let queue = of("Queue", builtin().object, METHODS);
    let joinable = of("JoinableQueue", queue, JOINABLE);
    let simple = of("SimpleQueue", builtin().object, SIMPLE);
    vec![queue, joinable, simple]
}

const METHODS: Table = &[
    ("__init__", "self, maxsize=", |world, args| {
        init(world, args, QueueKind::Fifo)
    }),
    ("put", "self, obj, block=, timeout=", |world, args| {
        put(world, args, blocking(args.get(2), args.get(3))?)
    }),
    ("put_nowait", "self, obj", |world, args| {
        put(world, args, Blocking::No)
    }),
    ("get", "self, block=, timeout=", |world, args| {
        get(world, args, blocking(args.get(1), args.get(2))?)
    }),
    ("get_nowait", "self", |world, args| {
        get(world, args, Blocking::No)
    }),
    ("qsize", "self", |_, args| {
        Err(Stop::Perform(queue_of(&args[0])?.size()))
    }),
    ("empty", "self", is_empty),
    ("full", "self", is_full),
    ("close", "self", nothing),
    ("join_thread", "self", nothing),
    ("cancel_join_thread", "self", nothing),
];

const JOINABLE: Table = &[
    ("task_done", "self", |_, args| {
        Err(Stop::Perform(queue_of(&args[0])?.task_done()))
    }),
    ("join", "self", |_, args| {
        Err(Stop::Perform(queue_of(&args[0])?.join()))
    }),
];

const SIMPLE: Table = &[
    ("__init__", "self", |world, args| {
        init(world, args, QueueKind::Fifo)
    }),
    ("put", "self, obj", |world, args| {
        let item = pickle(world, &args[1])?;
        let queue = queue_of(&args[0])?;
        Err(Stop::Perform(queue.put(item, Blocking::Forever)))
    }),
    ("get", "self", |world, args| {
        get(world, args, Blocking::Forever)
    }),
    ("empty", "self", |_, args| asks_size(args, |size| size == 0)),
    ("close", "self", nothing),
];

fn nothing(_: &'static World, _: &[Value]) -> Answer {
    Ok(Value::None)
}

/// What cannot be handed on is told, as by CPython's thread, and gone.
fn put(world: &'static World, args: &[Value], blocking: Blocking) -> Answer {
    let queue: &dyn Queue = queue_of(&args[0])?;
    match pickle(world, &args[1]) {
        Ok(item) => Err(Stop::Perform(queue.put(item, blocking))),
        Err(raise) => {
            tell_after(world, "Traceback (most recent call last):\n", &raise);
            Ok(Value::None)
        }
    }
}

fn get(world: &'static World, args: &[Value], blocking: Blocking) -> Answer {
    let gets: Operation = queue_of(&args[0])?.get(blocking);
    later(async move {
        let item = sequence::wait(Err(Stop::Perform(gets))).await?;
        let item: Result<Value> = unpickle(world, &item);
        item
    })
}
