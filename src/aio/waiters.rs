//! The line of those who wait for a primitive: CPython's `_waiters`.

use std::cell::RefCell;
use std::collections::VecDeque;

use super::promise::Promise;

/// Those who wait, the longest waiting first.
#[derive(Default)]
pub(super) struct Waiters(RefCell<VecDeque<Promise<()>>>);

impl Waiters {
    /// A new one, behind all others.
    pub fn add(&self) -> Promise<()> {
        let waiter = Promise::new();
        self.0.borrow_mut().push_back(waiter.clone());
        waiter
    }

    pub fn remove(&self, waiter: &Promise<()>) {
        let mut waiters = self.0.borrow_mut();
        if let Some(place) = waiters.iter().position(|other| other.is(waiter)) {
            waiters.remove(place);
        }
    }

    /// Takes the first away.
    pub fn pop(&self) -> Option<Promise<()>> {
        self.0.borrow_mut().pop_front()
    }

    /// Whether some have not been cancelled.
    pub fn any(&self) -> bool {
        !self.0.borrow().iter().all(Promise::cancelled)
    }

    pub fn first(&self) -> Option<Promise<()>> {
        self.0.borrow().front().cloned()
    }

    /// The first that has been neither woken nor cancelled.
    pub fn first_asleep(&self) -> Option<Promise<()>> {
        let waiters = self.0.borrow();
        waiters.iter().find(|waiter| !waiter.done()).cloned()
    }

    /// Wakes up to so many of those who sleep: how many.
    pub fn wake(&self, count: usize) -> usize {
        let waiters = self.0.borrow();
        let asleep = waiters.iter().filter(|waiter| !waiter.done());
        asleep.take(count).map(|waiter| waiter.set(Ok(()))).count()
    }
}
