//! What a parameter's value must be, and what is wrong with one that is not that.

use super::number::grouped;

pub fn whole_number(min: i64, max: i64) -> String {
    format!("a whole number from {} to {}", grouped(min), grouped(max))
}

pub fn one_of(words: &[&str]) -> String {
    format!("one of {}", words.join(", "))
}

/// So many numbers, each within bounds.
pub fn list([least, most]: [usize; 2], [min, max]: [i64; 2]) -> String {
    format!(
        "{least} to {most} whole numbers from {} to {}, with commas between them",
        grouped(min),
        grouped(max)
    )
}

pub fn or_whole_number(none: &str, max: i64) -> String {
    format!("{none}, or a whole number from 0 to {max}")
}

pub fn is_empty(name: &str, wanted: &str) -> String {
    format!("{name} is empty: it must be {wanted}.")
}

pub fn is_not(name: &str, given: &str, wanted: &str) -> String {
    format!("{name}: “{given}” is not {wanted}.")
}

/// What was wrong, and which value stays.
pub fn stays(wrong: &str, kept: &str) -> String {
    format!("{wrong} {kept} stays.")
}

/// The same where it is the default.
pub fn default_is_used(wrong: &str, default: &str) -> String {
    format!("{wrong} The default, {default}, is used.")
}
