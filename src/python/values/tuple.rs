//! tuple: values in a row that never changes.

use super::{Value, bury};

/// Pairs are so many that they lie in the tuple itself.
pub enum Tuple {
    Pair([Value; 2]),
    Many(Box<[Value]>),
}

impl Tuple {
    pub fn new(items: Box<[Value]>) -> Tuple {
        Tuple::Many(items)
    }
}

impl std::ops::Deref for Tuple {
    type Target = [Value];

    #[inline]
    fn deref(&self) -> &[Value] {
        match self {
            Tuple::Pair(items) => items,
            Tuple::Many(items) => items,
        }
    }
}

impl Drop for Tuple {
    fn drop(&mut self) {
        match self {
            Tuple::Pair(items) => bury(std::mem::take(items)),
            Tuple::Many(items) => bury(std::mem::take(items)),
        }
    }
}
