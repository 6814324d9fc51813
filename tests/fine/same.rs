//! What is explored is what runs: small programs of each primitive come to the same, as a
//! whole, atomic by atomic on the paths that real threads take, and on the model, where an
//! operation is a step and takes none of these paths.

use std::cell::RefCell;
use std::collections::BTreeSet;
use std::pin::Pin;
use std::rc::Rc;
use std::sync::Arc;
use std::time::Duration;

use lockstep::explore::{Execution, Options, Search, Strategy, explore};
use lockstep::platform::Platform;
use lockstep::platform::model::{Ended, Model};
use lockstep::pool::{Future as PoolFuture, Thread};
use lockstep::sync::{
    Barrier, Blocking, BoundedSemaphore, Condition, Event, Lock, Queue, RLock, Semaphore,
};

use super::engine::{Fine, Program, explore_all, part};

const FOREVER: Blocking = Blocking::Forever;
const SOON: Blocking = Blocking::For(Duration::from_secs(1));
const NOT: Blocking = Blocking::No;

/// The part of a thread, which tells what it saw.
type Told = Pin<Box<dyn Future<Output = String>>>;

fn told(part: impl Future<Output = String> + 'static) -> Told {
    Box::pin(part)
}

/// All that a program comes to, atomic by atomic.
fn in_detail(program: fn() -> Vec<Told>) -> BTreeSet<String> {
    let all = Rc::new(RefCell::new(BTreeSet::new()));
    explore_all(0, || {
        let parts = program();
        let saw = Rc::new(RefCell::new(vec![String::new(); parts.len()]));
        let threads = parts.into_iter().enumerate().map(|(index, told)| {
            let saw = Rc::clone(&saw);
            part(async move {
                let told = told.await;
                saw.borrow_mut()[index] = told;
            })
        });
        let threads = threads.collect();
        let all = Rc::clone(&all);
        let check = move || {
            all.borrow_mut().insert(saw.borrow().join(" "));
        };
        Program {
            threads,
            check: Box::new(check),
        }
    });
    all.take()
}

thread_local! {
    /// The parts of the threads of a model: what they own need not go from thread to thread.
    static PARTS: RefCell<Vec<Option<Told>>> = const { RefCell::new(Vec::new()) };
}

/// The same on the model.
fn by_steps(program: fn() -> Vec<Told>) -> BTreeSet<String> {
    let search = Search {
        strategy: Strategy::All,
        limit: 100_000,
        options: Options {
            clock: false,
            ..Options::default()
        },
        version: 1,
    };
    let main = move || {
        PARTS.set(program().into_iter().map(Some).collect());
        let threads = 0..PARTS.with_borrow(Vec::len);
        async move {
            let threads: Vec<_> = threads
                .map(|index| {
                    let take = move || PARTS.with_borrow_mut(|parts| parts[index].take());
                    Thread::<Model, String>::new("", async move || {
                        take().expect("it is there").await
                    })
                })
                .collect();
            for thread in &threads {
                thread.start().await.expect("no limit");
            }
            let mut saw = Vec::new();
            for thread in &threads {
                saw.push(thread.join().await.expect("it was started"));
            }
            saw.join(" ")
        }
    };
    let outcome = |execution: &mut Execution<String>| {
        assert_eq!(execution.ended, Ended::Finished);
        execution.result.take().expect("it ends")
    };
    let map = explore(&search, main, outcome, |_| true);
    assert!(map.complete);
    map.outcomes.into_iter().map(|found| found.what).collect()
}

macro_rules! same {
    ($($(#[$what:meta])* $name:ident: $program:ident;)*) => {
        $(
            $(#[$what])*
            #[test]
            fn $name() {
                let in_detail = in_detail($program::<Fine>);
                assert!(in_detail.len() > 1, "there is nothing to compare: {in_detail:?}");
                assert_eq!(by_steps($program::<Model>), in_detail);
            }
        )*
    };
}

same! {
    locks_come_to_the_same: locks;
    rlocks_come_to_the_same: rlocks;
    semaphores_come_to_the_same: semaphores;
    bounded_semaphores_come_to_the_same: bounded_semaphores;
    events_come_to_the_same: events;
    conditions_come_to_the_same: conditions;
    barriers_come_to_the_same: barriers;
    aborted_barriers_come_to_the_same: aborted_barriers;
    queues_come_to_the_same: queues;
    ended_queues_come_to_the_same: ended_queues;
    joins_come_to_the_same: joins;
    futures_come_to_the_same: futures;
    cancelled_futures_come_to_the_same: cancelled_futures;
}

fn locks<P: Platform>() -> Vec<Told> {
    let lock = Lock::<P>::new("lock");
    let take = |how| {
        let lock = Arc::clone(&lock);
        told(async move {
            let had = lock.acquire(how).await;
            if had {
                lock.release().await.expect("it is held");
            }
            had.to_string()
        })
    };
    let looker = Arc::clone(&lock);
    let look = told(async move { looker.locked().await.to_string() });
    vec![take(FOREVER), take(SOON), look]
}

fn rlocks<P: Platform>() -> Vec<Told> {
    let lock = RLock::<P>::new("rlock");
    let take = |how| {
        let lock = Arc::clone(&lock);
        told(async move {
            let had = lock.acquire(how).await;
            let again = had && lock.acquire(NOT).await;
            for _ in 0..usize::from(had) + usize::from(again) {
                lock.release().await.expect("it is held");
            }
            format!("{had}/{again}")
        })
    };
    vec![take(SOON), take(NOT)]
}

fn semaphores<P: Platform>() -> Vec<Told> {
    let permits = Semaphore::<P>::new("permits", 0);
    let take = |how| {
        let permits = Arc::clone(&permits);
        told(async move { permits.acquire(how).await.to_string() })
    };
    let giver = Arc::clone(&permits);
    let give = told(async move {
        giver.release(1).await.expect("one");
        giver.value().await.to_string()
    });
    vec![take(SOON), take(NOT), give]
}

fn bounded_semaphores<P: Platform>() -> Vec<Told> {
    let permits = BoundedSemaphore::<P>::new("permits", 1);
    let visit = |how| {
        let permits = Arc::clone(&permits);
        told(async move {
            let had = permits.acquire(how).await;
            // One without a permit is refused, unless the other has it just now.
            format!("{had}/{}", permits.release(1).await.is_ok())
        })
    };
    vec![visit(SOON), visit(NOT)]
}

fn events<P: Platform>() -> Vec<Told> {
    let event = Event::<P>::new("event");
    let wait = |how| {
        let event = Arc::clone(&event);
        told(async move { event.wait(how).await.to_string() })
    };
    let setter = Arc::clone(&event);
    let set = told(async move {
        setter.set().await;
        setter.clear().await;
        setter.is_set().await.to_string()
    });
    vec![wait(SOON), wait(NOT), set]
}

fn conditions<P: Platform>() -> Vec<Told> {
    let condition = Condition::<P, Lock<P>>::over("condition", Lock::new("lock"));
    let waiter = Arc::clone(&condition);
    let wait = told(async move {
        waiter.lock().acquire(FOREVER).await;
        let notified = waiter.wait(SOON).await.expect("it is held");
        let held = waiter.lock().release().await.is_ok();
        format!("{notified}/{held}")
    });
    let notify = told(async move {
        condition.lock().acquire(FOREVER).await;
        condition.notify_all().await.expect("it is held");
        condition.lock().release().await.expect("it is held");
        String::new()
    });
    vec![wait, notify]
}

fn barriers<P: Platform>() -> Vec<Told> {
    let barrier = Barrier::<P>::new("barrier", 2);
    let meet = |how| {
        let barrier = Arc::clone(&barrier);
        told(async move { format!("{:?}", barrier.wait(how).await.ok()) })
    };
    vec![meet(SOON), meet(SOON)]
}

fn aborted_barriers<P: Platform>() -> Vec<Told> {
    let barrier = Barrier::<P>::new("barrier", 2);
    let (one, other) = (Arc::clone(&barrier), Arc::clone(&barrier));
    let meet = told(async move { format!("{:?}", one.wait(SOON).await.ok()) });
    let abort = told(async move {
        let waiting = other.n_waiting().await;
        other.abort().await;
        other.reset().await;
        format!("{waiting}/{}", other.broken().await)
    });
    vec![meet, abort]
}

fn queues<P: Platform>() -> Vec<Told> {
    let queue = Queue::<P, u32>::new("queue", 1);
    let (one, other) = (Arc::clone(&queue), queue);
    let put = told(async move {
        let first = one.put(1, NOT).await.is_ok();
        format!("{first}/{}", one.put(2, NOT).await.is_ok())
    });
    let get = told(async move { format!("{:?}", other.get(SOON).await.ok()) });
    vec![put, get]
}

fn ended_queues<P: Platform>() -> Vec<Told> {
    let queue = Queue::<P, u32>::new("queue", 0);
    let (one, other) = (Arc::clone(&queue), queue);
    let get = told(async move {
        let error = one.get(FOREVER).await.map_err(|error| error.kind);
        format!("{error:?}")
    });
    let end = told(async move {
        let put = other.put(7, NOT).await.is_ok();
        other.shutdown(true).await;
        put.to_string()
    });
    vec![get, end]
}

fn joins<P: Platform>() -> Vec<Told> {
    vec![told(async move {
        let event = Event::<P>::new("event");
        let theirs = Arc::clone(&event);
        let thread = Thread::<P, u32>::new("other", async move || {
            theirs.wait(FOREVER).await;
            5
        });
        thread.start().await.expect("no limit");
        let early = thread.join_for(SOON).await.expect("it was started");
        event.set().await;
        let joined = thread.join_for(SOON).await.expect("it was started");
        format!("{early:?}/{joined:?}/{:?}", thread.join().await.ok())
    })]
}

fn futures<P: Platform>() -> Vec<Told> {
    let future = PoolFuture::<P, u32>::new();
    let worker = Arc::clone(&future);
    let work = told(async move { worker.set_result(5).await.is_ok().to_string() });
    let ask = told(async move {
        let result = future.result(SOON).await.map_err(|error| error.kind);
        format!("{result:?}")
    });
    vec![work, ask]
}

fn cancelled_futures<P: Platform>() -> Vec<Told> {
    let future = PoolFuture::<P, u32>::new();
    let worker = Arc::clone(&future);
    let work = told(async move {
        let begun = worker.set_running_or_notify_cancel().await;
        format!("{begun:?}")
    });
    let cancel = told(async move {
        let cancelled = future.cancel().await;
        let result = future.result(NOT).await.map_err(|error| error.kind);
        format!("{cancelled}/{result:?}")
    });
    vec![work, cancel]
}
