//! Threads, futures and pools, as the table calls them.

use std::sync::atomic::{AtomicU32, Ordering::Relaxed};
use std::sync::{Arc, Mutex, OnceLock, Weak};

use lockstep::platform::native::Native;
use lockstep::pool::{self, Thread, ThreadPoolExecutor, Until, as_completed};
use lockstep::sync::{Blocking, Error, Event};

use super::{Args, either, none, nothing, timeout, told, wait};

/// A thread that ends at once, waits to be told to, or joins itself.
pub struct AThread {
    thread: Arc<Thread<Native, Result<(), Error>>>,
    gate: Arc<Event<Native>>,
}

/// A future, and how often its callbacks were called.
pub struct AFuture {
    future: Arc<pool::Future<Native, i64>>,
    calls: Arc<AtomicU32>,
}

/// A pool, and the futures of what was submitted, by number.
pub struct APool {
    pool: ThreadPoolExecutor<Native>,
    gate: Arc<Event<Native>>,
    futures: Mutex<Vec<Arc<pool::Future<Native, i64>>>>,
}

impl AThread {
    pub fn new(kind: &str) -> AThread {
        let gate = Event::new("");
        let itself = Arc::new(OnceLock::<Weak<Thread<Native, _>>>::new());
        let (kind, opened, me) = (kind.to_owned(), Arc::clone(&gate), Arc::clone(&itself));
        let thread = Arc::new(Thread::new("", async move || match kind.as_str() {
            "self" => {
                let me = me.get().and_then(Weak::upgrade).expect("it was told");
                me.join().await?
            }
            "held" => {
                opened.wait(Blocking::Forever).await;
                Ok(())
            }
            _ => Ok(()),
        }));
        itself.set(Arc::downgrade(&thread)).expect("once");
        AThread { thread, gate }
    }

    pub fn call(&self, name: &str, args: &Args<'_>) -> String {
        match name {
            "start" => none(wait(self.thread.start())),
            // Python's join returns nothing, whatever there is.
            "join" => none(
                timeout(args, 0)
                    .and_then(|how| wait(self.thread.join_for(how)))
                    .map(|_| ()),
            ),
            "is_alive" => told(wait(self.thread.is_alive())),
            "open" => nothing(self.gate.set()),
            "own_error" => none(wait(self.thread.join()).expect("it can be joined")),
            other => panic!("no such call: {other}"),
        }
    }
}

impl AFuture {
    pub fn new() -> AFuture {
        AFuture {
            future: pool::Future::new(),
            calls: Arc::default(),
        }
    }

    pub fn call(&self, name: &str, args: &Args<'_>) -> String {
        let future = &self.future;
        match name {
            "begin" => either(wait(future.set_running_or_notify_cancel())),
            "set_result" => {
                let result = args.number(0).expect("a result") as i64;
                none(wait(future.set_result(result)))
            }
            "fail" => none(wait(future.set_exception(Error::value("failed")))),
            "on_done" => {
                let calls = Arc::clone(&self.calls);
                nothing(future.add_done_callback(async move |_| {
                    calls.fetch_add(1, Relaxed);
                }))
            }
            "heard" => told(self.calls.load(Relaxed)),
            ask => of_future(future, ask, timeout(args, 0)),
        }
    }
}

impl APool {
    pub fn new(workers: usize) -> APool {
        APool {
            pool: ThreadPoolExecutor::new("", workers).expect("one or more"),
            gate: Event::new(""),
            futures: Mutex::default(),
        }
    }

    pub fn call(&self, name: &str, args: &Args<'_>) -> String {
        let keep = |future: Result<_, Error>| {
            none(future.map(|future| self.futures.lock().expect("no panic").push(future)))
        };
        let futures = self.futures.lock().expect("no panic").clone();
        match name {
            "submit" => {
                let n = args.number(0).expect("a number") as i64;
                keep(wait(self.pool.submit(async move || square(n))))
            }
            "hold" => {
                let (begun, gate) = (Event::<Native>::new(""), Arc::clone(&self.gate));
                let beginning = Arc::clone(&begun);
                let held = wait(self.pool.submit(async move || {
                    beginning.set().await;
                    gate.wait(Blocking::Forever).await;
                    Ok(0)
                }));
                wait(begun.wait(Blocking::Forever));
                keep(held)
            }
            "open" => nothing(self.gate.set()),
            "map" => {
                let numbers = (0..args.0.len()).map(|k| args.number(k).expect("a number") as i64);
                let mapped = self
                    .pool
                    .map(numbers, Blocking::Forever, async |n| square(n));
                let results = wait(mapped).and_then(|map| wait(map.collect()));
                results.map_or_else(told, |results| format!("{results:?}"))
            }
            "completed" => {
                let patience = timeout(args, 0).expect("a time");
                let mut completed = wait(as_completed(&futures, patience));
                let mut results = Vec::new();
                while let Some(next) = wait(completed.next()) {
                    match next {
                        Ok(done) => results.push(either(wait(done.result(Blocking::No)))),
                        Err(error) => return told(error),
                    }
                }
                results.sort();
                results.join(", ")
            }
            "wait" => {
                let until = match args.0.first().copied() {
                    Some("FIRST_COMPLETED") => Until::FirstCompleted,
                    Some("FIRST_EXCEPTION") => Until::FirstException,
                    _ => Until::AllCompleted,
                };
                let patience = timeout(args, 1).expect("a time");
                let waited = wait(pool::wait(&futures, until, patience));
                let (done, not_done) = (waited.done.len(), waited.not_done.len());
                format!("{done} done and {not_done} not")
            }
            "shutdown" => none(wait(
                self.pool.shutdown(args.flag(0, true), args.flag(1, false)),
            )),
            ask => {
                let future = &futures[args.number(0).expect("an index") as usize];
                of_future(future, ask, timeout(args, 1))
            }
        }
    }
}

fn square(n: i64) -> Result<i64, Error> {
    if n < 0 {
        return Err(Error::value("negative"));
    }
    Ok(n * n)
}

fn of_future(
    future: &Arc<pool::Future<Native, i64>>,
    name: &str,
    timeout: Result<Blocking, Error>,
) -> String {
    match name {
        "result" => either(timeout.and_then(|how| wait(future.result(how)))),
        "exception" => match timeout.and_then(|how| wait(future.exception(how))) {
            Ok(None) => none(Ok(())),
            Ok(Some(error)) | Err(error) => told(error),
        },
        "cancel" => told(wait(future.cancel())),
        "cancelled" => told(wait(future.cancelled())),
        "running" => told(wait(future.running())),
        "done" => told(wait(future.done())),
        other => panic!("no such call: {other}"),
    }
}
