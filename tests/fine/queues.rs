//! The queue's protocols.

use std::sync::Arc;
use std::sync::atomic::{AtomicU32, Ordering::Relaxed};
use std::time::Duration;

use lockstep::sync::{Blocking, ErrorKind, Queue};

use super::engine::{Fine, Part, Program, explore_all, explore_random, outside, part};

const SOON: Blocking = Blocking::For(Duration::from_secs(1));

type Items = Arc<Queue<Fine, u32>>;

fn producer(queue: &Items, items: Vec<u32>, blocking: Blocking, put: &Arc<AtomicU32>) -> Part {
    let (queue, put) = (Arc::clone(queue), Arc::clone(put));
    part(async move {
        for item in items {
            match queue.put(item, blocking).await {
                Ok(()) => put.fetch_add(item, Relaxed),
                Err(refused) => {
                    assert_eq!((refused.item, refused.error.kind), (item, ErrorKind::Full));
                    assert_ne!(blocking, Blocking::Forever);
                    0
                }
            };
        }
    })
}

fn consumer(queue: &Items, count: u32, blocking: Blocking, got: &Arc<AtomicU32>) -> Part {
    let (queue, got) = (Arc::clone(queue), Arc::clone(got));
    part(async move {
        let mut last = 0;
        for _ in 0..count {
            match queue.get(blocking).await {
                Ok(item) => {
                    // Items of one producer ascend.
                    assert!(item > last);
                    last = item;
                    got.fetch_add(item, Relaxed);
                }
                Err(error) => {
                    assert_eq!(error.kind, ErrorKind::Empty);
                    assert_ne!(blocking, Blocking::Forever);
                }
            }
        }
    })
}

/// A producer of two items and consumers of one each, or as they come.
fn exchange(capacity: usize, ways: [Blocking; 3]) -> Program {
    let queue: Items = Queue::new("queue", capacity);
    let (put, got) = (Arc::default(), Arc::default());
    let threads = vec![
        producer(&queue, vec![1, 2], ways[0], &put),
        consumer(&queue, 1, ways[1], &got),
        consumer(&queue, 1, ways[2], &got),
    ];
    Program {
        threads,
        check: Box::new(move || {
            let mut left = 0;
            while let Ok(item) = outside(queue.get(Blocking::No)) {
                left += item;
            }
            assert_eq!(got.load(Relaxed) + left, put.load(Relaxed));
        }),
    }
}

#[test]
fn each_item_is_taken_once_and_nobody_sleeps_beside_one() {
    use Blocking::Forever;
    let pair = |items: Vec<u32>| {
        let queue: Items = Queue::new("queue", 1);
        let (put, got) = (Arc::default(), Arc::default());
        let count = items.len() as u32;
        let threads = vec![
            producer(&queue, items, Forever, &put),
            consumer(&queue, count, Forever, &got),
        ];
        Program {
            threads,
            check: Box::new(move || assert_eq!(outside(queue.qsize()), 0)),
        }
    };
    explore_all(1, || pair(vec![1]));
    // With a second item the producer may find the queue full.
    explore_random(20_000, 1, || pair(vec![1, 2]));
    // Three threads are too many to see all.
    for capacity in [0, 1] {
        explore_random(20_000, 1, || exchange(capacity, [Forever; 3]));
        explore_random(20_000, 1, || exchange(capacity, [SOON, SOON, SOON]));
    }
}

#[test]
fn join_waits_for_the_last_task_and_not_longer() {
    explore_all(0, || {
        let queue: Items = Queue::new("queue", 0);
        outside(queue.put(1, Blocking::No)).expect("room");
        let done = Arc::new(AtomicU32::new(0));
        let worker = {
            let (queue, done) = (queue.clone(), done.clone());
            part(async move {
                queue.get(Blocking::Forever).await.expect("an item");
                done.store(1, Relaxed);
                queue.task_done().await.expect("one was put");
            })
        };
        let waiter = part(async move {
            queue.join().await;
            assert_eq!(done.load(Relaxed), 1);
        });
        Program {
            threads: vec![worker, waiter],
            check: Box::new(|| ()),
        }
    });
}

#[test]
fn a_shutdown_lets_go_of_all_who_wait() {
    for immediate in [false, true] {
        explore_all(0, move || {
            let queue: Items = Queue::new("queue", 0);
            let getter = {
                let queue = queue.clone();
                part(async move {
                    let error = queue
                        .get(Blocking::Forever)
                        .await
                        .expect_err("nothing comes");
                    assert_eq!(error.kind, ErrorKind::ShutDown);
                })
            };
            let closer = part(async move {
                queue.shutdown(immediate).await;
                let refused = queue.put(1, Blocking::Forever).await.expect_err("shut");
                assert_eq!((refused.item, refused.error.kind), (1, ErrorKind::ShutDown));
            });
            Program {
                threads: vec![getter, closer],
                check: Box::new(|| ()),
            }
        });
    }
    explore_all(0, || {
        let queue: Items = Queue::new("queue", 1);
        outside(queue.put(7, Blocking::No)).expect("room");
        let putter = {
            let queue = queue.clone();
            part(async move {
                let refused = queue
                    .put(8, Blocking::Forever)
                    .await
                    .expect_err("full, then shut");
                assert_eq!((refused.item, refused.error.kind), (8, ErrorKind::ShutDown));
            })
        };
        let closer = {
            let queue = queue.clone();
            part(async move { queue.shutdown(false).await })
        };
        Program {
            threads: vec![putter, closer],
            check: Box::new(move || {
                // What was in it may still be taken out.
                assert_eq!(outside(queue.get(Blocking::No)), Ok(7));
                let error = outside(queue.get(Blocking::No)).expect_err("empty and shut");
                assert_eq!(error.kind, ErrorKind::ShutDown);
            }),
        }
    });
}
