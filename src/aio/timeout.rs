//! `asyncio.timeout` and `asyncio.wait_for`: an end to waiting.
//!
//! CPython 3.11's behaviour (`Lib/asyncio/timeouts.py`, `tasks.py`): a timeout cancels
//! the task that it is in, and makes a `TimeoutError` of the `CancelledError` that comes
//! out of its body, unless somebody else has cancelled the task as well.

use std::cell::{Cell, RefCell};
use std::rc::Rc;
use std::time::Duration;

use super::event_loop::{Ready, Timer, call_at, call_later, call_soon, current};
use super::is_cancelled;
use super::promise::{Cancel, Promise};
use super::sleep::time;
use super::task::{Control, Task};
use crate::sync::{Error, ErrorKind};
use crate::trace::At;

/// A timeout, as its body sees it.
#[derive(Clone)]
pub struct Timeout(Rc<Inner>);

struct Inner {
    task: Rc<Control>,
    state: Cell<State>,
    when: Cell<Option<Duration>>,
    handle: RefCell<Option<Handle>>,
}

/// What is to come of it: a timer, or, where the time has come already, a call that is
/// ready.
enum Handle {
    Timer(Timer),
    /// Whether it still is to be made.
    Soon(Rc<Cell<bool>>),
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum State {
    Active,
    Expiring,
    Expired,
    Finished,
}

/// Runs `body`, and cancels it if it takes longer than `delay`; `None` is for ever:
/// `async with timeout(delay):`.
///
/// # Errors
/// `TimeoutError` if it was cancelled for that, and for nothing else; what the body
/// returns.
///
/// # Panics
/// Outside a task.
pub async fn timeout<T>(
    delay: Option<Duration>,
    body: impl AsyncFnOnce(&Timeout) -> Result<T, Error>,
) -> Result<T, Error> {
    let task = current().expect("Timeout should be used inside a task");
    let before = task.cancelling();
    let timeout = Timeout(Rc::new(Inner {
        task: Rc::clone(&task),
        state: Cell::new(State::Active),
        when: Cell::new(None),
        handle: RefCell::new(None),
    }));
    timeout.reschedule(delay.map(|delay| time().saturating_add(delay)))?;
    let result = body(&timeout).await;
    timeout.call_off();
    if timeout.0.state.get() != State::Expiring {
        timeout.0.state.set(State::Finished);
        return result;
    }
    timeout.0.state.set(State::Expired);
    if task.uncancel() <= before && is_cancelled(&result) {
        return Err(Error::TIMED_OUT);
    }
    result
}

impl Timeout {
    /// Whether its time was up while the body ran.
    pub fn expired(&self) -> bool {
        matches!(self.0.state.get(), State::Expiring | State::Expired)
    }

    /// When it will be, or was to be.
    pub fn when(&self) -> Option<Duration> {
        self.0.when.get()
    }

    /// Gives it another time, or none.
    ///
    /// # Errors
    /// `RuntimeError` if its time was up already, or the body has ended.
    pub fn reschedule(&self, when: Option<Duration>) -> Result<(), Error> {
        let state = match self.0.state.get() {
            State::Active => None,
            State::Expiring => Some("expiring"),
            State::Expired => Some("expired"),
            State::Finished => Some("finished"),
        };
        if let Some(state) = state {
            let why = format!("Cannot change state of {state} Timeout");
            return Err(Error::runtime(why));
        }
        self.0.when.set(when);
        self.call_off();
        *self.0.handle.borrow_mut() = when.map(|when| {
            let timeout = self.clone();
            if when > time() {
                return Handle::Timer(call_at(when, move || timeout.expire()));
            }
            let wanted = Rc::new(Cell::new(true));
            let still = Rc::clone(&wanted);
            call_soon(Ready::Call(Box::new(move || {
                if still.get() {
                    timeout.expire();
                }
            })));
            Handle::Soon(wanted)
        });
        Ok(())
    }

    fn call_off(&self) {
        match self.0.handle.take() {
            Some(Handle::Timer(timer)) => timer.cancel(),
            Some(Handle::Soon(wanted)) => wanted.set(false),
            None => {}
        }
    }

    fn expire(&self) {
        self.0.task.cancel();
        self.0.state.set(State::Expiring);
        self.0.handle.take();
    }
}

/// Awaits a task, and cancels it if that takes longer than `timeout`; `None` is for ever.
/// It does not return before the task has ended. A cancel of who waits cancels the task.
///
/// # Errors
/// `TimeoutError`; the task's exception; `CancelledError`.
#[track_caller]
pub fn wait_for<T: Clone + 'static>(
    task: &Task<T>,
    timeout: Option<Duration>,
) -> impl Future<Output = Result<T, Error>> {
    let at = At::caller();
    let task = task.clone();
    async move {
        task.control().object().begin(at);
        let Some(timeout) = timeout else {
            return task.awaited().await;
        };
        if timeout.is_zero() {
            if task.done() {
                return task.result();
            }
            cancel_and_wait(&task).await?;
            return in_time(task.result());
        }
        let waiter = Promise::new();
        let timer = call_later(timeout, release(&waiter));
        let callback = task.promise().on_done(release(&waiter));
        let woken = waiter.wait().await;
        let result = if task.done() {
            task.result()
        } else {
            task.promise().remove(callback);
            match (cancel_and_wait(&task).await, woken) {
                (Err(error), _) | (Ok(()), Err(error)) => Err(error),
                (Ok(()), Ok(())) => in_time(task.result()),
            }
        };
        timer.cancel();
        result
    }
}

/// A task that was cancelled since its time was up, and came to this.
fn in_time<T>(result: Result<T, Error>) -> Result<T, Error> {
    match result {
        Err(error) if error.kind == ErrorKind::CancelledError => Err(Error::TIMED_OUT),
        other => other,
    }
}

/// Cancels a task and waits for its end, without being told what it came to.
async fn cancel_and_wait<T: Clone + 'static>(task: &Task<T>) -> Result<(), Error> {
    let waiter = Promise::new();
    let callback = task.promise().on_done(release(&waiter));
    task.control().cancel();
    let woken = waiter.wait().await;
    task.promise().remove(callback);
    woken
}

/// What lets a waiter go, if it still waits.
pub(super) fn release(waiter: &Promise<()>) -> impl FnOnce() + 'static {
    let waiter = waiter.clone();
    move || waiter.set(Ok(()))
}
