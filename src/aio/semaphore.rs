//! `asyncio.Semaphore` and `BoundedSemaphore`: so many tasks at a time.
//!
//! CPython 3.11's behaviour (`Lib/asyncio/locks.py` as of 3.11.7): a permit that is
//! released is given to the task that has waited longest, at once, so that nobody can
//! come before it. If that is cancelled before it goes on, it hands the permit on.

use std::cell::Cell;
use std::rc::Rc;

use super::object::Object;
use super::waiters::Waiters;
use super::{Held, is_cancelled};
use crate::sync::Error;
use crate::trace::objects::ObjectKind;
use crate::trace::{At, Kind};

/// Permits, of which there may be ever more.
pub struct Semaphore {
    permits: Cell<u32>,
    waiters: Waiters,
    object: Object,
}

/// Permits, of which there are never more than at first.
pub struct BoundedSemaphore {
    semaphore: Semaphore,
    most: u32,
}

impl Semaphore {
    /// A semaphore of so many permits that the run shows under this name.
    pub fn new(name: &str, permits: u32) -> Rc<Semaphore> {
        Rc::new(Semaphore::of(ObjectKind::Semaphore, name, permits))
    }

    fn of(kind: ObjectKind, name: &str, permits: u32) -> Semaphore {
        Semaphore {
            permits: Cell::new(permits),
            waiters: Waiters::default(),
            object: Object::new(kind, name),
        }
    }

    /// Acquires a permit, after all who came before.
    ///
    /// # Errors
    /// `CancelledError`.
    #[track_caller]
    pub fn acquire(&self) -> impl Future<Output = Result<(), Error>> {
        self.enter(At::caller())
    }

    /// Releases a permit, also one that was never acquired.
    #[track_caller]
    pub fn release(&self) {
        self.release_at(At::caller());
    }

    /// Whether whoever acquires would have to wait.
    pub fn locked(&self) -> bool {
        self.permits.get() == 0 || self.waiters.any()
    }

    /// Permits that nobody has: CPython's `_value`.
    pub fn value(&self) -> u32 {
        self.permits.get()
    }

    fn release_at(&self, at: At) {
        self.object.begin(at);
        self.object.record(Kind::Release, 1);
        self.permits.set(self.permits.get().saturating_add(1));
        self.hand_on();
    }

    /// Gives a permit that there is to the first who sleeps.
    fn hand_on(&self) {
        if let Some(waiter) = self.waiters.first_asleep() {
            self.permits.set(self.permits.get() - 1);
            waiter.set(Ok(()));
        }
    }
}

impl Held for Semaphore {
    async fn enter(&self, at: At) -> Result<(), Error> {
        self.object.begin(at);
        if self.locked() {
            let waiter = self.waiters.add();
            let woken = waiter.wait().await;
            self.waiters.remove(&waiter);
            if is_cancelled(&woken) && !waiter.cancelled() {
                self.permits.set(self.permits.get() + 1);
                self.hand_on();
            }
            woken?;
            if self.permits.get() > 0 {
                self.hand_on();
            }
        } else {
            self.permits.set(self.permits.get() - 1);
        }
        self.object.record(Kind::Acquire, 0);
        Ok(())
    }

    fn exit(&self, at: At) -> Result<(), Error> {
        self.release_at(at);
        Ok(())
    }
}

impl BoundedSemaphore {
    /// A semaphore of so many permits that the run shows under this name.
    pub fn new(name: &str, permits: u32) -> Rc<BoundedSemaphore> {
        Rc::new(BoundedSemaphore {
            semaphore: Semaphore::of(ObjectKind::BoundedSemaphore, name, permits),
            most: permits,
        })
    }

    /// Acquires a permit, after all who came before.
    ///
    /// # Errors
    /// `CancelledError`.
    #[track_caller]
    pub fn acquire(&self) -> impl Future<Output = Result<(), Error>> {
        self.semaphore.enter(At::caller())
    }

    /// Releases a permit.
    ///
    /// # Errors
    /// `ValueError: BoundedSemaphore released too many times`; nothing is changed.
    #[track_caller]
    pub fn release(&self) -> Result<(), Error> {
        self.exit(At::caller())
    }

    /// Whether whoever acquires would have to wait.
    pub fn locked(&self) -> bool {
        self.semaphore.locked()
    }

    /// Permits that nobody has.
    pub fn value(&self) -> u32 {
        self.semaphore.value()
    }
}

impl Held for BoundedSemaphore {
    async fn enter(&self, at: At) -> Result<(), Error> {
        self.semaphore.enter(at).await
    }

    fn exit(&self, at: At) -> Result<(), Error> {
        if self.value() >= self.most {
            self.semaphore.object.begin(at);
            return Err(Error::value("BoundedSemaphore released too many times"));
        }
        self.semaphore.release_at(at);
        Ok(())
    }
}
