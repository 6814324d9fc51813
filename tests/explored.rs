//! The primitives as a learner explores them: every interleaving of small programs on
//! the model, where a step is a whole operation, with all that they may come to, by states
//! and one by one. `cargo xtask bugs` shows which planted bugs are found this way; what lies
//! within a step is for `tests/fine` and loom.

mod full_search;

use std::collections::{BTreeMap, BTreeSet};
use std::pin::Pin;
use std::sync::Arc;
use std::time::Duration;

use lockstep::explore::{Finding, Map, Search, Strategy, explore};
use lockstep::platform::Platform;
use lockstep::platform::model::{Ended, Execution, Model, Options};
use lockstep::pool::{Future, Thread, ThreadPoolExecutor, as_completed};
use lockstep::scenario::plain::Plain;
use lockstep::sync::{
    Action, Barrier, Blocking, BoundedSemaphore, Condition, Event, Lock, Queue, RLock, Semaphore,
    SharedCell, with,
};
use lockstep::trace::Site;

type Told = Pin<Box<dyn std::future::Future<Output = String>>>;
type Part = Box<dyn FnOnce() -> Told + Send>;

const FOREVER: Blocking = Blocking::Forever;
const A_WHILE: Blocking = Blocking::For(Duration::from_millis(10));

/// A thread's part, which returns what it saw.
fn part<F, Fut>(body: F) -> Part
where
    F: FnOnce() -> Fut + Send + 'static,
    Fut: std::future::Future<Output = String> + 'static,
{
    Box::new(move || Box::pin(body()))
}

/// What the parts' threads may return, each way once, over every interleaving, deadlines
/// ending in their order if `clock`. Nobody may be left waiting, and no cell race.
#[track_caller]
fn all_ways(clock: bool, parts: impl Fn() -> Vec<Part> + Clone + 'static) -> BTreeSet<String> {
    let map = explored(clock, parts);
    assert!(map.complete, "not all was seen");
    assert!(map.findings.is_empty(), "{:?}", map.findings[0].what);
    let outcomes = map.outcomes.into_iter().map(|found| found.what);
    let finished = |(ended, told): (Ended, String)| {
        assert_eq!(ended, Ended::Finished);
        told
    };
    outcomes.map(finished).collect()
}

/// Interleavings of programs that are also looked at one by one.
const ONE_BY_ONE: u64 = 30_000;

fn explored(clock: bool, parts: impl Fn() -> Vec<Part> + Clone + 'static) -> Map<(Ended, String)> {
    let options = Options {
        clock,
        step_limit: 500,
        ..Options::default()
    };
    let search = Search {
        strategy: Strategy::All,
        limit: 2_000_000,
        options,
        version: 1,
    };
    let program = move || {
        let parts = parts();
        async move {
            let threads: Vec<_> = parts
                .into_iter()
                .map(|part| Thread::<Model, String>::new("", async move || part().await))
                .collect();
            for thread in &threads {
                thread.start().await.expect("no limit");
            }
            let mut told = Vec::new();
            for thread in &threads {
                told.push(thread.join().await.expect("it was started"));
            }
            told.join(" ")
        }
    };
    let outcome = |execution: &mut Execution<String>| {
        (execution.ended, execution.result.take().unwrap_or_default())
    };
    let map = explore(&search, program.clone(), outcome, |_| true);
    let mut counts: BTreeMap<_, u128> = BTreeMap::new();
    let all = full_search::for_each(options, ONE_BY_ONE, program, |mut execution| {
        let (ended, told) = outcome(&mut execution);
        *counts.entry((ended == Ended::Finished, told)).or_default() += 1;
    });
    if all {
        let found = map.outcomes.iter().map(|found| {
            let (ended, told) = found.what.clone();
            let count = found.count.expect("all was seen").at_least;
            ((ended == Ended::Finished, told), count)
        });
        assert_eq!(found.collect::<BTreeMap<_, _>>(), counts);
    } else {
        let seen = |(ended, told): &(Ended, String)| (*ended == Ended::Finished, told.clone());
        let found: BTreeSet<_> = map.outcomes.iter().map(|found| seen(&found.what)).collect();
        assert!(counts.keys().all(|outcome| found.contains(outcome)));
    }
    map
}

fn ways<const N: usize>(ways: [&str; N]) -> BTreeSet<String> {
    ways.map(str::to_owned).into()
}

/// Counts who is inside, and the most that ever were.
#[derive(Clone)]
struct Inside(Plain<(i64, i64)>);

impl Inside {
    /// Goes in, lets others go, and comes out again: how many were inside.
    async fn visit(&self) -> i64 {
        self.0.edit(|(now, most)| {
            *now += 1;
            *most = *now.max(most);
        });
        Model::point(Site::NONE).await;
        self.0.edit(|(now, most)| {
            *now -= 1;
            *most
        })
    }
}

impl Inside {
    fn new() -> Inside {
        Inside(Plain::new((0, 0)))
    }
}

#[test]
fn a_lock_lets_one_in_and_all_come_by() {
    let parts = || {
        let (lock, inside) = (Lock::<Model>::new("lock"), Inside::new());
        let visit = move || {
            let (lock, inside) = (Arc::clone(&lock), inside.clone());
            part(async move || {
                with(&*lock, async || inside.visit().await)
                    .await
                    .to_string()
            })
        };
        (0..3).map(|_| visit()).collect()
    };
    assert_eq!(all_ways(true, parts), ways(["1 1 1"]));
}

#[test]
fn a_lock_may_be_had_in_time_or_not() {
    let parts = || {
        let lock = Lock::<Model>::new("lock");
        let try_it = move |how: Blocking| {
            let lock = Arc::clone(&lock);
            part(async move || {
                let had = lock.acquire(how).await;
                if had {
                    lock.release().await.expect("it is held");
                }
                had.to_string()
            })
        };
        vec![try_it(FOREVER), try_it(A_WHILE), try_it(Blocking::No)]
    };
    let all = [
        "true true true",
        "true true false",
        "true false true",
        "true false false",
    ];
    assert_eq!(all_ways(false, parts), ways(all));
}

#[test]
fn an_rlock_is_its_owners_and_counts() {
    let parts = || {
        let (lock, inside) = (RLock::<Model>::new("rlock"), Inside::new());
        let visit = move |depth: usize| {
            let (lock, inside) = (Arc::clone(&lock), inside.clone());
            part(async move || {
                let refused = lock.release().await.is_err();
                for _ in 0..depth {
                    lock.acquire(FOREVER).await;
                }
                let mut most = 0;
                for _ in 0..depth {
                    most = most.max(inside.visit().await);
                    lock.release().await.expect("it is held");
                }
                format!("{refused}/{most}")
            })
        };
        vec![visit(2), visit(1)]
    };
    assert_eq!(all_ways(true, parts), ways(["true/1 true/1"]));
}

#[test]
fn a_semaphore_lets_as_many_in_as_it_has_permits() {
    let parts = || {
        let (semaphore, inside) = (Semaphore::<Model>::new("permits", 2), Inside::new());
        let visit = move || {
            let (semaphore, inside) = (Arc::clone(&semaphore), inside.clone());
            part(async move || {
                semaphore.acquire(FOREVER).await;
                let most = inside.visit().await;
                semaphore.release(1).await.expect("one or more");
                (most <= 2).to_string()
            })
        };
        (0..3).map(|_| visit()).collect()
    };
    assert_eq!(all_ways(true, parts), ways(["true true true"]));
}

#[test]
fn permits_that_come_together_let_all_waiters_through() {
    let parts = || {
        let semaphore = Semaphore::<Model>::new("permits", 0);
        let take = |how: Blocking| {
            let semaphore = Arc::clone(&semaphore);
            part(async move || semaphore.acquire(how).await.to_string())
        };
        let giver = Arc::clone(&semaphore);
        let give = part(async move || {
            giver.release(2).await.expect("one or more");
            giver.value().await.to_string()
        });
        vec![take(FOREVER), take(FOREVER), give]
    };
    let told = all_ways(true, parts);
    assert_eq!(told, ways(["true true 0", "true true 1", "true true 2"]));
}

#[test]
fn permits_that_come_one_by_one_let_all_waiters_through_also_behind_one_that_gives_up() {
    let parts = |first: Blocking| {
        move || {
            let semaphore = Semaphore::<Model>::new("permits", 0);
            let take = |how: Blocking| {
                let semaphore = Arc::clone(&semaphore);
                part(async move || semaphore.acquire(how).await.to_string())
            };
            let giver = Arc::clone(&semaphore);
            let give = part(async move || {
                for _ in 0..2 {
                    giver.release(1).await.expect("one or more");
                }
                "given".to_owned()
            });
            vec![take(first), take(FOREVER), give]
        }
    };
    assert_eq!(all_ways(true, parts(FOREVER)), ways(["true true given"]));
    let told = all_ways(false, parts(A_WHILE));
    assert_eq!(told, ways(["true true given", "false true given"]));
}

#[test]
fn a_bounded_semaphore_refuses_one_release_too_many() {
    let parts = || {
        let semaphore = BoundedSemaphore::<Model>::new("permits", 1);
        let visit = move || {
            let semaphore = Arc::clone(&semaphore);
            part(async move || {
                semaphore.acquire(FOREVER).await;
                let first = semaphore.release(1).await.is_ok();
                // Good or bad, as the other has the permit just now or not.
                let second = semaphore.release(1).await.is_ok();
                format!("{first}/{second}/{}", semaphore.value().await <= 1)
            })
        };
        vec![visit(), visit()]
    };
    let told = all_ways(true, parts);
    // The second release of one may be the first of the other, which is refused then.
    assert_eq!(
        told,
        ways([
            "true/false/true true/false/true",
            "true/true/true false/false/true",
            "false/false/true true/true/true",
        ])
    );
}

#[test]
fn one_set_lets_all_through_and_a_cleared_event_keeps_those_who_come_later() {
    let parts = || {
        let event = Event::<Model>::new("event");
        let wait = |how: Blocking| {
            let event = Arc::clone(&event);
            part(async move || event.wait(how).await.to_string())
        };
        let setter = Arc::clone(&event);
        let set = part(async move || {
            setter.set().await;
            setter.is_set().await.to_string()
        });
        vec![wait(FOREVER), wait(FOREVER), wait(A_WHILE), set]
    };
    let told = all_ways(false, parts);
    assert_eq!(told, ways(["true true true true", "true true false true"]));
    let cleared = || {
        let event = Event::<Model>::new("event");
        let (waiter, setter) = (Arc::clone(&event), event);
        let wait = part(async move || waiter.wait(FOREVER).await.to_string());
        let set = part(async move || {
            setter.set().await;
            setter.clear().await;
            setter.is_set().await.to_string()
        });
        vec![wait, set]
    };
    // Who waits when it is set goes on; who comes after the clear waits for ever.
    let map = explored(true, cleared);
    let ends: BTreeSet<_> = (map.outcomes.iter())
        .map(|found| (found.what.0 == Ended::Finished, found.what.1.clone()))
        .collect();
    assert!(map.complete);
    assert_eq!(
        ends,
        [(true, "true false".to_owned()), (false, String::new())].into()
    );
    let lost = |finding: &Finding| matches!(finding, Finding::LostWakeUp { .. });
    assert!(map.findings.iter().all(|found| lost(&found.what)));
}

#[test]
fn whoever_is_notified_goes_on_and_nobody_else() {
    let parts = || {
        let condition = Condition::<Model>::new("condition");
        let ready = Plain::new(0i64);
        let take = || {
            let (condition, ready) = (Arc::clone(&condition), ready.clone());
            part(async move || {
                condition.lock().acquire(FOREVER).await;
                let holds = async || ready.edit(|ready| *ready > 0);
                condition
                    .wait_for(holds, FOREVER)
                    .await
                    .expect("it is held");
                let left = ready.edit(|ready| {
                    *ready -= 1;
                    *ready
                });
                condition.lock().release().await.expect("it is held");
                (left >= 0).to_string()
            })
        };
        let (giver, ready) = (Arc::clone(&condition), ready.clone());
        let give = part(async move || {
            for _ in 0..2 {
                giver.lock().acquire(FOREVER).await;
                ready.edit(|ready| *ready += 1);
                giver.notify(1).await.expect("it is held");
                giver.lock().release().await.expect("it is held");
            }
            "given".to_owned()
        });
        vec![take(), take(), give]
    };
    assert_eq!(all_ways(true, parts), ways(["true true given"]));
}

#[test]
fn a_wait_is_notified_or_late_and_eats_nobody_elses_notification() {
    let parts = || {
        let condition = Condition::<Model>::new("condition");
        let waiting = Plain::new(0i64);
        let wait = |how: Blocking| {
            let (condition, waiting) = (Arc::clone(&condition), waiting.clone());
            part(async move || {
                // Twice entered: a wait gives both back, and gets both again.
                condition.lock().acquire(FOREVER).await;
                condition.lock().acquire(FOREVER).await;
                waiting.edit(|waiting| *waiting += 1);
                let notified = condition.wait(how).await.expect("it is held");
                let both = condition.lock().release().await.is_ok()
                    && condition.lock().release().await.is_ok();
                format!("{notified}/{both}")
            })
        };
        let (notifier, waiting) = (Arc::clone(&condition), waiting.clone());
        let notify = part(async move || {
            // Not before both wait: one of the two waits for ever otherwise.
            loop {
                notifier.lock().acquire(FOREVER).await;
                if waiting.edit(|waiting| *waiting == 2) {
                    break;
                }
                notifier.lock().release().await.expect("it is held");
                Model::sleep(Duration::from_millis(1), Site::NONE).await;
            }
            notifier.notify(2).await.expect("it is held");
            notifier.lock().release().await.expect("it is held");
            "notified".to_owned()
        });
        vec![wait(FOREVER), wait(A_WHILE), notify]
    };
    let told = all_ways(true, parts);
    assert_eq!(told, ways(["true/true true/true notified"]));
    let late = || {
        let condition = Condition::<Model>::new("condition");
        vec![part(async move || {
            condition.lock().acquire(FOREVER).await;
            let notified = condition.wait(A_WHILE).await.expect("it is held");
            condition.lock().release().await.expect("it is held");
            notified.to_string()
        })]
    };
    assert_eq!(all_ways(true, late), ways(["false"]));
}

#[test]
fn a_notification_that_comes_as_ones_time_is_up_is_the_next_ones() {
    let parts = || {
        let condition = Condition::<Model>::new("condition");
        let waiting = Semaphore::<Model>::new("waiting", 0);
        let wait = |how: Blocking| {
            let (condition, waiting) = (Arc::clone(&condition), Arc::clone(&waiting));
            part(async move || {
                condition.lock().acquire(FOREVER).await;
                waiting.release(1).await.expect("one or more");
                let notified = condition.wait(how).await.expect("it is held");
                // One is enough for both, if whoever has it hands it on.
                if notified {
                    condition.notify(1).await.expect("it is held");
                }
                condition.lock().release().await.expect("it is held");
                notified.to_string()
            })
        };
        let (notifier, waiting) = (Arc::clone(&condition), Arc::clone(&waiting));
        let notify = part(async move || {
            for _ in 0..2 {
                waiting.acquire(FOREVER).await;
            }
            // It is free only once both wait.
            notifier.lock().acquire(FOREVER).await;
            notifier.notify(1).await.expect("it is held");
            notifier.lock().release().await.expect("it is held");
            "notified".to_owned()
        });
        vec![wait(A_WHILE), wait(FOREVER), notify]
    };
    let told = all_ways(false, parts);
    assert_eq!(told, ways(["true true notified", "false true notified"]));
}

#[test]
fn a_barrier_lets_nobody_pass_before_the_last_has_come() {
    let parts = || {
        let barrier = Barrier::<Model>::new("barrier", 2);
        let arrived = [Plain::new(0), Plain::new(0)];
        let meet = || {
            let (barrier, arrived) = (Arc::clone(&barrier), arrived.clone());
            part(async move || {
                let mut all = true;
                for round in &arrived {
                    round.edit(|round| *round += 1);
                    all &= barrier.wait(FOREVER).await.is_ok();
                    all &= round.edit(|round| *round == 2);
                }
                all.to_string()
            })
        };
        vec![meet(), meet()]
    };
    assert_eq!(all_ways(true, parts), ways(["true true"]));
}

/// Others see what an action does while it is under way.
#[test]
fn what_a_barriers_action_does_can_be_seen_before_anybody_goes_on() {
    let parts = || {
        let done = SharedCell::<Model>::new("done", 0);
        let by_action = Arc::clone(&done);
        let action: Action = Box::new(move || {
            let done = Arc::clone(&by_action);
            Box::pin(async move {
                done.store(1).await;
                Ok(())
            })
        });
        let barrier = Barrier::<Model>::with_action("barrier", 1, action);
        let other = Arc::clone(&barrier);
        let meet = part(async move || barrier.wait(FOREVER).await.is_ok().to_string());
        let look = part(async move || format!("{}/{}", other.n_waiting().await, done.load().await));
        vec![meet, look]
    };
    let map = explored(true, parts);
    let told: BTreeSet<_> = map.outcomes.into_iter().map(|found| found.what.1).collect();
    assert_eq!(told, ways(["true 0/0", "true 1/0", "true 1/1", "true 0/1"]));
}

#[test]
fn a_late_party_breaks_the_barrier_for_all_or_for_nobody() {
    let parts = || {
        let barrier = Barrier::<Model>::new("barrier", 2);
        let meet = |how: Blocking| {
            let barrier = Arc::clone(&barrier);
            part(async move || barrier.wait(how).await.is_ok().to_string())
        };
        vec![meet(FOREVER), meet(A_WHILE)]
    };
    assert_eq!(all_ways(false, parts), ways(["true true", "false false"]));
}

#[test]
fn a_queue_holds_no_more_than_it_may_and_its_items_come_in_order() {
    let parts = || {
        let queue = Queue::<Model, i64>::new("queue", 1);
        let (producer, consumer, joiner) =
            (Arc::clone(&queue), Arc::clone(&queue), Arc::clone(&queue));
        let produce = part(async move || {
            let mut most = 0;
            for item in 0..2 {
                producer.put(item, FOREVER).await.expect("it is open");
                most = most.max(producer.qsize().await);
            }
            format!("{}", most <= 1)
        });
        let consume = part(async move || {
            let mut got = Vec::new();
            for _ in 0..2 {
                got.push(consumer.get(FOREVER).await.expect("it is open"));
                consumer.task_done().await.expect("there was one");
            }
            format!("{got:?}")
        });
        let join = part(async move || {
            joiner.join().await;
            "joined".to_owned()
        });
        vec![produce, consume, join]
    };
    assert_eq!(all_ways(true, parts), ways(["true [0, 1] joined"]));
}

#[test]
fn a_future_is_settled_or_cancelled_and_whoever_waits_hears_of_it() {
    let parts = || {
        let future = Future::<Model, i64>::new();
        let (worker, canceller, waiter) = (
            Arc::clone(&future),
            Arc::clone(&future),
            Arc::clone(&future),
        );
        let calls = Plain::new(0i64);
        let heard = calls.clone();
        let work = part(async move || {
            let begun = worker.set_running_or_notify_cancel().await == Ok(true);
            if begun {
                worker.set_result(5).await.expect("it runs");
            }
            begun.to_string()
        });
        let cancel = part(async move || canceller.cancel().await.to_string());
        let wait = part(async move || {
            let called = calls.clone();
            waiter
                .add_done_callback(async move |_| {
                    called.edit(|called| *called += 1);
                })
                .await;
            let mut completed = as_completed(std::slice::from_ref(&waiter), FOREVER).await;
            let result = match completed.next().await {
                Some(Ok(done)) => done.result(Blocking::No).await.ok(),
                _ => None,
            };
            format!("{result:?}/{}", heard.edit(|heard| *heard))
        });
        vec![work, cancel, wait]
    };
    let told = all_ways(true, parts);
    assert_eq!(told, ways(["true false Some(5)/1", "false true None/1"]));
}

#[test]
fn whoever_asks_for_a_result_gets_it_before_or_after_it_is_there() {
    let parts = || {
        let future = Future::<Model, i64>::new();
        let settler = Arc::clone(&future);
        let settle = part(async move || settler.set_result(5).await.is_ok().to_string());
        let ask = part(async move || format!("{:?}", future.result(FOREVER).await));
        vec![settle, ask]
    };
    assert_eq!(all_ways(true, parts), ways(["true Ok(5)"]));
}

#[test]
fn a_pool_does_each_task_once_and_leaves_none_behind() {
    let parts = || {
        vec![part(async move || {
            let pool = ThreadPoolExecutor::<Model>::new("pool", 2).expect("one or more");
            let done = Plain::new(Vec::new());
            let mut futures = Vec::new();
            for task in 0..3i64 {
                let done = done.clone();
                let submitted = pool.submit(async move || {
                    done.edit(|done| done.push(task));
                    Ok(task)
                });
                futures.push(submitted.await.expect("it is open"));
            }
            let cancelled = futures[2].cancel().await;
            pool.shutdown(true, false).await.expect("not from within");
            let mut done = done.edit(|done| done.clone());
            done.sort_unstable();
            format!("{done:?}/{cancelled}")
        })]
    };
    let told = all_ways(true, parts);
    assert_eq!(told, ways(["[0, 1]/true", "[0, 1, 2]/false"]));
}
