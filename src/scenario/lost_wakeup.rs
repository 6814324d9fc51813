//! A signal that comes too early for the one who waits for it.

use super::help::fact;
use super::listing::listing;
use super::outcome::{Fact, Outcome, Report};
use super::param::Param;
use super::params::Params;
use super::{Scenario, TryNext};
use crate::platform::Platform;
use crate::pool::Thread;
use crate::sync::{Blocking, Condition, Error, SharedCell, with};
use crate::words::number::counted;

pub static SCENARIO: Scenario = Scenario {
    id: "lost-wakeup",
    version: 2,
    title: "The lost wake-up",
    try_next: &[TryNext {
        label: "Look under the lock",
        explore: false,
        set: &[("style", "condition")],
    }],
    params: &[Param::choice(
        "style",
        "Whether the flag is looked at before the lock is taken, or while it is held.",
        &["naive", "condition"],
        "naive",
    )],
    facts: &[fact("finished", "threads that came to their end")],
    chart: None,
    max_threads: |_| 3,
    in_words,
    listing: listing!("lost-wakeup", "lost_wakeup.rs"),
};

fn in_words(report: &Report) -> String {
    let finished = counted(report.int("finished"), "thread");
    format!("{finished} finished: the signal came in time")
}

pub async fn run<P: Platform>(params: Params) -> Result<Outcome, Error> {
    let naive = params.choice("style") == "naive";
    let ready = SharedCell::<P>::flag("ready");
    let condition = Condition::<P>::new("condition");

    let waiter = {
        let (ready, condition) = (ready.clone(), condition.clone());
        Thread::<P, Result<(), Error>>::new("Waiter", async move || {
            if naive {
                let not_yet = ready.load().await == 0; // @1
                let wait = async || condition.wait(Blocking::Forever).await; // @3
                if not_yet {
                    with(&*condition, wait).await?; // @2
                }
                return Ok(());
            }
            let wait_until_ready = async || {
                while ready.load().await == 0 {
                    // @5
                    condition.wait(Blocking::Forever).await?; // @6
                }
                Ok(())
            };
            with(&*condition, wait_until_ready).await // @4
        })
    };
    let setter = Thread::<P, Result<(), Error>>::new("Setter", async move || {
        if naive {
            ready.store(1).await; // @7
            let notify = async || condition.notify(1).await; // @16
            return with(&*condition, notify).await; // @8
        }
        let set = async || {
            ready.store(1).await; // @10
            condition.notify(1).await // @11
        };
        with(&*condition, set).await // @9
    });

    waiter.start().await?; // @12
    setter.start().await?; // @13
    waiter.join().await??; // @14
    setter.join().await??; // @15
    Ok(Outcome::new(true, vec![Fact::int("finished", 2)]))
}
