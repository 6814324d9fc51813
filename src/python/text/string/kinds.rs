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

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn as_python_tells_them() {
        let kinds = [
            is_alpha,
            is_alnum,
            is_decimal,
            is_digit,
            is_numeric,
            is_space,
            is_printable,
            is_identifier,
            is_lower,
            is_upper,
            is_title,
        ];
        let rows = [
            ("", "......x...."),
            ("a", "xx....xxx.."),
            ("é", "xx....xxx.."),
            ("ß", "xx....xxx.."),
            ("A1", ".x....xx.xx"),
            ("1", ".xxxx.x...."),
            ("²", ".x.xx.x...."),
            ("½", ".x..x.x...."),
            ("Ⅷ", ".x..x.xx.xx"),
            ("一", "xx..x.xx..."),
            ("٣", ".xxxx.x...."),
            (" ", ".....xx...."),
            ("\u{1c}", ".....x....."),
            ("\u{a0}", ".....x....."),
            ("ǅ", "xx....xx..x"),
            ("ǅab", "xx....xx..x"),
            ("Aa", "xx....xx..x"),
            ("_x", "......xxx.."),
            ("1x", ".x....x.x.."),
            ("́", "......x...."),
            ("é́", "......xxx.."),
            ("℘", "......xx..."),
            ("\u{200b}", "..........."),
            ("ⓐ", "......x.x.."),
            ("ʰ", "xx....xxx.."),
            ("AB", "xx....xx.x."),
            ("ab\n", "........x.."),
        ];
        for (text, result) in rows {
            let found: String = kinds
                .iter()
                .map(|kind| if kind(text) { 'x' } else { '.' })
                .collect();
            assert_eq!(found, result, "{text:?}");
        }
    }
}
