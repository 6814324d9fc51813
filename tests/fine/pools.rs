//! The protocols of threads that return, of futures and of pools.

use std::sync::Arc;
use std::sync::atomic::{AtomicU32, Ordering::Relaxed};
use std::time::Duration;

use lockstep::pool::{Future, Thread, ThreadPoolExecutor, Until, as_completed, wait};
use lockstep::sync::{Blocking, Error, ErrorKind};

use super::engine::{Fine, Part, Program, explore_all, explore_random, outside, part};

const SOON: Blocking = Blocking::For(Duration::from_secs(1));

fn no_check() -> Box<dyn FnOnce()> {
    Box::new(|| ())
}

#[test]
fn who_joins_gets_the_result_of_a_thread_that_has_ended() {
    for blocking in [Blocking::Forever, SOON] {
        explore_all(1, move || {
            let done = Arc::new(AtomicU32::new(0));
            let thread = Thread::<Fine, u32>::new("child", {
                let done = done.clone();
                async move || {
                    done.store(1, Relaxed);
                    5
                }
            });
            let parent = part(async move {
                thread.start().await.expect("the first start");
                match thread.join_for(blocking).await.expect("it was started") {
                    Some(result) => assert_eq!((result, done.load(Relaxed)), (5, 1)),
                    None => assert_ne!(blocking, Blocking::Forever),
                }
            });
            Program {
                threads: vec![parent],
                check: no_check(),
            }
        });
    }
}

/// Somebody works on a future, somebody asks for it, and somebody may cancel it.
fn settled_once(ask: Blocking, cancels: bool) -> Program {
    let future = Future::<Fine, u32>::new();
    let called = Arc::new(AtomicU32::new(0));
    let calls = called.clone();
    outside(future.add_done_callback(async move |_| {
        calls.fetch_add(1, Relaxed);
    }));
    let worker = part({
        let future = future.clone();
        async move {
            if future.set_running_or_notify_cancel().await == Ok(true) {
                assert_eq!(future.set_result(5).await, Ok(()));
            }
        }
    });
    let asker = part({
        let future = future.clone();
        async move {
            match future.result(ask).await {
                Ok(result) => assert_eq!(result, 5),
                Err(error) if error.kind == ErrorKind::CancelledError => assert!(cancels),
                Err(error) => {
                    assert_eq!(error.kind, ErrorKind::TimeoutError);
                    assert_ne!(ask, Blocking::Forever);
                }
            }
        }
    });
    let mut threads = vec![worker, asker];
    if cancels {
        let future = future.clone();
        threads.push(part(async move {
            let cancelled = future.cancel().await;
            assert_eq!(future.cancelled().await, cancelled);
        }));
    }
    Program {
        threads,
        check: Box::new(move || {
            assert!(outside(future.done()));
            assert_eq!(called.load(Relaxed), 1);
        }),
    }
}

#[test]
fn a_future_is_settled_once_and_whoever_asks_hears_of_it() {
    explore_all(1, || settled_once(Blocking::Forever, false));
    explore_all(0, || settled_once(SOON, false));
    // Three threads are too many to see all.
    explore_random(20_000, 1, || settled_once(Blocking::Forever, true));
    explore_random(20_000, 1, || settled_once(SOON, true));
}

#[test]
fn a_result_and_a_cancellation_exclude_each_other() {
    explore_all(0, || {
        let future = Future::<Fine, u32>::new();
        let outcome = Arc::new(AtomicU32::new(0));
        let (worked, cancelled) = (outcome.clone(), outcome.clone());
        let (working, cancelling) = (future.clone(), future.clone());
        let worker = part(async move {
            if working.set_running_or_notify_cancel().await == Ok(true) {
                worked.fetch_add(1, Relaxed);
                working
                    .set_result(5)
                    .await
                    .expect("it cannot be cancelled now");
            }
        });
        let canceller = part(async move {
            if cancelling.cancel().await {
                cancelled.fetch_add(10, Relaxed);
            }
        });
        Program {
            threads: vec![worker, canceller],
            check: Box::new(move || {
                let cancelled = outside(future.cancelled());
                let expected = if cancelled { 10 } else { 1 };
                assert_eq!(outcome.load(Relaxed), expected);
            }),
        }
    });
}

/// Futures, and a thread for each that settles it.
fn settlers(count: u32) -> (Vec<Arc<Future<Fine, u32>>>, Vec<Part>) {
    let futures: Vec<_> = (0..count).map(|_| Future::new()).collect();
    let settlers = futures.iter().cloned().zip(0..).map(|(future, number)| {
        part(async move {
            let settled = match number {
                0 => future.set_result(0).await,
                _ => future.set_exception(Error::value("failed")).await,
            };
            settled.expect("nobody else settles it");
        })
    });
    (futures.clone(), settlers.collect())
}

#[test]
fn as_completed_yields_each_future_once() {
    let all = |count: u32, blocking: Blocking| {
        move || {
            let (futures, mut threads) = settlers(count);
            threads.push(part(async move {
                let mut completed = as_completed(&futures, blocking).await;
                let mut seen = 0;
                while let Some(next) = completed.next().await {
                    match next {
                        Ok(future) => assert!(future.done().await),
                        Err(error) => {
                            assert_eq!(error.kind, ErrorKind::TimeoutError);
                            assert_ne!(blocking, Blocking::Forever);
                            return;
                        }
                    }
                    seen += 1;
                }
                assert_eq!(seen, count);
            }));
            Program {
                threads,
                check: no_check(),
            }
        }
    };
    explore_all(1, all(1, Blocking::Forever));
    explore_all(0, all(1, SOON));
    // Three threads are too many to see all.
    explore_random(20_000, 1, all(2, Blocking::Forever));
    explore_random(20_000, 1, all(2, SOON));
}

#[test]
fn wait_returns_when_there_is_enough_and_not_before() {
    for until in [
        Until::FirstCompleted,
        Until::FirstException,
        Until::AllCompleted,
    ] {
        explore_random(20_000, 1, move || {
            let (futures, mut threads) = settlers(2);
            threads.push(part(async move {
                let waited = wait(&futures, until, Blocking::Forever).await;
                assert_eq!(waited.done.len() + waited.not_done.len(), 2);
                match until {
                    Until::FirstCompleted => assert!(!waited.done.is_empty()),
                    // Only the second fails.
                    Until::FirstException => assert!(Arc::ptr_eq(
                        waited.done.last().expect("one or two"),
                        &futures[1]
                    )),
                    Until::AllCompleted => assert!(waited.not_done.is_empty()),
                }
            }));
            Program {
                threads,
                check: no_check(),
            }
        });
    }
}

/// A thread that submits tasks and asks for their results, after the pool was shut
/// down or dropped.
fn customer(workers: usize, tasks: u32, shuts_down: bool) -> Program {
    let done = Arc::new(AtomicU32::new(0));
    let counted = done.clone();
    let customer = part(async move {
        let pool = ThreadPoolExecutor::<Fine>::new("pool", workers).expect("a worker");
        let mut futures = Vec::new();
        for task in 0..tasks {
            let done = done.clone();
            let submitted = pool.submit(async move || {
                done.fetch_add(1, Relaxed);
                match task {
                    1 => Err(Error::value("failed")),
                    _ => Ok(task),
                }
            });
            futures.push(submitted.await.expect("not shut down"));
        }
        if shuts_down {
            pool.shutdown(true, false).await.expect("not a worker");
            assert_eq!(done.load(Relaxed), tasks);
        } else {
            drop(pool);
        }
        for (future, task) in futures.iter().zip(0..) {
            let expected = if task == 1 {
                Err(Error::value("failed"))
            } else {
                Ok(task)
            };
            assert_eq!(future.result(Blocking::Forever).await, expected);
        }
    });
    Program {
        threads: vec![customer],
        check: Box::new(move || assert_eq!(counted.load(Relaxed), tasks)),
    }
}

#[test]
fn a_pool_does_every_task_once_and_its_workers_end() {
    explore_all(0, || customer(1, 1, true));
    explore_all(0, || customer(1, 1, false));
    // More are too many to see all.
    for (workers, tasks) in [(1, 3), (2, 2), (2, 3)] {
        explore_random(10_000, 1, move || customer(workers, tasks, true));
        explore_random(10_000, 1, move || customer(workers, tasks, false));
    }
}

#[test]
fn what_is_cancelled_with_the_pool_is_never_begun() {
    explore_random(20_000, 1, || {
        let customer = part(async move {
            let pool = ThreadPoolExecutor::<Fine>::new("pool", 1).expect("a worker");
            let mut futures = Vec::new();
            for task in 0..2 {
                let submitted = pool.submit(async move || Ok(task)).await;
                futures.push(submitted.expect("not shut down"));
            }
            pool.shutdown(true, true).await.expect("not a worker");
            for (future, task) in futures.iter().zip(0..) {
                // Nobody hangs: it is done, one way or the other.
                match future.result(Blocking::No).await {
                    Ok(result) => assert_eq!(result, task),
                    Err(error) => assert_eq!(error.kind, ErrorKind::CancelledError),
                }
            }
        });
        Program {
            threads: vec![customer],
            check: no_check(),
        }
    });
}

#[test]
fn a_task_that_was_cancelled_is_never_begun() {
    explore_random(20_000, 1, || {
        let begun = Arc::new(AtomicU32::new(0));
        let cancelled = Arc::new(AtomicU32::new(0));
        let (began, succeeded) = (begun.clone(), cancelled.clone());
        let customer = part(async move {
            let pool = ThreadPoolExecutor::<Fine>::new("pool", 1).expect("a worker");
            let submitted = pool.submit(async move || {
                began.fetch_add(1, Relaxed);
                Ok(())
            });
            let future = submitted.await.expect("not shut down");
            succeeded.store(u32::from(future.cancel().await), Relaxed);
        });
        Program {
            threads: vec![customer],
            check: Box::new(move || assert_eq!(begun.load(Relaxed), 1 - cancelled.load(Relaxed))),
        }
    });
}
