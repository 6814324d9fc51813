//! Figures of waits and holds, the table of events, and the files of both.

use super::number::{counted, grouped};

/// What stands over a column, and what it means.
pub type Column = (&'static str, &'static str);

pub const NAME: Column = ("name", "What it is called in the program");
pub const KIND: Column = ("kind", "What it is");
pub const ACQUIRED: Column = ("acquired", "How often a lock or a permit was acquired");
pub const CONTENDED: Column = (
    "contended",
    "How many of the acquisitions had to wait, and their share",
);
pub const WAITS: Column = (
    "waits",
    "How often there was a wait, for a lock or for anything else",
);
pub const WAITED: Column = ("waited", "How long all waits took together");
pub const MEDIAN: Column = ("median", "Half of the waits were no longer than this");
pub const LONGEST: Column = ("longest", "The longest wait");
pub const HELD: Column = (
    "held",
    "How long threads held it: each thread's time, added up",
);
pub const LONGEST_HOLD: Column = (
    "longest hold",
    "The longest time for which a thread held it",
);
pub const THREAD: Column = ("thread", "Its name");
pub const RUNNING: Column = ("running", "How long it ran");
pub const BUSY: Column = (
    "busy",
    "How long it ran through steps that were counted and not recorded",
);
pub const READY: Column = ("ready", "How long it could have gone on while others went");
pub const SLEEPING: Column = ("sleeping", "How long it slept");
pub const HOLDING: Column = (
    "holding",
    "How long it held anything, asleep and waiting included",
);
pub const LIFE: Column = (
    "life",
    "From its first step to its last: what it ran, waited and slept, added up",
);

// Notes on them.
pub const IN_STEPS: &str = "Times are counted in steps: on the model only sleeps take time.";
pub const NO_WAITS: &str = "No thread had to wait.";

pub fn not_recorded(missing: u64, happened: u64) -> String {
    format!(
        "{} of {} were not recorded one by one. They are in no count here, and threads are shown \
         as busy meanwhile.",
        grouped(missing.cast_signed()),
        counted(happened.cast_signed(), "event")
    )
}

pub fn cut_off(waits: u64) -> String {
    match waits {
        1 => "One wait lasted to the end of the run.".to_owned(),
        many => format!(
            "{} lasted to the end of the run.",
            counted(many.cast_signed(), "wait")
        ),
    }
}

// Times.

pub fn nanoseconds(ns: u64) -> String {
    format!("{ns} ns")
}

pub fn range(from: &str, to: &str) -> String {
    format!("{from}–{to}")
}

pub fn under(time: &str) -> String {
    format!("under {time}")
}

// The table of events.
pub const STEP: &str = "Step";
pub const TIME: &str = "Time";
pub const EVENT_THREAD: &str = "Thread";
pub const WHAT: &str = "What";
pub const LINE: &str = "Line";

pub fn events(all: usize) -> String {
    counted(all as i64, "event")
}

/// A part of them, by numbers from 1.
pub fn events_of(from: usize, to: usize, all: usize) -> String {
    format!(
        "Events {} to {} of {}",
        grouped(from as i64),
        grouped(to as i64),
        grouped(all as i64)
    )
}

/// After the words above.
pub fn more_not_recorded(missing: u64) -> String {
    format!(
        "; {} more were not recorded",
        grouped(missing.cast_signed())
    )
}

// Kinds of objects for which Python has no name.
pub const A_VALUE: &str = "value";
pub const A_THREAD: &str = "thread";
pub const A_REQUEST: &str = "request";
pub const AN_AWAITABLE: &str = "awaitable";

// What a thread waits for or holds that is no object.
pub const REQUESTS: &str = "requests";
pub const SOMETHING_ELSE: &str = "something else";

/// What the ruler of a drawing counts.
pub const STEP_OF_RULER: &str = "step";

// The trace for other programs.
pub const REAL_TIME: &str = "real time";
pub const MODEL_TIME: &str = "each step of the model takes 1 µs";

pub fn process(title: &str) -> String {
    format!("Lockstep: {title}")
}

pub fn waiting_for(object: &str) -> String {
    format!("waiting for {object}")
}

pub fn holds(thread: &str, object: &str) -> String {
    format!("{thread} holds {object}")
}
