//! slice: start, stop and step, as they stood between the brackets.

use super::{Value, bury};

pub struct Slice {
    pub start: Value,
    pub stop: Value,
    pub step: Value,
}

impl Drop for Slice {
    fn drop(&mut self) {
        bury([&mut self.start, &mut self.stop, &mut self.step].map(std::mem::take));
    }
}
