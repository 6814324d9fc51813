//! Cases and kinds of bytes, and translate.

use super::super::{Error, Result};
use super::split::is_space;

pub fn lower(bytes: &[u8]) -> Vec<u8> {
    bytes.to_ascii_lowercase()
}

pub fn upper(bytes: &[u8]) -> Vec<u8> {
    bytes.to_ascii_uppercase()
}

pub fn swapcase(bytes: &[u8]) -> Vec<u8> {
    let swap = |b: &u8| match b.is_ascii_uppercase() {
        true => b.to_ascii_lowercase(),
        false => b.to_ascii_uppercase(),
    };
    bytes.iter().map(swap).collect()
}

pub fn capitalize(bytes: &[u8]) -> Vec<u8> {
    let mut out = bytes.to_ascii_lowercase();
    if let Some(first) = out.first_mut() {
        first.make_ascii_uppercase();
    }
    out
}

pub fn title(bytes: &[u8]) -> Vec<u8> {
    let mut inside = false;
    let letter = |b: &u8| {
        let letter = match inside {
            true => b.to_ascii_lowercase(),
            false => b.to_ascii_uppercase(),
        };
        inside = b.is_ascii_alphabetic();
        letter
    };
    bytes.iter().map(letter).collect()
}

fn all(bytes: &[u8], kind: impl Fn(&u8) -> bool) -> bool {
    !bytes.is_empty() && bytes.iter().all(kind)
}

pub fn is_alpha(bytes: &[u8]) -> bool {
    all(bytes, u8::is_ascii_alphabetic)
}

pub fn is_alnum(bytes: &[u8]) -> bool {
    all(bytes, u8::is_ascii_alphanumeric)
}

pub fn is_digit(bytes: &[u8]) -> bool {
    all(bytes, u8::is_ascii_digit)
}

pub fn is_whitespace(bytes: &[u8]) -> bool {
    all(bytes, |b| is_space(*b))
}

pub fn is_lower(bytes: &[u8]) -> bool {
    bytes.iter().any(u8::is_ascii_lowercase) && !bytes.iter().any(u8::is_ascii_uppercase)
}

pub fn is_upper(bytes: &[u8]) -> bool {
    bytes.iter().any(u8::is_ascii_uppercase) && !bytes.iter().any(u8::is_ascii_lowercase)
}

pub fn is_title(bytes: &[u8]) -> bool {
    bytes.iter().any(u8::is_ascii_alphabetic) && title(bytes) == bytes
}

/// `bytes.translate(table, removed)`; no table leaves bytes as they are.
pub fn translate(bytes: &[u8], table: Option<&[u8]>, removed: &[u8]) -> Result<Vec<u8>> {
    if table.is_some_and(|table| table.len() != 256) {
        return Err(Error::value(
            "translation table must be 256 characters long",
        ));
    }
    let kept = bytes.iter().filter(|b| !removed.contains(b));
    let mapped = kept.map(|b| table.map_or(*b, |table| table[usize::from(*b)]));
    Ok(mapped.collect())
}

/// `bytes.maketrans(from, to)`.
pub fn make_table(from: &[u8], to: &[u8]) -> Result<[u8; 256]> {
    if from.len() != to.len() {
        return Err(Error::value("maketrans arguments must have same length"));
    }
    let mut table = std::array::from_fn(|i| i as u8);
    for (from, to) in from.iter().zip(to) {
        table[usize::from(*from)] = *to;
    }
    Ok(table)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ascii_only() {
        assert_eq!(upper(b"a\xe9"), b"A\xe9");
        assert_eq!(title(b"it's a1b"), b"It'S A1B");
        assert_eq!(capitalize(b"aBC"), b"Abc");
        assert_eq!(swapcase(b"aB1"), b"Ab1");
        assert!(is_title(b"A1B") && !is_title(b"Ab aB") && !is_alpha(b"\xe9"));
        let table = make_table(b"ab", b"xy").unwrap();
        assert_eq!(translate(b"abcd", Some(&table), b"d").unwrap(), b"xyc");
    }
}
