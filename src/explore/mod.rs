//! Exploration: oracles that lead a model through its interleavings, a file each,
//! and what comes of it: how many there are, and the map of their outcomes.

mod clock;
mod count;
mod exhaustive;
mod findings;
mod map;
mod pct;
mod races;
mod random;
mod replay;
mod sample;
mod schedule;

/// What explorations are told in, for those above who do not see the platform.
pub use crate::platform::Blocked;
pub use crate::platform::model::{
    Choice, Ended, Look, Move, Options, Oracle, Run, Seen, Step, run,
};
pub use crate::platform::recording::Decision;
pub use count::Count;
pub use exhaustive::Exhaustive;
pub use findings::{CellAccess, Finding, findings, stuck};
pub use map::{Found, Map, Search, Strategy, explore};
pub use pct::Pct;
pub use random::Random;
pub use replay::{Follow, Recorded, Recorder, Replay};
pub use sample::Sample;
pub use schedule::{Schedule, ScheduleError};

/// An oracle that leads a model through one execution after the other.
pub trait Leader: Oracle {
    /// Turns to the next execution, also before the first: whether there is one.
    fn next(&mut self) -> bool;

    /// Whether the execution that was made is to be counted, and not by another of
    /// those who share the search.
    fn counts(&self) -> bool;

    /// Adds what was decided in the execution that was made.
    fn write(&self, schedule: &mut Schedule);
}

/// Which part of a search somebody makes, of how many: together they make all of it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Share {
    pub index: usize,
    pub of: usize,
}

impl Share {
    pub const ALL: Share = Share { index: 0, of: 1 };
}
