//! The map of outcomes: what a program can come to, in how many of its
//! interleavings, and how most simply.

use super::count::{Count, calmest, interleavings};
use super::exhaustive::Exhaustive;
use super::findings::{Finding, findings};
use super::replay::{Follow, Recorder, Replay};
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
    /// In the order of being found.
    pub findings: Vec<Found<Finding>>,
}

/// An outcome, or a finding.
#[derive(Clone, Debug)]
pub struct Found<K> {
    pub what: K,
    /// Interleavings that show it.
    pub count: Count,
    /// Of the executions that showed it one with the fewest steps, and of those with
    /// the fewest preemptions; and of those that differ from it only in the order of
    /// independent steps, the one with the fewest preemptions.
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
    let mut map = find(search, &program, &outcome, &mut go_on);
    for found in &mut map.outcomes {
        found.calm(search, &program, |run, what| outcome(run) == *what);
    }
    for found in &mut map.findings {
        found.calm(search, &program, |run, what| {
            findings(run).iter().any(|finding| finding.is_same_as(what))
        });
    }
    map
}

fn find<T, K, Main>(
    search: &Search,
    program: &impl Fn() -> Main,
    outcome: &impl Fn(&Run<T>) -> K,
    go_on: &mut impl FnMut(&Map<K>) -> bool,
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
        findings: Vec::new(),
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
        let shown = Shown {
            count,
            steps: run.steps.len(),
            preemptions: preemptions(&run),
            schedule,
        };
        for finding in findings(&run) {
            shown.add_to(&mut map.findings, finding, Finding::is_same_as);
        }
        shown.add_to(&mut map.outcomes, outcome(&run), K::eq);
    }
    map.complete = true;
    map
}

impl<K> Found<K> {
    /// Finds a schedule with fewer preemptions among those that differ from the one
    /// that there is only in the order of steps that touch nothing in common.
    fn calm<T: 'static, Main: Future<Output = T> + 'static>(
        &mut self,
        search: &Search,
        program: &impl Fn() -> Main,
        shows: impl Fn(&Run<T>, &K) -> bool,
    ) {
        let first = run(search.options, &mut Replay::new(&self.schedule), program());
        let Some(order) = calmest(&first.steps, &first.started) else {
            return;
        };
        let mut follow = Follow::new(order);
        let mut recorder = Recorder::new(&mut follow, search.version);
        let calm = run(search.options, &mut recorder, program());
        let schedule = recorder.into_schedule();
        let preemptions = preemptions(&calm);
        // Which of several is woken may depend on the order; then it may show
        // something else, or come to nothing.
        let same = calm.ended == first.ended && shows(&calm, &self.what);
        if same && (calm.steps.len(), preemptions) < (self.steps, self.preemptions) {
            (self.steps, self.preemptions) = (calm.steps.len(), preemptions);
            self.schedule = schedule;
        }
    }
}

fn preemptions<T>(run: &Run<T>) -> usize {
    run.steps.iter().filter(|step| step.preempts).count()
}

/// An execution that shows something.
struct Shown {
    count: Count,
    steps: usize,
    preemptions: usize,
    schedule: Schedule,
}

impl Shown {
    fn add_to<K>(&self, found: &mut Vec<Found<K>>, what: K, same: impl Fn(&K, &K) -> bool) {
        let Some(known) = found.iter_mut().find(|known| same(&known.what, &what)) else {
            found.push(Found {
                what,
                count: self.count,
                schedule: self.schedule.clone(),
                steps: self.steps,
                preemptions: self.preemptions,
            });
            return;
        };
        known.count.add(self.count);
        if (self.steps, self.preemptions) < (known.steps, known.preemptions) {
            (known.steps, known.preemptions) = (self.steps, self.preemptions);
            known.schedule.clone_from(&self.schedule);
            known.what = what;
        }
    }
}
