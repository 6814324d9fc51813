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
