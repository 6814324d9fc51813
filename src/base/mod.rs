//! Ids, numbers for people and numbers by chance, scales and colours. Depends on words alone.

pub mod id;
mod named;
pub mod number;
pub mod palette;
pub mod random;
mod scalar;
pub mod scale;

pub use id::{ObjectId, ThreadId};
pub use named::Named;
pub use scalar::Scalar;
