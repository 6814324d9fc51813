//! A program's state as numbers, to be told from others.

use std::cell::Cell;
use std::sync::{Arc, Weak};

use xxhash_rust::xxh3::xxh3_128;

use super::Stateful;
use crate::base::ThreadId;

/// What an engine that compares states is told of values that are over no platform. It is
/// called by way of this, so that programs on other engines carry nothing of it.
pub(super) struct Comparer {
    /// That the object's state is a part of the program's.
    pub track: fn(Weak<dyn Stateful>),
    /// That something was done to a value. The thread that did it has observed it as it was,
    /// which the number stands for, and it is another now.
    pub edited: fn(&Cell<u64>),
}

thread_local! {
    static COMPARER: Cell<Option<&'static Comparer>> = const { Cell::new(None) };
}

/// From now on this OS thread's values are compared.
pub(super) fn compare_by(comparer: &'static Comparer) {
    COMPARER.set(Some(comparer));
}

/// [`Platform::track`](super::Platform::track) for what is over no platform.
pub fn track<T: Stateful + 'static>(of: &Arc<T>) {
    if let Some(comparer) = COMPARER.get() {
        let of: Weak<T> = Arc::downgrade(of);
        (comparer.track)(of);
    }
}

/// Says that something was done to a value that is no object, for which the number stands.
pub fn edited(edits: &Cell<u64>) {
    if let Some(comparer) = COMPARER.get() {
        (comparer.edited)(edits);
    }
}

/// What of a program's state was told so far. Each part is named, and as long as it says,
/// so that no two states are told alike.
#[derive(Debug, Default)]
pub struct State {
    told: Vec<u64>,
    /// Each thread's name, which does not depend on the order in which they were started.
    threads: Vec<u64>,
    /// Where the part begins that is being told.
    part: usize,
}

impl State {
    pub const fn new() -> State {
        State {
            told: Vec::new(),
            threads: Vec::new(),
            part: 0,
        }
    }

    /// Begins anew, with the names of all threads.
    pub(super) fn begin(&mut self, threads: impl Iterator<Item = u64>) {
        self.told.clear();
        self.threads.clear();
        self.threads.extend(threads);
    }

    /// Begins the part of a thread or an object of this name.
    pub(super) fn begin_part(&mut self, name: u64) {
        self.told.push(name);
        self.part = self.told.len();
        self.told.push(0);
    }

    pub(super) fn end_part(&mut self) {
        self.told[self.part] = (self.told.len() - self.part) as u64;
    }

    pub fn add(&mut self, number: impl Into<u64>) {
        self.told.push(number.into());
    }

    pub fn add_all(&mut self, numbers: &[u64]) {
        self.told.extend_from_slice(numbers);
    }

    /// Adds a thread, or that there is none.
    pub fn add_thread(&mut self, thread: Option<ThreadId>) {
        let name = thread.and_then(|thread| self.threads.get(thread.index()));
        // No thread's name is 0.
        self.told.push(name.copied().unwrap_or_default());
    }

    /// The state's fingerprint: equal states have equal ones, and of a million different
    /// ones two are the same with a probability of 10⁻²⁷.
    pub(super) fn fingerprint(&self) -> u128 {
        fingerprint(&self.told)
    }
}

/// A hash of numbers. Their bytes are in the machine's order: a fingerprint never leaves it.
pub(super) fn fingerprint(numbers: &[u64]) -> u128 {
    xxh3_128(bytemuck::cast_slice(numbers))
}
