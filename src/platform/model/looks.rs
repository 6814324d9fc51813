//! What can be seen of a program between its steps, for whoever steps through it:
//! the state of each object, read where it lies as a watcher of real threads reads
//! it, and who waits for what. Kept as what has changed.

use crate::base::{ObjectId, ThreadId};
use crate::trace::objects::{Words, own_words};

/// Something that looks other than before.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Look {
    /// Steps after which it was seen.
    pub after: usize,
    pub seen: Seen,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Seen {
    State(ObjectId, Words),
    /// What a thread waits for, if it waits.
    Waits(ThreadId, Option<ObjectId>),
}

/// Who looks. Unless somebody wants to know, nothing is kept.
#[derive(Debug)]
pub struct Looks {
    wanted: bool,
    states: Vec<State>,
    waits: Vec<Option<ObjectId>>,
    made: usize,
    found: Vec<Look>,
}

/// A published object that is not gone.
#[derive(Debug)]
struct State {
    object: ObjectId,
    address: usize,
    words: usize,
    last: Option<Words>,
}

impl Looks {
    pub const NONE: Looks = Looks {
        wanted: false,
        states: Vec::new(),
        waits: Vec::new(),
        made: 0,
        found: Vec::new(),
    };

    pub fn begin(&mut self, wanted: bool) {
        *self = Looks {
            wanted,
            ..Looks::NONE
        };
    }

    pub fn publish(&mut self, object: ObjectId, address: usize, words: usize) {
        if self.wanted && object != ObjectId::NONE {
            self.states.push(State {
                object,
                address,
                words,
                last: None,
            });
        }
    }

    /// Looks at an object for the last time.
    pub fn retire(&mut self, object: ObjectId, address: usize) {
        // Told by its address, which no other has: one that was made in an earlier
        // run may have the same id.
        let gone = |state: &State| (state.object, state.address) == (object, address);
        if let Some(index) = self.states.iter().position(gone) {
            let mut state = self.states.remove(index);
            // The step that is under way is counted, so it is seen after that.
            self.found.extend(state.look(self.made));
        }
    }

    /// Looks at all, after so many steps; `waits` is what each thread waits for.
    pub fn look(&mut self, made: usize, waits: impl Iterator<Item = Option<ObjectId>>) {
        if !self.wanted {
            return;
        }
        self.made = made + 1;
        for state in &mut self.states {
            self.found.extend(state.look(made));
        }
        for (waits, thread) in waits.zip(0..) {
            if self.waits.len() == usize::from(thread) {
                self.waits.push(None);
            }
            let before = &mut self.waits[usize::from(thread)];
            if *before != waits {
                *before = waits;
                self.found.push(Look {
                    after: made,
                    seen: Seen::Waits(ThreadId(thread), waits),
                });
            }
        }
    }

    /// What was seen; nothing more is.
    pub fn take(&mut self) -> Vec<Look> {
        std::mem::replace(self, Looks::NONE).found
    }
}

impl State {
    fn look(&mut self, after: usize) -> Option<Look> {
        let words = own_words(self.address, self.words);
        (self.last.replace(words) != Some(words)).then_some(Look {
            after,
            seen: Seen::State(self.object, words),
        })
    }
}
