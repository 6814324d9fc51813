//! Stepping through a run on the model: its buttons, who may go next, and what can still come
//! of it.

use super::number::{counted, grouped};

// The transport.
pub const TITLE: &str = "Step by step";
pub const START: &str = "Start";
pub const BACK: &str = "Back";
pub const PLAY: &str = "Play";
pub const PAUSE: &str = "Pause";
pub const STEP: &str = "Step";
pub const END: &str = "End";

// The keys that do the same.
pub const HOME_KEY: &str = "Home";
pub const SPACE_KEY: &str = "Space";
pub const END_KEY: &str = "End";

pub fn with_key(label: &str, key: &str) -> String {
    format!("{label} ({key})")
}

pub fn step_of(at: usize, last: usize) -> String {
    format!("Step {} of {}", grouped(at as i64), grouped(last as i64))
}

pub fn at_ms(ms: i64) -> String {
    format!("at {} ms", grouped(ms))
}

pub fn too_many(steps: usize) -> String {
    format!(
        "{} steps were simulated, too many to step through. Choose smaller parameters for that.",
        grouped(steps as i64)
    )
}

// What can still come of the run.
pub const GOES_WELL: &str = "From here it goes well, whoever goes next.";
pub const GOES_WRONG: &str = "From here it goes wrong, whoever goes next.";

pub fn percent_wrong(percent: u16) -> String {
    format!("From here {percent} % of all interleavings go wrong.")
}

pub fn decided_with(step: usize) -> String {
    format!("Decided with step {step}")
}

// Beside who may go next.
pub const NEVER_WRONG: &str = "never goes wrong";
pub const ALWAYS_WRONG: &str = "always goes wrong";
pub const HARDLY_WRONG: &str = "less than 0.1 % go wrong";
pub const NEARLY_ALWAYS_WRONG: &str = "more than 99.9 % go wrong";

pub fn some_wrong(wrong: &str, all: &str) -> String {
    format!("{wrong} of {all} go wrong")
}

pub fn per_mille_wrong(per_mille: u32) -> String {
    format!("{}.{} % go wrong", per_mille / 10, per_mille % 10)
}

// Where the threads are.
pub const WHO_NEXT: &str = "Who goes next?";

/// Where there is nothing to choose.
pub fn goes_unasked(thread: &str) -> String {
    format!("{thread} goes next, without a choice: nobody could tell when it makes this step.")
}

pub fn others_without_lanes(others: usize) -> String {
    format!("and {}, without lanes", counted(others as i64, "other"))
}
