//! `threading.Event`: a flag to wait for.
//!
//! CPython 3.11's behaviour (`Lib/threading.py`): a set wakes all who wait, also
//! if the flag is cleared before they run. An event has no memory of how often
//! it was set; to hand over items one by one, use a condition or a queue.
//!
//! **Fairness**: all who wait are woken by one set; in which order they run is
//! the system's choice.

use std::sync::Arc;
use std::sync::atomic::Ordering::{AcqRel, Acquire, Relaxed};

use super::Shown;
use super::blocking::Blocking;
use super::object::Object;
use crate::platform::{Operation, Platform, State, Stateful, Woken, Word};
use crate::trace::objects::{ObjectKind, Shows, Words as Seen};
use crate::trace::{At, Kind, Order};

/// The flag's bit in the word. The word counts every set and every clear, so it
/// is odd while the flag is set; a waiter that finds it changed knows that there
/// was a set, whatever the flag is now. It wraps around after 2 billion rounds:
/// a waiter would have to sleep through all of them.
const SET: u32 = 1;

/// A flag that threads can wait for.
pub struct Event<P: Platform> {
    word: P::Word,
    object: Object<P>,
}

/// What the word says.
pub(super) fn shown(&[word, ..]: &Seen) -> Shown {
    Shown::Set(word & SET == SET)
}

impl<P: Platform> Event<P> {
    /// An event, not set, that the run shows under this name.
    pub fn new(name: &str) -> Arc<Event<P>> {
        let event = Arc::new(Event {
            word: P::Word::new(0),
            object: Object::new(ObjectKind::Event, name),
        });
        event.object.publish(&event, &event.word);
        event.object.counts_itself();
        P::track(&event);
        event
    }

    /// Sets the flag and wakes all who wait. Setting it again does nothing.
    #[track_caller]
    pub fn set(&self) -> impl Future<Output = ()> {
        self.set_at(At::caller())
    }

    /// [`set`](Self::set), at a line of a program that is interpreted.
    pub fn set_at(&self, location: At) -> impl Future<Output = ()> {
        let at = self.object.at(location);
        async move {
            P::point(at).await;
            let order = self.turn(|word| word & SET == 0);
            if matches!(order, Order::At(_)) {
                P::wake(&self.word, u32::MAX);
            }
            P::record(Kind::Set, at, 1, order);
        }
    }

    /// Clears the flag: who waits from now on waits for the next set.
    #[track_caller]
    pub fn clear(&self) -> impl Future<Output = ()> {
        self.clear_at(At::caller())
    }

    /// [`clear`](Self::clear), at a line of a program that is interpreted.
    pub fn clear_at(&self, location: At) -> impl Future<Output = ()> {
        let at = self.object.at(location);
        async move {
            P::point(at).await;
            let order = self.turn(|word| word & SET == SET);
            P::record(Kind::Set, at, 0, order);
        }
    }

    /// Whether the flag is set at this moment. One step.
    #[track_caller]
    pub fn is_set(&self) -> impl Future<Output = bool> {
        self.is_set_at(At::caller())
    }

    /// [`is_set`](Self::is_set), at a line of a program that is interpreted.
    pub fn is_set_at(&self, location: At) -> impl Future<Output = bool> {
        let at = self.object.at(location);
        async move {
            P::point(at).await;
            // Acquire: who sees the flag may rely on what was done before the set.
            let set = self.word.load(Acquire) & SET == SET;
            P::observe(u64::from(set));
            set
        }
    }

    /// Waits until the flag is set: `false` only if that did not happen in time.
    #[track_caller]
    pub fn wait(&self, blocking: Blocking) -> impl Future<Output = bool> {
        self.wait_at(blocking, At::caller())
    }

    /// [`wait`](Self::wait), at a line of a program that is interpreted.
    pub fn wait_at(&self, blocking: Blocking, location: At) -> impl Future<Output = bool> {
        let at = self.object.at(location);
        async move {
            P::point(at).await;
            // Acquire here and below pairs with the set.
            let word = self.word.load(Acquire);
            P::observe(u64::from(word));
            if word & SET == SET {
                P::record(Kind::Pass, at, 0, Order::After(word));
                return true;
            }
            let operation = Operation::at(at).within(blocking.within());
            if operation.is_try() {
                return false;
            }
            // From clear it can only change by a set, whatever the flag is after that.
            let ready = || match self.word.load(Acquire) == word {
                true => Err(self.object.id()),
                false => Ok(()),
            };
            let attempt = || {
                ready().ok()?;
                P::record(Kind::Pass, at, 0, Order::After(word.wrapping_add(1)));
                Some(())
            };
            let slow = || async move {
                let deadline = blocking.deadline(P::now);
                loop {
                    let woken = P::wait(&self.word, word, deadline, at).await;
                    match attempt() {
                        None if woken == Woken::Woken => {}
                        passed => return passed,
                    }
                }
            };
            P::until(operation, ready, attempt, slow).await.is_some()
        }
    }

    /// Counts the word on, if it is as wanted: the change that this is, or between which
    /// changes there was nothing to be done.
    fn turn(&self, wanted: impl Fn(u32) -> bool) -> Order {
        let mut word = self.word.load(Relaxed);
        loop {
            let turns = wanted(word);
            let next = if turns { word.wrapping_add(1) } else { word };
            // Always a write, also of the same word, so that all sets and clears
            // stand in one order, and each sees what was done before those that
            // it follows. With a load alone, a thread that clears, looks for
            // work and finds none, and another that makes work and sets what it
            // takes to be set still, could miss each other.
            match self.word.compare_exchange(word, next, AcqRel, Relaxed) {
                Ok(_) if turns => return Order::At(next),
                Ok(_) => return Order::Between(next),
                Err(now) => word = now,
            }
        }
    }
}

impl<P: Platform> Stateful for Event<P> {
    fn state(&self, state: &mut State) {
        // Those who wait know which word they have seen.
        state.add(self.word.load(Relaxed));
    }
}

impl<P: Platform> Shows for Event<P> {
    fn words(&self) -> Seen {
        [self.word.load(Relaxed), 0, 0, 0]
    }
}

impl<P: Platform> Drop for Event<P> {
    fn drop(&mut self) {
        self.object.retire(self);
    }
}
