//! A lock that is taken again by the thread that holds it.

use std::pin::Pin;
use std::sync::Arc;

use super::help::fact;
use super::listing::listing;
use super::outcome::{Fact, Outcome, Report};
use super::param::Param;
use super::params::Params;
use super::{Scenario, TryNext};
use crate::platform::Platform;
use crate::pool::Thread;
use crate::sync::{Error, Held, Lock, RLock, with};

pub static SCENARIO: Scenario = Scenario {
    id: "recursion",
    version: 2,
    title: "A lock inside itself",
    try_next: &[TryNext {
        label: "Use a plain Lock",
        explore: false,
        set: &[("lock", "lock")],
    }],
    params: &[
        Param::int(
            "depth",
            "The level to begin at; it ends at level 0.",
            0,
            1000,
            "5",
        ),
        Param::choice(
            "lock",
            "What is held at each level: an RLock, or a Lock.",
            &["rlock", "lock"],
            "rlock",
        ),
    ],
    facts: &[fact("deepest_level", "the level at which it turned back")],
    chart: None,
    max_threads: |_| 2,
    in_words,
    listing: listing!("recursion", "recursion.rs"),
};

fn in_words(report: &Report) -> String {
    format!("Down to level {} and back", report.int("deepest_level"))
}

pub async fn run<P: Platform>(params: Params) -> Result<Outcome, Error> {
    let depth = params.int("depth");
    let worker = if params.choice("lock") == "lock" {
        let lock = Lock::<P>::new("lock");
        Thread::<P, i64>::new("Worker-1", move || descend(lock, depth))
    } else {
        let lock = RLock::<P>::new("lock");
        Thread::<P, i64>::new("Worker-1", move || descend(lock, depth))
    };

    worker.start().await?; // @2
    let deepest = worker.join().await?; // @3
    Ok(Outcome::new(
        deepest == 0,
        vec![Fact::int("deepest_level", deepest)],
    ))
}

/// Goes down level by level, holding the lock at each: the deepest level reached.
/// (Rust wants a future that contains itself in a box.)
fn descend<L: Held + 'static>(lock: Arc<L>, level: i64) -> Pin<Box<dyn Future<Output = i64>>> {
    Box::pin(async move {
        if level == 0 {
            return with(&*lock, async || 0).await; // @1
        }
        with(&*lock, || descend(lock.clone(), level - 1)).await // @1
    })
}
