//! `concurrent.futures.ThreadPoolExecutor`: tasks for a few threads.
//!
//! CPython 3.11's behaviour (`Lib/concurrent/futures/thread.py`): tasks are begun
//! in the order of submission; a thread is started when there is a task and none
//! is idle, up to the limit; a task's exception goes into its future and harms
//! neither its worker nor other tasks. A task that waits for another of the same
//! pool can wait for ever: all threads may be waiting like it.
//!
//! Dropping the pool shuts it down without waiting, as in CPython: what was
//! submitted is still done.

use std::collections::VecDeque;
use std::future::Future as Async;
use std::mem;
use std::pin::{Pin, pin};
use std::sync::Arc;
use std::sync::atomic::Ordering::Relaxed;
use std::task::{Context, Waker};
use std::time::Duration;

use super::future::Future;
use super::thread::Thread;
use crate::platform::{self as program, Operation, Platform, Stateful, Word};
use crate::sync::{Blocking, Error, Guarded, Line, Object, Place, Shown, Through};
use crate::trace::objects::{ObjectKind, Shows, Words as Seen};
use crate::trace::{At, Kind, Order, Site};

/// A pool of threads.
pub struct ThreadPoolExecutor<P: Platform>(Arc<Shared<P>>);

struct Shared<P: Platform> {
    name: String,
    max_workers: usize,
    state: Guarded<P, State<P>>,
    words: Words<P>,
    object: Object<P>,
    /// Where the pool was made: where its workers are between tasks.
    made_at: Site,
}

/// Read from outside by whoever watches the run, hence the fixed layout. Both are for
/// watchers, and noted under the mutex.
#[repr(C)]
struct Words<P: Platform> {
    /// Tasks submitted and not begun.
    tasks: P::Word,
    /// Threads of the pool.
    workers: P::Word,
}

/// What [`Words`] say.
pub fn shown(&[waiting, workers, ..]: &Seen) -> Shown {
    Shown::Tasks { waiting, workers }
}

struct State<P: Platform> {
    /// Submitted and not begun, in order.
    tasks: VecDeque<Submitted>,
    workers: Vec<Arc<Thread<P, ()>>>,
    /// How many of the workers are at a task.
    busy: usize,
    /// Workers without a task.
    sleeping: Line<P>,
    shut_down: bool,
}

/// A task and its future, whatever it returns.
trait Work: Send {
    /// Does the task, unless it was cancelled.
    fn run(self: Box<Self>, at: Site) -> Pin<Box<dyn Async<Output = ()>>>;
    fn cancel(self: Box<Self>, at: Site) -> Pin<Box<dyn Async<Output = ()>>>;
}

struct Task<P: Platform, T, F> {
    future: Arc<Future<P, T>>,
    body: F,
}

impl<P, T, F, Fut> Work for Task<P, T, F>
where
    P: Platform,
    T: Clone + Send + 'static,
    F: FnOnce() -> Fut + Send + 'static,
    Fut: Async<Output = Result<T, Error>> + 'static,
{
    fn run(self: Box<Self>, at: Site) -> Pin<Box<dyn Async<Output = ()>>> {
        Box::pin(async move {
            // Only a worker begins or settles it, so either can be refused only
            // to a task that was cancelled.
            if self.future.begin(at).await == Ok(true) {
                let result = (self.body)().await;
                P::point(at).await;
                let _ = self.future.settle(result, at).await;
            }
        })
    }

    fn cancel(self: Box<Self>, at: Site) -> Pin<Box<dyn Async<Output = ()>>> {
        Box::pin(async move {
            self.future.cancel_at(at).await;
        })
    }
}

/// A task that was submitted, and [what whoever did had observed](Platform::mark).
struct Submitted {
    work: Box<dyn Work>,
    mark: u64,
}

/// What a worker finds to do.
enum Next {
    Task(Submitted, usize, Order),
    End,
}

impl<P: Platform> ThreadPoolExecutor<P> {
    /// A pool of at most `max_workers` threads, which are started as they are
    /// needed and named `name_0`, `name_1` and so on.
    ///
    /// # Errors
    /// `ValueError: max_workers must be greater than 0`.
    #[track_caller]
    pub fn new(name: &str, max_workers: usize) -> Result<ThreadPoolExecutor<P>, Error> {
        if max_workers == 0 {
            return Err(Error::value("max_workers must be greater than 0"));
        }
        let object = Object::new(ObjectKind::Pool, name);
        let made_at = object.at(At::caller());
        let shared = Arc::new(Shared {
            name: name.to_owned(),
            max_workers,
            state: Guarded::new(State {
                tasks: VecDeque::new(),
                workers: Vec::new(),
                busy: 0,
                sleeping: Line::default(),
                shut_down: false,
            }),
            words: Words {
                tasks: P::Word::new(0),
                workers: P::Word::new(0),
            },
            object,
            made_at,
        });
        shared.object.publish(&shared, &shared.words);
        P::track(&shared);
        Ok(ThreadPoolExecutor(shared))
    }

    /// Hands in a task: the future of its result. One step, and one more where a
    /// thread is started for it.
    ///
    /// # Errors
    /// `RuntimeError: cannot schedule new futures after shutdown`; `can't start
    /// new thread`, and then the task stays with the pool.
    #[track_caller]
    pub fn submit<T, F, Fut>(
        &self,
        task: F,
    ) -> impl Async<Output = Result<Arc<Future<P, T>>, Error>>
    where
        T: Clone + Send + 'static,
        F: FnOnce() -> Fut + Send + 'static,
        Fut: Async<Output = Result<T, Error>> + 'static,
    {
        self.submit_at(task, At::caller())
    }

    /// Hands in a task for each item: their results, to be taken in the order of
    /// the items. The time that `blocking` allows counts from this call, and for
    /// all of them.
    ///
    /// # Errors
    /// Those of [`submit`](Self::submit).
    #[track_caller]
    pub fn map<I, T, F, Fut>(
        &self,
        items: I,
        blocking: Blocking,
        function: F,
    ) -> impl Async<Output = Result<Map<P, T>, Error>>
    where
        I: IntoIterator<Item: Send + 'static>,
        T: Clone + Send + 'static,
        F: FnOnce(I::Item) -> Fut + Clone + Send + 'static,
        Fut: Async<Output = Result<T, Error>> + 'static,
    {
        let location = At::caller();
        async move {
            let deadline = blocking.deadline(P::now);
            let mut futures = VecDeque::new();
            for item in items {
                let function = function.clone();
                let submitted = self.submit_at(move || function(item), location);
                futures.push_back(submitted.await?);
            }
            Ok(Map {
                futures,
                blocking,
                deadline,
                at: self.0.object.at(location),
            })
        }
    }

    /// Takes no more tasks. With `cancel_futures`, those that were not begun are
    /// cancelled; with `wait`, returns when all threads of the pool have ended.
    ///
    /// # Errors
    /// `RuntimeError: cannot join current thread`, if a task of the pool waits so.
    #[track_caller]
    pub fn shutdown(
        &self,
        wait: bool,
        cancel_futures: bool,
    ) -> impl Async<Output = Result<(), Error>> {
        let location = At::caller();
        let at = self.0.object.at(location);
        async move {
            P::point(at).await;
            let workers = self.0.shut_down(cancel_futures, at).await;
            if wait {
                for worker in workers {
                    worker.join_at(location).await?;
                }
            }
            Ok(())
        }
    }

    async fn submit_at<T, F, Fut>(&self, body: F, location: At) -> Result<Arc<Future<P, T>>, Error>
    where
        T: Clone + Send + 'static,
        F: FnOnce() -> Fut + Send + 'static,
        Fut: Async<Output = Result<T, Error>> + 'static,
    {
        let at = self.0.object.at(location);
        P::point(at).await;
        let future = Future::of(self.0.object.id());
        let task = Submitted {
            work: Box::new(Task {
                future: Arc::clone(&future),
                body,
            }),
            mark: P::mark(),
        };
        let accepted = self.0.state.with(at, |state| {
            if state.shut_down {
                return None;
            }
            state.tasks.push_back(task);
            // Workers that have just been started, or let through, are not busy yet.
            let idle = state.workers.len() - state.busy;
            let hire = state.tasks.len() > idle && state.workers.len() < self.0.max_workers;
            let new = hire.then(|| {
                let worker = Arc::new(Shared::worker(&self.0, state.workers.len()));
                state.workers.push(Arc::clone(&worker));
                worker
            });
            self.0.note(state);
            let put = (state.tasks.len(), P::number_alone(at));
            Some((put, state.sleeping.let_through(1), new))
        });
        let accepted = accepted.await;
        let hires = accepted.as_ref().is_some_and(|(_, _, new)| new.is_some());
        P::observe(u64::from(accepted.is_some()) << 1 | u64::from(hires));
        let Some(((waiting, order), through, new)) = accepted else {
            return Err(Error::runtime("cannot schedule new futures after shutdown"));
        };
        P::record(Kind::Put, at, waiting as i64, order);
        through.wake();
        if let Some(worker) = new
            && let Err(error) = worker.start_at(location).await
        {
            let fire = self.0.state.with(at, |state| {
                state.workers.retain(|other| !Arc::ptr_eq(other, &worker));
                self.0.note(state);
            });
            fire.await;
            return Err(error);
        }
        Ok(future)
    }
}

impl<P: Platform> Shared<P> {
    fn worker(this: &Arc<Self>, number: usize) -> Thread<P, ()> {
        let shared = Arc::clone(this);
        Thread::new(format!("{}_{number}", this.name), async move || {
            shared.work().await;
        })
    }

    /// A worker's life: one task after the other.
    async fn work(&self) {
        let at = self.made_at;
        let mut next = self.wait_for_task(at).await;
        while let Some(task) = next {
            task.run(at).await;
            // Others may notice that it is idle before it has another task.
            P::point(at).await;
            let take = self.state.with(at, |state| {
                state.busy -= 1;
                self.take(state)
            });
            next = match take.await {
                Some(next) => self.taken(next),
                None => self.wait_for_task(at).await,
            };
        }
    }

    /// Waits for the next task; `None` once there will be none.
    async fn wait_for_task(&self, at: Site) -> Option<Box<dyn Work>> {
        let ready = || match (self.state).try_with(|s| !s.tasks.is_empty() || s.shut_down) {
            Some(true) => Ok(()),
            _ => Err(self.object.id()),
        };
        let attempt = || self.state.try_with(|state| self.take(state)).flatten();
        let slow = || self.take_in_line(at);
        let next = P::until(Operation::at(at), ready, attempt, slow).await;
        self.taken(next?)
    }

    /// Takes a task, standing in a line until there is one.
    async fn take_in_line(&self, at: Site) -> Option<Next> {
        let mut place: Option<Arc<Place<P>>> = None;
        loop {
            let next = self.state.with(at, |state| {
                if let Some(place) = place.take() {
                    state.sleeping.leave(&place);
                }
                let next = self.take(state);
                if next.is_none() {
                    place = Some(state.sleeping.join());
                }
                next
            });
            match (next.await, &place) {
                // Without a deadline it can only have been let through.
                (None, Some(place)) => drop(place.wait(None, at).await),
                (next, _) => return next,
            }
        }
    }

    /// Takes the next task, if there is one, or will be none. Under the mutex.
    fn take(&self, state: &mut State<P>) -> Option<Next> {
        match state.tasks.pop_front() {
            Some(task) => {
                state.busy += 1;
                self.note(state);
                let order = P::number_alone(self.made_at);
                Some(Next::Task(task, state.tasks.len(), order))
            }
            None => state.shut_down.then_some(Next::End),
        }
    }

    fn taken(&self, next: Next) -> Option<Box<dyn Work>> {
        match next {
            Next::Task(task, left, order) => {
                P::observe(task.mark);
                P::record(Kind::Get, self.made_at, left as i64, order);
                Some(task.work)
            }
            Next::End => {
                P::observe(0);
                None
            }
        }
    }

    /// Notes for watchers what there is. Under the mutex.
    fn note(&self, state: &State<P>) {
        self.words.tasks.note(state.tasks.len() as u32);
        self.words.workers.note(state.workers.len() as u32);
    }

    /// Takes no more tasks, and cancels those that were not begun, if so wished:
    /// the threads that there are to wait for.
    async fn shut_down(&self, cancel: bool, at: Site) -> Vec<Arc<Thread<P, ()>>> {
        let shut = self.state.with(at, |state| {
            state.shut_down = true;
            let dropped = match cancel {
                true => mem::take(&mut state.tasks),
                false => VecDeque::new(),
            };
            self.note(state);
            let through: Through<P> = state.sleeping.let_through(usize::MAX);
            (dropped, through, state.workers.clone())
        });
        let (dropped, through, workers) = shut.await;
        P::observe((dropped.len() << 16 | workers.len()) as u64);
        through.wake();
        for task in dropped {
            task.work.cancel(at).await;
        }
        workers
    }
}

impl<P: Platform> Stateful for Shared<P> {
    fn state(&self, of: &mut program::State) {
        self.state.try_with(|state| {
            state.tasks.iter().for_each(|task| of.add(task.mark));
            of.add(state.workers.len() as u64);
            of.add(state.busy as u64);
            of.add(state.shut_down);
        });
    }
}

impl<P: Platform> Shows for Shared<P> {
    fn words(&self) -> Seen {
        [
            self.words.tasks.load(Relaxed),
            self.words.workers.load(Relaxed),
            0,
            0,
        ]
    }
}

impl<P: Platform> Drop for ThreadPoolExecutor<P> {
    fn drop(&mut self) {
        // No step, so it is done at its first poll: on real threads it blocks in
        // there, and on a model nobody is ever in the mutex between steps.
        let shut_down = pin!(self.0.shut_down(false, self.0.made_at));
        let _ = shut_down.poll(&mut Context::from_waker(Waker::noop()));
    }
}

impl<P: Platform> Drop for Shared<P> {
    fn drop(&mut self) {
        self.object.retire(self);
    }
}

/// The results of [`ThreadPoolExecutor::map`].
///
/// Dropped before its end, it lets the tasks go on. (In CPython that cancels
/// those that were not begun.)
pub struct Map<P: Platform, T> {
    futures: VecDeque<Arc<Future<P, T>>>,
    blocking: Blocking,
    deadline: Option<Duration>,
    at: Site,
}

impl<P: Platform, T: Clone + Send + 'static> Map<P, T> {
    /// Waits for the next result; `None` after the last.
    ///
    /// # Errors
    /// The exception of that item's task; `TimeoutError`. Either ends the map,
    /// and cancels the tasks that were not begun.
    pub async fn next(&mut self) -> Option<Result<T, Error>> {
        let next = self.futures.pop_front()?;
        let left = match self.deadline {
            None => self.blocking,
            Some(deadline) => Blocking::For(deadline.saturating_sub(P::now())),
        };
        let result = next.result_at(left, self.at).await;
        if result.is_err() {
            next.cancel_at(self.at).await;
            for future in mem::take(&mut self.futures) {
                future.cancel_at(self.at).await;
            }
        }
        Some(result)
    }

    /// Waits for all results.
    ///
    /// # Errors
    /// Those of [`next`](Self::next).
    pub async fn collect(mut self) -> Result<Vec<T>, Error> {
        let mut results = Vec::with_capacity(self.futures.len());
        while let Some(result) = self.next().await {
            results.push(result?);
        }
        Ok(results)
    }
}
