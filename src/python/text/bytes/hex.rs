//! `bytes.hex` (`Python/pystrhex.c`) and `bytes.fromhex`.

use super::super::{Error, Result};
use super::split::is_space;

/// `bytes.hex()`, or `bytes.hex(separator, group)`: groups are counted from the right, from
/// the left if negative.
pub fn hex(bytes: &[u8], separator: Option<(char, i64)>) -> Result<String> {
    const DIGITS: &[u8; 16] = b"0123456789abcdef";
    let (separator, group) = separator.unwrap_or((':', 0));
    if !separator.is_ascii() {
        return Err(Error::value("sep must be ASCII."));
    }
    let size = usize::try_from(group.unsigned_abs()).unwrap_or(usize::MAX);
    let mut out = String::with_capacity(bytes.len() * 2);
    for (at, byte) in bytes.iter().enumerate() {
        let place = if group > 0 { bytes.len() - at } else { at };
        if at > 0 && size > 0 && place % size == 0 {
            out.push(separator);
        }
        out.push(char::from(DIGITS[usize::from(byte >> 4)]));
        out.push(char::from(DIGITS[usize::from(byte & 15)]));
    }
    Ok(out)
}

/// `bytes.fromhex(text)`.
pub fn from_hex(text: &str) -> Result<Vec<u8>> {
    let mut out = Vec::new();
    let mut rest = text.chars().enumerate().peekable();
    let wrong = |at: usize| {
        Error::value(format!(
            "non-hexadecimal number found in fromhex() arg at position {at}"
        ))
    };
    if let Some(at) = text.chars().position(|c| !c.is_ascii()) {
        return Err(wrong(at));
    }
    while let Some((at, c)) = rest.next() {
        if u8::try_from(c).is_ok_and(is_space) {
            continue;
        }
        let high = c.to_digit(16).ok_or_else(|| wrong(at))?;
        let low = rest.next().and_then(|(_, c)| c.to_digit(16));
        let low = low.ok_or_else(|| wrong(at + 1))?;
        out.push((high * 16 + low) as u8);
    }
    Ok(out)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn as_python_spells_them() {
        let bytes = [0x0a, 0xff, 0x00, 0x7b];
        assert_eq!(hex(&bytes, None).unwrap(), "0aff007b");
        assert_eq!(hex(&bytes, Some((':', 1))).unwrap(), "0a:ff:00:7b");
        assert_eq!(hex(&bytes, Some((' ', 3))).unwrap(), "0a ff007b");
        assert_eq!(hex(&bytes, Some((' ', -3))).unwrap(), "0aff00 7b");
        assert_eq!(from_hex(" 0a FF\n").unwrap(), [10, 255]);
        let text = "non-hexadecimal number found in fromhex() arg at position 1";
        assert_eq!(from_hex("0g").unwrap_err().text, text);
    }
}
