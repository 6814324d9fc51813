//! Probabilistic concurrency testing: the thread of the highest priority goes, and
//! at a few steps, drawn before, that thread falls behind all others.
//!
//! Burckhardt, Kothari, Musuvathi, Nagarakatte, "A Randomized Scheduler with
//! Probabilistic Guarantees of Finding Bugs" (ASPLOS 2010): a bug that needs d
//! steps in a certain order shows in an execution with a probability of at least
//! 1 / (n · k^(d−1)), n threads and k steps. Choosing evenly at each step seldom
//! lets one thread go far while another stands still; this often does.

use super::random::Random;
use crate::platform::model::{Choice, Oracle};

/// Steps whose order a bug may depend on: what most need.
const DEPTH: usize = 3;

/// An execution by priorities.
pub struct Pct {
    random: Random,
    /// By thread, from its first step on. Those that have fallen behind have the
    /// lowest, the last to fall the very lowest.
    priorities: Vec<Option<i64>>,
    /// Steps before which the thread that would go falls behind.
    falls: [usize; DEPTH - 1],
    step: usize,
}

impl Pct {
    /// For an execution of about so many steps.
    pub fn new(seed: u64, steps: usize) -> Pct {
        let mut random = Random::new(seed);
        let falls = [(); DEPTH - 1].map(|()| random.below(steps.max(1)));
        Pct {
            random,
            priorities: Vec::new(),
            falls,
            step: 0,
        }
    }

    fn highest(&mut self, choices: &[Choice]) -> Option<usize> {
        for choice in choices {
            let thread = choice.thread.index();
            if self.priorities.len() <= thread {
                self.priorities.resize(thread + 1, None);
            }
            let random = &mut self.random;
            self.priorities[thread].get_or_insert_with(|| (random.draw() >> 1).cast_signed());
        }
        let priority = |&index: &usize| self.priorities[choices[index].thread.index()];
        (0..choices.len()).max_by_key(priority)
    }
}

impl Oracle for Pct {
    fn choose(&mut self, choices: &[Choice]) -> Option<usize> {
        if self.falls.contains(&self.step)
            && let Some(first) = self.highest(choices)
        {
            self.priorities[choices[first].thread.index()] = Some(-1 - self.step as i64);
        }
        self.step += 1;
        self.highest(choices)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::base::ThreadId;
    use crate::platform::model::Move;
    use crate::trace::Site;

    fn choices(threads: &[u16]) -> Vec<Choice> {
        let choice = |&thread| Choice {
            thread: ThreadId(thread),
            how: Move::Step,
            site: Site::NONE,
            access: None,
        };
        threads.iter().map(choice).collect()
    }

    #[test]
    fn a_thread_goes_on_until_it_falls_behind() {
        for seed in 0..100 {
            let mut oracle = Pct::new(seed, 20);
            let mut turns = Vec::new();
            for _ in 0..20 {
                turns.extend(oracle.choose(&choices(&[0, 1, 2])));
            }
            let changes = turns.windows(2).filter(|two| two[0] != two[1]).count();
            assert!(changes < DEPTH, "{turns:?}");
        }
    }

    #[test]
    fn every_thread_comes_first_for_some_seed() {
        let first = |seed| Pct::new(seed, 10).choose(&choices(&[0, 1, 2]));
        for wanted in 0..3 {
            assert!((0..100).any(|seed| first(seed) == Some(wanted)));
        }
    }
}
