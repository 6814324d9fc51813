//! `asyncio.Future`: a result that comes once, and who is told of it.
//!
//! CPython 3.11's behaviour (`Lib/asyncio/futures.py`): being done, whether with a
//! result, with an exception or by a cancel, makes the callbacks ready, in their order,
//! for the next turn of the loop. Waiting for one is how tasks give way: every primitive
//! is built on it.

use std::cell::{Cell, RefCell};
use std::future::poll_fn;
use std::rc::Rc;
use std::task::Poll;

use super::event_loop::{Ready, call_soon, current, driver};
use crate::sync::{Error, ErrorKind};
use crate::trace::Kind;

/// A result that will be there.
pub(super) struct Promise<T>(Rc<Inner<T>>);

struct Inner<T> {
    stage: RefCell<Stage<T>>,
    callbacks: RefCell<Vec<(u64, Ready)>>,
    /// Callbacks that were ever added.
    added: Cell<u64>,
    /// Whether it failed, and nobody has asked.
    unretrieved: Cell<bool>,
}

/// What a task does that gives way.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum Wait {
    Blocked,
    /// It has said so itself, as its step.
    Asleep,
}

enum Stage<T> {
    Pending,
    Done(Result<T, Error>),
    Cancelled,
}

/// What a task that waits can be kept from: `Future.cancel`, and those of a task and of a
/// gathering, which do more.
pub(super) trait Cancel {
    /// Whether it was not done, and is cancelled or will be.
    fn cancel(&self) -> bool;
}

/// A promise of whatever type.
pub(super) trait Settled {
    fn done(&self) -> bool;
    /// The exception, if there is one and nobody has asked.
    fn unretrieved(&self) -> Option<Error>;
    /// Says whether somebody has asked.
    fn set_retrieved(&self, retrieved: bool);
    fn on_done(&self, callback: Ready);
}

impl<T> Clone for Promise<T> {
    fn clone(&self) -> Promise<T> {
        Promise(Rc::clone(&self.0))
    }
}

impl<T: Clone + 'static> Promise<T> {
    pub fn new() -> Promise<T> {
        Promise(Rc::new(Inner {
            stage: RefCell::new(Stage::Pending),
            callbacks: RefCell::new(Vec::new()),
            added: Cell::new(0),
            unretrieved: Cell::new(false),
        }))
    }

    pub fn is(&self, other: &Promise<T>) -> bool {
        Rc::ptr_eq(&self.0, &other.0)
    }

    pub fn done(&self) -> bool {
        !matches!(*self.0.stage.borrow(), Stage::Pending)
    }

    pub fn cancelled(&self) -> bool {
        matches!(*self.0.stage.borrow(), Stage::Cancelled)
    }

    /// The result.
    ///
    /// # Errors
    /// The exception; `CancelledError`; or, before it is done, `InvalidStateError`.
    pub fn result(&self) -> Result<T, Error> {
        match &*self.0.stage.borrow() {
            Stage::Pending => Err(Error::new(
                ErrorKind::InvalidStateError,
                "Result is not set.",
            )),
            Stage::Cancelled => Err(Error::CANCELLED),
            Stage::Done(result) => {
                self.0.unretrieved.set(false);
                result.clone()
            }
        }
    }

    /// The exception, if it failed.
    ///
    /// # Errors
    /// `CancelledError`; or, before it is done, `InvalidStateError`.
    pub fn exception(&self) -> Result<Option<Error>, Error> {
        match &*self.0.stage.borrow() {
            Stage::Pending => Err(Error::new(
                ErrorKind::InvalidStateError,
                "Exception is not set.",
            )),
            Stage::Cancelled => Err(Error::CANCELLED),
            Stage::Done(result) => {
                self.0.unretrieved.set(false);
                Ok(result.as_ref().err().cloned())
            }
        }
    }

    /// Gives the result, unless it is done.
    pub fn set(&self, result: Result<T, Error>) {
        self.0.unretrieved.set(result.is_err());
        self.settle(Stage::Done(result));
    }

    /// Calls it off: whether it was not done.
    pub fn cancel(&self) -> bool {
        self.0.unretrieved.set(false);
        self.settle(Stage::Cancelled)
    }

    fn settle(&self, stage: Stage<T>) -> bool {
        if self.done() {
            return false;
        }
        *self.0.stage.borrow_mut() = stage;
        let by = current().map(|task| task.lane());
        for (_, callback) in self.0.callbacks.take() {
            if let (Some(by), Ready::Step(task)) = (by, &callback) {
                driver().lets_go(by, *task);
            }
            call_soon(callback);
        }
        true
    }

    /// Has a call made in the turn after the one in which it is done: the callback's
    /// number.
    pub fn on_done(&self, callback: impl FnOnce() + 'static) -> u64 {
        self.add(Ready::Call(Box::new(callback)))
    }

    fn add(&self, callback: Ready) -> u64 {
        let number = self.0.added.get();
        self.0.added.set(number + 1);
        if self.done() {
            call_soon(callback);
        } else {
            let mut callbacks = self.0.callbacks.borrow_mut();
            callbacks.push((number, callback));
        }
        number
    }

    /// Takes a callback back, unless it is ready already.
    pub fn remove(&self, callback: u64) {
        let mut callbacks = self.0.callbacks.borrow_mut();
        callbacks.retain(|(number, _)| *number != callback);
    }

    /// The result, as soon as it is there: `await future`. At once, if it is done.
    ///
    /// # Errors
    /// The exception; `CancelledError`, if it or the task that waits was cancelled.
    pub async fn wait(&self) -> Result<T, Error> {
        self.wait_for(Rc::new(self.clone()), Wait::Blocked).await
    }

    /// [`wait`](Self::wait), for a task that sleeps.
    pub async fn sleep(&self) -> Result<T, Error> {
        self.wait_for(Rc::new(self.clone()), Wait::Asleep).await
    }

    /// [`wait`](Self::wait), where a cancel of the task that waits cancels `awaited`.
    pub async fn wait_by(&self, awaited: Rc<dyn Cancel>) -> Result<T, Error> {
        self.wait_for(awaited, Wait::Blocked).await
    }

    async fn wait_for(&self, awaited: Rc<dyn Cancel>, how: Wait) -> Result<T, Error> {
        let mut waits = false;
        poll_fn(|_| {
            if !waits && self.done() {
                return Poll::Ready(self.result());
            }
            let task = current().expect("only a task awaits");
            if waits {
                let result = match task.take_failure() {
                    Some(error) => Err(error),
                    None => self.result(),
                };
                return Poll::Ready(task.back(result, how));
            }
            waits = true;
            let lane = task.lane();
            if how == Wait::Blocked {
                driver().record(lane, Kind::Block, task.site(), 0);
            }
            if task.is_settled_by(self) {
                task.fail_next(Error::runtime("Task cannot await on itself"));
                call_soon(Ready::Step(lane));
            } else {
                self.add(Ready::Step(lane));
                task.awaits(Rc::clone(&awaited));
            }
            Poll::Pending
        })
        .await
    }

    /// As something to compare with another's promise.
    pub fn address(&self) -> *const () {
        Rc::as_ptr(&self.0).cast()
    }
}

impl<T: Clone + 'static> Cancel for Promise<T> {
    fn cancel(&self) -> bool {
        Promise::cancel(self)
    }
}

impl<T: Clone + 'static> Settled for Promise<T> {
    fn done(&self) -> bool {
        Promise::done(self)
    }

    fn unretrieved(&self) -> Option<Error> {
        match &*self.0.stage.borrow() {
            Stage::Done(Err(error)) if self.0.unretrieved.get() => Some(error.clone()),
            _ => None,
        }
    }

    fn set_retrieved(&self, retrieved: bool) {
        self.0.unretrieved.set(!retrieved);
    }

    fn on_done(&self, callback: Ready) {
        self.add(callback);
    }
}
