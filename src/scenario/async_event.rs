//! Tasks that wait for an event.

use std::rc::Rc;

use super::help::fact;
use super::listing::listing;
use super::outcome::{Fact, Outcome, Report};
use super::param::Param;
use super::params::Params;
use super::{Scenario, TryNext};
use crate::aio::{Event, Task, create_named_task, gather, sleep};
use crate::sync::Error;
use crate::words::number::counted;

pub static SCENARIO: Scenario = Scenario {
    id: "async-event",
    version: 1,
    title: "Waiting for a signal",
    try_next: &[
        TryNext {
            label: "Ten waiters",
            explore: false,
            set: &[("waiters", "10")],
        },
        TryNext {
            label: "Set it at once",
            explore: false,
            set: &[("set_after_ms", "0")],
        },
    ],
    params: &[
        Param::count("waiters", "How many tasks wait for the event.", "2"),
        Param::ms("set_after_ms", "After what time the event is set.", "2000"),
    ],
    facts: &[fact("woken", "waiters that went on")],
    chart: None,
    max_threads: |_| 1,
    in_words,
    listing: listing!("async-event", "async_event.rs"),
};

fn in_words(report: &Report) -> String {
    format!(
        "{} woken by one set",
        counted(report.int("woken"), "waiter")
    )
}

pub async fn run(params: Params) -> Result<Outcome, Error> {
    let event = Event::new("event");
    let waiters = params.int("waiters");
    let delay = params.ms("set_after_ms");

    let mut tasks: Vec<Task<i64>> = Vec::new();
    for k in 1..=waiters {
        let event = Rc::clone(&event);
        let waiter = async move {
            event.wait().await?; // @2
            Ok(1)
        };
        tasks.push(create_named_task(&format!("Waiter-{k}"), waiter)); // @1
    }
    let setter = async move {
        sleep(delay).await?; // @3
        event.set(); // @4
        Ok(0)
    };
    tasks.push(create_named_task("Setter", setter)); // @1

    let woken: i64 = gather(tasks).await?.into_iter().sum(); // @1
    let facts = vec![Fact::int("woken", woken)];
    Ok(Outcome::new(woken == waiters, facts))
}
