//! The map of outcomes: what a program can come to, in how many of its
//! interleavings, and how most simply.

use super::count::{Count, interleavings};
use super::exhaustive::Exhaustive;
use super::replay::Recorder;
use super::schedule::Schedule;
use crate::platform::model::{Ended, Options, Run, run};

/// How far to search.
#[derive(Clone, Copy, Debug)]
pub struct Search {
    /// Whether executions that differ only in the order of steps that touch nothing
    /// in common are made once. What is found and counted is the same.
    pub reduction: bool,
    /// Executions after which the search is given up.
    pub limit: u64,
    pub options: Options,
    /// The program's version, for the schedules.
    pub version: u32,
}

/// All outcomes that were found.
#[derive(Clone, Debug)]
pub struct Map<K> {
    /// Executions that ran to their end.
    pub executions: u64,
    /// Executions that were begun and cut, as they would have shown nothing new.
    pub cut: u64,
    pub interleavings: Count,
    /// Whether these are all that there are.
    pub complete: bool,
    /// In the order of being found.
    pub outcomes: Vec<Found<K>>,
}

/// An outcome.
#[derive(Clone, Debug)]
pub struct Found<K> {
    pub outcome: K,
    /// Interleavings that end with it.
    pub count: Count,
    /// Of the executions that showed it the one with the fewest steps, and of those
    /// with the fewest preemptions.
    pub schedule: Schedule,
    pub steps: usize,
    pub preemptions: usize,
}

/// Runs a program through its interleavings; `outcome` says what an execution came
/// to. `go_on` is asked now and then whether to: `false` ends the search and keeps
/// what was found.
pub fn explore<T, K, Main>(
    search: &Search,
    program: impl Fn() -> Main,
    outcome: impl Fn(&Run<T>) -> K,
    mut go_on: impl FnMut(&Map<K>) -> bool,
) -> Map<K>
where
    T: 'static,
    K: PartialEq,
    Main: Future<Output = T> + 'static,
{
    let mut oracle = Exhaustive::new(search.reduction);
    let mut map = Map {
        executions: 0,
        cut: 0,
        interleavings: Count::default(),
        complete: false,
        outcomes: Vec::new(),
    };
    while oracle.next() {
        if map.executions + map.cut >= search.limit || !go_on(&map) {
            return map;
        }
        let mut recorder = Recorder::new(&mut oracle, search.version);
        let run = run(search.options, &mut recorder, program());
        let schedule = recorder.into_schedule();
        if run.ended == Ended::Cut {
            map.cut += 1;
            continue;
        }
        map.executions += 1;
        let count = match search.reduction {
            true => interleavings(&run.steps, &run.started),
            false => Count::ONE,
        };
        map.interleavings.add(count);
        map.add(outcome(&run), count, schedule, &run);
    }
    map.complete = true;
    map
}

impl<K: PartialEq> Map<K> {
    fn add<T>(&mut self, outcome: K, count: Count, schedule: Schedule, run: &Run<T>) {
        let steps = run.steps.len();
        let preemptions = run.steps.iter().filter(|step| step.preempts).count();
        let known = self
            .outcomes
            .iter_mut()
            .find(|known| known.outcome == outcome);
        let Some(known) = known else {
            self.outcomes.push(Found {
                outcome,
                count,
                schedule,
                steps,
                preemptions,
            });
            return;
        };
        known.count.add(count);
        if (steps, preemptions) < (known.steps, known.preemptions) {
            (known.steps, known.preemptions) = (steps, preemptions);
            known.schedule = schedule;
        }
    }
}
