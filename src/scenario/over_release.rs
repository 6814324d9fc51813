//! A semaphore that is released once too often.

use super::help::fact;
use super::listing::listing;
use super::outcome::{Fact, Outcome, Report};
use super::param::Param;
use super::params::Params;
use super::{Scenario, TryNext};
use crate::platform::Platform;
use crate::sync::{Blocking, BoundedSemaphore, Error, Semaphore};
use crate::words::number::counted;

pub static SCENARIO: Scenario = Scenario {
    id: "over-release",
    version: 2,
    title: "Released once too often",
    try_next: &[TryNext {
        label: "Use a BoundedSemaphore",
        explore: false,
        set: &[("kind", "bounded")],
    }],
    params: &[
        Param::count(
            "permits",
            "How many permits there are in the beginning.",
            "2",
        ),
        Param::count(
            "acquires",
            "How many are taken; none is waited for, so what is not there is not taken.",
            "2",
        ),
        Param::count("releases", "How many are given back.", "3"),
        Param::choice(
            "kind",
            "Which semaphore: the plain or the bounded one.",
            &["semaphore", "bounded"],
            "semaphore",
        ),
    ],
    facts: &[
        fact("value", "how many permits there are in the end"),
        fact("errors", "releases that were refused"),
    ],
    chart: None,
    max_threads: |_| 1,
    in_words,
    listing: listing!("over-release", "over_release.rs"),
};

fn in_words(report: &Report) -> String {
    let value = counted(report.int("value"), "permit");
    match report.int("errors") {
        0 => format!("{value} in the end, and no release was refused"),
        errors => format!(
            "{value} in the end; {} refused: ValueError: Semaphore released too many times",
            counted(errors, "release")
        ),
    }
}

pub async fn run<P: Platform>(params: Params) -> Result<Outcome, Error> {
    let permits = params.count("permits") as u32;
    let mut errors = 0;
    let value = if params.choice("kind") == "bounded" {
        let semaphore = BoundedSemaphore::<P>::new("semaphore", permits);
        for _ in 0..params.int("acquires") {
            semaphore.acquire(Blocking::No).await; // @1
        }
        for _ in 0..params.int("releases") {
            if semaphore.release(1).await.is_err() {
                // @2
                errors += 1;
            }
        }
        semaphore.value().await // @3
    } else {
        let semaphore = Semaphore::<P>::new("semaphore", permits);
        for _ in 0..params.int("acquires") {
            semaphore.acquire(Blocking::No).await; // @1
        }
        for _ in 0..params.int("releases") {
            semaphore.release(1).await?; // @2
        }
        semaphore.value().await // @3
    };

    let facts = vec![
        Fact::int("value", i64::from(value)),
        Fact::int("errors", errors),
    ];
    Ok(Outcome::new(true, facts))
}
