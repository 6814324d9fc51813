//! What may still come of a run that is stepped through, as its exploration has found:
//! for each thread that may go next in how many interleavings it then goes wrong.

use borsh::{BorshDeserialize, BorshSerialize};
use serde::Serialize;

use super::exploration::count_in_words;
use super::playback::{Playback, ThreadOf};
use crate::explore::{Count, Edge, Map, Target};
use crate::words::stepper as says;

/// States of which the page is told.
const MOST_STATES: usize = 2_000;

/// The states of a program, and the moves that may be made in each; nothing where they are
/// not all known, or too many.
///
/// As text, which the page takes in at once and seldom reads: a line for each state, in it
/// how many of a thousand interleavings go wrong from there, and for each move the thread's
/// [name](super::playback::ThreadOf::path), the state that it leads to, if anything is left to
/// choose there, how many of a thousand go wrong then, and the same in words.
#[derive(Clone, Debug, Default, PartialEq, BorshSerialize, BorshDeserialize, Serialize)]
#[serde(transparent)]
pub struct Fates(String);

/// What may come once a thread goes.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Fate {
    pub thread: u16,
    pub words: String,
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
        let mut told = String::new();
        for node in nodes {
            let [wrong, all] = fates[node as usize];
            told.push_str(&format!("{}\t", share(wrong, all)));
            for edge in graph.edges_of(node) {
                let [wrong, all] = graph.fate_of(edge, &fates, is_wrong);
                let thread = path(map.threads.name(edge.r#move().thread));
                let to = match edge.target() {
                    Target::Node(to) => to.to_string(),
                    Target::Outcome(_) | Target::Unknown | Target::Beyond => "-".to_owned(),
                };
                let (share, words) = (share(wrong, all), in_words(wrong, all));
                told.push_str(&format!("{thread} {to} {share} {words}\t"));
            }
            told.push('\n');
        }
        Fates(told)
    }

    /// Whether nothing is known.
    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    /// How many of a thousand interleavings that begin as the run does go wrong, for each
    /// number of its steps, from none to all; nothing where that is not known.
    pub fn along(&self, playback: &Playback) -> Vec<u16> {
        let states: Vec<&str> = self.0.lines().collect();
        let share_in = |state: &str| state.split('\t').next()?.parse().ok();
        let Some(first) = states.first().copied().and_then(share_in) else {
            return Vec::new();
        };
        let mut shares = vec![first; playback.steps.len() + 1];
        let mut state = states.first().copied();
        for (made, chosen) in playback.choices() {
            let path = &playback.threads[usize::from(chosen)].path;
            let Some((to, then, _)) = state.and_then(|state| move_of(state, path)) else {
                return Vec::new();
            };
            let next = to
                .parse::<usize>()
                .ok()
                .and_then(|to| states.get(to).copied());
            let share = match next {
                Some(next) => share_in(next),
                None => then.parse().ok(),
            };
            shares[made + 1..].fill(share.unwrap_or_default());
            state = next;
        }
        shares
    }

    /// Those of the threads that may make the next step of a run, after so many.
    pub fn at(&self, playback: &Playback, after: usize) -> Vec<Fate> {
        let mut state = Some(0);
        for (made, chosen) in playback.choices() {
            let moves = state.and_then(|state| self.0.lines().nth(state));
            let Some(moves) = moves else { break };
            if made == after {
                let threads = playback.threads.iter().zip(0..);
                let fate = |(thread, number): (&ThreadOf, u16)| {
                    let (_, _, words) = move_of(moves, &thread.path)?;
                    Some(Fate {
                        thread: number,
                        words: words.to_owned(),
                    })
                };
                return threads.filter_map(fate).collect();
            }
            let goes = move_of(moves, &playback.threads[usize::from(chosen)].path);
            state = goes.and_then(|(to, ..)| to.parse().ok());
        }
        Vec::new()
    }
}

/// Where a thread's move leads to from a state, how many of a thousand go wrong then, and that
/// in words.
fn move_of<'a>(moves: &'a str, path: &str) -> Option<(&'a str, &'a str, &'a str)> {
    let mut moves = moves.split('\t');
    let its = moves.find_map(|its| its.strip_prefix(path)?.strip_prefix(' '))?;
    let (to, its) = its.split_once(' ')?;
    let (share, words) = its.split_once(' ')?;
    Some((to, share, words))
}

/// How many of a thousand: none and all only of what is none and all.
fn share(some: Count, all: Count) -> u16 {
    match (some.at_least, all.at_least) {
        (0, _) => 0,
        (some, all) if some == all => 1000,
        (some, all) => ((some as f64 * 1000.0 / all as f64) as u16).clamp(1, 999),
    }
}

/// How many of so many go wrong.
fn in_words(wrong: Count, all: Count) -> String {
    /// Numbers up to this are read as they are.
    const READABLE: u128 = 99_999;
    let (some, whole) = (wrong.at_least, all.at_least);
    match share(wrong, all) {
        0 => return says::NEVER_WRONG.to_owned(),
        1000 => return says::ALWAYS_WRONG.to_owned(),
        _ => {}
    }
    if whole <= READABLE {
        return says::some_wrong(&count_in_words(wrong), &count_in_words(all));
    }
    match some as f64 * 1000.0 / whole as f64 {
        few if few < 1.0 => says::HARDLY_WRONG.to_owned(),
        most if most > 999.0 => says::NEARLY_ALWAYS_WRONG.to_owned(),
        share => says::per_mille_wrong(share as u32),
    }
}

/// The number of steps with which it was decided that a run goes wrong, of what
/// [`Fates::along`] tells of it.
pub fn decisive(along: &[u16]) -> Option<usize> {
    let is_it = |two: &[u16]| two[0] < 1000 && two[1] == 1000;
    Some(along.windows(2).position(is_it)? + 1)
}

/// For each outcome the number of steps, on the simplest way to it, with which it was decided
/// that it goes wrong; none where nothing could go well from the start, for those that are
/// right, and where states are not all known or too many.
pub fn decided_at<K>(map: &Map<K>, is_wrong: impl Fn(&K) -> bool) -> Vec<Option<usize>> {
    let graph = &map.graph;
    let order = graph.in_order().filter(|_| map.complete);
    let Some(order) = order.filter(|order| (1..=MOST_STATES).contains(&order.len())) else {
        return vec![None; map.outcomes.len()];
    };
    let is_wrong = |outcome: u32| is_wrong(&map.outcomes[outcome as usize].what);
    let fates = graph.fates(&order, is_wrong);
    let ways = graph.ways();
    let is_lost = |[wrong, all]: [Count; 2]| share(wrong, all) == 1000;
    let decided = |outcome: u32| {
        let ends = |edge: &Edge| matches!(edge.target(), Target::Outcome(to) if to == outcome);
        let edges: Vec<u32> = ((0..).zip(&graph.edges))
            .filter(|(_, edge)| ends(edge))
            .map(|(index, _)| index)
            .collect();
        let mut at = 0;
        for next in ways.by(&edges).moves {
            if is_lost(fates[at as usize]) {
                return None;
            }
            let mut moves = graph.edges_of(at).iter();
            let edge = moves.find(|edge| edge.r#move() == next)?;
            if is_lost(graph.fate_of(edge, &fates, is_wrong)) {
                return Some(graph.nodes[at as usize].depth as usize + 1);
            }
            let Target::Node(to) = edge.target() else {
                return None;
            };
            at = to;
        }
        None
    };
    (0..map.outcomes.len() as u32).map(decided).collect()
}

/// A thread's name as text.
pub fn path(name: u64) -> String {
    format!("{name:x}")
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::session::exploration::{Wish, explore_link};
    use crate::session::playback::play;
    use crate::share;

    #[test]
    fn how_many_is_told_so_that_it_can_be_read() {
        let words = |wrong, all| in_words(Count::exactly(wrong), Count::exactly(all));
        assert_eq!(words(0, 6), "never goes wrong");
        assert_eq!(words(6, 6), "always goes wrong");
        assert_eq!(words(4, 6), "4 of 6 go wrong");
        assert_eq!(words(904_000, 924_000), "97.8 % go wrong");
        assert_eq!(words(1, 1 << 100), "less than 0.1 % go wrong");
        assert_eq!(words((1 << 100) - 1, 1 << 100), "more than 99.9 % go wrong");
    }

    /// Of each outcome, and by the run that its link opens.
    #[test]
    fn where_an_outcome_was_decided_is_where_its_run_was() {
        let mut decided = 0;
        for query in [
            "scenario=counter&threads=2&increments=2&guard=none",
            "scenario=counter&threads=3&increments=1&guard=none",
            "scenario=bank",
            "scenario=philosophers&seats=3&meals=1&pause_ms=0",
            "scenario=lost-wakeup",
        ] {
            let (link, _) = share::read(query);
            let program = link.scenario.on_model();
            let found = explore_link(&link, program, Wish::default(), |_| true);
            for outcome in &found.outcomes {
                let (link, _) = share::read(&outcome.link);
                let played = play(&link, program);
                let along = found.fates.along(&played);
                let step = decisive(&along).map(|step| &played.steps[step - 1].text);
                // The list of its steps leaves out who was started and joined.
                let told = outcome.decided_at.map(|at| &outcome.steps[at - 1]);
                assert_eq!(told, step, "{query}: {outcome:?}");
                // And numbers those that it has as the run does.
                assert_eq!(outcome.numbers.len(), outcome.steps.len());
                for (&number, told) in outcome.numbers.iter().zip(&outcome.steps) {
                    assert_eq!(&played.steps[number as usize - 1].text, told, "{query}");
                }
                decided += usize::from(told.is_some());
            }
        }
        assert!(decided > 5, "{decided}");
    }

    #[test]
    fn along_a_run_the_fates_are_those_of_what_is_left() {
        let query = "scenario=counter&threads=2&increments=1&guard=none";
        let (link, _) = share::read(query);
        let program = link.scenario.on_model();
        let found = explore_link(&link, program, Wish::default(), |_| true);
        let (link, _) = share::read(&found.outcomes[0].link);
        let playback = play(&link, program);
        let told: Vec<Vec<String>> = (0..playback.made)
            .map(|after| found.fates.at(&playback, after))
            .map(|fates| fates.into_iter().map(|fate| fate.words).collect())
            .collect();
        let both = |words: &str| vec![words.to_owned(), words.to_owned()];
        // Two threads are started, which nobody chooses.
        assert_eq!(told[0], Vec::<String>::new());
        assert_eq!(told[2], both("2 of 3 go wrong"));
        assert_eq!(told[4], both("always goes wrong"));
        // Both have read before one has written: from then on it goes wrong.
        let along = found.fates.along(&playback);
        assert_eq!(
            along,
            [666, 666, 666, 666, 1000, 1000, 1000, 1000, 1000, 1000]
        );
        assert_eq!(decisive(&along), Some(4));
        let well = found.outcomes.last().expect("the best");
        let (link, _) = share::read(&well.link);
        let along = found.fates.along(&play(&link, program));
        assert_eq!((along[0], along[4], along.last()), (666, 0, Some(&0)));
        assert_eq!(decisive(&along), None);
    }
}
