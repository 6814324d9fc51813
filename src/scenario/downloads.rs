//! Downloads a few at a time, and somebody who watches them.

use std::sync::Arc;
use std::time::Duration;

use super::help::fact;
use super::listing::listing;
use super::outcome::{Fact, Outcome, Report};
use super::param::Param;
use super::params::Params;
use super::plain::Plain;
use super::{Scenario, TryNext};
use crate::platform::Platform;
use crate::pool::{Thread, sleep};
use crate::sync::{Error, Lock, Semaphore, SharedCell, with};
use crate::words::number::counted;

pub static SCENARIO: Scenario = Scenario {
    id: "downloads",
    version: 2,
    title: "Downloads with progress",
    try_next: &[
        TryNext {
            label: "All four at once",
            explore: false,
            set: &[("max_concurrent", "4")],
        },
        TryNext {
            label: "Let the second file fail",
            explore: false,
            set: &[("fail", "1")],
        },
    ],
    params: &[
        Param::count(
            "files",
            "How many files there are, each with a thread.",
            "4",
        ),
        Param::count("max_concurrent", "How many are downloaded at once.", "2"),
        Param::count("steps", "In how many parts a file comes.", "10"),
        Param::ms("step_ms", "How long a part takes.", "200"),
        Param::index(
            "fail",
            "The file, from 0, that breaks off half-way; one that there is not never does.",
        ),
    ],
    facts: &[
        fact("completed", "files that are there"),
        fact("failed", "files that broke off"),
        fact("peak_concurrent", "the most that were downloaded at once"),
    ],
    chart: None,
    max_threads: |params| params.count("files") + 1,
    in_words,
    listing: listing!("downloads", "downloads.rs"),
};

fn in_words(report: &Report) -> String {
    let completed = counted(report.int("completed"), "file");
    let failed = report.int("failed");
    let peak = report.int("peak_concurrent");
    format!("{completed} completed, {failed} failed, at most {peak} at once")
}

/// How often the main thread looks.
const LOOK: Duration = Duration::from_secs(1);

/// A file to be downloaded, in parts.
struct File<P: Platform> {
    progress: Arc<SharedCell<P>>,
    parts: i64,
    part_time: Duration,
    fails: bool,
}

pub async fn run<P: Platform>(params: Params) -> Result<Outcome, Error> {
    P::notice_ends();
    let max_concurrent = params.count("max_concurrent");
    let slots = Semaphore::<P>::new("slots", max_concurrent as u32);
    let lock = Lock::<P>::new("lock");
    let active = SharedCell::<P>::new("active", 0);
    let completed = SharedCell::<P>::new("completed", 0);
    let failed = SharedCell::<P>::new("failed", 0);
    let peak = Plain::new(0);

    let mut threads = Vec::new();
    let mut progress = Vec::new();
    for k in 0..params.int("files") {
        let file = File {
            progress: SharedCell::progress(&format!("progress[{k}]"), 100),
            parts: params.int("steps"),
            part_time: params.ms("step_ms"),
            fails: params.index("fail") == Some(k),
        };
        progress.push(file.progress.clone());
        let (slots, lock, active) = (slots.clone(), lock.clone(), active.clone());
        let (completed, failed, peak) = (completed.clone(), failed.clone(), peak.clone());
        let body = async move || {
            let use_slot = async || {
                let now = active.fetch_add(1).await + 1; // @2
                peak.edit(|peak| *peak = now.max(*peak));
                match file.download(&lock).await {
                    Ok(()) => completed.fetch_add(1).await, // @5
                    Err(_) => failed.fetch_add(1).await,    // @6
                };
                active.fetch_add(-1).await; // @7
            };
            with(&*slots, use_slot).await; // @1
        };
        threads.push(Thread::<P, ()>::new(format!("File-{}", k + 1), body));
    }
    for thread in &threads {
        thread.start().await?; // @8
    }

    while any_alive(&threads).await {
        let look = async || {
            for file in &progress {
                file.load().await; // @11
            }
        };
        with(&*lock, look).await; // @10
        sleep::<P>(LOOK).await; // @12
    }
    for thread in &threads {
        thread.join().await?; // @13
    }

    let peak = peak.edit(|peak| *peak);
    let facts = vec![
        Fact::int("completed", completed.load().await), // @14
        Fact::int("failed", failed.load().await),       // @15
        Fact::int("peak_concurrent", peak),
    ];
    Ok(Outcome::new(peak <= max_concurrent as i64, facts))
}

impl<P: Platform> File<P> {
    async fn download(&self, lock: &Lock<P>) -> Result<(), Error> {
        for part in 0..self.parts {
            sleep::<P>(self.part_time).await; // @3
            if self.fails && part == self.parts / 2 {
                return Err(Error::runtime("connection lost"));
            }
            let percent = (part + 1) * 100 / self.parts;
            with(lock, async || self.progress.store(percent).await).await; // @4
        }
        Ok(())
    }
}

async fn any_alive<P: Platform>(threads: &[Thread<P, ()>]) -> bool {
    P::begin_round();
    for thread in threads {
        if thread.is_alive().await {
            // @9
            return true;
        }
    }
    false
}
