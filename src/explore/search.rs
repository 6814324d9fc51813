//! Finding all states of a program, each execution run anew from the start.
//!
//! An execution that has found a state goes on from there, which saves every other one. All
//! ways to a state are of the same length, so that in the end the order makes no difference.
//! Only a search that comes to its limit is made anew, strictly breadth first: so what it has
//! found, it has found by the shortest way.

use std::collections::{HashMap, VecDeque};
use std::hash::{BuildHasherDefault, Hasher};
use std::mem;

use hashbrown::HashTable;
use hashbrown::hash_table::Entry;

use super::findings::{Finding, stuck};
use super::graph::{Edge, Graph, GraphMove, Node, NodeIndex, Target, ThreadNumber};
use super::races::{self, Race, races};
use crate::base::ThreadId;
use crate::platform::model::{
    Choice, Ended, Execution, Move, Options, Oracle, fingerprint, forgets_rounds, made, name_of,
    run_into,
};

/// What was found in a program's states.
pub struct States<K> {
    pub graph: Graph,
    /// States that a search of the same had found when it was given up for this one.
    pub before: usize,
    /// Executions that were begun.
    pub executions: u64,
    /// Whether all states were found that are within the bounds.
    pub complete: bool,
    /// Whether the search ended since there may not be more of them.
    pub full: bool,
    /// Whether threads sleep, or run out of time, anywhere in what was looked at.
    pub timed: bool,
    /// Steps of a program that has no choice.
    pub straight: usize,
    /// With the edges that lead to each.
    pub outcomes: Vec<(K, Vec<u32>)>,
    /// Why threads wait for ever, with the edges that lead there.
    pub stuck: Vec<(Finding, Vec<u32>)>,
    /// For each race some of the states where it can be seen, the first that was found first.
    pub races: Vec<Vec<RaceState>>,
    pub threads: Threads,
}

/// A state in which two moves race, and who makes them.
#[derive(Clone, Debug)]
pub struct RaceState {
    pub what: Finding,
    pub node: NodeIndex,
    pub moves: [GraphMove; 2],
}

/// States of a race that are kept.
const RACE_STATES: usize = 16;

/// The threads that were met: their names, by number.
#[derive(Clone, Debug, Default)]
pub struct Threads {
    numbers: HashMap<u64, ThreadNumber, Unhashed>,
    names: Vec<u64>,
}

impl Threads {
    fn number(&mut self, name: u64) -> ThreadNumber {
        let names = &mut self.names;
        *self.numbers.entry(name).or_insert_with(|| {
            names.push(name);
            (names.len() - 1) as ThreadNumber
        })
    }

    pub fn name(&self, thread: ThreadNumber) -> u64 {
        self.names[usize::from(thread)]
    }
}

/// For keys that are hashes.
pub type Unhashed = BuildHasherDefault<AsItIs>;

#[derive(Default)]
pub struct AsItIs(u64);

impl Hasher for AsItIs {
    fn finish(&self) -> u64 {
        self.0
    }

    fn write(&mut self, _: &[u8]) {
        unreachable!()
    }

    fn write_u64(&mut self, number: u64) {
        self.0 = number;
    }
}

/// How far a search goes.
#[derive(Clone, Copy, Debug)]
pub struct Bounds {
    /// States after which it is given up.
    pub states: u64,
    /// The most preemptions of an execution, if there is a bound.
    pub preemptions: Option<u32>,
}

/// Finds all states of a program; `outcome` says what an execution came to. `go_on` is
/// asked before each execution whether to go on.
pub fn search<T, K, Main>(
    options: Options,
    bounds: Bounds,
    program: impl Fn() -> Main + Clone + 'static,
    outcome: impl Fn(&mut Execution<T>) -> K,
    mut go_on: impl FnMut(&States<K>) -> bool,
) -> States<K>
where
    T: 'static,
    K: Eq + std::hash::Hash + Clone,
    Main: Future<Output = T> + 'static,
{
    let explorer = Explorer::new(bounds, true);
    let states = search_by(explorer, options, &program, &outcome, 0, &mut go_on);
    if !states.full {
        return states;
    }
    let (begun, before) = (states.executions, states.graph.nodes.len());
    // Before there is another as large.
    drop(states);
    let explorer = Explorer::new(bounds, false);
    let mut states = search_by(explorer, options, &program, &outcome, before, &mut go_on);
    states.executions += begun;
    states
}

/// What an explorer finds.
fn search_by<T, K, Main, Program>(
    mut explorer: Explorer,
    options: Options,
    program: &Program,
    outcome: &impl Fn(&mut Execution<T>) -> K,
    before: usize,
    go_on: &mut impl FnMut(&States<K>) -> bool,
) -> States<K>
where
    T: 'static,
    K: Eq + std::hash::Hash + Clone,
    Main: Future<Output = T> + 'static,
    Program: Fn() -> Main + Clone + 'static,
{
    let mut found = States {
        graph: Graph::default(),
        before,
        executions: 0,
        complete: false,
        full: false,
        timed: false,
        straight: 0,
        outcomes: Vec::new(),
        stuck: Vec::new(),
        races: Vec::new(),
        threads: Threads::default(),
    };
    let mut known: HashMap<K, usize> = HashMap::new();
    let mut execution = Execution::new();
    // What was found is lent out to whoever is asked, so it is kept in one place.
    loop {
        mem::swap(&mut found.graph, &mut explorer.graph);
        mem::swap(&mut found.threads, &mut explorer.threads);
        mem::swap(&mut found.races, &mut explorer.races);
        let goes_on = go_on(&found);
        mem::swap(&mut found.graph, &mut explorer.graph);
        mem::swap(&mut found.threads, &mut explorer.threads);
        mem::swap(&mut found.races, &mut explorer.races);
        if !goes_on || !explorer.next() {
            break;
        }
        found.executions += 1;
        run_into(&mut execution, options, &mut explorer, program.clone());
        if execution.ended == Ended::Cut {
            continue;
        }
        let edge = explorer.edge.map(|(_, edge)| edge);
        if execution.ended == Ended::Deadlock {
            let finding = stuck(&execution.blocked);
            let place = found.stuck.iter().position(|(other, _)| *other == finding);
            let place = place.unwrap_or_else(|| {
                found.stuck.push((finding, Vec::new()));
                found.stuck.len() - 1
            });
            found.stuck[place].1.extend(edge);
        }
        let steps = execution.made as u32;
        let outcome = outcome(&mut execution);
        let place = *known.entry(outcome.clone()).or_insert_with(|| {
            found.outcomes.push((outcome, Vec::new()));
            found.outcomes.len() - 1
        });
        found.outcomes[place].1.extend(edge);
        let last = explorer.last.map(|last| execution.paths[last.index()]);
        explorer.arrive(Target::Outcome(place as u32), steps, last);
        found.straight = execution.made;
    }
    found.complete = explorer.has_seen_all();
    found.timed = explorer.timed;
    found.graph = explorer.graph;
    found.threads = explorer.threads;
    found.races = explorer.races;
    found.full = explorer.full;
    found
}

/// Leads a model through the states of its program.
struct Explorer {
    bounds: Bounds,
    graph: Graph,
    threads: Threads,
    /// What its nodes are known by.
    keys: Vec<u128>,
    /// The nodes, found by their keys: a map that has them twice takes twice the memory.
    known: HashTable<NodeIndex>,
    races: Vec<Vec<RaceState>>,
    known_races: Vec<Race>,
    /// Nodes that have edges to be followed, by depth.
    waiting: Vec<VecDeque<NodeIndex>>,
    /// The depth of those that are followed now.
    depth: usize,
    /// Whether an execution that has found a state goes on from there.
    goes_on: bool,
    /// The node whose edges are followed.
    node: Option<NodeIndex>,
    /// Whether the program was begun at all.
    begun: bool,
    /// The states were too many.
    full: bool,
    /// Whether a thread could run out of time, ever.
    timed: bool,
    /// What was chosen on the way to that node, and how often that is.
    way: Vec<u16>,
    way_to_node: usize,
    // Of the execution that is under way:
    /// How much of the way was gone.
    gone: usize,
    /// The edge that is followed at its end, and its node; none before the first node.
    edge: Option<(NodeIndex, u32)>,
    last: Option<ThreadId>,
    preemptions: u32,
}

impl Explorer {
    fn new(bounds: Bounds, goes_on: bool) -> Explorer {
        Explorer {
            bounds,
            graph: Graph::default(),
            threads: Threads::default(),
            keys: Vec::new(),
            known: HashTable::new(),
            races: Vec::new(),
            known_races: Vec::new(),
            waiting: Vec::new(),
            depth: 0,
            goes_on,
            node: None,
            begun: false,
            full: false,
            timed: false,
            way: Vec::new(),
            way_to_node: 0,
            gone: 0,
            edge: None,
            last: None,
            preemptions: 0,
        }
    }

    fn has_seen_all(&self) -> bool {
        self.begun
            && !self.full
            && self.node.is_none()
            && self.waiting.iter().all(VecDeque::is_empty)
    }

    /// Turns to the next edge: whether there is one.
    fn next(&mut self) -> bool {
        (self.gone, self.last, self.preemptions) = (0, None, 0);
        if !mem::replace(&mut self.begun, true) {
            return true;
        }
        if self.full {
            return false;
        }
        loop {
            if let Some(node) = self.node {
                self.way.truncate(self.way_to_node);
                if self.follow_next_edge(node) {
                    return true;
                }
                self.node = None;
            }
            let Some(waiting) = self.waiting.get_mut(self.depth) else {
                return false;
            };
            match waiting.pop_front() {
                Some(node) => self.begin_node(node),
                None => self.depth += 1,
            }
        }
    }

    /// Puts the next edge of a node that is to be followed onto the way.
    fn follow_next_edge(&mut self, node: NodeIndex) -> bool {
        let of = &mut self.graph.nodes[node as usize];
        while of.followed < of.edges {
            let edge = of.first + u32::from(of.followed);
            of.followed += 1;
            if self.graph.edges[edge as usize].target() == Target::Unknown {
                self.way.push(of.followed - 1);
                self.edge = Some((node, edge));
                return true;
            }
        }
        false
    }

    fn begin_node(&mut self, node: NodeIndex) {
        self.node = Some(node);
        self.way.clear();
        let mut at = node;
        while let Some((source, edge)) = self.graph.nodes[at as usize].found_by {
            at = source;
            let first = self.graph.nodes[at as usize].first;
            self.way.push((edge - first) as u16);
        }
        self.way.reverse();
        self.way_to_node = self.way.len();
    }

    /// Says where the edge leads that is followed, after so many steps from the start, the
    /// last of them by a thread of this name.
    fn arrive(&mut self, target: Target, steps: u32, last: Option<u64>) {
        if let Some((source, edge)) = self.edge {
            let steps = steps - self.graph.nodes[source as usize].depth;
            let last = last.map_or(0, |last| self.threads.number(last));
            self.graph.edges[edge as usize].lead_to(target, steps, last);
        }
    }

    /// Looks at a state at the end of the way: whether to go on from there.
    fn see(&mut self, choices: &[Choice]) -> bool {
        let steps = made() as u32;
        let last = self.last.map(name_of);
        let mut key = fingerprint();
        if self.bounds.preemptions.is_some() {
            let last = self
                .last
                .map_or(0, |last| u128::from(self.number(last)) + 1);
            key ^= (last << 32 | u128::from(self.preemptions)).wrapping_mul(BOUND);
        }
        let node = self.graph.nodes.len() as NodeIndex;
        let keys = &self.keys;
        let is_it = |known: &NodeIndex| keys[*known as usize] == key;
        let hash = |known: &NodeIndex| keys[*known as usize] as u64;
        match self.known.entry(key as u64, is_it, hash) {
            Entry::Occupied(known) => {
                let known = *known.get();
                self.arrive(Target::Node(known), steps, last);
                self.graph.shorten(known, steps, self.edge);
                false
            }
            Entry::Vacant(_) if self.graph.is_as_large_as(self.bounds.states) => {
                self.full = true;
                false
            }
            Entry::Vacant(new) => {
                new.insert(node);
                self.keys.push(key);
                self.arrive(Target::Node(node), steps, last);
                self.add_node(node, steps, choices);
                let depth = steps as usize;
                // A state without a choice costs no execution of its own.
                let goes_on = self.goes_on || choices.len() == 1;
                let goes_on = goes_on && self.follow_next_edge(node);
                if self.graph.nodes[node as usize].followed < choices.len() as u16 {
                    if self.waiting.len() <= depth {
                        self.waiting.resize(depth + 1, VecDeque::new());
                    }
                    self.waiting[depth].push_back(node);
                    // A loop may lead back.
                    self.depth = self.depth.min(depth);
                }
                goes_on
            }
        }
    }

    fn add_node(&mut self, node: NodeIndex, steps: u32, choices: &[Choice]) {
        if node == 0 {
            self.graph.last = self.last.map(|last| self.number(last));
        }
        let first = self.graph.edges.len() as u32;
        for (index, choice) in choices.iter().enumerate() {
            let r#move = self.as_move(choice);
            let mut edge = Edge::new(r#move);
            let most = self.bounds.preemptions;
            if most.is_some_and(|most| self.preemptions >= most && self.preempts(choices, index)) {
                edge.lead_to(Target::Beyond, 0, 0);
            }
            self.graph.edges.push(edge);
        }
        self.graph.nodes.push(Node {
            first,
            edges: choices.len() as u16,
            followed: 0,
            depth: steps,
            found_by: self.edge,
        });
        for (race, two) in races(choices) {
            let known = self.known_races.iter().position(|known| *known == race);
            let place = known.unwrap_or_else(|| {
                self.known_races.push(race);
                self.races.push(Vec::new());
                self.races.len() - 1
            });
            if self.races[place].len() < RACE_STATES {
                let moves = two.map(|choice| self.as_move(choice));
                let what = races::finding(two);
                self.races[place].push(RaceState { what, node, moves });
            }
        }
    }

    fn as_move(&mut self, choice: &Choice) -> GraphMove {
        GraphMove {
            thread: self.number(choice.thread),
            how: choice.how,
        }
    }

    fn number(&mut self, thread: ThreadId) -> ThreadNumber {
        self.threads.number(name_of(thread))
    }

    /// Whether a choice is a preemption.
    fn preempts(&self, choices: &[Choice], chosen: usize) -> bool {
        let Some(last) = self.last else { return false };
        choices[chosen].thread != last && choices.iter().any(|choice| choice.goes_on(last))
    }
}

/// Whether these moves make a node, for the program's oracle. Where threads forget, one that
/// is alone may go round for ever, which only its states show.
pub fn is_node(choices: &[Choice]) -> bool {
    choices.len() > 1 || forgets_rounds()
}

/// What sets keys apart that have a state in common: any large odd number.
const BOUND: u128 = 0x9e37_79b9_7f4a_7c15_f39c_c060_5ced_c835;

impl Oracle for Explorer {
    fn choose(&mut self, choices: &[Choice]) -> Option<usize> {
        self.timed |= choices.iter().any(|choice| choice.how == Move::TimeOut);
        let mut chosen = 0;
        if is_node(choices) {
            if self.gone == self.way.len() && !self.see(choices) {
                return None;
            }
            chosen = usize::from(self.way[self.gone]);
            self.gone += 1;
        }
        if self.bounds.preemptions.is_some() {
            self.preemptions += u32::from(self.preempts(choices, chosen));
        }
        self.last = Some(choices[chosen].thread);
        Some(chosen)
    }
}
