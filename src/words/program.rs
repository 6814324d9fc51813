//! The program and its settings.

use super::number::grouped;

pub const TITLE: &str = "The program and its settings";
pub const PARAMETERS: &str = "Parameters";
pub const RESET: &str = "Reset";
pub const RESET_HINT: &str = "All parameters at their defaults (R)";
pub const TRY_NEXT: &str = "Try next";
pub const DISMISS: &str = "Dismiss";

// The parameters.

/// After the name of one that cannot be changed.
pub const LOCKED: &str = " (locked)";

pub fn range(min: i64, max: i64) -> String {
    format!("{}–{}", grouped(min), grouped(max))
}

/// A number or none.
pub fn range_or_none(max: i64) -> String {
    format!("none, 0–{max}")
}

/// A parameter, and what it is.
pub fn is_set(name: &str, value: &str) -> String {
    format!("{name} {value}")
}

// The engine.
pub const ENGINE: &str = "engine";
pub const REAL_THREADS: &str = "real threads";
pub const EACH_REAL: &str = "each for real";
pub const EVENT_LOOP: &str = "the browser’s event loop";
pub const NOT_SHARED: &str = "simulated: memory cannot be shared here";
pub const SIMULATED: &str = "simulated, step by step";
pub const RECORD: &str = "record";
pub const RECORD_HINT: &str = "Record the run, to step through it afterwards";

pub fn best(engine: &str) -> String {
    format!("best here ({engine})")
}

// The listing.
pub const LISTING: &str = "The program";
pub const PYTHON: &str = "Python";
pub const RUST: &str = "Rust, which runs";
/// What can be done with the reader's own program: names that `www/programs.js` knows, and
/// what the buttons say.
pub const OF_OWN: [(&str, &str); 4] = [
    ("edit", "Edit"),
    ("new", "New"),
    ("open", "Open…"),
    ("save", "Download"),
];
pub const EDIT_THIS: &str = "Edit this program";
pub const NOT_LOADED: &str = "The text of the program could not be loaded.";
pub const TRY_AGAIN: &str = "Try again";

/// Before the number of a line, wherever one is told of.
pub const LINE: &str = "line ";

pub fn line(number: u32) -> String {
    format!("{LINE}{number}")
}
