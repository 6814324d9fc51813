//! The variable that a function shares with the functions inside it.

use std::sync::Arc;

use super::estate::{self, Owned};
use super::{Value, bury};
use crate::sync::Own;

pub struct Cell {
    pub value: Own<Value>,
}

impl Cell {
    pub fn new(value: Value) -> Arc<Cell> {
        estate::count(Cell {
            value: Own::new(value),
        })
    }
}

impl Owned for Cell {
    fn empty(&self) {
        self.value.set(Value::Unset);
    }
}

impl Drop for Cell {
    fn drop(&mut self) {
        bury([std::mem::take(self.value.get_mut())]);
    }
}
