//! The racing counter: many threads add one to the same number.

use super::Scenario;
use super::outcome::{Fact, Outcome, Report, Verdict};
use super::param::{Kind, Param, Params};
use super::program::program;
use crate::base::number::grouped;
use crate::platform::Platform;
use crate::pool::Thread;
use crate::sync::{Error, Lock, SharedCell, with};

pub static SCENARIO: Scenario = Scenario {
    id: "counter",
    version: 1,
    title: "The racing counter",
    lesson: "Every thread reads the counter, adds one, and writes it back. Between the read and \
             the write another thread may write, and then its update is lost. Run it with no \
             guard and see how many are missing; then set guard to lock, and the sum is exact. \
             CPython's += hides this race, because the interpreter seldom switches threads there; \
             its free-threaded build shows it.",
    params: &[
        Param {
            name: "threads",
            help: "How many threads count at the same time.",
            unit: "",
            kind: Kind::Int { min: 1, max: 64 },
            default: "10",
        },
        Param {
            name: "increments",
            help: "How often each thread adds one.",
            unit: "",
            kind: Kind::Int {
                min: 1,
                max: 10_000_000,
            },
            default: "100000",
        },
        Param {
            name: "guard",
            help: "What protects the counter: nothing, a Lock, or an atomic add.",
            unit: "",
            kind: Kind::Choice(&["none", "lock", "atomic"]),
            default: "none",
        },
    ],
    facts: &[
        ("counter", "what the counter holds in the end"),
        ("expected", "what it would hold if no update were lost"),
        ("lost", "updates that were overwritten"),
    ],
    max_threads: |params| params.int("threads") as usize + 1,
    in_words,
    program: program!(run),
};

async fn run<P: Platform>(params: Params) -> Result<Outcome, Error> {
    let increments = params.int("increments");
    let guard = params.choice("guard");
    let counter = SharedCell::<P>::new("counter", 0);
    let lock = Lock::<P>::new("lock");

    let threads: Vec<_> = (1..=params.int("threads"))
        .map(|k| {
            let (counter, lock) = (counter.clone(), lock.clone());
            Thread::<P, ()>::new(format!("Worker-{k}"), async move || match guard {
                "lock" => {
                    for _ in 0..increments {
                        with(&*lock, async || add_one(&counter).await).await;
                    }
                }
                "atomic" => {
                    for _ in 0..increments {
                        counter.fetch_add(1).await;
                    }
                }
                _ => {
                    for _ in 0..increments {
                        add_one(&counter).await;
                    }
                }
            })
        })
        .collect();

    for thread in &threads {
        thread.start().await?;
    }
    for thread in &threads {
        thread.join().await?;
    }

    let expected = params.int("threads") * increments;
    let counted = counter.load().await;
    Ok(Outcome {
        facts: vec![
            Fact::int("counter", counted),
            Fact::int("expected", expected),
            Fact::int("lost", expected - counted),
        ],
        holds: counted == expected,
    })
}

/// Reads, then writes: two steps, and another thread may come between them.
async fn add_one<P: Platform>(counter: &SharedCell<P>) {
    let value = counter.load().await;
    counter.store(value + 1).await;
}

fn in_words(report: &Report) -> String {
    let expected = grouped(report.int("expected"));
    match report.verdict {
        Verdict::Violated => {
            let lost = grouped(report.int("lost"));
            format!("{expected} increments, {lost} lost")
        }
        _ => format!("{expected} increments, none lost"),
    }
}
