//! `concurrent.futures.Future`: a result that is not there yet.
//!
//! CPython 3.11's behaviour (`Lib/concurrent/futures/_base.py`). Whoever has the
//! future may wait for the result, ask for it, or cancel it before anybody has
//! begun; whoever works on it settles it, once.
//!
//! One thing differs. In CPython [`as_completed`](super::as_completed) and
//! [`wait`](super::wait) hear of a cancelled future only when a worker comes
//! across it, and never after `shutdown(cancel_futures=True)`, so that they can
//! wait for ever. Here they hear of it at once.

use std::future::Future as Async;
use std::mem;
use std::pin::Pin;
use std::sync::Arc;
use std::sync::atomic::Ordering::Relaxed;

use super::thread::Ending;
use super::waiting::Watch;
use crate::base::ObjectId;
use crate::platform::{self as program, Operation, Platform, Stateful, Woken, Word};
use crate::sync::{Blocking, Error, ErrorKind, Guarded};
use crate::trace::{At, Kind, Site};

/// `done`: pending or running.
const NOT_DONE: u32 = 0;
/// `done`: cancelled or finished, for ever.
const DONE: u32 = 1;

/// What a task comes to: its result, or the exception that it did not catch.
pub struct Future<P: Platform, T> {
    state: Guarded<P, State<P, T>>,
    /// Changes once, with the state and under its mutex: what waiters wait on.
    done: P::Word,
    /// What the run shows in its place.
    object: ObjectId,
}

struct State<P: Platform, T> {
    stage: Stage<T>,
    /// Those who wait for one of many futures, and the number of this one to them.
    watches: Vec<(Arc<Watch<P>>, usize)>,
    callbacks: Vec<Callback<P, T>>,
    /// What those who added them had observed.
    callback_marks: Vec<u64>,
}

enum Stage<T> {
    Pending,
    Running,
    Cancelled,
    /// With [what whoever settled it had observed](Platform::mark).
    Finished(Result<T, Error>, u64),
}

/// How far a future is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Progress {
    Pending,
    Running,
    Cancelled,
    Finished,
}

type Callback<P, T> = Box<dyn FnOnce(Arc<Future<P, T>>) -> Pin<Box<dyn Async<Output = ()>>> + Send>;

impl<P: Platform, T: Clone + Send + 'static> Future<P, T> {
    /// A future that nobody works on yet, shown as a part of the object.
    pub fn of(object: ObjectId) -> Arc<Future<P, T>> {
        let future = Arc::new(Future {
            state: Guarded::new(State {
                stage: Stage::Pending,
                watches: Vec::new(),
                callbacks: Vec::new(),
                callback_marks: Vec::new(),
            }),
            done: P::Word::new(NOT_DONE),
            object,
        });
        P::track(&future);
        future
    }

    /// A future that nobody works on yet. Pools make theirs themselves; others
    /// are for those who settle them.
    pub fn new() -> Arc<Future<P, T>> {
        Future::of(ObjectId::NONE)
    }

    /// Waits for the result as long as `blocking` allows. Under a mutex it is
    /// cloned, so put what is large into an `Arc`.
    ///
    /// # Errors
    /// The task's own exception; `CancelledError`; `TimeoutError`.
    #[track_caller]
    pub fn result(&self, blocking: Blocking) -> impl Async<Output = Result<T, Error>> {
        self.result_at(blocking, self.at(At::caller()))
    }

    pub(super) async fn result_at(&self, blocking: Blocking, at: Site) -> Result<T, Error> {
        self.outcome_at(blocking, at).await?
    }

    /// Waits for the task's end as long as `blocking` allows: the exception that
    /// it ended with, `None` if it has a result.
    ///
    /// # Errors
    /// `CancelledError`; `TimeoutError`.
    #[track_caller]
    pub fn exception(
        &self,
        blocking: Blocking,
    ) -> impl Async<Output = Result<Option<Error>, Error>> {
        let at = self.at(At::caller());
        async move { Ok(self.outcome_at(blocking, at).await?.err()) }
    }

    /// Cancels the future if nobody has begun to work on it: whether it is
    /// cancelled now.
    #[track_caller]
    pub fn cancel(self: &Arc<Self>) -> impl Async<Output = bool> {
        let at = self.at(At::caller());
        async move {
            P::point(at).await;
            self.cancel_at(at).await
        }
    }

    /// Whether the future was cancelled. One step.
    #[track_caller]
    pub fn cancelled(&self) -> impl Async<Output = bool> {
        self.look(At::caller(), |stage| matches!(stage, Stage::Cancelled))
    }

    /// Whether somebody works on it at this moment. One step.
    #[track_caller]
    pub fn running(&self) -> impl Async<Output = bool> {
        self.look(At::caller(), |stage| matches!(stage, Stage::Running))
    }

    /// Whether it is cancelled or finished. One step.
    #[track_caller]
    pub fn done(&self) -> impl Async<Output = bool> {
        self.look(At::caller(), Stage::is_done)
    }

    /// Has `callback` called once the future is done, by the thread that settles
    /// or cancels it, in the order of adding; at once, and by the caller, if it
    /// is done already.
    #[track_caller]
    pub fn add_done_callback<F, Fut>(self: &Arc<Self>, callback: F) -> impl Async<Output = ()>
    where
        F: FnOnce(Arc<Self>) -> Fut + Send + 'static,
        Fut: Async<Output = ()> + 'static,
    {
        let at = self.at(At::caller());
        async move {
            P::point(at).await;
            let mut callback: Option<Callback<P, T>> =
                Some(Box::new(|future| Box::pin(callback(future))));
            let add = self.state.with(at, |state| {
                if !state.stage.is_done() {
                    state.callbacks.extend(callback.take());
                    state.callback_marks.push(P::mark());
                }
            });
            add.await;
            P::observe(u64::from(callback.is_some()));
            if let Some(callback) = callback {
                callback(Arc::clone(self)).await;
            }
        }
    }

    /// Does something unless the future is done, as a part of somebody's step, and before
    /// anybody can settle it: whether it did.
    pub async fn unless_done(&self, at: Site, act: impl FnOnce()) -> bool {
        let waits = self.state.with(at, |state| {
            let waits = !state.stage.is_done();
            if waits {
                act();
            }
            waits
        });
        let waits = waits.await;
        P::observe(u64::from(waits));
        waits
    }

    /// Says that somebody begins to work on it: `false` if it was cancelled, and
    /// then nobody should.
    ///
    /// # Errors
    /// `RuntimeError: Future in unexpected state`.
    #[track_caller]
    pub fn set_running_or_notify_cancel(&self) -> impl Async<Output = Result<bool, Error>> {
        let at = self.at(At::caller());
        async move {
            P::point(at).await;
            self.begin(at).await
        }
    }

    /// Settles the future with a result.
    ///
    /// # Errors
    /// `InvalidStateError`, with the state that it is in, if it is done.
    #[track_caller]
    pub fn set_result(self: &Arc<Self>, result: T) -> impl Async<Output = Result<(), Error>> {
        let at = self.at(At::caller());
        async move {
            P::point(at).await;
            self.settle(Ok(result), at).await
        }
    }

    /// Settles the future with an exception.
    ///
    /// # Errors
    /// `InvalidStateError`, with the state that it is in, if it is done.
    #[track_caller]
    pub fn set_exception(self: &Arc<Self>, error: Error) -> impl Async<Output = Result<(), Error>> {
        let at = self.at(At::caller());
        async move {
            P::point(at).await;
            self.settle(Err(error), at).await
        }
    }

    /// [`set_running_or_notify_cancel`](Self::set_running_or_notify_cancel), as a
    /// part of somebody's step.
    pub async fn begin(&self, at: Site) -> Result<bool, Error> {
        let begun = self
            .state
            .with(at, |state| match state.stage {
                Stage::Pending => {
                    state.stage = Stage::Running;
                    Ok(true)
                }
                Stage::Cancelled => Ok(false),
                Stage::Running | Stage::Finished(..) => {
                    Err(Error::runtime("Future in unexpected state"))
                }
            })
            .await;
        P::observe(begun.as_ref().map_or(2, |begun| u64::from(*begun)));
        begun
    }

    /// Settles the future, as a part of somebody's step.
    ///
    /// # Errors
    /// `InvalidStateError` if it is done.
    pub async fn settle(self: &Arc<Self>, result: Result<T, Error>, at: Site) -> Result<(), Error> {
        let mut refused = None;
        self.end(Kind::Settle, at, |stage| match stage {
            Stage::Pending | Stage::Running => Some(Stage::Finished(result, P::mark())),
            Stage::Cancelled => {
                refused = Some("CANCELLED");
                None
            }
            Stage::Finished(..) => {
                refused = Some("FINISHED");
                None
            }
        })
        .await;
        P::observe(refused.map_or(0, |state| state.len() as u64));
        refused.map_or(Ok(()), |state| {
            Err(Error::new(ErrorKind::InvalidStateError, state))
        })
    }

    /// [`cancel`](Self::cancel), as a part of somebody's step.
    pub async fn cancel_at(self: &Arc<Self>, at: Site) -> bool {
        let mut cancelled = false;
        self.end(Kind::Cancel, at, |stage| match stage {
            Stage::Pending => {
                cancelled = true;
                Some(Stage::Cancelled)
            }
            Stage::Cancelled => {
                cancelled = true;
                None
            }
            Stage::Running | Stage::Finished(..) => None,
        })
        .await;
        P::observe(u64::from(cancelled));
        cancelled
    }

    /// Has `watch` told, with this number, once the future is done: whether it is
    /// not done yet.
    pub(super) async fn watch(&self, watch: &Arc<Watch<P>>, number: usize, at: Site) -> bool {
        self.state
            .with(at, |state| {
                let waits = !state.stage.is_done();
                if waits {
                    state.watches.push((Arc::clone(watch), number));
                }
                P::observe(u64::from(waits));
                waits
            })
            .await
    }

    pub(super) async fn is_done(&self, at: Site) -> bool {
        self.see(at, Stage::is_done).await
    }

    /// How far it is, as a part of somebody's step, and what it came to.
    pub async fn stage_at(&self, at: Site) -> (Progress, Option<Result<T, Error>>) {
        let seen = self.state.with(at, |state| match &state.stage {
            Stage::Pending => (Progress::Pending, None, 0),
            Stage::Running => (Progress::Running, None, 0),
            Stage::Cancelled => (Progress::Cancelled, None, 0),
            Stage::Finished(result, mark) => (Progress::Finished, Some(result.clone()), *mark),
        });
        let (progress, result, mark) = seen.await;
        P::observe(progress as u64);
        P::observe(mark);
        (progress, result)
    }

    /// What it came to, unless somebody is changing it.
    pub fn seen(&self) -> Option<Result<T, Error>> {
        let look = |state: &mut State<P, T>| match &state.stage {
            Stage::Finished(result, _) => Some(result.clone()),
            _ => None,
        };
        self.state.try_with(look).flatten()
    }

    /// Drops what it came to and its callbacks without a step, when the run is over: they may
    /// refer to it.
    pub fn forget(&self) {
        let dropped = self.state.try_with(|state| {
            let stage = std::mem::replace(&mut state.stage, Stage::Cancelled);
            (stage, std::mem::take(&mut state.callbacks))
        });
        drop(dropped);
    }

    /// [`is_done`](Self::is_done), at a glance.
    pub(super) fn seems_done(&self) -> bool {
        self.done.load(Relaxed) == DONE
    }

    /// Whether it has ended with an exception of its own, unless somebody is changing it.
    pub(super) fn seems_failed(&self) -> bool
    where
        T: Ending,
    {
        let failed = |state: &mut State<P, T>| match &state.stage {
            Stage::Finished(result, _) => result.as_ref().map_or(true, Ending::is_raised),
            _ => false,
        };
        self.state.try_with(failed) == Some(true)
    }

    /// Takes the future to its end, if `to` names one, and tells all who wait. `kind` is
    /// what is recorded of it.
    async fn end(
        self: &Arc<Self>,
        kind: Kind,
        at: Site,
        to: impl FnOnce(&Stage<T>) -> Option<Stage<T>>,
    ) {
        let ended = self.state.with(at, |state| {
            state.stage = to(&state.stage)?;
            // All futures of a pool are shown as one object.
            let order = P::number(at);
            // Relaxed: who sees it takes the mutex next, which orders it.
            self.done.store(DONE, Relaxed);
            let watches = mem::take(&mut state.watches);
            Some((order, watches, mem::take(&mut state.callbacks)))
        });
        let Some((order, watches, callbacks)) = ended.await else {
            return;
        };
        P::record(kind, at, 1, order);
        P::wake(&self.done, u32::MAX);
        for (watch, number) in watches {
            watch.tell(number, at).await;
        }
        for callback in callbacks {
            callback(Arc::clone(self)).await;
        }
    }

    /// Waits for the task's end as long as `blocking` allows: what it came to; an error of the
    /// outer kind if that is not known.
    ///
    /// # Errors
    /// `CancelledError`; `TimeoutError`.
    pub async fn outcome_at(
        &self,
        blocking: Blocking,
        at: Site,
    ) -> Result<Result<T, Error>, Error> {
        let look = |state: &mut State<P, T>| match &state.stage {
            Stage::Pending | Stage::Running => None,
            Stage::Cancelled => Some(Err(Error::CANCELLED)),
            Stage::Finished(result, mark) => Some(Ok((result.clone(), *mark))),
        };
        let ready = || match self.seems_done() {
            true => Ok(()),
            false => Err(self.object),
        };
        let attempt = || self.state.try_with(look).flatten();
        let slow = || async move {
            let deadline = blocking.deadline(P::now);
            let mut patient = blocking.waits();
            loop {
                match self.state.with(at, look).await {
                    None if patient => {
                        let woken = P::wait(&self.done, NOT_DONE, deadline, at).await;
                        // When the time is up, one more look.
                        patient = woken != Woken::TimedOut;
                    }
                    seen => return seen,
                }
            }
        };
        let operation = Operation::at(at).within(blocking.within());
        let outcome = P::until(operation, ready, attempt, slow).await;
        let (outcome, mark) = match outcome {
            None => return Err(Error::TIMED_OUT),
            Some(Err(cancelled)) => (Err(cancelled), 0),
            Some(Ok((result, mark))) => (Ok(result), mark),
        };
        P::observe(mark);
        P::record(Kind::Pass, at, 0, P::after_changes(at));
        outcome
    }

    async fn see(&self, at: Site, look: impl FnOnce(&Stage<T>) -> bool) -> bool {
        let seen = self.state.with(at, |state| look(&state.stage)).await;
        P::observe(u64::from(seen));
        seen
    }

    fn look(
        &self,
        location: At,
        look: impl FnOnce(&Stage<T>) -> bool,
    ) -> impl Async<Output = bool> {
        let at = self.at(location);
        async move {
            P::point(at).await;
            self.see(at, look).await
        }
    }

    /// What is shown in its place, at a line.
    pub fn at(&self, location: At) -> Site {
        Site {
            object: self.object,
            line: location.line,
        }
    }
}

impl<P: Platform, T: Send> Stateful for Future<P, T> {
    fn state(&self, of: &mut program::State) {
        self.state.try_with(|state| {
            let (stage, mark) = match state.stage {
                Stage::Pending => (0u32, 0),
                Stage::Running => (1, 0),
                Stage::Cancelled => (2, 0),
                Stage::Finished(_, mark) => (3, mark),
            };
            of.add(stage);
            of.add(mark);
            // Who has added them knows which they are, and so does the order.
            for (watch, number) in &state.watches {
                of.add(watch.mark());
                of.add(*number as u64);
            }
            of.add_all(&state.callback_marks);
        });
    }
}

impl<T> Stage<T> {
    fn is_done(&self) -> bool {
        matches!(self, Stage::Cancelled | Stage::Finished(..))
    }
}
