//! asyncio's half against CPython 3.11: each row of `expected.txt`, which `behaviours.py`
//! printed, is carried out on the virtual loop, and all its calls must come to the same,
//! in the same order. What a row means is said there.

use std::cell::{Cell, RefCell};
use std::collections::HashMap;
use std::fmt::Display;
use std::pin::Pin;
use std::process::Command;
use std::rc::Rc;
use std::time::Duration;

use lockstep::aio::{
    self, Barrier, BoundedSemaphore, Condition, Event, Lock, Queue, Semaphore, Task, Timeout,
    Until, model,
};
use lockstep::explore::{Ended, Options, Replay, Schedule, run};
use lockstep::sync::{Error, ErrorKind, Fifo, Lifo, Order, Priority};

const EXPECTED: &str = include_str!("expected.txt");

#[test]
fn every_row_comes_to_what_cpython_makes_of_it() {
    let mut wrong = Vec::new();
    for line in EXPECTED.lines() {
        let (row, expected) = line.split_once(" => ").expect("a row and its results");
        let results = carried_out(row);
        if results != expected {
            wrong.push(format!(
                "{row}\n  CPython:  {expected}\n  Lockstep: {results}"
            ));
        }
    }
    let rows = EXPECTED.lines().count();
    assert!(
        wrong.is_empty(),
        "{} wrong:\n{}",
        wrong.len(),
        wrong.join("\n")
    );
    assert!(rows >= 140, "{rows} rows");
}

#[test]
fn the_expected_results_are_what_cpython_prints() {
    let version = python(&["--version"]).unwrap_or_default();
    if !version.starts_with("Python 3.11.") {
        eprintln!("python3 is {version:?}, not 3.11, from which the table is: not compared");
        return;
    }
    let script = concat!(env!("CARGO_MANIFEST_DIR"), "/tests/asyncio/behaviours.py");
    assert_eq!(python(&[script]).as_deref(), Some(EXPECTED));
}

/// Some seconds of these; tens of thousands were compared when this was written.
#[test]
fn random_rows_come_to_what_cpython_makes_of_them() {
    const SEEDS: u64 = 2;
    let Some(version) = python(&["--version"]).filter(|v| v.starts_with("Python 3.11.")) else {
        eprintln!("python3 is not 3.11: not compared");
        return;
    };
    let script = concat!(env!("CARGO_MANIFEST_DIR"), "/tests/asyncio/random_rows.py");
    for seed in 1..=SEEDS {
        let table = python(&[script, &seed.to_string(), "500"]).expect("it ran before");
        let mut rows = 0;
        for line in table.lines() {
            let (row, expected) = line.split_once(" => ").expect("a row and its results");
            let results = carried_out(row);
            let heard = results.split("; unheard").next();
            assert_eq!(heard, Some(expected), "{row}, by {version}");
            rows += 1;
        }
        assert!(rows >= 200, "{rows} rows");
    }
}

/// What python3 prints, if there is one.
fn python(args: &[&str]) -> Option<String> {
    let output = Command::new("python3").args(args).output().ok()?;
    let errors = String::from_utf8_lossy(&output.stderr);
    assert!(output.status.success(), "{errors}");
    String::from_utf8(output.stdout).ok()
}

/// What a row comes to, as the table has it.
fn carried_out(text: &str) -> String {
    let row = Rc::new(Row::of(text));
    let main = Rc::clone(&row).main();
    let program = || model::run(main);
    // The first choice each time: the order that CPython has.
    let schedule = Schedule::new(1);
    let run = run(Options::default(), &mut Replay::new(&schedule), program);
    let mut told = row.log.take();
    match run.ended {
        Ended::Finished => {}
        Ended::Deadlock => told.push("deadlock".to_owned()),
        other => panic!("{text}: {other:?}"),
    }
    if let Some((result, unheard)) = run.result {
        told.push(format!("returns {}", result.told()));
        let mut unheard: Vec<String> = unheard.iter().map(Told::told).collect();
        unheard.sort();
        told.extend(unheard.iter().map(|error| format!("unheard {error}")));
    }
    told.join("; ")
}

/// A row that is being carried out.
struct Row {
    makers: Vec<(String, String)>,
    /// By name: the calls, and those that are made in any case.
    scripts: HashMap<String, [Vec<String>; 2]>,
    things: RefCell<HashMap<String, Thing>>,
    tasks: RefCell<HashMap<String, Task<i64>>>,
    timeouts: RefCell<HashMap<String, Timeout>>,
    log: RefCell<Vec<String>>,
}

#[derive(Clone)]
enum Thing {
    Lock(Rc<Lock>),
    Event(Rc<Event>),
    Semaphore(Rc<Semaphore>),
    Bounded(Rc<BoundedSemaphore>),
    Condition(Rc<Condition>),
    Barrier(Rc<Barrier>),
    Queue(Rc<Queue<i64, Fifo<i64>>>),
    Lifo(Rc<Queue<i64, Lifo<i64>>>),
    Priority(Rc<Queue<i64, Priority<i64>>>),
    Flag(Rc<Cell<bool>>),
}

/// Python's `repr`, without quotes.
trait Told {
    fn told(&self) -> String;
}

impl Told for Error {
    fn told(&self) -> String {
        self.to_string()
    }
}

impl Told for i64 {
    fn told(&self) -> String {
        self.to_string()
    }
}

impl Told for str {
    fn told(&self) -> String {
        self.to_owned()
    }
}

impl<T: Told> Told for Vec<T> {
    fn told(&self) -> String {
        let all: Vec<String> = self.iter().map(Told::told).collect();
        format!("[{}]", all.join(", "))
    }
}

impl<T: Told> Told for Result<T, Error> {
    fn told(&self) -> String {
        match self {
            Ok(value) => value.told(),
            Err(error) => error.told(),
        }
    }
}

/// What a call came to: `None` is not shown.
type Came = Result<Option<String>, Error>;

fn nothing(result: Result<(), Error>) -> Came {
    result.map(|()| None)
}

fn told(result: Result<impl Told, Error>) -> Came {
    result.map(|value| Some(value.told()))
}

/// A number, or a truth value as Python has it.
fn plain(value: impl Display) -> Came {
    Ok(Some(match value.to_string().as_str() {
        "true" => "True".to_owned(),
        "false" => "False".to_owned(),
        other => other.to_owned(),
    }))
}

fn ms(text: &str) -> Option<Duration> {
    (text != "None").then(|| Duration::from_millis(text.parse().expect("milliseconds")))
}

impl Row {
    fn of(text: &str) -> Row {
        let mut row = Row {
            makers: Vec::new(),
            scripts: HashMap::new(),
            things: RefCell::default(),
            tasks: RefCell::default(),
            timeouts: RefCell::default(),
            log: RefCell::default(),
        };
        for part in text.split(" | ") {
            if let Some((name, calls)) = part.split_once(": ") {
                let (body, last) = calls.split_once("finally; ").unwrap_or((calls, ""));
                let split = |calls: &str| {
                    let calls = calls.split("; ").filter(|call| !call.is_empty());
                    calls.map(str::to_owned).collect()
                };
                row.scripts
                    .insert(name.to_owned(), [split(body), split(last)]);
            } else {
                let (name, maker) = part.split_once('=').expect("a thing");
                row.makers.push((name.to_owned(), maker.to_owned()));
            }
        }
        row
    }

    async fn main(self: Rc<Row>) -> Result<i64, Error> {
        for (name, maker) in &self.makers {
            let made = make(maker)?;
            self.things.borrow_mut().insert(name.clone(), made);
        }
        self.script("main", "main").await
    }

    fn script(
        self: &Rc<Row>,
        who: &str,
        name: &str,
    ) -> Pin<Box<dyn Future<Output = Result<i64, Error>>>> {
        let (row, who) = (Rc::clone(self), who.to_owned());
        let [body, last] = self.scripts[name].clone();
        Box::pin(async move {
            let result = row.body(&who, &body).await;
            for text in &last {
                row.step(&who, text).await?;
            }
            result
        })
    }

    async fn body(self: &Rc<Row>, who: &str, calls: &[String]) -> Result<i64, Error> {
        for text in calls {
            if let Some(number) = text.strip_prefix("return(") {
                return Ok(number.trim_end_matches(')').parse().expect("a number"));
            }
            self.step(who, text).await?;
        }
        Ok(0)
    }

    async fn step(self: &Rc<Row>, who: &str, text: &str) -> Result<(), Error> {
        let (tries, text) = match text.strip_prefix("try ") {
            Some(text) => (true, text),
            None => (false, text),
        };
        let (name, args) = text.trim_end_matches(')').split_once('(').expect("a call");
        let args: Vec<&str> = args.split(", ").filter(|arg| !arg.is_empty()).collect();
        let came = match name.split_once('.') {
            Some((thing, method)) => self.call_thing(thing, method, &args).await,
            None => self.call(who, name, &args).await,
        };
        let (shown, result) = match came {
            Ok(None) => (String::new(), Ok(())),
            Ok(Some(value)) => (format!("={value}"), Ok(())),
            Err(error) if tries => (format!("!{}", error.told()), Ok(())),
            Err(error) => (format!("!{}", error.told()), Err(error)),
        };
        self.log.borrow_mut().push(format!("{who}.{name}{shown}"));
        result
    }

    fn task(&self, name: &str) -> Task<i64> {
        self.tasks.borrow()[name].clone()
    }

    fn all(&self, names: &[&str]) -> Vec<Task<i64>> {
        names.iter().map(|name| self.task(name)).collect()
    }

    fn timeout(&self, who: &str) -> Timeout {
        self.timeouts.borrow()[who].clone()
    }

    async fn call(self: &Rc<Row>, who: &str, name: &str, args: &[&str]) -> Came {
        match (name, args) {
            ("sleep", [time]) => nothing(aio::sleep(ms(time).unwrap_or_default()).await),
            ("raise", [text]) => Err(Error::value((*text).to_owned())),
            ("spawn", [script]) => {
                let task = aio::create_task(self.script(script, script));
                self.tasks.borrow_mut().insert((*script).to_owned(), task);
                Ok(None)
            }
            ("add_done_callback", [task]) => {
                let (row, name) = (Rc::clone(self), (*task).to_owned());
                self.task(task).add_done_callback(move |_| {
                    row.log.borrow_mut().push(format!("{name}.is_done"));
                });
                Ok(None)
            }
            ("me", [method]) => {
                let task = aio::current_task().expect("a task runs");
                match *method {
                    "cancel" => plain(task.cancel()),
                    "cancelling" => plain(task.cancelling()),
                    "uncancel" => plain(task.uncancel()),
                    other => panic!("no such call: {other}"),
                }
            }
            ("call", [script]) => told(self.script(who, script).await),
            ("with", [thing, script]) => {
                let thing = self.things.borrow()[*thing].clone();
                let body = async || self.script(who, script).await;
                told(match thing {
                    Thing::Lock(lock) => aio::with(&*lock, body).await,
                    Thing::Semaphore(semaphore) => aio::with(&*semaphore, body).await,
                    Thing::Bounded(semaphore) => aio::with(&*semaphore, body).await,
                    Thing::Condition(condition) => aio::with(&*condition, body).await,
                    _ => panic!("not to be held"),
                })
            }
            ("timeout", [time, script]) => {
                let result = aio::timeout(ms(time), async |timeout| {
                    let timeout = timeout.clone();
                    self.timeouts.borrow_mut().insert(who.to_owned(), timeout);
                    self.script(who, script).await
                });
                told(result.await)
            }
            ("reschedule", [time]) => {
                let when = ms(time).map(|time| aio::time() + time);
                nothing(self.timeout(who).reschedule(when))
            }
            ("expired", []) => plain(self.timeout(who).expired()),
            ("await", [task]) => told(self.task(task).await),
            ("gather", tasks) => told(aio::gather(self.all(tasks)).await),
            ("gather_all", tasks) => told(aio::gather_with_exceptions(self.all(tasks)).await),
            ("wait_for", [task, time]) => told(aio::wait_for(&self.task(task), ms(time)).await),
            ("wait", [until, time, tasks @ ..]) => {
                let until = match *until {
                    "FIRST_COMPLETED" => Until::FirstCompleted,
                    "FIRST_EXCEPTION" => Until::FirstException,
                    _ => Until::AllCompleted,
                };
                aio::wait(&self.all(tasks), ms(time), until).await?;
                let is_done = |name: &&&str| self.task(name).done();
                let done = tasks.iter().filter(is_done).copied();
                let pending = tasks.iter().filter(|name| !is_done(name)).copied();
                let named: Vec<&str> = done.chain(["-"]).chain(pending).collect();
                Ok(Some(format!("[{}]", named.join(", "))))
            }
            ("as_completed", [time, tasks @ ..]) => {
                let mut completed = aio::as_completed(&self.all(tasks), ms(time));
                let mut results = Vec::new();
                while let Some(result) = completed.next().await {
                    match result {
                        Err(error)
                            if !matches!(
                                error.kind,
                                ErrorKind::ValueError | ErrorKind::TimeoutError
                            ) =>
                        {
                            return Err(error);
                        }
                        other => results.push(other),
                    }
                }
                told(Ok(results))
            }
            (method, [task]) => of_task(&self.task(task), method),
            other => panic!("no such call: {other:?}"),
        }
    }

    async fn call_thing(&self, thing: &str, method: &str, args: &[&str]) -> Came {
        let number = || -> i64 { args.first().map_or(1, |arg| arg.parse().expect("a number")) };
        let thing = self.things.borrow()[thing].clone();
        match (thing, method) {
            (Thing::Flag(flag), method) => {
                flag.set(method == "set");
                Ok(None)
            }
            (Thing::Lock(lock), method) => of_lock(&lock, method).await,
            (Thing::Event(event), "set") => {
                event.set();
                Ok(None)
            }
            (Thing::Event(event), "clear") => {
                event.clear();
                Ok(None)
            }
            (Thing::Event(event), "is_set") => plain(event.is_set()),
            (Thing::Event(event), "wait") => yes(event.wait().await),
            (Thing::Semaphore(semaphore), "acquire") => yes(semaphore.acquire().await),
            (Thing::Semaphore(semaphore), "release") => {
                semaphore.release();
                Ok(None)
            }
            (Thing::Semaphore(semaphore), "locked") => plain(semaphore.locked()),
            (Thing::Semaphore(semaphore), "value") => plain(semaphore.value()),
            (Thing::Bounded(semaphore), "acquire") => yes(semaphore.acquire().await),
            (Thing::Bounded(semaphore), "release") => nothing(semaphore.release()),
            (Thing::Bounded(semaphore), "value") => plain(semaphore.value()),
            (Thing::Condition(condition), "wait") => yes(condition.wait().await),
            (Thing::Condition(condition), "wait_for") => {
                let Thing::Flag(flag) = self.things.borrow()[args[0]].clone() else {
                    panic!("a flag");
                };
                yes(condition.wait_for(|| flag.get()).await)
            }
            (Thing::Condition(condition), "notify") => {
                nothing(condition.notify(number().unsigned_abs() as usize))
            }
            (Thing::Condition(condition), "notify_all") => nothing(condition.notify_all()),
            (Thing::Condition(condition), method) => of_lock(condition.lock(), method).await,
            (Thing::Barrier(barrier), "wait") => told(barrier.wait().await.map(i64::from)),
            (Thing::Barrier(barrier), "abort") => nothing(barrier.abort().await),
            (Thing::Barrier(barrier), "reset") => nothing(barrier.reset().await),
            (Thing::Barrier(barrier), "broken") => plain(barrier.broken()),
            (Thing::Barrier(barrier), "n_waiting") => plain(barrier.n_waiting()),
            (Thing::Barrier(barrier), "parties") => plain(barrier.parties()),
            (Thing::Queue(queue), method) => of_queue(&queue, method, number()).await,
            (Thing::Lifo(queue), method) => of_queue(&queue, method, number()).await,
            (Thing::Priority(queue), method) => of_queue(&queue, method, number()).await,
            (_, other) => panic!("no such call: {other}"),
        }
    }
}

/// CPython returns `True`, where there is nothing else that could be returned.
fn yes(result: Result<(), Error>) -> Came {
    result.and_then(|()| plain(true))
}

fn of_task(task: &Task<i64>, method: &str) -> Came {
    match method {
        "cancel" => plain(task.cancel()),
        "cancelled" => plain(task.cancelled()),
        "done" => plain(task.done()),
        "result" => told(task.result()),
        "exception" => task
            .exception()
            .map(|error| error.map(|error| error.told())),
        "get_name" => plain(task.name()),
        "cancelling" => plain(task.cancelling()),
        "uncancel" => plain(task.uncancel()),
        other => panic!("no such call: {other}"),
    }
}

async fn of_lock(lock: &Lock, method: &str) -> Came {
    match method {
        "acquire" => yes(lock.acquire().await),
        "release" => nothing(lock.release()),
        "locked" => plain(lock.locked()),
        other => panic!("no such call: {other}"),
    }
}

async fn of_queue<O: Order<i64>>(queue: &Queue<i64, O>, method: &str, item: i64) -> Came {
    match method {
        "put" => nothing(queue.put(item).await),
        "put_nowait" => nothing(queue.put_nowait(item)),
        "get" => told(queue.get().await),
        "get_nowait" => told(queue.get_nowait()),
        "task_done" => nothing(queue.task_done()),
        "join" => nothing(queue.join().await),
        "qsize" => plain(queue.qsize()),
        "empty" => plain(queue.empty()),
        "full" => plain(queue.full()),
        other => panic!("no such call: {other}"),
    }
}

fn make(text: &str) -> Result<Thing, Error> {
    let (name, number) = text
        .trim_end_matches(')')
        .split_once('(')
        .unwrap_or((text, ""));
    let count = || number.parse().unwrap_or(0);
    Ok(match name {
        "Lock" => Thing::Lock(Lock::new("lock")),
        "Event" => Thing::Event(Event::new("event")),
        "Semaphore" => Thing::Semaphore(Semaphore::new("semaphore", count())),
        "BoundedSemaphore" => Thing::Bounded(BoundedSemaphore::new("semaphore", count())),
        "Condition" => Thing::Condition(Condition::new("condition")),
        "Barrier" => Thing::Barrier(Barrier::new("barrier", count())?),
        "Queue" => Thing::Queue(Queue::new("queue", count() as usize)),
        "LifoQueue" => Thing::Lifo(Queue::new("queue", count() as usize)),
        "PriorityQueue" => Thing::Priority(Queue::new("queue", count() as usize)),
        "Flag" => Thing::Flag(Rc::default()),
        other => panic!("no such thing: {other}"),
    })
}
