//! Searching: find, index, count, replace, startswith and kin, of `Objects/unicodeobject.c`
//! and `Objects/stringlib/find.h`.
//!
//! `start` and `end` are code points as Python takes them: negative ones count from the end,
//! 0 and `i64::MAX` are the defaults.

use super::super::slice::clip;
use super::super::{Error, Result, check};
use super::Text;

/// The part between `start` and `end`, and the offset in bytes at which it begins; `None` if
/// `start` lies behind `end`, where not even empty text is found.
fn part(text: Text<'_>, start: i64, end: i64) -> Option<(usize, &str)> {
    let (start, end) = clip(start, end, text.len())?;
    Some((text.offset(start), text.part(start, end)))
}

/// `text.find(needle, start, end)`; `None` for -1.
pub fn find(text: Text, needle: &str, start: i64, end: i64) -> Option<usize> {
    let (offset, part) = part(text, start, end)?;
    Some(text.index(offset + part.find(needle)?))
}

/// `text.rfind(needle, start, end)`; `None` for -1.
pub fn rfind(text: Text, needle: &str, start: i64, end: i64) -> Option<usize> {
    let (offset, part) = part(text, start, end)?;
    Some(text.index(offset + part.rfind(needle)?))
}

/// What `index` and `rindex` raise for `None`.
pub fn index(found: Option<usize>) -> Result<usize> {
    found.ok_or_else(|| Error::value("substring not found"))
}

/// `text.count(needle, start, end)`.
pub fn count(text: Text, needle: &str, start: i64, end: i64) -> usize {
    part(text, start, end).map_or(0, |(_, part)| part.matches(needle).count())
}

/// `text.startswith(prefixes, start, end)`.
pub fn starts_with(text: Text, prefixes: &[&str], start: i64, end: i64) -> bool {
    part(text, start, end).is_some_and(|(_, part)| prefixes.iter().any(|p| part.starts_with(p)))
}

/// `text.endswith(suffixes, start, end)`.
pub fn ends_with(text: Text, suffixes: &[&str], start: i64, end: i64) -> bool {
    part(text, start, end).is_some_and(|(_, part)| suffixes.iter().any(|s| part.ends_with(s)))
}

/// `text.replace(old, new, count)`, of at most `limit` bytes; a negative count is all.
pub fn replace(text: &str, old: &str, new: &str, count: i64, limit: usize) -> Result<String> {
    let most = usize::try_from(count).unwrap_or(usize::MAX);
    let found = text.matches(old).take(most).count();
    let size = (text.len() - found * old.len()).saturating_add(found.saturating_mul(new.len()));
    check(size, limit)?;
    Ok(text.replacen(old, new, found))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn as_python_finds_them() {
        let rows = [
            ("abcabc", "bc", 0, i64::MAX, 1, 4, 2),
            ("abcabc", "bc", 2, i64::MAX, 4, 4, 1),
            ("abcabc", "bc", -3, -1, -1, -1, 0),
            ("abc", "", 3, i64::MAX, 3, 3, 1),
            ("abc", "", 4, i64::MAX, -1, -1, 0),
            ("é€😀é", "é", 1, i64::MAX, 3, 3, 1),
            ("é€😀é", "😀", -2, 9, 2, 2, 1),
            ("abc", "d", 0, i64::MAX, -1, -1, 0),
            ("aaa", "a", -99, 2, 0, 1, 2),
        ];
        for (text, needle, start, end, first, last, times) in rows {
            let text = Text::from(text);
            let number = |found: Option<usize>| found.map_or(-1, |at| at as i64);
            assert_eq!(number(find(text, needle, start, end)), first, "{text:?}");
            assert_eq!(number(rfind(text, needle, start, end)), last, "{text:?}");
            assert_eq!(count(text, needle, start, end), times, "{text:?}");
        }
        assert!(starts_with(Text::from("abc"), &["x", "bc"], 1, i64::MAX));
        assert!(!ends_with(Text::from("abc"), &["c"], 0, -1));
    }

    #[test]
    fn replaced() {
        let replace = |count, limit| replace("aXbXc", "X", "--", count, limit);
        assert_eq!(replace(-1, 100).unwrap(), "a--b--c");
        assert_eq!(replace(1, 100).unwrap(), "a--bXc");
        assert_eq!(replace(-1, 6), Err(Error::memory()));
        assert_eq!(super::replace("aé", "", "-", -1, 100).unwrap(), "-a-é-");
        assert_eq!(super::replace("aé", "", "-", 2, 100).unwrap(), "-a-é");
    }
}
