//! `asyncio.sleep`, and the loop's time.

use std::future::poll_fn;
use std::task::Poll;
use std::time::Duration;

use super::event_loop::{Ready, call_later, call_soon, current, driver};
use super::object::begin;
use super::promise::{Promise, Wait};
use crate::sync::Error;
use crate::trace::{At, Kind, Site};

/// Time since the run began: `loop.time()`.
///
/// # Panics
/// Outside an event loop.
pub fn time() -> Duration {
    driver().now()
}

/// Gives way for a time; for 0, until the loop has come round once.
///
/// # Errors
/// `CancelledError`.
#[track_caller]
pub fn sleep(delay: Duration) -> impl Future<Output = Result<(), Error>> {
    let site = Site::at(At::caller());
    async move {
        begin(site);
        let task = current().expect("only a task sleeps");
        let nanos = i64::try_from(delay.as_nanos()).unwrap_or(i64::MAX);
        driver().record(task.lane(), Kind::Sleep, site, nanos);
        if delay.is_zero() {
            return give_way().await;
        }
        let over = Promise::new();
        let timer = call_later(delay, {
            let over = over.clone();
            move || over.set(Ok(()))
        });
        let slept = over.sleep().await;
        timer.cancel();
        slept
    }
}

/// A bare `yield`: the task goes on in the next turn.
async fn give_way() -> Result<(), Error> {
    let mut gave_way = false;
    poll_fn(|_| {
        let task = current().expect("only a task gives way");
        if gave_way {
            return Poll::Ready(task.back(Ok(()), Wait::Asleep));
        }
        gave_way = true;
        call_soon(Ready::Step(task.lane()));
        Poll::Pending
    })
    .await
}
