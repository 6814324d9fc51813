//! Small random programs: that the search by states finds what a full search finds, one by
//! one, and that a schedule replays what it was recorded from.

#![cfg(feature = "selftest")]

mod full_search;

use std::collections::{BTreeMap, BTreeSet};
use std::time::Duration;

use lockstep::explore::{
    Count, Finding, Map, Random, Recorder, Replay, Schedule, Search, Strategy as How, explore,
    stuck,
};
use lockstep::platform::model::{Ended, Execution, Model, Options, run};
use lockstep::scenario::selftest::random::{Op, Result, carry_out};
use lockstep::session::playback::replays;
use lockstep::share;
use lockstep::sync::Blocking;
use proptest::collection::vec;
use proptest::prelude::*;

fn blocking() -> impl Strategy<Value = Blocking> {
    prop_oneof![
        2 => Just(Blocking::No),
        2 => Just(Blocking::Forever),
        1 => (1..3u64).prop_map(|ms| Blocking::For(Duration::from_millis(ms))),
    ]
}

fn op() -> impl Strategy<Value = Op> {
    prop_oneof![
        4 => (0..2usize).prop_map(Op::Load),
        4 => (0..2usize).prop_map(Op::Store),
        2 => (0..2usize).prop_map(Op::Acquire),
        2 => (0..2usize).prop_map(Op::Release),
        1 => blocking().prop_map(Op::Permit),
        1 => Just(Op::GivePermit),
        1 => Just(Op::Set),
        1 => blocking().prop_map(Op::Wait),
        1 => Just(Op::Notify),
        1 => blocking().prop_map(Op::WaitNotified),
        1 => (0..3u64).prop_map(Op::Sleep),
        1 => blocking().prop_map(Op::Enter),
        1 => Just(Op::Leave),
        1 => blocking().prop_map(Op::Meet),
        1 => Just(Op::ResetBarrier),
        1 => blocking().prop_map(Op::Put),
        1 => blocking().prop_map(Op::Take),
        1 => Just(Op::Count),
        1 => Just(Op::Submit),
        1 => blocking().prop_map(Op::Result),
        1 => Just(Op::Cancel),
        1 => Just(Op::Append),
    ]
}

/// Two or three threads, small enough to be searched in full.
fn program() -> impl Strategy<Value = Vec<Vec<Op>>> {
    prop_oneof![vec(vec(op(), 1..7), 2..3), vec(vec(op(), 1..4), 3..4)]
}

type Outcome = (Ended, Option<Result>);

fn outcome(execution: &mut Execution<Result>) -> Outcome {
    (execution.ended, execution.result.take())
}

/// Executions that are too many to search in full, here.
const LIMIT: u64 = 20_000;

fn options(clock: bool) -> Options {
    Options {
        clock,
        step_limit: 500,
        ..Options::default()
    }
}

fn searched(threads: &[Vec<Op>], strategy: How, clock: bool) -> Map<Outcome> {
    let search = Search {
        strategy,
        limit: LIMIT,
        options: options(clock),
        version: 1,
    };
    let threads = threads.to_vec();
    let program = move || carry_out::<Model>(threads.clone());
    explore(&search, program, outcome, |_| true)
}

/// What there is, found one by one.
#[derive(Debug, Default, PartialEq, Eq)]
struct Full {
    outcomes: BTreeMap<String, u128>,
    /// Why threads wait for ever, each once.
    stuck: BTreeSet<String>,
    /// Executions by how many preemptions they have.
    preemptions: BTreeMap<usize, u128>,
    /// The fewest steps to each outcome, and of those the fewest preemptions.
    simplest: BTreeMap<String, (usize, usize)>,
}

/// All of a program, or `None` if that is too much.
fn in_full(threads: &[Vec<Op>], clock: bool) -> Option<Full> {
    let mut full = Full::default();
    let threads = threads.to_vec();
    let program = move || carry_out::<Model>(threads.clone());
    let all = full_search::for_each(options(clock), LIMIT, program, |mut execution| {
        if execution.ended == Ended::Deadlock {
            full.stuck.insert(told(&stuck(&execution.blocked)));
        }
        let preempts = execution.steps.iter().filter(|step| step.preempts).count();
        *full.preemptions.entry(preempts).or_default() += 1;
        let steps = execution.made;
        let outcome = format!("{:?}", outcome(&mut execution));
        let simplest = full
            .simplest
            .entry(outcome.clone())
            .or_insert((steps, preempts));
        *simplest = (*simplest).min((steps, preempts));
        *full.outcomes.entry(outcome).or_default() += 1;
    });
    all.then_some(full)
}

fn told(finding: &Finding) -> String {
    format!("{finding:?}")
}

fn counted(map: &Map<Outcome>) -> BTreeMap<String, u128> {
    let counts = map.outcomes.iter().map(|found| {
        let count = found.count.expect("all was seen");
        assert!(!count.more);
        (format!("{:?}", found.what), count.at_least)
    });
    counts.collect()
}

proptest! {
    #![proptest_config(ProptestConfig {
        cases: 5000,
        // Programs that are too large are drawn again.
        max_global_rejects: 1_000_000,
        ..ProptestConfig::default()
    })]

    #[test]
    fn states_are_what_a_full_search_finds(threads in program(), clock: bool) {
        let full = in_full(&threads, clock);
        prop_assume!(full.is_some());
        let full = full.unwrap_or_default();
        let map = searched(&threads, How::All, clock);
        prop_assert!(map.complete);
        prop_assert_eq!(counted(&map), full.outcomes);
        let is_stuck = |finding: &Finding| !matches!(finding, Finding::Race { .. });
        let findings = map.findings.iter().filter(|found| is_stuck(&found.what));
        let findings: BTreeSet<_> = findings.map(|found| told(&found.what)).collect();
        prop_assert_eq!(findings, full.stuck);
        for found in &map.outcomes {
            let simplest = full.simplest[&format!("{:?}", found.what)];
            prop_assert_eq!((found.steps, found.preemptions), simplest);
            let mut replay = Replay::new(&found.schedule);
            let threads = threads.clone();
            let program = move || carry_out::<Model>(threads);
            let mut execution = run(options(clock), &mut replay, program);
            prop_assert_eq!(execution.made, found.steps);
            prop_assert_eq!(&outcome(&mut execution), &found.what);
        }
    }
}

proptest! {
    #![proptest_config(ProptestConfig {
        cases: 300,
        max_global_rejects: 100_000,
        ..ProptestConfig::default()
    })]

    #[test]
    fn bounds_on_preemptions_leave_out_those_with_more(threads in program()) {
        let full = in_full(&threads, false);
        prop_assume!(full.is_some());
        let full = full.unwrap_or_default();
        for preemptions in [0, 1, 2, 100] {
            let map = searched(&threads, How::Bounded { preemptions }, false);
            let within = full.preemptions.range(..=preemptions as usize);
            let within: u128 = within.map(|(_, count)| count).sum();
            prop_assert!(map.ended && !map.complete);
            prop_assert_eq!(map.interleavings, Some(Count::exactly(within)));
            let bound = preemptions as usize;
            prop_assert!(map.outcomes.iter().all(|found| found.preemptions <= bound));
        }
    }

    #[test]
    fn random_executions_find_nothing_that_there_is_not(threads in program(), seed: u64) {
        let full = in_full(&threads, false);
        prop_assume!(full.is_some());
        let full = full.unwrap_or_default();
        let strategy = How::Sampled { seed };
        let sampled = searched(&threads, strategy, false);
        prop_assert_eq!(sampled.executions, LIMIT);
        for (outcome, count) in counted(&sampled) {
            prop_assert!(full.outcomes.get(&outcome).is_some_and(|all| *all >= count));
        }
    }

    #[test]
    fn a_schedule_replays_what_it_was_recorded_from(threads in program(), seed: u64, clock: bool) {
        let mut random = Random::new(seed);
        let mut recorder = Recorder::new(&mut random, Schedule::new(1));
        let its = threads.clone();
        let original = run(options(clock), &mut recorder, move || carry_out::<Model>(its));
        let text = recorder.into_schedule().encode();
        let schedule = Schedule::decode(&text).expect("as it was encoded");
        let mut replay = Replay::new(&schedule);
        let again = run(options(clock), &mut replay, move || carry_out::<Model>(threads));
        prop_assert_eq!(replay.misfit(), None);
        prop_assert_eq!(original, again);
    }
}

/// The same by way of links, as the page does it; in the browser, too.
#[test]
fn a_run_on_the_page_is_what_its_link_replays() {
    for program in 0..500 {
        let query = format!("scenario=selftest-random&program={program}&seed={program}");
        let (link, _) = share::read(&query);
        assert!(replays(&link, link.scenario.on_model()), "{query}");
    }
}
