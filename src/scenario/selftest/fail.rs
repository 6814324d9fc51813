//! Threads that panic, trap, raise or deadlock.

use crate::platform::Platform;
use crate::pool::Thread;
use crate::scenario::Params;
use crate::scenario::Scenario;
use crate::scenario::listing::Listing;
use crate::scenario::outcome::{Outcome, Report};
use crate::scenario::param::{Kind, Param};
use crate::sync::{Blocking, Error, Lock};

pub static SCENARIO: Scenario = Scenario {
    id: "selftest-fail",
    version: 2,
    title: "A thread fails",
    params: &[
        Param {
            name: "threads",
            help: "How many threads there are.",
            unit: "",
            kind: Kind::Int { min: 1, max: 64 },
            default: "3",
        },
        Param {
            name: "how",
            help: "How it fails.",
            unit: "",
            kind: Kind::Choice(&["panic", "trap", "error", "deadlock"]),
            default: "panic",
        },
    ],
    facts: &[],
    chart: None,
    max_threads: |params| params.int("threads") as usize + 1,
    in_words: |_: &Report| "Nothing failed".to_owned(),
    listing: Listing::NONE,
    try_next: &[],
};

pub async fn run<P: Platform>(params: Params) -> Result<Outcome, Error> {
    let how = params.choice("how");
    let lock = Lock::<P>::new("lock");
    lock.acquire(Blocking::Forever).await;
    let last = params.int("threads");
    let threads: Vec<_> = (1..=last)
        .map(|k| {
            let lock = lock.clone();
            Thread::<P, ()>::new(format!("Worker-{k}"), async move || {
                if k < last || how == "deadlock" {
                    lock.acquire(Blocking::Forever).await;
                } else if how == "panic" {
                    panic!("{k} is one too many");
                } else if how == "trap" {
                    trap();
                }
            })
        })
        .collect();
    for thread in &threads {
        thread.start().await?;
    }
    if how == "error" {
        threads[0].start().await?;
    }
    for thread in &threads {
        thread.join().await?;
    }
    Ok(Outcome::new(true, Vec::new()))
}

/// What a fault of the machine is: no panic, no message.
fn trap() {
    #[cfg(target_arch = "wasm32")]
    core::arch::wasm32::unreachable();
    #[cfg(not(target_arch = "wasm32"))]
    panic!("a trap");
}
