//! `asyncio.Lock`: one task at a time.
//!
//! CPython 3.11's behaviour (`Lib/asyncio/locks.py`): it does not know its owner, and any
//! task may release it.
//!
//! **Fairness**: first come, first served. A release wakes the task that has waited
//! longest, and whoever comes before that goes on stands behind it. If that is cancelled
//! instead, it wakes the next.

use std::cell::Cell;
use std::rc::Rc;

use super::object::Object;
use super::waiters::Waiters;
use super::{Held, is_cancelled};
use crate::sync::Error;
use crate::trace::objects::ObjectKind;
use crate::trace::{At, Kind};

/// A mutual exclusion lock without an owner.
pub struct Lock {
    locked: Cell<bool>,
    waiters: Waiters,
    object: Object,
}

impl Lock {
    /// An unlocked lock that the run shows under this name.
    pub fn new(name: &str) -> Rc<Lock> {
        Rc::new(Lock::seen_as(Object::new(ObjectKind::Lock, name)))
    }

    pub(super) fn seen_as(object: Object) -> Lock {
        Lock {
            locked: Cell::new(false),
            waiters: Waiters::default(),
            object,
        }
    }

    /// Acquires the lock, after all who came before.
    ///
    /// # Errors
    /// `CancelledError`.
    #[track_caller]
    pub fn acquire(&self) -> impl Future<Output = Result<(), Error>> {
        self.enter(At::caller())
    }

    /// Releases the lock, whoever acquired it, and wakes the first who waits.
    ///
    /// # Errors
    /// `RuntimeError: Lock is not acquired.`
    #[track_caller]
    pub fn release(&self) -> Result<(), Error> {
        self.exit(At::caller())
    }

    /// Whether it is acquired.
    pub fn locked(&self) -> bool {
        self.locked.get()
    }

    /// [`acquire`](Self::acquire), as a part of the step that is under way.
    pub(super) async fn take(&self) -> Result<(), Error> {
        if self.locked.get() || self.waiters.any() {
            let waiter = self.waiters.add();
            let woken = waiter.wait().await;
            self.waiters.remove(&waiter);
            if is_cancelled(&woken) && !self.locked.get() {
                self.wake_first();
            }
            woken?;
        }
        self.locked.set(true);
        self.object.record(Kind::Acquire, 0);
        Ok(())
    }

    /// [`release`](Self::release), as a part of the step that is under way.
    pub(super) fn give_back(&self) -> Result<(), Error> {
        if !self.locked.replace(false) {
            return Err(Error::runtime("Lock is not acquired."));
        }
        self.object.record(Kind::Release, 0);
        self.wake_first();
        Ok(())
    }

    /// Wakes the first, unless it is on its way already: then it will take the lock, or,
    /// if it was cancelled, come by here again.
    fn wake_first(&self) {
        if let Some(first) = self.waiters.first().filter(|first| !first.done()) {
            first.set(Ok(()));
        }
    }
}

impl Held for Lock {
    async fn enter(&self, at: At) -> Result<(), Error> {
        self.object.begin(at);
        self.take().await
    }

    fn exit(&self, at: At) -> Result<(), Error> {
        self.object.begin(at);
        self.give_back()
    }
}
