//! bytes: a sequence of bytes that never changes.

use super::string;

pub struct Bytes(Box<[u8]>);

impl Bytes {
    pub fn new(bytes: Box<[u8]>) -> Bytes {
        Bytes(bytes)
    }

    pub fn as_slice(&self) -> &[u8] {
        &self.0
    }

    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    pub fn hash(&self) -> i64 {
        string::hash(&self.0)
    }
}
