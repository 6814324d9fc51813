//! Typed parameters: what a scenario can be set to, and values read from text.

use std::fmt;

use super::help;
use crate::words::params as says;

/// A parameter of a scenario.
#[derive(Debug)]
pub struct Param {
    /// Its key in a link.
    pub name: &'static str,
    /// One line for the form.
    pub help: &'static str,
    /// What a number counts, for the form: `ms`, or nothing.
    pub unit: &'static str,
    pub kind: Kind,
    /// As a link would write it.
    pub default: &'static str,
}

/// What values a parameter takes.
#[derive(Debug)]
pub enum Kind {
    /// A whole number in this range, ends included.
    Int { min: i64, max: i64 },
    /// One of these words.
    Choice(&'static [&'static str]),
    /// Whole numbers, each in this range, and how many of them: ends included.
    List {
        min: i64,
        max: i64,
        least: usize,
        most: usize,
    },
    /// A place, counted from 0, or `none`.
    Index { max: i64 },
}

/// A value that its parameter allows.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Value {
    Int(i64),
    Choice(&'static str),
    List(Vec<i64>),
    Index(Option<i64>),
}

/// Text that is no value of its parameter.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ParamError {
    pub name: &'static str,
    pub given: String,
    /// What would have been right: `a whole number from 1 to 64`.
    pub wanted: String,
    pub default: &'static str,
    /// The value that stays in force, if that is not the default.
    pub kept: Option<String>,
}

/// What stands for no place at all.
const NONE: &str = "none";

impl Param {
    /// A number of things or threads: 1–64.
    pub const fn count(name: &'static str, help: &'static str, default: &'static str) -> Param {
        Param::int(name, help, 1, 64, default)
    }

    /// A number in a range, ends included.
    pub const fn int(
        name: &'static str,
        help: &'static str,
        min: i64,
        max: i64,
        default: &'static str,
    ) -> Param {
        Param {
            name,
            help: help::help(help),
            unit: "",
            kind: Kind::Int { min, max },
            default,
        }
    }

    /// A time in milliseconds: 0–60,000.
    pub const fn ms(name: &'static str, help: &'static str, default: &'static str) -> Param {
        Param::ms_up_to(60_000, name, help, default)
    }

    /// A time in milliseconds, from 0.
    pub const fn ms_up_to(
        max: i64,
        name: &'static str,
        help: &'static str,
        default: &'static str,
    ) -> Param {
        Param {
            name,
            help: help::help(help),
            unit: "ms",
            kind: Kind::Int { min: 0, max },
            default,
        }
    }

    /// One of these words.
    pub const fn choice(
        name: &'static str,
        help: &'static str,
        words: &'static [&'static str],
        default: &'static str,
    ) -> Param {
        Param {
            name,
            help: help::help(help),
            unit: "",
            kind: Kind::Choice(words),
            default,
        }
    }

    /// A place from 0, or none, which is the default. One that the run does not
    /// have is allowed; its help should say what comes of it.
    pub const fn index(name: &'static str, help: &'static str) -> Param {
        Param {
            name,
            help: help::help(help),
            unit: "",
            kind: Kind::Index { max: 63 },
            default: NONE,
        }
    }

    /// The value that a text means; spaces around it, and around the commas of a
    /// list, do not count.
    ///
    /// # Errors
    /// Names the parameter, the text and what would have been right.
    pub fn parse(&self, text: &str) -> Result<Value, ParamError> {
        let trimmed = text.trim();
        let value = match self.kind {
            Kind::Int { min, max } => trimmed
                .parse()
                .ok()
                .filter(|n| (min..=max).contains(n))
                .map(Value::Int),
            Kind::Choice(words) => words
                .iter()
                .copied()
                .find(|&word| word == trimmed)
                .map(Value::Choice),
            Kind::List {
                min,
                max,
                least,
                most,
            } => {
                // One more than there may be tells that they are too many.
                let items = trimmed.split(',').take(most.saturating_add(1));
                let numbers = items.map(|item| {
                    let number = item.trim().parse().ok();
                    number.filter(|n| (min..=max).contains(n))
                });
                let list: Option<Vec<i64>> = numbers.collect();
                list.filter(|list| (least..=most).contains(&list.len()))
                    .map(Value::List)
            }
            Kind::Index { .. } if trimmed == NONE => Some(Value::Index(None)),
            Kind::Index { max } => trimmed
                .parse()
                .ok()
                .filter(|n| (0..=max).contains(n))
                .map(|n| Value::Index(Some(n))),
        };
        value.ok_or_else(|| ParamError {
            name: self.name,
            given: text.to_owned(),
            wanted: self.wanted(),
            default: self.default,
            kept: None,
        })
    }

    /// What a value must be, in words.
    pub fn wanted(&self) -> String {
        match self.kind {
            Kind::Int { min, max } => says::whole_number(min, max),
            Kind::Choice(words) => says::one_of(words),
            Kind::List {
                min,
                max,
                least,
                most,
            } => says::list([least, most], [min, max]),
            Kind::Index { max } => says::or_whole_number(NONE, max),
        }
    }
}

impl fmt::Display for Value {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Value::Int(n) => write!(f, "{n}"),
            Value::Choice(word) => f.write_str(word),
            Value::List(list) => {
                for (at, number) in list.iter().enumerate() {
                    let comma = if at == 0 { "" } else { "," };
                    write!(f, "{comma}{number}")?;
                }
                Ok(())
            }
            Value::Index(Some(n)) => write!(f, "{n}"),
            Value::Index(None) => f.write_str(NONE),
        }
    }
}

impl fmt::Display for ParamError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        /// Nobody needs more of a wrong value to recognise it.
        const SHOWN: usize = 40;
        let Self {
            name,
            given,
            wanted,
            default,
            kept,
        } = self;
        let wrong = if given.trim().is_empty() {
            says::is_empty(name, wanted)
        } else {
            let mut shown: String = given.chars().take(SHOWN).collect();
            if shown.len() < given.len() {
                shown.push('…');
            }
            says::is_not(name, &shown, wanted)
        };
        f.write_str(&match kept {
            Some(kept) => says::stays(&wrong, kept),
            None => says::default_is_used(&wrong, default),
        })
    }
}

impl std::error::Error for ParamError {}

#[cfg(test)]
mod tests;
