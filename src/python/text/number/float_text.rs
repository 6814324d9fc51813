//! Floats as text: `PyOS_double_to_string` in `Python/pystrtod.c`.
//!
//! Rust's formatting gives the digits (shortest that read back, or exactly rounded, ties to
//! even); where the point and the exponent go is Python's own.

use std::fmt::Write;

use super::float::parts;
use super::float_parse::of_decimal;

/// How digits become text.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Style {
    /// `r`: the shortest that reads back.
    Repr,
    /// `e`: that many digits after the point, with an exponent.
    Exponent(usize),
    /// `f`: that many digits after the point.
    Fixed(usize),
    /// `g`: that many digits; an exponent where the number is large or small.
    General(usize),
}

#[derive(Clone, Copy, Debug, Default)]
pub struct Flags {
    /// `#`: keep the point and the zeros.
    pub alternate: bool,
    /// A float that looks like an int gets `.0`.
    pub dot_zero: bool,
    /// `E` and `INF` instead of `e` and `inf`.
    pub upper: bool,
    /// `z`: what rounds to zero has no sign.
    pub no_negative_zero: bool,
}

/// `repr(x)`, which is `str(x)`, too.
pub fn repr(x: f64) -> String {
    let dot_zero = true;
    let flags = Flags {
        dot_zero,
        ..Flags::default()
    };
    spell(x, Style::Repr, flags)
}

/// `x` in a style. The text is as long as the precision asks for: bound that before.
pub fn spell(x: f64, style: Style, flags: Flags) -> String {
    let mut out = String::new();
    if x.is_finite() {
        spell_finite(x, style, flags, &mut out);
    } else if x.is_nan() {
        out.push_str("nan");
    } else {
        out.push_str(if x > 0.0 { "inf" } else { "-inf" });
    }
    if flags.upper {
        out.make_ascii_uppercase();
    }
    out
}

/// Significant digits without zeros at their end, and where the point is: 0.`digits` times
/// ten to the power of `point`.
struct Digits {
    digits: String,
    point: i64,
}

impl Digits {
    fn of(x: f64, style: Style) -> Digits {
        // No float has more digits than these; more are zeros.
        const ALL_DECIMALS: usize = 1100;
        const ALL_DIGITS: usize = 800;
        match style {
            Style::Repr => Digits::shortest(x),
            Style::Exponent(n) => {
                let n = n.min(ALL_DIGITS);
                Digits::from_scientific(&format!("{x:.n$e}"))
            }
            Style::General(n) => {
                let n = n.clamp(1, ALL_DIGITS) - 1;
                Digits::from_scientific(&format!("{x:.n$e}"))
            }
            Style::Fixed(n) => {
                let n = n.min(ALL_DECIMALS);
                Digits::from_fixed(&format!("{x:.n$}"))
            }
        }
    }

    fn shortest(x: f64) -> Digits {
        let shortest = Digits::from_scientific(&format!("{x:e}"));
        if shortest.is_half_of(x) {
            // Of two that are as near, Rust takes the larger, Python the even one.
            let even = format!("{x:.*e}", shortest.digits.len() - 1);
            if of_decimal(&even) == x {
                return Digits::from_scientific(&even);
            }
        }
        shortest
    }

    /// Whether the number itself has just one digit more, which is a 5 then.
    fn is_half_of(&self, x: f64) -> bool {
        let (mantissa, exponent) = parts(x);
        let decimals = -(exponent + i64::from(mantissa.trailing_zeros()));
        decimals > 0 && decimals + self.point == length(&self.digits) + 1
    }

    fn from_scientific(text: &str) -> Digits {
        let (mantissa, exponent) = text.split_once('e').unwrap_or((text, "0"));
        let digits = mantissa.replace('.', "");
        let point = exponent.parse::<i64>().unwrap_or(0) + 1;
        Digits { digits, point }.trimmed()
    }

    fn from_fixed(text: &str) -> Digits {
        let (whole, fraction) = text.split_once('.').unwrap_or((text, ""));
        let all = [whole, fraction].concat();
        let digits = all.trim_start_matches('0');
        let zeros = length(&all) - length(digits);
        let point = length(whole) - zeros;
        let digits = digits.to_owned();
        Digits { digits, point }.trimmed()
    }

    fn trimmed(mut self) -> Digits {
        self.digits
            .truncate(self.digits.trim_end_matches('0').len());
        if self.digits.is_empty() {
            self.digits.push('0');
            self.point = 1;
        }
        self
    }
}

#[expect(clippy::cast_possible_wrap, reason = "lengths of texts in memory")]
fn length(text: &str) -> i64 {
    text.len() as i64
}

fn spell_finite(x: f64, style: Style, flags: Flags, out: &mut String) {
    let Digits { digits, mut point } = Digits::of(x.abs(), style);
    let whole = |n: usize| i64::try_from(n).unwrap_or(i64::MAX);
    let mut exponential = false;
    // The position after the last digit that is shown, zeros included.
    let mut end = length(&digits);
    match style {
        Style::Repr => exponential = point <= -4 || point > 16,
        Style::Exponent(n) => {
            exponential = true;
            end = end.max(whole(n) + 1);
        }
        Style::Fixed(n) => end = end.max(point + whole(n)),
        Style::General(n) => {
            let n = whole(n.max(1));
            exponential = point <= -4 || point > n - i64::from(flags.dot_zero);
            if flags.alternate {
                end = end.max(n);
            }
        }
    }
    let zero = digits == "0";
    if x.is_sign_negative() && !(zero && flags.no_negative_zero) {
        out.push('-');
    }
    let exponent = point - 1;
    if exponential {
        point = 1;
    }
    let least = point + i64::from(flags.dot_zero && !exponential);
    end = end.max(least);
    // Zeros before the digits, if the number is below one.
    let start = if point <= 0 { point - 1 } else { 0 };
    let push_zeros = |out: &mut String, n: i64| out.extend((0..n).map(|_| '0'));
    let push = |out: &mut String, from: i64, to: i64| {
        push_zeros(out, to.min(0) - from.min(0));
        let have = length(&digits);
        let at = |i: i64| usize::try_from(i.clamp(0, have)).unwrap_or(0);
        out.push_str(&digits[at(from)..at(to)]);
        push_zeros(out, to - from.max(have));
    };
    push(out, start, point);
    if end > point || flags.alternate {
        out.push('.');
        push(out, point, end);
    }
    if exponential {
        let sign = if exponent < 0 { '-' } else { '+' };
        // Writing to a String cannot fail.
        let _ = write!(out, "e{sign}{:02}", exponent.abs());
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn as_python_prints_them() {
        let rows = [
            (0.1, "0.1"),
            (-0.0, "-0.0"),
            (1e16, "1e+16"),
            (1e15, "1000000000000000.0"),
            (123_456_789_012_345_680.0, "1.2345678901234568e+17"),
            (0.0001, "0.0001"),
            (0.00001, "1e-05"),
            (5e-324, "5e-324"),
            (2.0_f64.powi(-25), "2.9802322387695312e-08"),
            (5_395_603_134_165_146.0 / 8.0, "674450391770643.2"),
            (f64::MAX, "1.7976931348623157e+308"),
            (f64::INFINITY, "inf"),
        ];
        for (x, text) in rows {
            assert_eq!(repr(x), text);
        }
    }

    #[test]
    fn styles() {
        let plain = Flags::default();
        assert_eq!(spell(2.5, Style::Fixed(0), plain), "2");
        assert_eq!(spell(0.125, Style::Fixed(2), plain), "0.12");
        assert_eq!(spell(1234.5, Style::Exponent(2), plain), "1.23e+03");
        assert_eq!(spell(1234.5, Style::General(3), plain), "1.23e+03");
        assert_eq!(spell(100.0, Style::General(6), plain), "100");
        assert_eq!(spell(1e-7, Style::Fixed(3), plain), "0.000");
    }
}
