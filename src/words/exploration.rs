//! What exploring found, and how it is to search.

use super::number::{counted, grouped};

// The search.
pub const HOW: &str = "How to explore";
pub const LOOK_AT: &str = "look at";
pub const ALL: &str = "every interleaving";
pub const RANDOM: &str = "random ones";
pub const PREEMPTIONS: &str = "A preemption is a switch away from a thread that could have gone \
    on. Few are enough to show most mistakes.";
pub const CLOCK: &str = "Keep to the clock: sleeps and time-outs end in the order of their \
    times. Otherwise any may end at any time, since no program should rely on them.";

pub fn at_most(preemptions: u32) -> String {
    match preemptions {
        0 => "those without preemptions".to_owned(),
        many => format!("those with at most {}", counted_preemptions(many)),
    }
}

fn counted_preemptions(preemptions: u32) -> String {
    counted(i64::from(preemptions), "preemption")
}

// While it goes on.
pub const EXPLORING: &str = "Exploring …";

pub fn states_so_far(states: u64) -> String {
    format!("{} so far …", counted(states as i64, "state"))
}

pub fn executions_so_far(executions: u64) -> String {
    format!("{} so far …", counted(executions as i64, "execution"))
}

// What it found.
pub const TITLE: &str = "Every interleaving";
pub const WHY: &str = "Why";

/// What a verdict means, before the steps that lead to it.
pub fn simplest(verdict: &str) -> String {
    let means = match verdict {
        "violated" => "It ends, with a wrong result. ",
        "deadlock" => "Threads wait for ever. ",
        "error" => "An exception ends it. ",
        _ => "",
    };
    format!("{means}The simplest way to it:")
}
pub const STEP_THROUGH: &str = "Step through it";
pub const DECIDED: &str = " decided here: from now on it always goes wrong";
pub const RACE: &str = "Data race: nothing orders these two";
pub const DEADLOCK: &str = "Deadlock: each waits for what the next one holds";
pub const LIVELOCK: &str = "Livelock: from here on threads go round for ever, and come to nothing";
pub const LOST_WAKE_UP: &str = "Lost wake-up: these wait, and nobody is left to tell them";
pub const SEE_IT: &str = "see it happen";

/// A count of which more is not known exactly.
pub fn more_than(count: i64) -> String {
    format!("more than {}", grouped(count))
}

/// Of all interleavings these.
pub fn some_of(some: &str, all: &str) -> String {
    format!("{some} of {all}")
}

/// Who does what to the cell that is raced for.
pub fn reads(thread: &str, cell: &str) -> String {
    format!("{thread} reads {cell}")
}

pub fn updates(thread: &str, cell: &str) -> String {
    format!("{thread} updates {cell}")
}

pub fn writes(thread: &str, cell: &str) -> String {
    format!("{thread} writes {cell}")
}

/// A part of a finding, with its line.
pub fn with_line(part: &str, line: u32) -> String {
    format!("{part}, line {line}")
}

/// To explore with these parameters in place of what was too much.
pub fn explore_instead(parameters: &str) -> String {
    format!("Explore {parameters} instead")
}

// How it ends, in the summaries.
pub const NO_END: &str = "no end was reached yet";
pub const NONE_WRONG: &str = "none goes wrong";

/// Of a program of the reader's own that comes to so many things.
pub fn none_raises(outcomes: usize) -> String {
    format!(
        "{outcomes} different outcomes. Which is right the program does not say: an assert would"
    )
}

pub const NONE_SEEN_WRONG: &str = "none of those seen goes wrong";
pub const ALL_WRONG: &str = "all end the same way, and wrong";
pub const SEEN_WRONG: &str = "those seen end the same way, and wrong";

pub fn outcomes(outcomes: usize, wrong: &str) -> String {
    format!(
        "{} different outcomes, {wrong} of them wrong",
        grouped(outcomes as i64)
    )
}

pub fn at_least(count: usize) -> String {
    format!("at least {}", grouped(count as i64))
}

// The summaries.

pub fn too_long(steps: usize) -> String {
    format!(
        "Too long to explore: more than {} steps. Choose smaller parameters.",
        grouped(steps as i64)
    )
}

/// `different` is how many of them were.
pub fn random(executions: u64, different: &str, how: &str) -> String {
    format!(
        "{} random executions, {different} of them different: {how}.",
        grouped(executions as i64)
    )
}

pub fn all(all: &str, how: &str) -> String {
    match all {
        "1" => format!("There is one interleaving: {how}."),
        _ => format!("All {all} interleavings: {how}."),
    }
}

pub fn all_with_at_most(all: &str, preemptions: u32, how: &str) -> String {
    format!(
        "All {all} interleavings with at most {}: {how}. Those with more were not looked at.",
        counted_preemptions(preemptions)
    )
}

pub fn uncounted(how: &str) -> String {
    format!("All interleavings: {how}. They are not counted, since threads can go round in a loop.")
}

pub fn uncounted_with_at_most(preemptions: u32, how: &str) -> String {
    format!(
        "All interleavings with at most {}: {how}. They are not counted, since threads can go \
         round in a loop.",
        counted_preemptions(preemptions)
    )
}

pub fn limit_reached(states: u64, megabytes: u64, how: &str) -> String {
    format!(
        "Not complete: the search ended at its limit, {} in at most {} MB. {}.",
        counted(states as i64, "state"),
        grouped(megabytes as i64),
        capitalized(how)
    )
}

pub fn incomplete(states: u64, how: &str) -> String {
    format!(
        "Not complete: {} seen. {}.",
        counted(states as i64, "state"),
        capitalized(how)
    )
}

fn capitalized(text: &str) -> String {
    let mut letters = text.chars();
    let first = letters.next().map(|letter| letter.to_uppercase());
    first.into_iter().flatten().chain(letters).collect()
}

// After a summary.
pub const ANY_SLEEP: &str = " Sleeps may take any time.";
pub const ANY_SLEEP_AND_RACES: &str =
    " Sleeps may take any time. Races are told where they were met.";
pub const CLOCK_KEPT: &str = " Sleeps keep to the clock: on real threads more may happen, and \
    races are told only where the times allow them.";
pub const CLOCK_KEPT_BY_TASKS: &str = " Sleeps keep to the clock: where they take longer, more \
    may happen.";
pub const RACES: &str = " Races are told where they were met.";

pub fn outcomes_not_listed(outcomes: usize) -> String {
    not_listed(counted(outcomes as i64, "more outcome"))
}

pub fn findings_not_listed(findings: usize) -> String {
    not_listed(counted(findings as i64, "more finding"))
}

fn not_listed(more: String) -> String {
    format!(" Not listed: {more}.")
}
