//! `asyncio.Condition`: waiting for something to become true under a lock.
//!
//! CPython 3.11's behaviour (`Lib/asyncio/locks.py`): a wait gives the lock back, and has
//! it again before it returns, also if it was cancelled. A notification reaches those
//! who have waited longest. One that reaches a task which is cancelled before it goes on
//! is lost, as it is there.

use std::rc::Rc;

use super::Held;
use super::lock::Lock;
use super::object::{Object, as_value};
use super::waiters::Waiters;
use crate::sync::{Error, ErrorKind};
use crate::trace::objects::ObjectKind;
use crate::trace::{At, Kind};

/// A condition and its lock.
pub struct Condition {
    lock: Rc<Lock>,
    waiters: Waiters,
    object: Object,
}

impl Condition {
    /// A condition with a lock of its own, which the run shows under this name.
    pub fn new(name: &str) -> Rc<Condition> {
        Condition::over(name, Lock::new(&format!("{name}'s lock")))
    }

    /// A condition over a lock.
    pub fn over(name: &str, lock: Rc<Lock>) -> Rc<Condition> {
        let object = Object::new(ObjectKind::Condition, name);
        Rc::new(Condition::seen_as(object, lock))
    }

    pub(super) fn seen_as(object: Object, lock: Rc<Lock>) -> Condition {
        Condition {
            lock,
            waiters: Waiters::default(),
            object,
        }
    }

    /// The lock, to be acquired and released.
    pub fn lock(&self) -> &Rc<Lock> {
        &self.lock
    }

    /// Gives the lock back, waits to be notified, and acquires it again.
    ///
    /// # Errors
    /// `RuntimeError: cannot wait on un-acquired lock`; or `CancelledError`, with the
    /// lock acquired.
    #[track_caller]
    pub fn wait(&self) -> impl Future<Output = Result<(), Error>> {
        self.wait_at(At::caller())
    }

    /// Waits until something holds, which is looked at first and after each
    /// notification.
    ///
    /// # Errors
    /// As [`wait`](Self::wait).
    #[track_caller]
    pub fn wait_for(&self, holds: impl Fn() -> bool) -> impl Future<Output = Result<(), Error>> {
        let at = At::caller();
        async move {
            while !holds() {
                self.wait_at(at).await?;
            }
            Ok(())
        }
    }

    /// Notifies up to so many of those who wait.
    ///
    /// # Errors
    /// `RuntimeError: cannot notify on un-acquired lock`
    #[track_caller]
    pub fn notify(&self, count: usize) -> Result<(), Error> {
        self.object.begin(At::caller());
        if !self.lock.locked() {
            return Err(Error::runtime("cannot notify on un-acquired lock"));
        }
        let notified = self.waiters.wake(count);
        self.object.record(Kind::Notify, as_value(notified));
        Ok(())
    }

    /// Notifies all who wait.
    ///
    /// # Errors
    /// As [`notify`](Self::notify).
    #[track_caller]
    pub fn notify_all(&self) -> Result<(), Error> {
        self.notify(usize::MAX)
    }

    async fn wait_at(&self, at: At) -> Result<(), Error> {
        self.object.begin(at);
        if !self.lock.locked() {
            return Err(Error::runtime("cannot wait on un-acquired lock"));
        }
        self.lock.give_back()?;
        let waiter = self.waiters.add();
        let notified = waiter.wait().await;
        self.waiters.remove(&waiter);
        let mut cancelled = false;
        while let Err(error) = self.lock.take().await {
            if error.kind != ErrorKind::CancelledError {
                return Err(error);
            }
            cancelled = true;
        }
        if cancelled {
            return Err(Error::CANCELLED);
        }
        notified
    }
}

impl Held for Condition {
    async fn enter(&self, at: At) -> Result<(), Error> {
        self.lock.enter(at).await
    }

    fn exit(&self, at: At) -> Result<(), Error> {
        self.lock.exit(at)
    }
}
