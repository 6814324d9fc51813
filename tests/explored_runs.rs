//! Nothing happens on real threads that exploration has not named: for each scenario of
//! threads a small instance, all of whose outcomes are known, and many runs of it on OS
//! threads, side by side, so that each is disturbed by the others.

use std::collections::BTreeSet;
use std::sync::Mutex;
use std::thread;

use lockstep::base::Named;
use lockstep::platform::{native, watched};
use lockstep::scenario::{self, FactValue, MadeOf, Report, Verdict};
use lockstep::session::exploration::{Wish, explore_link};
use lockstep::share::{self, Link};

/// With times of at most 20 ms.
#[rustfmt::skip]
const SMALL: &[&str] = &[
    "threads&delays=2,1",
    "threads&delays=0,0,0",
    "return-values&inputs=2,3&via=pool&workers=2&task_ms=1",
    "counter&threads=2&increments=2&guard=none",
    "counter&threads=2&increments=2&guard=lock",
    "counter&threads=3&increments=2&guard=atomic",
    "recursion&depth=2",
    "bank",
    "bank&pause_ms=1&strategy=ordered",
    "bank&pause_ms=1&strategy=none&transfers=2",
    "bank&pause_ms=0&strategy=none&balances=100,100",
    "bank&pause_ms=1&strategy=coarse",
    "semaphore&workers=3&permits=2&hold_ms=1",
    "connection-pool&clients=3&connections=2&hold_ms=1",
    "over-release",
    "strict-pool&clients=2&resources=1&hold_ms=1&double_release=yes",
    "event&waiters=2&set_after_ms=2",
    "download-event&processors=2&download_ms=2",
    "producer-consumer&consumers=2&items=2&produce_ms=1&consume_ms=1&recheck=while",
    "producer-consumer&consumers=2&items=2&produce_ms=1&consume_ms=1&recheck=if",
    "barrier&parties=2&step_ms=1&rounds=2",
    "barrier&parties=2&step_ms=1&abort_by=0",
    "phases&workers=2",
    "phases&workers=2&barrier=off",
    "thread-pool&workers=2&tasks=2&task_ms=1",
    "scrape&workers=2&pages=2&missing=1",
    "downloads&files=2&steps=1&step_ms=10",
    "philosophers&seats=2&meals=1&pause_ms=1",
    "philosophers&seats=3&meals=1&pause_ms=0",
    "readers-writers&readers=1&writers=1&rounds=1",
    "readers-writers&readers=2&writers=1&rounds=1&prefer=writers",
    "lost-wakeup",
    "lost-wakeup&style=condition",
];

/// Runs of each at each speed.
const RUNS: usize = 200;
const SPEEDS: [f64; 2] = [1.0, 10.0];
/// Those of a part, which are made one after the other.
const PART: usize = 20;
const SIDE_BY_SIDE: usize = 24;

fn open(text: &str) -> Link {
    let (link, notices) = share::read(&format!("scenario={text}"));
    assert!(notices.is_empty(), "{text}: {notices:?}");
    link
}

fn named(verdict: Verdict, facts: &Named<FactValue>) -> String {
    format!("{} {facts:?}", verdict.name())
}

/// All that exploration says a program may come to.
fn outcomes(link: &Link) -> BTreeSet<String> {
    let found = explore_link(link, link.scenario.on_model(), Wish::default(), |_| true);
    assert!(found.complete, "{}", found.summary);
    assert_eq!(found.outcomes_untold, 0);
    let outcomes = found.outcomes.iter();
    outcomes
        .map(|outcome| named(outcome.verdict, &outcome.facts))
        .collect()
}

/// What a run on OS threads comes to.
fn run(link: &Link, speed: f64) -> String {
    let run = native::Run::new(speed);
    let program = link.scenario.on_threads().expect("it is of threads");
    match watched::main(&run, program(link.params.clone())) {
        Err(_) => named(Verdict::Deadlock, &Named::default()),
        Ok(ending) => {
            let ending = ending.expect("nobody stops it");
            let report = Report::of(ending, 0.0);
            let facts = report.facts.iter();
            let facts = facts.map(|fact| (fact.name.clone(), fact.value.clone()));
            named(report.verdict, &facts.collect())
        }
    }
}

#[test]
fn real_runs_come_to_nothing_that_exploration_does_not_name() {
    let tasks: Vec<_> = (SMALL.iter())
        .flat_map(|text| {
            let link = open(text);
            let outcomes = outcomes(&link);
            let parts = SPEEDS.into_iter().flat_map(|speed| [speed; RUNS / PART]);
            parts.map(move |speed| (text, open(text), outcomes.clone(), speed))
        })
        .collect();
    let next = Mutex::new(tasks.iter());
    let worker = || {
        loop {
            let task = next.lock().expect("no panic").next();
            let Some((text, link, outcomes, speed)) = task else {
                break;
            };
            for _ in 0..PART {
                let came_to = run(link, *speed);
                assert!(
                    outcomes.contains(&came_to),
                    "{text}, speed {speed}: {came_to}, of {outcomes:#?}"
                );
            }
        }
    };
    thread::scope(|scope| (0..SIDE_BY_SIDE).for_each(|_| drop(scope.spawn(worker))));
}

#[test]
fn every_scenario_of_threads_has_a_small_instance() {
    for scenario in scenario::all() {
        let of_threads =
            scenario.made_of() == MadeOf::Threads && !scenario.listing.python.is_empty();
        let its = SMALL
            .iter()
            .filter(|text| text.split('&').next() == Some(scenario.id));
        assert_eq!(its.count() > 0, of_threads, "{}", scenario.id);
    }
}
