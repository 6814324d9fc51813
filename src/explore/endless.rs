//! What is wrong in states from which no end can be reached: some threads go round there for
//! ever, and others may never move again.

use std::collections::HashSet;

use super::findings::{Finding, stuck};
use super::graph::{Graph, NodeIndex, Target, ThreadNumber};
use super::replay::Follow;
use super::search::Threads;
use crate::base::ThreadId;
use crate::platform::Blocked;
use crate::platform::model::{Choice, Execution, Options, Oracle, name_of, run_into, unfinished};

/// States that are looked at for threads that never move again: those nearest to the start.
const MOST_LOOKED_AT: usize = 2_000;

/// What is found, each with the node nearest to the start where it is so.
pub fn findings<T, Main>(
    graph: &Graph,
    threads: &Threads,
    options: Options,
    program: impl Fn() -> Main + Clone + 'static,
) -> Vec<(Finding, NodeIndex)>
where
    T: 'static,
    Main: Future<Output = T> + 'static,
{
    let mut endless = graph.endless();
    endless.sort_by_key(|&node| graph.nodes[node as usize].depth);
    let livelock = endless.first().map(|&node| (Finding::Livelock, node));
    let mut found: Vec<_> = livelock.into_iter().collect();
    let mut execution = Execution::new();
    for node in endless.into_iter().take(MOST_LOOKED_AT) {
        let moves = graph.way_to(node).moves;
        let mut last = LastState {
            way: Follow::new(&moves, threads),
            unfinished: Vec::new(),
        };
        run_into(&mut execution, options, &mut last, program.clone());
        let mut never = last.unfinished;
        let movers: HashSet<u64> = (movers(graph, node).into_iter())
            .map(|mover| threads.name(mover))
            .collect();
        never.retain(|(name, _)| !movers.contains(name));
        let never = never.into_iter().map(|(_, thread)| thread).collect();
        let finding = stuck_beside_others(never);
        if let Some(finding) = finding.filter(|new| found.iter().all(|(what, _)| what != new)) {
            found.push((finding, node));
        }
    }
    found
}

/// Threads that can still make a move, at a node or at one that it leads to.
fn movers(graph: &Graph, node: NodeIndex) -> HashSet<ThreadNumber> {
    let mut seen = HashSet::from([node]);
    let mut open = vec![node];
    let mut movers = HashSet::new();
    while let Some(node) = open.pop() {
        for edge in graph.edges_of(node) {
            // Who makes the steps that follow without a choice makes them last.
            movers.extend([edge.r#move().thread, edge.last()]);
            if let Target::Node(to) = edge.target()
                && seen.insert(to)
            {
                open.push(to);
            }
        }
    }
    movers
}

/// Why these threads never move again while others do. Those who only wait for what a thread
/// holds that does move have nothing wrong themselves.
fn stuck_beside_others(mut never: Vec<Blocked>) -> Option<Finding> {
    loop {
        let among: HashSet<ThreadId> = never.iter().map(|blocked| blocked.thread).collect();
        let before = never.len();
        never.retain(|blocked| blocked.holder.is_none_or(|holder| among.contains(&holder)));
        if never.len() == before {
            return (!never.is_empty()).then(|| stuck(&never));
        }
    }
}

/// Follows a way, and remembers who had not finished at its end.
struct LastState<'a> {
    way: Follow<'a>,
    /// With their names.
    unfinished: Vec<(u64, Blocked)>,
}

impl Oracle for LastState<'_> {
    fn choose(&mut self, choices: &[Choice]) -> Option<usize> {
        let next = self.way.choose(choices);
        if next.is_none() {
            let unfinished = unfinished().into_iter();
            let named = unfinished.map(|blocked| (name_of(blocked.thread), blocked));
            self.unfinished = named.collect();
        }
        next
    }
}
