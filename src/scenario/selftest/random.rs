//! Small random programs, to compare what should be the same: a run and its replay,
//! one search and another.

use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use super::super::Scenario;
use super::super::listing::Listing;
use super::super::outcome::{Fact, Outcome, Report};
use super::super::param::{Kind, Param};
use super::super::params::Params;
use super::super::plain::Plain;
use crate::platform::Platform;
use crate::pool::{Thread, ThreadPoolExecutor};
use crate::sync::{
    Action, Barrier, Blocking, Condition, Error, Event, Lock, Queue, RLock, Semaphore, SharedCell,
};
use crate::trace::Site;

pub static SCENARIO: Scenario = Scenario {
    id: "selftest-random",
    version: 2,
    title: "A random program",
    try_next: &[],
    params: &[Param {
        name: "program",
        help: "Which program.",
        unit: "",
        kind: Kind::Int {
            min: 0,
            max: 1_000_000,
        },
        default: "0",
    }],
    facts: &[("told", "what the cells hold, and what each thread saw")],
    chart: None,
    max_threads: |_| MOST_THREADS + 2,
    in_words: |report: &Report| report.verdict.name().to_owned(),
    listing: Listing::NONE,
};

const MOST_THREADS: usize = 3;

pub async fn run<P: Platform>(params: Params) -> std::result::Result<Outcome, Error> {
    let ((first, second), threads) = carry_out::<P>(draw(params.int("program") as u64)).await;
    let mut told = vec![first, second];
    for (remembered, answers) in threads {
        told.push(remembered);
        told.extend(answers.into_iter().map(i64::from));
    }
    Ok(Outcome {
        facts: vec![Fact::list("told", told)],
        holds: true,
        uncaught: None,
    })
}

/// An operation of a thread. Each leaves the thread able to make any other.
#[derive(Clone, Copy, Debug)]
pub enum Op {
    /// Remembers a cell's value.
    Load(usize),
    /// Stores what was remembered, and one.
    Store(usize),
    Acquire(usize),
    Release(usize),
    /// Takes a permit if there is one in time.
    Permit(Blocking),
    GivePermit,
    Set,
    Wait(Blocking),
    /// Under the condition's lock.
    Notify,
    WaitNotified(Blocking),
    Sleep(u64),
    /// Enters an RLock, whoever is in it, and again: a second time if that is at once.
    Enter(Blocking),
    Leave,
    /// A barrier of two, whose action counts the rounds.
    Meet(Blocking),
    ResetBarrier,
    /// Puts what is remembered into a queue of one.
    Put(Blocking),
    Take(Blocking),
    Count,
    /// Hands a task to a pool of one thread, which adds to a cell.
    Submit,
    /// Asks for the result of the task that the thread handed in last.
    Result(Blocking),
    Cancel,
    /// Adds what is remembered to a list that all share.
    Append,
}

/// The program of a number.
fn draw(number: u64) -> Vec<Vec<Op>> {
    let mut state = number;
    // A linear congruential generator (Knuth's constants): any variety will do.
    let mut below = |bound: u64| {
        state = state
            .wrapping_mul(6_364_136_223_846_793_005)
            .wrapping_add(1_442_695_040_888_963_407);
        (state >> 33) % bound
    };
    let threads = 2 + below(MOST_THREADS as u64 - 1);
    (0..threads)
        .map(|_| {
            let length = 1 + below(6);
            (0..length).map(|_| op(&mut below)).collect()
        })
        .collect()
}

fn op(below: &mut impl FnMut(u64) -> u64) -> Op {
    let which = below(2) as usize;
    let blocking = match below(3) {
        0 => Blocking::No,
        1 => Blocking::Forever,
        _ => Blocking::For(Duration::from_millis(1 + below(2))),
    };
    match below(26) {
        0..3 => Op::Load(which),
        3..6 => Op::Store(which),
        6 => Op::Acquire(which),
        7 => Op::Release(which),
        8 => Op::Permit(blocking),
        9 => Op::GivePermit,
        10 => Op::Set,
        11 => Op::Wait(blocking),
        12 => Op::Notify,
        13 => Op::WaitNotified(blocking),
        14 => Op::Enter(blocking),
        15 => Op::Leave,
        16 => Op::Meet(blocking),
        17 => Op::ResetBarrier,
        18 => Op::Put(blocking),
        19 => Op::Take(blocking),
        20 => Op::Count,
        21 => Op::Submit,
        22 => Op::Result(blocking),
        23 => Op::Cancel,
        24 => Op::Append,
        _ => Op::Sleep(below(3)),
    }
}

struct Shared<P: Platform> {
    cells: [Arc<SharedCell<P>>; 2],
    locks: [Arc<Lock<P>>; 2],
    permits: Arc<Semaphore<P>>,
    event: Arc<Event<P>>,
    condition: Arc<Condition<P>>,
    rlock: Arc<RLock<P>>,
    barrier: Arc<Barrier<P>>,
    queue: Arc<Queue<P, i64>>,
    /// Made when the first task is handed in, so that others have no thread for it.
    pool: Mutex<Option<Arc<ThreadPoolExecutor<P>>>>,
    list: Plain<Vec<i64>>,
}

impl<P: Platform> Shared<P> {
    fn new() -> Arc<Shared<P>> {
        let cells = [SharedCell::new("x", 0), SharedCell::new("y", 0)];
        let rounds = cells[0].clone();
        let action: Action = Box::new(move || {
            let rounds = rounds.clone();
            Box::pin(async move {
                rounds.fetch_add(10).await;
                Ok(())
            })
        });
        Arc::new(Shared {
            rlock: RLock::new("rlock"),
            barrier: Barrier::with_action("barrier", 2, action),
            queue: Queue::new("queue", 1),
            pool: Mutex::new(None),
            list: Plain::new(Vec::new()),
            cells,
            locks: [Lock::new("a"), Lock::new("b")],
            permits: Semaphore::new("permits", 1),
            event: Event::new("event"),
            condition: Condition::new("condition"),
        })
    }

    /// The pool, which whoever asks first makes.
    fn pool(&self) -> Arc<ThreadPoolExecutor<P>> {
        let mut pool = self.pool.lock().unwrap_or_else(PoisonError::into_inner);
        let new = || Arc::new(ThreadPoolExecutor::new("pool", 1).expect("one thread"));
        pool.get_or_insert_with(new).clone()
    }

    /// What a thread comes to by itself: what it remembers in the end, and which of
    /// its attempts succeeded.
    async fn carry_out(&self, ops: Vec<Op>) -> (i64, Vec<bool>) {
        let mut remembered = 0;
        let mut told = Vec::new();
        let mut task = None;
        for op in ops {
            match op {
                Op::Load(cell) => remembered = self.cells[cell].load().await,
                Op::Store(cell) => self.cells[cell].store(remembered + 1).await,
                Op::Acquire(lock) => {
                    self.locks[lock].acquire(Blocking::Forever).await;
                }
                // Whoever holds it: then the attempt fails, or another's is released.
                Op::Release(lock) => told.push(self.locks[lock].release().await.is_ok()),
                Op::Permit(blocking) => told.push(self.permits.acquire(blocking).await),
                Op::GivePermit => self.permits.release(1).await.expect("one or more"),
                Op::Set => self.event.set().await,
                Op::Wait(blocking) => told.push(self.event.wait(blocking).await),
                Op::Notify => {
                    self.condition.lock().acquire(Blocking::Forever).await;
                    self.condition.notify(1).await.expect("it is held");
                    self.condition.lock().release().await.expect("it is held");
                }
                Op::WaitNotified(blocking) => {
                    self.condition.lock().acquire(Blocking::Forever).await;
                    told.push(self.condition.wait(blocking).await.expect("it is held"));
                    self.condition.lock().release().await.expect("it is held");
                }
                Op::Sleep(ms) => P::sleep(Duration::from_millis(ms), Site::NONE).await,
                Op::Enter(blocking) => {
                    told.push(self.rlock.acquire(blocking).await);
                    told.push(self.rlock.acquire(Blocking::No).await);
                }
                Op::Leave => told.push(self.rlock.release().await.is_ok()),
                Op::Meet(blocking) => {
                    let met = self.barrier.wait(blocking).await;
                    told.push(met.is_ok());
                    remembered += i64::from(met.unwrap_or_default());
                }
                Op::ResetBarrier => self.barrier.reset().await,
                Op::Put(blocking) => {
                    told.push(self.queue.put(remembered, blocking).await.is_ok());
                }
                Op::Take(blocking) => match self.queue.get(blocking).await {
                    Ok(item) => remembered = item,
                    Err(_) => told.push(false),
                },
                Op::Count => remembered = self.queue.qsize().await as i64,
                Op::Submit => {
                    let cell = self.cells[1].clone();
                    let added = async move || Ok(cell.fetch_add(100).await);
                    let submitted = self.pool().submit(added).await;
                    task = submitted.ok();
                }
                Op::Result(blocking) => {
                    if let Some(task) = &task {
                        match task.result(blocking).await {
                            Ok(before) => remembered = before,
                            Err(_) => told.push(false),
                        }
                    }
                }
                Op::Cancel => {
                    if let Some(task) = &task {
                        told.push(task.cancel().await);
                    }
                }
                Op::Append => self.list.edit(|list| list.push(remembered)),
            }
        }
        (remembered, told)
    }
}

/// The cells, and what each thread told.
pub type Result = ((i64, i64), Vec<(i64, Vec<bool>)>);

/// Runs these threads: what the cells hold in the end, and what each thread told.
pub async fn carry_out<P: Platform>(threads: Vec<Vec<Op>>) -> Result {
    let shared = Shared::<P>::new();
    let threads: Vec<_> = threads
        .into_iter()
        .map(|ops| {
            let shared = Arc::clone(&shared);
            Thread::<P, _>::new("", async move || shared.carry_out(ops).await)
        })
        .collect();
    for thread in &threads {
        thread.start().await.expect("no limit");
    }
    let mut results = Vec::new();
    for thread in &threads {
        results.push(thread.join().await.expect("it was started"));
    }
    let pool = shared
        .pool
        .lock()
        .unwrap_or_else(PoisonError::into_inner)
        .take();
    if let Some(pool) = pool {
        pool.shutdown(true, false).await.expect("not from within");
    }
    let cells = (shared.cells[0].load().await, shared.cells[1].load().await);
    results.push((
        0,
        shared
            .list
            .edit(|list| list.iter().map(|n| n % 2 == 0).collect()),
    ));
    (cells, results)
}
