//! `asyncio.Event`: a flag to wait for.
//!
//! CPython 3.11's behaviour (`Lib/asyncio/locks.py`): a set wakes all who wait, in the
//! order in which they came, also if the flag is cleared before they go on.

use std::cell::Cell;
use std::rc::Rc;

use super::object::Object;
use super::waiters::Waiters;
use crate::sync::Error;
use crate::trace::objects::ObjectKind;
use crate::trace::{At, Kind};

/// A flag that tasks can wait for.
pub struct Event {
    set: Cell<bool>,
    waiters: Waiters,
    object: Object,
}

impl Event {
    /// An event, not set, that the run shows under this name.
    pub fn new(name: &str) -> Rc<Event> {
        Rc::new(Event::seen_as(Object::new(ObjectKind::Event, name)))
    }

    pub(super) fn seen_as(object: Object) -> Event {
        Event {
            set: Cell::new(false),
            waiters: Waiters::default(),
            object,
        }
    }

    /// Sets the flag and wakes all who wait. Setting it again does nothing.
    #[track_caller]
    pub fn set(&self) {
        self.object.begin(At::caller());
        self.object.record(Kind::Set, 1);
        if !self.set.replace(true) {
            self.waiters.wake(usize::MAX);
        }
    }

    /// Clears the flag: who waits from now on waits for the next set.
    #[track_caller]
    pub fn clear(&self) {
        self.object.begin(At::caller());
        self.object.record(Kind::Set, 0);
        self.set.set(false);
    }

    /// Whether the flag is set.
    pub fn is_set(&self) -> bool {
        self.set.get()
    }

    /// Waits until the flag is set; at once, if it is.
    ///
    /// # Errors
    /// `CancelledError`.
    #[track_caller]
    pub fn wait(&self) -> impl Future<Output = Result<(), Error>> {
        let at = At::caller();
        async move {
            self.object.begin(at);
            if self.set.get() {
                return Ok(());
            }
            let waiter = self.waiters.add();
            let woken = waiter.wait().await;
            self.waiters.remove(&waiter);
            woken
        }
    }
}
