//! A buffer between those who make and those who use.

use std::collections::VecDeque;
use std::sync::Arc;

use super::help::fact;
use super::listing::listing;
use super::outcome::{Fact, Outcome, Report, Verdict};
use super::param::Param;
use super::params::Params;
use super::plain::Plain;
use super::{Scenario, TryNext};
use crate::platform::Platform;
use crate::pool::{Thread, sleep};
use crate::sync::{Blocking, Condition, Error, ErrorKind, Gauge, with};
use crate::words::number::counted;

pub static SCENARIO: Scenario = Scenario {
    id: "producer-consumer",
    version: 2,
    title: "Producers and consumers",
    try_next: &[
        TryNext {
            label: "Look only once, with two consumers: explore this",
            explore: true,
            set: &[
                ("consumers", "2"),
                ("recheck", "if"),
                ("items", "2"),
                ("produce_ms", "0"),
                ("consume_ms", "0"),
            ],
        },
        TryNext {
            label: "Wake the wrong one: explore this",
            explore: true,
            set: &[
                ("consumers", "2"),
                ("recheck", "while"),
                ("capacity", "1"),
                ("items", "2"),
                ("produce_ms", "0"),
                ("consume_ms", "0"),
            ],
        },
    ],
    params: &[
        Param::count("producers", "How many threads make items.", "1"),
        Param::count(
            "consumers",
            "How many threads use them; they share the items as evenly as can be.",
            "1",
        ),
        Param::count("capacity", "How many items the buffer holds.", "5"),
        Param::int("items", "How many items each producer makes.", 1, 64, "10"),
        Param::ms(
            "produce_ms",
            "How long a producer rests after an item.",
            "500",
        ),
        Param::ms(
            "consume_ms",
            "How long a consumer needs for an item.",
            "1000",
        ),
        Param::choice(
            "recheck",
            "Whether a thread that was woken looks again, or takes it for granted.",
            &["while", "if"],
            "while",
        ),
        Param::choice(
            "notify",
            "Whether each change wakes one thread or all.",
            &["one", "all"],
            "one",
        ),
    ],
    facts: &[
        fact("produced", "items that were put in"),
        fact("consumed", "items that were taken out"),
        fact("peak_queue", "the most that the buffer held"),
        fact(
            "errors",
            "consumers that took from an empty buffer, and died of it",
        ),
    ],
    chart: None,
    max_threads: |params| params.count("producers") + params.count("consumers") + 1,
    in_words,
    listing: listing!("producer-consumer", "producer_consumer.rs"),
};

fn in_words(report: &Report) -> String {
    let consumed = counted(report.int("consumed"), "item");
    let peak = report.int("peak_queue");
    match report.verdict {
        Verdict::Violated => format!("{consumed} consumed; the buffer held {peak}, or lost order"),
        _ => format!("{consumed} consumed in order, at most {peak} in the buffer"),
    }
}

/// An item: its producer, and its number there.
type Item = (usize, i64);

/// What the condition's lock guards.
#[derive(Default)]
struct Goods {
    queue: VecDeque<Item>,
    peak: usize,
    produced: i64,
    taken: Vec<Item>,
}

struct Buffer<P: Platform> {
    condition: Arc<Condition<P>>,
    goods: Plain<Goods>,
    length: Arc<Gauge<P>>,
    capacity: usize,
    look_again: bool,
    notify_all: bool,
}

impl<P: Platform> Buffer<P> {
    fn new(params: &Params) -> Arc<Buffer<P>> {
        Arc::new(Buffer {
            condition: Condition::new("condition"),
            goods: Plain::new(Goods::default()),
            length: Gauge::new("len(buffer)"),
            capacity: params.count("capacity"),
            look_again: params.choice("recheck") == "while",
            notify_all: params.choice("notify") == "all",
        })
    }
}

impl Goods {
    /// Whether each producer's items came out in the order in which they went in.
    fn in_order(&self) -> bool {
        let ordered = |producer| {
            let of = self.taken.iter().filter(|item| item.0 == producer);
            of.is_sorted()
        };
        self.taken.iter().all(|item| ordered(item.0))
    }
}

pub async fn run<P: Platform>(params: Params) -> Result<Outcome, Error> {
    let buffer = Buffer::<P>::new(&params);
    let (producers, consumers) = (params.count("producers"), params.count("consumers"));
    let items = params.int("items");
    let (rest, work) = (params.ms("produce_ms"), params.ms("consume_ms"));

    let mut threads = Vec::new();
    for k in 0..producers {
        let buffer = buffer.clone();
        let produce = async move || {
            for number in 0..items {
                buffer.put_in((k, number)).await?;
                sleep::<P>(rest).await; // @1
            }
            Ok(())
        };
        threads.push(Thread::<P, Result<(), Error>>::new(
            format!("Producer-{k}"),
            produce,
        ));
    }
    for k in 0..consumers {
        let buffer = buffer.clone();
        let total = producers * items as usize;
        let share = total / consumers + usize::from(k < total % consumers);
        let consume = async move || {
            for _ in 0..share {
                buffer.take_out().await?;
                sleep::<P>(work).await; // @2
            }
            Ok(())
        };
        threads.push(Thread::new(format!("Consumer-{k}"), consume));
    }

    for thread in &threads {
        thread.start().await?; // @3
    }
    let mut errors = Vec::new();
    for thread in &threads {
        errors.extend(thread.join().await?.err()); // @4
    }

    Ok(buffer.goods.edit(|goods| {
        let facts = vec![
            Fact::int("produced", goods.produced),
            Fact::int("consumed", goods.taken.len() as i64),
            Fact::int("peak_queue", goods.peak as i64),
            Fact::int("errors", errors.len() as i64),
        ];
        Outcome {
            uncaught: errors.pop(),
            ..Outcome::new(goods.peak <= buffer.capacity && goods.in_order(), facts)
        }
    }))
}

impl<P: Platform> Buffer<P> {
    async fn put_in(&self, item: Item) -> Result<(), Error> {
        let put = async || {
            self.wait_while(|goods| goods.queue.len() >= self.capacity)
                .await?;
            self.goods.edit(|goods| {
                goods.queue.push_back(item);
                self.length.set(goods.queue.len() as i64);
                goods.produced += 1;
                goods.peak = goods.peak.max(goods.queue.len());
            });
            self.tell().await
        };
        with(&*self.condition, put).await // @5
    }

    async fn take_out(&self) -> Result<(), Error> {
        let take = async || {
            self.wait_while(|goods| goods.queue.is_empty()).await?;
            let taken = self.goods.edit(|goods| {
                let item = goods.queue.pop_front();
                goods.taken.extend(item);
                self.length.set(goods.queue.len() as i64);
                item
            });
            if taken.is_none() {
                let error = Error::new(ErrorKind::IndexError, "pop from an empty deque");
                return Err(error.raised_here()); // @10
            }
            self.tell().await
        };
        with(&*self.condition, take).await // @6
    }

    async fn wait_while(&self, blocked: impl Fn(&Goods) -> bool) -> Result<(), Error> {
        while self.goods.edit(|goods| blocked(goods)) {
            self.condition.wait(Blocking::Forever).await?; // @7
            if !self.look_again {
                break;
            }
        }
        Ok(())
    }

    async fn tell(&self) -> Result<(), Error> {
        match self.notify_all {
            true => self.condition.notify_all().await, // @8
            false => self.condition.notify(1).await,   // @9
        }
    }
}
