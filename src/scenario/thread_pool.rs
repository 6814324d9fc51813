//! Tasks for a few workers, and what becomes of one that fails.

use std::time::Duration;

use super::help::fact;
use super::listing::listing;
use super::outcome::{Fact, Outcome, Report};
use super::param::Param;
use super::params::Params;
use super::{Scenario, TryNext};
use crate::platform::Platform;
use crate::pool::{ThreadPoolExecutor, as_completed, sleep};
use crate::sync::{Blocking, Error};
use crate::words::number::counted;

pub static SCENARIO: Scenario = Scenario {
    id: "thread-pool",
    version: 2,
    title: "A pool of workers",
    try_next: &[
        TryNext {
            label: "Collect with map",
            explore: false,
            set: &[("collect", "map")],
        },
        TryNext {
            label: "Let task 3 fail",
            explore: false,
            set: &[("fail_at", "3")],
        },
    ],
    params: &[
        Param::count("workers", "How many threads the pool has at most.", "3"),
        Param::count("tasks", "How many tasks there are: task n squares n.", "5"),
        Param::ms("task_ms", "How long a task takes.", "1000"),
        Param::choice(
            "collect",
            "Whether results are taken as they come, or in the order of the tasks.",
            &["as-completed", "map"],
            "as-completed",
        ),
        Param::index(
            "fail_at",
            "The task, from 0, that raises an exception; one that there is not never does.",
        ),
    ],
    facts: &[
        fact("results", "in the order in which they were taken"),
        fact(
            "exceptions",
            "exceptions that came in the place of a result",
        ),
    ],
    chart: None,
    max_threads: |params| params.count("tasks").min(params.count("workers")) + 1,
    in_words,
    listing: listing!("thread-pool", "thread_pool.rs"),
};

fn in_words(report: &Report) -> String {
    let results = report.text("results").replace(',', ", ");
    match report.int("exceptions") {
        0 => format!("The results are {results}"),
        failed => format!(
            "The results are {results}; {}",
            counted(failed, "exception")
        ),
    }
}

pub async fn run<P: Platform>(params: Params) -> Result<Outcome, Error> {
    let tasks = params.int("tasks");
    let time = params.ms("task_ms");
    let fail_at = params.index("fail_at");
    let work = move |n| square::<P>(n, time, fail_at);
    let mut results = Vec::new();
    let mut exceptions = 0;

    let pool = ThreadPoolExecutor::<P>::new("pool", params.count("workers"))?; // @1
    if params.choice("collect") == "map" {
        let mut squares = pool.map(0..tasks, Blocking::Forever, work).await?; // @3
        while let Some(result) = squares.next().await {
            match result {
                Ok(result) => results.push(result),
                Err(_) => exceptions += 1,
            }
        }
    } else {
        let mut futures = Vec::new();
        for n in 0..tasks {
            futures.push(pool.submit(move || work(n)).await?); // @4
        }
        let mut completed = as_completed(&futures, Blocking::Forever).await; // @5
        while let Some(future) = completed.next().await {
            match future?.result(Blocking::Forever).await {
                // @6
                Ok(result) => results.push(result),
                Err(_) => exceptions += 1,
            }
        }
    }
    pool.shutdown(true, false).await?; // @1

    let right = |&result: &i64| (0..tasks).any(|n| n * n == result && fail_at != Some(n));
    let holds = results.iter().all(right);
    let facts = vec![
        Fact::list("results", results),
        Fact::int("exceptions", exceptions),
    ];
    Ok(Outcome::new(holds, facts))
}

async fn square<P: Platform>(n: i64, time: Duration, fail_at: Option<i64>) -> Result<i64, Error> {
    sleep::<P>(time).await; // @2
    if fail_at == Some(n) {
        return Err(Error::value(format!("task {n} failed")));
    }
    Ok(n * n)
}
