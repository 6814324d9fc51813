//! lower, upper, title, capitalize, swapcase, casefold, of `Objects/unicodeobject.c`.
//!
//! A text can grow by a factor of three at most, as ΐ does.

use super::super::chars;

/// So far around a Σ its word is looked at.
const WINDOW: usize = 16;

pub fn lower(text: &str) -> String {
    text.to_lowercase()
}

pub fn upper(text: &str) -> String {
    text.to_uppercase()
}

/// Each word with a capital at its start, where a word is what has a case.
pub fn title(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    let mut inside = false;
    for (at, c) in text.char_indices() {
        match inside {
            true => push_lower(text, at, c, &mut out),
            false => chars::title(c, &mut out),
        }
        inside = c.is_lowercase() || c.is_uppercase() || chars::is_title(c);
    }
    out
}

pub fn capitalize(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    for (at, c) in text.char_indices() {
        match at {
            0 => chars::title(c, &mut out),
            _ => push_lower(text, at, c, &mut out),
        }
    }
    out
}

pub fn swapcase(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    for (at, c) in text.char_indices() {
        if c.is_uppercase() {
            push_lower(text, at, c, &mut out);
        } else if c.is_lowercase() {
            out.extend(c.to_uppercase());
        } else {
            out.push(c);
        }
    }
    out
}

pub fn casefold(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    for c in text.chars() {
        chars::fold(c, &mut out);
    }
    out
}

/// Appends the character at an offset in lower case. Σ at the end of a word is ς; whether it
/// is, the standard library knows, but tells only of a whole text.
fn push_lower(text: &str, at: usize, c: char, out: &mut String) {
    if c != 'Σ' {
        out.extend(c.to_lowercase());
        return;
    }
    let before = text[..at].char_indices().rev().take(WINDOW).last();
    let start = before.map_or(at, |(start, _)| start);
    let after = text[at..].char_indices().nth(WINDOW);
    let end = after.map_or(text.len(), |(end, _)| at + end);
    let place = text[start..at].to_lowercase().len();
    let around = text[start..end].to_lowercase();
    out.extend(around[place..].chars().next());
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn as_python_changes_them() {
        let rows = [
            (
                "they're bill's",
                [
                    "they're bill's",
                    "THEY'RE BILL'S",
                    "They'Re Bill'S",
                    "They're bill's",
                    "THEY'RE BILL'S",
                    "they're bill's",
                ],
            ),
            (
                "ΑΣ ΑΣΑ ὈΔΥΣΣΕΎΣ",
                [
                    "ας ασα ὀδυσσεύς",
                    "ΑΣ ΑΣΑ ὈΔΥΣΣΕΎΣ",
                    "Ας Ασα Ὀδυσσεύς",
                    "Ας ασα ὀδυσσεύς",
                    "ας ασα ὀδυσσεύς",
                    "ασ ασα ὀδυσσεύσ",
                ],
            ),
            (
                "ß ﬁ ǆ ŉ",
                [
                    "ß ﬁ ǆ ŉ",
                    "SS FI Ǆ ʼN",
                    "Ss Fi ǅ ʼN",
                    "Ss ﬁ ǆ ŉ",
                    "SS FI Ǆ ʼN",
                    "ss fi ǆ ʼn",
                ],
            ),
            ("İı", ["i̇ı", "İI", "İı", "İı", "i̇I", "i̇ı"]),
            ("ᾳ ᾼ", ["ᾳ ᾳ", "ΑΙ ΑΙ", "ᾼ ᾼ", "ᾼ ᾳ", "ΑΙ ᾼ", "αι αι"]),
            (
                "hELLO wORLD",
                [
                    "hello world",
                    "HELLO WORLD",
                    "Hello World",
                    "Hello world",
                    "Hello World",
                    "hello world",
                ],
            ),
            ("Ꭰꭰ", ["ꭰꭰ", "ᎠᎠ", "Ꭰꭰ", "Ꭰꭰ", "ꭰᎠ", "ᎠᎠ"]),
            (
                "x1y_Z",
                ["x1y_z", "X1Y_Z", "X1Y_Z", "X1y_z", "X1Y_z", "x1y_z"],
            ),
        ];
        for (text, [l, u, t, c, s, f]) in rows {
            assert_eq!(lower(text), l);
            assert_eq!(upper(text), u);
            assert_eq!(title(text), t);
            assert_eq!(capitalize(text), c);
            assert_eq!(swapcase(text), s);
            assert_eq!(casefold(text), f);
        }
    }
}
