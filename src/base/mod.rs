//! Ids, numbers for people, scales and colours. Depends on nothing.

pub mod id;
pub mod number;
pub mod palette;
pub mod scale;

pub use id::{ObjectId, ThreadId};
