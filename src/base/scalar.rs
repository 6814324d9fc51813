//! A plain value, as messages carry it.

use std::fmt;

use serde::Serialize;

use crate::words::number::plain;

/// A number, a truth value or a text.
#[derive(Clone, Debug, PartialEq, Serialize)]
#[serde(untagged)]
pub enum Scalar {
    Int(i64),
    Float(f64),
    Bool(bool),
    Text(String),
}

/// As it is written in a link.
impl fmt::Display for Scalar {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Scalar::Int(n) => n.fmt(f),
            Scalar::Float(x) => plain(*x).fmt(f),
            Scalar::Bool(b) => b.fmt(f),
            Scalar::Text(s) => s.fmt(f),
        }
    }
}
