//! `concurrent.futures.as_completed` and `wait`: waiting for many futures.
//!
//! CPython 3.11's behaviour (`Lib/concurrent/futures/_base.py`). Cancelled
//! futures differ, see [`Future`].

use std::collections::VecDeque;
use std::future::Future as Async;
use std::sync::Arc;
use std::sync::atomic::Ordering::Relaxed;
use std::time::Duration;

use super::future::Future;
use super::thread::Ending;
use crate::platform::{Operation, Platform, State, Stateful, Woken, Word};
use crate::sync::{Blocking, Error, ErrorKind, Guarded};
use crate::trace::{At, Kind, Site};

/// What futures tell one who waits for many of them.
pub(super) struct Watch<P: Platform> {
    /// The numbers of those that are done and that the waiter has not taken yet.
    done: Guarded<P, VecDeque<usize>>,
    /// How often it was told; changes under the mutex. The waiter, who knows how
    /// many it took, is stuck while the two are equal.
    told: P::Word,
    /// What the waiter had observed when it began to wait.
    mark: u64,
}

impl<P: Platform> Watch<P> {
    fn new() -> Arc<Watch<P>> {
        let watch = Arc::new(Watch {
            done: Guarded::new(VecDeque::new()),
            told: P::Word::new(0),
            mark: P::mark(),
        });
        P::track(&watch);
        watch
    }

    pub(super) fn mark(&self) -> u64 {
        self.mark
    }

    /// Tells that the future of this number is done.
    pub(super) async fn tell(&self, number: usize, at: Site) {
        let tell = self.done.with(at, |done| {
            done.push_back(number);
            // Relaxed: who sees it takes the mutex next, which orders it.
            self.told.fetch_add(1, Relaxed);
        });
        tell.await;
        P::wake(&self.told, 1);
    }
}

impl<P: Platform> Stateful for Watch<P> {
    fn state(&self, state: &mut State) {
        self.done.try_with(|done| {
            done.iter().for_each(|number| state.add(*number as u64));
        });
    }
}

/// Futures in the order in which they get done; those that are done when this is
/// called come first, in the order given. A future that is given twice comes once.
/// The time that `blocking` allows counts from this call, and for all.
#[track_caller]
pub fn as_completed<P: Platform, T: Clone + Send + 'static>(
    futures: &[Arc<Future<P, T>>],
    blocking: Blocking,
) -> impl Async<Output = AsCompleted<P, T>> {
    as_completed_at(futures, blocking, At::caller())
}

/// [`as_completed`], at a line of a program that is interpreted.
pub async fn as_completed_at<P: Platform, T: Clone + Send + 'static>(
    futures: &[Arc<Future<P, T>>],
    blocking: Blocking,
    at: At,
) -> AsCompleted<P, T> {
    P::point(Site::at(at)).await;
    AsCompleted::begin(futures, blocking, at).await
}

/// Futures in the order in which they get done: [`as_completed`].
///
/// Dropped before its end, it leaves its watch with the futures that are not done,
/// which tell it in vain.
pub struct AsCompleted<P: Platform, T> {
    futures: Vec<Arc<Future<P, T>>>,
    watch: Arc<Watch<P>>,
    taken: u32,
    blocking: Blocking,
    deadline: Option<Duration>,
    at: At,
}

impl<P: Platform, T: Clone + Send + 'static> AsCompleted<P, T> {
    async fn begin(futures: &[Arc<Future<P, T>>], blocking: Blocking, at: At) -> Self {
        let distinct = distinct(futures);
        let watch = Watch::new();
        for (number, future) in distinct.iter().enumerate() {
            let at = future.at(at);
            if !future.watch(&watch, number, at).await {
                watch.tell(number, at).await;
            }
        }
        AsCompleted {
            futures: distinct,
            watch,
            taken: 0,
            blocking,
            deadline: blocking.deadline(P::now),
            at,
        }
    }

    /// Waits for the next future that is done; `None` after the last.
    ///
    /// # Errors
    /// `TimeoutError`, with how many are not done, when the time is up.
    pub async fn next(&mut self) -> Option<Result<Arc<Future<P, T>>, Error>> {
        let total = self.futures.len();
        if self.taken as usize == total {
            return None;
        }
        // Futures of one call are nearly always of one pool, which is shown in their place.
        let at = self.futures[0].at(self.at);
        let (watch, blocking, taken) = (&self.watch, self.blocking, self.taken);
        let (given, deadline) = (self.within(), self.deadline);
        let ready = || match watch.done.try_with(|done| !done.is_empty()) {
            Some(true) => Ok(()),
            _ => Err(at.object),
        };
        let attempt = || watch.done.try_with(VecDeque::pop_front).flatten();
        let slow = || async move {
            let mut patient = blocking.waits();
            loop {
                match watch.done.with(at, VecDeque::pop_front).await {
                    None if patient => {
                        let woken = P::wait(&watch.told, taken, deadline, at).await;
                        // When the time is up, one more look.
                        patient = woken != Woken::TimedOut;
                    }
                    done => return done,
                }
            }
        };
        let operation = Operation::at(at).within(given);
        let Some(number) = P::until(operation, ready, attempt, slow).await else {
            let left = total - self.taken as usize;
            let text = format!("{left} (of {total}) futures unfinished");
            return Some(Err(Error::new(ErrorKind::TimeoutError, text)));
        };
        P::observe(number as u64);
        self.taken += 1;
        let future = Arc::clone(&self.futures[number]);
        let at = future.at(self.at);
        P::record(Kind::Pass, at, 0, P::after_changes(at));
        Some(Ok(future))
    }

    /// The time that is left.
    fn within(&self) -> Option<Duration> {
        match self.deadline {
            None => self.blocking.within(),
            Some(deadline) => Some(deadline.saturating_sub(P::now())),
        }
    }
}

/// What [`wait`] waits for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Until {
    /// Any of the futures is done.
    FirstCompleted,
    /// Any has ended with an exception, or all are done.
    FirstException,
    AllCompleted,
}

/// Futures as they are after a [`wait`], in the order given.
pub struct Waited<P: Platform, T> {
    pub done: Vec<Arc<Future<P, T>>>,
    pub not_done: Vec<Arc<Future<P, T>>>,
}

/// Waits until so many of the futures are done, as long as `blocking` allows. It
/// returns what there is; being late is no error. A future that is given twice
/// counts once.
#[track_caller]
pub fn wait<P: Platform, T: Ending>(
    futures: &[Arc<Future<P, T>>],
    until: Until,
    blocking: Blocking,
) -> impl Async<Output = Waited<P, T>> {
    wait_at(futures, until, blocking, At::caller())
}

/// [`wait`], at a line of a program that is interpreted.
pub async fn wait_at<P: Platform, T: Ending>(
    futures: &[Arc<Future<P, T>>],
    until: Until,
    blocking: Blocking,
    at: At,
) -> Waited<P, T> {
    let futures = distinct(futures);
    let site = futures.first().map_or(Site::at(at), |future| future.at(at));
    let enough = || match until {
        _ if futures.iter().all(|future| future.seems_done()) => true,
        Until::FirstCompleted => futures.iter().any(|future| future.seems_done()),
        Until::FirstException => futures.iter().any(|future| future.seems_failed()),
        Until::AllCompleted => false,
    };
    let ready = || match enough() {
        true => Ok(()),
        false => Err(site.object),
    };
    let attempt = || enough().then_some(());
    let slow = || async {
        let mut completed = AsCompleted::begin(&futures, blocking, at).await;
        while !enough() {
            completed.next().await?.ok()?;
        }
        Some(())
    };
    let operation = Operation::at(site).within(blocking.within());
    // Being late is no error.
    P::until(operation, ready, attempt, slow).await;
    let mut waited = Waited {
        done: Vec::new(),
        not_done: Vec::new(),
    };
    for future in futures {
        match future.is_done(Site::at(at)).await {
            true => waited.done.push(future),
            false => waited.not_done.push(future),
        }
    }
    waited
}

/// Each future once.
fn distinct<P: Platform, T>(futures: &[Arc<Future<P, T>>]) -> Vec<Arc<Future<P, T>>> {
    let mut distinct: Vec<Arc<Future<P, T>>> = Vec::new();
    for future in futures {
        if !distinct.iter().any(|other| Arc::ptr_eq(other, future)) {
            distinct.push(Arc::clone(future));
        }
    }
    distinct
}
