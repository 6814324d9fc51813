//! The mini-language of format specs, `[[fill]align][sign][z][#][0][width][grouping][.precision][type]`:
//! `parse_internal_render_format_spec` in `Python/formatter_unicode.c`.

use super::super::{Error, Result, chars};

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Align {
    Left,
    Right,
    Center,
    /// `=`: between the sign and the digits.
    AfterSign,
}

impl Align {
    fn of(c: char) -> Option<Align> {
        match c {
            '<' => Some(Align::Left),
            '>' => Some(Align::Right),
            '^' => Some(Align::Center),
            '=' => Some(Align::AfterSign),
            _ => None,
        }
    }
}

/// A parsed spec. `kind` is the type's letter, if there is one.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Spec {
    pub fill: char,
    pub align: Align,
    pub sign: Option<char>,
    pub no_negative_zero: bool,
    pub alternate: bool,
    pub width: usize,
    /// `,` or `_`.
    pub grouping: Option<char>,
    pub precision: Option<usize>,
    pub kind: Option<char>,
}

impl Spec {
    /// Parses the spec for an object of the type `of`, which errors name. Numbers are
    /// aligned to the right, all else to the left.
    pub fn parse(spec: &str, align: Align, of: &str) -> Result<Spec> {
        let mut result = Spec {
            fill: ' ',
            align,
            sign: None,
            no_negative_zero: false,
            alternate: false,
            width: 0,
            grouping: None,
            precision: None,
            kind: None,
        };
        let mut rest = Rest(spec);
        let aligned = result.parse_align(&mut rest);
        result.sign = rest.take_if(|c| matches!(c, '+' | '-' | ' '));
        result.no_negative_zero = rest.take('z');
        result.alternate = rest.take('#');
        if !aligned.fill && rest.take('0') {
            result.fill = '0';
            if !aligned.align && align == Align::Right {
                result.align = Align::AfterSign;
            }
        }
        result.width = rest.number()?.unwrap_or(0);
        result.parse_grouping(&mut rest)?;
        if rest.take('.') {
            let precision = rest.number()?;
            result.precision =
                Some(precision.ok_or_else(|| Error::value("Format specifier missing precision"))?);
        }
        result.kind = rest.next();
        if rest.next().is_some() {
            return Err(Error::value(format!(
                "Invalid format specifier '{spec}' for object of type '{of}'"
            )));
        }
        result.check_grouping()?;
        Ok(result)
    }

    fn parse_align(&mut self, rest: &mut Rest) -> Given {
        let mut chars = rest.0.chars();
        let (first, second) = (chars.next(), chars.next());
        if let (Some(fill), Some(align)) = (first, second.and_then(Align::of)) {
            (self.fill, self.align) = (fill, align);
            rest.0 = chars.as_str();
            return Given {
                fill: true,
                align: true,
            };
        }
        let align = first.and_then(Align::of);
        if let Some(align) = align {
            self.align = align;
            rest.next();
        }
        Given {
            fill: false,
            align: align.is_some(),
        }
    }

    fn parse_grouping(&mut self, rest: &mut Rest) -> Result<()> {
        let both = || Error::value("Cannot specify both ',' and '_'.");
        self.grouping = rest.take_if(|c| c == ',');
        if rest.take('_') {
            if self.grouping.is_some() {
                return Err(both());
            }
            self.grouping = Some('_');
            if rest.take(',') {
                return Err(both());
            }
        }
        Ok(())
    }

    fn check_grouping(&self) -> Result<()> {
        let Some(grouping) = self.grouping else {
            return Ok(());
        };
        match self.kind {
            None | Some('d' | 'e' | 'f' | 'g' | 'E' | 'G' | '%' | 'F') => Ok(()),
            Some('b' | 'o' | 'x' | 'X') if grouping == '_' => Ok(()),
            Some(kind) => Err(Error::value(format!(
                "Cannot specify '{grouping}' with '{}'.",
                shown(kind)
            ))),
        }
    }

    /// What a letter of no meaning for the type `of` raises.
    pub fn unknown(kind: char, of: &str) -> Error {
        Error::value(format!(
            "Unknown format code '{}' for object of type '{of}'",
            shown(kind)
        ))
    }
}

/// A letter as errors show it.
fn shown(c: char) -> String {
    match c {
        '!'..='\x7f' => c.to_string(),
        _ => format!("\\x{:x}", u32::from(c)),
    }
}

struct Given {
    fill: bool,
    align: bool,
}

/// What is not parsed yet.
struct Rest<'a>(&'a str);

impl Rest<'_> {
    fn next(&mut self) -> Option<char> {
        self.take_if(|_| true)
    }

    fn take_if(&mut self, wanted: impl Fn(char) -> bool) -> Option<char> {
        let mut chars = self.0.chars();
        let c = chars.next().filter(|c| wanted(*c))?;
        self.0 = chars.as_str();
        Some(c)
    }

    fn take(&mut self, c: char) -> bool {
        self.take_if(|next| next == c).is_some()
    }

    fn number(&mut self) -> Result<Option<usize>> {
        let mut result = None;
        while let Some(c) = self.take_if(|c| chars::decimal(c).is_some()) {
            result = Some(more_digits(result.unwrap_or(0), c)?);
        }
        Ok(result)
    }
}

/// `number` with another decimal digit behind it.
pub(super) fn more_digits(number: usize, digit: char) -> Result<usize> {
    let digit = chars::decimal(digit).unwrap_or(0) as usize;
    let longer = number.checked_mul(10).and_then(|n| n.checked_add(digit));
    longer
        .filter(|n| i64::try_from(*n).is_ok())
        .ok_or_else(|| Error::value("Too many decimal digits in format string"))
}
