//! Small random programs: that reduction finds what full search finds, and that a
//! schedule replays what it was recorded from.

#![cfg(feature = "selftest")]

use std::collections::BTreeMap;
use std::time::Duration;

use lockstep::explore::{
    Count, Exhaustive, Leader, Map, Random, Recorder, Replay, Schedule, Search, Share,
    Strategy as How, explore,
};
use lockstep::platform::model::{Ended, Model, Options, Run, run};
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
    ]
}

/// Two or three threads, small enough to be searched in full.
fn program() -> impl Strategy<Value = Vec<Vec<Op>>> {
    prop_oneof![vec(vec(op(), 1..7), 2..3), vec(vec(op(), 1..4), 3..4)]
}

type Outcome = (Ended, Option<Result>, Duration);

fn outcome(run: &mut Run<Result>) -> Outcome {
    (run.ended, run.result.clone(), run.elapsed)
}

/// Executions that are too many to search in full, here.
const LIMIT: u64 = 20_000;

fn searched(threads: &[Vec<Op>], strategy: How, share: Share) -> Map<Outcome> {
    let search = Search {
        strategy,
        share,
        limit: LIMIT,
        options: Options::default(),
        version: 1,
    };
    explore(
        &search,
        || carry_out::<Model>(threads.to_vec()),
        outcome,
        |_| true,
    )
}

/// Outcomes and their counts, of one map or of the parts of one.
fn counted<'a>(maps: impl IntoIterator<Item = &'a Map<Outcome>>) -> BTreeMap<String, Count> {
    let mut counted: BTreeMap<_, Count> = BTreeMap::new();
    for found in maps.into_iter().flat_map(|map| &map.outcomes) {
        let count = counted.entry(format!("{:?}", found.what)).or_default();
        count.add(found.count);
    }
    counted
}

proptest! {
    #![proptest_config(ProptestConfig {
        cases: 600,
        // Programs that are too large are drawn again.
        max_global_rejects: 100_000,
        ..ProptestConfig::default()
    })]

    #[test]
    fn reduction_finds_what_full_search_finds(threads in program()) {
        let full = searched(&threads, How::All, Share::ALL);
        prop_assume!(full.complete);
        let reduced = searched(&threads, How::Reduced, Share::ALL);
        prop_assert!(reduced.complete);
        prop_assert_eq!(counted([&full]), counted([&reduced]));
        prop_assert!(reduced.executions <= full.executions);
    }
}

proptest! {
    #![proptest_config(ProptestConfig {
        cases: 150,
        max_global_rejects: 100_000,
        ..ProptestConfig::default()
    })]

    #[test]
    fn those_who_share_a_search_find_all_of_it_once(threads in program(), of in 2..4usize) {
        let whole = searched(&threads, How::Reduced, Share::ALL);
        prop_assume!(whole.complete);
        let parts: Vec<_> = (0..of)
            .map(|index| searched(&threads, How::Reduced, Share { index, of }))
            .collect();
        prop_assert_eq!(counted([&whole]), counted(&parts));
        let executions: u64 = parts.iter().map(|part| part.executions).sum();
        prop_assert_eq!(executions, whole.executions);
    }

    #[test]
    fn bounds_on_preemptions_end_in_full_search(threads in program()) {
        let full = searched(&threads, How::All, Share::ALL);
        prop_assume!(full.complete);
        let bounded = |preemptions| {
            searched(&threads, How::Bounded { preemptions }, Share::ALL)
        };
        prop_assert_eq!(counted([&full]), counted([&bounded(100)]));
        let none = bounded(0);
        prop_assert!(!none.complete);
        prop_assert!(none.outcomes.iter().all(|found| found.preemptions == 0));
        // As many as are within the bound, whether found by the bound or without it.
        let mut calm = Exhaustive::new(false);
        let mut within = 0;
        while calm.next() {
            let run = run(Options::default(), &mut calm, carry_out::<Model>(threads.clone()));
            within += u64::from(run.steps.iter().filter(|step| step.preempts).count() <= 1);
        }
        prop_assert_eq!(bounded(1).executions, within);
    }

    #[test]
    fn random_executions_find_nothing_that_there_is_not(threads in program(), seed: u64) {
        let full = searched(&threads, How::All, Share::ALL);
        prop_assume!(full.complete);
        let strategy = How::Sampled { seed };
        let sampled = searched(&threads, strategy, Share::ALL);
        prop_assert_eq!(sampled.executions, LIMIT);
        let full = counted([&full]);
        for (outcome, count) in counted([&sampled]) {
            prop_assert!(full.get(&outcome).is_some_and(|all| all.at_least >= count.at_least));
        }
    }

    #[test]
    fn a_schedule_replays_what_it_was_recorded_from(threads in program(), seed: u64) {
        let mut random = Random::new(seed);
        let mut recorder = Recorder::new(&mut random, Schedule::new(1));
        let original = run(Options::default(), &mut recorder, carry_out::<Model>(threads.clone()));
        let text = recorder.into_schedule().encode();
        let schedule = Schedule::decode(&text).expect("as it was encoded");
        let mut replay = Replay::new(&schedule);
        let again = run(Options::default(), &mut replay, carry_out::<Model>(threads));
        prop_assert_eq!(replay.misfit(), None);
        prop_assert_eq!(original, again);
    }

    #[test]
    fn the_schedule_of_each_outcome_shows_it(threads in program()) {
        let map = searched(&threads, How::Reduced, Share::ALL);
        for found in &map.outcomes {
            let mut replay = Replay::new(&found.schedule);
            let mut run = run(Options::default(), &mut replay, carry_out::<Model>(threads.clone()));
            prop_assert_eq!(&outcome(&mut run), &found.what);
            prop_assert_eq!(run.steps.len(), found.steps);
        }
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
