//! Tasks that share a few permits.

use std::rc::Rc;

use super::help::fact;
use super::listing::listing;
use super::outcome::{Fact, Outcome, Report};
use super::param::Param;
use super::params::Params;
use super::plain::Plain;
use super::{Scenario, TryNext};
use crate::aio::{Semaphore, create_named_task, gather, sleep, with};
use crate::sync::Error;

pub static SCENARIO: Scenario = Scenario {
    id: "async-semaphore",
    version: 1,
    title: "A few at a time",
    try_next: &[
        TryNext {
            label: "One at a time",
            explore: false,
            set: &[("permits", "1")],
        },
        TryNext {
            label: "A permit for each",
            explore: false,
            set: &[("permits", "5")],
        },
    ],
    params: &[
        Param::count("tasks", "How many tasks want to be inside.", "5"),
        Param::count("permits", "How many may be inside at the same time.", "2"),
        Param::ms("hold_ms", "How long a task stays inside.", "2000"),
    ],
    facts: &[
        fact("peak_inside", "the most that were inside at the same time"),
        fact("completed", "tasks that came to their end"),
    ],
    chart: None,
    max_threads: |_| 1,
    in_words,
    listing: listing!("async-semaphore", "async_semaphore.rs"),
};

fn in_words(report: &Report) -> String {
    let (completed, peak) = (report.int("completed"), report.int("peak_inside"));
    format!("{completed} were inside, {peak} at most at the same time")
}

pub async fn run(params: Params) -> Result<Outcome, Error> {
    let permits = params.int("permits");
    let hold = params.ms("hold_ms");
    let semaphore = Semaphore::new("semaphore", permits.unsigned_abs() as u32);
    // How many are inside, and the most that ever were: no await comes between.
    let inside = Plain::new((0, 0));

    let visit = |k| {
        let (semaphore, inside) = (Rc::clone(&semaphore), inside.clone());
        let visitor = async move {
            // @1
            with(&*semaphore, async || {
                // @2
                inside.edit(|(now, peak)| {
                    *now += 1;
                    *peak = i64::max(*now, *peak);
                });
                sleep(hold).await?; // @3
                inside.edit(|(now, _)| *now -= 1);
                Ok(1)
            })
            .await
        };
        create_named_task(&format!("Visitor-{k}"), visitor) // @1
    };
    let visits = gather((1..=params.int("tasks")).map(visit)).await?; // @1

    let (_, peak) = inside.edit(|counts| *counts);
    let completed: i64 = visits.into_iter().sum();
    let facts = vec![
        Fact::int("peak_inside", peak),
        Fact::int("completed", completed),
    ];
    Ok(Outcome::new(peak <= permits, facts))
}
