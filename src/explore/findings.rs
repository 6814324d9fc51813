//! What is wrong with a program, whatever it comes to.

use crate::base::ThreadId;
use crate::platform::{Access, Blocked};
use crate::trace::objects::ObjectKind;

/// Something that was found.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Finding {
    /// Threads that each wait for what the next of them holds, and the last for
    /// what the first does; one alone waits for itself.
    Deadlock { cycle: Vec<Blocked> },
    /// Threads that wait to be told something, and nobody is left to tell them.
    LostWakeUp { waiting: Vec<Blocked> },
    /// Two accesses of a cell that nothing orders, one of which changes it.
    Race {
        cell: String,
        accesses: [CellAccess; 2],
    },
    /// States that only lead to each other: threads go on for ever, and come to nothing.
    Livelock,
}

/// An access of a shared cell.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct CellAccess {
    pub thread: ThreadId,
    /// The thread's name.
    pub name: String,
    pub line: u32,
    pub does: Access,
}

/// Why these threads, all that have not ended, wait for ever: a cycle of them, or,
/// where there is none, those who wait for nothing that another of them holds.
pub fn stuck(blocked: &[Blocked]) -> Finding {
    let waiting_for = |thread: &Blocked| {
        let holder = thread.holder?;
        blocked.iter().find(|other| other.thread == holder)
    };
    for first in blocked {
        let mut cycle = vec![first.clone()];
        let mut at = first;
        while let Some(next) = waiting_for(at) {
            if next.thread == first.thread {
                return Finding::Deadlock { cycle };
            }
            if cycle.iter().any(|seen| seen.thread == next.thread) {
                // A cycle that this thread only leads into: it is found from there.
                break;
            }
            cycle.push(next.clone());
            at = next;
        }
    }
    // Who awaits several tasks at once has no one holder, but waits for some of these.
    let awaits_tasks = |thread: &Blocked| {
        let kind = thread.on.as_ref().map(|(kind, _)| *kind);
        kind == Some(ObjectKind::Awaitable)
    };
    let untold = blocked
        .iter()
        .filter(|thread| waiting_for(thread).is_none() && !awaits_tasks(thread));
    Finding::LostWakeUp {
        waiting: untold.cloned().collect(),
    }
}
