//! Filling a field: `unicode_format_arg_output` in `Objects/unicodeobject.c`.

use super::super::super::number::float_text::{self, Flags, Style};
use super::super::super::number::{Int, int_text};
use super::super::super::{Error, Result, check};
use super::super::number::code_point;
use super::super::text::cut;
use super::{Field, Size, Wanted};

impl Field<'_> {
    /// `%b`, of bytes alone.
    pub fn is_bytes(&self) -> bool {
        self.letter == 'b'
    }

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
