//! The word beneath every lock: a three-state futex mutex.
//!
//! Drepper, "Futexes Are Tricky", mutex2; std's `sys/sync/mutex/futex.rs`. It
//! records nothing and knows no owner: that is for the primitives built on it.

use std::sync::atomic::Ordering::{Acquire, Relaxed, Release};

use super::blocking::Blocking;
use crate::platform::{Platform, Woken, Word};
use crate::trace::Site;

/// Nobody holds the mutex.
const UNLOCKED: u32 = 0;
/// Held, and nobody waits: releasing it wakes nobody.
const LOCKED: u32 = 1;
/// Held, and somebody may be waiting: whoever releases it wakes one.
const CONTENDED: u32 = 2;

/// Whether the mutex is held whose word a watcher has read.
pub fn shows_held(word: u32) -> bool {
    word != UNLOCKED
}

/// A mutual exclusion lock without anything around it. In memory it is its word.
#[repr(transparent)]
pub struct Mutex<P: Platform> {
    state: P::Word,
}

impl<P: Platform> Mutex<P> {
    pub fn new() -> Mutex<P> {
        Mutex {
            state: P::Word::new(UNLOCKED),
        }
    }

    /// Acquires the mutex if it is free.
    #[inline]
    pub fn try_acquire(&self) -> bool {
        // Acquire pairs with the Release in `release`: what the last holder
        // wrote is seen by the next.
        (self.state)
            .compare_exchange(UNLOCKED, LOCKED, Acquire, Relaxed)
            .is_ok()
    }

    /// Acquires the mutex, however long it takes.
    #[inline]
    pub async fn acquire(&self, at: Site) {
        if !self.try_acquire() {
            self.acquire_contended(Blocking::Forever, at).await;
        }
    }

    /// Waits for a mutex that was not free, as long as `blocking` allows: whether
    /// it was acquired.
    pub async fn acquire_contended(&self, blocking: Blocking, at: Site) -> bool {
        if !blocking.waits() {
            return false;
        }
        let deadline = blocking.deadline(P::now);
        let mut state = self.spin();
        if state == UNLOCKED {
            match (self.state).compare_exchange(UNLOCKED, LOCKED, Acquire, Relaxed) {
                Ok(_) => return true,
                Err(now) => state = now,
            }
        }
        loop {
            // Marking a mutex that has just become free as CONTENDED takes it;
            // at worst its release wakes somebody for nothing. It may not be
            // taken as LOCKED from here on: others may be asleep behind this thread.
            if state != CONTENDED && self.state.swap(CONTENDED, Acquire) == UNLOCKED {
                return true;
            }
            let woken = P::wait(&self.state, CONTENDED, deadline, at).await;
            if woken == Woken::TimedOut {
                // The mark is left behind: others may be waiting.
                return false;
            }
            state = self.spin();
        }
    }

    /// Releases the mutex and wakes one thread that waits. Returns whether it
    /// was held; if not, nothing has changed.
    #[inline]
    pub fn release(&self) -> bool {
        // Release: see `try_acquire`.
        let held = self.state.swap(UNLOCKED, Release);
        if held == CONTENDED {
            self.wake_one();
        }
        held != UNLOCKED
    }

    /// The word, for watchers: see [`shows_held`].
    pub fn word(&self) -> u32 {
        self.state.load(Relaxed)
    }

    /// Whether somebody holds it at this moment.
    pub fn is_held(&self) -> bool {
        self.state.load(Relaxed) != UNLOCKED
    }

    /// Looks again for a moment, while the mutex is held and nobody sleeps on
    /// it: its holder may be about to release it, and sleeping costs more.
    fn spin(&self) -> u32 {
        let mut left = P::SPIN;
        loop {
            let state = self.state.load(Relaxed);
            if state != LOCKED || left == 0 {
                return state;
            }
            std::hint::spin_loop();
            left -= 1;
        }
    }

    #[cold]
    fn wake_one(&self) {
        P::wake(&self.state, 1);
    }
}
