//! `threading.Lock`: one thread at a time.
//!
//! CPython 3.11's behaviour (`Modules/_threadmodule.c`): the lock does not know
//! its owner, any thread may release it, and releasing it unlocked is an error.
//! When a section must be entered again by the thread that is in it, use an
//! [`RLock`](super::RLock).
//!
//! **Fairness**: none, as in CPython. A thread that comes just as the lock is
//! released may take it before one that has long been waiting.

use std::sync::Arc;
use std::sync::atomic::Ordering::Relaxed;

use super::blocking::Blocking;
use super::error::Error;
use super::mutex::{self, Mutex};
use super::object::Object;
use super::{Guarding, Held, Shown};
use crate::base::{ObjectId, ThreadId};
use crate::platform::{Operation, Platform, State, Stateful, Word};
use crate::trace::objects::{ObjectKind, Shows, Words as Seen};
use crate::trace::{At, Kind, Site};

/// A mutual exclusion lock without an owner.
pub struct Lock<P: Platform> {
    words: Words<P>,
    object: Object<P>,
}

/// Read from outside by whoever watches the run, hence the fixed layout.
#[repr(C)]
struct Words<P: Platform> {
    mutex: Mutex<P>,
    /// For watchers: the last thread that acquired the lock ([`ThreadId::to_word`]), so that a
    /// cycle of waiting threads can be told. Says nothing of whether it still
    /// holds it: the mutex does.
    holder: P::Word,
}

/// What [`Words`] say. A lock just acquired may show its last holder for a moment.
pub(super) fn shown(&[word, holder, ..]: &Seen) -> Shown {
    if !mutex::shows_held(word) {
        return Shown::Free;
    }
    Shown::Held {
        by: ThreadId::from_word(holder),
        depth: 1,
    }
}

impl<P: Platform> Lock<P> {
    /// An unlocked lock that the run shows under this name.
    pub fn new(name: &str) -> Arc<Lock<P>> {
        let lock = Arc::new(Lock {
            words: Words {
                mutex: Mutex::new(),
                holder: P::Word::new(0),
            },
            object: Object::new(ObjectKind::Lock, name),
        });
        lock.object.publish(&lock, &lock.words);
        lock.object.publish_holder(&lock.words.holder);
        P::track(&lock);
        lock
    }

    /// Acquires the lock: whether it succeeded in the time that `blocking`
    /// allows. Always `true` for [`Blocking::Forever`].
    #[track_caller]
    #[inline]
    pub fn acquire(&self, blocking: Blocking) -> impl Future<Output = bool> {
        self.acquire_at(blocking, At::caller())
    }

    /// Releases the lock, whoever acquired it, and wakes one thread that waits.
    ///
    /// # Errors
    /// `RuntimeError: release unlocked lock`; the lock stays unlocked.
    #[track_caller]
    #[inline]
    pub fn release(&self) -> impl Future<Output = Result<(), Error>> {
        self.release_at(At::caller())
    }

    /// Whether some thread holds the lock at this moment. One step.
    #[track_caller]
    pub fn locked(&self) -> impl Future<Output = bool> {
        self.locked_at(At::caller())
    }

    /// [`locked`](Self::locked), at a line of a program that is interpreted.
    pub fn locked_at(&self, location: At) -> impl Future<Output = bool> {
        let at = self.object.at(location);
        async move {
            P::point(at).await;
            let held = self.words.mutex.is_held();
            P::observe(u64::from(held));
            held
        }
    }

    /// The thread that acquired the lock last, if any has. For tests, which ask
    /// when nobody acquires it.
    pub fn last_acquirer(&self) -> Option<ThreadId> {
        ThreadId::from_word(self.words.holder.load(Relaxed))
    }

    /// [`acquire`](Self::acquire), at a line of a program that is interpreted.
    #[inline]
    pub async fn acquire_at(&self, blocking: Blocking, location: At) -> bool {
        let at = self.object.at(location);
        let attempt = || self.try_acquire_now(at).then_some(());
        let slow = || async move {
            let acquired = self.words.mutex.acquire_contended(blocking, at).await;
            acquired.then(|| self.note_acquired(at))
        };
        let operation = Operation::at(at).within(blocking.within());
        let acquired = P::until(operation, || self.ready(), attempt, slow).await;
        acquired.is_some()
    }

    #[inline]
    fn try_acquire_now(&self, at: Site) -> bool {
        let acquired = self.words.mutex.try_acquire();
        if acquired {
            self.note_acquired(at);
        }
        acquired
    }

    /// [`release`](Self::release), at a line of a program that is interpreted.
    #[inline]
    pub fn release_at(&self, location: At) -> impl Future<Output = Result<(), Error>> {
        let at = self.object.at(location);
        P::release_step(at, move || self.release_now(at))
    }

    #[inline]
    fn note_acquired(&self, at: Site) {
        self.words.holder.note(P::current().to_word());
        P::record(Kind::Acquire, at, 0, P::number_alone(at));
    }

    #[inline]
    fn release_now(&self, at: Site) -> Result<(), Error> {
        // While it is held, and before somebody else can have it.
        let order = P::number_alone(at);
        let held = self.words.mutex.release();
        P::observe(u64::from(held));
        if !held {
            P::unused(order);
            return Err(Error::RELEASE_UNLOCKED);
        }
        P::record(Kind::Release, at, 0, order);
        Ok(())
    }
}

impl<P: Platform> Held for Lock<P> {
    async fn enter(&self, at: At) {
        self.acquire_at(Blocking::Forever, at).await;
    }

    async fn exit(&self, at: At) -> Result<(), Error> {
        self.release_at(at).await
    }
}

impl<P: Platform> Guarding<P> for Lock<P> {
    type Saved = ();

    fn is_owned(&self) -> bool {
        self.words.mutex.is_held()
    }

    fn ready(&self) -> Result<(), ObjectId> {
        match self.words.mutex.is_held() {
            true => Err(self.object.id()),
            false => Ok(()),
        }
    }

    fn try_restore(&self, (): &(), at: At) -> bool {
        self.try_acquire_now(self.object.at(at))
    }

    fn release_save(&self, at: At) {
        // Held, as the caller has just checked; if somebody else has released
        // it since, as anyone may, there is nothing left to release.
        let _ = self.release_now(self.object.at(at));
    }

    async fn acquire_restore(&self, (): (), at: At) {
        self.acquire_at(Blocking::Forever, at).await;
    }
}

impl<P: Platform> Stateful for Lock<P> {
    fn state(&self, state: &mut State) {
        let held = self.words.mutex.is_held();
        state.add_thread(self.last_acquirer().filter(|_| held));
    }
}

impl<P: Platform> Shows for Lock<P> {
    fn words(&self) -> Seen {
        [
            self.words.mutex.word(),
            self.words.holder.load(Relaxed),
            0,
            0,
        ]
    }
}

impl<P: Platform> Drop for Lock<P> {
    fn drop(&mut self) {
        self.object.retire(self);
    }
}
