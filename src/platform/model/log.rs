//! What an execution leaves behind for whoever explores: its steps.

use std::time::Duration;

use super::threads::Move;
use crate::base::{ObjectId, ThreadId};
use crate::platform::Access;
use crate::trace::objects::ObjectKind;
use crate::trace::{Kind, Site};

/// A step that was made.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Step {
    pub thread: ThreadId,
    /// The virtual time at which it was made.
    pub at: Duration,
    pub how: Move,
    /// Where in the program the thread was.
    pub site: Site,
    /// What it recorded last, and the value; nothing if it found that it must wait.
    pub did: Option<(Kind, i64)>,
    /// How it accessed a value that nothing protects, of which it recorded nothing.
    pub access: Option<Access>,
    /// What it acquired or released beside the object it is about: a condition's lock.
    pub also: Option<ObjectId>,
    /// Starting or joining a thread: nobody can tell when it happened, so that it
    /// is no part of what makes interleavings differ.
    pub quiet: bool,
    /// Whether its thread made it right after the step before, and nobody could have
    /// come between: so the oracle was not asked.
    pub follows: bool,
    /// Whether the thread could have gone on at the step before, which another
    /// made: then that was a preemption.
    pub preempts: bool,
}

/// Names by number. Cleared, it keeps the memory of each.
#[derive(Clone, Debug, Default)]
pub struct Names {
    texts: Vec<String>,
    used: usize,
}

impl Names {
    pub const fn new() -> Names {
        Names {
            texts: Vec::new(),
            used: 0,
        }
    }

    pub fn clear(&mut self) {
        self.used = 0;
    }

    /// Adds a name: its number is how many there were.
    pub fn push(&mut self, name: &str) {
        match self.texts.get_mut(self.used) {
            Some(text) => {
                text.clear();
                text.push_str(name);
            }
            None => self.texts.push(name.to_owned()),
        }
        self.used += 1;
    }

    /// Gives another name to a number that has one.
    pub fn rename(&mut self, number: usize, name: &str) {
        if let Some(text) = self.texts[..self.used].get_mut(number) {
            name.clone_into(text);
        }
    }

    /// The name of a number; empty, if there is none.
    pub fn get(&self, number: usize) -> &str {
        self.iter().nth(number).unwrap_or_default()
    }

    pub fn iter(&self) -> impl ExactSizeIterator<Item = &str> {
        self.texts[..self.used].iter().map(String::as_str)
    }

    pub fn len(&self) -> usize {
        self.used
    }

    pub fn is_empty(&self) -> bool {
        self.used == 0
    }
}

impl PartialEq for Names {
    fn eq(&self, other: &Self) -> bool {
        self.iter().eq(other.iter())
    }
}

/// The objects of a run, by id: what each is, and its name.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Objects {
    kinds: Vec<ObjectKind>,
    names: Names,
}

impl Objects {
    pub const fn new() -> Objects {
        Objects {
            kinds: Vec::new(),
            names: Names::new(),
        }
    }

    pub fn clear(&mut self) {
        self.kinds.clear();
        self.names.clear();
    }

    /// Adds an object: its id, none if there are more than there are ids.
    pub fn push(&mut self, kind: ObjectKind, name: &str) -> ObjectId {
        self.kinds.push(kind);
        self.names.push(name);
        u16::try_from(self.kinds.len() - 1).map_or(ObjectId::NONE, ObjectId)
    }

    pub fn kind(&self, object: ObjectId) -> Option<ObjectKind> {
        if object == ObjectId::NONE {
            return None;
        }
        self.kinds.get(usize::from(object.0)).copied()
    }

    pub fn get(&self, object: ObjectId) -> Option<(ObjectKind, &str)> {
        Some((self.kind(object)?, self.names.get(usize::from(object.0))))
    }

    pub fn iter(&self) -> impl Iterator<Item = (ObjectKind, &str)> {
        self.kinds.iter().copied().zip(self.names.iter())
    }

    pub fn len(&self) -> usize {
        self.kinds.len()
    }

    pub fn is_empty(&self) -> bool {
        self.kinds.is_empty()
    }
}
