//! A room with so many permits.

use super::help::fact;
use super::listing::listing;
use super::outcome::{Fact, Outcome, Report};
use super::param::Param;
use super::params::Params;
use super::plain::Plain;
use super::{Scenario, TryNext};
use crate::platform::Platform;
use crate::pool::{Thread, sleep};
use crate::sync::{Error, Semaphore, SharedCell, with};
use crate::words::number::counted;

pub static SCENARIO: Scenario = Scenario {
    id: "semaphore",
    version: 2,
    title: "A few at a time",
    try_next: &[
        TryNext {
            label: "One permit: a lock",
            explore: false,
            set: &[("permits", "1")],
        },
        TryNext {
            label: "A permit for everybody",
            explore: false,
            set: &[("permits", "10")],
        },
    ],
    params: &[
        Param::count("workers", "How many threads want in.", "10"),
        Param::count("permits", "How many may be inside at once.", "3"),
        Param::ms("hold_ms", "How long each stays.", "2000"),
    ],
    facts: &[
        fact("peak_inside", "the most that were inside at once"),
        fact("completed", "workers that were in and out again"),
    ],
    chart: None,
    max_threads: |params| params.count("workers") + 1,
    in_words,
    listing: listing!("semaphore", "semaphore.rs"),
};

fn in_words(report: &Report) -> String {
    let completed = counted(report.int("completed"), "worker");
    let peak = report.int("peak_inside");
    format!("{completed} went through, at most {peak} at once")
}

pub async fn run<P: Platform>(params: Params) -> Result<Outcome, Error> {
    let permits = params.count("permits");
    let hold = params.ms("hold_ms");
    let semaphore = Semaphore::<P>::new("semaphore", permits as u32);
    let inside = SharedCell::<P>::new("inside", 0);
    let peak = Plain::new(0);

    let threads: Vec<_> = (0..params.count("workers"))
        .map(|k| {
            let semaphore = semaphore.clone();
            let (inside, peak) = (inside.clone(), peak.clone());
            Thread::<P, ()>::new(format!("Worker-{k}"), async move || {
                let visit = async || {
                    let now = inside.fetch_add(1).await + 1; // @2
                    peak.edit(|peak| *peak = now.max(*peak));
                    sleep::<P>(hold).await; // @3
                    inside.fetch_add(-1).await; // @4
                };
                with(&*semaphore, visit).await; // @1
            })
        })
        .collect();
    for thread in &threads {
        thread.start().await?; // @5
    }
    let mut completed = 0;
    for thread in &threads {
        thread.join().await?; // @6
        completed += 1;
    }

    let peak = peak.edit(|peak| *peak);
    let facts = vec![
        Fact::int("peak_inside", peak),
        Fact::int("completed", completed),
    ];
    Ok(Outcome::new(peak <= permits as i64, facts))
}
