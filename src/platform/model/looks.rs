//! What can be seen of a program between its steps, for whoever steps through it:
//! the state that each object shows, in the words that a watcher of real threads reads,
//! and who waits for what. Kept as what has changed.

use std::fmt;
use std::sync::{Arc, Weak};

use crate::base::{ObjectId, ThreadId};
use crate::trace::objects::{Shows, Words};

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
    /// A thread that was made to go on by the one that runs. Only programs that say
    /// themselves who goes next tell it.
    LetGo(ThreadId),
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
struct State {
    object: ObjectId,
    shows: Weak<dyn Shows>,
    last: Option<Words>,
}

impl fmt::Debug for State {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.object.fmt(f)
    }
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

    pub fn publish<T: Shows + 'static>(&mut self, object: ObjectId, of: &Arc<T>) {
        if self.wanted && object != ObjectId::NONE {
            let of = Arc::downgrade(of);
            self.states.push(State {
                object,
                shows: of,
                last: None,
            });
        }
    }

    /// Looks at an object for the last time.
    pub fn retire(&mut self, object: ObjectId, last: impl FnOnce() -> Words) {
        // One that was made in an earlier run may have the same id: that is not gone.
        let gone = |state: &State| state.object == object && state.shows.strong_count() == 0;
        if let Some(index) = self.states.iter().position(gone) {
            let mut state = self.states.remove(index);
            // The step that is under way is counted, so it is seen after that.
            self.found.extend(state.saw(last(), self.made));
        }
    }

    /// Looks at all, after so many steps; `waits` is what each thread waits for.
    pub fn look(&mut self, made: usize, waits: impl Iterator<Item = Option<ObjectId>>) {
        if !self.wanted {
            return;
        }
        self.made = made + 1;
        for state in &mut self.states {
            if let Some(shows) = state.shows.upgrade() {
                self.found.extend(state.saw(shows.words(), made));
            }
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

    /// Notes that the step under way, after which so many are made, lets a thread go on.
    pub fn let_go(&mut self, after: usize, thread: ThreadId) {
        if self.wanted {
            self.found.push(Look {
                after,
                seen: Seen::LetGo(thread),
            });
        }
    }

    /// What was seen; nothing more is.
    pub fn take(&mut self) -> Vec<Look> {
        std::mem::replace(self, Looks::NONE).found
    }
}

impl State {
    fn saw(&mut self, words: Words, after: usize) -> Option<Look> {
        (self.last.replace(words) != Some(words)).then_some(Look {
            after,
            seen: Seen::State(self.object, words),
        })
    }
}
