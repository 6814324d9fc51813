//! Why a run came to what it came to: sentences of parts that follow each other, since each
//! part can be followed by the line of the program that it tells of.

use super::number::{counted, grouped};

pub const A_THREAD: &str = "a thread";
pub const IT: &str = "it";

/// A part, with its line.
pub fn with_line(part: &str, line: u32) -> String {
    format!("{part} (line {line})")
}

/// What one thread wrote, the other wrote over: it had read the cell before.
pub fn overwritten([one, other, cell]: [&str; 3], [read, lost, wrote]: [i64; 3]) -> [String; 4] {
    [
        format!("{one} read {} from {cell}", grouped(read)),
        format!(", {other} wrote {}", grouped(lost)),
        format!(", and then {one} wrote {} over it", grouped(wrote)),
        format!(": what {other} did is lost."),
    ]
}

pub fn both_made_the_same([one, other, cell]: [&str; 3], from: i64, to: i64) -> [String; 3] {
    [
        format!("{one} and {other} both read {} from {cell}", grouped(from)),
        format!(", and both wrote {}", grouped(to)),
        ": two updates made the difference of one.".to_owned(),
    ]
}

pub fn read_too_early([one, other, cell]: [&str; 3], read: i64, wrote: i64) -> [String; 3] {
    [
        format!("{one} read {} from {cell}", grouped(read)),
        format!(" before {other} wrote {} to it", grouped(wrote)),
        ": nothing made it wait for that.".to_owned(),
    ]
}

/// `one` was notified by `notifier`, and `other` came between.
pub fn went_on_unchecked([notifier, one, other, condition]: [&str; 4]) -> [String; 4] {
    [
        format!("{notifier} notified {one}"),
        format!(". {other} came first and acquired {condition}"),
        format!(" before {one} went on"),
        format!(". What {one} had waited for was no longer so, and it did not look again."),
    ]
}

/// An exception.
pub fn raised(thread: &str) -> [String; 2] {
    [format!("{thread} raised it"), ".".to_owned()]
}

/// An exception, after what led to it.
pub fn then_raised(thread: &str) -> [String; 2] {
    [format!(" {thread} raised the exception"), ".".to_owned()]
}

/// What stands between the waits of a cycle.
pub const BETWEEN_WAITS: &str = "; ";

/// The end of a cycle of so many waits.
pub fn none_can_go_on(waits: usize) -> &'static str {
    match waits {
        1 => ". It cannot go on.",
        2 => ". Neither can go on.",
        _ => ". None of them can go on.",
    }
}

pub fn notified_too_early(teller: &str, condition: &str, waiter: &str) -> [String; 3] {
    told_too_early(format!("{teller} notified {condition}"), waiter)
}

pub fn cleared_too_early(teller: &str, event: &str, waiter: &str) -> [String; 3] {
    told_too_early(format!("{teller} cleared {event}"), waiter)
}

pub fn set_too_early(teller: &str, event: &str, waiter: &str) -> [String; 3] {
    told_too_early(format!("{teller} set {event}"), waiter)
}

fn told_too_early(told: String, waiter: &str) -> [String; 3] {
    [
        told,
        format!(" before {waiter} waited for it"),
        ", and nobody is left to do so again.".to_owned(),
    ]
}

/// After who waits for what: so many others wait as well.
pub fn nobody_is_left(others: usize) -> String {
    match others {
        0 => ", and nobody is left to change that.".to_owned(),
        _ => format!(
            ", as {} wait, and nobody is left to change that.",
            counted(others as i64, "other thread")
        ),
    }
}
