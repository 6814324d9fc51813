//! What threads share, and who waits for it.

use super::number::{counted, grouped};

pub const PANE: &str = "State";
pub const TITLE: &str = "Locks and shared values";
pub const VALUE: &str = "value";

pub fn more(things: usize) -> String {
    format!("and {things} more")
}

/// After a state: that before the step.
pub fn was(state: &str) -> String {
    format!(" was {state}")
}

/// After a value: the most that it comes to.
pub fn of(most: i64) -> String {
    format!(" of {most}")
}

/// Before the names of so many who wait.
pub fn wait(waiting: usize) -> &'static str {
    match waiting {
        1 => " waits:",
        _ => " wait:",
    }
}

/// After the names of those who wait.
pub fn and_others(others: usize) -> String {
    format!(" and {}", counted(others as i64, "other"))
}

// The states.
pub const FREE: &str = "free";
pub const SET: &str = "set";
pub const NOT_SET: &str = "not set";
pub const BROKEN: &str = "broken";
pub const NOBODY_WAITS: &str = "nobody waits";

/// A lock, by whom if that is known, and how often if it is more than once.
pub fn held(by: Option<&str>, depth: u32) -> String {
    let by = by.map(|name| format!(" by {name}")).unwrap_or_default();
    match depth {
        0 | 1 => format!("held{by}"),
        _ => format!("held{by}, {depth} deep"),
    }
}

pub fn permits(left: u32, initial: u32) -> String {
    if left > initial {
        return format!(
            "{} left, {} more than at first",
            many(left, "permit"),
            left - initial
        );
    }
    format!("{left} of {} left", many(initial, "permit"))
}

/// Of a barrier: so many of its parties have come.
pub fn parties(come: u32, of: u32) -> String {
    let parties = match of {
        1 => "1 party".to_owned(),
        of => format!("{} parties", grouped(i64::from(of))),
    };
    match come {
        0 => format!("nobody waits, {parties}"),
        _ => format!("{come} of {parties} wait"),
    }
}

pub fn items(count: u32) -> String {
    many(count, "item")
}

pub fn items_of(count: u32, capacity: u32) -> String {
    format!("{count} of {}", many(capacity, "item"))
}

pub fn tasks(waiting: u32, workers: u32) -> String {
    format!(
        "{} queued, {}",
        many(waiting, "task"),
        many(workers, "worker")
    )
}

fn many(n: u32, noun: &str) -> String {
    counted(i64::from(n), noun)
}
