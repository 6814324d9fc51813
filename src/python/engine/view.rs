//! What a program shows of itself between two steps on the model: each thread's frames, and
//! the variables that all can reach. Made only for who replays an execution.

use std::sync::PoisonError;

use crate::base::ThreadId;
use crate::python::machine::{FrameView, Variable, World};
use crate::python::values::Value;

#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct View {
    /// Those that have begun and not ended, in their order.
    pub threads: Vec<ThreadView>,
    /// The module's variables, but for what the program's text defines: functions, classes
    /// and modules.
    pub shared: Vec<Variable>,
}

#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ThreadView {
    pub thread: ThreadId,
    /// The outermost first.
    pub frames: Vec<FrameView>,
}

/// How a program looks whose state [can be told](World::tell_states).
pub fn view(world: &'static World) -> View {
    let mut view = View::default();
    let processes = world.with_children().into_iter();
    let heaps = processes.filter_map(|process| process.heap.get());
    for (thread, machine) in heaps.flat_map(|heap| heap.machines()) {
        let frames = machine
            .lock()
            .unwrap_or_else(PoisonError::into_inner)
            .frames();
        // The call of a barrier's action is a machine of its own, of the same thread.
        match view.threads.iter_mut().find(|view| view.thread == thread) {
            Some(view) => view.frames.extend(frames),
            None => view.threads.push(ThreadView { thread, frames }),
        }
    }
    view.threads.sort_by_key(|view| view.thread.0);
    let defined = |value: &Value| {
        matches!(
            value,
            Value::Function(_)
                | Value::Closure(_)
                | Value::Native(_)
                | Value::Class(_)
                | Value::Module(_)
        )
    };
    let entries = world.main.entries().into_iter();
    let shown = entries.filter(|(name, value)| !name.text().starts_with("__") && !defined(value));
    (view.shared)
        .extend(shown.filter_map(|(name, value)| Variable::of(world, name.text(), &value)));
    view
}
