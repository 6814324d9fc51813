//! A Python list, or whatever else threads share that is no primitive.

use std::sync::{Arc, Mutex, PoisonError};

/// A value that threads share, as any object in Python: nothing but a lock beside it
/// keeps its uses in order.
///
/// Using it is no step of its own, so exploration sees only the steps around it: use it
/// where a primitive is held that orders all its uses. (The mutex in it is what Rust
/// wants to see. It is held for moments, and never across an `await`.)
pub struct Plain<T>(Arc<Mutex<T>>);

impl<T> Plain<T> {
    pub fn new(value: T) -> Plain<T> {
        Plain(Arc::new(Mutex::new(value)))
    }

    /// Uses the value.
    pub fn edit<R>(&self, edit: impl FnOnce(&mut T) -> R) -> R {
        edit(&mut self.0.lock().unwrap_or_else(PoisonError::into_inner))
    }
}

impl<T> Clone for Plain<T> {
    fn clone(&self) -> Plain<T> {
        Plain(Arc::clone(&self.0))
    }
}
