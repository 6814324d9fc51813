//! Five forks for five philosophers, who need two each.

use super::help::fact;
use super::listing::listing;
use super::outcome::{Fact, Outcome, Report};
use super::param::Param;
use super::params::Params;
use super::{Scenario, TryNext};
use crate::platform::Platform;
use crate::pool::{Thread, sleep};
use crate::sync::{Error, Lock, Semaphore, with};
use crate::words::number::counted;

pub static SCENARIO: Scenario = Scenario {
    id: "philosophers",
    version: 2,
    title: "The dining philosophers",
    try_next: &[
        TryNext {
            label: "Take the lower fork first",
            explore: false,
            set: &[("strategy", "ordered")],
        },
        TryNext {
            label: "Ask a waiter",
            explore: false,
            set: &[("strategy", "waiter")],
        },
        TryNext {
            label: "Two seats, one meal: explore this",
            explore: true,
            set: &[("seats", "2"), ("meals", "1"), ("pause_ms", "0")],
        },
    ],
    params: &[
        Param::int("seats", "How many philosophers, and forks.", 2, 16, "5"),
        Param::count("meals", "How often each eats.", "3"),
        Param::choice(
            "strategy",
            "Left fork first; lower fork first; or left first, by leave of a waiter.",
            &["naive", "ordered", "waiter"],
            "naive",
        ),
        Param::ms_up_to(
            1000,
            "pause_ms",
            "How long each hesitates between the two forks.",
            "10",
        ),
    ],
    facts: &[fact("meals_eaten", "by all of them together")],
    chart: None,
    max_threads: |params| params.count("seats") + 1,
    in_words,
    listing: listing!("philosophers", "philosophers.rs"),
};

fn in_words(report: &Report) -> String {
    format!("{} eaten", counted(report.int("meals_eaten"), "meal"))
}

pub async fn run<P: Platform>(params: Params) -> Result<Outcome, Error> {
    let seats = params.count("seats");
    let meals = params.int("meals");
    let strategy = params.choice("strategy");
    let pause = params.ms("pause_ms");
    let waiter = Semaphore::<P>::new("waiter", seats as u32 - 1);
    let forks: Vec<_> = (0..seats)
        .map(|k| Lock::<P>::new(&format!("forks[{k}]")))
        .collect();

    let philosophers: Vec<_> = (0..seats)
        .map(|k| {
            let (left, right) = (k, (k + 1) % seats);
            let (first, second) = match strategy {
                "ordered" => (left.min(right), left.max(right)),
                _ => (left, right),
            };
            let (first, second) = (forks[first].clone(), forks[second].clone());
            let waiter = waiter.clone();
            Thread::<P, i64>::new(format!("Philosopher-{k}"), async move || {
                let mut eaten = 0;
                for _ in 0..meals {
                    let eat = async || {
                        sleep::<P>(pause).await; // @2
                        with(&*second, async || eaten += 1).await; // @3
                    };
                    let dine = async || with(&*first, eat).await; // @1
                    match strategy {
                        "waiter" => with(&*waiter, dine).await, // @4
                        _ => dine().await,
                    }
                }
                eaten
            })
        })
        .collect();

    for philosopher in &philosophers {
        philosopher.start().await?; // @5
    }
    let mut eaten = 0;
    for philosopher in &philosophers {
        eaten += philosopher.join().await?; // @6
    }
    Ok(Outcome::new(
        eaten == seats as i64 * meals,
        vec![Fact::int("meals_eaten", eaten)],
    ))
}
