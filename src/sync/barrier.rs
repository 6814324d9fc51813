//! `threading.Barrier`: nobody goes on before all have come.
//!
//! CPython 3.11's behaviour (`Lib/threading.py`): each of the parties gets an
//! index, in the order of coming; the last runs the action, then all go on; a
//! time-out, an abort or a failing action breaks the barrier for everybody, and
//! a reset mends it. CPython lets a generation drain before the next may fill;
//! here each generation has a word of its own, so that none can take another's
//! wake-up, and the next may fill at once.
//!
//! **Fairness**: all of a generation are woken together.

use std::pin::Pin;
use std::sync::atomic::Ordering::{Acquire, Relaxed, Release};
use std::sync::{Arc, Mutex as Slot, PoisonError};

use super::Shown;
use super::blocking::Blocking;
use super::error::Error;
use super::mutex::Mutex;
use super::object::Object;
use crate::platform::{Operation, Platform, State, Stateful, Woken, Word};
use crate::trace::objects::{ObjectKind, Shows, Words as Seen};
use crate::trace::{At, Kind, Site};

/// The generation is not complete.
const FILLING: u32 = 0;
/// All have come: they may go on.
const RELEASED: u32 = 1;
/// It will never be complete.
const BROKEN: u32 = 2;

/// What the last of the parties runs before all go on.
pub type Action = Box<dyn Fn() -> Pin<Box<dyn Future<Output = Result<(), Error>>>> + Send + Sync>;

/// A meeting point for a number of threads, again and again.
pub struct Barrier<P: Platform> {
    action: Option<Action>,
    words: Words<P>,
    /// Changed, and read, only while `words.mutex` is held.
    generation: Slot<Arc<Generation<P>>>,
    object: Object<P>,
}

/// Read from outside by whoever watches the run, hence the fixed layout.
#[repr(C)]
struct Words<P: Platform> {
    /// Held for moments, and while the action runs. It orders the others, which
    /// are therefore Relaxed, and what the parties did before they came.
    mutex: Mutex<P>,
    /// Parties that have come in this generation.
    arrived: P::Word,
    /// 1 if the barrier is broken.
    broken: P::Word,
    /// How many must come.
    parties: u32,
}

/// What [`Words`] say.
pub(super) fn shown(&[_, arrived, broken, parties]: &Seen) -> Shown {
    if broken != 0 {
        return Shown::Broken;
    }
    Shown::Parties {
        come: arrived,
        of: parties,
    }
}

/// What those wait on who have come.
struct Generation<P: Platform> {
    end: P::Word,
    /// How many there were before.
    number: u32,
}

impl<P: Platform> Generation<P> {
    fn new(number: u32) -> Arc<Generation<P>> {
        Arc::new(Generation {
            end: P::Word::new(FILLING),
            number,
        })
    }

    fn has_ended(&self) -> bool {
        // Acquire pairs with the Release of `finish`.
        self.end.load(Acquire) != FILLING
    }

    fn finish(&self, end: u32) {
        // Release: who goes on sees what all others did before they came.
        self.end.store(end, Release);
        P::wake(&self.end, u32::MAX);
    }
}

impl<P: Platform> Barrier<P> {
    /// A barrier for so many parties that the run shows under this name. With 0
    /// parties, as in CPython 3.11, nobody is ever the last.
    pub fn new(name: &str, parties: u32) -> Arc<Barrier<P>> {
        Barrier::build(name, parties, None)
    }

    /// A barrier whose last party runs an action before all go on.
    pub fn with_action(name: &str, parties: u32, action: Action) -> Arc<Barrier<P>> {
        Barrier::build(name, parties, Some(action))
    }

    fn build(name: &str, parties: u32, action: Option<Action>) -> Arc<Barrier<P>> {
        let barrier = Arc::new(Barrier {
            action,
            words: Words {
                mutex: Mutex::new(),
                arrived: P::Word::new(0),
                broken: P::Word::new(0),
                parties,
            },
            generation: Slot::new(Generation::new(0)),
            object: Object::new(ObjectKind::Barrier, name),
        });
        barrier.object.publish(&barrier, &barrier.words);
        P::track(&barrier);
        barrier
    }

    /// Waits until all parties have come: this thread's index, from 0, in the
    /// order of coming.
    ///
    /// # Errors
    /// `BrokenBarrierError` if the barrier is broken or reset, then or
    /// meanwhile, or if the time is up, which breaks it for all; and, for the
    /// last, the action's error.
    #[track_caller]
    pub fn wait(&self, blocking: Blocking) -> impl Future<Output = Result<u32, Error>> {
        self.wait_at(blocking, At::caller())
    }

    /// [`wait`](Self::wait), at a line of a program that is interpreted.
    pub fn wait_at(
        &self,
        blocking: Blocking,
        location: At,
    ) -> impl Future<Output = Result<u32, Error>> {
        let at = self.object.at(location);
        async move {
            self.enter(at).await;
            let broken = self.words.broken.load(Relaxed);
            P::observe(u64::from(broken));
            if broken != 0 {
                self.words.mutex.release();
                return Err(Error::BROKEN_BARRIER);
            }
            let index = self.words.arrived.load(Relaxed);
            self.words.arrived.store(index + 1, Relaxed);
            P::record(Kind::Arrive, at, i64::from(index), P::number_alone(at));
            let generation = self.generation();
            // Another generation may have the same index to give.
            P::observe(u64::from(generation.number) << 32 | u64::from(index));
            if index + 1 == self.words.parties {
                let released = self.release_all().await;
                self.words.mutex.release();
                return released.map(|()| index);
            }
            self.words.mutex.release();
            self.await_end(&generation, blocking, at).await?;
            Ok(index)
        }
    }

    /// Breaks the barrier: all who wait, and all who come, get `BrokenBarrierError`.
    #[track_caller]
    pub fn abort(&self) -> impl Future<Output = ()> {
        self.abort_at(At::caller())
    }

    /// [`abort`](Self::abort), at a line of a program that is interpreted.
    pub fn abort_at(&self, location: At) -> impl Future<Output = ()> {
        let at = self.object.at(location);
        async move {
            self.enter(at).await;
            self.break_all();
            self.words.mutex.release();
        }
    }

    /// Makes the barrier as new: all who wait get `BrokenBarrierError`, and it
    /// is no longer broken.
    #[track_caller]
    pub fn reset(&self) -> impl Future<Output = ()> {
        self.reset_at(At::caller())
    }

    /// [`reset`](Self::reset), at a line of a program that is interpreted.
    pub fn reset_at(&self, location: At) -> impl Future<Output = ()> {
        let at = self.object.at(location);
        async move {
            self.enter(at).await;
            self.break_all();
            self.words.broken.store(0, Relaxed);
            self.words.mutex.release();
        }
    }

    /// How many must come.
    pub fn parties(&self) -> u32 {
        self.words.parties
    }

    /// How many are waiting at this moment; 0 for a broken barrier. One step.
    #[track_caller]
    pub fn n_waiting(&self) -> impl Future<Output = u32> {
        self.n_waiting_at(At::caller())
    }

    /// [`n_waiting`](Self::n_waiting), at a line of a program that is interpreted.
    pub fn n_waiting_at(&self, location: At) -> impl Future<Output = u32> {
        let at = self.object.at(location);
        async move {
            P::point(at).await;
            let arrived = self.words.arrived.load(Relaxed);
            P::observe(u64::from(arrived));
            arrived
        }
    }

    /// Whether the barrier is broken at this moment. One step.
    #[track_caller]
    pub fn broken(&self) -> impl Future<Output = bool> {
        self.broken_at(At::caller())
    }

    /// [`broken`](Self::broken), at a line of a program that is interpreted.
    pub fn broken_at(&self, location: At) -> impl Future<Output = bool> {
        let at = self.object.at(location);
        async move {
            P::point(at).await;
            let broken = self.words.broken.load(Relaxed);
            P::observe(u64::from(broken));
            broken != 0
        }
    }

    /// Acquires the mutex, in a step.
    async fn enter(&self, at: Site) {
        let mutex = &self.words.mutex;
        let ready = || match mutex.is_held() {
            true => Err(self.object.id()),
            false => Ok(()),
        };
        let attempt = || mutex.try_acquire().then_some(());
        let slow = || async move {
            mutex.acquire(at).await;
            Some(())
        };
        P::until(Operation::at(at), ready, attempt, slow).await;
    }

    async fn await_end(
        &self,
        generation: &Generation<P>,
        blocking: Blocking,
        at: Site,
    ) -> Result<(), Error> {
        let ready = || match generation.has_ended() {
            true => Ok(()),
            false => Err(self.object.id()),
        };
        let attempt = || generation.has_ended().then_some(());
        let slow = || async move {
            let deadline = blocking.deadline(P::now);
            while !generation.has_ended() {
                if !blocking.waits() {
                    return None;
                }
                let woken = P::wait(&generation.end, FILLING, deadline, at).await;
                if woken == Woken::TimedOut {
                    return None;
                }
            }
            Some(())
        };
        let operation = Operation::at(at).within(blocking.within());
        if P::until(operation, ready, attempt, slow).await.is_none() {
            self.words.mutex.acquire(at).await;
            // Unless the generation has ended after all, on the last moment.
            if !generation.has_ended() {
                self.break_all();
            }
            self.words.mutex.release();
        }
        let end = generation.end.load(Acquire);
        P::observe(u64::from(end));
        if end != RELEASED {
            return Err(Error::BROKEN_BARRIER);
        }
        P::record(Kind::Pass, at, 0, P::after_changes(at));
        Ok(())
    }

    /// Runs the action and lets this generation go on. The mutex is held.
    async fn release_all(&self) -> Result<(), Error> {
        if let Some(action) = &self.action
            && let Err(error) = action().await
        {
            self.break_all();
            return Err(error);
        }
        self.next_generation().finish(RELEASED);
        Ok(())
    }

    /// Breaks the barrier. The mutex is held.
    fn break_all(&self) {
        self.words.broken.store(1, Relaxed);
        self.next_generation().finish(BROKEN);
    }

    /// Puts an empty generation in the place of this one. The mutex is held.
    fn next_generation(&self) -> Arc<Generation<P>> {
        self.words.arrived.store(0, Relaxed);
        let mut slot = self
            .generation
            .lock()
            .unwrap_or_else(PoisonError::into_inner);
        let next = Generation::new(slot.number.wrapping_add(1));
        std::mem::replace(&mut *slot, next)
    }

    fn generation(&self) -> Arc<Generation<P>> {
        let slot = self
            .generation
            .lock()
            .unwrap_or_else(PoisonError::into_inner);
        Arc::clone(&slot)
    }
}

impl<P: Platform> Stateful for Barrier<P> {
    fn state(&self, state: &mut State) {
        state.add(self.words.mutex.is_held());
        state.add(self.words.arrived.load(Relaxed));
        state.add(self.words.broken.load(Relaxed));
        state.add(self.generation().number);
    }
}

impl<P: Platform> Shows for Barrier<P> {
    fn words(&self) -> Seen {
        let Words {
            mutex,
            arrived,
            broken,
            parties,
        } = &self.words;
        [
            mutex.word(),
            arrived.load(Relaxed),
            broken.load(Relaxed),
            *parties,
        ]
    }
}

impl<P: Platform> Drop for Barrier<P> {
    fn drop(&mut self) {
        self.object.retire(self);
    }
}
