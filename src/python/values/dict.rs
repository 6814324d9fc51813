//! dict: a table of positions, and the entries in the order of insertion.
//!
//! A key is found by its hash and a test for equality. The caller brings both, since both
//! may be Python code: see `machine::keys`.

use hashbrown::HashTable;

use std::sync::{Arc, Weak};

use super::estate::{self, Owned};
use super::{Instance, Module, Value, bury};
use crate::python::names::Name;
use crate::sync::Own;

pub struct Dict {
    pub entries: Own<Entries>,
}

pub struct Entry {
    pub hash: i64,
    pub key: Value,
    pub value: Value,
}

#[derive(Default)]
pub struct Entries {
    /// Positions in `entries`.
    table: HashTable<u32>,
    /// Deleted entries leave holes until the next growth.
    entries: Vec<Option<Entry>>,
    /// Grows whenever a key is added or removed, which iterators notice.
    pub changes: u32,
    /// Whose names these are, of `__dict__` and `globals()`: what changes here does there.
    pub owner: Option<Owner>,
}

/// What has its names in a dict, too.
pub enum Owner {
    Instance(Weak<Instance>),
    Module(&'static Module),
}

impl Owner {
    /// A name is bound, or, without a value, deleted.
    #[cold]
    fn tell(&self, key: &Value, value: Option<&Value>) {
        let Some(name) = key.as_str().map(Name::new) else {
            return;
        };
        match (self, value) {
            (Owner::Instance(instance), _) => {
                if let Some(instance) = instance.upgrade() {
                    instance.hear(name, value.cloned());
                }
            }
            (Owner::Module(module), _) => module.set(name, value.cloned().unwrap_or_default()),
        }
    }
}

/// The table wants bits that are well spread; ints hash to themselves.
#[inline]
fn spread(hash: i64) -> u64 {
    let hash = (hash as u64).wrapping_mul(0x9e37_79b9_7f4a_7c15);
    hash ^ (hash >> 32)
}

impl Entries {
    #[inline]
    pub fn len(&self) -> usize {
        self.table.len()
    }

    pub fn is_empty(&self) -> bool {
        self.table.is_empty()
    }

    /// The position of a key.
    #[inline]
    pub fn find(&self, hash: i64, mut equal: impl FnMut(&Value) -> bool) -> Option<usize> {
        let entries = &self.entries;
        let same = |at: &u32| match &entries[*at as usize] {
            Some(entry) => entry.hash == hash && equal(&entry.key),
            None => false,
        };
        self.table.find(spread(hash), same).map(|at| *at as usize)
    }

    /// The keys of this hash.
    pub fn candidates(&self, hash: i64) -> Vec<Value> {
        let entries = self.table.iter_hash(spread(hash));
        entries
            .filter_map(|at| self.entries[*at as usize].as_ref())
            .filter(|entry| entry.hash == hash)
            .map(|entry| entry.key.clone())
            .collect()
    }

    /// The entry at a position, or the next after it, with its position.
    #[inline]
    pub fn next_from(&self, mut at: usize) -> Option<(usize, &Entry)> {
        loop {
            match self.entries.get(at)? {
                Some(entry) => return Some((at, entry)),
                None => at += 1,
            }
        }
    }

    /// The entry at a position or the one before it.
    pub fn next_back_from(&self, at: usize) -> Option<(usize, &Entry)> {
        let at = at.min(self.entries.len());
        let before = self.entries[..at].iter().enumerate().rev();
        before
            .filter_map(|(at, entry)| Some((at, entry.as_ref()?)))
            .next()
    }

    /// One past the last position.
    pub fn end(&self) -> usize {
        self.entries.len()
    }

    #[inline]
    pub fn value(&self, at: usize) -> Option<&Value> {
        self.entries.get(at)?.as_ref().map(|entry| &entry.value)
    }

    /// Changes the value at a position that `find` gave; hands back the old one.
    #[inline]
    pub fn replace(&mut self, at: usize, value: Value) -> Option<Value> {
        let entry = self.entries.get_mut(at)?.as_mut()?;
        if let Some(owner) = &self.owner {
            owner.tell(&entry.key, Some(&value));
        }
        Some(std::mem::replace(&mut entry.value, value))
    }

    /// Adds a key that is not there.
    pub fn add(&mut self, hash: i64, key: Value, value: Value) {
        if let Some(owner) = &self.owner {
            owner.tell(&key, Some(&value));
        }
        if self.entries.len() == self.entries.capacity() && self.entries.len() > self.len() * 2 {
            self.compact();
        }
        let at = self.entries.len() as u32;
        self.entries.push(Some(Entry { hash, key, value }));
        let entries = &self.entries;
        let hash_at = |at: &u32| {
            entries[*at as usize]
                .as_ref()
                .map_or(0, |entry| spread(entry.hash))
        };
        self.table.insert_unique(spread(hash), at, hash_at);
        self.changes = self.changes.wrapping_add(1);
    }

    /// Takes the entry at a position out.
    pub fn remove(&mut self, at: usize) -> Option<Entry> {
        let entry = self.entries.get_mut(at)?.take()?;
        if let Ok(found) = self
            .table
            .find_entry(spread(entry.hash), |a| *a as usize == at)
        {
            found.remove();
        }
        while let Some(None) = self.entries.last() {
            self.entries.pop();
        }
        self.changes = self.changes.wrapping_add(1);
        if let Some(owner) = &self.owner {
            owner.tell(&entry.key, None);
        }
        Some(entry)
    }

    /// Closes the holes.
    fn compact(&mut self) {
        self.entries.retain(Option::is_some);
        self.table.clear();
        let entries = &self.entries;
        let hash_at = |at: &u32| {
            entries[*at as usize]
                .as_ref()
                .map_or(0, |entry| spread(entry.hash))
        };
        for at in 0..entries.len() as u32 {
            self.table.insert_unique(hash_at(&at), at, hash_at);
        }
    }

    pub fn clear(&mut self) -> impl Iterator<Item = Value> + use<> {
        let mut old = std::mem::take(self);
        self.changes = old.changes.wrapping_add(1);
        self.owner = old.owner.take();
        if let Some(owner) = &self.owner {
            old.iter().for_each(|entry| owner.tell(&entry.key, None));
        }
        old.into_values()
    }

    fn position(&self, name: Name) -> Option<usize> {
        let Value::Str(text) = name.value() else {
            return None;
        };
        self.find(text.hash(), |key| key.as_str() == Some(text.as_str()))
    }

    /// The value under a name.
    pub fn named(&self, name: Name) -> Option<&Value> {
        self.position(name).and_then(|at| self.value(at))
    }

    /// What the owner of these names does: it need not be told.
    pub fn hear(&mut self, name: Name, value: Option<Value>) {
        let owner = self.owner.take();
        let Value::Str(text) = name.value() else {
            return;
        };
        match (self.position(name), value) {
            (Some(at), Some(value)) => drop(self.replace(at, value)),
            (Some(at), None) => drop(self.remove(at)),
            (None, Some(value)) => self.add(text.hash(), Value::Str(text.clone()), value),
            (None, None) => {}
        }
        self.owner = owner;
    }

    pub fn iter(&self) -> impl DoubleEndedIterator<Item = &Entry> {
        self.entries.iter().flatten()
    }

    fn into_values(self) -> impl Iterator<Item = Value> {
        let entries = self.entries.into_iter().flatten();
        entries.flat_map(|entry| [entry.key, entry.value])
    }
}

impl Clone for Entries {
    fn clone(&self) -> Entries {
        let mut copy = Entries::default();
        for entry in self.iter() {
            copy.add(entry.hash, entry.key.clone(), entry.value.clone());
        }
        copy
    }
}

impl Dict {
    pub fn new(entries: Entries) -> Arc<Dict> {
        estate::count(Dict {
            entries: Own::new(entries),
        })
    }

    /// One that goes with what it is a part of.
    pub(super) fn of_part(entries: Entries) -> Arc<Dict> {
        Arc::new(Dict {
            entries: Own::new(entries),
        })
    }

    pub fn len(&self) -> usize {
        self.entries.read().len()
    }

    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }
}

impl Owned for Dict {
    fn empty(&self) {
        let entries = std::mem::take(&mut *self.entries.write());
        bury(entries.into_values());
    }
}

impl Drop for Dict {
    fn drop(&mut self) {
        bury(std::mem::take(self.entries.get_mut()).into_values());
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn keys_are_found_through_removals_and_growth() {
        let mut entries = Entries::default();
        let same = |i: i64| move |key: &Value| matches!(key, Value::Int(k) if *k == i);
        for i in 0..1000 {
            entries.add(i, Value::Int(i), Value::Int(i * i));
            if i % 3 == 0 {
                let at = entries.find(i, same(i)).expect("it was added");
                entries.remove(at);
            }
        }
        let all = (0..1000).filter(|i| entries.find(*i, same(*i)).is_some());
        assert_eq!(all.count(), entries.len());
        let keys = entries.iter().map(|entry| entry.hash);
        assert!(keys.eq((0..1000).filter(|i| i % 3 != 0)));
    }
}
