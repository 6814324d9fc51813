//! Notices of what a link asks for that cannot be had.

use super::number::grouped;

pub fn is_empty(key: &str, wanted: &str, instead: &str) -> String {
    format!("{key} is empty: it must be {wanted}. The default, {instead}, is used.")
}

pub fn unusable(key: &str, given: &str, wanted: &str, instead: &str) -> String {
    format!("{key}: “{given}” is not {wanted}. The default, {instead}, is used.")
}

/// One of a list.
pub fn left_out(key: &str, given: &str, wanted: &str) -> String {
    format!("{key}: “{given}” is not {wanted}; it is left out.")
}

pub fn unknown_scenario(given: &str, instead: &str) -> String {
    format!("There is no scenario “{given}”. This is {instead}.")
}

pub fn unknown_parameter(name: &str) -> String {
    format!("This scenario has no parameter “{name}”; it is left out.")
}

pub fn unknown_version(given: &str, known: &str) -> String {
    format!(
        "v: “{given}” is not {known}, the version of links that is known here. What is \
         understood of this one is shown."
    )
}

pub const NOT_FOLLOWED: &str = "schedule: only simulated runs follow one, so it is left out.";

pub fn more(notices: usize) -> String {
    format!("And {notices} more like these.")
}

// What is wanted, and the defaults that are no values.
pub const ENGINE: &str = "one of auto, workers, model, tasks";
pub const THEME: &str = "one of auto, light, dark";
pub const SPEED: &str = "a number from 0.1 to 100";
pub const AUTORUN: &str = "1 or 0";
pub const CLOCK: &str = "keep or free";
pub const PREDICT: &str = "on or off";
pub const NEITHER: &str = "neither";
pub const SEED: &str = "a whole number from 0 to 18,446,744,073,709,551,615";
pub const STEP: &str = "a whole number from 0 to 4,294,967,295";
pub const THE_BEGINNING: &str = "the beginning";
pub const LOCKED: &str = "a parameter of this scenario";
pub const HIDDEN: &str = "a part of the page";

pub fn no_step(step: usize) -> String {
    format!(
        "step: there is no step {}; the end is shown.",
        grouped(step as i64)
    )
}

// Why a text is no schedule.
pub const TOO_LONG: &str = "the schedule is too long";
pub const NOT_BASE64: &str = "the schedule has characters that none can have";
pub const CUT: &str = "the schedule is cut off";
pub const TOO_MANY_DECISIONS: &str = "the schedule claims more decisions than it holds";

pub fn unknown_form(form: u32, [one, other]: [u32; 2]) -> String {
    format!("the schedule has form {form}, and this page knows {one} and {other}")
}

pub fn earlier_schedule() -> String {
    "schedule: it was made with an earlier version of this program; a fresh run is shown."
        .to_owned()
}

pub fn later_schedule() -> String {
    "schedule: it was made with a later version of this program; a fresh run is shown.".to_owned()
}

pub fn misfit(decision: usize) -> String {
    format!("schedule: its decision {decision} does not fit this scenario; a fresh run is shown.")
}

pub fn no_schedule(error: &str) -> String {
    format!("schedule: {error}; a fresh run is shown.")
}

pub fn cannot_share_memory(engine: &str, instead: &str) -> String {
    format!("engine: {engine} cannot share memory between threads here; {instead} is used.")
}

pub fn cannot_run(engine: &str, instead: &str) -> String {
    format!("engine: {engine} cannot run this scenario; {instead} is used.")
}
