//! Finding all states of a program, breadth first by steps, each execution run anew from
//! the start: so what was found, was found by its shortest way.

use std::collections::hash_map::Entry;
use std::collections::{HashMap, VecDeque};
use std::hash::{BuildHasherDefault, Hasher};
use std::mem;

use super::findings::{Finding, stuck};
use super::graph::{Edge, Graph, GraphMove, Node, NodeIndex, Target, ThreadNumber};
use super::races::{self, Race, races};
use crate::base::ThreadId;
use crate::platform::model::{
    Choice, Ended, Execution, Move, Options, Oracle, fingerprint, made, name_of, run_into,
};

/// What was found in a program's states.
pub struct States<K> {
    pub graph: Graph,
    /// Executions that were begun.
    pub executions: u64,
    /// Whether all states were found that are within the bounds.
    pub complete: bool,
    /// Whether threads sleep, or run out of time, anywhere in what was looked at.
    pub timed: bool,
    /// Steps of a program that has no choice.
    pub straight: usize,
    /// With the edges that lead to each.
    pub outcomes: Vec<(K, Vec<u32>)>,
    /// Why threads wait for ever, with the edges that lead there.
    pub stuck: Vec<(Finding, Vec<u32>)>,
    /// Two accesses that race: in a state, and the two moves.
    pub races: Vec<(Finding, NodeIndex, [GraphMove; 2])>,
    pub threads: Threads,
}

/// The threads that were met, by number: each with its starter's, and which of those that
/// it has started it is.
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
        unreachable!("keys are numbers")
    }

    fn write_u64(&mut self, number: u64) {
        self.0 = number;
    }

    fn write_u128(&mut self, number: u128) {
        self.0 = number as u64;
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
    let mut explorer = Explorer::new(bounds);
    let mut found = States {
        graph: Graph::default(),
        executions: 0,
        complete: false,
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
        let edge = explorer.edge;
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
        explorer.arrive(Target::Outcome(place as u32), steps);
        found.straight = execution.made;
    }
    found.complete = explorer.has_seen_all();
    found.timed = explorer.timed;
    found.graph = explorer.graph;
    found.threads = explorer.threads;
    found.races = explorer.races;
    found
}

/// Leads a model through the states of its program.
struct Explorer {
    bounds: Bounds,
    graph: Graph,
    threads: Threads,
    known: HashMap<u128, NodeIndex, Unhashed>,
    races: Vec<(Finding, NodeIndex, [GraphMove; 2])>,
    known_races: Vec<Race>,
    /// Nodes whose edges are to be followed, by depth.
    waiting: Vec<VecDeque<NodeIndex>>,
    /// The depth of those that are followed now.
    depth: usize,
    /// The node whose edges are followed, and how many of them were.
    node: Option<(NodeIndex, u16)>,
    /// Whether the program was begun at all.
    begun: bool,
    /// The way to that node.
    way: Vec<GraphMove>,
    // Of the execution that is under way:
    /// How much of the way was gone.
    gone: usize,
    /// The edge that is followed at its end; none before the first node.
    edge: Option<u32>,
    last: Option<ThreadNumber>,
    preemptions: u32,
    full: bool,
    /// Whether a thread could run out of time, ever.
    timed: bool,
}

impl Explorer {
    fn new(bounds: Bounds) -> Explorer {
        Explorer {
            bounds,
            graph: Graph::default(),
            threads: Threads::default(),
            known: HashMap::default(),
            races: Vec::new(),
            known_races: Vec::new(),
            waiting: Vec::new(),
            depth: 0,
            node: None,
            begun: false,
            way: Vec::new(),
            gone: 0,
            edge: None,
            last: None,
            preemptions: 0,
            full: false,
            timed: false,
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
            if let Some((node, followed)) = self.node {
                let of = self.graph.nodes[node as usize];
                if followed < of.edges {
                    let edge = of.first + u32::from(followed);
                    self.node = Some((node, followed + 1));
                    self.way.pop();
                    self.way.push(self.graph.edges[edge as usize].r#move());
                    self.edge = Some(edge);
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

    fn begin_node(&mut self, node: NodeIndex) {
        self.node = Some((node, 0));
        self.way.clear();
        let mut at = node;
        while let Some(edge) = self.graph.nodes[at as usize].found_by {
            self.way.push(self.graph.edges[edge as usize].r#move());
            at = self.graph.source_of(edge);
        }
        self.way.reverse();
        // The place of the move that is made from there.
        self.way.push(GraphMove {
            thread: 0,
            how: Move::Step,
        });
    }

    /// Says where the edge leads that is followed, after so many steps from the start.
    fn arrive(&mut self, target: Target, steps: u32) {
        if let Some(edge) = self.edge {
            let source = self.graph.source_of(edge);
            let steps = steps - self.graph.nodes[source as usize].depth;
            let last = self.last.unwrap_or_default();
            self.graph.edges[edge as usize].lead_to(target, steps, last);
        }
    }

    /// Looks at a state at the end of the way.
    fn see(&mut self, choices: &[Choice]) {
        let steps = made() as u32;
        let mut key = fingerprint();
        if self.bounds.preemptions.is_some() {
            let last = self.last.map_or(0, |last| u128::from(last) + 1);
            key ^= (last << 32 | u128::from(self.preemptions)).wrapping_mul(BOUND);
        }
        let node = self.graph.nodes.len() as NodeIndex;
        match self.known.entry(key) {
            Entry::Occupied(known) => {
                let known = *known.get();
                self.arrive(Target::Node(known), steps);
            }
            Entry::Vacant(_) if self.graph.nodes.len() as u64 >= self.bounds.states => {
                self.full = true;
            }
            Entry::Vacant(new) => {
                new.insert(node);
                self.arrive(Target::Node(node), steps);
                self.add_node(node, steps, choices);
            }
        }
    }

    fn add_node(&mut self, node: NodeIndex, steps: u32, choices: &[Choice]) {
        if node == 0 {
            self.graph.last = self.last;
        }
        let first = self.graph.edges.len() as u32;
        for (index, choice) in choices.iter().enumerate() {
            let r#move = self.as_move(choice);
            let preempts = self.preempts(choices, index);
            if preempts
                && self
                    .bounds
                    .preemptions
                    .is_some_and(|most| self.preemptions >= most)
            {
                continue;
            }
            self.graph.edges.push(Edge::new(r#move));
        }
        self.graph.nodes.push(Node {
            first,
            edges: (self.graph.edges.len() as u32 - first) as u16,
            depth: steps,
            found_by: self.edge,
        });
        let depth = steps as usize;
        if self.waiting.len() <= depth {
            self.waiting.resize(depth + 1, VecDeque::new());
        }
        self.waiting[depth].push_back(node);
        // A loop may lead back.
        self.depth = self.depth.min(depth);
        for (race, two) in races(choices) {
            if !self.known_races.contains(&race) {
                self.known_races.push(race);
                let moves = two.map(|choice| self.as_move(choice));
                self.races.push((races::finding(two), node, moves));
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
    fn preempts(&mut self, choices: &[Choice], chosen: usize) -> bool {
        let Some(last) = self.last else { return false };
        self.number(choices[chosen].thread) != last
            && (0..choices.len()).any(|other| self.as_move(&choices[other]).goes_on(last))
    }
}

/// What sets keys apart that have a state in common: any large odd number.
const BOUND: u128 = 0x9e37_79b9_7f4a_7c15_f39c_c060_5ced_c835;

impl Oracle for Explorer {
    fn choose(&mut self, choices: &[Choice]) -> Option<usize> {
        self.timed |= choices.iter().any(|choice| choice.how == Move::TimeOut);
        let chosen = match choices {
            [only] => {
                self.last = Some(self.number(only.thread));
                return Some(0);
            }
            _ => {
                let Some(&next) = self.way.get(self.gone) else {
                    self.see(choices);
                    return None;
                };
                self.gone += 1;
                let name = self.threads.name(next.thread);
                let is_next =
                    |choice: &Choice| choice.how == next.how && name_of(choice.thread) == name;
                choices.iter().position(is_next)
            }
        };
        let chosen = chosen.expect("the program is deterministic");
        if self.bounds.preemptions.is_some() {
            self.preemptions += u32::from(self.preempts(choices, chosen));
        }
        self.last = Some(self.way[self.gone - 1].thread);
        Some(chosen)
    }
}
