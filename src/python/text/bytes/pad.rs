//! center, ljust, rjust, zfill and expandtabs of bytes.

use super::super::string::pad::{left_of_center, missing};
use super::super::{Result, check};

fn pad(bytes: &[u8], left: usize, right: usize, fill: u8, limit: usize) -> Result<Vec<u8>> {
    check(
        bytes.len().saturating_add(left).saturating_add(right),
        limit,
    )?;
    let mut out = vec![fill; left];
    out.extend(bytes);
    out.resize(out.len() + right, fill);
    Ok(out)
}

/// `bytes.center(width, fill)`, of at most `limit` bytes, as all that follow.
pub fn center(bytes: &[u8], width: i64, fill: u8, limit: usize) -> Result<Vec<u8>> {
    let missing = missing(bytes.len(), width);
    let left = left_of_center(missing, width);
    pad(bytes, left, missing - left, fill, limit)
}

pub fn ljust(bytes: &[u8], width: i64, fill: u8, limit: usize) -> Result<Vec<u8>> {
    pad(bytes, 0, missing(bytes.len(), width), fill, limit)
}

pub fn rjust(bytes: &[u8], width: i64, fill: u8, limit: usize) -> Result<Vec<u8>> {
    pad(bytes, missing(bytes.len(), width), 0, fill, limit)
}

pub fn zfill(bytes: &[u8], width: i64, limit: usize) -> Result<Vec<u8>> {
    let zeros = missing(bytes.len(), width);
    let mut out = pad(bytes, zeros, 0, b'0', limit)?;
    if zeros > 0 && matches!(bytes.first(), Some(b'+' | b'-')) {
        out.swap(0, zeros);
    }
    Ok(out)
}

/// `bytes.expandtabs(size)`.
pub fn expand_tabs(bytes: &[u8], size: i64, limit: usize) -> Result<Vec<u8>> {
    let size = usize::try_from(size).unwrap_or(0);
    let mut out = Vec::new();
    let mut column = 0;
    for byte in bytes {
        match byte {
            b'\t' if size == 0 => {}
            b'\t' => {
                let spaces = size - column % size;
                check(out.len().saturating_add(spaces), limit)?;
                out.resize(out.len() + spaces, b' ');
                column += spaces;
            }
            byte => {
                out.push(*byte);
                column = if matches!(byte, b'\n' | b'\r') {
                    0
                } else {
                    column + 1
                };
            }
        }
    }
    check(out.len(), limit)?;
    Ok(out)
}
