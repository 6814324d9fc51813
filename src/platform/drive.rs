//! Running a future on a real thread: one poll, since it blocks where it waits.

use std::future::pending;
use std::pin::pin;
use std::task::{Context, Poll, Waker};

use super::Platform;

/// The future's result, or `None` if the run was stopped while it ran.
pub fn drive<T>(future: impl Future<Output = T>) -> Option<T> {
    let mut context = Context::from_waker(Waker::noop());
    match pin!(future).poll(&mut context) {
        Poll::Ready(value) => Some(value),
        Poll::Pending => None,
    }
}

/// Keeps a slow path out of the code of the fast one, so that this is small enough
/// to be inlined: `#[cold]` on an `async fn` says something of its making, and
/// nothing of its running.
pub async fn slow_path<P: Platform, T>(slow: impl Future<Output = T>) -> T {
    #[cold]
    #[inline(never)]
    fn out_of_line<T>(slow: impl Future<Output = T>) -> Option<T> {
        drive(slow)
    }
    if !P::BLOCKS {
        return slow.await;
    }
    match out_of_line(slow) {
        Some(result) => result,
        // The run was stopped.
        None => pending().await,
    }
}
