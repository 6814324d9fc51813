//! Executions drawn at random, as many as are wanted: for programs that are too
//! large to see all of.

use super::pct::Pct;
use super::random::Random;
use super::schedule::Schedule;
use crate::platform::model::{Choice, Oracle};

/// Leads a model through random executions. Of two one chooses evenly at each step,
/// and the other by priorities ([`Pct`]), since each finds what the other seldom does.
pub struct Sample {
    seed: u64,
    oracle: Drawn,
    /// Executions that were begun.
    begun: u64,
    /// Indices and what they were chosen from.
    decisions: Vec<(usize, usize)>,
    /// Steps of the longest execution so far.
    longest: usize,
}

enum Drawn {
    Evenly(Random),
    ByPriority(Pct),
}

impl Sample {
    /// The same executions for the same seed; so many of them as are asked for.
    pub fn new(seed: u64) -> Sample {
        Sample {
            seed,
            oracle: Drawn::Evenly(Random::new(seed)),
            begun: 0,
            decisions: Vec::new(),
            longest: 0,
        }
    }

    fn oracle(&mut self) -> &mut dyn Oracle {
        match &mut self.oracle {
            Drawn::Evenly(random) => random,
            Drawn::ByPriority(pct) => pct,
        }
    }

    /// Turns to the next execution, also before the first.
    pub fn next(&mut self) {
        self.longest = self.longest.max(self.decisions.len());
        self.decisions.clear();
        // Two streams of random numbers must not be one shifted by a step.
        let seed = Random::new(self.seed ^ self.begun.rotate_left(32)).draw();
        self.oracle = match self.begun % 2 {
            0 => Drawn::Evenly(Random::new(seed)),
            _ => Drawn::ByPriority(Pct::new(seed, self.longest)),
        };
        self.begun += 1;
    }

    /// Adds what was decided in the execution that was made.
    pub fn write(&self, schedule: &mut Schedule) {
        for &(index, count) in &self.decisions {
            schedule.push(index, count);
        }
    }
}

impl Oracle for Sample {
    fn choose(&mut self, choices: &[Choice]) -> Option<usize> {
        let index = self.oracle().choose(choices)?;
        self.decisions.push((index, choices.len()));
        Some(index)
    }
}
