//! The variable that a function shares with the functions inside it.

use super::{Value, bury};
use crate::sync::Own;

pub struct Cell {
    pub value: Own<Value>,
}

impl Cell {
    pub fn new(value: Value) -> Cell {
        Cell {
            value: Own::new(value),
        }
    }
}

impl Drop for Cell {
    fn drop(&mut self) {
        bury([std::mem::take(self.value.get_mut())]);
    }
}
