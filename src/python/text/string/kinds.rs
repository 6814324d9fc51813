//! isalpha and kin, of `Objects/unicodeobject.c`: true of text of which every character is
//! of the kind, and of none that is empty.

use super::super::chars;

fn all(text: &str, kind: impl Fn(char) -> bool) -> bool {
    !text.is_empty() && text.chars().all(kind)
}

pub fn is_alpha(text: &str) -> bool {
    all(text, chars::is_alpha)
}

pub fn is_alnum(text: &str) -> bool {
    all(text, chars::is_alnum)
}

pub fn is_decimal(text: &str) -> bool {
    all(text, |c| chars::decimal(c).is_some())
}

pub fn is_digit(text: &str) -> bool {
    all(text, chars::is_digit)
}

pub fn is_numeric(text: &str) -> bool {
    all(text, chars::is_numeric)
}

pub fn is_space(text: &str) -> bool {
    all(text, chars::is_space)
}

/// Of empty text, too.
pub fn is_printable(text: &str) -> bool {
    text.chars().all(chars::is_printable)
}

/// `isidentifier`.
pub fn is_identifier(text: &str) -> bool {
    let mut rest = text.chars();
    rest.next().is_some_and(chars::starts_identifier) && rest.all(chars::continues_identifier)
}

/// Lower case, and nothing in another.
pub fn is_lower(text: &str) -> bool {
    let other = |c: char| c.is_uppercase() || chars::is_title(c);
    text.chars().any(char::is_lowercase) && !text.chars().any(other)
}

/// Upper case, and nothing in another.
pub fn is_upper(text: &str) -> bool {
    let other = |c: char| c.is_lowercase() || chars::is_title(c);
    text.chars().any(char::is_uppercase) && !text.chars().any(other)
}

/// Each word a capital and small letters.
pub fn is_title(text: &str) -> bool {
    let mut after_cased = false;
    let mut any = false;
    for c in text.chars() {
        let capital = c.is_uppercase() || chars::is_title(c);
        let small = c.is_lowercase();
        if (capital && after_cased) || (small && !after_cased) {
            return false;
        }
        after_cased = capital || small;
        any |= after_cased;
    }
    any
}
