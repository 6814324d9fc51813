//! `asyncio.Barrier`: tasks wait until all have come.
//!
//! CPython 3.11's behaviour (`Lib/asyncio/locks.py`), and its way: a condition, and a
//! state that says whether the barrier fills, drains, is being reset or is broken. A task
//! that is cancelled while it waits is no party any more, and breaks nothing.

use std::cell::Cell;
use std::rc::Rc;

use super::condition::Condition;
use super::lock::Lock;
use super::object::Object;
use super::with;
use crate::sync::{Error, ErrorKind};
use crate::trace::objects::ObjectKind;
use crate::trace::{At, Kind};

/// A place where so many tasks meet, again and again.
pub struct Barrier {
    parties: u32,
    state: Cell<State>,
    /// Tasks that are in it.
    count: Cell<u32>,
    changed: Condition,
    object: Object,
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum State {
    Filling,
    Draining,
    Resetting,
    Broken,
}

impl Barrier {
    /// A barrier for so many parties that the run shows under this name.
    ///
    /// # Errors
    /// `ValueError: parties must be > 0`
    pub fn new(name: &str, parties: u32) -> Result<Rc<Barrier>, Error> {
        if parties == 0 {
            return Err(Error::value("parties must be > 0"));
        }
        let lock = Rc::new(Lock::seen_as(Object::HIDDEN));
        Ok(Rc::new(Barrier {
            parties,
            state: Cell::new(State::Filling),
            count: Cell::new(0),
            changed: Condition::seen_as(Object::HIDDEN, lock),
            object: Object::new(ObjectKind::Barrier, name),
        }))
    }

    /// Waits until all have come: how many had come before.
    ///
    /// # Errors
    /// `BrokenBarrierError` if it is broken, or is reset or aborted meanwhile;
    /// `CancelledError`.
    #[track_caller]
    pub fn wait(&self) -> impl Future<Output = Result<u32, Error>> {
        let at = At::caller();
        async move {
            self.object.begin(at);
            with(&self.changed, async || {
                self.until_it_fills().await?;
                let index = self.count.get();
                self.count.set(index + 1);
                self.object.record(Kind::Arrive, i64::from(index));
                let passed = self.pass(index).await;
                self.leave()?;
                passed.map(|()| index)
            })
            .await
        }
    }

    /// Empties the barrier: those who wait get a `BrokenBarrierError`, and it may be used
    /// again, also if it was broken.
    ///
    /// # Errors
    /// `CancelledError`.
    #[track_caller]
    pub fn reset(&self) -> impl Future<Output = Result<(), Error>> {
        let at = At::caller();
        async move {
            self.object.begin(at);
            with(&self.changed, async || {
                self.state.set(match self.count.get() {
                    0 => State::Filling,
                    _ => State::Resetting,
                });
                self.changed.notify_all()
            })
            .await
        }
    }

    /// Breaks the barrier: those who wait, and those who come, get a
    /// `BrokenBarrierError`.
    ///
    /// # Errors
    /// `CancelledError`.
    #[track_caller]
    pub fn abort(&self) -> impl Future<Output = Result<(), Error>> {
        let at = At::caller();
        async move {
            self.object.begin(at);
            with(&self.changed, async || {
                self.state.set(State::Broken);
                self.changed.notify_all()
            })
            .await
        }
    }

    /// How many parties it is for.
    pub fn parties(&self) -> u32 {
        self.parties
    }

    /// How many wait.
    pub fn n_waiting(&self) -> u32 {
        match self.state.get() {
            State::Filling => self.count.get(),
            _ => 0,
        }
    }

    /// Whether it is broken.
    pub fn broken(&self) -> bool {
        self.state.get() == State::Broken
    }

    /// Waits until those of the round before have left.
    async fn until_it_fills(&self) -> Result<(), Error> {
        let leaves = || matches!(self.state.get(), State::Draining | State::Resetting);
        self.changed.wait_for(|| !leaves()).await?;
        if self.broken() {
            return Err(broken("Barrier aborted"));
        }
        Ok(())
    }

    async fn pass(&self, index: u32) -> Result<(), Error> {
        if index + 1 == self.parties {
            self.state.set(State::Draining);
            return self.changed.notify_all();
        }
        let fills = || self.state.get() == State::Filling;
        self.changed.wait_for(|| !fills()).await?;
        if matches!(self.state.get(), State::Broken | State::Resetting) {
            return Err(broken("Abort or reset of barrier"));
        }
        Ok(())
    }

    /// The last to leave tells those who wait for the next round.
    fn leave(&self) -> Result<(), Error> {
        self.count.set(self.count.get() - 1);
        if self.count.get() > 0 {
            return Ok(());
        }
        if matches!(self.state.get(), State::Resetting | State::Draining) {
            self.state.set(State::Filling);
        }
        self.changed.notify_all()
    }
}

fn broken(why: &'static str) -> Error {
    Error::new(ErrorKind::BrokenBarrierError, why)
}
