//! Every interleaving, depth first, each execution run anew from the start.
//!
//! With sleep sets (Godefroid, "Partial-Order Methods for the Verification of
//! Concurrent Systems", 1996, chapter 5) executions that differ only in the
//! order of moves which do not conflict are run once: a move that has been
//! explored sleeps in the branches beside it until something conflicts with it.

use lockstep::base::random::Dice;

use super::world::Choice;

/// Decides what a program leaves open.
pub trait Oracle {
    /// Which of the threads that may move does so: an index. `None` ends the
    /// execution, since it would show nothing new.
    fn choose(&mut self, choices: &[Choice]) -> Option<usize>;

    /// Which of `count` threads that wait on a word is woken: an index.
    fn pick(&mut self, count: usize) -> usize;
}

/// A random choice at each step, the same for the same seed.
pub struct Random(pub Dice);

impl Oracle for Random {
    fn choose(&mut self, choices: &[Choice]) -> Option<usize> {
        Some(self.0.below(choices.len()))
    }

    fn pick(&mut self, count: usize) -> usize {
        self.0.below(count)
    }
}

/// Leads a program through all its executions.
pub struct Exhaustive {
    /// Whether one execution is made of those that differ only in the order of moves which
    /// do not conflict.
    reduce: bool,
    /// The decisions of this execution, from its start.
    path: Vec<Decision>,
    /// What there was to choose from in each, one after the other.
    moves: Vec<Branch>,
    depth: usize,
    begun: bool,
}

#[derive(Clone, Copy)]
enum Decision {
    Move {
        /// Where its branches are in `moves`.
        first: usize,
        chosen: usize,
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
    /// It need not be tried: it was, or it would show the same as what was tried elsewhere.
    asleep: bool,
}

impl Exhaustive {
    pub fn new(reduce: bool) -> Exhaustive {
        Exhaustive {
            reduce,
            path: Vec::new(),
            moves: Vec::new(),
            depth: 0,
            begun: false,
        }
    }

    /// Adds a decision among these moves: whether one of them is to be tried.
    fn branch(&mut self, choices: &[Choice]) -> bool {
        let first = self.moves.len();
        let last = self.path.iter().rev().find_map(|decision| match *decision {
            Decision::Move { first, chosen } => Some((first, chosen)),
            Decision::Pick { .. } => None,
        });
        let beside = last.map_or(first..first, |(first_of_last, _)| first_of_last..first);
        let made = last.map(|(first, chosen)| self.moves[first + chosen].choice);
        for &choice in choices {
            let sleeps_on = |other: &Branch| {
                other.asleep
                    && is_same_move(&other.choice, &choice)
                    && made.is_some_and(|made| {
                        other.choice.thread != made.thread
                            && !other.choice.access.conflicts(made.access)
                    })
            };
            let asleep = self.reduce && self.moves[beside.clone()].iter().any(sleeps_on);
            self.moves.push(Branch { choice, asleep });
        }
        let awake = self.moves[first..].iter().position(|branch| !branch.asleep);
        let Some(chosen) = awake else {
            self.moves.truncate(first);
            return false;
        };
        self.path.push(Decision::Move { first, chosen });
        true
    }

    /// Goes on to the decision that is asked for.
    fn go_deeper(&mut self) -> Decision {
        self.depth += 1;
        self.path[self.depth - 1]
    }

    /// Turns to the next execution, also before the first: whether there is one.
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
                Decision::Move { first, chosen } => {
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
}

fn is_same_move(one: &Choice, other: &Choice) -> bool {
    one.thread == other.thread && one.how == other.how
}

impl Oracle for Exhaustive {
    fn choose(&mut self, choices: &[Choice]) -> Option<usize> {
        if self.depth == self.path.len() && !self.branch(choices) {
            return None;
        }
        match self.go_deeper() {
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
