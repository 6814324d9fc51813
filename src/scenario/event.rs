//! One signal for many.

use super::help::fact;
use super::listing::listing;
use super::outcome::{Fact, Outcome, Report};
use super::param::Param;
use super::params::Params;
use super::{Scenario, TryNext};
use crate::platform::Platform;
use crate::pool::{Thread, sleep};
use crate::sync::{Blocking, Error, Event};
use crate::words::number::counted;

pub static SCENARIO: Scenario = Scenario {
    id: "event",
    version: 2,
    title: "One signal for many",
    try_next: &[
        TryNext {
            label: "Set it at once",
            explore: false,
            set: &[("set_after_ms", "0")],
        },
        TryNext {
            label: "Do not clear it",
            explore: false,
            set: &[("clear_after", "no")],
        },
    ],
    params: &[
        Param::count("waiters", "How many threads wait for the event.", "3"),
        Param::ms("set_after_ms", "When the setter sets it.", "3000"),
        Param::choice(
            "clear_after",
            "Whether the main thread clears it when all are through.",
            &["yes", "no"],
            "yes",
        ),
    ],
    facts: &[
        fact("woken", "waiters that went on"),
        fact("is_set", "whether the event is set in the end"),
    ],
    chart: None,
    max_threads: |params| params.count("waiters") + 2,
    in_words,
    listing: listing!("event", "event.rs"),
};

fn in_words(report: &Report) -> String {
    let woken = counted(report.int("woken"), "waiter");
    match report.text("is_set") {
        "yes" => format!("{woken} went on, and the event is still set"),
        _ => format!("{woken} went on, and the event was cleared"),
    }
}

pub async fn run<P: Platform>(params: Params) -> Result<Outcome, Error> {
    let event = Event::<P>::new("event");

    let waiters: Vec<_> = (0..params.count("waiters"))
        .map(|k| {
            let event = event.clone();
            Thread::<P, bool>::new(format!("Waiter-{k}"), async move || {
                event.wait(Blocking::Forever).await // @1
            })
        })
        .collect();
    let setter = {
        let event = event.clone();
        let after = params.ms("set_after_ms");
        Thread::<P, ()>::new("Setter", async move || {
            sleep::<P>(after).await; // @2
            event.set().await; // @3
        })
    };

    for waiter in &waiters {
        waiter.start().await?; // @4
    }
    setter.start().await?; // @5
    let mut woken = 0;
    for waiter in &waiters {
        woken += i64::from(waiter.join().await?); // @6
    }
    setter.join().await?; // @7
    if params.choice("clear_after") == "yes" {
        event.clear().await; // @8
    }

    let is_set = event.is_set().await; // @9
    let facts = vec![Fact::int("woken", woken), Fact::yes_no("is_set", is_set)];
    Ok(Outcome::new(woken == waiters.len() as i64, facts))
}
