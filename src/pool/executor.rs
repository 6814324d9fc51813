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
use std::pin::Pin;
use std::sync::Arc;
use std::time::Duration;

use super::future::Future;
use super::thread::Thread;
use super::workers::{Employer, Workers};
use crate::platform::Platform;
use crate::sync::{Blocking, Error, ErrorKind};
use crate::trace::{At, Site};

/// A pool of threads.
pub struct ThreadPoolExecutor<P: Platform>(Arc<Workers<P, Closures>>);

/// What a pool that was shut down refuses tasks with.
pub const CLOSED: Error = Error::fixed(
    ErrorKind::RuntimeError,
    "cannot schedule new futures after shutdown",
);

/// Tasks are closures, whatever they return. The threads are `name_0`, `name_1` and so on.
struct Closures {
    name: String,
}

impl<P: Platform> Employer<P> for Closures {
    type Task = Box<dyn Work>;
    type Worker = Thread<P, ()>;

    fn hire(workers: &Arc<Workers<P, Self>>, number: usize, _: &Self::Task) -> Thread<P, ()> {
        let name = format!("{}_{number}", workers.employer.name);
        let workers = Arc::clone(workers);
        Thread::new(name, async move || {
            let at = workers.made_at();
            workers.work(|task| task.run(at)).await;
        })
    }

    fn start(
        _: &Arc<Workers<P, Self>>,
        worker: &Thread<P, ()>,
        at: At,
    ) -> impl Async<Output = Result<(), Error>> {
        worker.start_at(at)
    }
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
        let closures = Closures {
            name: name.to_owned(),
        };
        let workers = Workers::new(name, max_workers, closures, At::caller());
        Ok(ThreadPoolExecutor(workers))
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
                at: self.0.at(location),
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
        let at = self.0.at(location);
        async move {
            P::point(at).await;
            let (dropped, workers) = self.0.shut_down(CLOSED, cancel_futures, at).await;
            for task in dropped {
                task.cancel(at).await;
            }
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
        P::point(self.0.at(location)).await;
        let future = Future::of(self.0.id());
        let task = Box::new(Task {
            future: Arc::clone(&future),
            body,
        });
        self.0.submit(task, location).await?;
        Ok(future)
    }
}

impl<P: Platform> Drop for ThreadPoolExecutor<P> {
    fn drop(&mut self) {
        self.0.leave(CLOSED);
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
