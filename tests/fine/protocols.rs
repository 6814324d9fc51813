//! The protocols, and what must hold in each of their interleavings.

use std::sync::Arc;
use std::sync::atomic::{AtomicU32, Ordering::Relaxed};
use std::time::Duration;

use lockstep::base::ObjectId;
use lockstep::platform::Platform;
use lockstep::sync::{
    Barrier, Blocking, BoundedSemaphore, Condition, Error, Event, Guarding, Held, Lock, RLock,
    Semaphore, with,
};
use lockstep::trace::At;

use super::engine::{
    Explored, Fine, Part, Program, explore_all, explore_random, explore_unreduced, part,
};

const SOON: Blocking = Blocking::For(Duration::from_secs(1));

/// Counts who is inside, and how many at most there were.
#[derive(Clone, Default)]
struct Room(Arc<(AtomicU32, AtomicU32)>);

impl Room {
    fn enter(&self) {
        let inside = self.0.0.fetch_add(1, Relaxed) + 1;
        self.0.1.fetch_max(inside, Relaxed);
    }

    fn leave(&self) {
        self.0.0.fetch_sub(1, Relaxed);
    }

    fn most(&self) -> u32 {
        self.0.1.load(Relaxed)
    }
}

/// Something that others may do while a thread is where it is.
async fn linger() {
    Fine::sleep(Duration::from_secs(1), lockstep::trace::Site::NONE).await;
}

fn program(threads: Vec<Part>, check: impl FnOnce() + 'static) -> Program {
    Program {
        threads,
        check: Box::new(check),
    }
}

/// Threads that enter a lock in these ways; at most `room_for` may be inside.
fn visitors<L: Held + 'static>(
    lock: Arc<L>,
    acquire: impl AsyncFn(&L, Blocking) -> bool + Clone + 'static,
    release: impl AsyncFn(&L) + Clone + 'static,
    ways: &[Blocking],
    room_for: u32,
) -> Program {
    let room = Room::default();
    let threads = ways
        .iter()
        .map(|&blocking| {
            let (lock, room) = (lock.clone(), room.clone());
            let (acquire, release) = (acquire.clone(), release.clone());
            part(async move {
                if acquire(&lock, blocking).await {
                    room.enter();
                    linger().await;
                    room.leave();
                    release(&lock).await;
                } else {
                    assert_ne!(blocking, Blocking::Forever);
                }
            })
        })
        .collect();
    // Who waits for as long as it takes gets in: otherwise it waits for ever,
    // and the engine says so.
    program(threads, move || assert!(room.most() <= room_for))
}

fn lock_program(ways: &[Blocking]) -> Program {
    visitors(
        Lock::<Fine>::new("lock"),
        async |lock, blocking| lock.acquire(blocking).await,
        async |lock| lock.release().await.expect("it is held"),
        ways,
        1,
    )
}

#[test]
fn a_lock_lets_in_one_at_a_time_and_forgets_nobody() {
    use Blocking::{Forever, No};
    for (ways, spurious) in [
        (&[Forever, Forever][..], 2),
        (&[Forever, SOON], 2),
        (&[Forever, Forever, Forever], 0),
        (&[Forever, SOON, Forever], 0),
        (&[Forever, SOON, No], 0),
    ] {
        explore_all(spurious, || lock_program(ways));
    }
}

#[test]
fn reduction_loses_no_interleaving_that_matters() {
    use Blocking::Forever;
    let all: Explored = explore_unreduced(0, || lock_program(&[Forever, Forever]));
    let reduced = explore_all(0, || lock_program(&[Forever, Forever]));
    assert_eq!(all.cut, 0);
    assert!(
        reduced.complete * 2 < all.complete,
        "{reduced:?} of {all:?}"
    );
}

#[test]
fn an_rlock_is_entered_again_by_its_holder_alone() {
    let visit = |blocking: Blocking| {
        explore_all(1, move || {
            let room = Room::default();
            let lock = RLock::<Fine>::new("rlock");
            let threads = (0..2)
                .map(|k| {
                    let (lock, room) = (lock.clone(), room.clone());
                    part(async move {
                        let first = if k == 0 { Blocking::Forever } else { blocking };
                        if !lock.acquire(first).await {
                            assert!(lock.release().await.is_err());
                            return;
                        }
                        room.enter();
                        assert!(lock.acquire(Blocking::No).await);
                        assert_eq!(lock.depth(), 2);
                        lock.release().await.expect("it is ours");
                        linger().await;
                        room.leave();
                        lock.release().await.expect("it is ours");
                        assert_eq!(lock.depth(), 0);
                    })
                })
                .collect();
            program(threads, move || assert_eq!(room.most(), 1))
        });
    };
    visit(Blocking::Forever);
    visit(SOON);
}

fn semaphore_program(permits: u32, ways: &[Blocking]) -> Program {
    visitors(
        Semaphore::<Fine>::new("semaphore", permits),
        async |semaphore, blocking| semaphore.acquire(blocking).await,
        async |semaphore| semaphore.release(1).await.expect("one or more"),
        ways,
        permits,
    )
}

#[test]
fn a_semaphore_lets_in_as_many_as_it_has_permits_and_forgets_nobody() {
    use Blocking::{Forever, No};
    for (permits, ways, spurious) in [(1, &[Forever, Forever][..], 2), (1, &[Forever, SOON], 2)] {
        explore_all(spurious, || semaphore_program(permits, ways));
    }
    // Too many to see them all.
    for (permits, ways) in [
        (2, &[Forever, Forever, Forever][..]),
        (2, &[Forever, SOON, No]),
        (1, &[Forever, SOON, Forever, No]),
    ] {
        explore_random(30_000, 1, || semaphore_program(permits, ways));
    }
}

/// Two threads wait for a permit each, and two permits come, together or one
/// after the other: nobody may sleep while there is one.
fn permits_come(count_each: u32, releases: u32, waiter: Blocking) {
    explore_all(0, || {
        let semaphore = Semaphore::<Fine>::new("semaphore", 0);
        let taken = Arc::new(AtomicU32::new(0));
        let mut threads: Vec<Part> = [Blocking::Forever, waiter]
            .into_iter()
            .map(|blocking| {
                let (semaphore, taken) = (semaphore.clone(), taken.clone());
                part(async move {
                    if semaphore.acquire(blocking).await {
                        taken.fetch_add(1, Relaxed);
                    }
                })
            })
            .collect();
        let releaser = semaphore.clone();
        threads.push(part(async move {
            for _ in 0..releases {
                releaser.release(count_each).await.expect("one or more");
            }
        }));
        program(threads, move || {
            let taken = taken.load(Relaxed);
            let left = super::engine::outside(semaphore.value());
            assert_eq!(left + taken, count_each * releases);
            assert!(taken >= 1);
        })
    });
}

#[test]
fn released_permits_reach_all_who_wait() {
    permits_come(2, 1, Blocking::Forever);
    permits_come(1, 2, Blocking::Forever);
    permits_come(1, 2, SOON);
}

#[test]
fn a_bounded_semaphore_never_has_more_than_in_the_beginning() {
    explore_all(1, || {
        let semaphore = BoundedSemaphore::<Fine>::new("bounded", 1);
        let refused = Arc::new(AtomicU32::new(0));
        let threads = (0..2)
            .map(|_| {
                let (semaphore, refused) = (semaphore.clone(), refused.clone());
                part(async move {
                    assert!(semaphore.acquire(Blocking::Forever).await);
                    // One too many: it may be the other's that is refused.
                    for _ in 0..2 {
                        if semaphore.release(1).await.is_err() {
                            refused.fetch_add(1, Relaxed);
                        }
                    }
                })
            })
            .collect();
        program(threads, move || {
            let value = super::engine::outside(semaphore.value());
            assert!(value <= 1, "{value} permits");
            // One in the beginning, two acquired, four released.
            assert_eq!(value, 1 + 4 - 2 - refused.load(Relaxed));
        })
    });
}

#[test]
fn an_event_wakes_all_who_wait_even_if_it_is_cleared_at_once() {
    for blocking in [Blocking::Forever, SOON] {
        explore_all(1, move || {
            let event = Event::<Fine>::new("event");
            let ready = Semaphore::<Fine>::new("ready", 0);
            let waiter = {
                let (event, ready) = (event.clone(), ready.clone());
                part(async move {
                    ready.release(1).await.expect("one or more");
                    let set = event.wait(blocking).await;
                    assert!(set || blocking != Blocking::Forever);
                })
            };
            let setter = {
                let (event, ready) = (event.clone(), ready.clone());
                part(async move {
                    ready.acquire(Blocking::Forever).await;
                    event.set().await;
                    event.clear().await;
                    // Who has not begun to wait by now waits for the next.
                    event.set().await;
                    assert!(event.is_set().await);
                })
            };
            program(vec![waiter, setter], || ())
        });
    }
    explore_all(0, || {
        let event = Event::<Fine>::new("event");
        let mut threads: Vec<Part> = (0..2)
            .map(|_| {
                let event = event.clone();
                part(async move { assert!(event.wait(Blocking::Forever).await) })
            })
            .collect();
        threads.push(part(async move { event.set().await }));
        program(threads, || ())
    });
}

#[test]
fn what_a_condition_guards_is_waited_for_and_found() {
    for (blocking, spurious) in [(Blocking::Forever, 1), (SOON, 0)] {
        explore_all(spurious, move || {
            let condition = Condition::<Fine, _>::over("condition", Lock::<Fine>::new("lock"));
            let full = Arc::new(AtomicU32::new(0));
            let taker = {
                let (condition, full) = (condition.clone(), full.clone());
                part(async move {
                    with(&*condition, async || {
                        let found = condition
                            .wait_for(async || full.load(Relaxed) == 1, blocking)
                            .await
                            .expect("it is held");
                        assert_eq!(found, full.load(Relaxed) == 1);
                        assert!(found || blocking != Blocking::Forever);
                    })
                    .await;
                })
            };
            let giver = part(async move {
                with(&*condition, async || {
                    full.store(1, Relaxed);
                    condition.notify(1).await.expect("it is held");
                })
                .await;
            });
            program(vec![taker, giver], || ())
        });
    }
}

/// A lock that is always held, to see a condition's own protocol by itself: what
/// the threads do between two steps stands for what they do under the lock.
struct Unlocked;

impl Held for Unlocked {
    async fn enter(&self, _: At) {}

    async fn exit(&self, _: At) -> Result<(), Error> {
        Ok(())
    }
}

impl Guarding<Fine> for Unlocked {
    type Saved = ();

    fn is_owned(&self) -> bool {
        true
    }

    fn ready(&self) -> Result<(), ObjectId> {
        Ok(())
    }

    fn try_restore(&self, (): &(), _: At) -> bool {
        true
    }

    fn release_save(&self, _: At) {}

    async fn acquire_restore(&self, (): (), _: At) {}
}

#[test]
fn a_waiter_whose_time_is_up_eats_no_notification() {
    explore_all(1, || {
        let condition = Condition::<Fine, _>::over("condition", Arc::new(Unlocked));
        let told = Arc::new(AtomicU32::new(0));
        let impatient = {
            let condition = condition.clone();
            part(async move {
                // What reaches it, it passes on; what it misses, it must not keep.
                if condition.wait(SOON).await.expect("it is held") {
                    condition.notify(1).await.expect("it is held");
                }
            })
        };
        let patient = {
            let (condition, told) = (condition.clone(), told.clone());
            part(async move {
                if told.load(Relaxed) == 0 {
                    let notified = condition.wait(Blocking::Forever).await;
                    assert_eq!(notified, Ok(true));
                }
            })
        };
        let teller = part(async move {
            told.store(1, Relaxed);
            condition.notify(1).await.expect("it is held");
        });
        program(vec![impatient, patient, teller], || ())
    });
}

#[test]
fn exactly_as_many_are_woken_as_were_notified() {
    explore_random(20_000, 1, || {
        let condition = Condition::<Fine, _>::over("condition", Lock::<Fine>::new("lock"));
        let waiting = Arc::new(AtomicU32::new(0));
        let woken = Arc::new(AtomicU32::new(0));
        let mut threads: Vec<Part> = (0..3)
            .map(|_| {
                let (condition, waiting, woken) =
                    (condition.clone(), waiting.clone(), woken.clone());
                part(async move {
                    with(&*condition, async || {
                        waiting.fetch_add(1, Relaxed);
                        if condition.wait(SOON).await.expect("it is held") {
                            woken.fetch_add(1, Relaxed);
                        }
                    })
                    .await;
                })
            })
            .collect();
        let told = Arc::new(AtomicU32::new(0));
        let (notified, woken_in_the_end) = (told.clone(), woken.clone());
        threads.push(part(async move {
            with(&*condition, async || {
                told.store(waiting.load(Relaxed).min(2), Relaxed);
                condition.notify(2).await.expect("it is held");
            })
            .await;
        }));
        program(threads, move || {
            // Some may have gone before; nobody is woken who was not notified.
            assert!(woken_in_the_end.load(Relaxed) <= notified.load(Relaxed));
        })
    });
}

#[test]
fn an_rlock_beneath_a_condition_comes_back_as_deep_as_it_was() {
    explore_all(0, || {
        let condition = Condition::<Fine>::new("condition");
        let done = Arc::new(AtomicU32::new(0));
        let waiter = {
            let (condition, done) = (condition.clone(), done.clone());
            part(async move {
                condition.lock().acquire(Blocking::Forever).await;
                condition.lock().acquire(Blocking::Forever).await;
                while done.load(Relaxed) == 0 {
                    condition.wait(Blocking::Forever).await.expect("held");
                }
                assert_eq!(condition.lock().depth(), 2);
                condition.lock().release().await.expect("ours");
                condition.lock().release().await.expect("ours");
            })
        };
        let teller = part(async move {
            with(&*condition, async || {
                done.store(1, Relaxed);
                condition.notify_all().await.expect("held");
            })
            .await;
        });
        program(vec![waiter, teller], || ())
    });
}

fn barrier_rounds(parties: u32, rounds: u32) -> Program {
    let barrier = Barrier::<Fine>::new("barrier", parties);
    let arrived: Arc<Vec<AtomicU32>> = Arc::new((0..rounds).map(|_| AtomicU32::new(0)).collect());
    let indices = Arc::new(AtomicU32::new(0));
    let threads = (0..parties)
        .map(|_| {
            let (barrier, arrived, indices) = (barrier.clone(), arrived.clone(), indices.clone());
            part(async move {
                for round in 0..rounds as usize {
                    arrived[round].fetch_add(1, Relaxed);
                    let index = barrier.wait(Blocking::Forever).await.expect("whole");
                    indices.fetch_add(1 << (4 * index), Relaxed);
                    assert_eq!(arrived[round].load(Relaxed), parties, "nobody is early");
                    assert!(round == 0 || arrived[round - 1].load(Relaxed) == parties);
                }
            })
        })
        .collect();
    program(threads, move || {
        let each_index_once_a_round = (0..parties).map(|k| rounds << (4 * k)).sum();
        assert_eq!(indices.load(Relaxed), each_index_once_a_round);
    })
}

#[test]
fn nobody_passes_a_barrier_early_and_no_round_overtakes() {
    explore_all(0, || barrier_rounds(2, 2));
    explore_random(50_000, 1, || barrier_rounds(3, 3));
}

#[test]
fn a_time_out_breaks_a_barrier_for_all_or_for_none() {
    explore_all(0, || {
        let barrier = Barrier::<Fine>::new("barrier", 2);
        let passed = Arc::new(AtomicU32::new(0));
        let threads = [SOON, Blocking::Forever]
            .into_iter()
            .map(|blocking| {
                let (barrier, passed) = (barrier.clone(), passed.clone());
                part(async move {
                    if barrier.wait(blocking).await.is_ok() {
                        passed.fetch_add(1, Relaxed);
                    }
                })
            })
            .collect();
        program(threads, move || {
            let broken = super::engine::outside(barrier.broken());
            assert_eq!(passed.load(Relaxed), if broken { 0 } else { 2 });
        })
    });
}

#[test]
fn an_abort_reaches_all_and_a_reset_mends() {
    explore_all(0, || {
        let barrier = Barrier::<Fine>::new("barrier", 2);
        let waiter = {
            let barrier = barrier.clone();
            part(async move {
                barrier
                    .wait(Blocking::Forever)
                    .await
                    .expect_err("nobody else comes");
            })
        };
        let other = {
            let barrier = barrier.clone();
            part(async move { barrier.abort().await })
        };
        program(vec![waiter, other], move || {
            assert!(super::engine::outside(barrier.broken()));
            super::engine::outside(barrier.reset());
            assert!(!super::engine::outside(barrier.broken()));
            assert_eq!(super::engine::outside(barrier.n_waiting()), 0);
        })
    });
}
