//! The values that a scenario's parameters have in a run.

use std::sync::Arc;
use std::time::Duration;

use super::param::{Param, ParamError, Value};

/// A value for each parameter of a scenario.
#[derive(Clone, Debug)]
pub struct Params {
    specs: &'static [Param],
    values: Vec<Value>,
    /// What the program's own random choices are drawn from; no parameter, so two
    /// that differ in nothing else are equal.
    pub seed: u64,
    /// The text of a program of the reader's [own](super::own); nothing of any other.
    pub code: Arc<str>,
}

impl PartialEq for Params {
    fn eq(&self, other: &Self) -> bool {
        std::ptr::eq(self.specs, other.specs)
            && self.values == other.values
            && self.code == other.code
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
            code: Arc::from(""),
        }
    }

    pub fn specs(&self) -> &'static [Param] {
        self.specs
    }

    /// Sets a parameter from text. Where that is no value of it, the value that it has
    /// stays: the default at first.
    ///
    /// # Errors
    /// What was wrong, and what stays. `None` when there is no parameter of this name.
    pub fn set(&mut self, name: &str, text: &str) -> Option<Result<(), ParamError>> {
        let index = self.specs.iter().position(|p| p.name == name)?;
        let param = &self.specs[index];
        Some(match param.parse(text) {
            Ok(value) => {
                self.values[index] = value;
                Ok(())
            }
            Err(error) => {
                let kept = self.values[index].to_string();
                let kept = (kept != param.default).then_some(kept);
                Err(ParamError { kept, ..error })
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
