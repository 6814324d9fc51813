//! Oracles: strategies that lead a model through its interleavings, a file each.

mod exhaustive;
mod random;

pub use exhaustive::Exhaustive;
pub use random::Random;
