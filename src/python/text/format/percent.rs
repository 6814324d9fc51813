//! `template % values`: `PyUnicode_Format` in `Objects/unicodeobject.c`.
//!
//! [`Pieces`] reads a template. For each [`Field`] the machine takes a value (and before it
//! ints for `*`), converts it as [`Field::wanted`] says, and hands it to the field, which
//! lays it out. Pieces are read one by one, so that errors come in CPython's order.

use super::super::number::float_text::{self, Flags, Style};
use super::super::number::{Int, int_text};
use super::super::{Error, Kind, Result, check};
use super::number::{MAX_PRECISION, code_point};
use super::text::cut;

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

/// The pieces of a template, in order.
pub struct Pieces<'a> {
    template: &'a str,
    mapping: bool,
    at: usize,
    /// After an error there is nothing more.
    failed: bool,
}

impl<'a> Pieces<'a> {
    /// `mapping` says whether the values are one, which keys need.
    pub fn new(template: &'a str, mapping: bool) -> Pieces<'a> {
        Pieces {
            template,
            mapping,
            at: 0,
            failed: false,
        }
    }

    fn peek(&self) -> Option<char> {
        self.template[self.at..].chars().next()
    }

    fn advance(&mut self) -> Result<char> {
        let c = self
            .peek()
            .ok_or_else(|| Error::value("incomplete format"))?;
        self.at += c.len_utf8();
        Ok(c)
    }

    fn field(&mut self) -> Result<Field<'a>> {
        let mut field = Field {
            key: self.key()?,
            width: Size::None,
            precision: Size::None,
            letter: ' ',
            at: 0,
            left: false,
            plus: false,
            blank: false,
            alternate: false,
            zero: false,
        };
        while let Some(c) = self.peek() {
            match c {
                '-' => field.left = true,
                '+' => field.plus = true,
                ' ' => field.blank = true,
                '#' => field.alternate = true,
                '0' => field.zero = true,
                _ => break,
            }
            self.at += 1;
        }
        field.width = self.size(i64::MAX as usize, "width too big")?;
        if self.peek() == Some('.') {
            self.at += 1;
            field.precision = match self.size(MAX_PRECISION, "precision too big")? {
                Size::None => Size::Given(0),
                size => size,
            };
        }
        if matches!(self.peek(), Some('h' | 'l' | 'L')) {
            self.at += 1;
        }
        field.at = self.template[..self.at].chars().count();
        field.letter = self.advance()?;
        Ok(field)
    }

    /// `(key)`, with parentheses inside in pairs.
    fn key(&mut self) -> Result<Option<&'a str>> {
        if self.peek() != Some('(') {
            return Ok(None);
        }
        if !self.mapping {
            return Err(Error::type_("format requires a mapping"));
        }
        let start = self.at + 1;
        let mut depth = 0_usize;
        for (at, c) in self.template[self.at..].char_indices() {
            match c {
                '(' => depth += 1,
                ')' => depth -= 1,
                _ => {}
            }
            if depth == 0 {
                let end = self.at + at;
                self.at = end + 1;
                return Ok(Some(&self.template[start..end]));
            }
        }
        Err(Error::value("incomplete format key"))
    }

    fn size(&mut self, most: usize, too_big: &'static str) -> Result<Size> {
        if self.peek() == Some('*') {
            self.at += 1;
            return Ok(Size::Argument);
        }
        let mut size = Size::None;
        while let Some(digit) = self.peek().and_then(|c| c.to_digit(10)) {
            let so_far = match size {
                Size::Given(n) => n,
                _ => 0,
            };
            let more = so_far
                .checked_mul(10)
                .and_then(|n| n.checked_add(digit as usize))
                .filter(|n| *n <= most)
                .ok_or_else(|| Error::value(too_big))?;
            size = Size::Given(more);
            self.at += 1;
        }
        Ok(size)
    }
}

impl<'a> Iterator for Pieces<'a> {
    type Item = Result<Piece<'a>>;

    fn next(&mut self) -> Option<Self::Item> {
        let rest = &self.template[self.at..];
        if rest.is_empty() || self.failed {
            return None;
        }
        let text = rest.find('%').unwrap_or(rest.len());
        if text > 0 {
            self.at += text;
            return Some(Ok(Piece::Text(&rest[..text])));
        }
        if rest.starts_with("%%") {
            self.at += 2;
            return Some(Ok(Piece::Text("%")));
        }
        self.at += 1;
        let field = self.field();
        self.failed = field.is_err();
        Some(field.map(Piece::Field))
    }
}

impl Field<'_> {
    pub fn wanted(&self) -> Wanted {
        match self.letter {
            's' => Wanted::Str,
            'r' => Wanted::Repr,
            'a' => Wanted::Ascii,
            'c' => Wanted::Char,
            'd' | 'i' | 'u' => Wanted::Int,
            'o' | 'x' | 'X' => Wanted::Index,
            'e' | 'E' | 'f' | 'F' | 'g' | 'G' => Wanted::Float,
            _ => Wanted::Unsupported,
        }
    }

    /// The value for a `*` as width: a negative one aligns to the left.
    pub fn set_width(&mut self, width: i64) {
        self.left |= width < 0;
        self.width = Size::Given(usize::try_from(width.unsigned_abs()).unwrap_or(usize::MAX));
    }

    /// The value for a `*` as precision.
    pub fn set_precision(&mut self, precision: i64) {
        self.precision = Size::Given(usize::try_from(precision).unwrap_or(0));
    }

    /// What a value of the wrong type raises.
    pub fn wrong_type(&self, of: &str) -> Error {
        let letter = self.letter;
        Error::type_(match self.wanted() {
            Wanted::Char => "%c requires int or char".to_owned(),
            Wanted::Int => format!("%{letter} format: a real number is required, not {of}"),
            Wanted::Index => format!("%{letter} format: an integer is required, not {of}"),
            _ => format!("must be real number, not {of}"),
        })
    }

    /// What a letter of no meaning raises.
    pub fn unsupported(&self) -> Error {
        let code = u32::from(self.letter);
        let shown = match self.letter {
            ' '..='~' => self.letter,
            _ => '?',
        };
        let at = self.at;
        Error::value(format!(
            "unsupported format character '{shown}' ({code:#x}) at index {at}"
        ))
    }

    fn given(size: Size) -> Option<usize> {
        match size {
            Size::Given(n) => Some(n),
            Size::None | Size::Argument => None,
        }
    }

    /// `s`, `r`, `a`, and `c` of a str.
    pub fn text(&self, text: &str, limit: usize) -> Result<String> {
        let precision = match self.wanted() {
            Wanted::Char => None,
            _ => Field::given(self.precision),
        };
        self.lay_out("", "", cut(text, precision), ' ', limit)
    }

    /// `c` of an int.
    pub fn code(&self, a: Int, limit: usize) -> Result<String> {
        let text = code_point(a.to_i64().unwrap_or(-1))?;
        self.text(text.encode_utf8(&mut [0; 4]), limit)
    }

    /// `d`, `i`, `u`, `o`, `x` and `X`.
    pub fn int(&self, a: Int, limit: usize) -> Result<String> {
        let mut digits = match self.letter {
            'o' => int_text::digits(a, 8),
            'x' | 'X' => int_text::digits(a, 16),
            _ => int_text::decimal(a)?.replace('-', ""),
        };
        let least = Field::given(self.precision).unwrap_or(0);
        if least > digits.len() {
            check(least, limit)?;
            digits.insert_str(0, &"0".repeat(least - digits.len()));
        }
        let prefix = match self.letter {
            'o' if self.alternate => "0o",
            'x' if self.alternate => "0x",
            'X' if self.alternate => "0X",
            _ => "",
        };
        if self.letter == 'X' {
            digits.make_ascii_uppercase();
        }
        let sign = self.sign(a.is_negative());
        self.lay_out(sign, prefix, &digits, self.fill(), limit)
    }

    /// `e`, `f`, `g` and their capitals.
    pub fn float(&self, x: f64, limit: usize) -> Result<String> {
        let precision = Field::given(self.precision).unwrap_or(6);
        check(precision, limit)?;
        let style = match self.letter {
            'e' | 'E' => Style::Exponent(precision),
            'f' | 'F' => Style::Fixed(precision),
            _ => Style::General(precision),
        };
        let flags = Flags {
            alternate: self.alternate,
            upper: self.letter.is_ascii_uppercase(),
            ..Flags::default()
        };
        let text = float_text::spell(x, style, flags);
        let unsigned = text.strip_prefix('-');
        let sign = self.sign(unsigned.is_some());
        self.lay_out(sign, "", unsigned.unwrap_or(&text), self.fill(), limit)
    }

    fn sign(&self, negative: bool) -> &'static str {
        match (negative, self.plus, self.blank) {
            (true, ..) => "-",
            (false, true, _) => "+",
            (false, false, true) => " ",
            _ => "",
        }
    }

    fn fill(&self) -> char {
        if self.zero && !self.left { '0' } else { ' ' }
    }

    fn lay_out(
        &self,
        sign: &str,
        prefix: &str,
        text: &str,
        fill: char,
        limit: usize,
    ) -> Result<String> {
        let width = Field::given(self.width).unwrap_or(0);
        check(text.len().saturating_add(width), limit)?;
        let size = sign.len() + prefix.len() + text.chars().count();
        let missing = width.saturating_sub(size);
        let padding: String = std::iter::repeat_n(fill, missing).collect();
        Ok(match (self.left, fill) {
            (true, _) => [sign, prefix, text, &padding].concat(),
            (false, '0') => [sign, prefix, &padding, text].concat(),
            _ => [&padding, sign, prefix, text].concat(),
        })
    }
}

/// What the machine raises when values and fields do not match.
pub fn not_enough() -> Error {
    Error::type_("not enough arguments for format string")
}

pub fn not_all() -> Error {
    Error::type_("not all arguments converted during string formatting")
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
