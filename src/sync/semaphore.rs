//! `threading.Semaphore` and `BoundedSemaphore`: a number of permits.
//!
//! CPython 3.11's behaviour (`Lib/threading.py`), whose semaphores are a counter
//! beneath a condition; here they are a counter that threads wait on. Any thread
//! may release, whether it has acquired or not: that is the trap of the plain
//! semaphore, and what the bounded one refuses.
//!
//! **Fairness**: none, as in CPython. A thread that comes just as a permit is
//! released may take it before one that has long been waiting.

use std::sync::Arc;
use std::sync::atomic::Ordering::{Acquire, Relaxed, Release};
use std::time::Duration;

use super::blocking::Blocking;
use super::error::Error;
use super::object::Object;
use super::{Held, Shown};
use crate::platform::{Operation, Platform, State, Stateful, Woken, Word};
use crate::trace::objects::{ObjectKind, Shows, Words as Seen};
use crate::trace::{At, Kind, Site};

/// The state word: permits in units of [`PERMIT`], and one bit beside them.
///
/// | permits | `CONTENDED` | means |
/// |---|---|---|
/// | 0 | 0 | the next to come has to wait |
/// | 0 | 1 | threads may be asleep; they wait for the word to be other than this |
/// | n | 0 | n permits to be had |
/// | n | 1 | n permits to be had, and threads may be asleep that were not woken for them |
///
/// One word, not a counter of waiters beside a counter of permits: those two
/// would have to be looked at in one total order.
const CONTENDED: u32 = 1;
const PERMIT: u32 = 2;

/// The most permits that the word can hold.
const MOST: u32 = u32::MAX / PERMIT;

/// A semaphore that may be released beyond its initial value.
pub struct Semaphore<P: Platform> {
    words: Words<P>,
    /// The most permits that there may be.
    bound: u32,
    object: Object<P>,
}

/// Read from outside by whoever watches the run, hence the fixed layout.
#[repr(C)]
struct Words<P: Platform> {
    state: P::Word,
    /// Permits in the beginning.
    initial: u32,
}

/// What [`Words`] say.
pub(super) fn shown(&[state, initial, ..]: &Seen) -> Shown {
    Shown::Permits {
        left: state / PERMIT,
        initial,
    }
}

impl<P: Platform> Semaphore<P> {
    /// A semaphore of so many permits, 2,147,483,647 at most, that the run shows
    /// under this name.
    pub fn new(name: &str, permits: u32) -> Arc<Semaphore<P>> {
        Semaphore::build(ObjectKind::Semaphore, name, permits, MOST)
    }

    fn build(kind: ObjectKind, name: &str, permits: u32, bound: u32) -> Arc<Semaphore<P>> {
        let semaphore = Arc::new(Semaphore {
            words: Words {
                state: P::Word::new(permits.min(MOST) * PERMIT),
                initial: permits.min(MOST),
            },
            bound: bound.min(MOST),
            object: Object::new(kind, name),
        });
        semaphore.object.publish(&semaphore, &semaphore.words);
        P::track(&semaphore);
        semaphore
    }

    /// Takes a permit: whether there was one in the time that `blocking` allows.
    #[track_caller]
    #[inline]
    pub fn acquire(&self, blocking: Blocking) -> impl Future<Output = bool> {
        self.acquire_at(blocking, At::caller())
    }

    /// Adds `count` permits and wakes as many threads that wait.
    ///
    /// # Errors
    /// `ValueError: n must be one or more`; and where CPython's integers would
    /// go on, `OverflowError` beyond 2,147,483,647 permits. Nothing changes.
    #[track_caller]
    #[inline]
    pub fn release(&self, count: u32) -> impl Future<Output = Result<(), Error>> {
        self.release_at(count, At::caller())
    }

    /// How many permits there are at this moment. One step.
    #[track_caller]
    pub fn value(&self) -> impl Future<Output = u32> {
        self.value_at(At::caller())
    }

    /// [`value`](Self::value), at a line of a program that is interpreted.
    pub fn value_at(&self, location: At) -> impl Future<Output = u32> {
        let at = self.object.at(location);
        async move {
            P::point(at).await;
            let permits = self.words.state.load(Relaxed) / PERMIT;
            P::observe(u64::from(permits));
            permits
        }
    }

    /// [`acquire`](Self::acquire), at a line of a program that is interpreted.
    #[inline]
    pub async fn acquire_at(&self, blocking: Blocking, at: At) -> bool {
        let at = self.object.at(at);
        let ready = || match self.words.state.load(Relaxed) < PERMIT {
            true => Err(self.object.id()),
            false => Ok(()),
        };
        let note = || P::record(Kind::Acquire, at, 0, P::number(at));
        let attempt = || self.try_take(0).ok().map(|_| note());
        let slow = || async move {
            if !blocking.waits() {
                return None;
            }
            let taken = self.take_contended(blocking.deadline(P::now), at).await;
            taken.then(note)
        };
        let operation = Operation::at(at).within(blocking.within());
        P::until(operation, ready, attempt, slow).await.is_some()
    }

    /// Takes a permit if there is one; `mark` is set in the word that is left.
    /// Returns the word as it is after, or `Err` with the word that had no permit.
    #[inline]
    fn try_take(&self, mark: u32) -> Result<u32, u32> {
        let mut state = self.words.state.load(Relaxed);
        while state >= PERMIT {
            let left = (state - PERMIT) | mark;
            // Acquire pairs with the release that made the permit: what was done
            // before it is seen by who takes it.
            match (self.words.state).compare_exchange(state, left, Acquire, Relaxed) {
                Ok(_) => return Ok(left),
                Err(now) => state = now,
            }
        }
        Err(state)
    }

    #[cold]
    async fn take_contended(&self, deadline: Option<Duration>, at: Site) -> bool {
        loop {
            // Others may be asleep behind a thread that was, so it leaves the mark.
            match self.try_take(CONTENDED) {
                Ok(left) => {
                    // A release that came while this thread was on its way from
                    // sleep found no mark and woke nobody: it is passed on.
                    if left >= PERMIT {
                        P::wake(&self.words.state, 1);
                    }
                    return true;
                }
                Err(state) => {
                    let marked = state | CONTENDED;
                    let unchanged =
                        (self.words.state).compare_exchange(state, marked, Relaxed, Relaxed);
                    if unchanged.is_err() {
                        continue;
                    }
                }
            }
            let woken = P::wait(&self.words.state, CONTENDED, deadline, at).await;
            if woken == Woken::TimedOut {
                return false;
            }
        }
    }

    #[inline]
    /// [`release`](Self::release), at a line of a program that is interpreted.
    pub async fn release_at(&self, count: u32, at: At) -> Result<(), Error> {
        let at = self.object.at(at);
        P::point(at).await;
        if count == 0 {
            return Err(Error::value("n must be one or more"));
        }
        let order = P::number(at);
        let mut state = self.words.state.load(Relaxed);
        loop {
            let permits = (state / PERMIT).checked_add(count);
            let permits = permits.filter(|&n| n <= self.bound);
            P::observe(u64::from(permits.is_some()));
            let Some(permits) = permits else {
                P::unused(order);
                return Err(self.too_many());
            };
            // Release: see `try_take`. The mark goes: whoever is woken sets it again.
            match (self.words.state).compare_exchange(state, permits * PERMIT, Release, Relaxed) {
                Ok(_) => break,
                Err(now) => state = now,
            }
        }
        if state & CONTENDED != 0 {
            P::wake(&self.words.state, count);
        }
        P::record(Kind::Release, at, -i64::from(count), order);
        Ok(())
    }

    fn too_many(&self) -> Error {
        if self.bound == MOST {
            Error::overflow("semaphore value too large")
        } else {
            Error::value("Semaphore released too many times")
        }
    }
}

impl<P: Platform> Held for Semaphore<P> {
    async fn enter(&self, at: At) {
        self.acquire_at(Blocking::Forever, at).await;
    }

    async fn exit(&self, at: At) -> Result<(), Error> {
        self.release_at(1, at).await
    }
}

impl<P: Platform> Stateful for Semaphore<P> {
    fn state(&self, state: &mut State) {
        state.add(self.words.state.load(Relaxed) / PERMIT);
    }
}

impl<P: Platform> Shows for Semaphore<P> {
    fn words(&self) -> Seen {
        [self.words.state.load(Relaxed), self.words.initial, 0, 0]
    }
}

impl<P: Platform> Drop for Semaphore<P> {
    fn drop(&mut self) {
        self.object.retire(self);
    }
}

/// A semaphore that refuses more releases than acquires.
pub struct BoundedSemaphore<P: Platform>(Arc<Semaphore<P>>);

impl<P: Platform> BoundedSemaphore<P> {
    /// The semaphore that it is, with its bound.
    pub fn as_semaphore(&self) -> &Arc<Semaphore<P>> {
        &self.0
    }

    /// A semaphore of so many permits, and never more, that the run shows under
    /// this name.
    pub fn new(name: &str, permits: u32) -> Arc<BoundedSemaphore<P>> {
        let kind = ObjectKind::BoundedSemaphore;
        Arc::new(BoundedSemaphore(Semaphore::build(
            kind, name, permits, permits,
        )))
    }

    /// Takes a permit: whether there was one in the time that `blocking` allows.
    #[track_caller]
    #[inline]
    pub fn acquire(&self, blocking: Blocking) -> impl Future<Output = bool> {
        self.0.acquire_at(blocking, At::caller())
    }

    /// Adds `count` permits and wakes as many threads that wait.
    ///
    /// # Errors
    /// `ValueError: Semaphore released too many times` where there would be more
    /// than in the beginning, `ValueError: n must be one or more`. Nothing changes.
    #[track_caller]
    #[inline]
    pub fn release(&self, count: u32) -> impl Future<Output = Result<(), Error>> {
        self.0.release_at(count, At::caller())
    }

    /// How many permits there are at this moment. One step.
    #[track_caller]
    pub fn value(&self) -> impl Future<Output = u32> {
        self.0.value()
    }
}

impl<P: Platform> Held for BoundedSemaphore<P> {
    async fn enter(&self, at: At) {
        self.0.enter(at).await;
    }

    async fn exit(&self, at: At) -> Result<(), Error> {
        self.0.exit(at).await
    }
}
