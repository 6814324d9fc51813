//! Ids, numbers for people and numbers by chance, scales and colours. Depends on nothing.

pub mod id;
pub mod number;
pub mod palette;
pub mod random;
pub mod scale;

pub use id::{ObjectId, ThreadId};
