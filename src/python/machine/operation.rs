//! Operations of the engine beneath: what a thread waits for, or others may notice.
//!
//! Acquiring a lock is no step of the interpreter's: the loop is left, whoever drives the
//! machine performs the operation on its platform, and the result goes to the frame, or to
//! the sequence, that asked for it.

use std::pin::Pin;

use super::Result;
use crate::python::values::Value;
use crate::trace::At;

/// An operation that was begun; it belongs to the thread that performs it.
pub type Performing = Pin<Box<dyn Future<Output = Result<Value>>>>;

/// An operation that is asked for.
pub struct Operation(Box<dyn FnOnce(At) -> Performing + Send>);

impl Operation {
    /// One that is begun at a line of the program.
    pub fn new<Fut>(begin: impl FnOnce(At) -> Fut + Send + 'static) -> Operation
    where
        Fut: Future<Output = Result<Value>> + 'static,
    {
        Operation(Box::new(move |at| Box::pin(begin(at))))
    }

    pub fn begin(self, at: At) -> Performing {
        (self.0)(at)
    }
}
