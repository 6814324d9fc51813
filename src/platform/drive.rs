//! Running a future on a real thread: one poll, since it blocks where it waits.

use std::pin::pin;
use std::task::{Context, Poll, Waker};

/// The future's result, or `None` if the run was stopped while it ran.
pub fn drive<T>(future: impl Future<Output = T>) -> Option<T> {
    let mut context = Context::from_waker(Waker::noop());
    match pin!(future).poll(&mut context) {
        Poll::Ready(value) => Some(value),
        Poll::Pending => None,
    }
}
