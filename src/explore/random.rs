//! A random choice at each step, the same for the same seed.

use crate::base::random::Dice;
use crate::platform::model::{Choice, Oracle};

/// Chooses evenly among all moves.
pub struct Random(Dice);

impl Random {
    pub fn new(seed: u64) -> Random {
        Random(Dice::new(seed))
    }

    /// Any number.
    pub fn draw(&mut self) -> u64 {
        self.0.draw()
    }

    /// A number below the bound.
    pub fn below(&mut self, bound: usize) -> usize {
        self.0.below(bound)
    }
}

impl Oracle for Random {
    fn choose(&mut self, choices: &[Choice]) -> Option<usize> {
        Some(self.below(choices.len()))
    }
}
