//! `queue`: handing things from thread to thread.

use std::sync::LazyLock;

use super::class::{self, field, set_field, this as object_of};
use super::threading::{exception_class, raise_of};
use crate::python::builtins::{Table, classes};
use crate::python::engine::{Handle, Queue, QueueKind};
use crate::python::machine::{Answer, Result, Stop, World, error, later, sequence};
use crate::python::names::{Name, NameMap};
use crate::python::values::{Class, Value};
use crate::sync::Blocking;

pub fn module() -> NameMap {
    let mut map = NameMap::new();
    let queue = class::new("queue", "Queue", classes().object, METHODS);
    let lifo = class::new("queue", "LifoQueue", queue, LIFO);
    let priority = class::new("queue", "PriorityQueue", queue, PRIORITY);
    let simple = class::new("_queue", "SimpleQueue", classes().object, SIMPLE);
    for class in [queue, lifo, priority, simple, empty(), full()] {
        map.set(Name::new(&class.name), Value::Class(class));
    }
    map
}

pub fn empty() -> &'static Class {
    static CLASS: LazyLock<&'static Class> =
        LazyLock::new(|| exception_class("Empty", "_queue", classes().exception));
    &CLASS
}

pub fn full() -> &'static Class {
    static CLASS: LazyLock<&'static Class> =
        LazyLock::new(|| exception_class("Full", "queue", classes().exception));
    &CLASS
}

const METHODS: Table = &[
    ("__init__", "self, maxsize=", |world, args| {
        init(world, args, QueueKind::Fifo)
    }),
    ("put", "self, item, block=, timeout=", put),
    ("put_nowait", "self, item", |_, args| {
        Err(Stop::Perform(
            queue_of(&args[0])?.put(args[1].clone(), Blocking::No),
        ))
    }),
    ("get", "self, block=, timeout=", get),
    ("get_nowait", "self", |_, args| {
        Err(Stop::Perform(queue_of(&args[0])?.get(Blocking::No)))
    }),
    ("task_done", "self", |_, args| {
        Err(Stop::Perform(queue_of(&args[0])?.task_done()))
    }),
    ("join", "self", |_, args| {
        Err(Stop::Perform(queue_of(&args[0])?.join()))
    }),
    ("qsize", "self", |_, args| {
        Err(Stop::Perform(queue_of(&args[0])?.size()))
    }),
    ("empty", "self", is_empty),
    ("full", "self", is_full),
];

const LIFO: Table = &[("__init__", "self, maxsize=", |world, args| {
    init(world, args, QueueKind::Lifo)
})];

const PRIORITY: Table = &[("__init__", "self, maxsize=", |world, args| {
    init(world, args, QueueKind::Priority)
})];

const SIMPLE: Table = &[
    ("__init__", "self", |world, args| {
        init(world, args, QueueKind::Fifo)
    }),
    ("put", "self, item, block=, timeout=", put),
    ("put_nowait", "self, item", |_, args| {
        Err(Stop::Perform(
            queue_of(&args[0])?.put(args[1].clone(), Blocking::No),
        ))
    }),
    ("get", "self, block=, timeout=", get),
    ("get_nowait", "self", |_, args| {
        Err(Stop::Perform(queue_of(&args[0])?.get(Blocking::No)))
    }),
    ("qsize", "self", |_, args| {
        Err(Stop::Perform(queue_of(&args[0])?.size()))
    }),
    ("empty", "self", is_empty),
];

pub fn init(world: &'static World, args: &[Value], kind: QueueKind) -> Answer {
    let given = args.get(1).cloned().unwrap_or_default();
    let maxsize = match given.is_unset() {
        true => 0,
        false => given
            .as_int()
            .and_then(|number| number.to_i64())
            .unwrap_or(0),
    };
    set_field(object_of(args)?, "maxsize", Value::Int(maxsize));
    let object = args[0].clone();
    Err(Stop::Name(Box::new(move |name| {
        let name = if name.is_empty() { "queue" } else { name };
        let capacity = usize::try_from(maxsize).unwrap_or(0);
        let queue = world.engine.queue(world, name, kind, capacity);
        if let Value::Instance(instance) = &object {
            let _ = instance.handle.set(Box::new(Handle::Queue(queue)));
        }
        Ok(Value::None)
    })))
}

pub fn queue_of(object: &Value) -> Result<&dyn Queue> {
    match object {
        Value::Instance(instance) => match instance.handle.get().map(|handle| &**handle) {
            Some(Handle::Queue(queue)) => Ok(&**queue),
            _ => Err(error::attribute_error("Queue.__init__() not called")),
        },
        _ => Err(error::type_error("a queue is needed")),
    }
}

pub fn blocking(block: Option<&Value>, timeout: Option<&Value>) -> Result<Blocking> {
    let block = match block {
        None | Some(Value::Unset) => true,
        Some(Value::Bool(block)) => block.get(),
        Some(Value::Int(block)) => *block != 0,
        Some(value) => !value.is_none(),
    };
    let timeout = match timeout {
        None | Some(Value::Unset | Value::None) => None,
        Some(value) => super::arguments::real_at_once(value).transpose()?,
    };
    Blocking::of_queue(block, timeout).map_err(|error| raise_of(&error))
}

fn put(_: &'static World, args: &[Value]) -> Answer {
    let blocking = blocking(args.get(2), args.get(3))?;
    Err(Stop::Perform(
        queue_of(&args[0])?.put(args[1].clone(), blocking),
    ))
}

fn get(_: &'static World, args: &[Value]) -> Answer {
    let blocking = blocking(args.get(1), args.get(2))?;
    Err(Stop::Perform(queue_of(&args[0])?.get(blocking)))
}

/// The number of items, and what it says.
pub fn asks_size(args: &[Value], says: impl FnOnce(i64) -> bool + Send + 'static) -> Answer {
    let size = queue_of(&args[0])?.size();
    later(async move {
        let size = sequence::wait(Err(Stop::Perform(size))).await?;
        let size = size
            .as_int()
            .and_then(|number| number.to_i64())
            .unwrap_or(0);
        Ok(Value::bool(says(size)))
    })
}

pub fn is_empty(_: &'static World, args: &[Value]) -> Answer {
    asks_size(args, |size| size == 0)
}

pub fn is_full(_: &'static World, args: &[Value]) -> Answer {
    let most = field(object_of(args)?, "maxsize")
        .as_int()
        .and_then(|number| number.to_i64());
    asks_size(args, move |size| {
        most.is_some_and(|most| 0 < most && most <= size)
    })
}
