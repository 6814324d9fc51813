//! Coroutines one after the other, and as tasks at the same time.

use std::time::Duration;

use super::help::{fact, help};
use super::listing::listing;
use super::outcome::{Fact, Outcome, Report};
use super::param::{Kind, Param};
use super::params::Params;
use super::plain::Plain;
use super::{Scenario, TryNext};
use crate::aio::{create_named_task, gather, sleep};
use crate::sync::Error;

pub static SCENARIO: Scenario = Scenario {
    id: "gather",
    version: 1,
    title: "Waiting together",
    try_next: &[
        TryNext {
            label: "One after the other",
            explore: false,
            set: &[("style", "sequential")],
        },
        TryNext {
            label: "Give all the same delay, and explore",
            explore: false,
            set: &[("delays", "1000,1000,1000")],
        },
    ],
    params: &[
        Param {
            name: "delays",
            help: help("How long each coroutine sleeps: one for each number."),
            unit: "ms",
            kind: Kind::List {
                min: 0,
                max: 60_000,
                least: 1,
                most: 64,
            },
            default: "2000,1000,3000",
        },
        Param::choice(
            "style",
            "Await one call after the other, gather them, or make tasks and await those.",
            &["sequential", "gather", "tasks"],
            "gather",
        ),
    ],
    facts: &[
        fact("results", "what the calls returned, in their order"),
        fact("finish_order", "their names, the first to finish first"),
    ],
    chart: None,
    max_threads: |_| 1,
    in_words,
    listing: listing!("gather", "gather.rs"),
};

fn in_words(report: &Report) -> String {
    format!("Finished in the order {}", report.text("finish_order"))
}

pub async fn run(params: Params) -> Result<Outcome, Error> {
    let finished = Plain::new(Vec::new());
    let calls = (1..).zip(params.list("delays")).map(|(k, delay)| {
        let name = format!("Sleeper-{k}");
        let delay = Duration::from_millis(delay.unsigned_abs());
        (name.clone(), nap(name, delay, finished.clone()))
    });

    let mut results = Vec::new();
    match params.choice("style") {
        "sequential" => {
            for (_, call) in calls {
                results.push(call.await?);
            }
        }
        "tasks" => {
            let mut tasks = Vec::new();
            for (name, call) in calls {
                tasks.push(create_named_task(&name, call)); // @2
            }
            for task in &tasks {
                results.push(task.await?); // @3
            }
        }
        _ => {
            let tasks = calls.map(|(name, call)| create_named_task(&name, call)); // @4
            results = gather(tasks).await?; // @4
        }
    }

    let order = finished.edit(|names| names.clone());
    let facts = vec![
        Fact::list("results", &results),
        Fact::list("finish_order", &order),
    ];
    Ok(Outcome::new(order.len() == results.len(), facts))
}

async fn nap(name: String, delay: Duration, finished: Plain<Vec<String>>) -> Result<u128, Error> {
    sleep(delay).await?; // @1
    finished.edit(|names| names.push(name));
    Ok(delay.as_millis())
}
