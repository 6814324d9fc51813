//! The map of outcomes: what a program can come to, in how many of its
//! interleavings, and how most simply.

use std::collections::{HashMap, HashSet};
use std::hash::Hash;

use super::count::Count;
use super::endless;
use super::findings::{Finding, stuck};
use super::graph::{Graph, GraphMove, Way};
use super::races::{self, Race, races};
use super::replay::{Follow, Recorder};
use super::sample::Sample;
use super::schedule::Schedule;
use super::search::{Bounds, RaceState, States, Threads, search};
use crate::platform::model::{Choice, Ended, Execution, Move, Options, Oracle, run, run_into};

/// How far to search.
#[derive(Clone, Copy, Debug)]
pub struct Search {
    pub strategy: Strategy,
    /// States after which the search is given up, or executions where it draws them.
    pub limit: u64,
    pub options: Options,
    /// The program's version, for the schedules.
    pub version: u32,
}

impl Search {
    /// A schedule without decisions yet.
    fn schedule(&self) -> Schedule {
        let mut schedule = Schedule::new(self.version);
        schedule.clock = self.options.clock;
        schedule
    }
}

/// In which executions to look.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Strategy {
    /// In all.
    All,
    /// In all with at most so many preemptions.
    Bounded { preemptions: u32 },
    /// In random ones, the same for the same seed.
    Sampled { seed: u64 },
}

/// All outcomes that were found.
#[derive(Clone, Debug)]
pub struct Map<K> {
    /// Executions that were begun.
    pub executions: u64,
    /// States that were found; none where executions are drawn.
    pub states: u64,
    /// Interleavings that were looked at, one by one or by states; `None` where the
    /// search was cut, or states lead back to themselves, so that there is no number.
    pub interleavings: Option<Count>,
    /// Whether the search came to its own end: nothing is left to look at of what was
    /// to be looked at.
    pub ended: bool,
    /// Whether these are all that there are.
    pub complete: bool,
    /// Whether it ended since it may not find more states.
    pub full: bool,
    /// Whether threads sleep, or run out of time, anywhere in what was looked at.
    pub timed: bool,
    /// In the order of being found.
    pub outcomes: Vec<Found<K>>,
    /// In the order of being found.
    pub findings: Vec<Found<Finding>>,
    /// The states, if they were looked at, and the threads' names in them.
    pub graph: Graph,
    pub threads: Threads,
}

/// An outcome, or a finding.
#[derive(Clone, Debug)]
pub struct Found<K> {
    pub what: K,
    /// Interleavings that show it, if they were counted.
    pub count: Option<Count>,
    /// An execution with the fewest steps that shows it, and of those one with the fewest
    /// preemptions: of all that there are, or of those that were drawn.
    pub schedule: Schedule,
    pub steps: usize,
    pub preemptions: usize,
    /// Of a race some of its states, if they were looked at.
    states: Vec<RaceState>,
}

/// States of a search in which the way through a race to what goes wrong is looked for.
const MOST_LOOKED_THROUGH: usize = 20_000;

/// What is told of a search that goes on, at most, of outcomes and of findings.
const TOLD_MEANWHILE: usize = 20;

/// Runs a program through its interleavings; `outcome` says what an execution came
/// to, and may take its result away. `go_on` is asked before each whether to go on, and
/// may ask what was found: `false` ends the search and keeps that.
pub fn explore<T, K, Main>(
    of: &Search,
    program: impl Fn() -> Main + Clone + 'static,
    outcome: impl Fn(&mut Execution<T>) -> K,
    mut go_on: impl FnMut(&dyn Fn() -> Map<K>) -> bool,
) -> Map<K>
where
    T: 'static,
    K: Eq + Hash + Clone,
    Main: Future<Output = T> + 'static,
{
    let preemptions = match of.strategy {
        Strategy::Sampled { seed } => return sample(of, seed, program, outcome, go_on),
        Strategy::Bounded { preemptions } => Some(preemptions),
        Strategy::All => None,
    };
    let bounds = Bounds {
        states: of.limit,
        preemptions,
    };
    let options = Options {
        steps_kept: 0,
        ..of.options
    };
    let map = |states: &States<K>, ended| map_of(of, states, ended, program.clone());
    let meanwhile = |states: &States<K>| go_on(&|| map(states, false));
    let states = search(options, bounds, program.clone(), outcome, meanwhile);
    let map = map(&states, true);
    Map {
        graph: states.graph,
        threads: states.threads,
        ..map
    }
}

/// What a search has found. If it is not complete the ways are those by which it was found.
fn map_of<T, K, Main>(
    of: &Search,
    states: &States<K>,
    ended: bool,
    program: impl Fn() -> Main + Clone + 'static,
) -> Map<K>
where
    T: 'static,
    K: Clone,
    Main: Future<Output = T> + 'static,
{
    let graph = &states.graph;
    let most = if ended { usize::MAX } else { TOLD_MEANWHILE };
    let order = states.complete.then(|| graph.in_order()).flatten();
    let counts = order.map(|order| match graph.nodes.is_empty() {
        true => vec![Count::ONE; states.outcomes.len()],
        false => graph.counts(&order, states.outcomes.len()),
    });
    // Of a search that was cut there is no memory left to look for better ways.
    let ways = states.complete.then(|| graph.ways());
    let by = |edges: &[u32]| match (&ways, edges) {
        (_, []) => Way::straight(states.straight),
        (None, edges) => graph.way_found(edges[0]),
        (Some(ways), edges) => ways.by(edges),
    };
    let schedule = |way: &Way| {
        let mut follow = Follow::new(&way.moves, &states.threads);
        let mut recorder = Recorder::new(&mut follow, of.schedule());
        run(of.options, &mut recorder, program.clone());
        recorder.into_schedule()
    };
    let outcomes = states.outcomes.iter().take(most).enumerate();
    let outcomes = outcomes.map(|(index, (what, edges))| {
        let count = counts.as_ref().map(|counts| counts[index]);
        Found::by(what.clone(), count, by(edges), schedule)
    });
    let stuck = states
        .stuck
        .iter()
        .map(|(what, edges)| (what.clone(), by(edges)));
    let races = states.races.iter().map(|found| {
        let first = &found[0];
        let way = match &ways {
            Some(ways) => ways.to_race(first.node, first.moves),
            None => graph.way_to(first.node),
        };
        Found {
            states: found.clone(),
            ..Found::by(first.what.clone(), None, way, schedule)
        }
    });
    let goes_round = ways.as_ref().filter(|_| counts.is_none());
    let endless = goes_round.map(|ways| {
        let found = endless::findings(graph, &states.threads, of.options, program.clone());
        found.into_iter().map(|(what, node)| (what, ways.to(node)))
    });
    let endless = endless.into_iter().flatten();
    let others = stuck.take(most).chain(endless);
    let others = others.map(|(what, way)| Found::by(what, None, way, schedule));
    Map {
        executions: states.executions,
        states: graph.nodes.len().max(states.before) as u64,
        outcomes: outcomes.collect(),
        findings: races.take(most).chain(others).collect(),
        interleavings: counts.map(|counts| {
            let mut all = Count::default();
            counts.into_iter().for_each(|count| all.add(count));
            all
        }),
        ended: states.complete,
        complete: states.complete && of.strategy == Strategy::All,
        full: states.full,
        timed: states.timed,
        graph: Graph::default(),
        threads: Threads::default(),
    }
}

impl<K> Found<K> {
    fn by(
        what: K,
        count: Option<Count>,
        way: Way,
        schedule: impl Fn(&Way) -> Schedule,
    ) -> Found<K> {
        Found {
            what,
            count,
            schedule: schedule(&way),
            steps: way.steps,
            preemptions: way.preemptions,
            states: Vec::new(),
        }
    }
}

impl<K> Map<K> {
    /// Through a race on to an outcome that is wrong, if one of its states leads to one: who
    /// makes it there, and what comes of it. `of` and the program are as for
    /// [`follow`](Map::follow).
    pub fn through<T, Main>(
        &self,
        race: &Found<Finding>,
        of: (Options, u32),
        program: impl Fn() -> Main + 'static,
        is_wrong: impl Fn(&K) -> bool,
    ) -> Option<(Finding, Schedule)>
    where
        T: 'static,
        Main: Future<Output = T> + 'static,
    {
        let graph = &self.graph;
        // Of a search that goes on they are not told.
        if graph.nodes.is_empty() || graph.nodes.len() > MOST_LOOKED_THROUGH {
            return None;
        }
        let is_goal = |outcome: u32| {
            let outcome = self.outcomes.get(outcome as usize);
            outcome.is_some_and(|found| is_wrong(&found.what))
        };
        let (what, moves) = race.states.iter().find_map(|state| {
            let (node, [one, other]) = (state.node, state.moves);
            let orders = [vec![one, other], vec![other, one], Vec::new()];
            let (first, on) = orders.into_iter().find_map(|first| {
                let after = graph.along(node, &first)?;
                Some((first, graph.nearest(after, is_goal)?))
            })?;
            let moves = [graph.way_to(node).moves, first, on].concat();
            Some((state.what.clone(), moves))
        })?;
        Some((what, self.follow(&moves, of, program).1))
    }

    /// The execution of these moves, and then of whatever comes, and its schedule; `of` are
    /// the options and the version of the program, which is that of the search.
    pub fn follow<T, Main>(
        &self,
        moves: &[GraphMove],
        (options, version): (Options, u32),
        program: impl Fn() -> Main + 'static,
    ) -> (Execution<T>, Schedule)
    where
        T: 'static,
        Main: Future<Output = T> + 'static,
    {
        let mut follow = Follow::new(moves, &self.threads);
        let mut schedule = Schedule::new(version);
        schedule.clock = options.clock;
        let mut recorder = Recorder::new(&mut follow, schedule);
        let execution = run(options, &mut recorder, program);
        (execution, recorder.into_schedule())
    }
}

/// Draws executions.
fn sample<T, K, Main>(
    of: &Search,
    seed: u64,
    program: impl Fn() -> Main + Clone + 'static,
    outcome: impl Fn(&mut Execution<T>) -> K,
    mut go_on: impl FnMut(&dyn Fn() -> Map<K>) -> bool,
) -> Map<K>
where
    T: 'static,
    K: Eq + Hash + Clone,
    Main: Future<Output = T> + 'static,
{
    let mut map = Map {
        executions: 0,
        states: 0,
        interleavings: Some(Count::default()),
        ended: false,
        complete: false,
        full: false,
        timed: false,
        outcomes: Vec::new(),
        findings: Vec::new(),
        graph: Graph::default(),
        threads: Threads::default(),
    };
    let mut drawn = Watched {
        sample: Sample::new(seed),
        races: Vec::new(),
        timed: false,
    };
    // They can come twice.
    let mut seen: HashSet<Schedule> = HashSet::new();
    let mut known: HashMap<K, usize> = HashMap::new();
    let mut known_races: HashMap<Race, usize> = HashMap::new();
    let mut execution = Execution::new();
    while map.executions < of.limit && go_on(&|| map.clone()) {
        drawn.next();
        run_into(&mut execution, of.options, &mut drawn, program.clone());
        map.executions += 1;
        map.timed = drawn.timed;
        let mut schedule = of.schedule();
        drawn.sample.write(&mut schedule);
        if !seen.insert(schedule.clone()) {
            continue;
        }
        map.interleavings
            .iter_mut()
            .for_each(|all| all.add(Count::ONE));
        let steps = execution.made;
        let preempts = execution.steps.iter().filter(|step| step.preempts);
        let way = (steps, preempts.count(), &schedule);
        for (race, finding) in drawn.races.drain(..) {
            let place = *known_races.entry(race).or_insert(map.findings.len());
            show(&mut map.findings, place, finding, way);
        }
        if execution.ended == Ended::Deadlock {
            let stuck = stuck(&execution.blocked);
            let place = map.findings.iter().position(|found| found.what == stuck);
            let place = place.unwrap_or(map.findings.len());
            show(&mut map.findings, place, stuck, way);
        }
        let outcome = outcome(&mut execution);
        let place = *known.entry(outcome.clone()).or_insert(map.outcomes.len());
        show(&mut map.outcomes, place, outcome, way);
    }
    map.ended = map.executions >= of.limit;
    map
}

/// Counts for something that an execution showed, which is at this place among what was
/// found, or new there.
fn show<K>(
    found: &mut Vec<Found<K>>,
    place: usize,
    what: K,
    (steps, preemptions, schedule): (usize, usize, &Schedule),
) {
    match found.get_mut(place) {
        None => found.push(Found {
            what,
            count: Some(Count::ONE),
            schedule: schedule.clone(),
            steps,
            preemptions,
            states: Vec::new(),
        }),
        Some(known) => {
            known
                .count
                .iter_mut()
                .for_each(|count| count.add(Count::ONE));
            if (steps, preemptions) < (known.steps, known.preemptions) {
                known.schedule = schedule.clone();
                (known.what, known.steps, known.preemptions) = (what, steps, preemptions);
            }
        }
    }
}

/// Draws executions, and looks for races in them.
struct Watched {
    sample: Sample,
    /// Of the execution that is under way, each once.
    races: Vec<(Race, Finding)>,
    /// Whether a thread could run out of time, ever.
    timed: bool,
}

impl Watched {
    fn next(&mut self) {
        self.sample.next();
        self.races.clear();
    }
}

impl Oracle for Watched {
    fn choose(&mut self, choices: &[Choice]) -> Option<usize> {
        self.timed |= choices.iter().any(|choice| choice.how == Move::TimeOut);
        for (race, two) in races(choices) {
            if self.races.iter().all(|(known, _)| *known != race) {
                self.races.push((race, races::finding(two)));
            }
        }
        self.sample.choose(choices)
    }
}
