//! `Timer`: a thread that calls a function after a while, unless it is cancelled.

use std::sync::Arc;

use crate::python::builtins::Table;
use crate::python::engine::Handle;
use crate::python::lib::class::{self, field, set_field, this as object_of};
use crate::python::machine::{Answer, Result, Stop, World, error, later, sequence};
use crate::python::names;
use crate::python::values::{Class, Instance, Truth, Value};

pub fn class(thread: &'static Class) -> &'static Class {
    class::new("threading", "Timer", thread, METHODS)
}

const METHODS: Table = &[
    ("__init__", "self, interval, function, args=, kwargs=", init),
    ("cancel", "self", cancel),
    ("run", "self", run),
];

fn init(world: &'static World, args: &[Value]) -> Answer {
    let object = object_of(args)?;
    let event = class::of(world, "threading", "Event")?;
    let finished = Instance::new(event, Value::Unset, world.serial());
    let _ = finished
        .handle
        .set(Box::new(Handle::Event(world.engine.event("finished"))));
    set_field(object, "finished", Value::Instance(finished));
    set_field(object, "interval", args[1].clone());
    set_field(object, "function", args[2].clone());
    let given = args.get(3).cloned().unwrap_or_default().or_none();
    set_field(
        object,
        "args",
        if given.is_none() {
            Value::list(Vec::new())
        } else {
            given
        },
    );
    set_field(
        object,
        "kwargs",
        args.get(4).cloned().unwrap_or_default().or_none(),
    );
    let init = class::of(world, "threading", "Thread")?.find(names::INIT);
    let init = init.ok_or_else(|| error::runtime_error("there is no Thread"))?;
    crate::python::machine::tail(&init, [args[0].clone()])
}

fn finished(object: &Value) -> Result<Arc<dyn crate::python::engine::Event>> {
    if let Value::Instance(event) = field(object_of(std::slice::from_ref(object))?, "finished")
        && let Some(Handle::Event(event)) = event.handle.get().map(|handle| &**handle)
    {
        return Ok(event.clone());
    }
    Err(error::runtime_error("Timer.__init__() not called"))
}

fn cancel(_: &'static World, args: &[Value]) -> Answer {
    Err(Stop::Perform(finished(&args[0])?.set()))
}

fn run(_: &'static World, args: &[Value]) -> Answer {
    let object = args[0].clone();
    later(async move {
        let event = finished(&object)?;
        let this = object_of(std::slice::from_ref(&object))?;
        let interval = super::within(Some(&field(this, "interval")))?;
        sequence::wait(Err(Stop::Perform(event.wait(interval)))).await?;
        let set = sequence::wait(Err(Stop::Perform(event.is_set()))).await?;
        if !matches!(set, Value::Bool(Truth::True)) {
            let (function, given) = (field(this, "function"), field(this, "args"));
            let given = crate::python::machine::iterate::at_hand(&given).unwrap_or_default();
            let named = class::keywords(&field(this, "kwargs"));
            sequence::call_with(&function, given, named).await?;
        }
        sequence::wait(Err(Stop::Perform(event.set()))).await
    })
}
