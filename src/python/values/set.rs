//! set and frozenset: CPython's table (Objects/setobject.c, 3.11), so that they iterate in
//! its order.

use super::{Value, bury};
use crate::sync::Own;

pub struct Set {
    pub table: Own<Table>,
}

/// Neighbours that are looked at before the next jump.
const NEIGHBOURS: usize = 9;
const SMALLEST: usize = 8;
const PERTURB: u32 = 5;

#[derive(Clone, Default)]
enum Entry {
    #[default]
    Free,
    /// An element was here: a search goes on.
    Removed,
    Element {
        hash: i64,
        key: Value,
    },
}

#[derive(Clone)]
pub struct Table {
    entries: Vec<Entry>,
    /// Entries that are not free.
    filled: usize,
    used: usize,
    /// Where `pop` goes on.
    finger: usize,
    /// Grows whenever an element is added or removed, which iterators notice.
    pub changes: u32,
}

impl Default for Table {
    fn default() -> Table {
        Table {
            entries: vec![Entry::Free; SMALLEST],
            filled: 0,
            used: 0,
            finger: 0,
            changes: 0,
        }
    }
}

impl Table {
    pub fn len(&self) -> usize {
        self.used
    }

    pub fn is_empty(&self) -> bool {
        self.used == 0
    }

    /// It never had an element.
    pub fn is_new(&self) -> bool {
        self.filled == 0
    }

    /// A copy as CPython makes it: without the marks of what was removed, and, if there
    /// are any, in the order of a new table.
    pub fn copied(&self) -> Table {
        let mut copy = Table::default();
        copy.reserve(self.used);
        if copy.entries.len() == self.entries.len() && self.filled == self.used {
            copy.entries = self.entries.clone();
            (copy.filled, copy.used) = (self.filled, self.used);
            return copy;
        }
        for (hash, key) in self.iter() {
            copy.place(hash, key.clone());
        }
        copy
    }

    /// The positions in the order in which they are looked at.
    fn probes(&self, hash: i64) -> impl Iterator<Item = usize> + use<> {
        let mask = self.entries.len() - 1;
        let mut perturb = hash as u64;
        let mut at = hash as usize & mask;
        let mut neighbour = 0;
        std::iter::from_fn(move || {
            let neighbours = if at + NEIGHBOURS <= mask {
                NEIGHBOURS
            } else {
                0
            };
            if neighbour > neighbours {
                perturb >>= PERTURB;
                at = at
                    .wrapping_mul(5)
                    .wrapping_add(1)
                    .wrapping_add(perturb as usize)
                    & mask;
                neighbour = 0;
            }
            neighbour += 1;
            Some(at + neighbour - 1)
        })
    }

    pub fn find(&self, hash: i64, mut equal: impl FnMut(&Value) -> bool) -> Option<usize> {
        for at in self.probes(hash) {
            match &self.entries[at] {
                Entry::Free => return None,
                Entry::Element { hash: h, key } if *h == hash && equal(key) => return Some(at),
                _ => {}
            }
        }
        None
    }

    /// The elements of this hash.
    pub fn candidates(&self, hash: i64) -> Vec<Value> {
        let mut found = Vec::new();
        self.find(hash, |key| {
            found.push(key.clone());
            false
        });
        found
    }

    /// Adds an element that is not there.
    pub fn add(&mut self, hash: i64, key: Value) {
        self.place(hash, key);
        self.changes = self.changes.wrapping_add(1);
        if self.filled * 5 >= (self.entries.len() - 1) * 3 {
            let room = if self.used > 50_000 {
                self.used * 2
            } else {
                self.used * 4
            };
            self.resize(room);
        }
    }

    /// Puts an element where one was removed on the way, or where the way ends.
    fn place(&mut self, hash: i64, key: Value) {
        let mut removed = None;
        for at in self.probes(hash) {
            match self.entries[at] {
                Entry::Removed => drop(removed.get_or_insert(at)),
                Entry::Element { .. } => {}
                Entry::Free => {
                    self.filled += usize::from(removed.is_none());
                    self.used += 1;
                    self.entries[removed.unwrap_or(at)] = Entry::Element { hash, key };
                    return;
                }
            }
        }
    }

    fn resize(&mut self, room: usize) {
        let mut size = SMALLEST;
        while size <= room {
            size *= 2;
        }
        let old = std::mem::replace(&mut self.entries, vec![Entry::Free; size]);
        (self.filled, self.used) = (0, 0);
        for entry in old {
            if let Entry::Element { hash, key } = entry {
                self.place(hash, key);
            }
        }
    }

    /// Room for as many more, before a whole set or dict is added.
    pub fn reserve(&mut self, more: usize) {
        if (self.filled + more) * 5 >= (self.entries.len() - 1) * 3 {
            self.resize((self.used + more) * 2);
        }
    }

    pub fn remove(&mut self, at: usize) -> Option<Value> {
        let Entry::Element { key, .. } = std::mem::replace(&mut self.entries[at], Entry::Removed)
        else {
            return None;
        };
        self.used -= 1;
        self.changes = self.changes.wrapping_add(1);
        Some(key)
    }

    /// A new table if there are many marks of what was removed, after many were.
    pub fn tidy(&mut self) {
        if self.filled - self.used > (self.entries.len() - 1) / 4 {
            let more = if self.used > 50_000 { 2 } else { 4 };
            self.resize(self.used * more);
        }
    }

    /// Takes out what comes first after what was taken out before.
    pub fn pop(&mut self) -> Option<Value> {
        if self.used == 0 {
            return None;
        }
        let mut at = self.finger & (self.entries.len() - 1);
        while !matches!(self.entries[at], Entry::Element { .. }) {
            at = (at + 1) % self.entries.len();
        }
        self.finger = at + 1;
        self.remove(at)
    }

    /// The element at a position or the next after it, with its position and hash.
    pub fn next_from(&self, from: usize) -> Option<(usize, i64, &Value)> {
        let entries = self.entries.iter().enumerate().skip(from);
        let element = |(at, entry)| match entry {
            &Entry::Element { hash, ref key } => Some((at, hash, key)),
            _ => None,
        };
        entries.filter_map(element).next()
    }

    pub fn iter(&self) -> impl Iterator<Item = (i64, &Value)> {
        self.entries.iter().filter_map(|entry| match entry {
            Entry::Element { hash, key } => Some((*hash, key)),
            _ => None,
        })
    }
}

impl Set {
    pub fn new(table: Table) -> Set {
        Set {
            table: Own::new(table),
        }
    }

    pub fn len(&self) -> usize {
        self.table.read().len()
    }

    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }
}

impl Drop for Set {
    fn drop(&mut self) {
        let entries = std::mem::take(&mut self.table.get_mut().entries);
        bury(entries.into_iter().filter_map(|entry| match entry {
            Entry::Element { key, .. } => Some(key),
            _ => None,
        }));
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// python3.11 -c 'print({i * i % 1000 for i in range(20)})'
    #[test]
    fn the_order_is_cpythons() {
        let mut table = Table::default();
        for i in 0..20 {
            let number = i * i % 1000;
            let same = |key: &Value| matches!(key, Value::Int(k) if *k == number);
            if table.find(number, same).is_none() {
                table.add(number, Value::Int(number));
            }
        }
        let order: Vec<_> = table.iter().map(|(hash, _)| hash).collect();
        assert_eq!(order, ORDER);
    }

    const ORDER: [i64; 20] = [
        0, 1, 256, 4, 9, 16, 144, 25, 289, 36, 169, 49, 64, 196, 324, 81, 225, 100, 361, 121,
    ];
}
