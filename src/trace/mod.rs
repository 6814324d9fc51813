//! What a run leaves behind: events in per-thread rings, and what can be told
//! from them.
//!
//! The writing half ([`ring`], [`objects`]) lives in the memory of the run and
//! is used by its threads; the reading half ([`memory`], [`layout`], [`store`], [`lanes`],
//! [`holds`], [`wakes`])
//! lives with whoever watches, and reads the run's memory without waiting on
//! it. Neither knows what a lock is: a primitive's meaning is in `sync/`.

pub mod event;
pub mod holds;
pub mod lanes;
pub mod layout;
pub mod memory;
pub mod objects;
pub mod packed;
pub mod ring;
pub mod slice;
pub mod store;
pub mod wakes;

pub use event::{At, Event, Kind, Order, Site};
pub use holds::{Hold, Holds};
pub use lanes::{Ending, Lane, Span, State};
pub use layout::Placed;
pub use memory::Memory;
pub use slice::Slice;
pub use store::Store;
pub use wakes::{Wake, Wakes};
