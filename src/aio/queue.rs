//! `asyncio.Queue`, `LifoQueue` and `PriorityQueue`: items from those who make them to
//! those who use them.
//!
//! CPython 3.11's behaviour (`Lib/asyncio/queues.py`).
//!
//! **Fairness**: those who wait are woken in the order in which they came. One that was
//! woken, and finds its item taken by a task that did not wait, stands behind the
//! others. One that is cancelled instead wakes the next.

use std::cell::{Cell, RefCell};
use std::marker::PhantomData;
use std::rc::Rc;

use super::event::Event;
use super::object::{Object, as_value};
use super::waiters::Waiters;
use crate::sync::{Error, ErrorKind, Fifo, Item, Order};
use crate::trace::objects::ObjectKind;
use crate::trace::{At, Kind};

/// A queue of items in some order.
pub struct Queue<T, O = Fifo<T>> {
    /// The most items that it holds; 0 for any number.
    capacity: usize,
    items: RefCell<O>,
    getters: Waiters,
    putters: Waiters,
    /// Items that were put and not yet told done.
    unfinished: Cell<usize>,
    finished: Event,
    object: Object,
    of: PhantomData<fn(T)>,
}

impl<T, O: Order<T>> Queue<T, O> {
    /// A queue of at most `capacity` items, or of any number if that is 0, that the run
    /// shows under this name.
    pub fn new(name: &str, capacity: usize) -> Rc<Queue<T, O>> {
        Rc::new(Queue::seen_as(
            Object::new(ObjectKind::Queue, name),
            capacity,
        ))
    }

    pub(super) fn seen_as(object: Object, capacity: usize) -> Queue<T, O> {
        Queue {
            capacity,
            items: RefCell::default(),
            getters: Waiters::default(),
            putters: Waiters::default(),
            unfinished: Cell::new(0),
            finished: Event::seen_as(Object::HIDDEN),
            object,
            of: PhantomData,
        }
    }

    /// Puts an item in, as soon as there is room.
    ///
    /// # Errors
    /// `CancelledError`; the item is dropped.
    #[track_caller]
    pub fn put(&self, item: T) -> impl Future<Output = Result<(), Error>> {
        let at = At::caller();
        async move {
            self.object.begin(at);
            while self.full() {
                wait_in(&self.putters, || !self.full()).await?;
            }
            self.add(item);
            Ok(())
        }
    }

    /// Puts an item in, if there is room.
    ///
    /// # Errors
    /// `QueueFull`; the item is dropped.
    #[track_caller]
    pub fn put_nowait(&self, item: T) -> Result<(), Error> {
        self.object.begin(At::caller());
        if self.full() {
            return Err(Error::new(ErrorKind::QueueFull, ""));
        }
        self.add(item);
        Ok(())
    }

    /// Takes an item out, as soon as there is one.
    ///
    /// # Errors
    /// `CancelledError`.
    #[track_caller]
    pub fn get(&self) -> impl Future<Output = Result<T, Error>> {
        let at = At::caller();
        async move {
            self.object.begin(at);
            loop {
                if let Some(item) = self.take() {
                    return Ok(item);
                }
                wait_in(&self.getters, || !self.empty()).await?;
            }
        }
    }

    /// Takes an item out, if there is one.
    ///
    /// # Errors
    /// `QueueEmpty`.
    #[track_caller]
    pub fn get_nowait(&self) -> Result<T, Error> {
        self.object.begin(At::caller());
        self.take().ok_or(Error::new(ErrorKind::QueueEmpty, ""))
    }

    /// Says that an item that was taken out has been dealt with.
    ///
    /// # Errors
    /// `ValueError: task_done() called too many times`
    #[track_caller]
    pub fn task_done(&self) -> Result<(), Error> {
        self.object.begin(At::caller());
        let left = self.unfinished.get().checked_sub(1);
        let left = left.ok_or(Error::value("task_done() called too many times"))?;
        self.unfinished.set(left);
        if left == 0 {
            self.finished.set();
        }
        Ok(())
    }

    /// Waits until all items that were put in have been dealt with.
    ///
    /// # Errors
    /// `CancelledError`.
    #[track_caller]
    pub fn join(&self) -> impl Future<Output = Result<(), Error>> {
        let at = At::caller();
        async move {
            self.object.begin(at);
            if self.unfinished.get() > 0 {
                self.finished.wait().await?;
            }
            Ok(())
        }
    }

    /// How many items it holds.
    pub fn qsize(&self) -> usize {
        self.items.borrow().len()
    }

    /// Whether it holds none.
    pub fn empty(&self) -> bool {
        self.qsize() == 0
    }

    /// Whether there is no room.
    pub fn full(&self) -> bool {
        self.capacity > 0 && self.qsize() >= self.capacity
    }

    fn add(&self, item: T) {
        self.items.borrow_mut().put(Item {
            value: item,
            mark: 0,
        });
        self.unfinished.set(self.unfinished.get() + 1);
        self.finished.clear();
        self.object.record(Kind::Put, as_value(self.qsize()));
        wake_next(&self.getters);
    }

    fn take(&self) -> Option<T> {
        let item = self.items.borrow_mut().get()?;
        self.object.record(Kind::Get, as_value(self.qsize()));
        wake_next(&self.putters);
        Some(item.value)
    }
}

/// Waits to be woken. Whoever is cancelled after that wakes the next, if there still is
/// what both `may` go on by.
async fn wait_in(waiters: &Waiters, may: impl Fn() -> bool) -> Result<(), Error> {
    let waiter = waiters.add();
    let woken = waiter.wait().await;
    if woken.is_err() {
        // If the failure is none of its own, nobody may wake it any more.
        waiter.cancel();
        waiters.remove(&waiter);
        if may() && !waiter.cancelled() {
            wake_next(waiters);
        }
    }
    woken
}

/// Wakes the first who sleeps, and forgets those before.
fn wake_next(waiters: &Waiters) {
    while let Some(waiter) = waiters.pop() {
        if !waiter.done() {
            waiter.set(Ok(()));
            return;
        }
    }
}
