//! Figures of a run as bars, for scenarios that compare some.

use super::{Params, Report};

/// A figure beside what it would be at best.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Bar {
    /// The fact's name.
    pub name: String,
    pub ms: i64,
    pub ideal_ms: i64,
}

/// Makes bars of a run's report, on a machine of so many cores.
pub type Chart = fn(&Params, &Report, usize) -> Vec<Bar>;
