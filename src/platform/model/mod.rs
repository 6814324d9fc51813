//! One OS thread, on which an oracle decides at each step which thread of the
//! program goes next: the engine `model`.
//!
//! Time is virtual. [`run`] polls the threads as futures, step by step. A program that
//! knows itself who goes next, as an event loop does, says so by [`turns`].

mod engine;
mod log;
mod looks;
mod threads;
pub mod turns;

pub use engine::{
    Ended, Execution, Model, Options, fingerprint, forgets_rounds, made, name_of, name_of_object,
    run, run_into, told, unfinished,
};
pub use log::{Names, Objects, Step};
pub use looks::{Look, Seen};
pub use threads::{Choice, Move};

/// Decides what a program leaves open.
pub trait Oracle {
    /// Which of the moves that may be made is: an index. `None` ends the execution, since
    /// it would show nothing new.
    fn choose(&mut self, choices: &[Choice]) -> Option<usize>;
}
