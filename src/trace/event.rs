//! One thing that a thread did.

use std::panic::Location;

use crate::base::ObjectId;

/// Where in the program a thread is: what it is working on, and the source line.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Site {
    pub object: ObjectId,
    /// Line in the scenario's source file, from 1; 0 when there is none.
    pub line: u32,
}

impl Site {
    pub const NONE: Site = Site {
        object: ObjectId::NONE,
        line: 0,
    };

    /// A line of the program, and no object.
    pub fn in_line(location: &Location<'_>) -> Site {
        Site {
            line: location.line(),
            ..Site::NONE
        }
    }
}

/// What happened.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[repr(u8)]
pub enum Kind {
    /// The thread runs its first step.
    Start = 1,
    /// The thread has run its last step.
    Finish,
    /// Started another thread: `value` is its index.
    Spawn,
    /// Goes to sleep until something is woken or changed.
    Block,
    /// Runs again after [`Kind::Block`].
    Wake,
    /// Goes to sleep for a time: `value` is in nanoseconds.
    Sleep,
    /// Runs again after [`Kind::Sleep`].
    Awake,
    /// Acquired the object.
    Acquire,
    /// Released the object: altogether if `value` is 0, once if it is positive,
    /// -`value` times if it is negative.
    Release,
    /// Read a shared cell: `value` is what it held.
    Load,
    /// Wrote a shared cell: `value` is what it holds now.
    Store,
    /// Changed a shared cell in one atomic step: `value` is what it holds now.
    Update,
    /// Set an event (`value` 1) or cleared it (0).
    Set,
    /// Notified so many (`value`) of those who wait for a condition.
    Notify,
    /// Came to a barrier: `value` is its index.
    Arrive,
    /// Put an item into a queue: `value` is how many it holds now.
    Put,
    /// Took an item out of a queue: `value` is how many are left. Of a page: got the
    /// answer, whose status is `value`, or 0 for none.
    Get,
    /// Asked a task to end: `value` is 1 if that had not ended before.
    Cancel,
}

impl Kind {
    const ALL: [Kind; 18] = [
        Kind::Start,
        Kind::Finish,
        Kind::Spawn,
        Kind::Block,
        Kind::Wake,
        Kind::Sleep,
        Kind::Awake,
        Kind::Acquire,
        Kind::Release,
        Kind::Load,
        Kind::Store,
        Kind::Update,
        Kind::Set,
        Kind::Notify,
        Kind::Arrive,
        Kind::Put,
        Kind::Get,
        Kind::Cancel,
    ];

    /// Whether the event is an edge of a thread's life: a clock is read for it,
    /// and it is recorded beyond the detail window. The others happen by the
    /// million, and a clock costs more than they do.
    pub fn is_edge(self) -> bool {
        use Kind::*;
        matches!(self, Start | Finish | Spawn | Block | Wake | Sleep | Awake)
    }

    /// The kind of this number, if there is one.
    pub fn from_u8(byte: u8) -> Option<Kind> {
        let index = usize::from(byte).checked_sub(1)?;
        Kind::ALL.get(index).copied()
    }
}

/// An event as it was recorded.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Event {
    /// Number within its thread, counting also events that were not recorded,
    /// so that a gap shows.
    pub seq: u32,
    pub kind: Kind,
    pub site: Site,
    pub value: i64,
    /// Nanoseconds since the run began, where a clock was read.
    pub at: Option<u64>,
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_kind_survives_its_byte() {
        for kind in Kind::ALL {
            assert_eq!(Kind::from_u8(kind as u8), Some(kind));
        }
        assert_eq!(Kind::from_u8(0), None);
        assert_eq!(Kind::from_u8(Kind::ALL.len() as u8 + 1), None);
    }
}
