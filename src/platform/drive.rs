//! Running a future on a real thread: one poll, since it blocks where it waits.

use std::future::poll_fn;
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

/// [`Platform::until`](super::Platform::until) where waiting blocks, but in a run that is
/// being stopped, or recorded: then `is_flagged`, and `flagged` does it. All but the first
/// attempt is kept out of line, so that this is small enough to be inlined.
#[inline]
pub fn until<T, Slow: Future<Output = Option<T>>>(
    is_flagged: impl Fn() -> bool,
    flagged: impl Fn(&dyn Fn() -> Option<T>) -> Poll<Option<T>>,
    attempt: impl Fn() -> Option<T>,
    slow: impl Fn() -> Slow,
) -> impl Future<Output = Option<T>> {
    #[cold]
    #[inline(never)]
    fn out_of_line<T>(slow: impl Future<Output = T>) -> Poll<T> {
        // Without a result the run was stopped.
        drive(slow).map_or(Poll::Pending, Poll::Ready)
    }
    poll_fn(
        #[inline(always)]
        move |_| {
            if is_flagged() {
                return flagged(&attempt);
            }
            match attempt() {
                None => out_of_line(slow()),
                done => Poll::Ready(done),
            }
        },
    )
}
