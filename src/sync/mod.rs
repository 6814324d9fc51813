//! Python's synchronisation primitives, a file each, written over a
//! [`Platform`](crate::platform::Platform).
//!
//! What they do is what CPython's `threading` does; where its documentation is
//! silent, CPython 3.11 itself. They know nothing of scenarios or of the page.

mod blocking;
mod cell;
mod error;
pub mod lock;
mod object;

pub use blocking::Blocking;
pub use cell::SharedCell;
pub use error::{Error, ErrorKind};
pub use lock::Lock;
pub(crate) use object::Object;

use std::panic::Location;

/// What `with` can hold for the length of a body: Python's context managers.
pub trait Held {
    /// Acquires, however long it takes.
    fn enter(&self, at: &'static Location<'static>) -> impl Future<Output = ()>;

    /// Releases what [`enter`](Self::enter) acquired.
    fn exit(&self, at: &'static Location<'static>) -> impl Future<Output = ()>;
}

/// Runs `body` while `lock` is held, and releases it after: Python's `with lock:`.
///
/// It takes the place of a guard, since a guard's `drop` is neither a step nor
/// knows its line.
#[track_caller]
pub fn with<L: Held, R>(lock: &L, body: impl AsyncFnOnce() -> R) -> impl Future<Output = R> {
    let at = Location::caller();
    async move {
        lock.enter(at).await;
        let result = body().await;
        lock.exit(at).await;
        result
    }
}
