//! `int(text, base)`: `PyLong_FromUnicodeObject` in `Objects/longobject.c`.

use num_bigint::BigInt;
use num_traits::Num;

use super::super::string::repr;
use super::super::{Error, Result, chars};
use super::Integer;
use super::int_text::MAX_DIGITS;

/// As much of a text as an error shows.
const SHOWN: usize = 200;

/// `int(text, base)`, where base 0 goes by the prefix.
pub fn parse(text: &str, base: i64) -> Result<Integer> {
    parse_shown(text, base, || repr::repr(text))
}

/// `int(bytes, base)`.
pub fn parse_bytes(bytes: &[u8], base: i64) -> Result<Integer> {
    let text: String = bytes.iter().map(|b| char::from(*b)).collect();
    let text = if text.is_ascii() { &text } else { "" };
    parse_shown(text, base, || repr::bytes(bytes))
}

fn parse_shown(text: &str, base: i64, shown: impl Fn() -> String) -> Result<Integer> {
    if base != 0 && !(2..=36).contains(&base) {
        return Err(Error::value("int() base must be >= 2 and <= 36, or 0"));
    }
    if base == 10
        && let Some(small) = short(text)
    {
        return Ok(small.into());
    }
    let invalid = || {
        let shown: String = shown().chars().take(SHOWN).collect();
        Error::value(format!(
            "invalid literal for int() with base {base}: {shown}"
        ))
    };
    let text = text.trim_matches(chars::is_space);
    let (negative, text) = match text.strip_prefix('-') {
        Some(rest) => (true, rest),
        None => (false, text.strip_prefix('+').unwrap_or(text)),
    };
    let (base, text) = without_prefix(text, base).ok_or_else(invalid)?;
    let digits = digits(text, base).ok_or_else(invalid)?;
    if digits.len() > MAX_DIGITS && !base.is_power_of_two() {
        return Err(Error::value(format!(
            "Exceeds the limit ({MAX_DIGITS} digits) for integer string conversion: \
             value has {} digits; use sys.set_int_max_str_digits() to increase the limit",
            digits.len()
        )));
    }
    let size = BigInt::from_str_radix(&digits, base).map_err(|_| invalid())?;
    Ok(if negative { -size } else { size }.into())
}

/// The usual case: up to 18 ASCII digits, and perhaps a sign.
fn short(text: &str) -> Option<i64> {
    let digits = text.strip_prefix('-').unwrap_or(text);
    let plain = digits.bytes().all(|b| b.is_ascii_digit());
    (plain && (1..=18).contains(&digits.len()))
        .then(|| text.parse().ok())
        .flatten()
}

/// The base, and the text after `0x`, `0o` or `0b`. `None` for a number like `010` that
/// wants its base guessed.
fn without_prefix(text: &str, base: i64) -> Option<(u32, &str)> {
    let prefixed = text.get(..2).and_then(|prefix| match prefix {
        "0x" | "0X" => Some(16),
        "0o" | "0O" => Some(8),
        "0b" | "0B" => Some(2),
        _ => None,
    });
    if let Some(found) = prefixed
        && (base == 0 || base == i64::from(found))
    {
        let rest = &text[2..];
        return Some((found, rest.strip_prefix('_').unwrap_or(rest)));
    }
    if base == 0 {
        let zero = text
            .chars()
            .all(|c| c == '_' || chars::decimal(c) == Some(0));
        let octal_of_old = text.chars().next().and_then(chars::decimal) == Some(0);
        return (!octal_of_old || zero).then_some((10, text));
    }
    Some((u32::try_from(base).ok()?, text))
}

/// The digits without single underscores between them.
fn digits(text: &str, base: u32) -> Option<String> {
    let mut out = String::new();
    let mut underscore = true;
    for c in text.chars() {
        if c == '_' {
            if underscore {
                return None;
            }
            underscore = true;
            continue;
        }
        let ascii = match chars::decimal(c) {
            Some(value) => char::from_digit(value, 10)?,
            None => c,
        };
        ascii.to_digit(base)?;
        out.push(ascii);
        underscore = false;
    }
    (!underscore).then_some(out)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn shown(result: Result<Integer>) -> String {
        match result {
            Ok(found) => found.into_big().to_string(),
            Err(error) => format!("{}: {}", error.kind.name(), error.text),
        }
    }

    #[test]
    fn as_python_reads_them() {
        let rows = [
            (" 12\n", 10, "12"),
            ("-0x1f", 16, "-31"),
            ("0b101", 0, "5"),
            ("0o17", 0, "15"),
            ("0x_ff", 0, "255"),
            ("1_000", 10, "1000"),
            ("z", 36, "35"),
            ("٣", 10, "3"),
            ("-0", 10, "0"),
            ("00", 0, "0"),
            (
                "010",
                0,
                "ValueError: invalid literal for int() with base 0: '010'",
            ),
            (
                "1__0",
                10,
                "ValueError: invalid literal for int() with base 10: '1__0'",
            ),
            (
                "_1",
                10,
                "ValueError: invalid literal for int() with base 10: '_1'",
            ),
            (
                "1_",
                10,
                "ValueError: invalid literal for int() with base 10: '1_'",
            ),
            (
                "",
                10,
                "ValueError: invalid literal for int() with base 10: ''",
            ),
            (
                "+",
                10,
                "ValueError: invalid literal for int() with base 10: '+'",
            ),
            (
                "0x",
                16,
                "ValueError: invalid literal for int() with base 16: '0x'",
            ),
            (
                "12a",
                10,
                "ValueError: invalid literal for int() with base 10: '12a'",
            ),
            (
                "1",
                1,
                "ValueError: int() base must be >= 2 and <= 36, or 0",
            ),
            (
                "1",
                37,
                "ValueError: int() base must be >= 2 and <= 36, or 0",
            ),
            ("99999999999999999999", 10, "99999999999999999999"),
            (
                "1\u{0}",
                10,
                "ValueError: invalid literal for int() with base 10: '1\\x00'",
            ),
        ];
        for (text, base, result) in rows {
            assert_eq!(shown(parse(text, base)), result, "int({text:?}, {base})");
        }
        assert_eq!(
            shown(parse_bytes(b"\xff", 10)),
            "ValueError: invalid literal for int() with base 10: b'\\xff'"
        );
        assert!(shown(parse(&"1".repeat(4301), 10)).contains("value has 4301 digits"));
        assert!(parse(&"1".repeat(4301), 16).is_ok());
    }
}
