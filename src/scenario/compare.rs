//! The same jobs as threads with an interpreter lock and without, as processes, and as
//! tasks, to be measured.
//!
//! Threads and tasks are programs here; a process is another instance of the module, with
//! a memory of its own, which is told to do a [`job`](job_in_process).

use std::hint::black_box;
use std::sync::Arc;
use std::time::Duration;

use super::chart::Bar;
use super::help::fact;
use super::listing::listing;
use super::outcome::{Fact, Outcome, Report};
use super::param::Param;
use super::params::Params;
use super::plain::Plain;
use super::{Scenario, TryNext};
use crate::aio;
use crate::platform::Platform;
use crate::pool::{Thread, sleep};
use crate::sync::{Blocking, Condition, Error, with};
use crate::trace::Site;
use crate::words::number::grouped;

pub static SCENARIO: Scenario = Scenario {
    id: "compare",
    version: 2,
    title: "Threads, processes or tasks?",
    try_next: &[
        TryNext {
            label: "Compute instead of waiting",
            explore: false,
            set: &[("workload", "cpu"), ("jobs", "4")],
        },
        TryNext {
            label: "A hundredth of a second each",
            explore: false,
            set: &[("workload", "io"), ("job_ms", "10"), ("jobs", "64")],
        },
    ],
    params: &[
        Param::choice(
            "workload",
            "What a job does: wait, as for a network, or compute for about half a second.",
            &["io", "cpu"],
            "io",
        ),
        Param::count("jobs", "How many jobs there are at the same time.", "10"),
        Param::ms("job_ms", "How long a job waits, if it waits.", "1000"),
    ],
    facts: &[
        fact(
            "threads_ms",
            "all jobs as threads, of which one at a time may compute",
        ),
        fact(
            "threads_nogil_ms",
            "as threads that may compute at the same time",
        ),
        fact(
            "processes_ms",
            "as processes: as many at a time as there are cores, if they compute",
        ),
        fact("tasks_ms", "as tasks on one event loop"),
    ],
    chart: Some(bars),
    // Once with the lock and once without.
    max_threads: |params| 2 * params.count("jobs") + 1,
    in_words,
    listing: listing!("compare", "compare.rs"),
};

fn in_words(report: &Report) -> String {
    if report.facts.is_empty() {
        return "On the model no time passes while a program computes: this needs real cores"
            .to_owned();
    }
    let fact = |fact: &Fact| {
        let name = fact
            .name
            .trim_end_matches("_ms")
            .replace("_nogil", " without a GIL");
        format!("{name} {} ms", grouped(report.int(&fact.name)))
    };
    let facts: Vec<String> = report.facts.iter().map(fact).collect();
    facts.join(", ")
}

/// The figures, and what they would be if nothing but the jobs took time.
fn bars(params: &Params, report: &Report, cores: usize) -> Vec<Bar> {
    let jobs = params.int("jobs");
    let cores = cores.max(1) as i64;
    let computes = params.choice("workload") == "cpu";
    let job_ms = match computes {
        true => CPU_JOB.as_millis() as i64,
        false => params.int("job_ms"),
    };
    let bar = |fact: &Fact| {
        let at_a_time = match fact.name.as_str() {
            _ if !computes => jobs,
            "threads_ms" | "tasks_ms" => 1,
            _ => cores.min(jobs),
        };
        Bar {
            name: fact.name.clone(),
            ms: report.int(&fact.name),
            ideal_ms: (jobs + at_a_time - 1) / at_a_time * job_ms,
        }
    };
    report.facts.iter().map(bar).collect()
}

/// How long a job computes, on a core of its own.
pub(super) const CPU_JOB: Duration = Duration::from_millis(500);

/// How long a thread may keep the interpreter lock while others want it: CPython's
/// `sys.getswitchinterval()`.
const SWITCH_INTERVAL: Duration = Duration::from_millis(5);

/// Rounds of [`compute`] between two looks at the clock.
const ROUNDS: u64 = 20_000;

pub async fn run<P: Platform>(params: Params) -> Result<Outcome, Error> {
    let Some(job) = Job::new::<P>(&params) else {
        return Ok(Outcome::new(true, Vec::new()));
    };
    let lock = InterpreterLock::<P>::new();
    let facts = vec![
        Fact::int("threads_ms", measure(&params, job, Some(lock)).await?),
        Fact::int("threads_nogil_ms", measure::<P>(&params, job, None).await?),
    ];
    Ok(Outcome::new(true, facts))
}

/// Milliseconds that all jobs take as threads.
async fn measure<P: Platform>(
    params: &Params,
    job: Job,
    lock: Option<Arc<InterpreterLock<P>>>,
) -> Result<i64, Error> {
    let how = if lock.is_some() { "gil" } else { "free" };
    let threads: Vec<_> = (1..=params.int("jobs"))
        .map(|k| {
            let lock = lock.clone();
            let body = async move || job.as_thread(lock.as_deref()).await;
            Thread::<P, Result<(), Error>>::new(format!("{how}-{k}"), body)
        })
        .collect();
    let began = P::now();
    for thread in &threads {
        thread.start().await?; // @1
    }
    for thread in &threads {
        thread.join().await??; // @1
    }
    Ok(P::now().saturating_sub(began).as_millis() as i64)
}

#[derive(Clone, Copy)]
enum Job {
    Wait(Duration),
    /// So many rounds.
    Compute(u64),
}

impl Job {
    /// `None` where computing takes no time, and so cannot be measured.
    fn new<P: Platform>(params: &Params) -> Option<Job> {
        match params.choice("workload") {
            "cpu" => Some(Job::Compute(rounds_for(CPU_JOB, P::now)?)),
            _ => Some(Job::Wait(params.ms("job_ms"))),
        }
    }

    async fn as_thread<P: Platform>(self, lock: Option<&InterpreterLock<P>>) -> Result<(), Error> {
        match self {
            // Who waits has given the interpreter lock up.
            Job::Wait(time) => sleep::<P>(time).await, // @3
            Job::Compute(rounds) => {
                let mut turn = Turn::begin(lock).await?;
                for _ in 0..rounds.div_ceil(ROUNDS) {
                    compute(ROUNDS);
                    turn.may_end().await?;
                }
                turn.end().await?;
            }
        }
        Ok(())
    }
}

/// CPython's global interpreter lock: held while a thread computes, and given up, after a
/// switch interval, to who has waited longest.
struct InterpreterLock<P: Platform> {
    changed: Arc<Condition<P>>,
    /// Whose turn it is, and the next that can be had.
    turns: Plain<(u64, u64)>,
}

impl<P: Platform> InterpreterLock<P> {
    fn new() -> Arc<InterpreterLock<P>> {
        Arc::new(InterpreterLock {
            changed: Condition::new("interpreter-lock"),
            turns: Plain::new((0, 0)),
        })
    }

    async fn wait_for_turn(&self) -> Result<(), Error> {
        let mine = self.turns.edit(|(_, next)| {
            *next += 1;
            *next - 1
        });
        let wait = async || {
            while self.turns.edit(|(now, _)| *now != mine) {
                self.changed.wait(Blocking::Forever).await?; // @2
            }
            Ok(())
        };
        with(&*self.changed, wait).await // @2
    }

    async fn hand_on(&self) -> Result<(), Error> {
        let go_on = async || {
            self.turns.edit(|(now, _)| *now += 1);
            self.changed.notify_all().await // @2
        };
        with(&*self.changed, go_on).await // @2
    }
}

/// The time for which a thread computes, with the interpreter lock if there is one.
struct Turn<'a, P: Platform> {
    lock: Option<&'a InterpreterLock<P>>,
    began: Duration,
}

impl<'a, P: Platform> Turn<'a, P> {
    async fn begin(lock: Option<&'a InterpreterLock<P>>) -> Result<Turn<'a, P>, Error> {
        if let Some(lock) = lock {
            lock.wait_for_turn().await?;
        }
        let began = P::now();
        Ok(Turn { lock, began })
    }

    async fn may_end(&mut self) -> Result<(), Error> {
        // A run that is being stopped goes no further.
        P::point(Site::NONE).await;
        if let Some(lock) = self.lock
            && P::now().saturating_sub(self.began) >= SWITCH_INTERVAL
        {
            lock.hand_on().await?;
            *self = Turn::begin(self.lock).await?;
        }
        Ok(())
    }

    async fn end(self) -> Result<(), Error> {
        match self.lock {
            Some(lock) => lock.hand_on().await,
            None => Ok(()),
        }
    }
}

/// The jobs as tasks, on an event loop of their own.
///
/// # Errors
/// `CancelledError`.
pub async fn run_tasks(params: Params) -> Result<Outcome, Error> {
    let computes = params.choice("workload") == "cpu";
    let rounds = match computes {
        true => rounds_for(CPU_JOB, aio::time).unwrap_or(0),
        false => 0,
    };
    let wait = params.ms("job_ms");
    let began = aio::time();
    let job = |k: i64| {
        let job = async move {
            if computes {
                compute_job(rounds);
                return Ok(());
            }
            aio::sleep(wait).await // @4
        };
        aio::create_named_task(&format!("Task-{k}"), job) // @5
    };
    let tasks: Vec<_> = (1..=params.int("jobs")).map(job).collect();
    aio::gather(tasks).await?; // @5
    let took = aio::time().saturating_sub(began).as_millis() as i64;
    Ok(Outcome::new(true, vec![Fact::int("tasks_ms", took)]))
}

/// [`compute`] for one job, in many calls: a browser goes over to its better code at the
/// next call of a function, and not in the middle of one.
pub(super) fn compute_job(rounds: u64) {
    (0..rounds.div_ceil(ROUNDS)).for_each(|_| compute(ROUNDS));
}

/// Sums squares, as Python's `sum(i * i for i in range(n))`, in a way that no compiler
/// makes a formula of.
#[inline(never)]
fn compute(rounds: u64) {
    let sum = (0..rounds).fold(0u64, |sum, i| {
        black_box(sum.wrapping_add(i.wrapping_mul(i)))
    });
    black_box(sum);
}

/// Rounds of [`compute`] that take so long, by the best of some tries; `None` where time
/// does not pass meanwhile.
pub(super) fn rounds_for(time: Duration, now: impl Fn() -> Duration) -> Option<u64> {
    const TRIES: u32 = 8;
    const A_TRY: u64 = 100 * ROUNDS;
    let a_try = |_| {
        let began = now();
        compute_job(A_TRY);
        now().saturating_sub(began)
    };
    let best = (0..TRIES).map(a_try).min()?;
    let rounds = A_TRY as f64 * time.as_secs_f64() / best.as_secs_f64();
    rounds.is_finite().then_some(rounds as u64)
}
