//! The racing counter: many threads add one to the same number.

use super::help::fact;
use super::listing::listing;
use super::outcome::{Fact, Outcome, Report, Verdict};
use super::param::Param;
use super::params::Params;
use super::{Scenario, TryNext};
use crate::platform::Platform;
use crate::pool::Thread;
use crate::sync::{Error, Lock, SharedCell, with};
use crate::words::number::grouped;

pub static SCENARIO: Scenario = Scenario {
    id: "counter",
    version: 2,
    title: "The racing counter",
    try_next: &[
        TryNext {
            label: "Set guard to lock",
            explore: false,
            set: &[("guard", "lock")],
        },
        TryNext {
            label: "Make it small: explore this",
            explore: true,
            set: &[("threads", "2"), ("increments", "2"), ("guard", "none")],
        },
    ],
    params: &[
        Param::count("threads", "How many threads count at the same time.", "10"),
        Param::int(
            "increments",
            "How often each thread adds one.",
            1,
            10_000_000,
            "100000",
        ),
        Param::choice(
            "guard",
            "What protects the counter: nothing, a Lock, or an atomic add.",
            &["none", "lock", "atomic"],
            "none",
        ),
    ],
    facts: &[
        fact("counter", "what the counter holds in the end"),
        fact("expected", "what it would hold if no update were lost"),
        fact("lost", "updates that were overwritten"),
    ],
    chart: None,
    max_threads: |params| params.count("threads") + 1,
    in_words,
    listing: listing!("counter", "counter.rs"),
};

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

pub async fn run<P: Platform>(params: Params) -> Result<Outcome, Error> {
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
                        with(&*lock, async || add_one(&counter).await).await; // @3
                    }
                }
                "atomic" => {
                    for _ in 0..increments {
                        counter.fetch_add(1).await; // @4
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
        thread.start().await?; // @5
    }
    for thread in &threads {
        thread.join().await?; // @6
    }

    let expected = params.int("threads") * increments;
    let counted = counter.load().await; // @7
    let facts = vec![
        Fact::int("counter", counted),
        Fact::int("expected", expected),
        Fact::int("lost", expected - counted),
    ];
    Ok(Outcome::new(counted == expected, facts))
}

/// Reads, then writes: two steps, and another thread may come between them.
async fn add_one<P: Platform>(counter: &SharedCell<P>) {
    let value = counter.load().await; // @1
    counter.store(value + 1).await; // @2
}
