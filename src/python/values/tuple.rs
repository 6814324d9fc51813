//! tuple: values in a row that never changes.

use super::{Value, bury};

pub struct Tuple(Box<[Value]>);

impl Tuple {
    pub fn new(items: Box<[Value]>) -> Tuple {
        Tuple(items)
    }
}

impl std::ops::Deref for Tuple {
    type Target = [Value];

    #[inline]
    fn deref(&self) -> &[Value] {
        &self.0
    }
}

impl Drop for Tuple {
    fn drop(&mut self) {
        bury(std::mem::take(&mut self.0));
    }
}
