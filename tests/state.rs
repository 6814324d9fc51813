//! The state of each primitive as the page shows it: on OS threads, read by a watcher
//! while threads hold, wait and come, and on the model, after each step.

use std::sync::Arc;
use std::thread;
use std::time::{Duration, Instant};

use lockstep::platform::Platform;
use lockstep::platform::native::{Native, Run};
use lockstep::platform::watch::Watcher;
use lockstep::pool::{Thread, ThreadPoolExecutor};
use lockstep::session::playback::{Playback, play};
use lockstep::session::things::{self, Thing};
use lockstep::share;
use lockstep::sync::{
    Barrier, Blocking, BoundedSemaphore, Condition, Event, Fifo, Lock, Queue, RLock, Semaphore,
    SharedCell, with,
};
use lockstep::trace::memory::own::OwnMemory;
use lockstep::trace::{Site, Slice};

type Worker = Thread<Native, ()>;

/// A thing in a line: name, state, and who waits.
fn line(thing: &Thing) -> String {
    let mut told = format!("{}: {}", thing.name, thing.state);
    for (_, name) in &thing.waiting {
        told.push_str(&format!(" < {name}"));
    }
    told
}

#[allow(unsafe_code)]
fn look(watcher: &mut Watcher, _run: &Run) -> Vec<Thing> {
    // SAFETY: the run, borrowed for the call, owns what is read, and the programs below
    // let go of no primitive, and write to no cell, while they are watched.
    watcher.poll(&unsafe { OwnMemory::new() }, None, &mut Slice::whole());
    things::of_trace(&watcher.trace)
}

/// Runs a program whose threads come to rest, until the page would show these lines.
#[track_caller]
fn comes_to<Fut: Future<Output = ()>>(
    program: impl FnOnce() -> Fut + Send + 'static,
    wanted: &[&str],
) -> Vec<Thing> {
    let run = Run::new(1.0);
    let main = thread::spawn({
        let run = run.clone();
        move || run.main(program())
    });
    let mut watcher = Watcher::new(run.control_address());
    let began = Instant::now();
    let shown = loop {
        let things = look(&mut watcher, &run);
        let lines: Vec<_> = things.iter().map(line).collect();
        if lines == wanted {
            break things;
        }
        if began.elapsed() > Duration::from_secs(20) {
            run.stop();
            panic!("{lines:#?} instead of {wanted:#?}");
        }
        thread::sleep(Duration::from_millis(5));
    };
    run.stop();
    let _ = main.join();
    shown
}

fn worker<Fut: Future<Output = ()> + 'static>(
    name: &str,
    body: impl FnOnce() -> Fut + Send + 'static,
) -> Worker {
    Thread::new(name, body)
}

/// Starts these, one after the other, and waits for ever.
async fn start(workers: &[Worker]) {
    for worker in workers {
        worker.start().await.expect("a thread");
    }
    rest().await;
}

/// Waits for what never comes, and is not shown: a thread's end, its own.
async fn rest() {
    Native::sleep(Duration::from_secs(3600), Site::NONE).await;
}

const FOREVER: Blocking = Blocking::Forever;

#[test]
fn a_lock_shows_its_holder_and_who_waits() {
    let things = comes_to(
        || async {
            let lock = Lock::<Native>::new("gate");
            let other = Lock::<Native>::new("other");
            let body = |lock: &Arc<Lock<Native>>| {
                let lock = lock.clone();
                async move || {
                    lock.acquire(FOREVER).await;
                    rest().await;
                }
            };
            lock.acquire(FOREVER).await;
            lock.release().await.expect("held");
            let first = worker("Worker-1", body(&lock));
            first.start().await.expect("a thread");
            // The first has it once it cannot be had.
            while !lock.locked().await {}
            start(&[worker("Worker-2", body(&lock))]).await;
            drop(other);
        },
        &["gate: held by Worker-1 < Worker-2", "other: free"],
    );
    assert_eq!(things[0].kind, Some("Lock"));
    assert_eq!(
        things[0].holder.as_ref().map(|(thread, _)| thread.0),
        Some(1)
    );
    assert_eq!(
        (things[1].holder.is_none(), things[0].waiting[0].0.0),
        (true, 2)
    );
}

#[test]
fn an_rlock_shows_how_deep_its_holder_is() {
    comes_to(
        || async {
            let lock = RLock::<Native>::new("again");
            for _ in 0..4 {
                lock.acquire(FOREVER).await;
            }
            lock.release().await.expect("held");
            let waiter = lock.clone();
            let body = async move || with(&*waiter, async || ()).await;
            start(&[worker("Worker-1", body)]).await;
        },
        &["again: held by main, 3 deep < Worker-1"],
    );
}

#[test]
fn semaphores_show_their_permits() {
    comes_to(
        || async {
            let some = Semaphore::<Native>::new("some", 3);
            let none = BoundedSemaphore::<Native>::new("none", 1);
            let more = Semaphore::<Native>::new("more", 2);
            some.acquire(FOREVER).await;
            some.acquire(FOREVER).await;
            none.acquire(FOREVER).await;
            more.release(1).await.expect("unbounded");
            let waiter = |name| {
                let none = none.clone();
                worker(name, async move || {
                    none.acquire(FOREVER).await;
                })
            };
            start(&[waiter("Worker-1"), waiter("Worker-2")]).await;
        },
        &[
            "some: 1 of 3 permits left",
            "none: 0 of 1 permit left < Worker-1 < Worker-2",
            "more: 3 permits left, 1 more than at first",
        ],
    );
}

#[test]
fn an_event_is_set_or_waited_for_also_for_a_time() {
    comes_to(
        || async {
            let set = Event::<Native>::new("set");
            let other = Event::<Native>::new("other");
            set.set().await;
            let waiter = other.clone();
            let body = async move || {
                waiter.wait(Blocking::For(Duration::from_secs(3600))).await;
            };
            start(&[worker("Worker-1", body)]).await;
        },
        &["set: set", "other: not set < Worker-1"],
    );
}

#[test]
fn a_condition_shows_who_waits_and_its_lock_who_holds_it() {
    comes_to(
        || async {
            let condition = Condition::<Native>::new("ready");
            let _other = Condition::<Native>::new("bare");
            let waiter = condition.clone();
            let body = async move || {
                let wait = async || waiter.wait(FOREVER).await.expect("held");
                with(&*waiter, wait).await;
            };
            start(&[worker("Worker-1", body)]).await;
        },
        &[
            "ready: free",
            "ready:  < Worker-1",
            "bare: free",
            "bare: nobody waits",
        ],
    );
}

#[test]
fn a_barrier_shows_how_many_have_come_and_that_it_is_broken() {
    comes_to(
        || async {
            let barrier = Barrier::<Native>::new("all", 3);
            let broken = Barrier::<Native>::new("broken", 2);
            broken.abort().await;
            let waiter = |name| {
                let barrier = barrier.clone();
                worker(name, async move || {
                    let _ = barrier.wait(FOREVER).await;
                })
            };
            start(&[waiter("Worker-1"), waiter("Worker-2")]).await;
        },
        &[
            "all: 2 of 3 parties wait < Worker-1 < Worker-2",
            "broken: broken",
        ],
    );
}

#[test]
fn queues_show_how_full_they_are() {
    comes_to(
        || async {
            let queue = Queue::<Native, u32, Fifo<u32>>::new("items", 5);
            let full = Queue::<Native, u32, Fifo<u32>>::new("full", 1);
            let any = Queue::<Native, u32, Fifo<u32>>::new("any", 0);
            let cut = Queue::<Native, u32, Fifo<u32>>::new("cut", 0);
            for number in 0..5 {
                queue.put(number, FOREVER).await.expect("room");
                cut.put(number, FOREVER).await.expect("room");
            }
            queue.get(FOREVER).await.expect("an item");
            full.put(1, FOREVER).await.expect("room");
            any.put(1, FOREVER).await.expect("room");
            cut.shutdown(true).await;
            let waiter = full.clone();
            let body = async move || {
                let _ = waiter.put(2, FOREVER).await;
            };
            start(&[worker("Worker-1", body)]).await;
        },
        &[
            "items: 4 of 5 items",
            "full: 1 of 1 item < Worker-1",
            "any: 1 item",
            "cut: 0 items",
        ],
    );
}

#[test]
fn a_pool_shows_its_tasks_and_workers() {
    comes_to(
        || async {
            let pool = ThreadPoolExecutor::<Native>::new("pool", 2).expect("workers");
            for _ in 0..5 {
                let task = async || {
                    rest().await;
                    Ok(())
                };
                pool.submit(task).await.expect("open");
            }
            rest().await;
        },
        &["pool: 3 tasks queued, 2 workers"],
    );
}

#[test]
fn values_and_progress_are_read_and_kept_when_they_are_gone() {
    let things = comes_to(
        || async {
            let cell = SharedCell::<Native>::new("debt", -1_000);
            let file = SharedCell::<Native>::progress("file", 100);
            file.store(40).await;
            let lock = Lock::<Native>::new("lock");
            lock.acquire(FOREVER).await;
            lock.release().await.expect("held");
            drop((cell, lock));
            rest().await;
        },
        &["debt: -1,000", "file: 40", "lock: free"],
    );
    assert_eq!((things[0].kind, things[0].progress), (None, None));
    assert_eq!(things[1].progress, Some((40, 100)));
}

fn played(query: &str) -> Playback {
    let (link, notices) = share::read(query);
    assert!(notices.is_empty(), "{notices:?}");
    play(&link, link.scenario.on_model())
}

fn lines(playback: &Playback, after: usize) -> Vec<String> {
    things::of_steps(playback, after).iter().map(line).collect()
}

/// The state of one thing after each step, where it differs from before.
fn changes(playback: &Playback, name: &str) -> Vec<String> {
    let of_name = |after| {
        let things = things::of_steps(playback, after);
        things.iter().find(|thing| thing.name == name).map(line)
    };
    let mut states: Vec<_> = (0..=playback.made).filter_map(of_name).collect();
    states.dedup();
    let prefix = format!("{name}: ");
    let bare = |state: String| state.replacen(&prefix, "", 1);
    states.into_iter().map(bare).collect()
}

#[test]
fn a_deadlocked_bank_shows_who_holds_and_who_waits() {
    let seeds = 1..100;
    let mut played = seeds.map(|seed| played(&format!("scenario=bank&engine=model&seed={seed}")));
    let bank = played.find(|played| !played.findings.is_empty());
    let bank = bank.expect("a deadlock");
    assert_eq!(
        lines(&bank, 0),
        [
            "balances[0]: 100",
            "locks[0]: free",
            "balances[1]: 0",
            "locks[1]: free",
            "bank_lock: free",
        ]
    );
    assert_eq!(
        lines(&bank, bank.made),
        [
            "balances[0]: 100",
            "locks[0]: held by Worker-0 < Worker-1",
            "balances[1]: 0",
            "locks[1]: held by Worker-1 < Worker-0",
            "bank_lock: free",
        ]
    );
}

#[test]
fn the_model_shows_each_kind_step_by_step() {
    let recursion = played("scenario=recursion&depth=2&engine=model");
    assert_eq!(
        changes(&recursion, "lock"),
        [
            "free",
            "held by Worker-1",
            "held by Worker-1, 2 deep",
            "held by Worker-1, 3 deep",
            "held by Worker-1, 2 deep",
            "held by Worker-1",
            "free",
        ]
    );
    let semaphore = played("scenario=semaphore&workers=2&permits=1&engine=model");
    let (first, second) = match changes(&semaphore, "semaphore")[1].ends_with("Worker-1") {
        true => ("Worker-0", "Worker-1"),
        false => ("Worker-1", "Worker-0"),
    };
    assert_eq!(
        changes(&semaphore, "semaphore"),
        [
            "1 of 1 permit left".to_owned(),
            // Who comes second waits from then on.
            format!("0 of 1 permit left < {second}"),
            // Released, and who waited is awake.
            "1 of 1 permit left".to_owned(),
            "0 of 1 permit left".to_owned(),
            "1 of 1 permit left".to_owned(),
        ],
        "{first} first"
    );
    let event = played("scenario=event&waiters=1&engine=model");
    let event = changes(&event, "event");
    assert_eq!(event.first().map(String::as_str), Some("not set"));
    assert!(event.contains(&"set".to_owned()), "{event:?}");
    assert!(
        event.iter().any(|state| state.starts_with("not set < ")),
        "{event:?}"
    );
    let barrier = played("scenario=barrier&parties=2&engine=model");
    let barrier = changes(&barrier, "barrier");
    assert_eq!(barrier.len(), 3, "{barrier:?}");
    assert_eq!(
        (barrier[0].as_str(), &barrier[2]),
        ("nobody waits, 2 parties", &barrier[0])
    );
    assert!(
        barrier[1].starts_with("1 of 2 parties wait < "),
        "{barrier:?}"
    );
    let pool = played("scenario=thread-pool&workers=1&tasks=2&engine=model");
    let pool = changes(&pool, "pool");
    assert!(
        pool.iter()
            .any(|state| state.starts_with("1 task queued, 1 worker")),
        "{pool:?}"
    );
    let goods = played("scenario=producer-consumer&engine=model");
    let waits = (0..=goods.made).flat_map(|after| things::of_steps(&goods, after));
    let waits = waits.filter(|thing| thing.kind == Some("Condition"));
    assert!(waits.into_iter().any(|thing| thing.waiting.len() == 1));
}

#[test]
fn progress_moves_on_the_model_and_values_stand_from_the_first_step() {
    let downloads = played("scenario=downloads&files=1&steps=4&engine=model");
    assert_eq!(
        changes(&downloads, "progress[0]"),
        ["0", "25", "50", "75", "100"]
    );
    let things = things::of_steps(&downloads, downloads.made);
    let file = things.iter().find(|thing| thing.name == "progress[0]");
    assert_eq!(file.and_then(|file| file.progress), Some((100, 100)));
    let counter = played("threads=2&increments=3&guard=lock&engine=model");
    let fact = counter.report.int("counter");
    assert_eq!(lines(&counter, counter.made)[0], format!("counter: {fact}"));
}

#[test]
fn what_is_too_long_to_step_through_carries_nothing() {
    let long = played("threads=2&increments=100000&engine=model");
    assert!(things::of_steps(&long, long.made).is_empty());
}
