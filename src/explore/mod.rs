//! Exploration: the graph of a program's states, and what comes of it: how many
//! interleavings there are, and the map of their outcomes. Beside it oracles that lead a
//! model through single executions, a file each.

mod count;
mod endless;
mod findings;
mod graph;
mod map;
mod pct;
mod progress;
mod races;
mod random;
mod replay;
mod sample;
mod schedule;
mod search;

/// What explorations are told in, for those above who do not see the platform.
pub use crate::platform::model::{
    Choice, Ended, Execution, Look, Move, Options, Oracle, Seen, Step, run,
};
pub use crate::platform::recording::Turn;
pub use crate::platform::{Access, Blocked};
pub use count::Count;
pub use findings::{CellAccess, Finding, stuck};
pub use graph::{Edge, Graph, GraphMove, Node, Target};
pub use map::{Found, Map, Search, Strategy, explore};
pub use pct::Pct;
pub use progress::{Place, Progress, progress};
pub use random::Random;
pub use replay::{Recorded, Recorder, Replay};
pub use sample::Sample;
pub use schedule::{Schedule, ScheduleError};
pub use search::Threads;
