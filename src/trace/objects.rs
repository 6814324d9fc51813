//! The run's table of primitives and shared cells, so that whoever watches can
//! name them and read their state where it lies.

use std::mem::offset_of;
use std::sync::atomic::{AtomicU32, AtomicUsize, Ordering};

use super::event::Order;
use super::memory::{Memory, note};
use crate::base::{ObjectId, ThreadId};

/// Objects that a run can name. Those beyond work, without a name.
pub const CAPACITY: usize = 1024;

/// Words of an object's state that are read, at most.
pub const MOST_WORDS: usize = 4;

/// An object's state as it lies in memory, zeros behind it; what the words mean is
/// known to `sync/` and `pool/`. The first two of a cell are its value.
pub type Words = [u32; MOST_WORDS];

/// A number, as the words in which a shared cell keeps it.
pub fn words_of(value: i64) -> Words {
    let value = value.cast_unsigned();
    [value as u32, (value >> 32) as u32, 0, 0]
}

/// An object that shows its state.
pub trait Shows {
    /// Its state as it is now, as it lies in memory, with zeros behind it.
    fn words(&self) -> Words;
}

/// What an object is; its meaning is in `sync/`, and there the layout of the
/// words that lie at its address.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[repr(u32)]
pub enum ObjectKind {
    /// A shared cell for a number.
    Cell = 1,
    Lock,
    RLock,
    Semaphore,
    Event,
    Condition,
    Barrier,
    Queue,
    /// A thread, as what others wait for when they join it.
    Thread,
    /// A pool of threads, as what holds tasks and their futures.
    Pool,
    /// A value that tasks of one event loop share: only one of them runs at a time, so
    /// that no accesses race. Its address holds what a cell's does.
    Variable,
    /// What a task awaits that is none of these: a gathering, or a reply.
    Awaitable,
    /// A page of the site, whose answer is waited for.
    Page,
    BoundedSemaphore,
    /// A shared cell that holds a truth value: 0 or 1.
    Flag,
}

impl ObjectKind {
    /// Whether it is a shared cell: its address holds a 64-bit signed value.
    pub fn is_cell(self) -> bool {
        matches!(self, ObjectKind::Cell | ObjectKind::Flag)
    }

    /// Whether it hands out permits.
    pub fn has_permits(self) -> bool {
        matches!(self, ObjectKind::Semaphore | ObjectKind::BoundedSemaphore)
    }

    const ALL: [ObjectKind; 15] = [
        ObjectKind::Cell,
        ObjectKind::Lock,
        ObjectKind::RLock,
        ObjectKind::Semaphore,
        ObjectKind::Event,
        ObjectKind::Condition,
        ObjectKind::Barrier,
        ObjectKind::Queue,
        ObjectKind::Thread,
        ObjectKind::Pool,
        ObjectKind::Variable,
        ObjectKind::Awaitable,
        ObjectKind::Page,
        ObjectKind::BoundedSemaphore,
        ObjectKind::Flag,
    ];

    /// The kind of this number, if there is one.
    pub fn from_u32(n: u32) -> Option<ObjectKind> {
        let index = (n as usize).checked_sub(1)?;
        ObjectKind::ALL.get(index).copied()
    }
}

#[repr(C)]
struct Entry {
    kind: AtomicU32,
    name: AtomicUsize,
    name_len: AtomicUsize,
    /// Where the object's state lies; 0 before it is there, and `last` once the
    /// object is gone.
    state: AtomicUsize,
    /// How many words of it there are to read.
    words: AtomicU32,
    /// Where the word lies that names the holder; 0 where there is none.
    holder: AtomicUsize,
    /// Counts the changes that are recorded: see [`Order`].
    changes: AtomicU32,
    /// Whether the object's own first word counts them.
    counts_itself: AtomicU32,
    /// The state in which a cell was made: its value.
    first: [AtomicU32; 2],
    /// The state in which the object went.
    last: [AtomicU32; MOST_WORDS],
}

/// The table; its layout is read from outside.
#[repr(C)]
pub struct ObjectTable {
    /// Ids given out; may exceed the capacity.
    len: AtomicU32,
    entries: [Entry; CAPACITY],
}

impl ObjectTable {
    pub const fn new() -> ObjectTable {
        ObjectTable {
            len: AtomicU32::new(0),
            entries: [const {
                Entry {
                    kind: AtomicU32::new(0),
                    name: AtomicUsize::new(0),
                    name_len: AtomicUsize::new(0),
                    state: AtomicUsize::new(0),
                    words: AtomicU32::new(0),
                    holder: AtomicUsize::new(0),
                    changes: AtomicU32::new(0),
                    counts_itself: AtomicU32::new(0),
                    first: [const { AtomicU32::new(0) }; 2],
                    last: [const { AtomicU32::new(0) }; MOST_WORDS],
                }
            }; CAPACITY],
        }
    }

    /// Enters an object. The name lives as long as the run's memory.
    pub fn register(&self, kind: ObjectKind, name: &str) -> ObjectId {
        let id = self.len.fetch_add(1, Ordering::Relaxed);
        let Some(entry) = self.entries.get(id as usize) else {
            return ObjectId::NONE;
        };
        let name: &'static str = Box::leak(name.into());
        entry.name.store(name.as_ptr() as usize, Ordering::Relaxed);
        entry.name_len.store(name.len(), Ordering::Relaxed);
        // Release: who sees the kind sees the name.
        entry.kind.store(kind as u32, Ordering::Release);
        ObjectId(id as u16)
    }

    /// Says where the object's state lies, how many words it is, and what they are now.
    #[inline(never)]
    pub fn publish(&self, id: ObjectId, state: usize, words: usize, first: Words) {
        if let Some(entry) = self.entries.get(usize::from(id.0)) {
            let words = words.min(MOST_WORDS) as u32;
            entry.words.store(words, Ordering::Relaxed);
            let kind = ObjectKind::from_u32(entry.kind.load(Ordering::Relaxed));
            if kind.is_some_and(ObjectKind::is_cell) {
                for (to, word) in entry.first.iter().zip(first) {
                    to.store(word, Ordering::Relaxed);
                }
            }
            // Release: who sees the address sees how much there is to read.
            entry.state.store(state, Ordering::Release);
        }
    }

    /// Says where the word lies that names the object's holder.
    pub fn publish_holder(&self, id: ObjectId, holder: usize) {
        if let Some(entry) = self.entries.get(usize::from(id.0)) {
            entry.holder.store(holder, Ordering::Release);
        }
    }

    /// Says that the first word of the object's state counts its changes.
    pub fn counts_itself(&self, id: ObjectId) {
        if let Some(entry) = self.entries.get(usize::from(id.0)) {
            entry.counts_itself.store(1, Ordering::Relaxed);
        }
    }

    /// Numbers a change of an object that others may be changing as well.
    pub fn number(&self, id: ObjectId) -> Order {
        let Some(entry) = self.entries.get(usize::from(id.0)) else {
            return Order::About;
        };
        // Whoever takes a later number has seen what was done before this one, a
        // watcher that goes by it included.
        Order::At(entry.changes.fetch_add(1, Ordering::AcqRel).wrapping_add(1))
    }

    /// Numbers a change of an object that nobody else can be changing: its holder is
    /// asking, or whoever has the mutex inside it.
    #[inline]
    pub fn number_alone(&self, id: ObjectId) -> Order {
        let Some(entry) = self.entries.get(usize::from(id.0)) else {
            return Order::About;
        };
        // Relaxed: what excludes the others also orders it. Where a program breaks that
        // (two threads release one lock), two changes can get one number.
        let number = entry.changes.load(Ordering::Relaxed).wrapping_add(1);
        note(&entry.changes, number);
        Order::At(number)
    }

    /// What is known of something that happens now: after which change. `word` is what a
    /// thread has found where it has waited.
    pub fn after(&self, id: ObjectId, word: u32) -> Order {
        let Some(entry) = self.entries.get(usize::from(id.0)) else {
            return Order::About;
        };
        match entry.counts_itself.load(Ordering::Relaxed) {
            0 => Order::After(entry.changes.load(Ordering::Acquire)),
            _ => Order::After(word),
        }
    }

    /// Says that the object goes, and what its state was in the end.
    #[cold]
    #[inline(never)]
    pub fn retire(&self, id: ObjectId, last: Words) {
        if let Some(entry) = self.entries.get(usize::from(id.0)) {
            for (to, word) in entry.last.iter().zip(last) {
                to.store(word, Ordering::Relaxed);
            }
            // Release: who finds this address finds the words there.
            entry
                .state
                .store(&raw const entry.last as usize, Ordering::Release);
        }
    }
}

impl Default for ObjectTable {
    fn default() -> Self {
        ObjectTable::new()
    }
}

/// An object as the watcher knows it.
#[derive(Clone, Debug, PartialEq)]
pub struct Object {
    pub id: ObjectId,
    pub kind: ObjectKind,
    pub name: String,
    /// Its state when it was last looked at; none before it could be.
    pub words: Option<Words>,
    /// The value with which a cell was made, once that is known.
    pub first: Option<i64>,
}

impl Object {
    /// An object whose state was not looked at yet.
    pub fn new(id: ObjectId, kind: ObjectKind, name: String) -> Object {
        Object {
            id,
            kind,
            name,
            words: None,
            first: None,
        }
    }
}

/// Brings `known` up to date with the table at `address`: new objects are
/// added, their states read again.
pub fn refresh(memory: &impl Memory, address: usize, known: &mut Vec<Object>) {
    let len = memory.load(address + offset_of!(ObjectTable, len)) as usize;
    let entry =
        |index: usize| address + offset_of!(ObjectTable, entries) + index * size_of::<Entry>();
    for index in known.len()..len.min(CAPACITY) {
        let at = entry(index);
        let Some(kind) = ObjectKind::from_u32(memory.load(at + offset_of!(Entry, kind))) else {
            // Counted, and not filled yet.
            break;
        };
        let name = memory.read_text(
            memory.load_usize(at + offset_of!(Entry, name)),
            memory.load_usize(at + offset_of!(Entry, name_len)),
        );
        known.push(Object::new(ObjectId(index as u16), kind, name));
    }
    for object in known {
        let at = entry(usize::from(object.id.0));
        let state = memory.load_usize(at + offset_of!(Entry, state));
        if state == 0 {
            continue;
        }
        if object.kind.is_cell() && object.first.is_none() {
            object.first = Some(memory.read_i64(at + offset_of!(Entry, first)));
        }
        let count = memory.load(at + offset_of!(Entry, words)) as usize;
        let words = read_words(memory, object.kind, state, count);
        // It may have gone meanwhile, and what was read be another's.
        if memory.load_usize(at + offset_of!(Entry, state)) == state {
            object.words = Some(words);
        }
    }
}

fn read_words(memory: &impl Memory, kind: ObjectKind, at: usize, count: usize) -> Words {
    let mut words = Words::default();
    for (index, word) in words.iter_mut().enumerate().take(count) {
        *word = memory.load(at + 4 * index);
    }
    if kind.is_cell() {
        // Whole: its halves, read one after the other, could be of two values.
        let value = memory.read_i64(at);
        (words[0], words[1]) = (value as u32, (value >> 32) as u32);
    }
    words
}

/// The thread that holds an object of the table at `address`, or held it last:
/// the object itself says whether it is held. It may not be gone.
pub fn holder(memory: &impl Memory, address: usize, id: ObjectId) -> Option<ThreadId> {
    let index = usize::from(id.0);
    if index >= CAPACITY {
        return None;
    }
    let entry = address + offset_of!(ObjectTable, entries) + index * size_of::<Entry>();
    match memory.load_usize(entry + offset_of!(Entry, holder)) {
        0 => None,
        holder => ThreadId::from_word(memory.load(holder)),
    }
}

#[cfg(test)]
#[allow(unsafe_code)]
mod tests {
    use super::super::memory::own::OwnMemory;
    use super::*;

    #[test]
    fn a_state_is_read_where_it_lies_and_after_it_is_gone() {
        let table = ObjectTable::new();
        let address = &raw const table as usize;
        // SAFETY: the table and the states outlive the reads.
        let memory = unsafe { OwnMemory::new() };
        let mut known = Vec::new();
        let cell = std::sync::atomic::AtomicI64::new(41);
        let words = [AtomicU32::new(5), AtomicU32::new(6), AtomicU32::new(7)];

        let id = table.register(ObjectKind::Cell, "counter");
        let lock = table.register(ObjectKind::Lock, "lock");
        refresh(&memory, address, &mut known);
        assert_eq!((known[0].name.as_str(), known[0].words), ("counter", None));

        table.publish(id, &raw const cell as usize, 2, [41, 0, 0, 0]);
        table.publish(lock, &raw const words as usize, 2, [5, 6, 0, 0]);
        cell.store(-42, Ordering::Relaxed);
        refresh(&memory, address, &mut known);
        assert_eq!((known[0].first, known[1].first), (Some(41), None));
        assert_eq!(known[0].words, Some([u32::MAX - 41, u32::MAX, 0, 0]));
        assert_eq!(known[1].words, Some([5, 6, 0, 0]), "and not the third");

        cell.store(7, Ordering::Relaxed);
        table.retire(id, [7, 0, 0, 0]);
        table.retire(lock, [5, 6, 0, 0]);
        cell.store(8, Ordering::Relaxed);
        words[0].store(10, Ordering::Relaxed);
        refresh(&memory, address, &mut known);
        assert_eq!(known[0].words, Some([7, 0, 0, 0]));
        assert_eq!(known[1].words, Some([5, 6, 0, 0]));
        assert_eq!(known.len(), 2);
    }

    #[test]
    fn changes_are_numbered_by_object() {
        let table = ObjectTable::new();
        let lock = table.register(ObjectKind::Lock, "lock");
        let event = table.register(ObjectKind::Event, "event");
        table.counts_itself(event);
        assert_eq!(table.after(lock, 9), Order::After(0));
        assert_eq!(table.number(lock), Order::At(1));
        assert_eq!(table.number_alone(lock), Order::At(2));
        assert_eq!(table.after(lock, 9), Order::After(2));
        assert_eq!(table.after(event, 9), Order::After(9));
        assert_eq!(table.number(ObjectId::NONE), Order::About);
        assert_eq!(table.after(ObjectId::NONE, 9), Order::About);
    }

    #[test]
    fn every_kind_survives_its_number() {
        for kind in ObjectKind::ALL {
            assert_eq!(ObjectKind::from_u32(kind as u32), Some(kind));
        }
        assert_eq!(ObjectKind::from_u32(0), None);
        assert_eq!(ObjectKind::from_u32(ObjectKind::ALL.len() as u32 + 1), None);
    }

    #[test]
    fn objects_beyond_the_table_have_no_name() {
        let table = ObjectTable::new();
        for _ in 0..CAPACITY {
            assert_ne!(table.register(ObjectKind::Lock, "lock"), ObjectId::NONE);
        }
        assert_eq!(table.register(ObjectKind::Lock, "lock"), ObjectId::NONE);
        table.publish(ObjectId::NONE, 16, 1, [0; 4]);
        table.retire(ObjectId::NONE, [0; 4]);
    }
}
