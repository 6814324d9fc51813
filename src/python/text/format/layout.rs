//! Where sign, digits, separators and fill go: `calc_number_widths` and `fill_number` in
//! `Python/formatter_unicode.c`, `_PyUnicode_InsertThousandsGrouping`.

use super::super::{Result, check};
use super::spec::{Align, Spec};

/// A number in pieces.
pub struct Number<'a> {
    pub negative: bool,
    /// `0x` and kin.
    pub prefix: &'a str,
    /// The digits before the point; none for `inf`.
    pub digits: &'a str,
    /// What follows them.
    pub rest: &'a str,
}

/// The number as the spec wants it, of at most `limit` bytes.
pub fn number(number: &Number, spec: &Spec, group: usize, limit: usize) -> Result<String> {
    let sign = match (number.negative, spec.sign) {
        (true, _) => "-",
        (false, Some('+')) => "+",
        (false, Some(' ')) => " ",
        _ => "",
    };
    let others = sign.len() + number.prefix.len() + number.rest.chars().count();
    // Zeros before the digits are grouped with them, other fill is not.
    let least = match (spec.fill, spec.align) {
        ('0', Align::AfterSign) => spec.width.saturating_sub(others),
        _ => 0,
    };
    let fill = spec.width.saturating_mul(spec.fill.len_utf8());
    let size = number.digits.len().saturating_mul(2).saturating_add(others);
    check(size.saturating_add(fill), limit)?;
    let digits = match spec.grouping {
        _ if number.digits.is_empty() => String::new(),
        Some(separator) => grouped(number.digits, separator, group, least),
        None => format!("{:0>least$}", number.digits),
    };
    let missing = spec.width.saturating_sub(others + digits.len());
    let (left, middle, right) = match spec.align {
        Align::Left => (0, 0, missing),
        Align::Right => (missing, 0, 0),
        Align::Center => (missing / 2, 0, missing - missing / 2),
        Align::AfterSign => (0, missing, 0),
    };
    let mut out = String::new();
    let fill = |out: &mut String, n| out.extend(std::iter::repeat_n(spec.fill, n));
    fill(&mut out, left);
    out.push_str(sign);
    out.push_str(number.prefix);
    fill(&mut out, middle);
    out.push_str(&digits);
    out.push_str(number.rest);
    fill(&mut out, right);
    Ok(out)
}

/// The digits with separators, and with zeros before them up to `least` characters, or one
/// more where that would begin with a separator.
fn grouped(digits: &str, separator: char, group: usize, least: usize) -> String {
    let mut reversed = String::new();
    let mut left = digits.bytes().rev().peekable();
    let mut in_group = 0;
    while left.peek().is_some() || reversed.len() < least {
        if in_group == group {
            reversed.push(separator);
            in_group = 0;
        }
        reversed.push(left.next().map_or('0', char::from));
        in_group += 1;
    }
    reversed.chars().rev().collect()
}

/// Text between fill, of at most `limit` bytes.
pub fn text(text: &str, spec: &Spec, limit: usize) -> Result<String> {
    let missing = spec.width.saturating_sub(text.chars().count());
    let left = match spec.align {
        Align::Left => 0,
        Align::Center => missing / 2,
        Align::Right | Align::AfterSign => missing,
    };
    super::super::string::pad::pad(text, left, missing - left, spec.fill, limit)
}
