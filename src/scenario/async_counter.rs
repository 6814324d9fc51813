//! A counter that tasks read, and write after a pause.

use std::rc::Rc;
use std::time::Duration;

use super::help::fact;
use super::listing::listing;
use super::outcome::{Fact, Outcome, Report, Verdict};
use super::param::Param;
use super::params::Params;
use super::{Scenario, TryNext};
use crate::aio::{Lock, Variable, create_task, gather, sleep, with};
use crate::sync::Error;
use crate::words::number::grouped;

pub static SCENARIO: Scenario = Scenario {
    id: "async-counter",
    version: 1,
    title: "A race on one thread",
    try_next: &[
        TryNext {
            label: "Set guard to none",
            explore: false,
            set: &[("guard", "none")],
        },
        TryNext {
            label: "Make it small: explore this",
            explore: true,
            set: &[("tasks", "3"), ("guard", "none")],
        },
    ],
    params: &[
        Param::int("tasks", "How many tasks add one each.", 1, 10_000, "100"),
        Param::ms(
            "pause_ms",
            "How long a task sleeps between reading and writing.",
            "10",
        ),
        Param::choice(
            "guard",
            "What protects the counter: nothing, or a Lock.",
            &["none", "lock"],
            "lock",
        ),
    ],
    facts: &[
        fact("counter", "what the counter holds in the end"),
        fact("expected", "what it would hold if no update were lost"),
    ],
    chart: None,
    max_threads: |_| 1,
    in_words,
    listing: listing!("async-counter", "async_counter.rs"),
};

fn in_words(report: &Report) -> String {
    let (counter, expected) = (report.int("counter"), report.int("expected"));
    match report.verdict {
        Verdict::Violated => format!(
            "{} of {} updates lost",
            grouped(expected - counter),
            grouped(expected)
        ),
        _ => format!("{} updates, none lost", grouped(expected)),
    }
}

pub async fn run(params: Params) -> Result<Outcome, Error> {
    let tasks = params.int("tasks");
    let pause = params.ms("pause_ms");
    let guard = params.choice("guard");
    let counter = Variable::new("counter", 0);
    let lock = Lock::new("lock");

    let increment = |_| {
        let (counter, lock) = (Rc::clone(&counter), Rc::clone(&lock));
        create_task(async move {
            // @1
            match guard {
                "lock" => with(&*lock, async || add_one(&counter, pause).await).await, // @2
                _ => add_one(&counter, pause).await,
            }
        })
    };
    gather((0..tasks).map(increment)).await?; // @1

    let counted = counter.load(); // @6
    let facts = vec![Fact::int("counter", counted), Fact::int("expected", tasks)];
    Ok(Outcome::new(counted == tasks, facts))
}

async fn add_one(counter: &Variable, pause: Duration) -> Result<(), Error> {
    let value = counter.load(); // @3
    sleep(pause).await?; // @4
    counter.store(value + 1); // @5
    Ok(())
}
