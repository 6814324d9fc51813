//! The graph of a program's states: its nodes are states in which more than one move may
//! be made, its edges the moves, each with all that follows without a choice.
//!
//! All steps of a thread stay in its state, so every way to a state has as many steps,
//! and the graph has no cycles; but for threads that [forget](crate::platform) rounds of
//! a loop.

use std::collections::{HashMap, VecDeque};

use super::count::Count;
use crate::platform::model::Move;

/// A thread's number in the search, by its name.
pub type ThreadNumber = u16;

/// A move as it is the same on every way to a state.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct GraphMove {
    pub thread: ThreadNumber,
    pub how: Move,
}

impl GraphMove {
    /// Whether a thread that made the last move goes on with this one.
    pub fn goes_on(self, last: ThreadNumber) -> bool {
        self.thread == last && self.how == Move::Step
    }
}

/// A state, in the order of being found; 0 is the first.
pub type NodeIndex = u32;

/// What an edge leads to.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Target {
    /// Not followed.
    Unknown,
    /// Not to be followed: it is a preemption too many.
    Beyond,
    Node(NodeIndex),
    /// The program ends, and this is what it comes to.
    Outcome(u32),
}

/// A move and what follows it without a choice; twelve bytes, since there are millions.
#[derive(Clone, Copy, Debug)]
pub struct Edge {
    target: u32,
    thread: ThreadNumber,
    /// Who made the last of the steps, and a bit for whether the move is a time-out.
    last: u16,
    steps: u16,
}

const UNKNOWN: u32 = u32::MAX;
const BEYOND: u32 = u32::MAX - 1;
/// Set in the target of an edge to an outcome.
const OUTCOME: u32 = 1 << 31;
const TIME_OUT: u16 = 1 << 15;

impl Edge {
    /// One that nobody has followed.
    pub fn new(r#move: GraphMove) -> Edge {
        Edge {
            target: UNKNOWN,
            thread: r#move.thread,
            last: match r#move.how {
                Move::Step => 0,
                Move::TimeOut => TIME_OUT,
            },
            steps: 0,
        }
    }

    pub fn r#move(&self) -> GraphMove {
        GraphMove {
            thread: self.thread,
            how: match self.last & TIME_OUT {
                0 => Move::Step,
                _ => Move::TimeOut,
            },
        }
    }

    pub fn target(&self) -> Target {
        match self.target {
            UNKNOWN => Target::Unknown,
            BEYOND => Target::Beyond,
            outcome if outcome & OUTCOME != 0 => Target::Outcome(outcome & !OUTCOME),
            node => Target::Node(node),
        }
    }

    /// Who made the last of its steps.
    pub fn last(&self) -> ThreadNumber {
        self.last & !TIME_OUT
    }

    /// How many there are, quiet ones included.
    pub fn steps(&self) -> u32 {
        u32::from(self.steps)
    }

    /// Says where it leads, after so many steps, the last of them by this thread.
    pub fn lead_to(&mut self, target: Target, steps: u32, last: ThreadNumber) {
        self.target = match target {
            Target::Unknown => UNKNOWN,
            Target::Beyond => BEYOND,
            Target::Node(node) => node,
            Target::Outcome(outcome) => outcome | OUTCOME,
        };
        // A program has a step limit far below that.
        self.steps = u16::try_from(steps).unwrap_or(u16::MAX);
        self.last = self.last & TIME_OUT | last;
    }
}

#[derive(Clone, Copy, Debug)]
pub struct Node {
    /// The first of its edges: one for each move, in the order in which they could be
    /// chosen when it was found.
    pub first: u32,
    pub edges: u16,
    /// How many of them were followed, the first ones.
    pub followed: u16,
    /// Steps that lead to it, the fewest.
    pub depth: u32,
    /// The edge by which it was found, and the node of that.
    pub found_by: Option<(NodeIndex, u32)>,
}

/// A program's states, as far as they were found.
#[derive(Clone, Debug, Default)]
pub struct Graph {
    pub nodes: Vec<Node>,
    pub edges: Vec<Edge>,
    /// Who made the last step before the first node, if any was made.
    pub last: Option<ThreadNumber>,
}

/// The way to something, the simplest.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Way {
    pub moves: Vec<GraphMove>,
    pub steps: usize,
    pub preemptions: usize,
}

impl Way {
    /// That of a program without a choice.
    pub fn straight(steps: usize) -> Way {
        Way {
            steps,
            ..Way::default()
        }
    }
}

/// Edges that count as a state: where states have more, fewer of them are enough to fill
/// the memory.
const EDGES_PER_STATE: usize = 4;

impl Graph {
    /// Whether it takes as much memory as so many states may.
    pub fn is_as_large_as(&self, states: u64) -> bool {
        self.nodes.len().max(self.edges.len() / EDGES_PER_STATE) as u64 >= states
    }

    pub fn edges_of(&self, node: NodeIndex) -> &[Edge] {
        let node = self.nodes[node as usize];
        &self.edges[node.first as usize..][..usize::from(node.edges)]
    }

    /// The node of an edge.
    pub fn source_of(&self, edge: u32) -> NodeIndex {
        // They are in the order of their nodes.
        (self.nodes.partition_point(|node| node.first <= edge) - 1) as NodeIndex
    }

    /// The node of an edge, for each of them.
    fn sources(&self) -> Vec<NodeIndex> {
        let mut sources = vec![0; self.edges.len()];
        for (index, node) in (0..).zip(&self.nodes) {
            sources[node.first as usize..][..usize::from(node.edges)].fill(index);
        }
        sources
    }

    /// Nodes such that each comes after all that lead to it; `None` if some lead back.
    pub fn in_order(&self) -> Option<Vec<NodeIndex>> {
        let leads_to = |edge: &Edge| match edge.target() {
            Target::Node(to) => Some(to as usize),
            _ => None,
        };
        // How many edges lead to each from nodes that are not in the order yet.
        let mut before = vec![0u32; self.nodes.len()];
        for to in self.edges.iter().filter_map(leads_to) {
            before[to] += 1;
        }
        let first = (0..self.nodes.len()).filter(|&node| before[node] == 0);
        let mut order: Vec<NodeIndex> = first.map(|node| node as NodeIndex).collect();
        let mut at = 0;
        while let Some(&node) = order.get(at) {
            at += 1;
            for to in self.edges_of(node).iter().filter_map(leads_to) {
                before[to] -= 1;
                if before[to] == 0 {
                    order.push(to as NodeIndex);
                }
            }
        }
        (order.len() == self.nodes.len()).then_some(order)
    }

    /// Says that a node can be reached by an edge in fewer steps than was known, and so can
    /// those that it leads to.
    pub fn shorten(&mut self, node: NodeIndex, depth: u32, found_by: Option<(NodeIndex, u32)>) {
        let mut shorter = vec![(node, depth, found_by)];
        while let Some((node, depth, found_by)) = shorter.pop() {
            let of = &mut self.nodes[node as usize];
            if depth >= of.depth {
                continue;
            }
            (of.depth, of.found_by) = (depth, found_by);
            let first = of.first;
            for (edge, at) in self.edges_of(node).iter().zip(first..) {
                if let Target::Node(to) = edge.target() {
                    shorter.push((to, depth + edge.steps(), Some((node, at))));
                }
            }
        }
    }

    /// In how many ways each of so many outcomes is come to.
    pub fn counts(&self, order: &[NodeIndex], outcomes: usize) -> Vec<Count> {
        let arrivals = self.arrivals(order);
        let mut counts = vec![Count::default(); outcomes];
        for &node in order {
            for edge in self.edges_of(node) {
                if let Target::Outcome(outcome) = edge.target() {
                    counts[outcome as usize].add(arrivals[node as usize]);
                }
            }
        }
        counts
    }

    /// In how many ways each node is come to.
    pub fn arrivals(&self, order: &[NodeIndex]) -> Vec<Count> {
        let mut arrivals = vec![Count::default(); self.nodes.len()];
        if let Some(first) = arrivals.first_mut() {
            *first = Count::ONE;
        }
        for &node in order {
            for edge in self.edges_of(node) {
                if let Target::Node(to) = edge.target() {
                    let here = arrivals[node as usize];
                    arrivals[to as usize].add(here);
                }
            }
        }
        arrivals
    }

    /// For each node in how many ways its edges lead to an outcome that is wanted, and in
    /// how many to any.
    pub fn fates(&self, order: &[NodeIndex], wanted: impl Fn(u32) -> bool) -> Vec<[Count; 2]> {
        let mut fates = vec![[Count::default(); 2]; self.nodes.len()];
        for &node in order.iter().rev() {
            let mut fate = [Count::default(); 2];
            for edge in self.edges_of(node) {
                let [some, any] = self.fate_of(edge, &fates, &wanted);
                fate[0].add(some);
                fate[1].add(any);
            }
            fates[node as usize] = fate;
        }
        fates
    }

    /// The same of one edge, by those of the nodes.
    pub fn fate_of(
        &self,
        edge: &Edge,
        fates: &[[Count; 2]],
        wanted: impl Fn(u32) -> bool,
    ) -> [Count; 2] {
        match edge.target() {
            Target::Unknown | Target::Beyond => [Count::default(); 2],
            Target::Node(to) => fates[to as usize],
            Target::Outcome(outcome) if wanted(outcome) => [Count::ONE; 2],
            Target::Outcome(_) => [Count::default(), Count::ONE],
        }
    }

    /// Nodes from which no end can be reached, nor a move that a bound forbids.
    pub fn endless(&self) -> Vec<NodeIndex> {
        let mut leads_to: HashMap<NodeIndex, Vec<NodeIndex>> = HashMap::new();
        let mut ends = vec![false; self.nodes.len()];
        let mut found = Vec::new();
        for (source, edge) in self.sources().into_iter().zip(&self.edges) {
            match edge.target() {
                Target::Node(to) => leads_to.entry(to).or_default().push(source),
                _ if !ends[source as usize] => {
                    ends[source as usize] = true;
                    found.push(source);
                }
                _ => {}
            }
        }
        while let Some(node) = found.pop() {
            for &source in leads_to.get(&node).into_iter().flatten() {
                if !std::mem::replace(&mut ends[source as usize], true) {
                    found.push(source);
                }
            }
        }
        let endless = (0..).zip(ends).filter(|(_, ends)| !ends);
        endless.map(|(node, _)| node).collect()
    }

    /// Whether a move from a node that was reached by an edge is a preemption; the first
    /// node is reached by none.
    fn preempts(&self, node: NodeIndex, before: Option<u32>, then: GraphMove) -> bool {
        let last = match before {
            Some(before) => Some(self.edges[before as usize].last()),
            None => self.last,
        };
        let Some(last) = last else { return false };
        let goes_on = |edge: &Edge| edge.r#move().goes_on(last);
        then.thread != last && self.edges_of(node).iter().any(goes_on)
    }

    /// The node to which these moves lead from one.
    pub fn along(&self, from: NodeIndex, moves: &[GraphMove]) -> Option<NodeIndex> {
        let step = |node, r#move: &GraphMove| {
            let mut edges = self.edges_of(node).iter();
            match edges.find(|edge| edge.r#move() == *r#move)?.target() {
                Target::Node(next) => Some(next),
                _ => None,
            }
        };
        moves.iter().try_fold(from, step)
    }

    /// The fewest moves that lead from a node to one of these outcomes, if any do.
    pub fn nearest(
        &self,
        from: NodeIndex,
        is_goal: impl Fn(u32) -> bool,
    ) -> Option<Vec<GraphMove>> {
        let mut before: HashMap<NodeIndex, (NodeIndex, GraphMove)> = HashMap::new();
        let mut found = VecDeque::from([from]);
        while let Some(node) = found.pop_front() {
            for edge in self.edges_of(node) {
                match edge.target() {
                    Target::Node(to) if to != from && !before.contains_key(&to) => {
                        before.insert(to, (node, edge.r#move()));
                        found.push_back(to);
                    }
                    Target::Outcome(outcome) if is_goal(outcome) => {
                        let mut moves = vec![edge.r#move()];
                        let mut at = node;
                        while let Some(&(previous, r#move)) = before.get(&at) {
                            moves.push(r#move);
                            at = previous;
                        }
                        moves.reverse();
                        return Some(moves);
                    }
                    _ => {}
                }
            }
        }
        None
    }

    /// The way by which an edge was found, and then that edge.
    pub fn way_found(&self, edge: u32) -> Way {
        let mut way = self.way_to(self.source_of(edge));
        let node = self.source_of(edge);
        let then = self.edges[edge as usize].r#move();
        let before = self.nodes[node as usize].found_by.map(|(_, edge)| edge);
        way.preemptions += usize::from(self.preempts(node, before, then));
        way.moves.push(then);
        way.steps += self.edges[edge as usize].steps() as usize;
        way
    }

    /// The way by which a node was found.
    pub fn way_to(&self, node: NodeIndex) -> Way {
        let mut edges = Vec::new();
        let mut at = node;
        while let Some((source, edge)) = self.nodes[at as usize].found_by {
            edges.push(edge);
            at = source;
        }
        edges.reverse();
        let before = std::iter::once(None).chain(edges.iter().copied().map(Some));
        let preempts = |&(before, edge): &(Option<u32>, u32)| {
            let then = self.edges[edge as usize].r#move();
            self.preempts(self.source_of(edge), before, then)
        };
        Way {
            steps: self.nodes[node as usize].depth as usize,
            preemptions: before.zip(edges.iter().copied()).filter(preempts).count(),
            moves: edges
                .iter()
                .map(|&edge| self.edges[edge as usize].r#move())
                .collect(),
        }
    }

    /// Looks for the ways with the fewest preemptions.
    pub fn ways(&self) -> Ways<'_> {
        Ways::new(self)
    }
}

/// The fewest preemptions of the ways with the fewest steps.
pub struct Ways<'a> {
    graph: &'a Graph,
    sources: Vec<NodeIndex>,
    /// By node, and one more: where the edges that lead to it begin in `into`.
    begin: Vec<u32>,
    into: Vec<u32>,
    /// By edge: the fewest preemptions of a way that ends with it.
    fewest: Vec<u32>,
}

impl<'a> Ways<'a> {
    fn new(graph: &'a Graph) -> Ways<'a> {
        let sources = graph.sources();
        let mut begin = vec![0u32; graph.nodes.len() + 1];
        let shortest = |source: NodeIndex, edge: &Edge| match edge.target() {
            Target::Node(to) => {
                let depth = graph.nodes[source as usize].depth + edge.steps();
                (graph.nodes[to as usize].depth == depth).then_some(to)
            }
            _ => None,
        };
        let targets: Vec<_> = (sources.iter().zip(&graph.edges))
            .map(|(&source, edge)| shortest(source, edge))
            .collect();
        for to in targets.iter().flatten() {
            begin[*to as usize + 1] += 1;
        }
        for node in 0..graph.nodes.len() {
            begin[node + 1] += begin[node];
        }
        let mut next = begin.clone();
        let mut into = vec![0; targets.iter().flatten().count()];
        for (edge, to) in (0..).zip(&targets) {
            if let Some(to) = to {
                into[next[*to as usize] as usize] = edge;
                next[*to as usize] += 1;
            }
        }
        let mut ways = Ways {
            graph,
            sources,
            begin,
            into,
            fewest: vec![u32::MAX; graph.edges.len()],
        };
        let mut order: Vec<NodeIndex> = (0..graph.nodes.len() as u32).collect();
        order.sort_by_key(|&node| graph.nodes[node as usize].depth);
        for node in order {
            let first = graph.nodes[node as usize].first;
            for (edge, of) in (first..).zip(graph.edges_of(node)) {
                let preempts = |before| u32::from(graph.preempts(node, before, of.r#move()));
                let before = ways.reach(node).iter();
                let fewest = before.map(|&before| {
                    ways.fewest[before as usize].saturating_add(preempts(Some(before)))
                });
                ways.fewest[edge as usize] = fewest.min().unwrap_or_else(|| preempts(None));
            }
        }
        ways
    }

    fn reach(&self, node: NodeIndex) -> &[u32] {
        let node = node as usize;
        &self.into[self.begin[node] as usize..self.begin[node + 1] as usize]
    }

    /// The simplest way to a node.
    pub fn to(&self, node: NodeIndex) -> Way {
        self.by(self.reach(node))
    }

    /// The simplest way on which two moves that race in a state follow each other.
    pub fn to_race(&self, node: NodeIndex, [one, other]: [GraphMove; 2]) -> Way {
        let in_order = |first: GraphMove, then: GraphMove| {
            let of = self.graph.edges_of(node);
            let place = of.iter().position(|edge| edge.r#move() == first);
            let first = self.graph.nodes[node as usize].first + place.unwrap_or(0) as u32;
            let mut way = self.by(&[first]);
            way.steps = self.graph.nodes[node as usize].depth as usize + 2;
            if let Target::Node(to) = self.graph.edges[first as usize].target() {
                way.preemptions += usize::from(self.graph.preempts(to, Some(first), then));
                way.moves.push(then);
            }
            way
        };
        let ways = [in_order(one, other), in_order(other, one)];
        let [one, other] = ways;
        match (one.steps, one.preemptions) <= (other.steps, other.preemptions) {
            true => one,
            false => other,
        }
    }

    /// The simplest way that ends with one of these edges; a way of no moves if there is
    /// none.
    pub fn by(&self, edges: &[u32]) -> Way {
        let steps_of = |edge: u32| {
            let source = self.sources[edge as usize];
            self.graph.nodes[source as usize].depth + self.graph.edges[edge as usize].steps()
        };
        let simplest = |edge: u32| (steps_of(edge), self.fewest[edge as usize]);
        let Some(&edge) = edges.iter().min_by_key(|&&edge| simplest(edge)) else {
            return Way::default();
        };
        let (steps, preemptions) = simplest(edge);
        let mut moves = vec![self.graph.edges[edge as usize].r#move()];
        let mut at = edge;
        loop {
            let node = self.sources[at as usize];
            let then = self.graph.edges[at as usize].r#move();
            let fits = |&before: &u32| {
                let preempts = u32::from(self.graph.preempts(node, Some(before), then));
                self.fewest[before as usize].saturating_add(preempts) == self.fewest[at as usize]
            };
            let Some(previous) = self.reach(node).iter().copied().find(fits) else {
                break;
            };
            moves.push(self.graph.edges[previous as usize].r#move());
            at = previous;
        }
        moves.reverse();
        Way {
            moves,
            steps: steps as usize,
            preemptions: preemptions as usize,
        }
    }
}
