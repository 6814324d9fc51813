//! Results from threads: what a thread leaves behind, and a pool's futures.

use std::time::Duration;

use super::help::{fact, help};
use super::listing::listing;
use super::outcome::{Fact, Outcome, Report};
use super::param::{Kind, Param};
use super::params::Params;
use super::{Scenario, TryNext};
use crate::platform::Platform;
use crate::pool::{Thread, ThreadPoolExecutor, sleep};
use crate::sync::{Blocking, Error};

pub static SCENARIO: Scenario = Scenario {
    id: "return-values",
    version: 2,
    title: "Getting results back",
    try_next: &[
        TryNext {
            label: "Cube it in a pool",
            explore: false,
            set: &[("function", "cube"), ("via", "pool")],
        },
        TryNext {
            label: "Seven inputs for three workers",
            explore: false,
            set: &[("inputs", "1,2,3,4,5,6,7"), ("via", "pool")],
        },
    ],
    params: &[
        Param {
            name: "inputs",
            help: help("The numbers to work on, each a task of its own."),
            unit: "",
            kind: Kind::List {
                min: -1_000_000,
                max: 1_000_000,
                least: 1,
                most: 64,
            },
            default: "5",
        },
        Param::choice(
            "function",
            "What is done to each number.",
            &["square", "cube"],
            "square",
        ),
        Param::choice(
            "via",
            "Who does it: a thread for each number, or a pool of workers.",
            &["thread", "pool"],
            "thread",
        ),
        Param::count("workers", "How many workers the pool has.", "3"),
        Param::ms("task_ms", "How long a number takes.", "1000"),
    ],
    facts: &[fact(
        "results",
        "one for each input, in the order of the inputs",
    )],
    chart: None,
    max_threads: |params| {
        let tasks = params.list("inputs").len();
        let threads = match params.choice("via") {
            "pool" => tasks.min(params.count("workers")),
            _ => tasks,
        };
        threads + 1
    },
    in_words,
    listing: listing!("return-values", "return_values.rs"),
};

fn in_words(report: &Report) -> String {
    format!(
        "The results are {}",
        report.text("results").replace(',', ", ")
    )
}

pub async fn run<P: Platform>(params: Params) -> Result<Outcome, Error> {
    let inputs = params.list("inputs");
    let exponent = match params.choice("function") {
        "cube" => 3,
        _ => 2,
    };
    let time = params.ms("task_ms");

    let results = if params.choice("via") == "pool" {
        let pool = ThreadPoolExecutor::<P>::new("pool", params.count("workers"))?; // @5
        let task = move |n| async move { Ok(power::<P>(n, exponent, time).await) };
        let results = pool.map(inputs, Blocking::Forever, task).await?; // @6
        let results = results.collect().await?;
        pool.shutdown(true, false).await?; // @5
        results
    } else {
        in_threads::<P>(&inputs, exponent, time).await?
    };

    Ok(Outcome::new(true, vec![Fact::list("results", results)]))
}

/// A thread for each input; joining it gives its result.
async fn in_threads<P: Platform>(
    inputs: &[i64],
    exponent: u32,
    time: Duration,
) -> Result<Vec<i64>, Error> {
    let new = |(k, &n): (usize, &i64)| {
        let task = async move || power::<P>(n, exponent, time).await;
        Thread::<P, i64>::new(format!("Worker-{k}"), task)
    };
    let threads: Vec<_> = (1..).zip(inputs).map(new).collect();
    for thread in &threads {
        thread.start().await?; // @3
    }
    let mut results = Vec::new();
    for thread in &threads {
        results.push(thread.join().await?); // @4
    }
    Ok(results)
}

async fn power<P: Platform>(n: i64, exponent: u32, time: Duration) -> i64 {
    sleep::<P>(time).await; // @1
    n.pow(exponent)
}
