//! A Python list, or whatever else threads share that is no primitive.

use std::cell::Cell;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use crate::platform::{State, Stateful, edited, track};

/// A value that threads share, as any object in Python: nothing but a lock beside it
/// keeps its uses in order.
///
/// Using it is no step of its own, so exploration sees only the steps around it: use it
/// where a primitive is held that orders all its uses. (The mutex in it is what Rust
/// wants to see. It is held for moments, and never across an `await`.)
pub struct Plain<T>(Arc<Shared<T>>);

struct Shared<T>(Mutex<Value<T>>);

struct Value<T> {
    value: T,
    /// What was done to it, in a number: for exploration, which cannot know the value.
    edits: Cell<u64>,
}

impl<T: Send + 'static> Plain<T> {
    pub fn new(value: T) -> Plain<T> {
        let edits = Cell::new(0);
        let shared = Arc::new(Shared(Mutex::new(Value { value, edits })));
        track(&shared);
        Plain(shared)
    }

    /// Uses the value.
    pub fn edit<R>(&self, edit: impl FnOnce(&mut T) -> R) -> R {
        let mut value = self.0.locked();
        edited(&value.edits);
        edit(&mut value.value)
    }
}

impl<T> Shared<T> {
    fn locked(&self) -> MutexGuard<'_, Value<T>> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl<T> Stateful for Shared<T> {
    fn state(&self, state: &mut State) {
        state.add(self.locked().edits.get());
    }
}

impl<T> Clone for Plain<T> {
    fn clone(&self) -> Plain<T> {
        Plain(Arc::clone(&self.0))
    }
}
