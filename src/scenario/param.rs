//! Typed parameters: what a scenario can be set to, and values read from text.

use std::fmt;
use std::time::Duration;

use crate::base::number::grouped;

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
            help,
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
            help,
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
            help,
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
            help,
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
        })
    }

    /// What a value must be, in words.
    pub fn wanted(&self) -> String {
        match self.kind {
            Kind::Int { min, max } => {
                format!("a whole number from {} to {}", grouped(min), grouped(max))
            }
            Kind::Choice(words) => format!("one of {}", words.join(", ")),
            Kind::List {
                min,
                max,
                least,
                most,
            } => format!(
                "{least} to {most} whole numbers from {} to {}, with commas between them",
                grouped(min),
                grouped(max)
            ),
            Kind::Index { max } => format!("{NONE}, or a whole number from 0 to {max}"),
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
        } = self;
        if given.trim().is_empty() {
            write!(f, "{name} is empty: it must be {wanted}.")?;
        } else {
            let shown: String = given.chars().take(SHOWN).collect();
            let more = if shown.len() < given.len() { "…" } else { "" };
            write!(f, "{name}: “{shown}{more}” is not {wanted}.")?;
        }
        write!(f, " The default, {default}, is used.")
    }
}

impl std::error::Error for ParamError {}

/// A value for each parameter of a scenario.
#[derive(Clone, Debug)]
pub struct Params {
    specs: &'static [Param],
    values: Vec<Value>,
    /// What the program's own random choices are drawn from; no parameter, so two
    /// that differ in nothing else are equal.
    pub seed: u64,
}

impl PartialEq for Params {
    fn eq(&self, other: &Self) -> bool {
        std::ptr::eq(self.specs, other.specs) && self.values == other.values
    }
}

impl Params {
    /// The defaults.
    pub fn new(specs: &'static [Param]) -> Params {
        let default = |param: &Param| match param.parse(param.default) {
            Ok(value) => value,
            // A test checks that no registered scenario gets here.
            Err(error) => panic!("the default itself is wrong: {error}"),
        };
        Params {
            specs,
            values: specs.iter().map(default).collect(),
            seed: 1,
        }
    }

    pub fn specs(&self) -> &'static [Param] {
        self.specs
    }

    /// Sets a parameter from text. Text that is no value of it puts the default
    /// in its place.
    ///
    /// # Errors
    /// What was wrong. `None` when there is no parameter of this name.
    pub fn set(&mut self, name: &str, text: &str) -> Option<Result<(), ParamError>> {
        let index = self.specs.iter().position(|p| p.name == name)?;
        let param = &self.specs[index];
        Some(match param.parse(text) {
            Ok(value) => {
                self.values[index] = value;
                Ok(())
            }
            Err(error) => {
                self.values[index] = Params::new(self.specs).values.swap_remove(index);
                Err(error)
            }
        })
    }

    /// Name and value of each, in the scenario's order.
    pub fn iter(&self) -> impl Iterator<Item = (&'static str, Value)> {
        self.specs.iter().map(|p| p.name).zip(self.values.clone())
    }

    pub fn get(&self, name: &str) -> Option<Value> {
        self.iter()
            .find(|&(n, _)| n == name)
            .map(|(_, value)| value)
    }

    /// A list, for the scenario's own program.
    ///
    /// # Panics
    /// If the scenario declares no such list: a slip in its own file.
    pub fn list(&self, name: &str) -> Vec<i64> {
        match self.get(name) {
            Some(Value::List(list)) => list,
            other => panic!("the scenario has no list {name}: {other:?}"),
        }
    }

    /// A place, for the scenario's own program.
    ///
    /// # Panics
    /// If the scenario declares no such index: a slip in its own file.
    pub fn index(&self, name: &str) -> Option<i64> {
        match self.get(name) {
            Some(Value::Index(index)) => index,
            other => panic!("the scenario has no index {name}: {other:?}"),
        }
    }

    /// A number that is never negative, for the scenario's own program.
    ///
    /// # Panics
    /// As [`int`](Self::int).
    pub fn count(&self, name: &str) -> usize {
        usize::try_from(self.int(name)).unwrap_or_default()
    }

    /// A time in milliseconds, for the scenario's own program.
    ///
    /// # Panics
    /// As [`int`](Self::int).
    pub fn ms(&self, name: &str) -> Duration {
        Duration::from_millis(u64::try_from(self.int(name)).unwrap_or_default())
    }

    /// A number, for the scenario's own program.
    ///
    /// # Panics
    /// If the scenario declares no such number: a slip in its own file.
    pub fn int(&self, name: &str) -> i64 {
        match self.get(name) {
            Some(Value::Int(n)) => n,
            other => panic!("the scenario has no number {name}: {other:?}"),
        }
    }

    /// A word, for the scenario's own program.
    ///
    /// # Panics
    /// If the scenario declares no such choice: a slip in its own file.
    pub fn choice(&self, name: &str) -> &'static str {
        match self.get(name) {
            Some(Value::Choice(word)) => word,
            other => panic!("the scenario has no choice {name}: {other:?}"),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    static SPECS: [Param; 4] = [
        Param {
            name: "threads",
            help: "",
            unit: "",
            kind: Kind::Int { min: 1, max: 64 },
            default: "10",
        },
        Param {
            name: "guard",
            help: "",
            unit: "",
            kind: Kind::Choice(&["none", "lock"]),
            default: "none",
        },
        Param {
            name: "delays",
            help: "",
            unit: "ms",
            kind: Kind::List {
                min: 0,
                max: 60_000,
                least: 1,
                most: 4,
            },
            default: "2000,1000",
        },
        Param::index("fail", ""),
    ];

    #[track_caller]
    fn refused(name: &str, text: &str, message: &str) {
        let mut params = Params::new(&SPECS);
        params.set("threads", "7");
        params.set("guard", "lock");
        let error = params
            .set(name, text)
            .expect("a parameter")
            .expect_err(text);
        assert_eq!(error.to_string(), message);
        let kept = if name == "threads" {
            "guard"
        } else {
            "threads"
        };
        assert_ne!(
            params.get(kept),
            Params::new(&SPECS).get(kept),
            "the other is lost"
        );
        assert_eq!(params.get(name), Params::new(&SPECS).get(name));
    }

    #[test]
    fn a_bad_value_is_named_with_its_range_and_the_default_takes_its_place() {
        refused(
            "threads",
            "65",
            "threads: “65” is not a whole number from 1 to 64. The default, 10, is used.",
        );
        refused(
            "threads",
            " ",
            "threads is empty: it must be a whole number from 1 to 64. The default, 10, is used.",
        );
        refused(
            "guard",
            "mutex",
            "guard: “mutex” is not one of none, lock. The default, none, is used.",
        );
        for text in ["0", "-1", "1.5", "1e3", "ten", "99999999999999999999", "０"] {
            assert!(SPECS[0].parse(text).is_err(), "{text}");
        }
    }

    #[test]
    fn a_long_value_is_cut_in_the_message() {
        let text = "ü".repeat(1000);
        let error = SPECS[0].parse(&text).expect_err("no number").to_string();
        assert!(error.contains(&format!("“{}…”", "ü".repeat(40))), "{error}");
    }

    #[test]
    fn spaces_around_a_value_do_not_count() {
        assert_eq!(SPECS[0].parse(" 64 "), Ok(Value::Int(64)));
    }

    #[test]
    fn a_list_has_a_range_for_its_numbers_and_one_for_how_many_they_are() {
        let parse = |text| SPECS[2].parse(text).ok();
        assert_eq!(parse(" 5 ,0,60000 "), Some(Value::List(vec![5, 0, 60_000])));
        assert_eq!(parse("7"), Some(Value::List(vec![7])));
        for text in ["1,2,3,4,5", "1,,2", "1,", "60001", "-1", "1;2", "[1,2]"] {
            assert_eq!(parse(text), None, "{text}");
        }
        refused(
            "delays",
            "1,x",
            "delays: “1,x” is not 1 to 4 whole numbers from 0 to 60,000, with commas between \
             them. The default, 2000,1000, is used.",
        );
        assert_eq!(parse(&"1,".repeat(1_000_000)), None);
    }

    #[test]
    fn an_index_counts_from_0_and_may_be_none() {
        let parse = |text| SPECS[3].parse(text).ok();
        assert_eq!(parse("0"), Some(Value::Index(Some(0))));
        assert_eq!(parse("63"), Some(Value::Index(Some(63))));
        assert_eq!(parse(" none "), Some(Value::Index(None)));
        for text in ["64", "-1", "None", "1,2"] {
            assert_eq!(parse(text), None, "{text}");
        }
        let message = "fail: “64” is not none, or a whole number from 0 to 63. The default, none, \
                       is used.";
        let error = SPECS[3].parse("64").map_err(|error| error.to_string());
        assert_eq!(error, Err(message.to_owned()));
    }

    #[test]
    fn every_value_is_written_as_it_is_read() {
        for (param, text) in SPECS.iter().zip(["7", "lock", "1,2,3", "5"]) {
            for text in [text, param.default] {
                let value = param.parse(text).map(|value| value.to_string());
                assert_eq!(value.as_deref(), Ok(text));
            }
        }
    }

    #[test]
    fn an_unknown_name_sets_nothing() {
        assert_eq!(Params::new(&SPECS).set("speed", "1"), None);
    }
}
