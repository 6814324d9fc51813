//! Every interleaving, depth first, each execution run anew from the start.
//!
//! With sleep sets (Godefroid, "Partial-Order Methods for the Verification of
//! Concurrent Systems", 1996, chapter 5) executions that differ only in the
//! order of moves which do not conflict are run once: a move that has been
//! explored sleeps in the branches beside it until something conflicts with it.
//!
//! With a bound on preemptions nothing sleeps: what was left out as equal to
//! another execution might need fewer preemptions than that.

use super::schedule::Schedule;
use super::{Leader, Share};
use crate::base::ThreadId;
use crate::platform::model::{Choice, Oracle};

/// Leads a model through all its executions, or all with few preemptions.
pub struct Exhaustive {
    mode: Mode,
    share: Share,
    /// The decisions of this execution, from its start.
    path: Vec<Decision>,
    /// What there was to choose from in each, one after the other.
    moves: Vec<Branch>,
    depth: usize,
    begun: bool,
    /// Subtrees that were met at the depth where they are shared out.
    subtrees: usize,
    /// Whether this execution is in another's.
    elsewhere: bool,
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum Mode {
    All,
    Reduced,
    /// With so many preemptions at most.
    Bounded(u32),
}

#[derive(Clone, Copy)]
enum Decision {
    Move {
        /// Where its branches are in `moves`.
        first: usize,
        chosen: usize,
        /// The thread of the last move, if it could have gone on.
        preemptible: Option<ThreadId>,
        /// Preemptions before.
        preemptions: u32,
    },
    Pick {
        count: usize,
        picked: usize,
    },
}

/// A move that may be chosen.
#[derive(Clone, Copy)]
struct Branch {
    choice: Choice,
    /// It need not be tried: it was, or it would show the same as what was tried
    /// elsewhere, or it is one preemption too many.
    asleep: bool,
}

/// Decisions after which the search is cut into parts, to be shared out: enough that
/// there are some for each.
const SHARED_AT: usize = 8;

impl Exhaustive {
    /// With `reduce`, one execution for all orders of moves that do not conflict.
    pub fn new(reduce: bool) -> Exhaustive {
        Exhaustive::of_mode(match reduce {
            true => Mode::Reduced,
            false => Mode::All,
        })
    }

    /// All executions with at most so many preemptions: moves of another thread than
    /// the last, which could have gone on.
    pub fn bounded(preemptions: u32) -> Exhaustive {
        Exhaustive::of_mode(Mode::Bounded(preemptions))
    }

    fn of_mode(mode: Mode) -> Exhaustive {
        Exhaustive {
            mode,
            share: Share::ALL,
            path: Vec::new(),
            moves: Vec::new(),
            depth: 0,
            begun: false,
            subtrees: 0,
            elsewhere: false,
        }
    }

    /// Only a share of the executions.
    pub fn share(self, share: Share) -> Exhaustive {
        Exhaustive { share, ..self }
    }

    /// Adds a decision among these moves: whether one of them is to be tried.
    fn branch(&mut self, choices: &[Choice]) -> bool {
        let first = self.moves.len();
        let last = self.path.iter().rev().find_map(|decision| match *decision {
            Decision::Move {
                first,
                chosen,
                preemptible,
                preemptions,
            } => Some((first, chosen, preemptible, preemptions)),
            Decision::Pick { .. } => None,
        });
        let (mut preemptible, mut preemptions) = (None, 0);
        let mut beside = first..first;
        let mut made = None;
        if let Some((first_of_last, chosen, preempted, so_far)) = last {
            beside = first_of_last..first;
            let last = self.moves[first_of_last + chosen].choice;
            preemptions = so_far + u32::from(preempts(preempted, &last));
            let can_go_on = choices.iter().any(|choice| choice.goes_on(last.thread));
            preemptible = can_go_on.then_some(last.thread);
            made = Some(last);
        }
        for &choice in choices {
            let sleeps_on = |other: &Branch| {
                other.asleep
                    && is_same_move(&other.choice, &choice)
                    && made.is_some_and(|made| {
                        other.choice.thread != made.thread
                            && !other.choice.access.conflicts(made.access)
                    })
            };
            let asleep = match self.mode {
                Mode::All => false,
                Mode::Reduced => self.moves[beside.clone()].iter().any(sleeps_on),
                Mode::Bounded(most) => preempts(preemptible, &choice) && preemptions == most,
            };
            self.moves.push(Branch { choice, asleep });
        }
        let awake = self.moves[first..].iter().position(|branch| !branch.asleep);
        let Some(chosen) = awake else {
            self.moves.truncate(first);
            return false;
        };
        self.path.push(Decision::Move {
            first,
            chosen,
            preemptible,
            preemptions,
        });
        true
    }

    /// Goes on to the decision that is asked for.
    fn go_deeper(&mut self) -> Decision {
        self.depth += 1;
        if self.depth == SHARED_AT && self.path.len() == SHARED_AT {
            // Behind this decision begins a subtree, met for the first time.
            self.elsewhere = self.subtrees % self.share.of != self.share.index;
            self.subtrees += 1;
        }
        self.path[self.depth - 1]
    }
}

fn is_same_move(one: &Choice, other: &Choice) -> bool {
    one.thread == other.thread && one.how == other.how
}

fn preempts(preemptible: Option<ThreadId>, choice: &Choice) -> bool {
    preemptible.is_some_and(|thread| thread != choice.thread)
}

impl Leader for Exhaustive {
    fn next(&mut self) -> bool {
        self.depth = 0;
        self.elsewhere = false;
        if !std::mem::replace(&mut self.begun, true) {
            return true;
        }
        while let Some(last) = self.path.last_mut() {
            match last {
                Decision::Pick { count, picked } if *picked + 1 < *count => {
                    *picked += 1;
                    return true;
                }
                Decision::Pick { .. } => {}
                Decision::Move { first, chosen, .. } => {
                    let branches = &mut self.moves[*first..];
                    branches[*chosen].asleep = true;
                    if let Some(next) = branches.iter().position(|branch| !branch.asleep) {
                        *chosen = next;
                        return true;
                    }
                    self.moves.truncate(*first);
                }
            }
            self.path.pop();
        }
        false
    }

    fn counts(&self) -> bool {
        // Executions that end before the search is shared out are seen by all.
        !self.elsewhere && (self.path.len() >= SHARED_AT || self.share.index == 0)
    }

    fn write(&self, schedule: &mut Schedule) {
        let mut end = self.moves.len();
        let mut decisions = Vec::with_capacity(self.path.len());
        for decision in self.path.iter().rev() {
            decisions.push(match *decision {
                Decision::Pick { count, picked } => (picked, count),
                Decision::Move { first, chosen, .. } => {
                    (chosen, std::mem::replace(&mut end, first) - first)
                }
            });
        }
        for (index, count) in decisions.into_iter().rev() {
            schedule.push(index, count);
        }
    }
}

impl Oracle for Exhaustive {
    fn choose(&mut self, choices: &[Choice]) -> Option<usize> {
        if self.elsewhere || (self.depth == self.path.len() && !self.branch(choices)) {
            return None;
        }
        match self.go_deeper() {
            Decision::Move { .. } if self.elsewhere => None,
            Decision::Move { chosen, .. } => Some(chosen),
            Decision::Pick { .. } => panic!("the program is not deterministic"),
        }
    }

    fn pick(&mut self, count: usize) -> usize {
        if self.depth == self.path.len() {
            self.path.push(Decision::Pick { count, picked: 0 });
        }
        match self.go_deeper() {
            Decision::Pick { picked, .. } => picked,
            Decision::Move { .. } => panic!("the program is not deterministic"),
        }
    }
}
