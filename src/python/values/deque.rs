//! collections.deque: values in a row that grows and shrinks at both ends.

use std::collections::VecDeque;
use std::sync::Arc;

use super::estate::{self, Owned};
use super::{Value, bury};
use crate::sync::Own;

pub struct Deque {
    pub row: Own<Row>,
}

#[derive(Clone, Default)]
pub struct Row {
    pub items: VecDeque<Value>,
    /// The items that there may be; what is then too much leaves at the other end.
    pub most: Option<usize>,
    /// Grows with each change, which iterators notice.
    pub changes: u32,
}

impl Row {
    /// Puts an item in at the right end. Hands back what leaves at the left one.
    pub fn push_back(&mut self, item: Value) -> Option<Value> {
        self.changes = self.changes.wrapping_add(1);
        self.items.push_back(item);
        self.is_over().then(|| self.items.pop_front()).flatten()
    }

    /// The same at the left end.
    pub fn push_front(&mut self, item: Value) -> Option<Value> {
        self.changes = self.changes.wrapping_add(1);
        self.items.push_front(item);
        self.is_over().then(|| self.items.pop_back()).flatten()
    }

    pub fn pop_back(&mut self) -> Option<Value> {
        self.changes = self.changes.wrapping_add(1);
        self.items.pop_back()
    }

    pub fn pop_front(&mut self) -> Option<Value> {
        self.changes = self.changes.wrapping_add(1);
        self.items.pop_front()
    }

    fn is_over(&self) -> bool {
        self.most.is_some_and(|most| self.items.len() > most)
    }
}

impl Deque {
    pub fn new(row: Row) -> Arc<Deque> {
        estate::count(Deque { row: Own::new(row) })
    }

    pub fn len(&self) -> usize {
        self.row.read().items.len()
    }

    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }

    /// The item, if there are so many at this moment.
    pub fn get(&self, at: usize) -> Option<Value> {
        self.row.read().items.get(at).cloned()
    }
}

impl Owned for Deque {
    fn empty(&self) {
        let items = std::mem::take(&mut self.row.write().items);
        bury(items);
    }
}

impl Drop for Deque {
    fn drop(&mut self) {
        let items = std::mem::take(&mut self.row.get_mut().items);
        if !items.is_empty() {
            bury(items);
        }
    }
}
