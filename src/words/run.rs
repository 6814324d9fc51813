//! A run: how it ended, what is told of it meanwhile, and what it was of.

use super::number::{self, counted};
use std::time::Duration;

// Beside the verdict, while there is none.
pub const READY: &str = "ready";
pub const RUNNING: &str = "running";
pub const STOPPING: &str = "stopping";
pub const EXPLORING: &str = "exploring";

// What is said beside it.
pub const PRESS_RUN: &str = "Press Run, or Ctrl+Enter, and watch every thread in its lane.";
pub const AT_WORK: &str = "Threads are at work.";
pub const SEARCHING: &str = "Every order of steps is being tried.";
pub const EXPLORED: &str = "Step through an outcome below to see how it comes about, or press Run.";

// How a run ended.
pub const STOPPED: &str = "Stopped before the end";
pub const DEADLOCK: &str = "Deadlock: every thread that is left waits for ever";
pub const INCOMPLETE: &str = "Not finished within the step limit";
pub const NO_MESSAGE: &str = "The run failed without a message";

/// The pane of the run.
pub const TITLE: &str = "The run";

/// Before what is said of the end, while an earlier step is shown.
pub const IN_THE_END: &str = "in the end:";

/// How long it took.
pub fn within(elapsed: Duration) -> String {
    format!("in {}", number::duration(elapsed))
}

/// A run that is no longer of what is set: a list of parameters, with what they were.
pub fn stale(of: &str) -> String {
    format!("This run was {of}. Press Run for what is set now.")
}

pub fn of(parameters: &str) -> String {
    format!("of {parameters}")
}

// The first sight.
pub const FIRST_QUESTION: &str = "Two threads add 1 twice each. Why is it 3, and not 4?";
pub const FIRST_HINT: &str =
    "Step back to see how it came about. Explore finds all orders that it can take. ";
pub const RACE_REAL: &str = "Race ten real threads";
pub const RACE: &str = "Race ten threads";

/// Goes to the step that a reason is about.
pub const SHOW_IT: &str = "Show it";

// Runs on real threads, one after another, that are counted.
pub const HOW_OFTEN: &str = "How often does it go wrong on real threads?";

pub fn run_times(runs: u32) -> String {
    format!("Run {runs} times")
}

/// `outcomes` says how often which came.
pub fn luck(runs: u32, outcomes: &str, goes_on: bool) -> String {
    let going = if goes_on { " so far" } else { "" };
    format!(
        "{} on real threads{going}: {outcomes}.",
        counted(i64::from(runs), "run")
    )
}

/// After the words above: of so many interleavings so many go wrong.
pub fn certainty(all: &str, wrong: &str) -> String {
    format!(" Of all {all} interleavings {wrong} go wrong.")
}

// A run that was recorded.
pub const STEP_THROUGH: &str = "Step through this run";
pub const STEP_THROUGH_HOW: &str = " The same steps in the same order; the times are simulated.";
pub const NOT_STEPPABLE: &str = "Too long, not run to its end, or with other answers from the \
    network than the model has: this run cannot be stepped through.";

// The tabs below it.
pub const DETAILS: &str = "Details";
pub const STEPS: &str = "Steps";
pub const OUTPUT: &str = "Output";
pub const FIGURES: &str = "Figures";
pub const OUTCOMES: &str = "Outcomes";

/// What is shown of each process that computes, while it does.
pub const MEASURING: &str = "measuring";
pub const THREADS: &str = "threads";
pub const PROCESSES: &str = "processes";
pub const TASKS: &str = "tasks";
pub const JOBS_COUNTED: &str = "jobs that each process has counted";

// Figures side by side.
pub const MEASURED_HERE: &str = "Measured here";

pub fn milliseconds(ms: i64) -> String {
    format!("{} ms", number::grouped(ms))
}

pub fn at_best(ms: i64) -> String {
    format!("at best {}", number::grouped(ms))
}

pub fn at_best_ms(ms: i64) -> String {
    format!("at best {} ms", number::grouped(ms))
}

pub fn chart_note(cores: usize) -> String {
    format!(
        "The line in a bar is what the jobs alone would take on this machine, which has {} as \
         far as the browser tells.",
        counted(cores as i64, "core")
    )
}

// Facts and figures.
pub const FACTS: &str = "Facts";
pub const RECORDED: &str = "recorded";
pub const MORE_FIGURES: &str = "Figures, export";

pub fn events(happened: u64) -> String {
    counted(happened.cast_signed(), "event")
}

/// So many of the events that happened are here.
pub fn events_kept(kept: u64, happened: u64) -> String {
    format!(
        "showing {} of {}",
        number::grouped(kept.cast_signed()),
        events(happened)
    )
}
