//! The map of outcomes: what a program can come to, in how many of its
//! interleavings, and how most simply.

use std::collections::HashSet;

use super::count::{Count, Counter, calmest};
use super::exhaustive::Exhaustive;
use super::findings::{Finding, findings, stuck};
use super::races::{Race, Races};
use super::replay::{Follow, Recorder, Replay};
use super::sample::Sample;
use super::schedule::Schedule;
use super::{Leader, Share};
use crate::platform::model::{Ended, Options, Run, run, run_into};

/// How far to search.
#[derive(Clone, Copy, Debug)]
pub struct Search {
    pub strategy: Strategy,
    /// Executions after which the search is given up.
    pub limit: u64,
    /// Which part of the search to make; of random executions all.
    pub share: Share,
    pub options: Options,
    /// The program's version, for the schedules.
    pub version: u32,
}

impl Search {
    /// A schedule without decisions yet.
    fn schedule(&self) -> Schedule {
        let mut schedule = Schedule::new(self.version);
        schedule.any_deadline = self.options.any_deadline;
        schedule
    }

    fn schedule_of(&self, leader: &impl Leader) -> Schedule {
        let mut schedule = self.schedule();
        leader.write(&mut schedule);
        schedule
    }
}

/// In which executions to look.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Strategy {
    /// In all.
    All,
    /// In one of those that differ only in the order of steps that touch nothing in
    /// common. What is found and counted is the same as in all.
    Reduced,
    /// In all with at most so many preemptions. Each counts for itself.
    Bounded { preemptions: u32 },
    /// In random ones, the same for the same seed. Each counts for itself, once.
    Sampled { seed: u64 },
}

/// All outcomes that were found.
#[derive(Clone, Debug)]
pub struct Map<K> {
    /// Executions that ran to their end.
    pub executions: u64,
    /// Executions that were begun and cut, as they would have shown nothing new.
    pub cut: u64,
    pub interleavings: Count,
    /// Whether the search came to its own end: nothing is left to look at of what was
    /// to be looked at.
    pub ended: bool,
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
/// to, and may take its result away. `go_on` is asked before each whether to go on:
/// `false` ends the search and keeps what was found.
pub fn explore<T, K, Main>(
    search: &Search,
    program: impl Fn() -> Main,
    outcome: impl Fn(&mut Run<T>) -> K,
    mut go_on: impl FnMut(&Map<K>) -> bool,
) -> Map<K>
where
    T: 'static,
    K: PartialEq,
    Main: Future<Output = T> + 'static,
{
    let mut map = match search.strategy {
        Strategy::All => find(
            search,
            Exhaustive::new(false).share(search.share),
            &program,
            &outcome,
            &mut go_on,
        ),
        Strategy::Reduced => find(
            search,
            Exhaustive::new(true).share(search.share),
            &program,
            &outcome,
            &mut go_on,
        ),
        Strategy::Bounded { preemptions } => find(
            search,
            Exhaustive::bounded(preemptions).share(search.share),
            &program,
            &outcome,
            &mut go_on,
        ),
        Strategy::Sampled { seed } => {
            find(search, Sample::new(seed), &program, &outcome, &mut go_on)
        }
    };
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
    mut leader: impl Leader,
    program: &impl Fn() -> Main,
    outcome: &impl Fn(&mut Run<T>) -> K,
    go_on: &mut impl FnMut(&Map<K>) -> bool,
) -> Map<K>
where
    T: 'static,
    K: PartialEq,
    Main: Future<Output = T> + 'static,
{
    let mut map = Map {
        executions: 0,
        cut: 0,
        interleavings: Count::default(),
        ended: false,
        complete: false,
        outcomes: Vec::new(),
        findings: Vec::new(),
    };
    let mut counter = Counter::default();
    let mut races = Races::default();
    // Races that were found before, and which of the findings each is.
    let mut known: Vec<(Race, usize)> = Vec::new();
    // Random executions can come twice.
    let mut seen: HashSet<Schedule> = HashSet::new();
    let mut run = Run::new();
    while leader.next() {
        if map.executions + map.cut >= search.limit || !go_on(&map) {
            return map;
        }
        run_into(&mut run, search.options, &mut leader, program());
        if run.ended == Ended::Cut || !leader.counts() {
            map.cut += 1;
            continue;
        }
        map.executions += 1;
        let sampled = matches!(search.strategy, Strategy::Sampled { .. });
        if sampled && !seen.insert(search.schedule_of(&leader)) {
            continue;
        }
        let count = match search.strategy {
            Strategy::Reduced => counter.interleavings(&run),
            _ => Count::ONE,
        };
        map.interleavings.add(count);
        let shown = Shown {
            count,
            steps: run.steps.len(),
            preemptions: preemptions(&run),
            schedule: &|| search.schedule_of(&leader),
        };
        let mut counted = Vec::new();
        for race in races.find(&run) {
            let before = known.iter().find(|(known, _)| known.is_same_as(race));
            let finding = match before {
                Some(&(_, finding)) => finding,
                None => {
                    let race_told = race.told(&run);
                    let finding = shown.place(&mut map.findings, race_told, Finding::is_same_as);
                    known.push((*race, finding));
                    finding
                }
            };
            if !counted.contains(&finding) {
                counted.push(finding);
                let found = &mut map.findings[finding];
                if shown.add_to(found) {
                    found.what = race.told(&run);
                }
            }
        }
        if run.ended == Ended::Deadlock {
            let stuck = stuck(&run.blocked);
            let finding = shown.place(&mut map.findings, stuck, Finding::is_same_as);
            shown.add_to(&mut map.findings[finding]);
        }
        let ended = outcome(&mut run);
        let finding = shown.place(&mut map.outcomes, ended, K::eq);
        shown.add_to(&mut map.outcomes[finding]);
    }
    map.ended = true;
    map.complete = !matches!(search.strategy, Strategy::Bounded { .. });
    map
}

impl<K> Found<K> {
    /// Finds a schedule with fewer preemptions among those that differ from the one
    /// that there is only in the order of steps that touch nothing in common.
    fn calm<T: 'static, Main: Future<Output = T> + 'static>(
        &mut self,
        search: &Search,
        program: &impl Fn() -> Main,
        shows: impl Fn(&mut Run<T>, &K) -> bool,
    ) {
        // Fewer than none there are not.
        if self.preemptions == 0 {
            return;
        }
        let first = run(search.options, &mut Replay::new(&self.schedule), program());
        let Some(order) = calmest(&first) else {
            return;
        };
        let mut follow = Follow::new(order);
        let mut recorder = Recorder::new(&mut follow, search.schedule());
        let mut calm = run(search.options, &mut recorder, program());
        let schedule = recorder.into_schedule();
        let preemptions = preemptions(&calm);
        // Which of several is woken may depend on the order; then it may show
        // something else, or come to nothing.
        let same = calm.ended == first.ended && shows(&mut calm, &self.what);
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
struct Shown<'a> {
    count: Count,
    steps: usize,
    preemptions: usize,
    schedule: &'a dyn Fn() -> Schedule,
}

impl Shown<'_> {
    /// Where something is among what was found, put there if it is new.
    fn place<K>(&self, found: &mut Vec<Found<K>>, what: K, same: impl Fn(&K, &K) -> bool) -> usize {
        let known = found.iter().position(|known| same(&known.what, &what));
        known.unwrap_or_else(|| {
            found.push(Found {
                what,
                count: Count::default(),
                schedule: (self.schedule)(),
                steps: self.steps,
                preemptions: self.preemptions,
            });
            found.len() - 1
        })
    }

    /// Counts for something that was found: whether it shows it more simply.
    fn add_to<K>(&self, found: &mut Found<K>) -> bool {
        found.count.add(self.count);
        let simpler = (self.steps, self.preemptions) < (found.steps, found.preemptions);
        if simpler {
            (found.steps, found.preemptions) = (self.steps, self.preemptions);
            found.schedule = (self.schedule)();
        }
        simpler
    }
}
