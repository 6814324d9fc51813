//! One thing that a thread did.

use std::panic::Location;

use crate::base::ObjectId;

/// A place in a program, as a value: programs that are compiled here know theirs from
/// the compiler ([`At::caller`]), interpreted ones from their source.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct At {
    /// Line in the program's source file, from 1; 0 when there is none.
    pub line: u32,
}

impl At {
    /// Where the function was called from that calls this, if both are `#[track_caller]`.
    #[track_caller]
    #[inline]
    pub fn caller() -> At {
        At {
            line: Location::caller().line(),
        }
    }
}

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

    /// A place in the program, and no object.
    pub fn at(at: At) -> Site {
        Site {
            line: at.line,
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
    /// The thread has run its last step: `value` is 1 if an exception ended it.
    Finish,
    /// Started another thread: `value` is its index.
    Spawn,
    /// Goes to sleep until something is woken or changed.
    Block,
    /// Runs again after [`Kind::Block`]: `value` is 1 for a task that was cancelled.
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
    /// Heard of the end of another thread: `value` is its index.
    Join,
    /// Took its place among those who wait for a condition, before it released the lock.
    LineUp,
    /// Went on after a wait that acquires nothing: an event was set, a barrier was full,
    /// a result was there.
    Pass,
    /// Settled a task of a pool.
    Settle,
}

impl Kind {
    const ALL: [Kind; 22] = [
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
        Kind::Join,
        Kind::LineUp,
        Kind::Pass,
        Kind::Settle,
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

/// What is known of an event's place among those of other threads.
///
/// Each object counts its changes. An operation takes its number while nothing can come
/// between: what gives something up before it does so, what gets something after it has
/// got it. So the numbers are the order in which things really happened, and no order
/// that they allow breaks a primitive's promise. Numbers may be missing: not all changes
/// are recorded.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Order {
    /// Nothing is known: it stands anywhere between its own thread's events.
    #[default]
    About,
    /// It is this change of its object.
    At(u32),
    /// It changed nothing, and came after this change and before the next.
    Between(u32),
    /// It came after this change, however long.
    After(u32),
    /// It changed a cell by this much in one atomic step, so it came after whatever wrote
    /// what it found.
    Adding(i32),
}

impl Order {
    /// As a tag and a number, as rings keep it.
    pub fn to_parts(self) -> (u8, u32) {
        match self {
            Order::About => (0, 0),
            Order::At(n) => (1, n),
            Order::Between(n) => (2, n),
            Order::After(n) => (3, n),
            Order::Adding(by) => (4, by.cast_unsigned()),
        }
    }

    /// The inverse of [`to_parts`](Self::to_parts); what no order has is [`Order::About`].
    pub fn from_parts(tag: u8, number: u32) -> Order {
        match tag {
            1 => Order::At(number),
            2 => Order::Between(number),
            3 => Order::After(number),
            4 => Order::Adding(number.cast_signed()),
            _ => Order::About,
        }
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
    pub order: Order,
    /// Nanoseconds since the run began, where a clock was read.
    pub at: Option<u64>,
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_kind_and_order_survives_its_bytes() {
        for kind in Kind::ALL {
            assert_eq!(Kind::from_u8(kind as u8), Some(kind));
        }
        assert_eq!(Kind::from_u8(0), None);
        for order in [
            Order::About,
            Order::At(u32::MAX),
            Order::Between(7),
            Order::After(0),
            Order::Adding(-3),
        ] {
            let (tag, number) = order.to_parts();
            assert_eq!(Order::from_parts(tag, number), order);
        }
        assert_eq!(Kind::from_u8(Kind::ALL.len() as u8 + 1), None);
    }
}
