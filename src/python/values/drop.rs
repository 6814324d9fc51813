//! Dropping what contains values, however deep, without recursion.

use std::cell::{Cell, RefCell};

use super::Value;

/// Drops within drops, up to here; what lies deeper waits in a queue.
const DEEP: u32 = 40;

thread_local! {
    static DEPTH: Cell<u32> = const { Cell::new(0) };
    static WAITING: RefCell<Vec<Value>> = const { RefCell::new(Vec::new()) };
}

/// Drops values, each of which may be the last reference to a container of containers: a
/// list nested a million deep would overflow the stack. CPython's trashcan.
pub fn bury(values: impl IntoIterator<Item = Value>) {
    let depth = DEPTH.get();
    let deep = |value: &Value| {
        !matches!(
            value,
            Value::Int(_) | Value::Float(_) | Value::Str(_) | Value::None | Value::Bool(_)
        )
    };
    if depth >= DEEP {
        let waiting = values.into_iter().filter(deep);
        WAITING.with_borrow_mut(|queue| queue.extend(waiting));
        return;
    }
    DEPTH.set(depth + 1);
    values.into_iter().for_each(Value::discard);
    if depth == 0 {
        while let Some(value) = WAITING.with_borrow_mut(Vec::pop) {
            drop(value);
        }
    }
    DEPTH.set(depth);
}
