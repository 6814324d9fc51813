//! A pool that does not take back what was not lent.

use super::help::fact;
use super::listing::listing;
use super::outcome::{Fact, Outcome, Report};
use super::param::Param;
use super::params::Params;
use super::plain::Plain;
use super::{Scenario, TryNext};
use crate::platform::Platform;
use crate::pool::{Thread, sleep};
use crate::sync::{Blocking, BoundedSemaphore, Error, Lock, SharedCell, with};
use crate::words::number::counted;

pub static SCENARIO: Scenario = Scenario {
    id: "strict-pool",
    version: 2,
    title: "A strict pool",
    try_next: &[TryNext {
        label: "Give one back twice",
        explore: false,
        set: &[("double_release", "yes")],
    }],
    params: &[
        Param::count("resources", "How many resources there are.", "2"),
        Param::count("clients", "How many threads want one.", "4"),
        Param::ms("hold_ms", "How long a client keeps it.", "500"),
        Param::choice(
            "double_release",
            "Whether the first client gives its resource back twice.",
            &["yes", "no"],
            "no",
        ),
    ],
    facts: &[
        fact("peak_in_use", "the most resources that were in use at once"),
        fact("errors", "releases that were refused"),
    ],
    chart: None,
    max_threads: |params| params.count("clients") + 1,
    in_words,
    listing: listing!("strict-pool", "strict_pool.rs"),
};

fn in_words(report: &Report) -> String {
    let peak = report.int("peak_in_use");
    let errors = counted(report.int("errors"), "release");
    format!("At most {peak} in use at once, {errors} refused")
}

pub async fn run<P: Platform>(params: Params) -> Result<Outcome, Error> {
    let resources = params.int("resources");
    let hold = params.ms("hold_ms");
    let twice = params.choice("double_release") == "yes";
    let permits = BoundedSemaphore::<P>::new("permits", resources as u32);
    let lock = Lock::<P>::new("lock");
    let holders = Plain::new(Vec::new());
    let peak = Plain::new(0);
    let errors = SharedCell::<P>::new("errors", 0);

    let threads: Vec<_> = (0..params.count("clients"))
        .map(|k| {
            let (permits, lock, errors) = (permits.clone(), lock.clone(), errors.clone());
            let (holders, peak) = (holders.clone(), peak.clone());
            Thread::<P, Result<(), Error>>::new(format!("Client-{k}"), async move || {
                permits.acquire(Blocking::Forever).await; // @1
                let lend = async || {
                    let now = holders.edit(|list| {
                        list.push(k);
                        list.len() as i64
                    });
                    peak.edit(|peak| *peak = now.max(*peak));
                };
                with(&*lock, lend).await; // @2

                sleep::<P>(hold).await; // @3

                let give_back = async || {
                    let place = holders.edit(|list| list.iter().position(|&holder| holder == k));
                    let Some(place) = place else {
                        errors.fetch_add(1).await; // @6
                        return Ok(());
                    };
                    holders.edit(|list| list.remove(place));
                    permits.release(1).await // @5
                };
                with(&*lock, give_back).await?; // @4
                if twice && k == 0 {
                    with(&*lock, give_back).await?; // @4
                }
                Ok(())
            })
        })
        .collect();
    for thread in &threads {
        thread.start().await?; // @7
    }
    for thread in &threads {
        thread.join().await??; // @8
    }

    let errors = errors.load().await; // @9
    let peak = peak.edit(|peak| *peak);
    let facts = vec![Fact::int("peak_in_use", peak), Fact::int("errors", errors)];
    Ok(Outcome::new(peak <= resources, facts))
}
