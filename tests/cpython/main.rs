//! The primitives against CPython 3.11: each row of `expected.txt`, which
//! `behaviours.py` printed, is carried out here and must come to the same.

use std::fmt::Display;
use std::process::Command;
use std::sync::Arc;
use std::thread;

use lockstep::platform::native::{Native, Run, block_on};
use lockstep::sync::{
    Barrier, Blocking, BoundedSemaphore, Condition, Error, Event, Guarding, Lifo, Lock, Order,
    Priority, Queue, RLock, Semaphore,
};

mod pools;

use pools::{AFuture, APool, AThread};

const EXPECTED: &str = include_str!("expected.txt");

#[test]
fn every_row_comes_to_what_cpython_makes_of_it() {
    let mut rows = 0;
    let mut wrong = Vec::new();
    for line in EXPECTED.lines() {
        let (row, expected) = line.split_once(" => ").expect("a row and its results");
        let (first, calls) = row.split_once("; ").expect("a maker and calls");
        let results = carried_out(first, calls);
        if results != expected {
            wrong.push(format!(
                "{row}\n  CPython:  {expected}\n  Lockstep: {results}"
            ));
        }
        rows += 1;
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
    assert!(rows >= 80, "{rows} rows");
}

/// The results of calls on a thing, carried out by the main thread of a run,
/// since only there others can be started.
fn carried_out(first: &str, calls: &str) -> String {
    let results = Run::new(1.0).main(async {
        let thing = Arc::new(Thing::make(first));
        let results: Vec<String> = calls
            .split("; ")
            .map(|call| match call.strip_prefix("other.") {
                None => thing.call(call),
                Some(call) => {
                    let (thing, call) = (Arc::clone(&thing), call.to_owned());
                    let other = thread::spawn(move || thing.call(&call));
                    other.join().expect("no panic")
                }
            })
            .collect();
        results.join("; ")
    });
    results.expect("nobody stops it")
}

#[test]
fn the_expected_results_are_what_cpython_prints() {
    let python = |args: &[&str]| {
        let output = Command::new("python3").args(args).output().ok()?;
        String::from_utf8(output.stdout).ok()
    };
    let version = python(&["--version"]).unwrap_or_default();
    if !version.starts_with("Python 3.11.") {
        eprintln!("python3 is {version:?}, not 3.11, from which the table is: not compared");
        return;
    }
    let script = concat!(env!("CARGO_MANIFEST_DIR"), "/tests/cpython/behaviours.py");
    assert_eq!(python(&[script]).as_deref(), Some(EXPECTED));
}

enum Thing {
    Lock(Arc<Lock<Native>>),
    RLock(Arc<RLock<Native>>),
    Semaphore(Arc<Semaphore<Native>>),
    Bounded(Arc<BoundedSemaphore<Native>>),
    Event(Arc<Event<Native>>),
    Condition(Arc<Condition<Native>>),
    OverLock(Arc<Condition<Native, Lock<Native>>>),
    Barrier(Arc<Barrier<Native>>),
    Queue(Arc<Queue<Native, i64>>),
    Lifo(Arc<Queue<Native, i64, Lifo<i64>>>),
    Priority(Arc<Queue<Native, i64, Priority<i64>>>),
    Thread(AThread),
    Future(AFuture),
    Pool(APool),
}

/// A call's arguments, as the table writes them.
struct Args<'a>(Vec<&'a str>);

impl<'a> Args<'a> {
    fn of(text: &'a str) -> Args<'a> {
        Args(text.split(", ").filter(|arg| !arg.is_empty()).collect())
    }

    fn flag(&self, index: usize, default: bool) -> bool {
        self.0.get(index).map_or(default, |&arg| arg == "True")
    }

    fn number(&self, index: usize) -> Option<f64> {
        let arg = self.0.get(index).filter(|&&arg| arg != "None")?;
        Some(arg.parse().expect("a number"))
    }

    /// The capacity of a queue: CPython takes none, 0 and less for "any number".
    fn capacity(&self) -> usize {
        self.number(0).unwrap_or_default().max(0.0) as usize
    }

    fn count(&self, index: usize, default: u32) -> u32 {
        self.number(index).map_or(default, |n| n as u32)
    }
}

/// Python's `repr`.
fn told<T: Display>(value: T) -> String {
    match value.to_string().as_str() {
        "true" => "True".to_owned(),
        "false" => "False".to_owned(),
        other => other.to_owned(),
    }
}

fn none(result: Result<(), Error>) -> String {
    result.map_or_else(told, |()| "None".to_owned())
}

fn nothing(future: impl Future<Output = ()>) -> String {
    wait(future);
    none(Ok(()))
}

fn either<T: Display>(result: Result<T, Error>) -> String {
    result.map_or_else(told, told)
}

/// Carries out what does not wait for ever.
fn wait<T>(future: impl Future<Output = T>) -> T {
    block_on(future).expect("there is no run to stop")
}

impl Thing {
    fn make(text: &str) -> Thing {
        let (name, args) = text
            .trim_end_matches(')')
            .split_once('(')
            .unwrap_or((text, ""));
        let args = Args::of(args);
        let count = || args.count(0, 1);
        match (name, args.0.as_slice()) {
            ("Lock", _) => Thing::Lock(Lock::new("")),
            ("RLock", _) => Thing::RLock(RLock::new("")),
            ("Semaphore", _) => Thing::Semaphore(Semaphore::new("", count())),
            ("BoundedSemaphore", _) => Thing::Bounded(BoundedSemaphore::new("", count())),
            ("Event", _) => Thing::Event(Event::new("")),
            ("Condition", []) => Thing::Condition(Condition::new("")),
            ("Condition", _) => Thing::OverLock(Condition::over("", Lock::new(""))),
            ("Barrier", [_]) => Thing::Barrier(Barrier::new("", count())),
            ("Barrier", [_, action]) => {
                let fails = *action == "fail";
                let action = move || -> std::pin::Pin<Box<dyn Future<Output = _>>> {
                    Box::pin(async move {
                        if fails {
                            return Err(Error::value("the action failed"));
                        }
                        Ok(())
                    })
                };
                Thing::Barrier(Barrier::with_action("", count(), Box::new(action)))
            }
            ("Queue", _) => Thing::Queue(Queue::new("", args.capacity())),
            ("LifoQueue", _) => Thing::Lifo(Queue::new("", args.capacity())),
            ("PriorityQueue", _) => Thing::Priority(Queue::new("", args.capacity())),
            ("Thread", &[kind]) => Thing::Thread(AThread::new(kind)),
            ("Future", _) => Thing::Future(AFuture::new()),
            ("ThreadPoolExecutor", _) => Thing::Pool(APool::new(count() as usize)),
            other => panic!("no such thing: {other:?}"),
        }
    }

    fn call(&self, text: &str) -> String {
        let (name, args) = text.trim_end_matches(')').split_once('(').expect("a call");
        let args = Args::of(args);
        match self {
            Thing::Lock(lock) => match name {
                "acquire" => acquire(&args, |how| wait(lock.acquire(how))),
                "release" => none(wait(lock.release())),
                "locked" => told(wait(lock.locked())),
                other => panic!("no such call: {other}"),
            },
            Thing::RLock(lock) => match name {
                "acquire" => acquire(&args, |how| wait(lock.acquire(how))),
                "release" => none(wait(lock.release())),
                other => panic!("no such call: {other}"),
            },
            Thing::Semaphore(semaphore) => match name {
                "acquire" => acquire_permit(&args, |how| wait(semaphore.acquire(how))),
                "release" => none(wait(semaphore.release(args.count(0, 1)))),
                "value" => told(wait(semaphore.value())),
                other => panic!("no such call: {other}"),
            },
            Thing::Bounded(semaphore) => match name {
                "acquire" => acquire_permit(&args, |how| wait(semaphore.acquire(how))),
                "release" => none(wait(semaphore.release(args.count(0, 1)))),
                "value" => told(wait(semaphore.value())),
                other => panic!("no such call: {other}"),
            },
            Thing::Event(event) => match name {
                "set" => nothing(event.set()),
                "clear" => nothing(event.clear()),
                "is_set" => told(wait(event.is_set())),
                "wait" => either(timeout(&args, 0).map(|how| wait(event.wait(how)))),
                other => panic!("no such call: {other}"),
            },
            Thing::Condition(condition) => match name {
                "acquire" => acquire(&args, |how| wait(condition.lock().acquire(how))),
                "release" => none(wait(condition.lock().release())),
                other => of_condition(condition, other, &args),
            },
            Thing::OverLock(condition) => match name {
                "acquire" => acquire(&args, |how| wait(condition.lock().acquire(how))),
                "release" => none(wait(condition.lock().release())),
                other => of_condition(condition, other, &args),
            },
            Thing::Barrier(barrier) => match name {
                "wait" => either(timeout(&args, 0).and_then(|how| wait(barrier.wait(how)))),
                "abort" => nothing(barrier.abort()),
                "reset" => nothing(barrier.reset()),
                "broken" => told(wait(barrier.broken())),
                "n_waiting" => told(wait(barrier.n_waiting())),
                "parties" => told(barrier.parties()),
                other => panic!("no such call: {other}"),
            },
            Thing::Queue(queue) => of_queue(queue, name, &args),
            Thing::Lifo(queue) => of_queue(queue, name, &args),
            Thing::Priority(queue) => of_queue(queue, name, &args),
            Thing::Thread(thread) => thread.call(name, &args),
            Thing::Future(future) => future.call(name, &args),
            Thing::Pool(pool) => pool.call(name, &args),
        }
    }
}

fn of_queue<O: Order<i64>>(queue: &Queue<Native, i64, O>, name: &str, args: &Args<'_>) -> String {
    match name {
        "put" => {
            let item = args.number(0).expect("an item") as i64;
            let how = Blocking::of_queue(args.flag(1, true), args.number(2));
            none(how.and_then(|how| wait(queue.put(item, how)).map_err(|refused| refused.error)))
        }
        "get" => {
            let how = Blocking::of_queue(args.flag(0, true), args.number(1));
            either(how.and_then(|how| wait(queue.get(how))))
        }
        "task_done" => none(wait(queue.task_done())),
        "join" => nothing(queue.join()),
        "qsize" => told(wait(queue.qsize())),
        other => panic!("no such call: {other}"),
    }
}

fn acquire(args: &Args<'_>, acquire: impl Fn(Blocking) -> bool) -> String {
    let how = Blocking::of_lock(args.flag(0, true), args.number(1).unwrap_or(-1.0));
    either(how.map(acquire))
}

fn acquire_permit(args: &Args<'_>, acquire: impl Fn(Blocking) -> bool) -> String {
    let how = Blocking::of_semaphore(args.flag(0, true), args.number(1));
    either(how.map(acquire))
}

fn timeout(args: &Args<'_>, index: usize) -> Result<Blocking, Error> {
    Blocking::of_timeout(args.number(index))
}

fn of_condition<L: Guarding<Native>>(
    condition: &Condition<Native, L>,
    name: &str,
    args: &Args<'_>,
) -> String {
    match name {
        "wait" => either(timeout(args, 0).and_then(|how| wait(condition.wait(how)))),
        "wait_for" => {
            let holds = args.flag(0, false);
            let how = timeout(args, 1);
            either(how.and_then(|how| wait(condition.wait_for(async || holds, how))))
        }
        "notify" => none(wait(condition.notify(args.count(0, 1) as usize))),
        "notify_all" => none(wait(condition.notify_all())),
        other => panic!("no such call: {other}"),
    }
}
