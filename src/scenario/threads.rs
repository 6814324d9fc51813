//! Threads that sleep, end and are joined.

use std::time::Duration;

use super::help::{fact, help};
use super::listing::listing;
use super::outcome::{Fact, Outcome, Report};
use super::param::{Kind, Param};
use super::params::Params;
use super::plain::Plain;
use super::{Scenario, TryNext};
use crate::platform::Platform;
use crate::pool::{Thread, sleep};
use crate::sync::{Error, Lock, with};
use crate::words::number::counted;

pub static SCENARIO: Scenario = Scenario {
    id: "threads",
    version: 2,
    title: "Starting and joining threads",
    try_next: &[
        TryNext {
            label: "Give both the same delay",
            explore: false,
            set: &[("delays", "1000,1000")],
        },
        TryNext {
            label: "Start five threads",
            explore: false,
            set: &[("delays", "500,400,300,200,100")],
        },
    ],
    params: &[Param {
        name: "delays",
        help: help("How long each thread sleeps: a thread for each number."),
        unit: "ms",
        kind: Kind::List {
            min: 0,
            max: 60_000,
            least: 1,
            most: 64,
        },
        default: "2000,1000",
    }],
    facts: &[
        fact("started", "threads that the main thread started"),
        fact("finished", "threads that came to their end"),
        fact("finish_order", "their names, the first to finish first"),
    ],
    chart: None,
    max_threads: |params| params.list("delays").len() + 1,
    in_words,
    listing: listing!("threads", "threads.rs"),
};

fn in_words(report: &Report) -> String {
    let finished = counted(report.int("finished"), "thread");
    format!("{finished} finished: {}", report.text("finish_order"))
}

pub async fn run<P: Platform>(params: Params) -> Result<Outcome, Error> {
    let finished = Plain::new(Vec::new());
    let lock = Lock::<P>::new("lock");

    let mut threads = Vec::new();
    for (k, delay) in (1..).zip(params.list("delays")) {
        let delay = Duration::from_millis(delay.unsigned_abs());
        let name = format!("Worker-{k}");
        let worker = {
            let (name, finished, lock) = (name.clone(), finished.clone(), lock.clone());
            async move || {
                sleep::<P>(delay).await; // @1
                with(&*lock, async || finished.edit(|list| list.push(name))).await; // @2
            }
        };
        threads.push(Thread::<P, ()>::new(name, worker));
    }

    for thread in &threads {
        thread.start().await?; // @3
    }
    for thread in &threads {
        thread.join().await?; // @4
    }

    let order = finished.edit(|list| list.clone());
    let facts = vec![
        Fact::int("started", threads.len() as i64),
        Fact::int("finished", order.len() as i64),
        Fact::list("finish_order", &order),
    ];
    Ok(Outcome::new(order.len() == threads.len(), facts))
}
