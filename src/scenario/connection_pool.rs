//! Connections that are lent out and come back.

use super::help::fact;
use super::listing::listing;
use super::outcome::{Fact, Outcome, Report};
use super::param::Param;
use super::params::Params;
use super::plain::Plain;
use super::{Scenario, TryNext};
use crate::platform::Platform;
use crate::pool::{Thread, sleep};
use crate::sync::{Blocking, Error, Queue, Semaphore, SharedCell};
use crate::words::number::counted;

pub static SCENARIO: Scenario = Scenario {
    id: "connection-pool",
    version: 2,
    title: "A pool of connections",
    try_next: &[
        TryNext {
            label: "A single connection",
            explore: false,
            set: &[("connections", "1")],
        },
        TryNext {
            label: "Twenty clients",
            explore: false,
            set: &[("clients", "20"), ("hold_ms", "500")],
        },
    ],
    params: &[
        Param::count("clients", "How many threads want a connection.", "5"),
        Param::count("connections", "How many connections there are.", "3"),
        Param::ms("hold_ms", "How long a client uses its connection.", "2000"),
    ],
    facts: &[
        fact(
            "peak_in_use",
            "the most connections that were in use at once",
        ),
        fact("served", "clients that had one"),
    ],
    chart: None,
    max_threads: |params| params.count("clients") + 1,
    in_words,
    listing: listing!("connection-pool", "connection_pool.rs"),
};

fn in_words(report: &Report) -> String {
    let served = counted(report.int("served"), "client");
    let peak = counted(report.int("peak_in_use"), "connection");
    format!("{served} served over at most {peak}")
}

pub async fn run<P: Platform>(params: Params) -> Result<Outcome, Error> {
    let connections = params.int("connections");
    let hold = params.ms("hold_ms");
    let permits = Semaphore::<P>::new("permits", connections as u32);
    let idle = Queue::<P, i64>::new("idle", 0);
    for connection in 0..connections {
        let put = idle.put(connection, Blocking::Forever); // @1
        put.await.map_err(|refused| refused.error)?;
    }
    let in_use = SharedCell::<P>::new("in_use", 0);
    let peak = Plain::new(0);

    let threads: Vec<_> = (0..params.count("clients"))
        .map(|k| {
            let (permits, idle) = (permits.clone(), idle.clone());
            let (in_use, peak) = (in_use.clone(), peak.clone());
            Thread::<P, Result<(), Error>>::new(format!("Client-{k}"), async move || {
                permits.acquire(Blocking::Forever).await; // @2
                let connection = idle.get(Blocking::No).await?; // @3
                let now = in_use.fetch_add(1).await + 1; // @4
                peak.edit(|peak| *peak = now.max(*peak));

                sleep::<P>(hold).await; // @5

                in_use.fetch_add(-1).await; // @6
                let put = idle.put(connection, Blocking::Forever); // @7
                put.await.map_err(|refused| refused.error)?;
                permits.release(1).await // @8
            })
        })
        .collect();
    for thread in &threads {
        thread.start().await?; // @9
    }
    let mut served = 0;
    for thread in &threads {
        thread.join().await??; // @10
        served += 1;
    }

    let peak = peak.edit(|peak| *peak);
    let facts = vec![Fact::int("peak_in_use", peak), Fact::int("served", served)];
    Ok(Outcome::new(peak <= connections, facts))
}
