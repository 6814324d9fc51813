//! The words of the interface, in one language: a file a subject.
//!
//! Fixed words are constants. Words with values in them are functions that get the values, so
//! that a language can order them as it likes, and has its own plurals. They get numbers as
//! numbers, and names and words of other functions as text.
//!
//! Nothing but words: which of them are said, and in what markup, is decided elsewhere. So
//! this layer uses none, and every other may use it. Scenarios, lessons and help have their
//! texts with them; names that programs and links use (facts, parameters, verdicts) are no
//! words. Those that only the scripts say are in `www/words/`. `tests/words.rs` keeps words
//! from standing anywhere else.

pub mod embed;
pub mod errors;
pub mod event;
pub mod exploration;
pub mod figures;
pub mod lanes;
pub mod links;
pub mod number;
pub mod own;
pub mod page;
pub mod params;
pub mod program;
pub mod run;
pub mod share;
pub mod stepper;
pub mod things;
pub mod why;
