//! Scenarios for tests, only in builds with the feature `selftest`: programs
//! that misbehave as no lesson does, and programs that stress the primitives,
//! natively and in a browser's workers alike, or measure them.

pub mod fail;
pub mod measure;
pub mod random;
pub mod stress;
