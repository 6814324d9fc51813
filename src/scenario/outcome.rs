//! What a run ends with.

use std::fmt;

use borsh::{BorshDeserialize, BorshSerialize};
use serde::Serialize;

use crate::base::Scalar;
use crate::sync::Error;
use crate::words::number::grouped;

/// How a run ended.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, BorshSerialize, BorshDeserialize, Serialize)]
#[serde(rename_all = "lowercase")]
pub enum Verdict {
    Ok,
    /// An invariant is broken.
    Violated,
    /// All threads that have not ended wait for ever.
    Deadlock,
    /// An exception that nobody caught, or a panic.
    Error,
    /// Somebody pressed Stop.
    Stopped,
    /// The step limit was reached.
    Incomplete,
}

impl Verdict {
    /// The word for it, as messages and the page write it.
    pub fn name(self) -> &'static str {
        match self {
            Verdict::Ok => "ok",
            Verdict::Violated => "violated",
            Verdict::Deadlock => "deadlock",
            Verdict::Error => "error",
            Verdict::Stopped => "stopped",
            Verdict::Incomplete => "incomplete",
        }
    }
}

/// A figure or a list, as text.
#[derive(Clone, Debug, PartialEq, Eq, Hash, BorshSerialize, BorshDeserialize, Serialize)]
#[serde(untagged)]
pub enum FactValue {
    Int(i64),
    Text(String),
}

/// As the page shows it: numbers with their digits in groups.
impl fmt::Display for FactValue {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            FactValue::Int(n) => f.write_str(&grouped(*n)),
            FactValue::Text(text) => f.write_str(text),
        }
    }
}

impl From<Scalar> for FactValue {
    fn from(value: Scalar) -> FactValue {
        match value {
            Scalar::Int(n) => FactValue::Int(n),
            other => FactValue::Text(other.to_string()),
        }
    }
}

impl From<FactValue> for Scalar {
    fn from(value: FactValue) -> Scalar {
        match value {
            FactValue::Int(n) => Scalar::Int(n),
            FactValue::Text(text) => Scalar::Text(text),
        }
    }
}

/// A named figure that a run ends with.
#[derive(Clone, Debug, PartialEq, Eq, Hash, BorshSerialize, BorshDeserialize)]
pub struct Fact {
    pub name: String,
    pub value: FactValue,
}

impl Fact {
    pub fn int(name: &str, value: i64) -> Fact {
        Fact {
            name: name.to_owned(),
            value: FactValue::Int(value),
        }
    }

    /// A list, as text with commas and no spaces: `Worker-2,Worker-1`.
    pub fn list<T: ToString>(name: &str, items: impl IntoIterator<Item = T>) -> Fact {
        let items: Vec<String> = items.into_iter().map(|item| item.to_string()).collect();
        Fact {
            name: name.to_owned(),
            value: FactValue::Text(items.join(",")),
        }
    }

    /// `yes` or `no`.
    pub fn yes_no(name: &str, value: bool) -> Fact {
        Fact {
            name: name.to_owned(),
            value: FactValue::Text(if value { "yes" } else { "no" }.to_owned()),
        }
    }
}

/// What a program comes to by itself.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Outcome {
    pub facts: Vec<Fact>,
    /// Whether all invariants hold.
    pub holds: bool,
    /// An exception that ended a thread and that nobody caught. As under CPython
    /// the others go on; the verdict is [`Verdict::Error`].
    pub uncaught: Option<Error>,
}

impl Outcome {
    /// What a program comes to that left no exception uncaught.
    pub fn new(holds: bool, facts: Vec<Fact>) -> Outcome {
        Outcome {
            facts,
            holds,
            uncaught: None,
        }
    }
}

/// What is told of a run that has ended, in whatever way.
#[derive(Clone, Debug, PartialEq, BorshSerialize, BorshDeserialize)]
pub struct Report {
    pub verdict: Verdict,
    /// Empty unless the program ran to its end.
    pub facts: Vec<Fact>,
    /// The run's own time, from its first step to its last.
    pub elapsed_ms: f64,
    /// What went wrong, for [`Verdict::Error`].
    pub message: Option<String>,
    /// For a run on real threads that was recorded: the schedule by which the model
    /// makes it again.
    pub schedule: Option<String>,
}

impl Report {
    /// The report of a program that ran to its end.
    pub fn of(ending: Result<Outcome, Error>, elapsed_ms: f64) -> Report {
        let outcome = match ending {
            Ok(outcome) => outcome,
            Err(error) => return Report::error(error.to_string(), elapsed_ms),
        };
        Report {
            verdict: match (&outcome.uncaught, outcome.holds) {
                (Some(_), _) => Verdict::Error,
                (None, true) => Verdict::Ok,
                (None, false) => Verdict::Violated,
            },
            facts: outcome.facts,
            elapsed_ms,
            message: outcome.uncaught.map(|error| error.to_string()),
            schedule: None,
        }
    }

    /// The report of a run that was stopped.
    pub fn stopped(elapsed_ms: f64) -> Report {
        Report {
            verdict: Verdict::Stopped,
            facts: Vec::new(),
            elapsed_ms,
            message: None,
            schedule: None,
        }
    }

    /// The report of a run that has come to this.
    pub fn with_fact(fact: Fact) -> Report {
        Report {
            verdict: Verdict::Ok,
            facts: vec![fact],
            ..Report::stopped(0.0)
        }
    }

    /// The report of a run in which all wait for ever.
    pub fn deadlock(elapsed_ms: f64) -> Report {
        Report {
            verdict: Verdict::Deadlock,
            ..Report::stopped(elapsed_ms)
        }
    }

    /// The report of a run that was given up.
    pub fn incomplete(elapsed_ms: f64) -> Report {
        Report {
            verdict: Verdict::Incomplete,
            ..Report::stopped(elapsed_ms)
        }
    }

    /// The report of a run that failed.
    pub fn error(message: String, elapsed_ms: f64) -> Report {
        Report {
            verdict: Verdict::Error,
            facts: Vec::new(),
            elapsed_ms,
            message: Some(message),
            schedule: None,
        }
    }

    /// A figure among the facts; 0 when there is none of this name.
    pub fn int(&self, name: &str) -> i64 {
        let fact = self.facts.iter().find(|f| f.name == name);
        match fact.map(|f| &f.value) {
            Some(FactValue::Int(n)) => *n,
            _ => 0,
        }
    }

    /// A text among the facts; empty when there is none of this name.
    pub fn text(&self, name: &str) -> &str {
        let fact = self.facts.iter().find(|f| f.name == name);
        match fact.map(|f| &f.value) {
            Some(FactValue::Text(text)) => text,
            _ => "",
        }
    }
}
