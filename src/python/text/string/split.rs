//! split, rsplit, partition, rpartition: `Objects/stringlib/split.h` and `partition.h`.

use super::super::chars::is_space;
use super::super::{Error, Result};

/// At most so many splits; a negative number is no limit.
fn most(max: i64) -> usize {
    usize::try_from(max).unwrap_or(usize::MAX)
}

/// `text.split(None, max)`.
pub fn split_space(text: &str, max: i64) -> Vec<&str> {
    let mut out = Vec::new();
    let mut rest = text.trim_start_matches(is_space);
    while !rest.is_empty() {
        match rest.find(is_space) {
            Some(end) if out.len() < most(max) => {
                out.push(&rest[..end]);
                rest = rest[end..].trim_start_matches(is_space);
            }
            _ => {
                // The last part keeps its white space only if the splits are used up.
                out.push(rest);
                break;
            }
        }
    }
    out
}

/// `text.rsplit(None, max)`.
pub fn rsplit_space(text: &str, max: i64) -> Vec<&str> {
    let mut out = Vec::new();
    let mut rest = text.trim_end_matches(is_space);
    while !rest.is_empty() {
        let space = rest.char_indices().rev().find(|(_, c)| is_space(*c));
        match space {
            Some((at, c)) if out.len() < most(max) => {
                out.push(&rest[at + c.len_utf8()..]);
                rest = rest[..at].trim_end_matches(is_space);
            }
            _ => {
                out.push(rest);
                break;
            }
        }
    }
    out.reverse();
    out
}

fn checked(separator: &str) -> Result<()> {
    if separator.is_empty() {
        return Err(Error::value("empty separator"));
    }
    Ok(())
}

/// `text.split(separator, max)`.
pub fn split<'a>(text: &'a str, separator: &str, max: i64) -> Result<Vec<&'a str>> {
    checked(separator)?;
    let parts = most(max).saturating_add(1);
    Ok(text.splitn(parts, separator).collect())
}

/// `text.rsplit(separator, max)`.
pub fn rsplit<'a>(text: &'a str, separator: &str, max: i64) -> Result<Vec<&'a str>> {
    checked(separator)?;
    let parts = most(max).saturating_add(1);
    let mut out: Vec<_> = text.rsplitn(parts, separator).collect();
    out.reverse();
    Ok(out)
}

/// `text.partition(separator)`.
pub fn partition<'a>(text: &'a str, separator: &'a str) -> Result<[&'a str; 3]> {
    checked(separator)?;
    Ok(match text.split_once(separator) {
        Some((before, after)) => [before, separator, after],
        None => [text, "", ""],
    })
}

/// `text.rpartition(separator)`.
pub fn rpartition<'a>(text: &'a str, separator: &'a str) -> Result<[&'a str; 3]> {
    checked(separator)?;
    Ok(match text.rsplit_once(separator) {
        Some((before, after)) => [before, separator, after],
        None => ["", "", text],
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn at_white_space() {
        let rows = [
            (" a  b ", -1, &["a", "b"] as &[_], &["a", "b"] as &[_]),
            (" a  b ", 0, &["a  b "] as &[_], &[" a  b"] as &[_]),
            (" a  b ", 1, &["a", "b "] as &[_], &[" a", "b"] as &[_]),
            ("", -1, &[] as &[_], &[] as &[_]),
            ("", 0, &[] as &[_], &[] as &[_]),
            ("", 1, &[] as &[_], &[] as &[_]),
            (" ", -1, &[] as &[_], &[] as &[_]),
            (" ", 0, &[] as &[_], &[] as &[_]),
            (" ", 1, &[] as &[_], &[] as &[_]),
            ("a", -1, &["a"] as &[_], &["a"] as &[_]),
            ("a", 0, &["a"] as &[_], &["a"] as &[_]),
            ("a", 1, &["a"] as &[_], &["a"] as &[_]),
            (
                "a b c",
                -1,
                &["a", "b", "c"] as &[_],
                &["a", "b", "c"] as &[_],
            ),
            ("a b c", 0, &["a b c"] as &[_], &["a b c"] as &[_]),
            ("a b c", 1, &["a", "b c"] as &[_], &["a b", "c"] as &[_]),
            (
                "\u{1c} a\u{2003}b\u{a0}",
                -1,
                &["a", "b"] as &[_],
                &["a", "b"] as &[_],
            ),
            (
                "\u{1c} a\u{2003}b\u{a0}",
                0,
                &["a\u{2003}b\u{a0}"] as &[_],
                &["\u{1c} a\u{2003}b"] as &[_],
            ),
            (
                "\u{1c} a\u{2003}b\u{a0}",
                1,
                &["a", "b\u{a0}"] as &[_],
                &["\u{1c} a", "b"] as &[_],
            ),
        ];
        for (text, max, left, right) in rows {
            assert_eq!(split_space(text, max), left, "{text:?}.split(None, {max})");
            assert_eq!(
                rsplit_space(text, max),
                right,
                "{text:?}.rsplit(None, {max})"
            );
        }
    }

    #[test]
    fn at_separators() {
        let rows = [
            (
                "a,b,,c",
                ",",
                -1,
                &["a", "b", "", "c"] as &[_],
                &["a", "b", "", "c"] as &[_],
            ),
            (
                "a,b,,c",
                ",",
                1,
                &["a", "b,,c"] as &[_],
                &["a,b,", "c"] as &[_],
            ),
            ("aaa", "aa", -1, &["", "a"] as &[_], &["a", ""] as &[_]),
            ("aaa", "aa", 1, &["", "a"] as &[_], &["a", ""] as &[_]),
            ("", ",", -1, &[""] as &[_], &[""] as &[_]),
            ("", ",", 1, &[""] as &[_], &[""] as &[_]),
            ("é€é", "€", -1, &["é", "é"] as &[_], &["é", "é"] as &[_]),
            ("é€é", "€", 1, &["é", "é"] as &[_], &["é", "é"] as &[_]),
        ];
        for (text, separator, max, left, right) in rows {
            assert_eq!(split(text, separator, max).unwrap(), left);
            assert_eq!(rsplit(text, separator, max).unwrap(), right);
        }
        assert_eq!(partition("a=b=c", "=").unwrap(), ["a", "=", "b=c"]);
        assert_eq!(rpartition("a=b=c", "=").unwrap(), ["a=b", "=", "c"]);
        assert_eq!(partition("abc", "=").unwrap(), ["abc", "", ""]);
        assert_eq!(rpartition("abc", "=").unwrap(), ["", "", "abc"]);
        assert_eq!(split("a", "", -1).unwrap_err().text, "empty separator");
    }
}
