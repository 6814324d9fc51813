//! Many may read at once, but only one may write, and then nobody else.

use std::sync::Arc;

use super::help::fact;
use super::listing::listing;
use super::outcome::{Fact, Outcome, Report};
use super::param::Param;
use super::params::Params;
use super::plain::Plain;
use super::{Scenario, TryNext};
use crate::platform::Platform;
use crate::pool::Thread;
use crate::sync::{Blocking, Condition, Error, Gauge, SharedCell, with};
use crate::words::number::counted;

pub static SCENARIO: Scenario = Scenario {
    id: "readers-writers",
    version: 2,
    title: "Readers and writers",
    try_next: &[
        TryNext {
            label: "Let writers go first",
            explore: false,
            set: &[("prefer", "writers")],
        },
        TryNext {
            label: "Small enough to explore",
            explore: false,
            set: &[("readers", "1"), ("writers", "1"), ("rounds", "1")],
        },
    ],
    params: &[
        Param::count("readers", "How many threads read.", "3"),
        Param::count("writers", "How many threads write.", "1"),
        Param::count("rounds", "How often each of them does.", "3"),
        Param::choice(
            "prefer",
            "Who goes first when both wait.",
            &["readers", "writers"],
            "readers",
        ),
    ],
    facts: &[
        fact("peak_readers", "the most that read at once"),
        fact("peak_writers", "the most that wrote at once"),
        fact("torn_reads", "pages whose halves did not agree"),
    ],
    chart: None,
    max_threads: |params| params.count("readers") + params.count("writers") + 1,
    in_words,
    listing: listing!("readers-writers", "readers_writers.rs"),
};

fn in_words(report: &Report) -> String {
    let readers = counted(report.int("peak_readers"), "reader");
    let torn = counted(report.int("torn_reads"), "torn page");
    format!("At most {readers} at once, {torn}")
}

/// Who is there and who waits; the condition's lock guards it.
#[derive(Clone, Default)]
struct Room {
    readers: i64,
    writers: i64,
    writers_waiting: i64,
    peak_readers: i64,
    peak_writers: i64,
    mixed: bool,
}

impl Room {
    fn note(&mut self) {
        self.peak_readers = self.peak_readers.max(self.readers);
        self.peak_writers = self.peak_writers.max(self.writers);
        self.mixed |= self.readers > 0 && self.writers > 0;
    }
}

struct Page<P: Platform> {
    condition: Arc<Condition<P>>,
    room: Plain<Room>,
    /// Of its readers, writers, and writers who wait.
    shown: [Arc<Gauge<P>>; 3],
    prefer_writers: bool,
    halves: [Arc<SharedCell<P>>; 2],
    torn: Arc<SharedCell<P>>,
}

impl<P: Platform> Page<P> {
    fn new(prefer: &str) -> Arc<Page<P>> {
        Arc::new(Page {
            condition: Condition::new("condition"),
            room: Plain::new(Room::default()),
            shown: ["readers", "writers", "writers_waiting"].map(Gauge::new),
            prefer_writers: prefer == "writers",
            halves: ["halves[0]", "halves[1]"].map(|name| SharedCell::new(name, 0)),
            torn: SharedCell::new("torn_reads", 0),
        })
    }
}

pub async fn run<P: Platform>(params: Params) -> Result<Outcome, Error> {
    let page = Page::<P>::new(params.choice("prefer"));
    let rounds = params.int("rounds");

    let mut threads = Vec::new();
    for k in 0..params.count("readers") {
        let page = page.clone();
        let read = async move || {
            for _ in 0..rounds {
                page.read().await?;
            }
            Ok(())
        };
        threads.push(Thread::<P, Result<(), Error>>::new(
            format!("Reader-{k}"),
            read,
        ));
    }
    for k in 0..params.count("writers") {
        let page = page.clone();
        let write = async move || {
            for _ in 0..rounds {
                page.write().await?;
            }
            Ok(())
        };
        threads.push(Thread::new(format!("Writer-{k}"), write));
    }
    for thread in &threads {
        thread.start().await?; // @1
    }
    for thread in &threads {
        thread.join().await??; // @2
    }

    let torn = page.torn.load().await; // @3
    let room = page.room.edit(|room| room.clone());
    let facts = vec![
        Fact::int("peak_readers", room.peak_readers),
        Fact::int("peak_writers", room.peak_writers),
        Fact::int("torn_reads", torn),
    ];
    Ok(Outcome::new(
        torn == 0 && room.peak_writers <= 1 && !room.mixed,
        facts,
    ))
}

impl<P: Platform> Page<P> {
    fn change(&self, change: impl FnOnce(&mut Room)) {
        self.room.edit(|room| {
            change(room);
            let counts = [room.readers, room.writers, room.writers_waiting];
            for (gauge, count) in self.shown.iter().zip(counts) {
                gauge.set(count);
            }
        });
    }

    async fn read(&self) -> Result<(), Error> {
        let enter = async || {
            let wait = |room: &mut Room| {
                room.writers > 0 || self.prefer_writers && room.writers_waiting > 0
            };
            while self.room.edit(wait) {
                self.condition.wait(Blocking::Forever).await?; // @5
            }
            self.change(|room| {
                room.readers += 1;
                room.note();
            });
            Ok::<(), Error>(())
        };
        with(&*self.condition, enter).await?; // @4

        let upper = self.halves[0].load().await; // @6
        let lower = self.halves[1].load().await; // @7
        if upper != lower {
            self.torn.fetch_add(1).await; // @8
        }

        let leave = async || {
            self.change(|room| room.readers -= 1);
            self.condition.notify_all().await // @10
        };
        with(&*self.condition, leave).await // @9
    }

    async fn write(&self) -> Result<(), Error> {
        let enter = async || {
            self.change(|room| room.writers_waiting += 1);
            while self.room.edit(|room| room.readers > 0 || room.writers > 0) {
                self.condition.wait(Blocking::Forever).await?; // @12
            }
            self.change(|room| {
                room.writers_waiting -= 1;
                room.writers += 1;
                room.note();
            });
            Ok::<(), Error>(())
        };
        with(&*self.condition, enter).await?; // @11

        let text = self.halves[0].load().await + 1; // @13
        self.halves[0].store(text).await; // @14
        self.halves[1].store(text).await; // @15

        let leave = async || {
            self.change(|room| room.writers -= 1);
            self.condition.notify_all().await // @17
        };
        with(&*self.condition, leave).await // @16
    }
}
