//! Words and waits made of loom's parts, so that loom explores the primitives:
//! untimed paths only, for the memory orderings.

use std::cell::Cell;
use std::future::ready;
use std::sync::Arc;
use std::sync::atomic::{AtomicU16, Ordering};
use std::time::Duration;

use loom::sync::atomic::AtomicU32;
use loom::sync::{Condvar, Mutex};

use super::{Platform, SpawnError, Woken, Word};
use crate::base::{ObjectId, ThreadId};
use crate::trace::objects::{ObjectKind, Shows, Words};
use crate::trace::{Kind, Order, Site};

/// loom's threads.
pub struct Loom;

loom::thread_local! {
    static INDEX: Cell<u16> = Cell::new(0);
}

/// Runs a future of this platform on the calling thread of a loom model, which
/// takes the part of thread `index`.
///
/// # Panics
/// If the future waits for something that this platform lacks.
pub fn block_on<T>(index: u16, future: impl Future<Output = T>) -> T {
    INDEX.with(|cell| cell.set(index));
    super::drive::drive(future).expect("nothing stops a run under loom")
}

/// A word with a queue of its own: loom has no futex.
pub struct LoomWord {
    value: AtomicU32,
    queue: Mutex<()>,
    changed: Condvar,
}

impl Word for LoomWord {
    fn new(value: u32) -> Self {
        LoomWord {
            value: AtomicU32::new(value),
            queue: Mutex::new(()),
            changed: Condvar::new(),
        }
    }

    fn load(&self, order: Ordering) -> u32 {
        self.value.load(order)
    }

    fn store(&self, value: u32, order: Ordering) {
        self.value.store(value, order);
    }

    /// Nothing: it would be one more thing to explore, and nobody reads it.
    fn note(&self, _: u32) {}

    fn swap(&self, value: u32, order: Ordering) -> u32 {
        self.value.swap(value, order)
    }

    fn compare_exchange(
        &self,
        current: u32,
        new: u32,
        success: Ordering,
        failure: Ordering,
    ) -> Result<u32, u32> {
        self.value.compare_exchange(current, new, success, failure)
    }

    fn fetch_add(&self, value: u32, order: Ordering) -> u32 {
        self.value.fetch_add(value, order)
    }
}

impl Platform for Loom {
    type Word = LoomWord;

    // Every look is a branch of the search.
    const SPIN: u32 = 0;

    fn current() -> ThreadId {
        ThreadId(INDEX.with(Cell::get))
    }

    fn now() -> Duration {
        Duration::ZERO
    }

    fn point(_: Site) -> impl Future<Output = ()> {
        ready(())
    }

    fn record(_: Kind, _: Site, _: i64, _: Order) {}

    fn sleep(_: Duration, _: Site) -> impl Future<Output = ()> {
        loom::thread::yield_now();
        ready(())
    }

    async fn wait(word: &LoomWord, expected: u32, deadline: Option<Duration>, _: Site) -> Woken {
        assert_eq!(deadline, None, "loom knows no time");
        let queue = word.queue.lock().expect("nobody panics with the queue");
        // Relaxed, so that the check lends the primitive no ordering. The queue
        // itself does, from who wakes to who was asleep, as no futex promises:
        // the paths on which nobody slept show what the primitive's own do.
        if word.value.load(Ordering::Relaxed) == expected {
            drop(word.changed.wait(queue));
        }
        Woken::Woken
    }

    fn wake(word: &LoomWord, count: u32) {
        let _queue = word.queue.lock().expect("nobody panics with the queue");
        if count == u32::MAX {
            word.changed.notify_all();
        } else {
            (0..count).for_each(|_| word.changed.notify_one());
        }
    }

    fn spawn<F, Fut>(_: &str, body: F, _: Site) -> Result<ThreadId, SpawnError>
    where
        F: FnOnce() -> Fut + Send + 'static,
        Fut: Future<Output = ()>,
    {
        // Beside those that tests number themselves. That it goes on from one
        // execution to the next is no harm: numbers are only compared.
        static NEXT: AtomicU16 = AtomicU16::new(1000);
        let index = NEXT.fetch_add(1, Ordering::Relaxed);
        loom::thread::spawn(move || block_on(index, async { body().await }));
        Ok(ThreadId(index))
    }

    fn register(_: ObjectKind, _: &str) -> ObjectId {
        ObjectId::NONE
    }

    fn publish<T: Shows + 'static>(_: ObjectId, _: &Arc<T>, _: usize, _: usize) {}

    fn publish_holder(_: ObjectId, _: usize) {}

    fn retire(_: ObjectId, _: impl FnOnce() -> Words) {}
}
