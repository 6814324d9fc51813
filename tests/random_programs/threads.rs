//! Threads over every primitive of threads.

use std::pin::Pin;
use std::time::Duration;

use lockstep::explore::{Count, Random, Recorder, Replay, Schedule, Strategy as How};
use lockstep::platform::model::{Model, run};
use lockstep::scenario::selftest::random::{Op, Result, carry_out};
use lockstep::session::playback::replays;
use lockstep::share;
use lockstep::sync::Blocking;
use proptest::collection::vec;
use proptest::prelude::*;

use crate::compared::{LIMIT, counted, in_full, options, same_both_ways, searched};

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
pub fn program() -> impl Strategy<Value = Vec<Vec<Op>>> {
    prop_oneof![vec(vec(op(), 1..7), 2..3), vec(vec(op(), 1..4), 3..4)]
}

/// The same as something that can be begun any number of times.
pub fn program_of(threads: Vec<Vec<Op>>) -> impl Fn() -> Running + Clone + 'static {
    move || Box::pin(carry_out::<Model>(threads.clone()))
}

pub type Running = Pin<Box<dyn Future<Output = Result>>>;

proptest! {
    #![proptest_config(ProptestConfig {
        cases: 5000,
        // Programs that are too large are drawn again.
        max_global_rejects: 1_000_000,
        ..ProptestConfig::default()
    })]

    #[test]
    fn states_are_what_a_full_search_finds(threads in program(), clock: bool) {
        same_both_ways(program_of(threads), clock)?;
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
        let full = in_full(program_of(threads.clone()), false);
        prop_assume!(full.is_some());
        let full = full.unwrap_or_default();
        for preemptions in [0, 1, 2, 100] {
            let map = searched(program_of(threads.clone()), How::Bounded { preemptions }, false);
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
        let full = in_full(program_of(threads.clone()), false);
        prop_assume!(full.is_some());
        let full = full.unwrap_or_default();
        let strategy = How::Sampled { seed };
        let sampled = searched(program_of(threads.clone()), strategy, false);
        prop_assert_eq!(sampled.executions, LIMIT);
        for (outcome, count) in counted(&sampled) {
            prop_assert!(full.outcomes.get(&outcome).is_some_and(|all| *all >= count));
        }
    }

    #[test]
    fn a_schedule_replays_what_it_was_recorded_from(threads in program(), seed: u64, clock: bool) {
        let program = program_of(threads);
        let mut random = Random::new(seed);
        let mut recorder = Recorder::new(&mut random, Schedule::new(1));
        let original = run(options(clock), &mut recorder, program.clone());
        let text = recorder.into_schedule().encode();
        let schedule = Schedule::decode(&text).expect("as it was encoded");
        let mut replay = Replay::new(&schedule);
        let again = run(options(clock), &mut replay, program);
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
