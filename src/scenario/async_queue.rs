//! A producer and a consumer, with a queue between them.

use std::rc::Rc;
use std::time::Duration;

use super::help::fact;
use super::listing::listing;
use super::outcome::{Fact, Outcome, Report};
use super::param::Param;
use super::params::Params;
use super::{Scenario, TryNext};
use crate::aio::{Queue, create_named_task, gather, sleep};
use crate::sync::Error;

pub static SCENARIO: Scenario = Scenario {
    id: "async-queue",
    version: 1,
    title: "A queue between two tasks",
    try_next: &[
        TryNext {
            label: "Room for one item",
            explore: false,
            set: &[("capacity", "1")],
        },
        TryNext {
            label: "A quick consumer",
            explore: false,
            set: &[("consume_ms", "100")],
        },
    ],
    params: &[
        Param::count("items", "How many items are produced.", "5"),
        Param::int(
            "capacity",
            "The most items that the queue holds; 0 for any number.",
            0,
            64,
            "0",
        ),
        Param::ms("produce_ms", "How long an item takes to produce.", "500"),
        Param::ms("consume_ms", "How long an item takes to consume.", "1000"),
    ],
    facts: &[
        fact("produced", "items that were put into the queue"),
        fact("consumed", "items that were taken out and used"),
    ],
    chart: None,
    max_threads: |_| 1,
    in_words,
    listing: listing!("async-queue", "async_queue.rs"),
};

fn in_words(report: &Report) -> String {
    let (produced, consumed) = (report.int("produced"), report.int("consumed"));
    format!("{produced} produced, {consumed} consumed")
}

pub async fn run(params: Params) -> Result<Outcome, Error> {
    let items = params.int("items");
    let queue = Queue::new("queue", params.int("capacity").unsigned_abs() as usize);

    let produce = produce(Rc::clone(&queue), items, params.ms("produce_ms"));
    let consume = consume(Rc::clone(&queue), params.ms("consume_ms"));
    let producer = create_named_task("Producer", produce); // @1
    let consumer = create_named_task("Consumer", consume); // @1
    let counts = gather([producer, consumer]).await?; // @1

    let facts = vec![
        Fact::int("produced", counts[0]),
        Fact::int("consumed", counts[1]),
    ];
    Ok(Outcome::new(counts == [items, items], facts))
}

async fn produce(queue: Rc<Queue<Option<i64>>>, items: i64, time: Duration) -> Result<i64, Error> {
    let mut produced = 0;
    for item in 0..items {
        sleep(time).await?; // @2
        queue.put(Some(item)).await?; // @3
        produced += 1;
    }
    queue.put(None).await?; // @4
    Ok(produced)
}

async fn consume(queue: Rc<Queue<Option<i64>>>, time: Duration) -> Result<i64, Error> {
    let mut consumed = 0;
    while queue.get().await?.is_some() {
        // @5
        sleep(time).await?; // @6
        consumed += 1;
    }
    Ok(consumed)
}
