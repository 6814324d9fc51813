//! `threading.RLock`: a lock that its holder may acquire again.
//!
//! CPython 3.11's behaviour (`Modules/_threadmodule.c`, `rlock_acquire`): the
//! thread that holds it goes in again at once, each acquire needs its release,
//! and only the owner may release it. It is not for handing a section from one
//! thread to another: that is what a [`Lock`](super::Lock) allows.
//!
//! **Fairness**: none, as for Lock.

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

/// `owner` of a lock that nobody holds; no thread's word is 0.
const NOBODY: u32 = 0;

/// A reentrant lock with an owner and a depth.
pub struct RLock<P: Platform> {
    words: Words<P>,
    object: Object<P>,
}

/// Read from outside by whoever watches the run, hence the fixed layout.
#[repr(C)]
struct Words<P: Platform> {
    mutex: Mutex<P>,
    /// The thread that holds the lock, as a word. Relaxed suffices: a thread
    /// asks only whether it is itself, and what it finds of its own it wrote.
    owner: P::Word,
    /// How many releases it takes. Touched by the owner alone.
    depth: P::Word,
}

/// What [`Words`] say. Between its mutex and the others a lock is on its way: it
/// shows as held once, by whoever is its owner by then.
pub(super) fn shown(&[word, owner, depth, _]: &Seen) -> Shown {
    if !mutex::shows_held(word) {
        return Shown::Free;
    }
    Shown::Held {
        by: ThreadId::from_word(owner),
        depth: depth.max(1),
    }
}

impl<P: Platform> RLock<P> {
    /// An unlocked lock that the run shows under this name.
    pub fn new(name: &str) -> Arc<RLock<P>> {
        let lock = Arc::new(RLock {
            words: Words {
                mutex: Mutex::new(),
                owner: P::Word::new(NOBODY),
                depth: P::Word::new(0),
            },
            object: Object::new(ObjectKind::RLock, name),
        });
        lock.object.publish(&lock, &lock.words);
        lock.object.publish_holder(&lock.words.owner);
        P::track(&lock);
        lock
    }

    /// Acquires the lock, at once if this thread holds it: whether it succeeded
    /// in the time that `blocking` allows.
    #[track_caller]
    #[inline]
    pub fn acquire(&self, blocking: Blocking) -> impl Future<Output = bool> {
        self.acquire_at(blocking, At::caller())
    }

    /// Undoes one acquire; the last one frees the lock and wakes a thread that waits.
    ///
    /// # Errors
    /// `RuntimeError: cannot release un-acquired lock` for any thread but the
    /// owner; nothing changes.
    #[track_caller]
    #[inline]
    pub fn release(&self) -> impl Future<Output = Result<(), Error>> {
        self.release_at(At::caller())
    }

    /// How often this thread has acquired the lock without releasing it.
    pub fn depth(&self) -> u32 {
        if self.owns() {
            self.words.depth.load(Relaxed)
        } else {
            0
        }
    }

    /// Who holds the lock, and how often they have acquired it, to be asked only where the
    /// moment of the answer does not matter, or as part of another step.
    pub fn holder(&self) -> (Option<ThreadId>, u32) {
        let owner = ThreadId::from_word(self.words.owner.load(Relaxed));
        let depth = owner.map_or(0, |_| self.words.depth.load(Relaxed));
        (owner, depth)
    }

    fn owns(&self) -> bool {
        self.words.owner.load(Relaxed) == P::current().to_word()
    }

    /// [`acquire`](Self::acquire), at a line of a program that is interpreted.
    #[inline]
    pub async fn acquire_at(&self, blocking: Blocking, location: At) -> bool {
        let at = self.object.at(location);
        let attempt = || {
            if self.owns() {
                let depth = self.words.depth.load(Relaxed) + 1;
                self.words.depth.store(depth, Relaxed);
                P::record(Kind::Acquire, at, i64::from(depth), P::number_alone(at));
                return Some(());
            }
            self.words.mutex.try_acquire().then(|| self.take(1, at))
        };
        let slow = || async move {
            let acquired = self.words.mutex.acquire_contended(blocking, at).await;
            acquired.then(|| self.take(1, at))
        };
        let ready = || if self.owns() { Ok(()) } else { self.ready() };
        let operation = Operation::at(at).within(blocking.within());
        P::until(operation, ready, attempt, slow).await.is_some()
    }

    /// Notes this thread, which has just acquired the mutex, as the owner.
    #[inline]
    fn take(&self, depth: u32, at: Site) {
        self.words.owner.store(P::current().to_word(), Relaxed);
        self.words.depth.store(depth, Relaxed);
        P::record(Kind::Acquire, at, i64::from(depth), P::number_alone(at));
    }

    /// [`release`](Self::release), at a line of a program that is interpreted.
    #[inline]
    pub fn release_at(&self, location: At) -> impl Future<Output = Result<(), Error>> {
        let at = self.object.at(location);
        P::release_step(at, move || {
            let owns = self.owns();
            P::observe(u64::from(owns));
            if !owns {
                return Err(Error::runtime("cannot release un-acquired lock"));
            }
            let depth = self.words.depth.load(Relaxed) - 1;
            self.words.depth.store(depth, Relaxed);
            let order = P::number_alone(at);
            if depth == 0 {
                self.free();
            }
            P::record(Kind::Release, at, i64::from(depth), order);
            Ok(())
        })
    }

    /// Gives the lock up. The owner goes first: after the release it is another's.
    #[inline]
    fn free(&self) {
        self.words.owner.store(NOBODY, Relaxed);
        self.words.mutex.release();
    }
}

impl<P: Platform> Held for RLock<P> {
    async fn enter(&self, at: At) {
        self.acquire_at(Blocking::Forever, at).await;
    }

    async fn exit(&self, at: At) -> Result<(), Error> {
        self.release_at(at).await
    }
}

impl<P: Platform> Guarding<P> for RLock<P> {
    /// The depth to go back to.
    type Saved = u32;

    fn is_owned(&self) -> bool {
        self.owns()
    }

    fn ready(&self) -> Result<(), ObjectId> {
        match self.words.mutex.is_held() {
            true => Err(self.object.id()),
            false => Ok(()),
        }
    }

    fn try_restore(&self, depth: &u32, at: At) -> bool {
        let acquired = self.words.mutex.try_acquire();
        if acquired {
            self.take(*depth, self.object.at(at));
        }
        acquired
    }

    fn release_save(&self, at: At) -> u32 {
        let at = self.object.at(at);
        let depth = self.words.depth.load(Relaxed);
        self.words.depth.store(0, Relaxed);
        let order = P::number_alone(at);
        self.free();
        P::record(Kind::Release, at, 0, order);
        depth
    }

    async fn acquire_restore(&self, depth: u32, at: At) {
        let site = self.object.at(at);
        let attempt = || self.try_restore(&depth, at).then_some(());
        let slow = || async move {
            self.words.mutex.acquire(site).await;
            self.take(depth, site);
            Some(())
        };
        P::until(Operation::at(site), || self.ready(), attempt, slow).await;
    }
}

impl<P: Platform> Stateful for RLock<P> {
    fn state(&self, state: &mut State) {
        state.add_thread(ThreadId::from_word(self.words.owner.load(Relaxed)));
        state.add(self.words.depth.load(Relaxed));
    }
}

impl<P: Platform> Shows for RLock<P> {
    fn words(&self) -> Seen {
        let Words {
            mutex,
            owner,
            depth,
        } = &self.words;
        [mutex.word(), owner.load(Relaxed), depth.load(Relaxed), 0]
    }
}

impl<P: Platform> Drop for RLock<P> {
    fn drop(&mut self) {
        self.object.retire(self);
    }
}
