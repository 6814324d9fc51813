//! Searching in bytes. `start` and `end` are as in [`string::find`](super::super::string::find).

use super::super::slice::clip;
use super::super::{Error, Result, check};

/// Where the needle begins first.
pub(super) fn first(bytes: &[u8], needle: &[u8]) -> Option<usize> {
    let Some((head, _)) = needle.split_first() else {
        return Some(0);
    };
    let last = bytes.len().checked_sub(needle.len())?;
    let mut at = 0;
    while at <= last {
        at += bytes[at..=last].iter().position(|b| b == head)?;
        if bytes[at..].starts_with(needle) {
            return Some(at);
        }
        at += 1;
    }
    None
}

/// Where the needle begins last.
pub(super) fn last(bytes: &[u8], needle: &[u8]) -> Option<usize> {
    let last = bytes.len().checked_sub(needle.len())?;
    (0..=last).rev().find(|at| bytes[*at..].starts_with(needle))
}

/// The part between `start` and `end`, and where it begins.
fn part(bytes: &[u8], start: i64, end: i64) -> Option<(usize, &[u8])> {
    let (start, end) = clip(start, end, bytes.len())?;
    Some((start, &bytes[start..end]))
}

/// `bytes.find(needle, start, end)`; `None` for -1.
pub fn find(bytes: &[u8], needle: &[u8], start: i64, end: i64) -> Option<usize> {
    let (offset, part) = part(bytes, start, end)?;
    Some(offset + first(part, needle)?)
}

/// `bytes.rfind(needle, start, end)`; `None` for -1.
pub fn rfind(bytes: &[u8], needle: &[u8], start: i64, end: i64) -> Option<usize> {
    let (offset, part) = part(bytes, start, end)?;
    Some(offset + last(part, needle)?)
}

/// What `index` and `rindex` raise for `None`.
pub fn index(found: Option<usize>) -> Result<usize> {
    found.ok_or_else(|| Error::value("subsection not found"))
}

/// `needle in bytes`.
pub fn contains(bytes: &[u8], needle: &[u8]) -> bool {
    first(bytes, needle).is_some()
}

/// Where the needle begins, without overlaps; an empty one before, between and after all.
fn matches<'a>(bytes: &'a [u8], needle: &'a [u8]) -> impl Iterator<Item = usize> + 'a {
    let mut from = 0;
    std::iter::from_fn(move || {
        let at = from + first(bytes.get(from..)?, needle)?;
        from = at + needle.len().max(1);
        Some(at)
    })
}

/// `bytes.count(needle, start, end)`.
pub fn count(bytes: &[u8], needle: &[u8], start: i64, end: i64) -> usize {
    part(bytes, start, end).map_or(0, |(_, part)| matches(part, needle).count())
}

/// `bytes.startswith(prefixes, start, end)`.
pub fn starts_with(bytes: &[u8], prefixes: &[&[u8]], start: i64, end: i64) -> bool {
    part(bytes, start, end).is_some_and(|(_, part)| prefixes.iter().any(|p| part.starts_with(p)))
}

/// `bytes.endswith(suffixes, start, end)`.
pub fn ends_with(bytes: &[u8], suffixes: &[&[u8]], start: i64, end: i64) -> bool {
    part(bytes, start, end).is_some_and(|(_, part)| suffixes.iter().any(|s| part.ends_with(s)))
}

/// `bytes.replace(old, new, count)`, of at most `limit` bytes; a negative count is all.
pub fn replace(bytes: &[u8], old: &[u8], new: &[u8], count: i64, limit: usize) -> Result<Vec<u8>> {
    let most = usize::try_from(count).unwrap_or(usize::MAX);
    let mut out = Vec::new();
    let mut done = 0;
    for at in matches(bytes, old).take(most) {
        check(out.len().saturating_add(new.len()), limit)?;
        out.extend(&bytes[done..at]);
        out.extend(new);
        done = at + old.len();
    }
    out.extend(&bytes[done..]);
    check(out.len(), limit)?;
    Ok(out)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn as_python_finds_them() {
        assert_eq!(find(b"abcabc", b"ca", 0, i64::MAX), Some(2));
        assert_eq!(rfind(b"abcabc", b"abc", 0, -1), Some(0));
        assert_eq!(find(b"abc", b"", 3, i64::MAX), Some(3));
        assert_eq!(find(b"abc", b"", 4, i64::MAX), None);
        assert_eq!(count(b"aaaa", b"aa", 0, i64::MAX), 2);
        assert_eq!(count(b"abc", b"", 0, i64::MAX), 4);
        assert_eq!(replace(b"abab", b"b", b"--", 1, 100).unwrap(), b"a--ab");
        assert_eq!(replace(b"ab", b"", b"-", -1, 100).unwrap(), b"-a-b-");
        assert_eq!(replace(b"ab", b"", b"-", -1, 4), Err(Error::memory()));
    }
}
