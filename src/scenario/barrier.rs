//! Nobody goes on before all have come.

use super::help::fact;
use super::listing::listing;
use super::outcome::{Fact, Outcome, Report};
use super::param::Param;
use super::params::Params;
use super::{Scenario, TryNext};
use crate::platform::Platform;
use crate::pool::{Thread, sleep};
use crate::sync::{Barrier, Blocking, Error, SharedCell};
use crate::words::number::counted;

pub static SCENARIO: Scenario = Scenario {
    id: "barrier",
    version: 2,
    title: "Meeting at a barrier",
    try_next: &[
        TryNext {
            label: "Let party 1 abort",
            explore: false,
            set: &[("abort_by", "1")],
        },
        TryNext {
            label: "Three rounds",
            explore: false,
            set: &[("rounds", "3"), ("step_ms", "300"), ("abort_by", "none")],
        },
    ],
    params: &[
        Param::count("parties", "How many threads meet.", "3"),
        Param::count("rounds", "How often they meet.", "1"),
        Param::ms(
            "step_ms",
            "Party 0 does not work before it waits, party 1 works so long, party 2 twice as long.",
            "1000",
        ),
        Param::index(
            "abort_by",
            "The party, from 0, that aborts the first meeting in place of waiting; one that there \
             is not never does.",
        ),
    ],
    facts: &[
        fact("rounds_done", "meetings from which all went on"),
        fact("broken", "whether the barrier is broken in the end"),
    ],
    chart: None,
    max_threads: |params| params.count("parties") + 1,
    in_words,
    listing: listing!("barrier", "barrier.rs"),
};

fn in_words(report: &Report) -> String {
    let rounds = counted(report.int("rounds_done"), "round");
    match report.text("broken") {
        "yes" => format!("{rounds} done, then the barrier was broken"),
        _ => format!("{rounds} done, and nobody went on too early"),
    }
}

pub async fn run<P: Platform>(params: Params) -> Result<Outcome, Error> {
    let parties = params.int("parties");
    let rounds = params.int("rounds");
    let abort_by = params.index("abort_by");
    let barrier = Barrier::<P>::new("barrier", parties as u32);
    let arrived = SharedCell::<P>::new("arrived", 0);

    let threads: Vec<_> = (0..parties)
        .map(|k| {
            let (barrier, arrived) = (barrier.clone(), arrived.clone());
            let work = params.ms("step_ms") * k as u32;
            Thread::<P, (i64, bool)>::new(format!("Worker-{k}"), async move || {
                let mut together = true;
                for round in 1..=rounds {
                    sleep::<P>(work).await; // @1
                    if abort_by == Some(k) {
                        barrier.abort().await; // @2
                        return (round - 1, together);
                    }
                    arrived.fetch_add(1).await; // @3
                    if barrier.wait(Blocking::Forever).await.is_err() {
                        // @4
                        return (round - 1, together);
                    }
                    together &= arrived.load().await >= parties * round; // @5
                }
                (rounds, together)
            })
        })
        .collect();
    for thread in &threads {
        thread.start().await?; // @6
    }
    let (mut rounds_done, mut together) = (rounds, true);
    for thread in &threads {
        let (done, in_time) = thread.join().await?; // @7
        rounds_done = rounds_done.min(done);
        together &= in_time;
    }

    let facts = vec![
        Fact::int("rounds_done", rounds_done),
        Fact::yes_no("broken", barrier.broken().await), // @8
    ];
    Ok(Outcome::new(together, facts))
}
