//! `threading.Condition`: wait for something to become true, and tell that it may have.
//!
//! CPython 3.11's behaviour (`Lib/threading.py`): waiters stand in a queue, each
//! with a word of its own, and `notify(n)` wakes the n that have waited longest.
//! A wait returns because it was notified or because its time is up, never for
//! no reason; still look at the predicate again, since another thread may have
//! been there first ([`Condition::wait_for`] does).
//!
//! One thing differs. In CPython a waiter whose time is up stays in the queue
//! until it has the lock again, and a notification that comes meanwhile is lost
//! on it. Here a waiter leaves the moment its time is up, or was notified.
//!
//! **Fairness**: notified in the order of waiting; for the lock itself, which
//! all need again, see there.

use std::collections::VecDeque;
use std::sync::atomic::Ordering::{Acquire, Release};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use super::blocking::Blocking;
use super::error::Error;
use super::object::Object;
use super::{Guarding, Held, RLock};
use crate::base::ThreadId;
use crate::platform::{Operation, Platform, State, Stateful, Woken, Word};
use crate::trace::objects::{ObjectKind, Shows, Words};
use crate::trace::{At, Kind};

/// In the queue.
const WAITING: u32 = 0;
/// Notified: the wait returns `true`.
const NOTIFIED: u32 = 1;

/// A condition over a lock, an [`RLock`] unless said otherwise.
pub struct Condition<P: Platform, L = RLock<P>> {
    lock: Arc<L>,
    /// Waiters, the longest first. The mutex orders nothing but the queue
    /// itself, and nothing happens while it is held: what the threads share, the
    /// lock orders.
    queue: Mutex<VecDeque<Arc<Waiter<P>>>>,
    object: Object<P>,
}

struct Waiter<P: Platform> {
    word: P::Word,
    thread: ThreadId,
}

impl<P: Platform> Condition<P> {
    /// A condition over a new [`RLock`], as Python's `Condition()` makes one.
    pub fn new(name: &str) -> Arc<Condition<P>> {
        Condition::over(name, RLock::new(name))
    }
}

impl<P: Platform, L: Guarding<P>> Condition<P, L> {
    /// A condition over a lock that there is, and that others may share.
    pub fn over(name: &str, lock: Arc<L>) -> Arc<Condition<P, L>> {
        let condition = Arc::new(Condition {
            lock,
            queue: Mutex::default(),
            object: Object::new(ObjectKind::Condition, name),
        });
        // It shows nothing but that it is there, and who waits.
        condition.object.publish(&condition, &());
        P::track(&condition);
        condition
    }

    /// The lock that the condition is over: acquire it to wait or to notify.
    pub fn lock(&self) -> &Arc<L> {
        &self.lock
    }

    /// Releases the lock, however often it was acquired, waits to be notified,
    /// and acquires it again as it was: `false` only if the time was up.
    ///
    /// # Errors
    /// `RuntimeError: cannot wait on un-acquired lock`.
    #[track_caller]
    pub fn wait(&self, blocking: Blocking) -> impl Future<Output = Result<bool, Error>> {
        self.wait_at(blocking, At::caller())
    }

    /// Waits until the predicate holds: what it said last, `false` only if the
    /// time was up.
    ///
    /// # Errors
    /// Those of [`wait`](Self::wait), if it has to wait.
    #[track_caller]
    pub fn wait_for(
        &self,
        predicate: impl AsyncFn() -> bool,
        blocking: Blocking,
    ) -> impl Future<Output = Result<bool, Error>> {
        let location = At::caller();
        async move {
            // Counted from the first wait, which happens even if there is no
            // time for it: as in CPython.
            let mut deadline = None;
            while !predicate().await {
                let left = match (blocking, deadline) {
                    (Blocking::Forever, _) => Blocking::Forever,
                    (_, None) => {
                        let now = P::now();
                        deadline = Some(blocking.deadline(|| now).unwrap_or(now));
                        blocking
                    }
                    (_, Some(deadline)) => match deadline.saturating_sub(P::now()) {
                        Duration::ZERO => return Ok(false),
                        left => Blocking::For(left),
                    },
                };
                self.wait_at(left, location).await?;
            }
            Ok(true)
        }
    }

    /// Wakes up to `count` of those who have waited longest. They go on once
    /// they have the lock, which the caller still holds.
    ///
    /// # Errors
    /// `RuntimeError: cannot notify on un-acquired lock`.
    #[track_caller]
    pub fn notify(&self, count: usize) -> impl Future<Output = Result<(), Error>> {
        self.notify_at(count, At::caller())
    }

    /// Wakes all who wait.
    ///
    /// # Errors
    /// `RuntimeError: cannot notify on un-acquired lock`.
    #[track_caller]
    pub fn notify_all(&self) -> impl Future<Output = Result<(), Error>> {
        self.notify_at(usize::MAX, At::caller())
    }

    /// How many threads wait, to be asked only where the moment of the answer does not
    /// matter, or as part of another step.
    pub fn waiting(&self) -> usize {
        self.queue().len()
    }

    /// [`wait`](Self::wait), at a line of a program that is interpreted.
    pub async fn wait_at(&self, blocking: Blocking, location: At) -> Result<bool, Error> {
        let at = self.object.at(location);
        P::point(at).await;
        self.check_owned("cannot wait on un-acquired lock")?;
        let waiter = Arc::new(Waiter {
            word: P::Word::new(WAITING),
            thread: P::current(),
        });
        // In the queue before the lock is released: from then on notifications come.
        let order = {
            let mut queue = self.queue();
            queue.push_back(Arc::clone(&waiter));
            P::number_alone(at)
        };
        P::record(Kind::LineUp, at, 0, order);
        let saved = self.lock.release_save(location);
        // Acquire pairs with the Release of who notifies.
        let notified = || waiter.word.load(Acquire) == NOTIFIED;
        // Others notice that it waits, so it returns in a step of its own: with the lock.
        let ready = || match notified() {
            true => self.lock.ready(),
            false => Err(self.object.id()),
        };
        let attempt = || (notified() && self.lock.try_restore(&saved, location)).then_some(true);
        let slow = || {
            let waiter = &waiter;
            async move {
                let deadline = blocking.deadline(P::now);
                while waiter.word.load(Acquire) == WAITING {
                    if !blocking.waits() {
                        return None;
                    }
                    let woken = P::wait(&waiter.word, WAITING, deadline, at).await;
                    if woken == Woken::TimedOut {
                        return None;
                    }
                }
                // Notified, and not in possession of the lock.
                Some(false)
            }
        };
        let operation = Operation::at(at).within(blocking.within());
        let notified = match P::until(operation, ready, attempt, slow).await {
            Some(true) => return Ok(true),
            Some(false) => true,
            None => !self.leave(&waiter),
        };
        P::observe(u64::from(notified));
        self.lock.acquire_restore(saved, location).await;
        Ok(notified)
    }

    fn check_owned(&self, refusal: &'static str) -> Result<(), Error> {
        let owned = self.lock.is_owned();
        P::observe(u64::from(owned));
        match owned {
            true => Ok(()),
            false => Err(Error::runtime(refusal)),
        }
    }

    /// [`notify`](Self::notify), at a line of a program that is interpreted.
    pub async fn notify_at(&self, count: usize, location: At) -> Result<(), Error> {
        let at = self.object.at(location);
        P::point(at).await;
        self.check_owned("cannot notify on un-acquired lock")?;
        let (waiters, order) = {
            let mut queue = self.queue();
            let count = count.min(queue.len());
            let waiters: Vec<_> = queue.drain(..count).collect();
            (waiters, P::number_alone(at))
        };
        for waiter in &waiters {
            // Release: what was done before is seen by who is woken.
            waiter.word.store(NOTIFIED, Release);
            P::wake(&waiter.word, 1);
        }
        let notified = i64::try_from(waiters.len()).unwrap_or(i64::MAX);
        P::record(Kind::Notify, at, notified, order);
        Ok(())
    }

    /// Takes a waiter whose time is up out of the queue: whether it was still
    /// there. If not, a notification has just taken it out; so either its time
    /// was up or it was notified, and never both.
    fn leave(&self, waiter: &Arc<Waiter<P>>) -> bool {
        let mut queue = self.queue();
        let before = queue.len();
        queue.retain(|other| !Arc::ptr_eq(other, waiter));
        queue.len() < before
    }
}

impl<P: Platform, L> Condition<P, L> {
    fn queue(&self) -> MutexGuard<'_, VecDeque<Arc<Waiter<P>>>> {
        self.queue.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl<P: Platform, L> Stateful for Condition<P, L> {
    fn state(&self, state: &mut State) {
        for waiter in self.queue().iter() {
            state.add_thread(Some(waiter.thread));
        }
    }
}

impl<P: Platform, L> Shows for Condition<P, L> {
    fn words(&self) -> Words {
        Words::default()
    }
}

impl<P: Platform, L: Guarding<P>> Held for Condition<P, L> {
    async fn enter(&self, at: At) {
        self.lock.enter(at).await;
    }

    async fn exit(&self, at: At) -> Result<(), Error> {
        self.lock.exit(at).await
    }
}
