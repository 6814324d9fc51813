//! Small random programs, to compare what should be the same: a run and its replay,
//! one search and another.

use std::sync::Arc;
use std::time::Duration;

use super::super::Scenario;
use super::super::listing::Listing;
use super::super::outcome::{Fact, Outcome, Report};
use super::super::param::{Kind, Param};
use super::super::params::Params;
use crate::platform::Platform;
use crate::pool::Thread;
use crate::sync::{Blocking, Condition, Error, Event, Lock, Semaphore, SharedCell};
use crate::trace::Site;

pub static SCENARIO: Scenario = Scenario {
    id: "selftest-random",
    version: 1,
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
    max_threads: |_| MOST_THREADS + 1,
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
    match below(15) {
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
        _ => Op::Sleep(below(3)),
    }
}

struct Shared<P: Platform> {
    cells: [Arc<SharedCell<P>>; 2],
    locks: [Arc<Lock<P>>; 2],
    permits: Arc<Semaphore<P>>,
    event: Arc<Event<P>>,
    condition: Arc<Condition<P>>,
}

impl<P: Platform> Shared<P> {
    fn new() -> Arc<Shared<P>> {
        Arc::new(Shared {
            cells: [SharedCell::new("x", 0), SharedCell::new("y", 0)],
            locks: [Lock::new("a"), Lock::new("b")],
            permits: Semaphore::new("permits", 1),
            event: Event::new("event"),
            condition: Condition::new("condition"),
        })
    }

    /// What a thread comes to by itself: what it remembers in the end, and which of
    /// its attempts succeeded.
    async fn carry_out(&self, ops: Vec<Op>) -> (i64, Vec<bool>) {
        let mut remembered = 0;
        let mut told = Vec::new();
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
    let cells = (shared.cells[0].load().await, shared.cells[1].load().await);
    (cells, results)
}
