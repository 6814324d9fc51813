//! splitlines and expandtabs, of `Objects/unicodeobject.c`.

use super::super::{Result, check};

fn ends_line(c: char) -> bool {
    matches!(c, '\n'..='\r' | '\x1c'..='\x1e' | '\u{85}' | '\u{2028}' | '\u{2029}')
}

/// `text.splitlines(keep)`.
pub fn split_lines(text: &str, keep: bool) -> Vec<&str> {
    let mut out = Vec::new();
    let mut rest = text;
    while !rest.is_empty() {
        let end = rest.find(ends_line).unwrap_or(rest.len());
        let next = match rest[end..].starts_with("\r\n") {
            true => end + 2,
            false => end + rest[end..].chars().next().map_or(0, char::len_utf8),
        };
        out.push(&rest[..if keep { next } else { end }]);
        rest = &rest[next..];
    }
    out
}

/// `text.expandtabs(size)`, of at most `limit` bytes.
pub fn expand_tabs(text: &str, size: i64, limit: usize) -> Result<String> {
    let size = usize::try_from(size).unwrap_or(0);
    let mut out = String::new();
    let mut column = 0;
    for c in text.chars() {
        match c {
            '\t' if size == 0 => {}
            '\t' => {
                let spaces = size - column % size;
                check(out.len().saturating_add(spaces), limit)?;
                out.extend(std::iter::repeat_n(' ', spaces));
                column += spaces;
            }
            c => {
                out.push(c);
                column = if matches!(c, '\n' | '\r') {
                    0
                } else {
                    column + 1
                };
            }
        }
    }
    check(out.len(), limit)?;
    Ok(out)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn as_python_splits_and_expands() {
        let text = "a\nb\r\nc\rd\u{2028}\n";
        assert_eq!(split_lines(text, false), ["a", "b", "c", "d", ""]);
        let kept = ["a\n", "b\r\n", "c\r", "d\u{2028}", "\n"];
        assert_eq!(split_lines(text, true), kept);
        assert_eq!(
            expand_tabs("a\tbc\t\n\td", 4, 100).unwrap(),
            "a   bc  \n    d"
        );
        assert_eq!(expand_tabs("a\tb", 0, 100).unwrap(), "ab");
        assert!(expand_tabs("\t", i64::MAX, 100).is_err());
    }
}
