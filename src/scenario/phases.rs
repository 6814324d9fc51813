//! A sum that is used only when it is complete.

use super::help::fact;
use super::listing::listing;
use super::outcome::{Fact, Outcome, Report, Verdict};
use super::param::Param;
use super::params::Params;
use super::{Scenario, TryNext};
use crate::platform::Platform;
use crate::pool::Thread;
use crate::sync::{Barrier, Blocking, Error, Lock, SharedCell, with};

pub static SCENARIO: Scenario = Scenario {
    id: "phases",
    version: 2,
    title: "Two phases",
    try_next: &[TryNext {
        label: "Take the barrier away: explore this",
        explore: true,
        set: &[("barrier", "off"), ("workers", "2")],
    }],
    params: &[
        Param::count("workers", "How many threads add, and then read.", "3"),
        Param::choice(
            "barrier",
            "Whether they meet between the two phases.",
            &["on", "off"],
            "on",
        ),
    ],
    facts: &[
        fact("totals", "the sum as each worker read it"),
        fact("expected", "the complete sum"),
    ],
    chart: None,
    max_threads: |params| params.count("workers") + 1,
    in_words,
    listing: listing!("phases", "phases.rs"),
};

fn in_words(report: &Report) -> String {
    let expected = report.int("expected");
    match report.verdict {
        Verdict::Violated => format!(
            "Not all saw {expected}, but {}",
            report.text("totals").replace(',', ", ")
        ),
        _ => format!("All saw the complete sum, {expected}"),
    }
}

pub async fn run<P: Platform>(params: Params) -> Result<Outcome, Error> {
    let workers = params.int("workers");
    let meet = params.choice("barrier") == "on";
    let barrier = Barrier::<P>::new("barrier", workers as u32);
    let lock = Lock::<P>::new("lock");
    let sum = SharedCell::<P>::new("total", 0);

    let threads: Vec<_> = (0..workers)
        .map(|k| {
            let (barrier, lock, sum) = (barrier.clone(), lock.clone(), sum.clone());
            Thread::<P, Result<i64, Error>>::new(format!("Worker-{k}"), async move || {
                let part = 2 * k;
                let add = async || {
                    let so_far = sum.load().await; // @2
                    sum.store(so_far + part).await; // @2
                };
                with(&*lock, add).await; // @1
                if meet {
                    barrier.wait(Blocking::Forever).await?; // @3
                }
                Ok(sum.load().await) // @4
            })
        })
        .collect();
    for thread in &threads {
        thread.start().await?; // @5
    }
    let mut totals = Vec::new();
    for thread in &threads {
        totals.push(thread.join().await??); // @6
    }

    let expected = workers * (workers - 1);
    let complete = totals.iter().all(|&total| total == expected);
    let facts = vec![
        Fact::list("totals", totals),
        Fact::int("expected", expected),
    ];
    Ok(Outcome::new(complete, facts))
}
