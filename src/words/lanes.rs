//! The lanes of a run, and what a place in them is.

use super::number::{counted, duration};
use std::time::Duration;

pub const TIMELINE: &str = "Timeline: a lane for each thread";

/// Of a run that took so long.
pub fn timeline_of(length: Duration) -> String {
    format!("Timeline of {}: a lane for each thread", duration(length))
}

pub const NOTHING_YET: &str = "Run it: each thread gets a lane here, with when it runs, waits \
    for others and holds a lock. Explore finds every order of its steps.";
pub const COMPARED: &str = "The lanes are those of the threads. gil-1, gil-2 and so on compute \
    with the interpreter lock, one at a time; free-1, free-2 and so on without it. Processes \
    and tasks are measured after them, and have no lanes.";

// The legend.
pub const LEGEND: &str = "What the lanes show";
pub const HOLDING: &str = "holding";
pub const END: &str = "end";
pub const CLOCK: &str = "Threads' clocks show no finer times, and may differ. The order of what \
    threads did to one lock, queue or event is recorded: it is right whatever the clocks say.";

pub fn clock(step: Duration) -> String {
    format!("clock: steps of {}", duration(step))
}

// What a thread does, in the legend and beside its name.
pub const RUNNING: &str = "running";
pub const BUSY: &str = "busy";
pub const WAITING: &str = "waiting";
pub const SLEEPING: &str = "sleeping";
pub const READY: &str = "ready";
pub const IS_READY: &str = "is ready: another one goes first";
pub const NOT_STARTED: &str = "not started";
pub const NOT_BEGUN: &str = "not begun";
pub const FINISHED: &str = "finished";
pub const FAILED: &str = "failed";
pub const CUT_OFF: &str = "cut off";

pub fn finished_after(ns: u64) -> String {
    format!("finished after {}", time(ns))
}

pub fn failed_after(ns: u64) -> String {
    format!("failed after {}", time(ns))
}

pub fn deadlocked_until(ns: u64) -> String {
    format!("deadlocked until {}", time(ns))
}

pub fn stopped_after(ns: u64) -> String {
    format!("stopped after {}", time(ns))
}

/// A lane in a sentence. Of how long a thread waited, held anything and was not recorded in
/// detail, in nanoseconds, what is 0 is not said.
pub fn lane(name: &str, doing: &str, [waited, held, unknown]: [u64; 3]) -> String {
    let mut words = format!("{name}: {doing}");
    if waited > 0 {
        words.push_str(&format!(", waited {}", time(waited)));
    }
    if held > 0 {
        words.push_str(&format!(", held {}", time(held)));
    }
    // What it held meanwhile nobody knows.
    if held > 0 && unknown > 0 {
        words.push_str(" as far as recorded");
    }
    if unknown > 0 {
        words.push_str(&format!(", not recorded in detail for {}", time(unknown)));
    }
    words
}

// A place in a lane of a run on real threads.

pub fn has_finished(name: &str, ns: u64) -> String {
    format!("{name} has finished, after {}", time(ns))
}

pub fn has_failed(name: &str, ns: u64) -> String {
    format!("{name} has failed, after {}", time(ns))
}

pub fn was_stopped(name: &str, ns: u64) -> String {
    format!("{name} was stopped, after {}", time(ns))
}

pub fn many_changes(name: &str, changes: usize, ns: u64) -> String {
    format!(
        "{name}: {} of state within {}. Zoom in.",
        counted(changes as i64, "change"),
        time(ns)
    )
}

pub fn runs(name: &str) -> String {
    format!("{name} runs")
}

pub fn is_busy(name: &str) -> String {
    format!("{name} runs; its steps are not recorded one by one")
}

pub fn sleeps(name: &str) -> String {
    format!("{name} sleeps")
}

pub fn waits(name: &str) -> String {
    format!("{name} waits")
}

/// After what it does: for how long, and since when.
pub fn stretch(ns: u64, start: u64) -> String {
    format!(": {}, from {}", time(ns), time(start))
}

pub fn holds(objects: &[&str]) -> String {
    format!("; holds {}", objects.join(", "))
}

pub fn woken_by(thread: &str) -> String {
    format!("; woken by {thread}")
}

pub fn started_by(thread: &str) -> String {
    format!("; started by {thread}")
}

// A place in a lane of a run on the model.

pub fn has_not_started(name: &str) -> String {
    format!("{name} has not started")
}

pub fn has_ended(name: &str) -> String {
    format!("{name} has ended")
}

pub fn failed(name: &str) -> String {
    format!("{name} has failed")
}

pub fn at_step(step: usize, what: &str) -> String {
    format!("Step {step}: {what}")
}

pub fn at_steps(from: usize, to: usize, what: &str) -> String {
    format!("Steps {from} to {to}: {what}")
}

fn time(ns: u64) -> String {
    duration(Duration::from_nanos(ns))
}
