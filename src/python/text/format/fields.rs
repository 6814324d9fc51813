//! `str.format`: `MarkupIterator_next` and `FieldNameIterator_next` in
//! `Objects/stringlib/unicode_format.h`.
//!
//! [`Pieces`] reads a template. For each [`Field`] the machine resolves the name, which
//! [`Name`] takes apart, converts, expands the spec, which is a template like the first
//! (down to [`DEPTH`]), and formats. Pieces are read one by one, so that errors come in
//! CPython's order.

use super::super::{Error, Kind, Result, chars};
use super::spec::more_digits;

/// So deep templates nest: `{:{}}`, but not `{:{:{}}}`.
pub const DEPTH: usize = 2;

#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Piece<'a> {
    Text(&'a str),
    Field(Field<'a>),
}

#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Field<'a> {
    pub name: &'a str,
    pub conversion: Option<char>,
    pub spec: &'a str,
    /// Whether the spec has fields itself.
    pub nested: bool,
}

/// What `!…` asks for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Conversion {
    None,
    Str,
    Repr,
    Ascii,
}

impl Field<'_> {
    pub fn conversion(&self) -> Result<Conversion> {
        match self.conversion {
            None => Ok(Conversion::None),
            Some('s') => Ok(Conversion::Str),
            Some('r') => Ok(Conversion::Repr),
            Some('a') => Ok(Conversion::Ascii),
            Some(c @ '!'..='~') => Err(Error::value(format!("Unknown conversion specifier {c}"))),
            Some(c) => Err(Error::value(format!(
                "Unknown conversion specifier \\x{:x}",
                u32::from(c)
            ))),
        }
    }
}

/// The pieces of a template, in order.
pub struct Pieces<'a> {
    rest: &'a str,
}

impl<'a> Pieces<'a> {
    /// `depth` is [`DEPTH`] for the template itself, and one less for a spec in it.
    pub fn new(template: &'a str, depth: usize) -> Result<Pieces<'a>> {
        if depth == 0 {
            return Err(Error::value("Max string recursion exceeded"));
        }
        Ok(Pieces { rest: template })
    }

    fn piece(&mut self) -> Result<Piece<'a>> {
        let text = self.rest;
        let Some(at) = text.find(['{', '}']) else {
            self.rest = "";
            return Ok(Piece::Text(text));
        };
        let (brace, after) = text[at..].split_at(1);
        if after.starts_with(brace) {
            // A doubled brace ends the piece, which holds one of the two.
            self.rest = &after[1..];
            return Ok(Piece::Text(&text[..=at]));
        }
        if brace == "}" || after.is_empty() {
            return Err(Error::value(format!(
                "Single '{brace}' encountered in format string"
            )));
        }
        if at > 0 {
            self.rest = &text[at..];
            return Ok(Piece::Text(&text[..at]));
        }
        let (field, rest) = field(after)?;
        self.rest = rest;
        Ok(Piece::Field(field))
    }
}

impl<'a> Iterator for Pieces<'a> {
    type Item = Result<Piece<'a>>;

    fn next(&mut self) -> Option<Self::Item> {
        if self.rest.is_empty() {
            return None;
        }
        let piece = self.piece();
        if piece.is_err() {
            self.rest = "";
        }
        Some(piece)
    }
}

/// The field that follows a `{`, and the text behind its `}`.
fn field(text: &str) -> Result<(Field<'_>, &str)> {
    let (name, end, rest) = field_name(text)?;
    let mut field = Field {
        name,
        conversion: None,
        spec: "",
        nested: false,
    };
    let mut rest = rest;
    match end {
        '}' => return Ok((field, rest)),
        '!' => {
            let mut chars = rest.chars();
            let missing = "end of string while looking for conversion specifier";
            field.conversion = Some(chars.next().ok_or_else(|| Error::value(missing))?);
            match chars.next() {
                Some('}') => return Ok((field, chars.as_str())),
                Some(':') | None => {}
                Some(_) => {
                    return Err(Error::value("expected ':' after conversion specifier"));
                }
            }
            rest = chars.as_str();
        }
        _ => {}
    }
    let mut depth = 1;
    for (at, c) in rest.char_indices() {
        match c {
            '{' => {
                field.nested = true;
                depth += 1;
            }
            '}' => depth -= 1,
            _ => {}
        }
        if depth == 0 {
            field.spec = &rest[..at];
            return Ok((field, &rest[at + 1..]));
        }
    }
    Err(Error::value("unmatched '{' in format spec"))
}

/// The name, the character that ends it, and what follows. In brackets nothing ends it.
fn field_name(text: &str) -> Result<(&str, char, &str)> {
    let mut bracket = false;
    for (at, c) in text.char_indices() {
        match c {
            ']' => bracket = false,
            _ if bracket => {}
            '[' => bracket = true,
            '{' => return Err(Error::value("unexpected '{' in field name")),
            '}' | ':' | '!' => return Ok((&text[..at], c, &text[at + 1..])),
            _ => {}
        }
    }
    Err(Error::value("expected '}' before end of string"))
}

/// Whether fields are numbered by the template or by counting: one template does one.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Numbering {
    #[default]
    Unknown,
    Automatic(usize),
    Manual,
}

/// The argument that a field begins with.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum First<'a> {
    Index(usize),
    Key(&'a str),
}

/// What follows it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Access<'a> {
    Attribute(&'a str),
    Index(usize),
    Key(&'a str),
}

/// A field's name in parts: iterates over what follows the first.
pub struct Name<'a> {
    pub first: First<'a>,
    rest: &'a str,
}

impl<'a> Name<'a> {
    pub fn parse(name: &'a str, numbering: &mut Numbering) -> Result<Name<'a>> {
        let end = name.find(['.', '[']).unwrap_or(name.len());
        let (first, rest) = name.split_at(end);
        let number = number(first)?;
        let first = match (number, first.is_empty(), &mut *numbering) {
            (None, false, _) => First::Key(first),
            (_, true, Numbering::Manual) => {
                return Err(Error::value(
                    "cannot switch from manual field specification to automatic field numbering",
                ));
            }
            (_, true, Numbering::Automatic(next)) => {
                *next += 1;
                First::Index(*next - 1)
            }
            (_, true, Numbering::Unknown) => {
                *numbering = Numbering::Automatic(1);
                First::Index(0)
            }
            (Some(_), false, Numbering::Automatic(_)) => {
                return Err(Error::value(
                    "cannot switch from automatic field numbering to manual field specification",
                ));
            }
            (Some(index), false, _) => {
                *numbering = Numbering::Manual;
                First::Index(index)
            }
        };
        Ok(Name { first, rest })
    }

    fn access(&mut self) -> Result<Access<'a>> {
        let bad = "Only '.' or '[' may follow ']' in format field specifier";
        let access = if let Some(text) = self.rest.strip_prefix('.') {
            let end = text.find(['.', '[']).unwrap_or(text.len());
            self.rest = &text[end..];
            Access::Attribute(&text[..end])
        } else if let Some(text) = self.rest.strip_prefix('[') {
            let missing = || Error::value("Missing ']' in format string");
            let (key, rest) = text.split_once(']').ok_or_else(missing)?;
            self.rest = rest;
            match number(key)? {
                Some(index) => Access::Index(index),
                None => Access::Key(key),
            }
        } else {
            return Err(Error::value(bad));
        };
        if matches!(access, Access::Attribute("") | Access::Key("")) {
            return Err(Error::value("Empty attribute in format string"));
        }
        Ok(access)
    }
}

impl<'a> Iterator for Name<'a> {
    type Item = Result<Access<'a>>;

    fn next(&mut self) -> Option<Self::Item> {
        if self.rest.is_empty() {
            return None;
        }
        let access = self.access();
        if access.is_err() {
            self.rest = "";
        }
        Some(access)
    }
}

/// The text as a number, if it is one.
fn number(text: &str) -> Result<Option<usize>> {
    if text.is_empty() || text.chars().any(|c| chars::decimal(c).is_none()) {
        return Ok(None);
    }
    text.chars().try_fold(0, more_digits).map(Some)
}

/// What an index beyond the arguments raises.
pub fn no_argument(index: usize) -> Error {
    Error::new(
        Kind::Index,
        format!("Replacement index {index} out of range for positional args tuple"),
    )
}

/// What `format_map` raises for a field without a name.
pub fn positional_in_map() -> Error {
    Error::value("Format string contains positional fields")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn templates_as_python_reads_them() {
        let rows = [
            ("{", "Single '{' encountered in format string"),
            ("}", "Single '}' encountered in format string"),
            ("a}b", "Single '}' encountered in format string"),
            ("{0", "expected '}' before end of string"),
            (
                "{0!",
                "end of string while looking for conversion specifier",
            ),
            ("{0!r", "unmatched '{' in format spec"),
            ("{0!rr}", "expected ':' after conversion specifier"),
            ("{0:", "unmatched '{' in format spec"),
            ("{0:{}", "unmatched '{' in format spec"),
            ("{a{b}}", "unexpected '{' in field name"),
            ("{0[}", "expected '}' before end of string"),
            ("{{}}", "{}"),
            ("x{{y", "x{y"),
            ("{!}", "unmatched '{' in format spec"),
        ];
        for (template, result) in rows {
            let pieces: Result<Vec<Piece>> =
                Pieces::new(template, DEPTH).and_then(Iterator::collect);
            let found = match pieces {
                Ok(pieces) => pieces.iter().fold(String::new(), |out, piece| match piece {
                    Piece::Text(text) => out + text,
                    Piece::Field(_) => out + "(field)",
                }),
                Err(error) => error.text.into(),
            };
            assert_eq!(found, result, "{template:?}");
        }
        let field = Field {
            name: "a.b[c!:}]",
            conversion: Some('r'),
            spec: ">{w}",
            nested: true,
        };
        let mut pieces = Pieces::new("{a.b[c!:}]!r:>{w}}", DEPTH).unwrap();
        assert_eq!(pieces.next(), Some(Ok(Piece::Field(field))));
        assert!(Pieces::new("", 0).is_err());
    }

    fn parts<'a>(name: &'a str, numbering: &mut Numbering) -> Result<(First<'a>, Vec<Access<'a>>)> {
        let mut name = Name::parse(name, numbering)?;
        let first = name.first;
        let rest: Result<_> = name.by_ref().collect();
        Ok((first, rest?))
    }

    #[test]
    fn names_in_parts() {
        let (first, rest) = parts("a.b[3][c]", &mut Numbering::default()).unwrap();
        assert_eq!(first, First::Key("a"));
        let expected = [Access::Attribute("b"), Access::Index(3), Access::Key("c")];
        assert_eq!(rest, expected);
        let rows = [
            ("0.", "Empty attribute in format string"),
            ("0[]", "Empty attribute in format string"),
            ("0[a", "Missing ']' in format string"),
            (
                "0[a]b",
                "Only '.' or '[' may follow ']' in format field specifier",
            ),
            (
                "99999999999999999999",
                "Too many decimal digits in format string",
            ),
        ];
        for (name, text) in rows {
            assert_eq!(
                parts(name, &mut Numbering::default()).unwrap_err().text,
                text
            );
        }
    }

    #[test]
    fn fields_are_counted_or_numbered() {
        let mut numbering = Numbering::default();
        let mut first = |name| parts(name, &mut numbering).map(|(first, _)| first);
        assert_eq!(first(""), Ok(First::Index(0)));
        assert_eq!(first(".real"), Ok(First::Index(1)));
        assert_eq!(first("a"), Ok(First::Key("a")));
        assert!(
            first("0")
                .unwrap_err()
                .text
                .starts_with("cannot switch from automatic")
        );
        numbering = Numbering::default();
        let mut first = |name| parts(name, &mut numbering).map(|(first, _)| first);
        assert_eq!(first("7"), Ok(First::Index(7)));
        assert!(
            first("")
                .unwrap_err()
                .text
                .starts_with("cannot switch from manual")
        );
    }
}
