//! `format(text, spec)`: `format_string_internal` in `Python/formatter_unicode.c`.

use super::super::{Error, Result};
use super::layout;
use super::spec::{Align, Spec};

/// `format(text, spec)`, of at most `limit` bytes; `of` is the type's name.
pub fn format(text: &str, spec: &str, of: &str, limit: usize) -> Result<String> {
    if spec.is_empty() {
        return Ok(text.to_owned());
    }
    let spec = Spec::parse(spec, Align::Left, of)?;
    if let Some(kind) = spec.kind
        && kind != 's'
    {
        return Err(Spec::unknown(kind, of));
    }
    let refused = match spec {
        Spec {
            grouping: Some(c), ..
        } => return Err(Error::value(format!("Cannot specify '{c}' with 's'."))),
        Spec {
            sign: Some(' '), ..
        } => "Space not allowed in string format specifier",
        Spec { sign: Some(_), .. } => "Sign not allowed in string format specifier",
        Spec {
            no_negative_zero: true,
            ..
        } => "Negative zero coercion (z) not allowed in string format specifier",
        Spec {
            alternate: true, ..
        } => "Alternate form (#) not allowed in string format specifier",
        Spec {
            align: Align::AfterSign,
            ..
        } => "'=' alignment not allowed in string format specifier",
        _ => "",
    };
    if !refused.is_empty() {
        return Err(Error::value(refused));
    }
    layout::text(cut(text, spec.precision), &spec, limit)
}

/// The first so many characters.
pub fn cut(text: &str, precision: Option<usize>) -> &str {
    let end = precision.and_then(|n| text.char_indices().nth(n));
    end.map_or(text, |(end, _)| &text[..end])
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn texts() {
        let rows = [
            ("abc", "5", "abc  "),
            ("abc", ">5", "  abc"),
            ("abc", "^6", " abc  "),
            ("abcdef", ".2", "ab"),
            ("é€", "*^4", "*é€*"),
            ("a", "05", "a0000"),
            ("a", "d", "Unknown format code 'd' for object of type 'str'"),
            ("a", "+", "Sign not allowed in string format specifier"),
            ("a", " ", "Space not allowed in string format specifier"),
            (
                "a",
                "#",
                "Alternate form (#) not allowed in string format specifier",
            ),
            (
                "a",
                "z",
                "Negative zero coercion (z) not allowed in string format specifier",
            ),
            (
                "a",
                "=5",
                "'=' alignment not allowed in string format specifier",
            ),
            ("a", ",", "Cannot specify ',' with 's'."),
            ("a", "s", "a"),
            ("a", ".", "Format specifier missing precision"),
        ];
        for (text, spec, result) in rows {
            let found = format(text, spec, "str", 1000);
            let found = found.unwrap_or_else(|e| e.text.into());
            assert_eq!(found, result, "format({text:?}, {spec:?})");
        }
    }
}
