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
    // Rust's grammar is C's without hexadecimals, which Python's is, too.
    ascii.parse().ok()
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
