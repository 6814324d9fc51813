//! `threading.Lock`: one thread at a time.
//!
//! A three-state futex mutex (Drepper, "Futexes Are Tricky", mutex2; std's
//! `sys/sync/mutex/futex.rs`) with CPython 3.11's behaviour
//! (`Modules/_threadmodule.c`): it does not know its owner, any thread may
//! release it, and releasing it unlocked is an error. When a section must be
//! entered again by the thread that is in it, use an RLock.
//!
//! **Fairness**: none, as in CPython. A thread that comes just as the lock is
//! released may take it before one that has long been waiting.

use std::panic::Location;
use std::sync::Arc;
use std::sync::atomic::Ordering::{Acquire, Relaxed, Release};

use super::Held;
use super::blocking::Blocking;
use super::error::Error;
use super::object::Object;
use crate::base::ThreadId;
use crate::platform::{Platform, Woken, Word};
use crate::trace::objects::ObjectKind;
use crate::trace::{Kind, Site};

/// Nobody holds the lock.
const UNLOCKED: u32 = 0;
/// Held, and nobody waits: releasing it wakes nobody.
const LOCKED: u32 = 1;
/// Held, and somebody may be waiting: whoever releases it wakes one.
const CONTENDED: u32 = 2;

/// A mutual exclusion lock without an owner.
pub struct Lock<P: Platform> {
    words: Words<P>,
    object: Object<P>,
}

/// Read from outside by whoever watches the run, hence the fixed layout.
#[repr(C)]
struct Words<P: Platform> {
    state: P::Word,
    /// The last thread that acquired the lock ([`ThreadId::to_word`]), so that a
    /// cycle of waiting threads can be told. Says nothing of whether it still
    /// holds it: `state` does.
    holder: P::Word,
}

impl<P: Platform> Lock<P> {
    /// An unlocked lock that the run shows under this name.
    pub fn new(name: &str) -> Arc<Lock<P>> {
        let lock = Arc::new(Lock {
            words: Words {
                state: P::Word::new(UNLOCKED),
                holder: P::Word::new(0),
            },
            object: Object::new(ObjectKind::Lock, name),
        });
        lock.object.publish(&lock.words);
        lock
    }

    /// Acquires the lock: whether it succeeded in the time that `blocking`
    /// allows. Always `true` for [`Blocking::Forever`].
    #[track_caller]
    #[inline]
    pub fn acquire(&self, blocking: Blocking) -> impl Future<Output = bool> {
        self.acquire_at(blocking, Location::caller())
    }

    /// Releases the lock, whoever acquired it, and wakes one thread that waits.
    ///
    /// # Errors
    /// `RuntimeError: release unlocked lock`; the lock stays unlocked.
    #[track_caller]
    #[inline]
    pub fn release(&self) -> impl Future<Output = Result<(), Error>> {
        self.release_at(Location::caller())
    }

    /// Whether some thread holds the lock at this moment. One step.
    #[track_caller]
    pub fn locked(&self) -> impl Future<Output = bool> {
        let at = self.object.at(Location::caller());
        async move {
            P::point(at).await;
            self.words.state.load(Relaxed) != UNLOCKED
        }
    }

    /// The thread that acquired the lock last, if any has.
    pub fn last_acquirer(&self) -> Option<ThreadId> {
        ThreadId::from_word(self.words.holder.load(Relaxed))
    }

    #[inline]
    async fn acquire_at(&self, blocking: Blocking, at: &'static Location<'static>) -> bool {
        let at = self.object.at(at);
        P::point(at).await;
        // Acquire pairs with the Release in `release_at`: what the last holder
        // wrote is seen by the next.
        let free = (self.words.state).compare_exchange(UNLOCKED, LOCKED, Acquire, Relaxed);
        let acquired = free.is_ok() || self.acquire_contended(blocking, at).await;
        if acquired {
            self.words.holder.store(P::current().to_word(), Relaxed);
            P::record(Kind::Acquire, at, 0);
        }
        acquired
    }

    #[cold]
    async fn acquire_contended(&self, blocking: Blocking, at: Site) -> bool {
        if !blocking.waits() {
            return false;
        }
        let deadline = blocking.deadline(P::now);
        let mut state = self.spin();
        if state == UNLOCKED {
            match (self.words.state).compare_exchange(UNLOCKED, LOCKED, Acquire, Relaxed) {
                Ok(_) => return true,
                Err(now) => state = now,
            }
        }
        loop {
            // Marking a lock that has just become free as CONTENDED takes it; at
            // worst its release wakes somebody for nothing. It may not be taken
            // as LOCKED from here on: others may be asleep behind this thread.
            if state != CONTENDED && self.words.state.swap(CONTENDED, Acquire) == UNLOCKED {
                return true;
            }
            let woken = P::wait(&self.words.state, CONTENDED, deadline, at).await;
            if woken == Woken::TimedOut {
                // The mark is left behind: others may be waiting.
                return false;
            }
            state = self.spin();
        }
    }

    /// Looks again for a moment, while the lock is held and nobody sleeps on it:
    /// its holder may be about to release it, and sleeping costs more.
    fn spin(&self) -> u32 {
        let mut left = P::SPIN;
        loop {
            let state = self.words.state.load(Relaxed);
            if state != LOCKED || left == 0 {
                return state;
            }
            std::hint::spin_loop();
            left -= 1;
        }
    }

    #[inline]
    async fn release_at(&self, at: &'static Location<'static>) -> Result<(), Error> {
        let at = self.object.at(at);
        P::point(at).await;
        match self.words.state.swap(UNLOCKED, Release) {
            // Unlocked it was, unlocked it stays: the swap has changed nothing.
            UNLOCKED => return Err(Error::runtime("release unlocked lock")),
            CONTENDED => self.wake_one(),
            _ => {}
        }
        P::record(Kind::Release, at, 0);
        Ok(())
    }

    #[cold]
    fn wake_one(&self) {
        P::wake(&self.words.state, 1);
    }
}

impl<P: Platform> Held for Lock<P> {
    async fn enter(&self, at: &'static Location<'static>) {
        self.acquire_at(Blocking::Forever, at).await;
    }

    async fn exit(&self, at: &'static Location<'static>) {
        // An error means that the body released the lock itself, as it may: in
        // Python that is a RuntimeError at the end of the `with`.
        if let Err(error) = self.release_at(at).await {
            panic!("{error}");
        }
    }
}

impl<P: Platform> Drop for Lock<P> {
    fn drop(&mut self) {
        self.object.retire(0);
    }
}
