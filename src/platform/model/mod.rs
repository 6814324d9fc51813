//! One OS thread, on which an oracle decides at each step which thread of the
//! program goes next: the engine `model`.
//!
//! Time is virtual. [`World`] is the state of it all, whoever runs the threads:
//! [`run`] polls them as futures, step by step; the tests of the primitives run
//! them as coroutines, atomic by atomic. A program that knows itself who goes next, as an
//! event loop does, says so by [`turns`].

mod engine;
mod log;
mod looks;
pub mod turns;
mod world;

pub use engine::{Ended, Model, Options, Run, run, run_into};
pub use log::{Names, Objects, Step};
pub use looks::{Look, Seen};
pub use world::{Access, Choice, Move, World};

/// Decides where a program leaves something open.
pub trait Oracle {
    /// Which of the threads that may move does so: an index. `None` ends the
    /// execution, since it would show nothing new.
    fn choose(&mut self, choices: &[Choice]) -> Option<usize>;

    /// Which of `count` threads that wait on a word is woken: an index.
    fn pick(&mut self, count: usize) -> usize;
}
