//! A schedule as a link carries it: the decisions of an execution, as few bits as
//! will do.
//!
//! The header is three numbers (LEB128): the form, the program's version, and how
//! many decisions follow. A decision among n takes ⌈log2 n⌉ bits, and what n was is
//! known only to who replays it: so any bytes are a schedule, or are refused with a
//! reason, and whether one fits shows when it is replayed.

use std::fmt;

use base64::Engine;
use base64::prelude::BASE64_URL_SAFE_NO_PAD;

use crate::words::links as says;

/// The form of a schedule.
const FORM: u32 = 1;
/// The same, of an execution in which any deadline could end at any time.
const FORM_ANY_DEADLINE: u32 = 2;

/// Longer texts are refused unread: a link of this length no browser would open.
const LONGEST: usize = 100_000;

/// The decisions of an execution.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct Schedule {
    /// The version of the program that it was made for.
    pub version: u32,
    /// Whether sleeps and deadlines ended in the order of their times, and not at any time.
    pub clock: bool,
    decisions: u32,
    /// The first decision's highest bit first.
    bits: Vec<u8>,
    /// Bits of the last byte that are used, and those of all before it.
    used: usize,
}

/// Why a text is no schedule.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ScheduleError {
    TooLong,
    NotBase64,
    Cut,
    /// Made by a later Lockstep.
    UnknownForm(u32),
    /// More decisions than its bits could ever hold.
    TooManyDecisions,
}

impl fmt::Display for ScheduleError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            ScheduleError::TooLong => f.write_str(says::TOO_LONG),
            ScheduleError::NotBase64 => f.write_str(says::NOT_BASE64),
            ScheduleError::Cut => f.write_str(says::CUT),
            ScheduleError::UnknownForm(form) => {
                f.write_str(&says::unknown_form(*form, [FORM, FORM_ANY_DEADLINE]))
            }
            ScheduleError::TooManyDecisions => f.write_str(says::TOO_MANY_DECISIONS),
        }
    }
}

impl std::error::Error for ScheduleError {}

/// Bits that a decision among so many takes.
fn width(count: usize) -> u32 {
    count.max(1).next_power_of_two().trailing_zeros()
}

impl Schedule {
    /// A schedule of no decisions, for a version of a program.
    pub fn new(version: u32) -> Schedule {
        Schedule {
            version,
            clock: true,
            decisions: 0,
            bits: Vec::new(),
            used: 0,
        }
    }

    /// Adds a decision: `index` of `count`. One of a single choice is none.
    pub fn push(&mut self, index: usize, count: usize) {
        let width = width(count);
        if width == 0 {
            return;
        }
        self.decisions += 1;
        for bit in (0..width).rev() {
            if self.used.is_multiple_of(8) {
                self.bits.push(0);
            }
            let set = u8::from(index >> bit & 1 == 1);
            if let Some(last) = self.bits.last_mut() {
                *last |= set << (7 - self.used % 8);
            }
            self.used += 1;
        }
    }

    /// How many decisions there are.
    pub fn len(&self) -> usize {
        self.decisions as usize
    }

    pub fn is_empty(&self) -> bool {
        self.decisions == 0
    }

    /// As text for a link.
    pub fn encode(&self) -> String {
        let mut bytes = Vec::with_capacity(self.bits.len() + 8);
        let form = match self.clock {
            true => FORM,
            false => FORM_ANY_DEADLINE,
        };
        for number in [form, self.version, self.decisions] {
            push_number(&mut bytes, number);
        }
        bytes.extend(&self.bits);
        BASE64_URL_SAFE_NO_PAD.encode(bytes)
    }

    /// The schedule of a text.
    ///
    /// # Errors
    /// What is wrong with it. No text panics, and none makes much memory be used.
    pub fn decode(text: &str) -> Result<Schedule, ScheduleError> {
        if text.len() > LONGEST {
            return Err(ScheduleError::TooLong);
        }
        let bytes = BASE64_URL_SAFE_NO_PAD.decode(text);
        let bytes = bytes.map_err(|_| ScheduleError::NotBase64)?;
        let mut rest = bytes.as_slice();
        let form = take_number(&mut rest)?;
        let clock = match form {
            FORM => true,
            FORM_ANY_DEADLINE => false,
            other => return Err(ScheduleError::UnknownForm(other)),
        };
        let version = take_number(&mut rest)?;
        let decisions = take_number(&mut rest)?;
        // Each takes a bit at least.
        if decisions as usize > rest.len() * 8 {
            return Err(ScheduleError::TooManyDecisions);
        }
        Ok(Schedule {
            version,
            clock,
            decisions,
            used: rest.len() * 8,
            bits: rest.to_vec(),
        })
    }

    /// A reader of the decisions.
    pub(super) fn read(&self) -> Reader<'_> {
        Reader {
            schedule: self,
            decision: 0,
            at: 0,
        }
    }
}

/// Reads decisions one by one, by who knows among how many each was.
pub(super) struct Reader<'a> {
    schedule: &'a Schedule,
    decision: usize,
    at: usize,
}

impl Reader<'_> {
    /// The next decision among so many: `None` after the last, an error if there is
    /// no such choice.
    pub(super) fn next(&mut self, count: usize) -> Option<Result<usize, ()>> {
        let width = width(count);
        if width == 0 {
            return Some(Ok(0));
        }
        if self.decision == self.schedule.len() {
            return None;
        }
        let mut index = 0;
        for _ in 0..width {
            let Some(byte) = self.schedule.bits.get(self.at / 8) else {
                return Some(Err(()));
            };
            index = index << 1 | usize::from(byte >> (7 - self.at % 8) & 1);
            self.at += 1;
        }
        self.decision += 1;
        Some(if index < count { Ok(index) } else { Err(()) })
    }
}

fn push_number(bytes: &mut Vec<u8>, mut number: u32) {
    while number >= 0x80 {
        bytes.push(number as u8 | 0x80);
        number >>= 7;
    }
    bytes.push(number as u8);
}

fn take_number(bytes: &mut &[u8]) -> Result<u32, ScheduleError> {
    let mut number = 0u32;
    for shift in (0..32).step_by(7) {
        let (&byte, rest) = bytes.split_first().ok_or(ScheduleError::Cut)?;
        *bytes = rest;
        number |= u32::from(byte & 0x7f).wrapping_shl(shift);
        if byte < 0x80 {
            return Ok(number);
        }
    }
    Err(ScheduleError::Cut)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_thousand_steps_of_four_threads_fit_into_a_link() {
        let mut schedule = Schedule::new(1);
        for step in 0..1000 {
            schedule.push(step % 4, 4);
        }
        let text = schedule.encode();
        assert!(text.len() < 400, "{}", text.len());
        assert_eq!(Schedule::decode(&text).map(|s| s.len()), Ok(1000));
    }

    #[test]
    fn decisions_come_back_and_what_is_no_choice_is_told() {
        let decisions = [(0, 2), (2, 3), (0, 1), (4, 5), (1, 2), (6, 7)];
        let mut schedule = Schedule::new(300);
        for (index, count) in decisions {
            schedule.push(index, count);
        }
        let schedule = Schedule::decode(&schedule.encode()).expect("it is one");
        assert_eq!((schedule.version, schedule.len()), (300, 5));
        let mut reader = schedule.read();
        for (index, count) in decisions {
            assert_eq!(reader.next(count), Some(Ok(index)));
        }
        assert_eq!(reader.next(2), None);
        let mut other = schedule.read();
        assert_eq!(other.next(2), Some(Ok(0)));
        // It was 2 of 3, in two bits: of 2 it is 1, then 0.
        assert_eq!(other.next(3), Some(Ok(2)));
        assert_eq!(other.next(3), Some(Ok(2)));
        // And 3 of 3 there is not: the bits are 0, 0, 1, 1, 1, 0.
        assert_eq!(other.next(2), Some(Ok(0)));
        assert_eq!(other.next(3), Some(Err(())));
    }

    #[test]
    fn bad_texts_are_refused_with_a_reason() {
        let refused = |text: &str| Schedule::decode(text).expect_err("it is none");
        assert_eq!(refused(""), ScheduleError::Cut);
        assert_eq!(refused("!"), ScheduleError::NotBase64);
        assert_eq!(refused("AwAA"), ScheduleError::UnknownForm(3));
        assert_eq!(refused("AQ"), ScheduleError::Cut);
        // A million decisions, and no bits.
        assert_eq!(refused("AQDAhD0"), ScheduleError::TooManyDecisions);
        assert_eq!(refused(&"A".repeat(200_000)), ScheduleError::TooLong);
        assert_eq!(
            refused("AwAA").to_string(),
            "the schedule has form 3, and this page knows 1 and 2"
        );
    }
}
