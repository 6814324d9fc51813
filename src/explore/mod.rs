//! Exploration: oracles that lead a model through its interleavings, a file each,
//! and what comes of it: how many there are, and the map of their outcomes.

mod count;
mod exhaustive;
mod findings;
mod map;
mod random;
mod replay;
mod schedule;

/// What explorations are told in, for those above who do not see the platform.
pub use crate::platform::Blocked;
pub use crate::platform::model::{Ended, Options, Run, Step, run};
pub use count::Count;
pub use exhaustive::Exhaustive;
pub use findings::{CellAccess, Finding, findings, stuck};
pub use map::{Found, Map, Search, explore};
pub use random::Random;
pub use replay::{Follow, Recorder, Replay};
pub use schedule::{Schedule, ScheduleError};
