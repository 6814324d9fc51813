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
