//! Typed parameters: what a scenario can be set to, and values read from text.

use std::fmt;

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
}

/// A value that its parameter allows.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Value {
    Int(i64),
    Choice(&'static str),
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

impl Param {
    /// The value that a text means; spaces around it do not count.
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
        }
    }
}

impl fmt::Display for Value {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Value::Int(n) => write!(f, "{n}"),
            Value::Choice(word) => f.write_str(word),
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
                self.values[index] = Params::new(self.specs).values[index];
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

    static SPECS: [Param; 2] = [
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
    fn an_unknown_name_sets_nothing() {
        assert_eq!(Params::new(&SPECS).set("speed", "1"), None);
    }
}
