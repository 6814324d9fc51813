//! split, strip, partition and splitlines of bytes.

use super::super::{Error, Result};
use super::find::{first, last};

/// ASCII's white space; without the separators that str counts, too.
pub fn is_space(byte: u8) -> bool {
    matches!(byte, b' ' | b'\t'..=b'\r')
}

fn most(max: i64) -> usize {
    usize::try_from(max).unwrap_or(usize::MAX)
}

fn checked(separator: &[u8]) -> Result<()> {
    if separator.is_empty() {
        return Err(Error::value("empty separator"));
    }
    Ok(())
}

/// `bytes.split(None, max)`.
pub fn split_space(bytes: &[u8], max: i64) -> Vec<&[u8]> {
    let mut out = Vec::new();
    let mut rest = lstrip(bytes, None);
    while !rest.is_empty() {
        match rest.iter().position(|b| is_space(*b)) {
            Some(end) if out.len() < most(max) => {
                out.push(&rest[..end]);
                rest = lstrip(&rest[end..], None);
            }
            _ => {
                out.push(rest);
                break;
            }
        }
    }
    out
}

/// `bytes.rsplit(None, max)`.
pub fn rsplit_space(bytes: &[u8], max: i64) -> Vec<&[u8]> {
    let mut out = Vec::new();
    let mut rest = rstrip(bytes, None);
    while !rest.is_empty() {
        match rest.iter().rposition(|b| is_space(*b)) {
            Some(at) if out.len() < most(max) => {
                out.push(&rest[at + 1..]);
                rest = rstrip(&rest[..at], None);
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

/// `bytes.split(separator, max)`.
pub fn split<'a>(bytes: &'a [u8], separator: &[u8], max: i64) -> Result<Vec<&'a [u8]>> {
    checked(separator)?;
    let mut out = Vec::new();
    let mut rest = bytes;
    while out.len() < most(max)
        && let Some(at) = first(rest, separator)
    {
        out.push(&rest[..at]);
        rest = &rest[at + separator.len()..];
    }
    out.push(rest);
    Ok(out)
}

/// `bytes.rsplit(separator, max)`.
pub fn rsplit<'a>(bytes: &'a [u8], separator: &[u8], max: i64) -> Result<Vec<&'a [u8]>> {
    checked(separator)?;
    let mut out = Vec::new();
    let mut rest = bytes;
    while out.len() < most(max)
        && let Some(at) = last(rest, separator)
    {
        out.push(&rest[at + separator.len()..]);
        rest = &rest[..at];
    }
    out.push(rest);
    out.reverse();
    Ok(out)
}

/// `bytes.partition(separator)`.
pub fn partition<'a>(bytes: &'a [u8], separator: &'a [u8]) -> Result<[&'a [u8]; 3]> {
    checked(separator)?;
    Ok(match first(bytes, separator) {
        Some(at) => [&bytes[..at], separator, &bytes[at + separator.len()..]],
        None => [bytes, b"", b""],
    })
}

/// `bytes.rpartition(separator)`.
pub fn rpartition<'a>(bytes: &'a [u8], separator: &'a [u8]) -> Result<[&'a [u8]; 3]> {
    checked(separator)?;
    Ok(match last(bytes, separator) {
        Some(at) => [&bytes[..at], separator, &bytes[at + separator.len()..]],
        None => [b"", b"", bytes],
    })
}

/// `bytes.splitlines(keep)`: at `\n`, `\r` and both.
pub fn split_lines(bytes: &[u8], keep: bool) -> Vec<&[u8]> {
    let mut out = Vec::new();
    let mut rest = bytes;
    while !rest.is_empty() {
        let end = rest.iter().position(|b| matches!(b, b'\n' | b'\r'));
        let end = end.unwrap_or(rest.len());
        let next = match rest[end..].starts_with(b"\r\n") {
            true => end + 2,
            false => rest.len().min(end + 1),
        };
        out.push(&rest[..if keep { next } else { end }]);
        rest = &rest[next..];
    }
    out
}

/// `bytes.strip(chars)`; white space for `None`.
pub fn strip<'a>(bytes: &'a [u8], chars: Option<&[u8]>) -> &'a [u8] {
    lstrip(rstrip(bytes, chars), chars)
}

fn stripped(byte: u8, chars: Option<&[u8]>) -> bool {
    chars.map_or_else(|| is_space(byte), |chars| chars.contains(&byte))
}

pub fn lstrip<'a>(bytes: &'a [u8], chars: Option<&[u8]>) -> &'a [u8] {
    let start = bytes.iter().position(|b| !stripped(*b, chars));
    &bytes[start.unwrap_or(bytes.len())..]
}

pub fn rstrip<'a>(bytes: &'a [u8], chars: Option<&[u8]>) -> &'a [u8] {
    let end = bytes.iter().rposition(|b| !stripped(*b, chars));
    &bytes[..end.map_or(0, |end| end + 1)]
}

pub fn remove_prefix<'a>(bytes: &'a [u8], prefix: &[u8]) -> &'a [u8] {
    bytes.strip_prefix(prefix).unwrap_or(bytes)
}

pub fn remove_suffix<'a>(bytes: &'a [u8], suffix: &[u8]) -> &'a [u8] {
    bytes.strip_suffix(suffix).unwrap_or(bytes)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn as_python_splits_them() {
        let words: [&[u8]; 2] = [b"a", b"b"];
        assert_eq!(split_space(b" a \x0bb\t", -1), words);
        let rest: [&[u8]; 2] = [b" a", b"b"];
        assert_eq!(rsplit_space(b" a b ", 1), rest);
        let parts: [&[u8]; 3] = [b"a", b"", b"b,"];
        assert_eq!(split(b"a,,b,", b",", 2).unwrap(), parts);
        let parts: [&[u8]; 3] = [b"a,", b"b", b""];
        assert_eq!(rsplit(b"a,,b,", b",", 2).unwrap(), parts);
        let lines: [&[u8]; 3] = [b"a\r\n", b"\n", b"b"];
        assert_eq!(split_lines(b"a\r\n\nb", true), lines);
        assert_eq!(strip(b" \x1c ", None), b"\x1c");
        assert_eq!(strip(b"xyax", Some(b"xy")), b"a");
        assert_eq!(split(b"a", b"", -1).unwrap_err().text, "empty separator");
    }
}
