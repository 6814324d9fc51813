//! What an execution leaves behind for whoever explores: its steps, and who was
//! stuck where in the end.

use super::world::{Access, Move};
use crate::base::{ObjectId, ThreadId};
use crate::trace::objects::ObjectKind;
use crate::trace::{Kind, Site};

/// A step that was made.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Step {
    pub thread: ThreadId,
    pub how: Move,
    pub access: Access,
    /// Where in the program the thread was.
    pub site: Site,
    /// What it recorded last, and the value; nothing if it found that it must wait.
    pub did: Option<(Kind, i64)>,
    /// What it acquired or released beside the object it is about: a condition's lock.
    pub also: Option<ObjectId>,
    /// Starting or joining a thread: nobody can tell when it happened, so that it
    /// is no part of what makes interleavings differ.
    pub quiet: bool,
    /// The thread that had ended and that this step joined.
    pub joined: Option<ThreadId>,
    /// Whether the thread could have gone on at the step before, which another
    /// made: then that was a preemption.
    pub preempts: bool,
}

/// A thread that waits for ever.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Blocked {
    pub thread: ThreadId,
    pub name: String,
    /// Where it waits.
    pub line: u32,
    /// What it waits for: what it is, and its name.
    pub on: Option<(ObjectKind, String)>,
    /// Who holds that, if it is something that is held; the thread itself, if it is
    /// the end of one.
    pub holder: Option<ThreadId>,
    /// The holder's name.
    pub holder_name: String,
}
