//! center, ljust, rjust and zfill, of `Objects/unicodeobject.c`.

use super::super::{Result, check};

/// The text between so many fill characters, of at most `limit` bytes.
pub fn pad(text: &str, left: usize, right: usize, fill: char, limit: usize) -> Result<String> {
    let more = left.saturating_add(right).saturating_mul(fill.len_utf8());
    check(text.len().saturating_add(more), limit)?;
    let mut out = String::with_capacity(text.len() + more);
    out.extend(std::iter::repeat_n(fill, left));
    out.push_str(text);
    out.extend(std::iter::repeat_n(fill, right));
    Ok(out)
}

/// How many characters are missing to the width.
pub fn missing(len: usize, width: i64) -> usize {
    usize::try_from(width).unwrap_or(0).saturating_sub(len)
}

/// Of so many, those that `center` puts to the left: the odd one, if the width is odd.
pub fn left_of_center(missing: usize, width: i64) -> usize {
    let odd = missing % 2 == 1 && width % 2 != 0;
    missing / 2 + usize::from(odd)
}

/// `text.center(width, fill)`.
pub fn center(text: &str, width: i64, fill: char, limit: usize) -> Result<String> {
    let missing = missing(text.chars().count(), width);
    let left = left_of_center(missing, width);
    pad(text, left, missing - left, fill, limit)
}

/// `text.ljust(width, fill)`.
pub fn ljust(text: &str, width: i64, fill: char, limit: usize) -> Result<String> {
    pad(text, 0, missing(text.chars().count(), width), fill, limit)
}

/// `text.rjust(width, fill)`.
pub fn rjust(text: &str, width: i64, fill: char, limit: usize) -> Result<String> {
    pad(text, missing(text.chars().count(), width), 0, fill, limit)
}

/// `text.zfill(width)`: zeros after the sign.
pub fn zfill(text: &str, width: i64, limit: usize) -> Result<String> {
    let zeros = missing(text.chars().count(), width);
    let sign = if zeros > 0 && text.starts_with(['+', '-']) {
        &text[..1]
    } else {
        ""
    };
    let padded = pad(&text[sign.len()..], zeros, 0, '0', limit)?;
    Ok([sign, &padded].concat())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn as_python_pads_them() {
        let rows = [
            ("ab", 5, ["**ab*", "ab***", "***ab", "000ab"]),
            ("ab", 6, ["**ab**", "ab****", "****ab", "0000ab"]),
            ("abc", 6, ["*abc**", "abc***", "***abc", "000abc"]),
            ("é", 4, ["*é**", "é***", "***é", "000é"]),
            ("+1", 4, ["*+1*", "+1**", "**+1", "+001"]),
            ("-é", 1, ["-é", "-é", "-é", "-é"]),
            ("x", -3, ["x", "x", "x", "x"]),
        ];
        for (text, width, [centered, left, right, zeros]) in rows {
            assert_eq!(center(text, width, '*', 100).unwrap(), centered);
            assert_eq!(ljust(text, width, '*', 100).unwrap(), left);
            assert_eq!(rjust(text, width, '*', 100).unwrap(), right);
            assert_eq!(zfill(text, width, 100).unwrap(), zeros);
        }
        assert!(center("", i64::MAX, '€', 100).is_err());
    }
}
