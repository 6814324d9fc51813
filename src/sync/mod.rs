//! Python's synchronisation primitives, a file each, written over a
//! [`Platform`](crate::platform::Platform).
//!
//! What they do is what CPython's `threading` does; where its documentation is
//! silent, CPython 3.11 itself. They know nothing of scenarios or of the page.

mod barrier;
mod blocking;
mod cell;
mod condition;
mod error;
mod event;
mod gauge;
mod guarded;
mod line;
mod lock;
mod mutex;
mod object;
mod own;
mod queue;
mod rlock;
mod semaphore;
mod shown;

pub use barrier::{Action, Barrier};
pub use blocking::Blocking;
pub use cell::SharedCell;
pub use condition::Condition;
pub use error::{Error, ErrorKind};
pub use event::Event;
pub use gauge::Gauge;
pub(crate) use guarded::Guarded;
pub(crate) use line::{Line, Place, Through};
pub use lock::Lock;
pub(crate) use object::Object;
pub use own::{Heir, Own, Writing};
pub use queue::{Fifo, Item, Lifo, Order, Priority, Queue, Refused};
pub use rlock::RLock;
pub use semaphore::{BoundedSemaphore, Semaphore};
pub use shown::{Shown, shown};

use crate::base::ObjectId;
use crate::platform::Platform;
use crate::trace::At;

/// What `with` can hold for the length of a body: Python's context managers.
pub trait Held {
    /// Acquires, however long it takes.
    fn enter(&self, at: At) -> impl Future<Output = ()>;

    /// Releases what [`enter`](Self::enter) acquired.
    ///
    /// # Errors
    /// If the body has already released it.
    fn exit(&self, at: At) -> impl Future<Output = Result<(), Error>>;
}

/// What a [`Condition`] needs of its lock: CPython's `_is_owned`,
/// `_release_save` and `_acquire_restore`.
pub trait Guarding<P: Platform>: Held + 'static {
    /// How to acquire it again as it was.
    type Saved: Copy;

    /// Whether the calling thread holds it; a lock without an owner says whether
    /// any does.
    fn is_owned(&self) -> bool;

    /// Whether it could be acquired by a thread that does not hold it, or what that one
    /// would wait for.
    fn ready(&self) -> Result<(), ObjectId>;

    /// [`acquire_restore`](Self::acquire_restore), if nobody holds it: whether it did.
    fn try_restore(&self, saved: &Self::Saved, at: At) -> bool;

    /// Releases it, however often it was acquired. Part of the condition's step.
    fn release_save(&self, at: At) -> Self::Saved;

    /// Acquires it again as it was, in a step.
    fn acquire_restore(&self, saved: Self::Saved, at: At) -> impl Future<Output = ()>;
}

/// Runs `body` while `lock` is held, and releases it after: Python's `with lock:`.
///
/// It takes the place of a guard, since a guard's `drop` is neither a step nor
/// knows its line.
///
/// # Panics
/// If the body has released the lock itself: an exception of Python's that no
/// `except` inside the `with` can catch.
#[track_caller]
pub fn with<L: Held, R>(lock: &L, body: impl AsyncFnOnce() -> R) -> impl Future<Output = R> {
    let at = At::caller();
    async move {
        lock.enter(at).await;
        let result = body().await;
        if let Err(error) = lock.exit(at).await {
            uncaught(&error);
        }
        result
    }
}

/// Out of line: what formatting needs would lie on the stack of every `with`, and those
/// of a recursion lie on top of each other.
#[cold]
#[inline(never)]
fn uncaught(error: &Error) -> ! {
    panic!("{error}")
}
