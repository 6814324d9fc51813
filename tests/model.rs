//! The model engine and its oracles on small programs whose interleavings can
//! be counted by hand.

mod full_search;

use std::collections::BTreeMap;
use std::sync::Arc;
use std::sync::atomic::{AtomicI64, Ordering};
use std::time::Duration;

use lockstep::explore::Random;
use lockstep::platform::model::{Ended, Model, Options, run};
use lockstep::platform::{MAX_THREADS, Platform};
use lockstep::pool::Thread;
use lockstep::sync::{Blocking, Condition, Event, Lock, with};
use lockstep::trace::Site;

use full_search::for_each;

/// Threads that each add one to a number so many times, reading first and
/// writing after: how many interleavings end with which number.
fn racing(threads: usize, times: usize) -> BTreeMap<i64, usize> {
    let program = move || async move {
        let number = Arc::new(AtomicI64::new(0));
        let mut all = Vec::new();
        for _ in 0..threads {
            let number = Arc::clone(&number);
            let thread = Thread::<Model, ()>::new("", async move || {
                for _ in 0..times {
                    Model::point(Site::NONE).await;
                    let value = number.load(Ordering::Relaxed);
                    Model::point(Site::NONE).await;
                    number.store(value + 1, Ordering::Relaxed);
                }
            });
            thread.start().await.expect("no limit");
            all.push(thread);
        }
        for thread in all {
            thread.join().await.expect("it was started");
        }
        number.load(Ordering::Relaxed)
    };
    let mut found = BTreeMap::new();
    let all = for_each(Options::default(), 100_000, program, |execution| {
        assert_eq!(execution.ended, Ended::Finished);
        assert_eq!(
            execution.steps.iter().filter(|s| !s.quiet).count(),
            threads * times * 2
        );
        *found
            .entry(execution.result.expect("it finishes"))
            .or_default() += 1;
    });
    assert!(all);
    found
}

#[test]
fn a_race_has_as_many_interleavings_as_can_be_counted() {
    let sums = |found: &BTreeMap<i64, usize>, right: i64| {
        let all: usize = found.values().sum();
        (all, all - found.get(&right).copied().unwrap_or_default())
    };
    assert_eq!(sums(&racing(2, 1), 2), (6, 4));
    assert_eq!(sums(&racing(2, 2), 4), (70, 64));
    assert_eq!(sums(&racing(2, 3), 6), (924, 904));
    assert_eq!(sums(&racing(3, 1), 3).0, 90);
}

#[test]
fn a_random_run_repeats_itself() {
    let trace = |seed| {
        let run = run(Options::default(), &mut Random::new(seed), async || {
            let order = Arc::new(std::sync::Mutex::new(Vec::new()));
            let threads: Vec<_> = (0..4)
                .map(|k| {
                    let order = Arc::clone(&order);
                    Thread::<Model, ()>::new(format!("{k}"), async move || {
                        for _ in 0..5 {
                            Model::point(Site::NONE).await;
                            order.lock().expect("one thread").push(k);
                        }
                    })
                })
                .collect();
            for thread in &threads {
                thread.start().await.expect("no limit");
            }
            for thread in &threads {
                thread.join().await.expect("started");
            }
            order.lock().expect("one thread").clone()
        });
        run.result.expect("it finishes")
    };
    assert_eq!(trace(1), trace(1));
    assert!((2..20).any(|seed| trace(seed) != trace(1)));
}

#[test]
fn virtual_time_passes_as_it_would() {
    let run = run(Options::default(), &mut Random::new(1), async || {
        let lock = Lock::<Model>::new("lock");
        let threads: Vec<_> = (0..3)
            .map(|k| {
                let lock = lock.clone();
                Thread::<Model, ()>::new(format!("{k}"), async move || {
                    with(&*lock, async || {
                        Model::sleep(Duration::from_secs(2), Site::NONE).await;
                    })
                    .await;
                })
            })
            .collect();
        for thread in &threads {
            thread.start().await.expect("no limit");
        }
        let event = Event::<Model>::new("never");
        let early = event.wait(Blocking::For(Duration::from_secs(1))).await;
        let at = Model::now();
        for thread in &threads {
            thread.join().await.expect("started");
        }
        (early, at)
    });
    assert_eq!(run.result, Some((false, Duration::from_secs(1))));
    assert_eq!(run.elapsed, Duration::from_secs(6));
}

#[test]
fn a_deadlock_is_an_end_and_so_is_the_step_limit() {
    let ended = run(Options::default(), &mut Random::new(1), async || {
        let lock = Lock::<Model>::new("lock");
        lock.acquire(Blocking::Forever).await;
        lock.acquire(Blocking::Forever).await;
    });
    assert_eq!((ended.ended, ended.result), (Ended::Deadlock, None));

    let options = Options {
        step_limit: 1000,
        ..Options::default()
    };
    let ended = run(options, &mut Random::new(1), async || {
        loop {
            Model::point(Site::NONE).await;
        }
    });
    assert_eq!(ended.ended, Ended::Incomplete);
    let _: Option<()> = ended.result;
}

#[test]
fn as_many_threads_are_alive_as_a_run_may_have_and_no_more() {
    let run = run(Options::default(), &mut Random::new(1), || async {
        let mut refused = Vec::new();
        let mut threads = Vec::new();
        let all_started = Event::<Model>::new("all_started");
        for k in 0..200 {
            let all_started = all_started.clone();
            let thread = Thread::<Model, ()>::new(format!("{k}"), async move || {
                all_started.wait(Blocking::Forever).await;
            });
            match thread.start().await {
                Ok(()) => threads.push(thread),
                Err(error) => refused.push((k, error.to_string())),
            }
        }
        all_started.set().await;
        refused
    });
    let refused = run.result.expect("it ends");
    let (first, error) = &refused[0];
    assert_eq!(error, "RuntimeError: can't start new thread");
    // Main is one of them.
    assert_eq!(
        (*first, refused.len()),
        (MAX_THREADS - 1, 200 - (MAX_THREADS - 1))
    );
}

/// Whether a consumer that waits with `if` or with `while` ever takes an item
/// that is not there.
fn takes_from_nothing(recheck: bool) -> bool {
    let mut bad = false;
    let program = move || async move {
        let condition = Condition::<Model>::new("condition");
        let items = Arc::new(AtomicI64::new(0));
        let wrong = Arc::new(AtomicI64::new(0));
        for _ in 0..2 {
            let (condition, items, wrong) = (condition.clone(), items.clone(), wrong.clone());
            let consume = async move || {
                with(&*condition, async || {
                    while items.load(Ordering::Relaxed) == 0 {
                        // Notified for another's item: the wait may end early.
                        let wait = condition.wait(Blocking::For(Duration::from_secs(1)));
                        wait.await.expect("it is held");
                        if !recheck {
                            break;
                        }
                        if Model::now() >= Duration::from_secs(1) {
                            return;
                        }
                    }
                    if items.fetch_sub(1, Ordering::Relaxed) < 1 {
                        wrong.fetch_add(1, Ordering::Relaxed);
                    }
                })
                .await;
            };
            Model::spawn("", consume, Site::NONE).expect("no limit");
        }
        with(&*condition, async || {
            items.fetch_add(1, Ordering::Relaxed);
            condition.notify_all().await.expect("it is held");
        })
        .await;
        Model::sleep(Duration::from_secs(5), Site::NONE).await;
        wrong.load(Ordering::Relaxed)
    };
    let all = for_each(Options::default(), 1_000_000, program, |execution| {
        bad |= execution.result.expect("it finishes") > 0;
    });
    assert!(all);
    bad
}

#[test]
fn exploration_tells_if_from_while() {
    assert!(takes_from_nothing(false));
    assert!(!takes_from_nothing(true));
}
