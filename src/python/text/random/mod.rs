//! The module `random`: CPython's generator and what `Lib/random.py` makes of it, so that a
//! seed gives the same numbers.

mod distributions;
mod select;
mod twister;

pub use select::Cumulative;

/// An object of the class `random.Random`.
#[derive(Clone, Debug, PartialEq)]
pub struct Random {
    twister: twister::Twister,
    /// `gauss` makes two numbers at a time.
    gauss_next: Option<f64>,
}
