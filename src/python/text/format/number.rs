//! `format(number, spec)`: `format_long_internal` and `format_float_internal` in
//! `Python/formatter_unicode.c`.

use super::super::number::float_text::{self, Flags, Style};
use super::super::number::{Int, int_text};
use super::super::{Error, Result, check};
use super::layout::{self, Number};
use super::spec::{Align, Spec};

/// CPython's precision is a C int.
pub(super) const MAX_PRECISION: usize = i32::MAX as usize;

/// `format(a, spec)`, of at most `limit` bytes; `of` is the type's name, `int` or `bool`.
/// An empty spec is the caller's: `str(a)`.
pub fn int(a: Int, spec: &str, of: &str, limit: usize) -> Result<String> {
    let spec = Spec::parse(spec, Align::Right, of)?;
    match spec.kind {
        Some('e' | 'E' | 'f' | 'F' | 'g' | 'G' | '%') => {
            return float_with(a.to_f64()?, &spec, limit);
        }
        None | Some('b' | 'c' | 'd' | 'o' | 'x' | 'X' | 'n') => {}
        Some(kind) => return Err(Spec::unknown(kind, of)),
    }
    let refused = match spec {
        Spec {
            precision: Some(_), ..
        } => "Precision not allowed in integer format specifier",
        Spec {
            no_negative_zero: true,
            ..
        } => "Negative zero coercion (z) not allowed in integer format specifier",
        Spec {
            kind: Some('c'),
            sign: Some(_),
            ..
        } => "Sign not allowed with integer format specifier 'c'",
        Spec {
            kind: Some('c'),
            alternate: true,
            ..
        } => "Alternate form (#) not allowed with integer format specifier 'c'",
        _ => "",
    };
    if !refused.is_empty() {
        return Err(Error::value(refused));
    }
    let base = match spec.kind {
        Some('b') => 2,
        Some('o') => 8,
        Some('x' | 'X') => 16,
        Some('c') => return character(a, &spec, limit),
        _ => 10,
    };
    let mut prefix = match base {
        2 if spec.alternate => "0b",
        8 if spec.alternate => "0o",
        16 if spec.alternate => "0x",
        _ => "",
    };
    let mut digits = match base {
        10 => int_text::decimal(a)?,
        _ => int_text::digits(a, base),
    };
    if spec.kind == Some('X') {
        digits.make_ascii_uppercase();
        prefix = if spec.alternate { "0X" } else { "" };
    }
    let number = Number {
        negative: a.is_negative(),
        prefix,
        digits: digits.trim_start_matches('-'),
        rest: "",
    };
    let group = if base == 10 { 3 } else { 4 };
    layout::number(&number, &spec, group, limit)
}

/// The type `c`: the character of that code.
fn character(a: Int, spec: &Spec, limit: usize) -> Result<String> {
    let too_large = || Error::overflow("Python int too large to convert to C long");
    let c = code_point(a.to_i64().ok_or_else(too_large)?)?.to_string();
    let number = Number {
        negative: false,
        prefix: "",
        digits: "",
        rest: &c,
    };
    layout::number(&number, spec, 3, limit)
}

/// The character of a code, for `%c` and the type `c`.
pub(super) fn code_point(code: i64) -> Result<char> {
    let c = u32::try_from(code).ok().and_then(char::from_u32);
    c.ok_or_else(|| Error::overflow("%c arg not in range(0x110000)"))
}

/// `format(x, spec)`, of at most `limit` bytes; `of` is the type's name. An empty spec is
/// `str(x)`.
pub fn float(x: f64, spec: &str, of: &str, limit: usize) -> Result<String> {
    let spec = Spec::parse(spec, Align::Right, of)?;
    match spec.kind {
        None | Some('e' | 'E' | 'f' | 'F' | 'g' | 'G' | 'n' | '%') => {}
        Some(kind) => return Err(Spec::unknown(kind, of)),
    }
    float_with(x, &spec, limit)
}

fn float_with(x: f64, spec: &Spec, limit: usize) -> Result<String> {
    let precision = spec.precision.unwrap_or(6);
    if precision > MAX_PRECISION {
        return Err(Error::value("precision too big"));
    }
    check(precision, limit)?;
    let style = match spec.kind {
        Some('e' | 'E') => Style::Exponent(precision),
        Some('f' | 'F' | '%') => Style::Fixed(precision),
        None if spec.precision.is_none() => Style::Repr,
        _ => Style::General(precision),
    };
    let flags = Flags {
        alternate: spec.alternate,
        dot_zero: spec.kind.is_none(),
        upper: matches!(spec.kind, Some('E' | 'F' | 'G')),
        no_negative_zero: spec.no_negative_zero,
    };
    let percent = spec.kind == Some('%');
    let x = if percent { x * 100.0 } else { x };
    let mut text = float_text::spell(x, style, flags);
    if percent {
        text.push('%');
    }
    let unsigned = text.strip_prefix('-');
    let size = unsigned.unwrap_or(&text);
    let point = size.bytes().take_while(u8::is_ascii_digit).count();
    let number = Number {
        negative: unsigned.is_some(),
        prefix: "",
        digits: &size[..point],
        rest: &size[point..],
    };
    layout::number(&number, spec, 3, limit)
}

#[cfg(test)]
mod tests {
    use super::*;

    const LIMIT: usize = 1000;

    #[test]
    fn ints() {
        let rows: [(i128, &str, &str); _] = [
            (12345, ",", "12,345"),
            (12345, "_x", "3039"),
            (-255, "#x", "-0xff"),
            (255, "#010b", "0b11111111"),
            (1234567, "012,", "0,001,234,567"),
            (1234567, "013,", "0,001,234,567"),
            (97, "c", "a"),
            (5, "^7", "   5   "),
            (5, "*<4", "5***"),
            (-5, "=+6", "-    5"),
            (5, " d", " 5"),
            (3, ".2f", "3.00"),
            (1000000000000000000000000000000, "e", "1.000000e+30"),
            (3, "%", "300.000000%"),
            (1, "s", "Unknown format code 's' for object of type 'int'"),
            (3, ".2", "Precision not allowed in integer format specifier"),
            (
                3,
                "z",
                "Negative zero coercion (z) not allowed in integer format specifier",
            ),
            (
                3,
                "+c",
                "Sign not allowed with integer format specifier 'c'",
            ),
            (-1, "c", "%c arg not in range(0x110000)"),
            (1, ",x", "Cannot specify ',' with 'x'."),
            (1, ",_", "Cannot specify both ',' and '_'."),
            (
                3,
                "10ss",
                "Invalid format specifier '10ss' for object of type 'int'",
            ),
            (255, "X", "FF"),
            (0, "05", "00000"),
            (7, "é>4", "ééé7"),
            (
                1,
                "99999999999999999999",
                "Too many decimal digits in format string",
            ),
        ];
        for (value, spec, result) in rows {
            let value = num_bigint::BigInt::from(value);
            let whole = super::super::super::number::Integer::from(value);
            let found = int((&whole).into(), spec, "int", LIMIT);
            let found = found.unwrap_or_else(|e| e.text.into());
            assert_eq!(found, result, "format({whole:?}, {spec:?})");
        }
    }

    #[test]
    fn floats() {
        let rows = [
            (2.625, ".2f", "2.62"),
            (-0.0, "z", "0.0"),
            (-0.001, "z.1f", "0.0"),
            (1e+16, "", "1e+16"),
            (1e+16, ".3", "1e+16"),
            (123.456, ".3", "1.23e+02"),
            (1234567.891, ",.2f", "1,234,567.89"),
            (1234.5, "_", "1_234.5"),
            (0.5, "%", "50.000000%"),
            (1e-05, "g", "1e-05"),
            (100000.0, "g", "100000"),
            (1000000.0, "g", "1e+06"),
            (1.0, "#g", "1.00000"),
            (1.0, "#.0f", "1."),
            (f64::INFINITY, "010", "0000000inf"),
            (f64::NEG_INFINITY, "F", "-INF"),
            (f64::NAN, ">6", "   nan"),
            (2.5, ".0f", "2"),
            (
                1.0,
                "d",
                "Unknown format code 'd' for object of type 'float'",
            ),
            (1.0, ".", "Format specifier missing precision"),
            (12.0, "+09.1e", "+01.2e+01"),
            (1e+23, "", "1e+23"),
            (0.1, ".20f", "0.10000000000000000555"),
            (5e-324, ".3e", "4.941e-324"),
            (1234.0, "08,.0f", "0,001,234"),
        ];
        for (x, spec, result) in rows {
            let found = float(x, spec, "float", LIMIT);
            let found = found.unwrap_or_else(|e| e.text.into());
            assert_eq!(found, result, "format({x}, {spec:?})");
        }
    }

    #[test]
    fn too_large_is_told_before_it_is_made() {
        let memory = Err(Error::memory());
        assert_eq!(int(Int::Small(1), "999999999", "int", LIMIT), memory);
        assert_eq!(float(1.0, ".999999999f", "float", LIMIT), memory);
        assert_eq!(float(1.0, "999999999,", "float", LIMIT), memory);
    }
}
