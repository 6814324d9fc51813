//! The bar at the top, the line at the bottom, and what runs the threads here.

use super::number::counted;

pub const NAME: &str = "Lockstep";

/// The page's own, in tabs and in the browser's history.
pub fn title(scenario: &str) -> String {
    format!("{scenario} – {NAME}")
}

pub const RUN: &str = "Run";
pub const RUN_KEY: &str = "Ctrl+Enter";
pub const STOP: &str = "Stop";
pub const EXPLORE: &str = "Explore";
pub const EXPLORE_HINT: &str = "Looks for every interleaving, in small programs (E)";
pub const WRITE: &str = "Write your own";
pub const SHARE: &str = "Share";
pub const OPEN: &str = "Open in Lockstep";
pub const ALL_SCENARIOS: &str = "All scenarios (/)";
pub const COURSE: &str = "The course";
pub const DIVIDER: &str = "Width of the program";

pub fn previous(title: &str) -> String {
    format!("previous: {title}")
}

pub fn next(title: &str) -> String {
    format!("next: {title}")
}

// The line at the bottom.
pub const GUIDE: &str = "Which to choose?";
pub const TEACHERS: &str = "For your course page";
pub const HOSTING: &str = "On your own site";
pub const KEYS: &str = "Keys";
pub const OFFLINE: &str = "Works offline now";

// What runs the threads, and why.
pub const REAL_TASKS: &str = "real tasks, on 1 thread";
pub const WHY_REAL_TASKS: &str =
    "One thread, a Web Worker, runs all tasks on the browser’s event loop.";
pub const WHY_REAL_THREADS: &str = "Each thread is a Web Worker, the main thread too; all share \
    one memory and run at the same time, as far as there are processors.";
pub const SIMULATED: &str = "simulated here: why?";
pub const WHY_ASKED: &str = "One thread plays all of them, step by step, as the link or the form \
    asks: so a run can be stepped through, also backwards, and repeated exactly.";
pub const WHY_FRAMED: &str = "The page around this frame does not let it share memory between \
    threads. So one thread plays all of them, step by step: the same program, with the same \
    outcomes, in its own time.";
pub const WHY_PLAYER: &str = "This browser lets no page of this address share memory between \
    threads. So one thread plays all of them, step by step: the same program, with the same \
    outcomes, in its own time.";
pub const WHY_NOT_ISOLATED: &str = "Browsers share memory between threads only in pages that are \
    isolated from all others, by two headers of their host. This host does not send them, and \
    the browser allows no stand-in: in a private window, perhaps. So one thread plays all of \
    them, step by step: the same program, with the same outcomes, in its own time.";
pub const SEE_REAL: &str = "See it on real threads, in a new tab";

/// However many.
pub const REAL_THREADS: &str = "real threads";

pub fn real_threads(threads: usize) -> String {
    counted(threads as i64, "real thread")
}
