//! slice: start, stop and step, as they stood between the brackets.

use super::Value;

pub struct Slice {
    pub start: Value,
    pub stop: Value,
    pub step: Value,
}
