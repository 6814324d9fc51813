//! Running a future on a real thread: one poll, since it blocks where it waits.

use std::future::poll_fn;
use std::pin::pin;
use std::task::{Context, Poll, Waker};

use super::Platform;
use crate::trace::Site;

/// The future's result, or `None` if the run was stopped while it ran.
pub fn drive<T>(future: impl Future<Output = T>) -> Option<T> {
    let mut context = Context::from_waker(Waker::noop());
    match pin!(future).poll(&mut context) {
        Poll::Ready(value) => Some(value),
        Poll::Pending => None,
    }
}

/// [`Platform::step`] where waiting blocks. The slow path is kept out of the code
/// of the fast one, so that this is small enough to be inlined.
#[inline]
pub fn step<P: Platform, T, Slow: Future<Output = T>>(
    site: Site,
    fast: impl Fn() -> Option<T>,
    slow: impl Fn() -> Slow,
) -> impl Future<Output = T> {
    #[cold]
    #[inline(never)]
    fn out_of_line<T>(slow: impl Future<Output = T>) -> Poll<T> {
        // Without a result the run was stopped.
        drive(slow).map_or(Poll::Pending, Poll::Ready)
    }
    poll_fn(
        #[inline(always)]
        move |context| {
            if pin!(P::point(site)).poll(context).is_pending() {
                return Poll::Pending;
            }
            match fast() {
                Some(result) => Poll::Ready(result),
                None => out_of_line(slow()),
            }
        },
    )
}
