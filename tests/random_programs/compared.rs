//! A program searched by states, beside all its executions one by one.

use std::collections::{BTreeMap, BTreeSet};
use std::fmt::Debug;
use std::hash::Hash;

use lockstep::explore::{Finding, Map, Replay, Search, Strategy, explore, stuck};
use lockstep::platform::model::{Ended, Execution, Options, run};
use proptest::prelude::*;
use proptest::test_runner::TestCaseResult;

use crate::full_search;

/// Executions that are too many to search in full, here.
pub const LIMIT: u64 = 20_000;

/// How an execution ended, and what it came to.
pub type Outcome<T> = (Ended, Option<T>);

pub fn outcome<T>(execution: &mut Execution<T>) -> Outcome<T> {
    (execution.ended, execution.result.take())
}

pub fn options(clock: bool) -> Options {
    Options {
        clock,
        step_limit: 500,
        ..Options::default()
    }
}

pub fn searched<T, Main>(
    program: impl Fn() -> Main + Clone + 'static,
    strategy: Strategy,
    clock: bool,
) -> Map<Outcome<T>>
where
    T: Clone + Eq + Hash + 'static,
    Main: Future<Output = T> + 'static,
{
    let search = Search {
        strategy,
        limit: LIMIT,
        options: options(clock),
        version: 1,
    };
    explore(&search, program, outcome, |_| true)
}

/// What there is, found one by one.
#[derive(Debug, Default, PartialEq, Eq)]
pub struct Full {
    pub outcomes: BTreeMap<String, u128>,
    /// Why threads wait for ever, each once.
    stuck: BTreeSet<String>,
    /// Executions by how many preemptions they have.
    pub preemptions: BTreeMap<usize, u128>,
    /// The fewest steps to each outcome, and of those the fewest preemptions.
    simplest: BTreeMap<String, (usize, usize)>,
}

/// All of a program, or `None` if that is too much.
pub fn in_full<T, Main>(program: impl Fn() -> Main + Clone + 'static, clock: bool) -> Option<Full>
where
    T: Debug + 'static,
    Main: Future<Output = T> + 'static,
{
    let mut full = Full::default();
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

/// How many executions come to each outcome.
pub fn counted<T: Debug>(map: &Map<Outcome<T>>) -> BTreeMap<String, u128> {
    let counts = map.outcomes.iter().map(|found| {
        let count = found.count.expect("all was seen");
        assert!(!count.more);
        (format!("{:?}", found.what), count.at_least)
    });
    counts.collect()
}

/// Outcomes, their counts, what waits for ever and the simplest schedules are the same,
/// found by states and one by one, and each schedule leads to what it promises. Programs
/// that are too large to be searched in full are rejected.
pub fn same_both_ways<T, Main>(
    program: impl Fn() -> Main + Clone + 'static,
    clock: bool,
) -> TestCaseResult
where
    T: Clone + Debug + Eq + Hash + 'static,
    Main: Future<Output = T> + 'static,
{
    let full = in_full(program.clone(), clock);
    prop_assume!(full.is_some());
    let full = full.unwrap_or_default();
    let map = searched(program.clone(), Strategy::All, clock);
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
        let mut execution = run(options(clock), &mut replay, program.clone());
        prop_assert_eq!(execution.made, found.steps);
        prop_assert_eq!(&outcome(&mut execution), &found.what);
    }
    Ok(())
}
