//! Data races: two threads that could both access one value next, one of them writing.
//!
//! Where sleeps may take any time this is the same as happens-before: two accesses that
//! nothing orders can be brought together. With a clock it finds those only that its
//! times allow.

use super::findings::{CellAccess, Finding};
use crate::platform::Access;
use crate::platform::model::{Choice, name_of_object, told};

/// Two places in the program that race for one value, whichever threads are there.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct Race {
    value: u64,
    places: [(u32, u8); 2],
}

/// The races among the moves that may be made, for the program's oracle: each with the
/// two that race.
pub fn races(choices: &[Choice]) -> impl Iterator<Item = (Race, [&Choice; 2])> {
    let accesses = choices.iter().filter(|choice| choice.access.is_some());
    accesses.clone().enumerate().flat_map(move |(number, one)| {
        let others = accesses.clone().skip(number + 1);
        others.filter_map(move |other| race(one, other).map(|race| (race, [one, other])))
    })
}

fn race(one: &Choice, other: &Choice) -> Option<Race> {
    if one.site.object != other.site.object || !one.access?.races_with(other.access?) {
        return None;
    }
    let place = |choice: &Choice| (choice.site.line, choice.access.map_or(0, |a| a as u8));
    let mut places = [place(one), place(other)];
    places.sort_unstable();
    Some(Race {
        value: name_of_object(one.site.object),
        places,
    })
}

/// With the names that they have in the execution, whose oracle asks.
pub fn finding(two: [&Choice; 2]) -> Finding {
    let accesses = two.map(|choice| CellAccess {
        thread: choice.thread,
        name: told(choice.thread, choice.site.object).0,
        line: choice.site.line,
        does: choice.access.unwrap_or(Access::Reads),
    });
    Finding::Race {
        cell: told(two[0].thread, two[0].site.object).1,
        accesses,
    }
}
