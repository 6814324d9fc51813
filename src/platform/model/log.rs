//! What an execution leaves behind for whoever explores: its steps.

use super::world::{Access, Move};
use crate::base::ThreadId;
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
    /// Starting or joining a thread: nobody can tell when it happened, so that it
    /// is no part of what makes interleavings differ.
    pub quiet: bool,
    /// The thread that had ended and that this step joined.
    pub joined: Option<ThreadId>,
    /// Whether the thread could have gone on at the step before, which another
    /// made: then that was a preemption.
    pub preempts: bool,
}
