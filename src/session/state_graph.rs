//! The graph of a program's states, of more threads than two, for the script that draws it.

use std::collections::BTreeMap;

use borsh::{BorshDeserialize, BorshSerialize};
use serde::Serialize;

use super::fates::path;
use crate::base::palette::thread_colour;
use crate::explore::{Map, Options, Target};

/// Larger graphs are not drawn.
const MOST_STATES: usize = 300;

/// Threads of which the [progress graph](super::progress) tells more.
const FEW_THREADS: usize = 2;

/// The states in which something is left to choose, what leads from each to the next, and
/// what share of all interleavings goes wrong from there; empty where there are too many
/// states, where they are not all known or lead back to each other, and for programs of two
/// threads.
///
/// As text, which the page hands on as it is, of three parts with an empty line between them.
/// A line for each thread has its [path](super::playback::ThreadOf::path), its name and its
/// colour. A line for each outcome has `wrong` or `right`, the steps of the simplest way to
/// it, its schedule, and what it is in words. A line for each state has how many interleavings
/// go wrong from there, how many there are, and the same steps and schedule; then for each
/// move the thread's path, a space, and the number of the state that it leads to, or `o` and
/// that of the outcome. Numbers are by lines, from 0. Between all these are tabs.
#[derive(Clone, Debug, Default, PartialEq, BorshSerialize, BorshDeserialize, Serialize)]
#[serde(transparent)]
pub struct StateGraph(String);

impl StateGraph {
    /// That of a program, if it has one; `is_wrong` tells of each outcome whether it is one
    /// that should not be, and `in_words` what it is.
    pub fn of<T, K, Main>(
        map: &Map<K>,
        (options, version): (Options, u32),
        program: impl Fn() -> Main + Clone + 'static,
        (is_wrong, in_words): (impl Fn(&K) -> bool, impl Fn(&K) -> String),
    ) -> StateGraph
    where
        T: 'static,
        Main: Future<Output = T> + 'static,
    {
        StateGraph(text(map, (options, version), program, (is_wrong, in_words)).unwrap_or_default())
    }

    /// Whether there is none.
    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    pub fn text(&self) -> &str {
        &self.0
    }
}

fn text<T, K, Main>(
    map: &Map<K>,
    (options, version): (Options, u32),
    program: impl Fn() -> Main + Clone + 'static,
    (is_wrong, in_words): (impl Fn(&K) -> bool, impl Fn(&K) -> String),
) -> Option<String>
where
    T: 'static,
    Main: Future<Output = T> + 'static,
{
    let graph = &map.graph;
    if !map.complete || graph.nodes.len() > MOST_STATES {
        return None;
    }
    let order = graph.in_order()?;
    let mut moving: Vec<_> = graph
        .edges
        .iter()
        .map(|edge| edge.r#move().thread)
        .collect();
    moving.sort_unstable();
    moving.dedup();
    if moving.len() <= FEW_THREADS {
        return None;
    }
    let wrong = |outcome: u32| is_wrong(&map.outcomes[outcome as usize].what);
    let fates = graph.fates(&order, wrong);
    let ways = graph.ways();

    // By their paths: what each is called, and which of the threads it is.
    let mut threads: BTreeMap<u64, (String, usize)> = BTreeMap::new();
    let mut states = String::new();
    for (node, &[wrong, all]) in (0..).zip(&fates) {
        let way = ways.to(node);
        let (execution, schedule) = map.follow(&way.moves, (options, version), program.clone());
        for (index, &path) in execution.paths.iter().enumerate() {
            let name = || (execution.names.get(index).to_owned(), index);
            threads.entry(path).or_insert_with(name);
        }
        let schedule = schedule.encode();
        let steps = graph.nodes[node as usize].depth;
        states.push_str(&format!("{wrong}\t{all}\t{steps}\t{schedule}"));
        for edge in graph.edges_of(node) {
            let thread = path(map.threads.name(edge.r#move().thread));
            match edge.target() {
                Target::Unknown | Target::Beyond => return None,
                Target::Node(to) => states.push_str(&format!("\t{thread} {to}")),
                Target::Outcome(to) => states.push_str(&format!("\t{thread} o{to}")),
            }
        }
        states.push('\n');
    }
    let mut text = String::new();
    for (name, (called, index)) in threads {
        let moves = moving
            .iter()
            .any(|&thread| map.threads.name(thread) == name);
        if moves {
            let colour = thread_colour(index);
            text.push_str(&format!("{}\t{called}\t{colour}\n", path(name)));
        }
    }
    text.push('\n');
    for found in &map.outcomes {
        let is = if is_wrong(&found.what) {
            "wrong"
        } else {
            "right"
        };
        let (steps, schedule) = (found.steps, found.schedule.encode());
        let words = in_words(&found.what);
        text.push_str(&format!("{is}\t{steps}\t{schedule}\t{words}\n"));
    }
    text.push('\n');
    text.push_str(&states);
    Some(text)
}
