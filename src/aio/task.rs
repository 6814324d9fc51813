//! `asyncio.Task`: a coroutine that the loop runs, and its result.
//!
//! CPython 3.11's behaviour (`Lib/asyncio/tasks.py`): its first step is made in the turn
//! after the one in which it was created, and the others whenever what it awaits is done.
//! A cancel goes to what the task awaits, or, if that is done already, to its next step;
//! there the await returns `CancelledError`. A task that was cancelled before its first
//! step never begins.

use std::cell::{Cell, RefCell};
use std::pin::Pin;
use std::rc::Rc;

use super::event_loop::{Ready, add_task, current, driver};
use super::is_cancelled;
use super::object::{Object, begin};
use super::promise::{Cancel, Promise, Settled, Wait};
use crate::base::ThreadId;
use crate::sync::Error;
use crate::trace::objects::ObjectKind;
use crate::trace::{At, Kind, Site};

/// A task, to be awaited and cancelled: a handle, of which there may be several.
pub struct Task<T> {
    control: Rc<Control>,
    promise: Promise<T>,
}

/// A task, of whatever type its result is.
pub(super) struct Control {
    lane: ThreadId,
    name: String,
    object: Object,
    promise: Rc<dyn Settled>,
    /// The promise's, to know it by.
    address: *const (),
    /// Cancels that were asked for, less those that were taken back.
    cancels: Cell<u32>,
    /// Whether its next step is to be a `CancelledError`.
    must_cancel: Cell<bool>,
    /// Whether a cancel is on its way to what it waits for.
    is_cancelling: Cell<bool>,
    /// What it waits for.
    awaited: RefCell<Option<Rc<dyn Cancel>>>,
    /// An exception that its next step is to be.
    failure: RefCell<Option<Error>>,
    begun: Cell<bool>,
    /// Where its step that is under way, or was the last, has begun.
    site: Cell<Site>,
}

/// Makes a task of a coroutine, named `Task-1` and so on, in the order of creation. It
/// begins when the loop comes round to it, not before its creator gives way.
///
/// # Panics
/// Outside an event loop; and if the run has 65,535 tasks already.
#[track_caller]
pub fn create_task<T: Clone + 'static>(
    coroutine: impl Future<Output = Result<T, Error>> + 'static,
) -> Task<T> {
    Task::begin("", At::caller().line, coroutine)
}

/// [`create_task`] with a name.
///
/// # Panics
/// As [`create_task`].
#[track_caller]
pub fn create_named_task<T: Clone + 'static>(
    name: &str,
    coroutine: impl Future<Output = Result<T, Error>> + 'static,
) -> Task<T> {
    Task::begin(name, At::caller().line, coroutine)
}

/// The task that runs, as far as it can be known without what it will come to.
pub struct CurrentTask(Rc<Control>);

/// The task that runs; `None` outside of tasks.
pub fn current_task() -> Option<CurrentTask> {
    current().map(CurrentTask)
}

impl CurrentTask {
    /// As [`Task::cancel`].
    #[track_caller]
    pub fn cancel(&self) -> bool {
        self.0.cancel_at(At::caller())
    }

    /// As [`Task::name`].
    pub fn name(&self) -> &str {
        &self.0.name
    }

    /// As [`Task::cancelling`].
    pub fn cancelling(&self) -> u32 {
        self.0.cancelling()
    }

    /// As [`Task::uncancel`].
    pub fn uncancel(&self) -> u32 {
        self.0.uncancel()
    }
}

impl<T> Clone for Task<T> {
    fn clone(&self) -> Task<T> {
        Task {
            control: Rc::clone(&self.control),
            promise: self.promise.clone(),
        }
    }
}

impl<T: Clone + 'static> Task<T> {
    pub(super) fn begin(
        name: &str,
        line: u32,
        coroutine: impl Future<Output = Result<T, Error>> + 'static,
    ) -> Task<T> {
        let promise = Promise::new();
        let control = add_task(|lane| {
            let name = match name {
                "" => format!("Task-{}", lane.0),
                name => name.to_owned(),
            };
            let object = Object::new(ObjectKind::Thread, &name);
            let site = Site {
                object: object.id(),
                line,
            };
            driver().created(lane, &name, site);
            begin(site);
            object.record(Kind::Spawn, i64::from(lane.0));
            let control = Rc::new(Control {
                lane,
                name,
                object,
                promise: Rc::new(promise.clone()),
                address: promise.address(),
                cancels: Cell::new(0),
                must_cancel: Cell::new(false),
                is_cancelling: Cell::new(false),
                awaited: RefCell::default(),
                failure: RefCell::default(),
                begun: Cell::new(false),
                site: Cell::new(site),
            });
            let body = run(Rc::clone(&control), promise.clone(), coroutine);
            (control, Box::pin(body))
        });
        Task { control, promise }
    }

    pub(super) fn control(&self) -> &Control {
        &self.control
    }

    pub(super) fn promise(&self) -> &Promise<T> {
        &self.promise
    }

    /// Asks the task to end: what it awaits returns `CancelledError` when it goes on.
    /// `false` if it has ended already. It may still come to a result, or fail.
    #[track_caller]
    pub fn cancel(&self) -> bool {
        self.control.cancel_at(At::caller())
    }

    /// Whether the task ended with a `CancelledError`.
    pub fn cancelled(&self) -> bool {
        self.promise.cancelled()
    }

    /// Whether the task has ended, in whatever way.
    pub fn done(&self) -> bool {
        self.promise.done()
    }

    /// What the task came to.
    ///
    /// # Errors
    /// Its exception, or `CancelledError`; `InvalidStateError` before its end.
    pub fn result(&self) -> Result<T, Error> {
        self.promise.result()
    }

    /// The exception with which the task ended, `None` if it came to a result.
    ///
    /// # Errors
    /// `CancelledError` if it was cancelled; `InvalidStateError` before its end.
    pub fn exception(&self) -> Result<Option<Error>, Error> {
        self.promise.exception()
    }

    /// The task's name.
    pub fn name(&self) -> &str {
        &self.control.name
    }

    /// How many cancels were asked for and not [taken back](Self::uncancel).
    pub fn cancelling(&self) -> u32 {
        self.control.cancelling()
    }

    /// Takes a cancel back, for whoever asked for it and has seen it work: how many are
    /// left. It does not keep the task from a `CancelledError` that is on its way.
    pub fn uncancel(&self) -> u32 {
        self.control.uncancel()
    }

    /// Has a call made in the turn after the one in which the task ends.
    pub fn add_done_callback(&self, call: impl FnOnce(&Task<T>) + 'static) {
        let task = self.clone();
        self.promise.on_done(move || call(&task));
    }

    /// [Awaits](IntoFuture) it, as a part of the step that is under way.
    pub(super) async fn awaited(&self) -> Result<T, Error> {
        let awaited: Rc<Control> = Rc::clone(&self.control);
        self.promise.wait_by(awaited).await
    }

    async fn join(self, at: At) -> Result<T, Error> {
        self.control.object.begin(at);
        self.awaited().await
    }
}

/// `await task`: its result, as soon as it is there; a cancel of the task that waits
/// cancels it.
impl<T: Clone + 'static> IntoFuture for Task<T> {
    type Output = Result<T, Error>;
    type IntoFuture = Pin<Box<dyn Future<Output = Result<T, Error>>>>;

    #[track_caller]
    fn into_future(self) -> Self::IntoFuture {
        Box::pin(self.join(At::caller()))
    }
}

impl<T: Clone + 'static> IntoFuture for &Task<T> {
    type Output = Result<T, Error>;
    type IntoFuture = Pin<Box<dyn Future<Output = Result<T, Error>>>>;

    #[track_caller]
    fn into_future(self) -> Self::IntoFuture {
        Box::pin(self.clone().join(At::caller()))
    }
}

/// A task from its first step to its last.
async fn run<T: Clone + 'static>(
    control: Rc<Control>,
    promise: Promise<T>,
    coroutine: impl Future<Output = Result<T, Error>>,
) {
    if control.must_cancel.take() {
        promise.cancel();
        return;
    }
    let result = coroutine.await;
    if is_cancelled(&result) || result.is_ok() && control.must_cancel.take() {
        promise.cancel();
    } else {
        promise.set(result);
    }
}

impl Control {
    pub fn lane(&self) -> ThreadId {
        self.lane
    }

    pub fn object(&self) -> &Object {
        &self.object
    }

    pub fn site(&self) -> Site {
        self.site.get()
    }

    pub fn stands_at(&self, site: Site) {
        self.site.set(site);
    }

    pub fn done(&self) -> bool {
        self.promise.done()
    }

    /// The exception with which it ended, if nobody has asked.
    pub fn unretrieved(&self) -> Option<Error> {
        self.promise.unretrieved()
    }

    /// As if nobody had asked for its exception.
    pub fn nobody_asked(&self) {
        self.promise.set_retrieved(false);
    }

    pub fn on_done(&self, callback: Ready) {
        self.promise.on_done(callback);
    }

    pub fn is_settled_by<T: Clone + 'static>(&self, promise: &Promise<T>) -> bool {
        self.address == promise.address()
    }

    fn cancel_at(&self, at: At) -> bool {
        self.object.begin(at);
        let asked = self.cancel();
        self.object.record(Kind::Cancel, i64::from(asked));
        asked
    }

    pub fn cancelling(&self) -> u32 {
        self.cancels.get()
    }

    pub fn uncancel(&self) -> u32 {
        let left = self.cancels.get().saturating_sub(1);
        self.cancels.set(left);
        left
    }

    /// The beginning of a step.
    pub fn goes_on(&self) {
        self.awaited.take();
        if !self.begun.replace(true) {
            driver().record(self.lane, Kind::Start, self.site.get(), 0);
        }
    }

    /// Says what the task waits for from now on. A cancel that was asked for meanwhile,
    /// by the task itself, goes there.
    pub fn awaits(&self, awaited: Rc<dyn Cancel>) {
        *self.awaited.borrow_mut() = Some(Rc::clone(&awaited));
        if self.must_cancel.get() && awaited.cancel() {
            self.must_cancel.set(false);
        }
    }

    pub fn fail_next(&self, failure: Error) {
        *self.failure.borrow_mut() = Some(failure);
    }

    pub fn take_failure(&self) -> Option<Error> {
        self.failure.take()
    }

    /// What an await returns that gave way, if it was to be this.
    pub fn back<T>(&self, result: Result<T, Error>, from: Wait) -> Result<T, Error> {
        let cancelled = self.must_cancel.take() || is_cancelled(&result);
        let kind = match from {
            Wait::Blocked => Kind::Wake,
            Wait::Asleep => Kind::Awake,
        };
        driver().record(self.lane, kind, self.site.get(), i64::from(cancelled));
        if cancelled {
            Err(Error::CANCELLED)
        } else {
            result
        }
    }
}

impl Cancel for Control {
    fn cancel(&self) -> bool {
        self.promise.set_retrieved(true);
        if self.done() {
            return false;
        }
        self.cancels.set(self.cancels.get().saturating_add(1));
        // It comes back here where tasks wait for each other in a ring: CPython raises a
        // `RecursionError` then.
        let comes_back = self.is_cancelling.replace(true);
        let awaited = self.awaited.borrow().clone();
        if comes_back || !awaited.is_some_and(|awaited| awaited.cancel()) {
            self.must_cancel.set(true);
        }
        self.is_cancelling.set(comes_back);
        true
    }
}
