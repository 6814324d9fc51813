//! What pages that embed a scenario are told of requests that cannot be met.

use super::number::grouped;

pub const BUSY: &str = "A run or an exploration goes on: stop it first.";
pub const NO_RUN: &str = "There is no run on the model to step.";
pub const STEP_NEEDS_BY: &str = "step needs by, a whole number.";
pub const THEME: &str = "theme is one of auto, light, dark.";
pub const PARAMS: &str = "params is an object, of values by name.";

pub fn no_value(name: &str) -> String {
    format!("{name} is a number, a text, true or false.")
}

pub fn not_true_or_false(name: &str) -> String {
    format!("{name} is true or false.")
}

pub fn not_whole(name: &str) -> String {
    format!("{name} is a whole number.")
}

pub fn not_whole_up_to(name: &str, most: i64) -> String {
    format!("{name} is a whole number from 0 to {}.", grouped(most))
}
