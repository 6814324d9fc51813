//! Every interleaving, depth first, each execution run anew from the start.
//!
//! With sleep sets (Godefroid, "Partial-Order Methods for the Verification of
//! Concurrent Systems", 1996, chapter 5) executions that differ only in the
//! order of moves which do not conflict are run once: a move that has been
//! explored sleeps in the branches beside it until something conflicts with it.

use crate::platform::model::{Choice, Oracle};

/// Leads a model through all its executions: call [`next`](Self::next) before
/// each, until it says that there are no more.
pub struct Exhaustive {
    reduce: bool,
    /// The decisions of this execution, from its start.
    path: Vec<Decision>,
    depth: usize,
    begun: bool,
}

enum Decision {
    Move {
        choices: Vec<Choice>,
        chosen: usize,
        /// Moves that need not be tried here: they were, or it would show the
        /// same as what was tried elsewhere.
        asleep: Vec<Choice>,
    },
    Pick {
        count: usize,
        picked: usize,
    },
}

impl Exhaustive {
    /// With `reduce`, one execution for all orders of moves that do not conflict.
    pub fn new(reduce: bool) -> Exhaustive {
        Exhaustive {
            reduce,
            path: Vec::new(),
            depth: 0,
            begun: false,
        }
    }

    /// Turns to the next execution: whether there is one.
    #[expect(clippy::should_implement_trait, reason = "it yields nothing")]
    pub fn next(&mut self) -> bool {
        self.depth = 0;
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
                Decision::Move {
                    choices,
                    chosen,
                    asleep,
                } => {
                    asleep.push(choices[*chosen]);
                    if let Some(next) = awake(choices, asleep) {
                        *chosen = next;
                        return true;
                    }
                }
            }
            self.path.pop();
        }
        false
    }

    /// What sleeps after the decisions so far.
    fn asleep(&self) -> Vec<Choice> {
        let last_move = self.path.iter().rev().find_map(|decision| match decision {
            Decision::Move {
                choices,
                chosen,
                asleep,
            } => Some((choices[*chosen], asleep)),
            Decision::Pick { .. } => None,
        });
        let Some((made, asleep)) = last_move.filter(|_| self.reduce) else {
            return Vec::new();
        };
        let sleeps_on =
            |other: &&Choice| other.thread != made.thread && !other.access.conflicts(made.access);
        asleep.iter().filter(sleeps_on).copied().collect()
    }
}

/// The first choice that does not sleep.
fn awake(choices: &[Choice], asleep: &[Choice]) -> Option<usize> {
    let sleeps = |choice: &Choice| {
        asleep
            .iter()
            .any(|other| other.thread == choice.thread && other.how == choice.how)
    };
    choices.iter().position(|choice| !sleeps(choice))
}

impl Oracle for Exhaustive {
    fn choose(&mut self, choices: &[Choice]) -> Option<usize> {
        if self.depth == self.path.len() {
            let asleep = self.asleep();
            let chosen = awake(choices, &asleep)?;
            self.path.push(Decision::Move {
                choices: choices.to_vec(),
                chosen,
                asleep,
            });
        }
        self.depth += 1;
        match &self.path[self.depth - 1] {
            Decision::Move { chosen, .. } => Some(*chosen),
            Decision::Pick { .. } => panic!("the program is not deterministic"),
        }
    }

    fn pick(&mut self, count: usize) -> usize {
        if self.depth == self.path.len() {
            self.path.push(Decision::Pick { count, picked: 0 });
        }
        self.depth += 1;
        match &self.path[self.depth - 1] {
            Decision::Pick { picked, .. } => *picked,
            Decision::Move { .. } => panic!("the program is not deterministic"),
        }
    }
}
