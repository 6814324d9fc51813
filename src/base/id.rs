//! The small numbers by which a run names its threads and its objects.

use std::fmt;

use crate::words::event;

/// A thread of a run, in the order of starting: 0 is the main thread.
#[derive(
    Clone,
    Copy,
    Debug,
    Default,
    PartialEq,
    Eq,
    PartialOrd,
    Ord,
    Hash,
    borsh::BorshSerialize,
    borsh::BorshDeserialize,
    serde::Serialize,
)]
pub struct ThreadId(pub u16);

impl ThreadId {
    pub const MAIN: ThreadId = ThreadId(0);

    pub fn index(self) -> usize {
        usize::from(self.0)
    }

    /// The thread as a word in shared memory, where 0 means "nobody".
    pub fn to_word(self) -> u32 {
        u32::from(self.0) + 1
    }

    /// The inverse of [`to_word`](Self::to_word); `None` for "nobody" and for
    /// words that no thread could have written.
    pub fn from_word(word: u32) -> Option<ThreadId> {
        let index = word.checked_sub(1)?;
        u16::try_from(index).ok().map(ThreadId)
    }
}

impl fmt::Display for ThreadId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&event::thread(self.0))
    }
}

/// A primitive or shared cell of a run, in the order of creation.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct ObjectId(pub u16);

impl ObjectId {
    /// What an event names that concerns no object, and the id of objects that
    /// found the run's table full.
    pub const NONE: ObjectId = ObjectId(u16::MAX);
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_word_of_zero_is_nobody() {
        assert_eq!(ThreadId::from_word(0), None);
        assert_eq!(ThreadId::from_word(u32::MAX), None);
        assert_eq!(
            ThreadId::from_word(ThreadId(7).to_word()),
            Some(ThreadId(7))
        );
    }
}
