//! Python's text and numbers as pure functions: what CPython 3.11 prints, parses and counts.
//!
//! Nothing here knows a Python value, a frame or a thread. A function takes `&str`, `f64`,
//! integers and small structs, and gives what CPython gives, to the last digit and the last
//! word of an error ([`Error`]). Where a result can be larger than its input, the caller
//! passes a limit, and more is a `MemoryError`.
//!
//! | where | what |
//! |---|---|
//! | [`number`] | integers of any size, floats: parsing, printing, arithmetic, hashes |
//! | [`chars`] | what Unicode says of a character, as far as Rust's standard library does not |
//! | [`date`] | the calendar, `strftime` |
//! | [`string`] | str and its methods |
//! | [`bytes`] | bytes and its methods |
//! | [`mod@format`] | format specs, `%`, `str.format` |
//! | [`mod@slice`] | slices and ranges |
//! | [`math`] | the module `math` where Rust's standard library lacks a function |
//! | [`random`] | the Mersenne Twister and the methods of `random` |
//! | [`regex`] | regular expressions |
//! | [`statistics`] | the module `statistics`: exact sums |
//! | [`suggest`] | "Did you mean …?" |
//!
//! Lone surrogates, which CPython's str can hold, do not exist here: text is UTF-8.

pub mod bytes;
pub mod chars;
pub mod date;
mod error;
pub mod format;
pub mod math;
pub mod number;
pub mod random;
pub mod regex;
pub mod slice;
pub mod statistics;
pub mod string;
pub mod suggest;

pub use error::{Error, Kind, Result, check};
