//! What a field of a message holds, whatever that is, so that a wrong one can be told.

use crate::base::Scalar;

#[derive(Clone, Debug, PartialEq)]
pub enum Loose {
    Scalar(Scalar),
    Object(Vec<(String, Loose)>),
    /// A list, a function, or an object in an object: no message has one, and a page around
    /// could send one that contains itself.
    Other,
}

impl Loose {
    pub fn scalar(self) -> Option<Scalar> {
        match self {
            Loose::Scalar(scalar) => Some(scalar),
            Loose::Object(_) | Loose::Other => None,
        }
    }

    /// What a number of JavaScript's is.
    pub fn number(number: f64) -> Loose {
        // The greatest whole number that it tells from the next.
        const MOST: f64 = 9_007_199_254_740_991.0;
        let is_whole = number.trunc() == number && number.abs() <= MOST;
        Loose::Scalar(match is_whole {
            true => Scalar::Int(number as i64),
            false => Scalar::Float(number),
        })
    }
}

/// A plain object that was sent, as whoever carries messages has it.
pub trait Fields {
    /// What a field holds; `None` if it is not there, or holds nothing.
    fn field(&self, name: &str) -> Option<Loose>;
}

#[cfg(test)]
impl Fields for serde_json::Value {
    fn field(&self, name: &str) -> Option<Loose> {
        fn loose(value: &serde_json::Value, within: bool) -> Option<Loose> {
            use serde_json::Value;
            Some(match value {
                Value::Null => return None,
                Value::Bool(yes) => Loose::Scalar(Scalar::Bool(*yes)),
                Value::Number(number) => Loose::number(number.as_f64()?),
                Value::String(text) => Loose::Scalar(Scalar::Text(text.clone())),
                Value::Object(fields) if !within => {
                    let fields = fields.iter().map(|(name, value)| {
                        (name.clone(), loose(value, true).unwrap_or(Loose::Other))
                    });
                    Loose::Object(fields.collect())
                }
                _ => Loose::Other,
            })
        }
        loose(self.get(name)?, false)
    }
}
