//! What may still come of a run that is stepped through, as its exploration has found:
//! for each thread that may go next in how many interleavings it then goes wrong.

use serde::{Deserialize, Serialize};

use super::exploration::{count_in_words, in_messages};
use super::playback::Playback;
use crate::explore::{Count, Map, Target};

/// States of which the page is told.
const MOST_STATES: usize = 2_000;

/// The states of a program, and the moves that may be made in each; none where they are
/// not all known, or too many.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct Fates {
    /// Each thread's [name](super::playback::ThreadOf::path).
    threads: Vec<String>,
    states: Vec<Vec<MoveOf>>,
}

#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
struct MoveOf {
    /// The thread, by its place among them.
    thread: u16,
    /// The state that it leads to; none if nothing is left to choose.
    to: Option<u32>,
    /// In how many interleavings it goes wrong from there, and in how many in all.
    #[serde(with = "in_messages")]
    wrong: Option<Count>,
    #[serde(with = "in_messages")]
    all: Option<Count>,
}

/// What may come once a thread goes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Fate {
    pub thread: u16,
    pub wrong: Count,
    pub all: Count,
}

impl Fates {
    pub fn of<K>(map: &Map<K>, is_wrong: impl Fn(&K) -> bool) -> Fates {
        let graph = &map.graph;
        let order = graph.in_order().filter(|_| map.complete);
        let Some(order) = order.filter(|order| order.len() <= MOST_STATES) else {
            return Fates::default();
        };
        let is_wrong = |outcome: u32| {
            let outcome = map.outcomes.get(outcome as usize);
            outcome.is_some_and(|found| is_wrong(&found.what))
        };
        let fates = graph.fates(&order, is_wrong);
        let nodes = 0..graph.nodes.len() as u32;
        let states = nodes.map(|node| {
            let edges = graph.edges_of(node).iter();
            let moves = edges.map(|edge| {
                let [wrong, all] = graph.fate_of(edge, &fates, is_wrong);
                MoveOf {
                    thread: edge.r#move().thread,
                    to: match edge.target() {
                        Target::Node(to) => Some(to),
                        Target::Outcome(_) | Target::Unknown | Target::Beyond => None,
                    },
                    wrong: Some(wrong),
                    all: Some(all),
                }
            });
            moves.collect()
        });
        Fates {
            threads: map.threads.names().map(path).collect(),
            states: states.collect(),
        }
    }

    /// Whether nothing is known.
    pub fn is_empty(&self) -> bool {
        self.states.is_empty()
    }

    /// Those of the threads that may make the next step of a run, after so many.
    pub fn at(&self, playback: &Playback, after: usize) -> Vec<Fate> {
        let goes = |moves: &[MoveOf], path: &str| {
            let thread = self.threads.iter().position(|thread| thread == path)?;
            moves
                .iter()
                .find(|its| usize::from(its.thread) == thread)
                .cloned()
        };
        let mut state = 0;
        for (made, chosen) in playback.choices() {
            let Some(moves) = self.states.get(state as usize) else {
                return Vec::new();
            };
            if made == after {
                let threads = playback.threads.iter().zip(0..);
                let fate = |(of, thread): (&super::playback::ThreadOf, u16)| {
                    let its = goes(moves, &of.path)?;
                    Some(Fate {
                        thread,
                        wrong: its.wrong?,
                        all: its.all?,
                    })
                };
                return threads.filter_map(fate).collect();
            }
            let path = &playback.threads[usize::from(chosen)].path;
            let Some(to) = goes(moves, path).and_then(|its| its.to) else {
                return Vec::new();
            };
            state = to;
        }
        Vec::new()
    }
}

impl Fate {
    /// How many of the interleavings that begin so go wrong.
    pub fn in_words(&self) -> String {
        /// Numbers up to this are read as they are.
        const READABLE: u128 = 99_999;
        let (wrong, all) = (self.wrong.at_least, self.all.at_least);
        match (wrong, wrong == all) {
            (0, _) => "never goes wrong".to_owned(),
            (_, true) => "always goes wrong".to_owned(),
            _ if all <= READABLE => format!(
                "{} of {} go wrong",
                count_in_words(self.wrong),
                count_in_words(self.all)
            ),
            _ => match wrong as f64 * 100.0 / all as f64 {
                few if few < 0.1 => "less than 0.1 % go wrong".to_owned(),
                most if most > 99.9 => "more than 99.9 % go wrong".to_owned(),
                share => format!("{share:.1} % go wrong"),
            },
        }
    }
}

/// A thread's name as text.
pub fn path(name: u64) -> String {
    format!("{name:x}")
}
