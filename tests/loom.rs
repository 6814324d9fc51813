//! The primitives under loom: every execution that the memory model allows of
//! two or three threads, on their untimed paths. Run by `cargo xtask test loom`;
//! empty otherwise.

#![cfg(loom)]

use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};

use lockstep::platform::loom::{Loom, block_on};
use lockstep::pool::{self, Thread, ThreadPoolExecutor, as_completed};
use lockstep::sync::{
    Barrier, Blocking, Condition, Event, Held, Lock, Own, Queue, RLock, Semaphore, with,
};
use loom::cell::UnsafeCell;
use loom::thread;

/// Explores a model, and makes sure that there was something to explore: with
/// an atomic of std's in the place of loom's there is one execution.
fn explore(preemptions: usize, model: impl Fn() + Sync + Send + 'static) {
    let executions = Arc::new(AtomicUsize::new(0));
    let counted = Arc::clone(&executions);
    let mut builder = loom::model::Builder::new();
    builder.preemption_bound = Some(preemptions);
    builder.check(move || {
        counted.fetch_add(1, Ordering::Relaxed);
        model();
    });
    let executions = executions.load(Ordering::Relaxed);
    assert!(
        executions > 3,
        "{executions} executions: the test is vacuous"
    );
}

/// A number that loom lets nobody touch at the same time as another, nor without
/// being ordered after the last who did.
#[derive(Clone)]
struct Number(Arc<UnsafeCell<u32>>);

// SAFETY: loom's cell itself panics when two threads meet in it.
#[allow(unsafe_code)]
unsafe impl Send for Number {}

impl Number {
    fn new() -> Number {
        Number(Arc::new(UnsafeCell::new(0)))
    }

    #[allow(unsafe_code)]
    fn add_one(&self) {
        // SAFETY: loom checks that this access is alone.
        self.0.with_mut(|n| unsafe { *n += 1 });
    }

    #[allow(unsafe_code)]
    fn get(&self) -> u32 {
        // SAFETY: as in `add_one`.
        self.0.with(|n| unsafe { *n })
    }
}

/// A loom thread that runs a future, as thread `index`.
fn spawn<F: Future<Output = ()> + 'static>(
    index: u16,
    body: impl FnOnce() -> F + 'static,
) -> thread::JoinHandle<()> {
    thread::spawn(move || block_on(index, body()))
}

fn join(threads: Vec<thread::JoinHandle<()>>) {
    for thread in threads {
        thread.join().expect("no panic");
    }
}

/// Threads that each add one while they hold something.
fn adders<L: Held + 'static>(threads: u16, make: fn() -> Arc<L>) {
    explore(2, move || {
        let lock = make();
        let number = Number::new();
        join(
            (1..=threads)
                .map(|index| {
                    let (lock, number) = (lock.clone(), number.clone());
                    spawn(index, move || async move {
                        with(&*lock, async || number.add_one()).await;
                    })
                })
                .collect(),
        );
        assert_eq!(number.get(), u32::from(threads));
    });
}

#[test]
fn a_lock_orders_what_its_holders_do() {
    adders(2, || Lock::<Loom>::new("lock"));
    adders(3, || Lock::<Loom>::new("lock"));
}

#[test]
fn an_rlock_orders_what_its_holders_do() {
    adders(2, || RLock::<Loom>::new("rlock"));
    adders(3, || RLock::<Loom>::new("rlock"));
}

#[test]
fn a_semaphore_of_one_orders_what_its_holders_do() {
    adders(2, || Semaphore::<Loom>::new("semaphore", 1));
    adders(3, || Semaphore::<Loom>::new("semaphore", 1));
}

#[test]
fn who_does_not_wait_does_not_break_in() {
    explore(3, || {
        let lock = Lock::<Loom>::new("lock");
        let number = Number::new();
        join(
            (1..=2)
                .map(|index| {
                    let (lock, number) = (lock.clone(), number.clone());
                    spawn(index, move || async move {
                        if lock.acquire(Blocking::No).await {
                            number.add_one();
                            lock.release().await.expect("it is held");
                        }
                    })
                })
                .collect(),
        );
        assert!(number.get() >= 1);
    });
}

#[test]
fn a_permit_carries_what_was_done_before_its_release() {
    explore(3, || {
        let semaphore = Semaphore::<Loom>::new("semaphore", 0);
        let number = Number::new();
        let mut threads = vec![spawn(1, {
            let (semaphore, number) = (semaphore.clone(), number.clone());
            move || async move {
                number.add_one();
                semaphore.release(1).await.expect("one or more");
            }
        })];
        threads.push(spawn(2, {
            let number = number.clone();
            move || async move {
                semaphore.acquire(Blocking::Forever).await;
                assert_eq!(number.get(), 1);
            }
        }));
        join(threads);
    });
}

#[test]
fn a_set_event_shows_what_was_done_before() {
    explore(3, || {
        let event = Event::<Loom>::new("event");
        let number = Number::new();
        let mut threads: Vec<_> = (1..=2)
            .map(|index| {
                let (event, number) = (event.clone(), number.clone());
                spawn(index, move || async move {
                    assert!(event.wait(Blocking::Forever).await);
                    assert_eq!(number.get(), 1);
                })
            })
            .collect();
        threads.push(spawn(3, move || async move {
            number.add_one();
            event.set().await;
        }));
        join(threads);
    });
}

#[test]
fn clear_then_look_never_misses_a_set_after_work() {
    explore(3, || {
        let event = Event::<Loom>::new("event");
        block_on(0, event.set());
        // Relaxed, so that only the event can order it.
        let work = Arc::new(loom::sync::atomic::AtomicU32::new(0));
        let worker = spawn(1, {
            let (event, work) = (event.clone(), work.clone());
            move || async move {
                event.clear().await;
                if work.load(Ordering::Relaxed) == 0 {
                    event.wait(Blocking::Forever).await;
                    assert_eq!(work.load(Ordering::Relaxed), 1);
                }
            }
        });
        let maker = spawn(2, move || async move {
            work.store(1, Ordering::Relaxed);
            event.set().await;
        });
        join(vec![worker, maker]);
    });
}

#[test]
fn a_notification_finds_its_waiter() {
    explore(2, || {
        let condition = Condition::<Loom, _>::over("condition", Lock::<Loom>::new("lock"));
        let number = Number::new();
        let waiter = spawn(1, {
            let (condition, number) = (condition.clone(), number.clone());
            move || async move {
                with(&*condition, async || {
                    let there = async || number.get() == 1;
                    let found = condition.wait_for(there, Blocking::Forever).await;
                    assert_eq!(found, Ok(true));
                })
                .await;
            }
        });
        let teller = spawn(2, move || async move {
            with(&*condition, async || {
                number.add_one();
                condition.notify(1).await.expect("it is held");
            })
            .await;
        });
        join(vec![waiter, teller]);
    });
}

#[test]
fn behind_a_barrier_all_see_what_all_did_before() {
    explore(2, || {
        let barrier = Barrier::<Loom>::new("barrier", 2);
        let numbers = [Number::new(), Number::new()];
        join(
            (0..2)
                .map(|k| {
                    let (barrier, numbers) = (barrier.clone(), numbers.clone());
                    spawn(k + 1, move || async move {
                        numbers[usize::from(k)].add_one();
                        barrier.wait(Blocking::Forever).await.expect("whole");
                        assert_eq!(numbers[usize::from(1 - k)].get(), 1);
                    })
                })
                .collect(),
        );
    });
}

#[test]
fn an_item_carries_what_was_done_before_it_was_put() {
    explore(2, || {
        let queue: Arc<Queue<Loom, u32>> = Queue::new("queue", 1);
        let number = Number::new();
        let putter = spawn(1, {
            let (queue, number) = (queue.clone(), number.clone());
            move || async move {
                number.add_one();
                queue.put(1, Blocking::Forever).await.expect("room");
            }
        });
        let getter = spawn(2, move || async move {
            assert_eq!(queue.get(Blocking::Forever).await, Ok(1));
            assert_eq!(number.get(), 1);
        });
        join(vec![putter, getter]);
    });
}

#[test]
fn who_joins_a_thread_sees_what_it_did() {
    explore(3, || {
        let number = Number::new();
        let body = number.clone();
        let thread = Thread::<Loom, u32>::new("child", async move || {
            body.add_one();
            5
        });
        block_on(0, async {
            thread.start().await.expect("the first start");
            assert_eq!(thread.join().await, Ok(5));
        });
        assert_eq!(number.get(), 1);
    });
}

/// Settles a future after some work, beside somebody who looks for it.
fn settled(
    look: impl AsyncFnOnce(Arc<pool::Future<Loom, u32>>) -> bool + Clone + Send + Sync + 'static,
) {
    explore(3, move || {
        let future = pool::Future::<Loom, u32>::new();
        let number = Number::new();
        let worker = spawn(1, {
            let (future, number) = (future.clone(), number.clone());
            move || async move {
                number.add_one();
                future.set_result(5).await.expect("nobody else settles it");
            }
        });
        let look = look.clone();
        let asker = spawn(2, move || async move {
            if look(future).await {
                assert_eq!(number.get(), 1);
            }
        });
        join(vec![worker, asker]);
    });
}

#[test]
fn a_result_carries_what_was_done_before() {
    settled(async |future| future.result(Blocking::Forever).await == Ok(5));
    settled(async |future| future.result(Blocking::No).await == Ok(5));
    settled(async |future| future.done().await);
    settled(async |future| {
        let mut completed = as_completed(&[future], Blocking::Forever).await;
        matches!(completed.next().await, Some(Ok(_)))
    });
}

#[test]
fn a_task_carries_what_was_done_before_and_its_result_what_it_did() {
    explore(2, || {
        let number = Number::new();
        let body = number.clone();
        block_on(0, async {
            let pool = ThreadPoolExecutor::<Loom>::new("pool", 1).expect("a worker");
            number.add_one();
            let task = pool.submit(async move || {
                body.add_one();
                Ok(5)
            });
            let future = task.await.expect("not shut down");
            assert_eq!(future.result(Blocking::Forever).await, Ok(5));
            assert_eq!(number.get(), 2);
            pool.shutdown(true, false).await.expect("not a worker");
        });
    });
}

/// A number that belongs to this thread.
fn owned() -> Arc<Own<Number>> {
    Arc::new(Own::new(Number::new()))
}

#[test]
fn who_finds_a_value_shared_finds_it_whole() {
    for reads in [true, false] {
        explore(3, move || {
            let own = owned();
            // Nothing orders the two but what the second finds.
            let finder = spawn(1, {
                let own = own.clone();
                move || async move {
                    match (own.is_shared(), reads) {
                        (false, _) => {}
                        (true, true) => assert_eq!(own.read().get(), 1),
                        (true, false) => own.write().add_one(),
                    }
                }
            });
            own.write().add_one();
            assert_eq!(own.read().get(), 1);
            assert!(own.share());
            join(vec![finder]);
        });
    }
}

#[test]
fn who_finds_a_value_frozen_finds_it_whole() {
    explore(3, || {
        let own = owned();
        own.share();
        // By the lock at first, then without.
        let finder = spawn(1, {
            let own = own.clone();
            move || async move {
                assert!(own.read().get() <= 1);
            }
        });
        own.write().add_one();
        own.freeze();
        join(vec![finder]);
    });
}

/// Two threads, since those that look at a lock again and again are too many ways for loom.
#[test]
fn writers_and_readers_of_a_shared_value_are_ordered() {
    for reads in [true, false] {
        explore(3, move || {
            let own = owned();
            own.share();
            let writer = spawn(1, {
                let own = own.clone();
                move || async move { own.write().add_one() }
            });
            let other = spawn(2, {
                let own = own.clone();
                move || async move {
                    match reads {
                        true => assert!(own.read().get() <= 1),
                        false => own.write().add_one(),
                    }
                }
            });
            join(vec![writer, other]);
            assert_eq!(own.read().get(), if reads { 1 } else { 2 });
        });
    }
}
