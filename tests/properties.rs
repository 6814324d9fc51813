//! Properties of the primitives that hold for any program of threads, on random
//! programs under random schedules of the model engine.

use std::collections::VecDeque;
use std::sync::atomic::{AtomicI64, Ordering::Relaxed};
use std::sync::{Arc, Mutex};
use std::time::Duration;

use lockstep::explore::Random;
use lockstep::platform::Platform;
use lockstep::platform::model::{Ended, Model, Options, run};
use lockstep::pool::{Future, Thread, ThreadPoolExecutor, as_completed};
use lockstep::sync::{
    Barrier, Blocking, BoundedSemaphore, Condition, Error, Queue, RLock, Semaphore, with,
};
use lockstep::trace::Site;
use proptest::collection::vec;
use proptest::prelude::*;

/// How a thread waits.
fn blocking() -> impl Strategy<Value = Blocking> {
    prop_oneof![
        Just(Blocking::No),
        Just(Blocking::Forever),
        (0..50u64).prop_map(|ms| Blocking::For(Duration::from_millis(ms))),
    ]
}

/// Runs a thread for each of these parts under one schedule. Sleeps and
/// deadlines may end at any time.
fn run_threads<T: Send + 'static>(
    seed: u64,
    parts: Vec<T>,
    body: impl AsyncFnOnce(T) + Clone + Send + 'static,
) -> Ended {
    let options = Options {
        clock: false,
        ..Options::default()
    };
    let run = run(options, &mut Random::new(seed), move || async move {
        let threads: Vec<_> = parts
            .into_iter()
            .map(|part| {
                let body = body.clone();
                Thread::<Model, ()>::new("", async move || body(part).await)
            })
            .collect();
        for thread in &threads {
            thread.start().await.expect("no limit");
        }
        for thread in &threads {
            thread.join().await.expect("started");
        }
    });
    run.ended
}

async fn linger() {
    Model::sleep(Duration::from_millis(1), Site::NONE).await;
}

proptest! {
    // They take microseconds each.
    #![proptest_config(ProptestConfig::with_cases(4096))]

    #[test]
    fn permits_are_conserved_and_no_more_than_n_are_inside(
        permits in 1..4u32,
        threads in vec(vec(blocking(), 1..6), 1..5),
        seed: u64,
    ) {
        let semaphore = Semaphore::<Model>::new("semaphore", permits);
        let inside = Arc::new(AtomicI64::new(0));
        let most = Arc::new(AtomicI64::new(0));
        let (shared, highest) = (Arc::clone(&semaphore), Arc::clone(&most));
        let ended = run_threads(seed, threads, async move |visits: Vec<Blocking>| {
            for blocking in visits {
                if shared.acquire(blocking).await {
                    let now = inside.fetch_add(1, Relaxed) + 1;
                    highest.fetch_max(now, Relaxed);
                    linger().await;
                    inside.fetch_sub(1, Relaxed);
                    shared.release(1).await.expect("one or more");
                } else {
                    assert_ne!(blocking, Blocking::Forever);
                }
            }
        });
        prop_assert_eq!(ended, Ended::Finished);
        prop_assert!(most.load(Relaxed) <= i64::from(permits));
        let left = run(Options::default(), &mut Random::new(0), || async move {
            semaphore.value().await
        });
        prop_assert_eq!(left.result, Some(permits));
    }

    #[test]
    fn a_bounded_semaphore_never_has_more_than_in_the_beginning(
        permits in 0..4u32,
        threads in vec(vec((any::<bool>(), 1..4u32), 1..8), 1..4),
        seed: u64,
    ) {
        let semaphore = BoundedSemaphore::<Model>::new("bounded", permits);
        let taken = Arc::new(AtomicI64::new(0));
        let (shared, balance) = (Arc::clone(&semaphore), Arc::clone(&taken));
        let ended = run_threads(seed, threads, async move |calls: Vec<(bool, u32)>| {
            for (acquire, count) in calls {
                if acquire {
                    if shared.acquire(Blocking::No).await {
                        balance.fetch_add(1, Relaxed);
                    }
                } else if shared.release(count).await.is_ok() {
                    balance.fetch_sub(i64::from(count), Relaxed);
                }
                assert!(shared.value().await <= permits);
            }
        });
        prop_assert_eq!(ended, Ended::Finished);
        let left = run(Options::default(), &mut Random::new(0), || async move {
            i64::from(semaphore.value().await)
        });
        prop_assert_eq!(left.result, Some(i64::from(permits) - taken.load(Relaxed)));
    }

    #[test]
    fn an_rlocks_depth_is_what_its_owner_made_it_and_returns_to_zero(
        threads in vec(vec((1..4u32, blocking()), 1..5), 1..4),
        seed: u64,
    ) {
        let lock = RLock::<Model>::new("rlock");
        let inside = Arc::new(AtomicI64::new(0));
        let ended = run_threads(seed, threads, async move |visits: Vec<(u32, Blocking)>| {
            for (depth, blocking) in visits {
                if !lock.acquire(blocking).await {
                    assert_eq!(lock.depth(), 0);
                    assert!(lock.release().await.is_err());
                    continue;
                }
                assert_eq!(inside.fetch_add(1, Relaxed), 0);
                for deeper in 2..=depth {
                    assert!(lock.acquire(Blocking::No).await);
                    assert_eq!(lock.depth(), deeper);
                }
                linger().await;
                inside.fetch_sub(1, Relaxed);
                for left in (0..depth).rev() {
                    lock.release().await.expect("it is ours");
                    assert_eq!(lock.depth(), left);
                }
            }
        });
        prop_assert_eq!(ended, Ended::Finished);
    }

    #[test]
    fn barrier_generations_never_mix(parties in 1..5u32, rounds in 1..5usize, seed: u64) {
        let barrier = Barrier::<Model>::new("barrier", parties);
        let log = Arc::new(Mutex::new(Vec::new()));
        let shared = Arc::clone(&log);
        let threads = (0..parties).collect();
        let ended = run_threads(seed, threads, async move |_| {
            for round in 0..rounds {
                linger().await;
                shared.lock().expect("one thread").push((round, true));
                barrier.wait(Blocking::Forever).await.expect("whole");
                shared.lock().expect("one thread").push((round, false));
            }
        });
        prop_assert_eq!(ended, Ended::Finished);
        let log = log.lock().expect("one thread");
        for round in 0..rounds {
            let last_in = log.iter().rposition(|&entry| entry == (round, true));
            let first_out = log.iter().position(|&entry| entry == (round, false));
            prop_assert!(last_in < first_out, "round {}: {:?}", round, log);
        }
    }

    #[test]
    fn each_item_through_a_condition_is_taken_once_and_in_order(
        items in 1..12u32,
        capacity in 1..4usize,
        consumers in 1..4u32,
        seed: u64,
    ) {
        let condition = Condition::<Model>::new("condition");
        let queue = Arc::new(Mutex::new(VecDeque::new()));
        let taken = Arc::new(Mutex::new(Vec::new()));
        let out = Arc::clone(&taken);
        // The producer is 0; a number too large for an item ends a consumer.
        let ended = run_threads(seed, (0..=consumers).collect(), async move |me: u32| {
            let len = || queue.lock().expect("one thread").len();
            let mut next = 0;
            while me > 0 || next < items + consumers {
                let item = with(&*condition, async || {
                    let ready = async || if me == 0 { len() < capacity } else { len() > 0 };
                    condition.wait_for(ready, Blocking::Forever).await.expect("held");
                    let item = if me == 0 {
                        queue.lock().expect("one thread").push_back(next);
                        next
                    } else {
                        let taken = queue.lock().expect("one thread").pop_front();
                        let item = taken.expect("an item");
                        if item < items {
                            out.lock().expect("one thread").push(item);
                        }
                        item
                    };
                    assert!(len() <= capacity);
                    condition.notify_all().await.expect("held");
                    item
                })
                .await;
                next += 1;
                if me > 0 && item >= items {
                    return;
                }
            }
        });
        prop_assert_eq!(ended, Ended::Finished);
        let taken = taken.lock().expect("one thread").clone();
        prop_assert_eq!(taken, (0..items).collect::<Vec<_>>());
    }

    #[test]
    fn each_item_of_a_queue_is_consumed_once_and_each_producers_in_order(
        capacity in 0..3usize,
        producers in vec(0..6u32, 1..4),
        consumers in 1..4usize,
        seed: u64,
    ) {
        let queue: Arc<Queue<Model, (usize, u32)>> = Queue::new("queue", capacity);
        let taken = Arc::new(Mutex::new(vec![Vec::new(); producers.len()]));
        let working = Arc::new(AtomicI64::new(producers.len() as i64));
        let (items, out) = (Arc::clone(&queue), Arc::clone(&taken));
        // Producers first; `None` is a consumer. The last producer shuts the
        // queue down, which the consumers outlive until it is empty.
        let parts = producers.iter().copied().enumerate().map(Some);
        let parts = parts.chain(std::iter::repeat_n(None, consumers)).collect();
        let ended = run_threads(seed, parts, async move |part: Option<(usize, u32)>| {
            if let Some((me, count)) = part {
                for item in 0..count {
                    items.put((me, item), Blocking::Forever).await.expect("not shut yet");
                }
                if working.fetch_sub(1, Relaxed) == 1 {
                    items.shutdown(false).await;
                }
                return;
            }
            while let Ok((from, item)) = items.get(Blocking::Forever).await {
                out.lock().expect("one thread")[from].push(item);
                items.task_done().await.expect("it was put");
            }
        });
        prop_assert_eq!(ended, Ended::Finished);
        let taken = taken.lock().expect("one thread").clone();
        for (count, mut of_one) in producers.into_iter().zip(taken) {
            if consumers > 1 {
                of_one.sort_unstable();
            }
            prop_assert_eq!(of_one, (0..count).collect::<Vec<_>>());
        }
    }

    #[test]
    fn every_future_is_settled_exactly_once_whoever_comes_first(
        threads in vec(vec((0..3usize, 0..4u8), 1..6), 1..4),
        seed: u64,
    ) {
        let futures: Vec<_> = (0..3).map(|_| Future::<Model, u32>::new()).collect();
        let calls = Arc::new(AtomicI64::new(0));
        let settled = Arc::new(AtomicI64::new(0));
        let (all, called, count) = (futures.clone(), Arc::clone(&calls), Arc::clone(&settled));
        let ended = run_threads(seed, threads, async move |acts: Vec<(usize, u8)>| {
            for (future, act) in acts {
                let future = &all[future];
                let settles = match act {
                    0 => future.set_result(1).await.is_ok(),
                    1 => future.set_exception(Error::value("failed")).await.is_ok(),
                    2 => !future.cancelled().await && future.cancel().await,
                    _ => {
                        let called = Arc::clone(&called);
                        let callback = async move |_| {
                            called.fetch_add(1, Relaxed);
                        };
                        future.add_done_callback(callback).await;
                        false
                    }
                };
                // Two may both find it not cancelled yet, and both be right.
                count.fetch_add(i64::from(settles && act != 2), Relaxed);
            }
        });
        prop_assert_eq!(ended, Ended::Finished);
        prop_assert!(settled.load(Relaxed) <= 3);
        let done = run(Options::default(), &mut Random::new(0), || async move {
            let mut done = 0;
            for future in &futures {
                // With a result, an exception or a cancellation, and only one of them.
                let result = future.result(Blocking::No).await.is_ok();
                let failed = matches!(future.exception(Blocking::No).await, Ok(Some(_)));
                let cancelled = future.cancelled().await;
                let ways = [result, failed, cancelled].into_iter().filter(|&way| way).count();
                assert_eq!(ways, usize::from(future.done().await));
                done += i64::from(result || failed);
            }
            done
        });
        prop_assert_eq!(done.result, Some(settled.load(Relaxed)));
    }

    #[test]
    fn a_pool_begins_tasks_in_order_and_gives_each_what_it_came_to(
        workers in 1..4usize,
        tasks in vec((any::<bool>(), 0..50u64), 0..8),
        seed: u64,
    ) {
        let begun = Arc::new(Mutex::new(Vec::new()));
        let log = Arc::clone(&begun);
        let count = tasks.len();
        let ended = run_threads(seed, vec![tasks], async move |tasks: Vec<(bool, u64)>| {
            let pool = ThreadPoolExecutor::<Model>::new("pool", workers).expect("one or more");
            let mut futures = Vec::new();
            for (number, &(fails, ms)) in tasks.iter().enumerate() {
                let log = Arc::clone(&log);
                let submitted = pool.submit(async move || {
                    log.lock().expect("one thread").push(number);
                    Model::sleep(Duration::from_millis(ms), Site::NONE).await;
                    if fails { Err(Error::value("failed")) } else { Ok(number) }
                });
                futures.push(submitted.await.expect("not shut down"));
            }
            let mut completed = as_completed(&futures, Blocking::Forever).await;
            let mut seen = 0;
            while completed.next().await.is_some() {
                seen += 1;
            }
            assert_eq!(seen, tasks.len());
            for (number, (future, &(fails, _))) in futures.iter().zip(&tasks).enumerate() {
                let result = future.result(Blocking::No).await;
                assert_eq!(result.ok(), (!fails).then_some(number));
            }
        });
        prop_assert_eq!(ended, Ended::Finished);
        let begun = begun.lock().expect("one thread").clone();
        prop_assert_eq!(begun, (0..count).collect::<Vec<_>>());
    }
}
