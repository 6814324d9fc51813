//! `asyncio.gather`: the results of many tasks, in their order.
//!
//! CPython 3.11's behaviour (`Lib/asyncio/tasks.py`): the first exception is handed on at
//! once, and the other tasks go on; a cancel of who waits cancels all that have not
//! ended; a task that is cancelled by itself counts as failed.

use std::cell::Cell;
use std::pin::Pin;
use std::rc::Rc;

use super::object::Object;
use super::promise::{Cancel, Promise};
use super::task::Task;
use crate::sync::Error;
use crate::trace::At;
use crate::trace::objects::ObjectKind;

/// Many tasks, to be awaited as one. Made as it is, it hears of their ends also while
/// nobody awaits it.
pub struct Gathering<T, R> {
    shared: Rc<Shared<T>>,
    object: Object,
    /// What awaiting it returns, of all that the tasks came to.
    told: fn(Vec<Result<T, Error>>) -> R,
}

struct Shared<T> {
    outer: Promise<Vec<Result<T, Error>>>,
    tasks: Vec<Task<T>>,
    ended: Cell<usize>,
    cancel_requested: Cell<bool>,
}

/// Gathers the results of tasks, in the order in which they are given.
///
/// Awaiting it returns the first exception as soon as there is one.
pub fn gather<T: Clone + 'static>(
    tasks: impl IntoIterator<Item = Task<T>>,
) -> Gathering<T, Vec<T>> {
    Gathering::of(tasks, true, |results| {
        results.into_iter().flatten().collect()
    })
}

/// Gathers what tasks come to, results and exceptions: `gather` with
/// `return_exceptions=True`.
pub fn gather_with_exceptions<T: Clone + 'static>(
    tasks: impl IntoIterator<Item = Task<T>>,
) -> Gathering<T, Vec<Result<T, Error>>> {
    Gathering::of(tasks, false, |results| results)
}

impl<T: Clone + 'static, R: 'static> Gathering<T, R> {
    fn of(
        tasks: impl IntoIterator<Item = Task<T>>,
        hand_on: bool,
        told: fn(Vec<Result<T, Error>>) -> R,
    ) -> Gathering<T, R> {
        let shared = Rc::new(Shared {
            outer: Promise::new(),
            tasks: tasks.into_iter().collect(),
            ended: Cell::new(0),
            cancel_requested: Cell::new(false),
        });
        for task in &shared.tasks {
            let (shared, task) = (Rc::clone(&shared), task.clone());
            task.promise()
                .clone()
                .on_done(move || shared.one_has_ended(&task, hand_on));
        }
        if shared.tasks.is_empty() {
            shared.outer.set(Ok(Vec::new()));
        }
        Gathering {
            shared,
            object: Object::new(ObjectKind::Awaitable, "gather"),
            told,
        }
    }

    /// Cancels all tasks that have not ended: whether there were any.
    pub fn cancel(&self) -> bool {
        self.shared.cancel()
    }

    /// Whether awaiting it would return at once.
    pub fn done(&self) -> bool {
        self.shared.outer.done()
    }

    async fn join(self, at: At) -> Result<R, Error> {
        self.object.begin(at);
        let awaited: Rc<Shared<T>> = Rc::clone(&self.shared);
        let results = self.shared.outer.wait_by(awaited).await?;
        Ok((self.told)(results))
    }
}

impl<T: Clone + 'static> Shared<T> {
    fn one_has_ended(&self, task: &Task<T>, hand_on: bool) {
        self.ended.set(self.ended.get() + 1);
        // Asking for it is what keeps it from being told as one that nobody asked for.
        let result = task.result();
        if self.outer.done() {
            return;
        }
        if let (true, Err(error)) = (hand_on, result) {
            self.outer.set(Err(error));
        } else if self.ended.get() == self.tasks.len() {
            self.outer.set(match self.cancel_requested.get() {
                true => Err(Error::CANCELLED),
                false => Ok(self.tasks.iter().map(Task::result).collect()),
            });
        }
    }
}

impl<T: Clone + 'static> Cancel for Shared<T> {
    fn cancel(&self) -> bool {
        if self.outer.done() {
            return false;
        }
        let mut any = false;
        for task in &self.tasks {
            any |= task.control().cancel();
        }
        if any {
            self.cancel_requested.set(true);
        }
        any
    }
}

/// `await gather(…)`
///
/// # Errors
/// The first exception of a task, where those are not gathered as well; `CancelledError`.
impl<T: Clone + 'static, R: 'static> IntoFuture for Gathering<T, R> {
    type Output = Result<R, Error>;
    type IntoFuture = Pin<Box<dyn Future<Output = Result<R, Error>>>>;

    #[track_caller]
    fn into_future(self) -> Self::IntoFuture {
        Box::pin(self.join(At::caller()))
    }
}
