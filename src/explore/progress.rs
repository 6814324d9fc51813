//! The progress graph of two threads (Dijkstra; CS:APP, 12.5): how many steps each has made,
//! and what share of the interleavings that come through there goes wrong.

use std::collections::BTreeMap;
use std::collections::btree_map::Entry;

use super::count::Count;
use super::graph::Target;
use super::map::Map;
use super::schedule::Schedule;
use crate::platform::model::{Execution, Options};

/// Larger graphs are not drawn, and not computed.
const MOST_NODES: usize = 2_000;

/// Where two threads can be.
#[derive(Clone, Debug, Default)]
pub struct Progress {
    /// The threads, by their paths.
    pub threads: [u64; 2],
    pub names: [String; 2],
    /// For each thread the lines of its steps, in their order, as they were first met.
    pub lines: [Vec<u32>; 2],
    /// By how many steps the one has made, and the other.
    pub places: BTreeMap<[usize; 2], Place>,
}

/// A place: all states in which the threads have made so many steps.
#[derive(Clone, Debug, PartialEq)]
pub struct Place {
    /// Interleavings that come through it: those that go wrong, and all.
    pub wrong: Count,
    pub all: Count,
    /// The simplest way to it, and how many steps, of all threads, that takes.
    pub schedule: Schedule,
    pub step: usize,
    preemptions: usize,
}

/// The progress graph of a program that was explored to the end, if just two of its threads
/// ever have a choice; those that only start and join the others have none. `is_wrong` tells
/// of each outcome whether it is one that should not be.
pub fn progress<T, K, Main>(
    map: &Map<K>,
    options: Options,
    version: u32,
    program: impl Fn() -> Main + Clone + 'static,
    is_wrong: impl Fn(&K) -> bool,
) -> Option<Progress>
where
    T: 'static,
    Main: Future<Output = T> + 'static,
{
    let graph = &map.graph;
    let order = graph.in_order().filter(|_| map.complete)?;
    let whole = map.interleavings.is_some_and(|all| !all.more);
    if order.is_empty() || order.len() > MOST_NODES || !whole {
        return None;
    }
    let threads = two_threads(map)?;
    let wrong = |outcome: u32| is_wrong(&map.outcomes[outcome as usize].what);
    let fates = graph.fates(&order, wrong);
    let arrivals = graph.arrivals(&order);
    let ways = graph.ways();
    let mut progress = Progress {
        threads,
        ..Progress::default()
    };
    let follow = |moves: &[_]| map.follow(moves, (options, version), program.clone());
    let (start, schedule) = follow(&[]);
    let first = graph.nodes[0].depth as usize;
    let here = Place {
        wrong: fates[0][0],
        all: fates[0][1],
        schedule,
        step: 0,
        preemptions: 0,
    };
    progress.pass(&start, 0..first + 1, &here);
    for &node in &order {
        let from = graph.nodes[node as usize];
        for (index, edge) in (from.first..).zip(graph.edges_of(node)) {
            match edge.target() {
                Target::Unknown | Target::Beyond => return None,
                // One state at several places: where threads forget what they did.
                Target::Node(to) if graph.nodes[to as usize].depth != from.depth + edge.steps() => {
                    return None;
                }
                Target::Node(_) | Target::Outcome(_) => {}
            }
            let way = ways.by(&[index]);
            let (execution, schedule) = follow(&way.moves);
            let [wrong, all] = graph.fate_of(edge, &fates, wrong);
            let came = arrivals[node as usize];
            let here = Place {
                wrong: came.times(wrong),
                all: came.times(all),
                schedule,
                step: 0,
                preemptions: way.preemptions,
            };
            let begins = way.steps - edge.steps() as usize + 1;
            progress.pass(&execution, begins..way.steps + 1, &here);
        }
    }
    Some(progress)
}

/// The two threads that may ever be chosen, if there are just two.
fn two_threads<K>(map: &Map<K>) -> Option<[u64; 2]> {
    let mut threads: Vec<_> = (map.graph.edges.iter())
        .map(|edge| edge.r#move().thread)
        .collect();
    threads.sort_unstable();
    threads.dedup();
    match threads[..] {
        [one, other] => Some([one, other].map(|thread| map.threads.name(thread))),
        _ => None,
    }
}

impl Place {
    /// Counts what another way brings to the same place.
    fn join(&mut self, mut other: Place) {
        if (other.step, other.preemptions) < (self.step, self.preemptions) {
            std::mem::swap(self, &mut other);
        }
        self.wrong.add(other.wrong);
        self.all.add(other.all);
    }
}

impl Progress {
    /// Counts the interleavings that come as an execution does, for the places where it is
    /// after each of these numbers of steps.
    fn pass<T>(&mut self, execution: &Execution<T>, steps: std::ops::Range<usize>, here: &Place) {
        let mine = |thread: usize| {
            let path = execution.paths.get(thread);
            self.threads.iter().position(|own| Some(own) == path)
        };
        let who: Vec<Option<usize>> = (execution.steps.iter())
            .map(|step| mine(step.thread.index()))
            .collect();
        let mut at = [0; 2];
        let mut before = None;
        for made in 0..steps.end {
            if let Some(last) = made.checked_sub(1) {
                let Some(step) = execution.steps.get(last) else {
                    break;
                };
                if let Some(one) = who[last] {
                    if at[one] == self.lines[one].len() {
                        self.lines[one].push(step.site.line);
                    }
                    let name = execution.names.get(step.thread.index());
                    name.clone_into(&mut self.names[one]);
                    at[one] += 1;
                }
            }
            if steps.contains(&made) && before != Some(at) {
                self.add(at, made, here);
                before = Some(at);
            }
        }
    }

    fn add(&mut self, at: [usize; 2], step: usize, here: &Place) {
        let here = Place {
            step,
            ..here.clone()
        };
        match self.places.entry(at) {
            Entry::Vacant(place) => {
                place.insert(here);
            }
            Entry::Occupied(place) => place.into_mut().join(here),
        }
    }
}
