//! asyncio's half: tasks on an event loop, and their primitives, a file each.
//!
//! Tasks are not threads. One runs at a time, and goes on until it awaits something
//! that is not there yet; a cancel reaches it there, as an error that the await
//! returns; and those who wait are served in the order in which they came. So nothing
//! here is built on [`sync`](crate::sync), whose primitives may be taken by anybody at
//! any time. All of it does what CPython 3.11's `asyncio` does, to the turn of the loop
//! in which a task goes on.
//!
//! What a call of asyncio's does at once is a plain call here, what may give way is
//! awaited. A program is written once: whatever is beneath the loop, the browser or the
//! [model], supplies the small table [`Loop`].
//!
//! **Cancelling.** Python raises `CancelledError` inside the coroutine. Here the await
//! returns it as an [`Error`](crate::sync::Error); a task that hands it on with `?` ends
//! cancelled, and one that does not has swallowed it. Nothing is cancelled by dropping a
//! future.
//!
//! Must not know: scenarios, and how a loop is driven.

mod barrier;
mod condition;
mod event;
pub mod event_loop;
mod gather;
mod lock;
pub mod model;
mod network;
mod object;
mod promise;
mod queue;
mod semaphore;
mod sleep;
mod task;
mod timeout;
mod variable;
mod waiters;
mod waiting;

pub use barrier::Barrier;
pub use condition::Condition;
pub use event::Event;
pub use event_loop::Loop;
pub use gather::{Gathering, gather, gather_with_exceptions};
pub use lock::Lock;
pub use network::{Reply, get};
pub use queue::Queue;
pub use semaphore::{BoundedSemaphore, Semaphore};
pub use sleep::{sleep, time};
pub use task::{CurrentTask, Task, create_named_task, create_task, current_task};
pub use timeout::{Timeout, timeout, wait_for};
pub use variable::Variable;
pub use waiting::{AsCompleted, Until, Waited, as_completed, wait};

use crate::sync::{Error, ErrorKind};
use crate::trace::At;

/// What [`with`] can hold for the length of a body: what stands behind `async with`.
pub trait Held {
    /// Acquires, giving way until that is possible.
    ///
    /// # Errors
    /// `CancelledError`; nothing is held then.
    fn enter(&self, at: At) -> impl Future<Output = Result<(), Error>>;

    /// Releases what [`enter`](Self::enter) acquired.
    ///
    /// # Errors
    /// If the body has already released it.
    fn exit(&self, at: At) -> Result<(), Error>;
}

/// Runs `body` while `lock` is held, and releases it after, however the body ends:
/// Python's `async with lock:`.
///
/// # Errors
/// `CancelledError` if the task was cancelled while it waited; what the body returns; or
/// the `RuntimeError` of releasing what the body has released itself.
#[track_caller]
pub fn with<L: Held, T>(
    lock: &L,
    body: impl AsyncFnOnce() -> Result<T, Error>,
) -> impl Future<Output = Result<T, Error>> {
    let at = At::caller();
    async move {
        lock.enter(at).await?;
        let result = body().await;
        lock.exit(at)?;
        result
    }
}

fn is_cancelled<T>(result: &Result<T, Error>) -> bool {
    matches!(result, Err(error) if error.kind == ErrorKind::CancelledError)
}
