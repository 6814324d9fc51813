//! Work that begins when a download is there.

use super::help::fact;
use super::listing::listing;
use super::outcome::{Fact, Outcome, Report};
use super::param::Param;
use super::params::Params;
use super::{Scenario, TryNext};
use crate::platform::Platform;
use crate::pool::{Thread, sleep};
use crate::sync::{Blocking, Error, Event, SharedCell};
use crate::words::number::counted;

pub static SCENARIO: Scenario = Scenario {
    id: "download-event",
    version: 2,
    title: "Waiting for a download",
    try_next: &[TryNext {
        label: "Five processors",
        explore: false,
        set: &[("processors", "5")],
    }],
    params: &[
        Param::ms("download_ms", "How long the download takes.", "3000"),
        Param::count("processors", "How many threads wait for the data.", "1"),
    ],
    facts: &[fact("processed", "processors that found the data")],
    chart: None,
    max_threads: |params| params.count("processors") + 2,
    in_words,
    listing: listing!("download-event", "download_event.rs"),
};

fn in_words(report: &Report) -> String {
    let processed = counted(report.int("processed"), "processor");
    format!("{processed} found the data")
}

pub async fn run<P: Platform>(params: Params) -> Result<Outcome, Error> {
    let complete = Event::<P>::new("complete");
    let data = SharedCell::<P>::new("data", 0);

    let processors: Vec<_> = (0..params.count("processors"))
        .map(|k| {
            let (complete, data) = (complete.clone(), data.clone());
            Thread::<P, i64>::new(format!("Processor-{k}"), async move || {
                complete.wait(Blocking::Forever).await; // @1
                data.load().await // @2
            })
        })
        .collect();
    let downloader = {
        let (complete, data) = (complete.clone(), data.clone());
        let time = params.ms("download_ms");
        Thread::<P, ()>::new("Downloader", async move || {
            sleep::<P>(time).await; // @3
            data.store(1).await; // @4
            complete.set().await; // @5
        })
    };

    for processor in &processors {
        processor.start().await?; // @6
    }
    downloader.start().await?; // @7
    downloader.join().await?; // @8
    let mut processed = 0;
    for processor in &processors {
        processed += processor.join().await?; // @9
    }

    let all = processed == processors.len() as i64;
    Ok(Outcome::new(all, vec![Fact::int("processed", processed)]))
}
