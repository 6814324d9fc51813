//! `repr` and `ascii`: `unicode_repr` in `Objects/unicodeobject.c`, `PyBytes_Repr` in
//! `Objects/bytesobject.c`.

use std::fmt::Write;

use super::super::chars;

/// `repr(text)`.
pub fn repr(text: &str) -> String {
    escaped(text, chars::is_printable)
}

/// `ascii(text)`.
pub fn ascii(text: &str) -> String {
    to_ascii(&repr(text))
}

/// Any other `repr` with what is not ASCII escaped.
pub fn to_ascii(repr: &str) -> String {
    let mut out = String::with_capacity(repr.len());
    for c in repr.chars() {
        match c.is_ascii() {
            true => out.push(c),
            false => escape(c, &mut out),
        }
    }
    out
}

/// Single quotes, unless only they occur inside.
fn quote(single: bool, double: bool) -> char {
    if single && !double { '"' } else { '\'' }
}

fn escaped(text: &str, printable: impl Fn(char) -> bool) -> String {
    let quote = quote(text.contains('\''), text.contains('"'));
    let mut out = String::with_capacity(text.len() + 2);
    out.push(quote);
    for c in text.chars() {
        match c {
            '\\' => out.push_str("\\\\"),
            c if c == quote => out.extend(['\\', c]),
            '\n' => out.push_str("\\n"),
            '\r' => out.push_str("\\r"),
            '\t' => out.push_str("\\t"),
            c if printable(c) => out.push(c),
            c => escape(c, &mut out),
        }
    }
    out.push(quote);
    out
}

/// `\x..`, `\u....` or `\U........`.
pub fn escape(c: char, out: &mut String) {
    // Writing to a String cannot fail.
    let _ = match u32::from(c) {
        code @ ..=0xff => write!(out, "\\x{code:02x}"),
        code @ ..=0xffff => write!(out, "\\u{code:04x}"),
        code => write!(out, "\\U{code:08x}"),
    };
}

/// `repr(bytes)`.
pub fn bytes(bytes: &[u8]) -> String {
    let text: String = bytes.iter().map(|b| char::from(*b)).collect();
    let mut out = escaped(&text, |c| matches!(c, ' '..='~'));
    out.insert(0, 'b');
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn as_python_shows_them() {
        let rows = [
            ("it's", r#""it's""#),
            ("it's \"so\"", r#"'it\'s "so"'"#),
            ("a\\\n\t\r\x07", r"'a\\\n\t\r\x07'"),
            ("é\u{a0}\u{200b}€😀", r"'é\xa0\u200b€😀'"),
            ("\u{e0001}", r"'\U000e0001'"),
        ];
        for (text, shown) in rows {
            assert_eq!(repr(text), shown);
        }
        assert_eq!(ascii("é€😀"), r"'\xe9\u20ac\U0001f600'");
        assert_eq!(bytes(b"a'\xff\n"), r#"b"a'\xff\n""#);
    }
}
