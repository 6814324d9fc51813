//! `asyncio.wait` and `asyncio.as_completed`: the ends of many tasks.
//!
//! CPython 3.11's behaviour (`Lib/asyncio/tasks.py`). There the tasks are a set; here
//! they keep the order in which they are given, which shows only where some have ended
//! before.

use std::cell::{Cell, RefCell};
use std::rc::Rc;
use std::time::Duration;

use super::event_loop::{Timer, call_later};
use super::object::Object;
use super::promise::Promise;
use super::queue::Queue;
use super::task::Task;
use super::timeout::release;
use crate::sync::Error;
use crate::trace::At;
use crate::trace::objects::ObjectKind;

/// What `wait` waits for: `return_when`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Until {
    /// Some task has ended.
    FirstCompleted,
    /// Some task has failed, or all have ended.
    FirstException,
    /// All tasks have ended.
    AllCompleted,
}

/// What `wait` returns.
pub struct Waited<T> {
    pub done: Vec<Task<T>>,
    pub pending: Vec<Task<T>>,
}

/// Waits for tasks, and no longer than `timeout`; `None` is for ever. It cancels none,
/// also if it is cancelled itself.
///
/// # Errors
/// `ValueError: Set of Tasks/Futures is empty.`; `CancelledError`.
#[track_caller]
pub fn wait<T: Clone + 'static>(
    tasks: &[Task<T>],
    timeout: Option<Duration>,
    until: Until,
) -> impl Future<Output = Result<Waited<T>, Error>> {
    let at = At::caller();
    let tasks = tasks.to_vec();
    async move {
        if tasks.is_empty() {
            return Err(Error::value("Set of Tasks/Futures is empty."));
        }
        Object::new(ObjectKind::Awaitable, "wait").begin(at);
        let waiter = Promise::new();
        let timer = timeout.map(|timeout| call_later(timeout, release(&waiter)));
        let left = Rc::new(Cell::new(tasks.len()));
        let callbacks = tasks.iter().map(|task| {
            let (of, left, release) = (task.clone(), Rc::clone(&left), release(&waiter));
            task.promise().on_done(move || {
                left.set(left.get() - 1);
                // It asks for an exception only where it has to.
                let enough = || match until {
                    Until::FirstCompleted => true,
                    Until::FirstException => !of.cancelled() && of.result().is_err(),
                    Until::AllCompleted => false,
                };
                if left.get() == 0 || enough() {
                    call_off(timer);
                    release();
                }
            })
        });
        let callbacks: Vec<u64> = callbacks.collect();
        let woken = waiter.wait().await;
        call_off(timer);
        for (task, callback) in tasks.iter().zip(callbacks) {
            task.promise().remove(callback);
        }
        woken?;
        let (done, pending) = tasks.into_iter().partition(Task::done);
        Ok(Waited { done, pending })
    }
}

fn call_off(timer: Option<Timer>) {
    if let Some(timer) = timer {
        timer.cancel();
    }
}

/// What tasks come to, one by one as they end.
pub struct AsCompleted<T> {
    shared: Rc<Shared<T>>,
    /// How many have not been asked for.
    left: usize,
    object: Object,
}

struct Shared<T> {
    tasks: Vec<Task<T>>,
    /// Whether each is still to end.
    todo: RefCell<Vec<bool>>,
    /// Those that have ended, by number; `None` for each that will not in time.
    ended: Queue<Option<usize>>,
    timer: Cell<Option<Timer>>,
}

/// What tasks come to, as soon as they do, and not later than `timeout`.
pub fn as_completed<T: Clone + 'static>(
    tasks: &[Task<T>],
    timeout: Option<Duration>,
) -> AsCompleted<T> {
    let shared = Rc::new(Shared {
        tasks: tasks.to_vec(),
        todo: RefCell::new(vec![true; tasks.len()]),
        ended: Queue::seen_as(Object::HIDDEN, 0),
        timer: Cell::new(None),
    });
    for (number, task) in tasks.iter().enumerate() {
        let shared = Rc::clone(&shared);
        task.promise().on_done(move || shared.has_ended(number));
    }
    if let Some(timeout) = timeout.filter(|_| !tasks.is_empty()) {
        let late = Rc::clone(&shared);
        let timer = call_later(timeout, move || late.time_is_up());
        shared.timer.set(Some(timer));
    }
    AsCompleted {
        left: tasks.len(),
        shared,
        object: Object::new(ObjectKind::Awaitable, "as_completed"),
    }
}

impl<T: Clone + 'static> AsCompleted<T> {
    /// What the next task came to, as soon as there is one; `None` after the last.
    ///
    /// # Errors
    /// Within: the task's exception, `TimeoutError`, or `CancelledError`.
    #[track_caller]
    #[expect(clippy::should_implement_trait, reason = "an iterator has no awaits")]
    pub fn next(&mut self) -> impl Future<Output = Option<Result<T, Error>>> {
        let at = At::caller();
        async move {
            self.left = self.left.checked_sub(1)?;
            self.object.begin(at);
            Some(match self.shared.ended.get().await {
                Ok(Some(number)) => self.shared.tasks[number].result(),
                Ok(None) => Err(Error::TIMED_OUT),
                Err(error) => Err(error),
            })
        }
    }
}

impl<T: Clone + 'static> Shared<T> {
    fn has_ended(&self, number: usize) {
        let mut todo = self.todo.borrow_mut();
        // Otherwise the time was up before.
        if std::mem::replace(&mut todo[number], false) {
            self.tell(Some(number));
            if !todo.contains(&true) {
                call_off(self.timer.take());
            }
        }
    }

    fn time_is_up(&self) {
        for todo in self.todo.borrow_mut().iter_mut() {
            if std::mem::replace(todo, false) {
                self.tell(None);
            }
        }
    }

    fn tell(&self, ended: Option<usize>) {
        // It holds any number.
        let _ = self.ended.put_nowait(ended);
    }
}
