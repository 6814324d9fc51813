//! `template % values`: `PyUnicode_Format` in `Objects/unicodeobject.c`.
//!
//! [`Pieces`] reads a template. For each [`Field`] the machine takes a value (and before it
//! ints for `*`), converts it as [`Field::wanted`] says, and hands it to the field, which
//! lays it out. Pieces are read one by one, so that errors come in CPython's order.

mod field;
mod pieces;

use super::super::{Error, Kind};

pub use pieces::Pieces;

#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Piece<'a> {
    Text(&'a str),
    Field(Field<'a>),
}

/// A width or a precision.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Size {
    None,
    Given(usize),
    /// `*`: the next value.
    Argument,
}

/// What a field's value is converted to.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Wanted {
    /// `s`, `r` and `a`: by `str`, `repr` or `ascii`, then [`Field::text`].
    Str,
    Repr,
    Ascii,
    /// `c`: an int for [`Field::code`], or a str of one character for [`Field::text`].
    Char,
    /// `d`, `i`, `u`: an int, or a float cut to one, for [`Field::int`].
    Int,
    /// `o`, `x`, `X`: an int for [`Field::int`].
    Index,
    /// `e`, `f`, `g`: a float for [`Field::float`].
    Float,
    /// No such letter: take a value, then raise [`Field::unsupported`].
    Unsupported,
}

#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Field<'a> {
    /// The key in a mapping.
    pub key: Option<&'a str>,
    pub width: Size,
    pub precision: Size,
    letter: char,
    /// The letter's index, for errors.
    at: usize,
    left: bool,
    plus: bool,
    blank: bool,
    alternate: bool,
    zero: bool,
}

/// What the machine raises when values and fields do not match.
pub fn not_enough() -> Error {
    Error::type_("not enough arguments for format string")
}

pub fn not_all() -> Error {
    Error::type_("not all arguments converted during string formatting")
}

/// The same of bytes.
pub fn not_all_bytes() -> Error {
    Error::type_("not all arguments converted during bytes formatting")
}

pub fn no_int_for_star() -> Error {
    Error::type_("* wants int")
}

/// A `*` with an int that is too large.
pub fn star_overflow(of_width: bool) -> Error {
    let c_type = if of_width { "ssize_t" } else { "int" };
    Error::new(
        Kind::Overflow,
        format!("Python int too large to convert to C {c_type}"),
    )
}

#[cfg(test)]
mod tests {
    use super::super::super::Result;
    use super::super::super::number::Int;
    use super::*;

    /// All fields of the template filled by what is given for the value.
    fn filled(template: &str, fill: impl Fn(&Field) -> Result<String>) -> String {
        let mut out = String::new();
        for piece in Pieces::new(template, true) {
            let text = match piece {
                Ok(Piece::Text(text)) => Ok(text.to_owned()),
                Ok(Piece::Field(field)) if field.wanted() == Wanted::Unsupported => {
                    Err(field.unsupported())
                }
                Ok(Piece::Field(field)) => fill(&field),
                Err(error) => Err(error),
            };
            match text {
                Ok(text) => out.push_str(&text),
                Err(error) => return error.text.into(),
            }
        }
        out
    }

    #[test]
    fn ints() {
        let rows = [
            ("%d|%5d|%-5d|%05d|%+d|% d", 7, "7|    7|7    |00007|+7| 7"),
            (
                "%x|%X|%#x|%#o|%#8x|%#08x|%-#8x|%.5x",
                255,
                "ff|FF|0xff|0o377|    0xff|0x0000ff|0xff    |000ff",
            ),
            (
                "%i|%u|%.3d|%08.3d|%+.3d|%5.1d",
                -12345,
                "-12345|-12345|-12345|-0012345|-12345|-12345",
            ),
            ("%c", 97, "a"),
            ("%ld|%hd", 3, "3|3"),
            ("%e", 10, "1.000000e+01"),
            (
                "%z",
                1,
                "unsupported format character 'z' (0x7a) at index 1",
            ),
            (
                "%é",
                1,
                "unsupported format character '?' (0xe9) at index 1",
            ),
            (
                "%5%",
                1,
                "unsupported format character '%' (0x25) at index 2",
            ),
            ("%", 1, "incomplete format"),
            ("%(a", 1, "incomplete format key"),
            ("%.99999999999d", 3, "precision too big"),
            ("%99999999999999999999d", 3, "width too big"),
            ("%c", -1, "%c arg not in range(0x110000)"),
        ];
        for (template, value, result) in rows {
            let found = filled(template, |field| match field.wanted() {
                Wanted::Char => field.code(Int::Small(value), 1000),
                Wanted::Float => field.float(value as f64, 1000),
                _ => field.int(Int::Small(value), 1000),
            });
            assert_eq!(found, result, "{template:?} % {value}");
        }
    }

    #[test]
    fn floats() {
        let rows = [
            (
                "%f|%.2f|%08.2f|%+.1f|% .0f|%#.0f",
                -2.65625,
                "-2.656250|-2.66|-0002.66|-2.7|-3|-3.",
            ),
            (
                "%e|%G|%g|%#g",
                1e-10,
                "1.000000e-10|1E-10|1e-10|1.00000e-10",
            ),
            (
                "%F|%5.1f|%-8f|%08f",
                f64::INFINITY,
                "INF|  inf|inf     |00000inf",
            ),
            ("%d|%i", -2.9, "-2|-2"),
        ];
        for (template, x, result) in rows {
            let found = filled(template, |field| match field.wanted() {
                Wanted::Int => field.int(Int::Small(x as i64), 1000),
                _ => field.float(x, 1000),
            });
            assert_eq!(found, result, "{template:?} % {x}");
        }
    }

    #[test]
    fn texts() {
        use super::super::super::string::repr::{ascii, repr};
        let rows = [
            (
                "%s|%5s|%-5s|%.2s|%05s|%r|%a|%5.1r",
                "é€x",
                "é€x|  é€x|é€x  |é€|  é€x|'é€x'|'\\xe9\\u20acx'|    '",
            ),
            ("%c|%5c|%.0c", "a", "a|    a|a"),
        ];
        for (template, text, result) in rows {
            let found = filled(template, |field| match field.wanted() {
                Wanted::Repr => field.text(&repr(text), 1000),
                Wanted::Ascii => field.text(&ascii(text), 1000),
                _ => field.text(text, 1000),
            });
            assert_eq!(found, result, "{template:?} % {text:?}");
        }
    }

    #[test]
    fn keys_and_stars() {
        let mut pieces = Pieces::new("%(a(b))-*.*f", true);
        let Some(Ok(Piece::Field(mut field))) = pieces.next() else {
            panic!("a field");
        };
        assert_eq!(field.key, Some("a(b)"));
        assert_eq!(
            (field.width, field.precision),
            (Size::Argument, Size::Argument)
        );
        field.set_width(-6);
        field.set_precision(1);
        assert_eq!(field.float(2.25, 1000).unwrap(), "2.2   ");
        assert_eq!(pieces.next(), None);
        let mapping = Pieces::new("%(a)d", false).next().unwrap();
        assert_eq!(mapping.unwrap_err().text, "format requires a mapping");
    }
}
