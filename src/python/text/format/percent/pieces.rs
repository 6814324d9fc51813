//! Reading a template: `unicode_format_arg_parse` in `Objects/unicodeobject.c`.

use super::super::super::{Error, Result};
use super::super::number::MAX_PRECISION;
use super::{Field, Piece, Size};

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
