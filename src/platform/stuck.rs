//! Threads that wait for ever, told from outside while they do.
//!
//! A thread is stuck while it is in a wait without a deadline whose word holds
//! what the wait expects: woken then, for whatever reason, it looks at the word and
//! waits again. The run is deadlocked if all its threads that have not ended are
//! stuck. Since they cannot be looked at in one moment, [`Watcher::stuck`] goes by
//! passes: each looks who waits, then at the words, and two must find the same.
//!
//! **Why it cannot be false**, however late threads run or wake. Each counts the
//! beginnings and ends of its waits, so one that both passes find in the same wait
//! was in it all the time between the counts of the first pass and those of the
//! second. No other was started meanwhile. The words are read in that time, and only
//! threads of the run change them, all of which are waiting: so these are the words
//! at one moment, at which each held what its waiter expects. From then on, who would be the first to go
//! on? It would need a word that somebody has changed before it. A wake-up on its
//! way is no exception: its word has changed already.
//!
//! That the passes see such a moment, and not some threads from before it and some
//! from after, is for two orderings (`control.rs`). A wait is announced with
//! Release, so a pass that finds it sees all that the thread did before. And
//! between a wait's end and whatever the thread does next is a Release fence, so a
//! pass that sees any of that sees, in the next pass at the latest, that the wait
//! has ended. All reads acquire. A waiter may yet have seen its word as it was for
//! a moment, and be out of its wait unseen; but a word that comes back to what is
//! expected, as a lock's does, is taken by a compare-exchange or a swap alone, which
//! finds what has become of it: that thread is on its way back into the wait.
//!
//! Not looked at are threads that compute, sleep or wait with a deadline, those just
//! started, and those that have panicked: each of them is taken for alive.

use std::mem::offset_of;

use super::control::{Slot, state, stop};
use super::watch::Watcher;
use crate::base::{ObjectId, ThreadId};
use crate::trace::memory::Memory;
use crate::trace::objects::{self, ObjectKind};

/// Time between the two passes, in milliseconds of the machine's clock. One right
/// after the other would do; it is for what might be wrong with the above.
const PASSES_APART_MS: f64 = 20.0;

/// A thread that waits for ever.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Blocked {
    pub thread: ThreadId,
    pub name: String,
    /// Where it waits; 0 where that is no line of the program.
    pub line: u32,
    /// What it waits for: what it is, and its name.
    pub on: Option<(ObjectKind, String)>,
    /// Who holds that, if it is something that is held; the thread itself, if it is
    /// the end of one.
    pub holder: Option<ThreadId>,
    /// The holder's name.
    pub holder_name: String,
}

/// What a pass finds where all threads that have not ended are stuck.
#[derive(Debug, PartialEq)]
struct AllStuck {
    /// Threads that were ever started: none may come and go between two passes.
    started: usize,
    waits: Vec<Wait>,
}

/// What the latest passes have all found, and when the first of them was.
#[derive(Debug)]
pub(super) struct Found {
    what: AllStuck,
    since_ms: f64,
}

/// A wait without a deadline.
#[derive(Debug, PartialEq)]
struct Wait {
    thread: ThreadId,
    /// Which of the thread's waits it is.
    number: u32,
    word: usize,
    expected: u32,
    object: ObjectId,
    line: u32,
}

impl Watcher {
    /// Makes another pass: all threads that have not ended, if they wait for each
    /// other or for nobody, and will for ever. To be called every few milliseconds;
    /// `clock_ms` is the machine's clock. Never once main has ended, whose result
    /// is on its way then, or the run is being stopped.
    pub fn stuck(&mut self, memory: &impl Memory, clock_ms: f64) -> Option<Vec<Blocked>> {
        let before = self.found.take();
        let what = self.pass(memory)?;
        let since_ms = match before {
            Some(before) if before.what == what => before.since_ms,
            _ => clock_ms,
        };
        if clock_ms - since_ms < PASSES_APART_MS {
            self.found = Some(Found { what, since_ms });
            return None;
        }
        // For the names.
        self.poll(memory, None);
        let waits = what.waits.iter();
        let blocked = waits.map(|wait| self.blocked(memory, wait));
        Some(blocked.collect())
    }

    /// Looks at all threads: `None` if one of them that has not ended is not stuck.
    fn pass(&self, memory: &impl Memory) -> Option<AllStuck> {
        if memory.load(self.stop_flag()) != stop::GO_ON {
            return None;
        }
        let started = self.started(memory);
        let mut waits = Vec::new();
        for index in 0..started {
            let thread = ThreadId(index as u16);
            let slot = self.slot(index);
            let ended = memory.load(slot + offset_of!(Slot, state));
            if matches!(ended, state::FINISHED | state::STOPPED) {
                if thread == ThreadId::MAIN {
                    return None;
                }
                continue;
            }
            let number = memory.load(slot + offset_of!(Slot, waits));
            if number.is_multiple_of(2) {
                return None;
            }
            waits.push(Wait {
                thread,
                number,
                word: memory.load_usize(slot + offset_of!(Slot, waits_at)),
                expected: memory.load(slot + offset_of!(Slot, expected)),
                object: ObjectId(memory.load(slot + offset_of!(Slot, wait_object)) as u16),
                line: memory.load(slot + offset_of!(Slot, wait_line)),
            });
        }
        // Only now: between this pass's counts and the next one's.
        let is_stuck = |wait: &Wait| wait.word != 0 && memory.load(wait.word) == wait.expected;
        let all_stuck = !waits.is_empty() && waits.iter().all(is_stuck);
        all_stuck.then_some(AllStuck { started, waits })
    }

    fn blocked(&self, memory: &impl Memory, wait: &Wait) -> Blocked {
        let name = |thread: ThreadId| {
            let known = self.trace.threads().get(thread.index());
            known.map_or_else(|| thread.to_string(), |known| known.name.clone())
        };
        let holder = self.holder(memory, wait.object);
        let on = self.trace.object(wait.object);
        Blocked {
            thread: wait.thread,
            name: name(wait.thread),
            line: wait.line,
            on: on.map(|object| (object.kind, object.name.clone())),
            holder,
            holder_name: holder.map(name).unwrap_or_default(),
        }
    }

    /// The thread that holds an object, or whose end it is.
    fn holder(&self, memory: &impl Memory, object: ObjectId) -> Option<ThreadId> {
        if object == ObjectId::NONE {
            return None;
        }
        let is_its_end = |&index: &usize| {
            let its_object = memory.load(self.slot(index) + offset_of!(Slot, object));
            its_object == u32::from(object.0)
        };
        let its_end = (0..self.started(memory)).find(is_its_end);
        its_end
            .map(|index| ThreadId(index as u16))
            .or_else(|| objects::holder(memory, self.table(), object))
    }
}
