//! str: text that never changes.

use std::hash::Hasher;
use std::sync::atomic::{AtomicI64, Ordering};

use compact_str::CompactString;
use siphasher::sip::SipHasher13;

/// Text, with what is asked of it again and again. Short text lies in the object itself.
pub struct Str {
    text: CompactString,
    /// In code points.
    len: usize,
    /// 0 until it is known.
    hash: AtomicI64,
}

impl From<CompactString> for Str {
    fn from(text: CompactString) -> Str {
        let len = if text.is_ascii() {
            text.len()
        } else {
            text.chars().count()
        };
        Str {
            text,
            len,
            hash: AtomicI64::new(0),
        }
    }
}

impl From<&str> for Str {
    fn from(text: &str) -> Str {
        Str::from(CompactString::from(text))
    }
}

impl Str {
    #[inline]
    pub fn as_str(&self) -> &str {
        &self.text
    }

    #[inline]
    pub fn len(&self) -> usize {
        self.len
    }

    pub fn is_empty(&self) -> bool {
        self.len == 0
    }

    #[inline]
    pub fn is_ascii(&self) -> bool {
        self.len == self.text.len()
    }

    /// Adds text at the end, where nobody else has this one.
    pub fn append(&mut self, more: &Str) {
        self.text.push_str(more.as_str());
        self.len += more.len;
        *self.hash.get_mut() = 0;
    }

    /// The code point at a position that exists.
    pub fn char_at(&self, at: usize) -> char {
        if self.is_ascii() {
            char::from(self.text.as_bytes()[at])
        } else {
            self.text.chars().nth(at).unwrap_or_default()
        }
    }

    /// CPython's hash with PYTHONHASHSEED=0, so that sets of text have its order, too.
    #[inline]
    pub fn hash(&self) -> i64 {
        let known = self.hash.load(Ordering::Relaxed);
        if known != 0 {
            return known;
        }
        let hash = hash_bytes(self);
        self.hash.store(hash, Ordering::Relaxed);
        hash
    }
}

/// CPython hashes the characters as it stores them: in one, two or four bytes each.
fn hash_bytes(text: &Str) -> i64 {
    if text.is_ascii() {
        return hash(text.text.as_bytes());
    }
    let widest = text.text.chars().max().unwrap_or_default() as u32;
    let width = match widest {
        0..=0xff => 1,
        0x100..=0xffff => 2,
        _ => 4,
    };
    let wide = |c: char| (c as u32).to_le_bytes().into_iter().take(width);
    hash(&text.text.chars().flat_map(wide).collect::<Vec<_>>())
}

/// CPython's hash of bytes: SipHash-1-3, with a key of zeros.
pub fn hash(bytes: &[u8]) -> i64 {
    if bytes.is_empty() {
        return 0;
    }
    let mut hasher = SipHasher13::new_with_keys(0, 0);
    hasher.write(bytes);
    match hasher.finish() as i64 {
        -1 => -2,
        hash => hash,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// PYTHONHASHSEED=0 python3.11 -c 'print(hash("a"), hash("é"), hash("€uro"))'
    #[test]
    fn hashes_are_cpythons() {
        assert_eq!(Str::from("a").hash(), 4_644_417_185_603_328_019);
        assert_eq!(Str::from("é").hash(), 6_047_309_291_227_476_195);
        assert_eq!(Str::from("€uro").hash(), 7_542_247_858_446_192_590);
        assert_eq!(Str::from("").hash(), 0);
    }
}
