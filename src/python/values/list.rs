//! list: values in a row that can change.

use std::sync::Arc;

use super::estate::{self, Owned};
use super::{Value, bury};
use crate::sync::Own;

pub struct List {
    pub items: Own<Vec<Value>>,
}

impl List {
    pub fn new(items: Vec<Value>) -> Arc<List> {
        estate::count(List {
            items: Own::new(items),
        })
    }

    pub fn len(&self) -> usize {
        self.items.read().len()
    }

    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }

    /// The item, if the list is so long at this moment.
    #[inline]
    pub fn get(&self, at: usize) -> Option<Value> {
        self.items.read().get(at).cloned()
    }
}

impl Owned for List {
    fn empty(&self) {
        let items = std::mem::take(&mut *self.items.write());
        bury(items);
    }
}

impl Drop for List {
    fn drop(&mut self) {
        let items = std::mem::take(self.items.get_mut());
        if !items.is_empty() {
            bury(items);
        }
    }
}
