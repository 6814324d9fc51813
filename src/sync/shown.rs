//! What primitives show of themselves, told from the words in which each keeps its
//! state: by a run's watcher, who reads them where they lie, a moment ago. Which word
//! is what, each primitive knows.

use super::{barrier, cell, event, lock, queue, rlock, semaphore};
use crate::base::ThreadId;
use crate::trace::objects::{ObjectKind, Words};

/// The state of a primitive.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Shown {
    /// A shared value; `most` is what it grows to, if it is somebody's progress.
    Value {
        value: i64,
        most: Option<i64>,
    },
    /// A shared truth value.
    Flag(bool),
    /// A lock that nobody holds.
    Free,
    /// Who holds a lock, and how many releases it takes.
    Held {
        by: Option<ThreadId>,
        depth: u32,
    },
    /// Permits that are left, and how many there were in the beginning.
    Permits {
        left: u32,
        initial: u32,
    },
    /// Whether an event is set.
    Set(bool),
    /// Nothing, but that threads may wait for it.
    Bare,
    /// How many have come to a barrier, of how many.
    Parties {
        come: u32,
        of: u32,
    },
    Broken,
    /// Items of a queue; a capacity of 0 is none.
    Items {
        count: u32,
        capacity: u32,
    },
    /// Tasks that a pool has not begun, and its threads.
    Tasks {
        waiting: u32,
        workers: u32,
    },
}

/// The state of a primitive of this file's folder; `None` for what is none.
pub fn shown(kind: ObjectKind, words: &Words) -> Option<Shown> {
    Some(match kind {
        ObjectKind::Cell | ObjectKind::Variable => cell::shown(words),
        ObjectKind::Flag => Shown::Flag(words[0] != 0),
        ObjectKind::Lock => lock::shown(words),
        ObjectKind::RLock => rlock::shown(words),
        ObjectKind::Semaphore | ObjectKind::BoundedSemaphore => semaphore::shown(words),
        ObjectKind::Event => event::shown(words),
        ObjectKind::Condition => Shown::Bare,
        ObjectKind::Barrier => barrier::shown(words),
        ObjectKind::Queue => queue::shown(words),
        ObjectKind::Thread | ObjectKind::Pool | ObjectKind::Awaitable | ObjectKind::Page => {
            return None;
        }
    })
}
