//! `float(text)`: `PyFloat_FromString` in `Objects/floatobject.c`.

use super::super::string::repr;
use super::super::{Error, Result, chars};

pub fn parse(text: &str) -> Result<f64> {
    value(text).ok_or_else(|| invalid(&repr::repr(text)))
}

/// `float(bytes)`.
pub fn parse_bytes(bytes: &[u8]) -> Result<f64> {
    let text = str::from_utf8(bytes).ok().filter(|text| text.is_ascii());
    text.and_then(value)
        .ok_or_else(|| invalid(&repr::bytes(bytes)))
}

fn invalid(shown: &str) -> Error {
    Error::value(format!("could not convert string to float: {shown}"))
}

fn value(text: &str) -> Option<f64> {
    let text = text.trim_matches(chars::is_space);
    let mut ascii = String::with_capacity(text.len());
    let mut previous = ' ';
    let mut rest = text.chars().peekable();
    while let Some(c) = rest.next() {
        let digit = |c: char| chars::decimal(c).is_some();
        if c == '_' {
            if !digit(previous) || !rest.peek().is_some_and(|next| digit(*next)) {
                return None;
            }
        } else if let Some(value) = chars::decimal(c) {
            ascii.push(char::from_digit(value, 10)?);
        } else {
            ascii.push(c);
        }
        previous = c;
    }
    let (negative, rest) = match ascii.strip_prefix('-') {
        Some(rest) => (true, rest),
        None => (false, ascii.strip_prefix('+').unwrap_or(&ascii)),
    };
    let number = match rest.to_ascii_lowercase().as_str() {
        "inf" | "infinity" => f64::INFINITY,
        "nan" => f64::NAN,
        rest if is_decimal(rest) => of_decimal(rest),
        _ => return None,
    };
    Some(if negative { -number } else { number })
}

/// Digits with a point among them, perhaps, and an exponent.
fn is_decimal(text: &str) -> bool {
    let digits = |text: &str| text.bytes().all(|byte| byte.is_ascii_digit());
    let (mantissa, exponent) = text.split_once('e').unwrap_or((text, "0"));
    let (whole, decimals) = mantissa.split_once('.').unwrap_or((mantissa, ""));
    let exponent = exponent.strip_prefix(['+', '-']).unwrap_or(exponent);
    let is_empty = whole.is_empty() && decimals.is_empty() || exponent.is_empty();
    !is_empty && digits(whole) && digits(decimals) && digits(exponent)
}

/// The number that such a text is.
#[cfg(not(target_arch = "wasm32"))]
pub fn of_decimal(text: &str) -> f64 {
    text.parse().unwrap_or(f64::NAN)
}

/// The browser knows it, too: a table of ours would be 12 KB of the machine's module.
#[cfg(target_arch = "wasm32")]
pub fn of_decimal(text: &str) -> f64 {
    js_sys::parse_float(text)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn as_python_reads_them() {
        let rows = [
            ("1_0.5", "10.5"),
            (" inf ", "inf"),
            ("-Infinity", "-inf"),
            ("nan", "nan"),
            ("1e400", "inf"),
            ("1.e5", "100000.0"),
            (".5", "0.5"),
            ("٣.5", "3.5"),
            ("+1E-3", "0.001"),
            (
                "1_.5",
                "ValueError: could not convert string to float: '1_.5'",
            ),
            (
                "1._5",
                "ValueError: could not convert string to float: '1._5'",
            ),
            (".", "ValueError: could not convert string to float: '.'"),
            ("", "ValueError: could not convert string to float: ''"),
            (
                "0x1",
                "ValueError: could not convert string to float: '0x1'",
            ),
            ("1e", "ValueError: could not convert string to float: '1e'"),
            (
                "1e+",
                "ValueError: could not convert string to float: '1e+'",
            ),
            (
                "1e+-5",
                "ValueError: could not convert string to float: '1e+-5'",
            ),
            (
                "+-1",
                "ValueError: could not convert string to float: '+-1'",
            ),
            (
                "1.5.5",
                "ValueError: could not convert string to float: '1.5.5'",
            ),
            (
                ".e5",
                "ValueError: could not convert string to float: '.e5'",
            ),
            (
                "nan(1)",
                "ValueError: could not convert string to float: 'nan(1)'",
            ),
            (
                "1 2",
                "ValueError: could not convert string to float: '1 2'",
            ),
        ];
        for (text, result) in rows {
            let found = match parse(text) {
                Ok(x) => super::super::float_text::repr(x),
                Err(error) => format!("{}: {}", error.kind.name(), error.text),
            };
            assert_eq!(found, result, "float({text:?})");
        }
    }
}
