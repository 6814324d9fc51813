//! `float.hex` and `float.fromhex`, of `Objects/floatobject.c`.

use num_bigint::BigUint;
use num_traits::Num;

use super::super::{Error, Result, chars};
use super::division::ratio;
use super::float::parts;

/// `x.hex()`.
pub fn hex(x: f64) -> String {
    if !x.is_finite() {
        return super::float_text::repr(x);
    }
    let sign = if x.is_sign_negative() { "-" } else { "" };
    if x == 0.0 {
        return format!("{sign}0x0.0p+0");
    }
    let (mantissa, exponent) = parts(x);
    let (whole, fraction) = (mantissa >> 52, mantissa & ((1 << 52) - 1));
    format!("{sign}0x{whole}.{fraction:013x}p{:+}", exponent + 52)
}

/// `float.fromhex(text)`.
pub fn from_hex(text: &str) -> Result<f64> {
    let text = text.trim_matches(chars::is_space);
    let (negative, text) = match text.strip_prefix('-') {
        Some(rest) => (true, rest),
        None => (false, text.strip_prefix('+').unwrap_or(text)),
    };
    let lower = text.to_ascii_lowercase();
    let size = match lower.as_str() {
        "inf" | "infinity" => f64::INFINITY,
        "nan" => f64::NAN,
        _ => finite(&lower)?,
    };
    Ok(if negative { -size } else { size })
}

fn finite(text: &str) -> Result<f64> {
    let invalid = || Error::value("invalid hexadecimal floating-point string");
    let too_large = || Error::overflow("hexadecimal value too large to represent as a float");
    let text = text.strip_prefix("0x").unwrap_or(text);
    let (digits, exponent) = match text.split_once('p') {
        Some((digits, exponent)) => {
            let plain = exponent.strip_prefix(['+', '-']).unwrap_or(exponent);
            if plain.is_empty() || !plain.bytes().all(|b| b.is_ascii_digit()) {
                return Err(invalid());
            }
            let far = if exponent.starts_with('-') {
                i64::MIN
            } else {
                i64::MAX
            };
            (digits, exponent.parse().unwrap_or(far))
        }
        None => (text, 0_i64),
    };
    let (whole, fraction) = digits.split_once('.').unwrap_or((digits, ""));
    let digits = [whole, fraction].concat();
    if digits.is_empty() || !digits.bytes().all(|b| b.is_ascii_hexdigit()) {
        return Err(invalid());
    }
    let mantissa = BigUint::from_str_radix(&digits, 16).map_err(|_| invalid())?;
    if mantissa == BigUint::ZERO {
        return Ok(0.0);
    }
    let shift = exponent.saturating_sub(i64::try_from(fraction.len()).unwrap_or(i64::MAX) * 4);
    let bits = i64::try_from(mantissa.bits()).unwrap_or(i64::MAX);
    // Checked before shifting, which would allocate.
    match bits.saturating_add(shift) {
        top if top > 1024 => return Err(too_large()),
        top if top < -1075 => return Ok(0.0),
        _ => {}
    }
    let one = BigUint::from(1_u8);
    let (a, b) = if shift >= 0 {
        (mantissa << shift, one)
    } else {
        (mantissa, one << -shift)
    };
    ratio(&a, &b).ok_or_else(too_large)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn as_python_spells_and_reads_them() {
        let rows = [
            (0.1, "0x1.999999999999ap-4"),
            (-0.0, "-0x0.0p+0"),
            (1.0, "0x1.0000000000000p+0"),
            (5e-324, "0x0.0000000000001p-1022"),
            (1.7976931348623157e+308, "0x1.fffffffffffffp+1023"),
            (-3.75, "-0x1.e000000000000p+1"),
            (f64::INFINITY, "inf"),
        ];
        for (x, text) in rows {
            assert_eq!(hex(x), text);
            assert_eq!(from_hex(text).map(f64::to_bits), Ok(x.to_bits()));
        }
        let rows = [
            ("0x1p-1074", "5e-324"),
            ("0x1p-1075", "0.0"),
            ("0x1.8p-1075", "5e-324"),
            ("1.8", "1.5"),
            ("0x.8p1", "1.0"),
            ("-0X1.FP+3", "-15.5"),
            ("nan", "nan"),
            (
                "0x1.fffffffffffff8p1023",
                "OverflowError: hexadecimal value too large to represent as a float",
            ),
            (
                "0x1p5000",
                "OverflowError: hexadecimal value too large to represent as a float",
            ),
            (
                "zz",
                "ValueError: invalid hexadecimal floating-point string",
            ),
            (
                "0xp1",
                "ValueError: invalid hexadecimal floating-point string",
            ),
            (
                "0x1p",
                "ValueError: invalid hexadecimal floating-point string",
            ),
            ("", "ValueError: invalid hexadecimal floating-point string"),
            (".", "ValueError: invalid hexadecimal floating-point string"),
            ("0x1.00000000000008p0", "1.0"),
            ("0x1.000000000000081p0", "1.0000000000000002"),
        ];
        for (text, result) in rows {
            let found = match from_hex(text) {
                Ok(x) => super::super::float_text::repr(x),
                Err(error) => format!("{}: {}", error.kind.name(), error.text),
            };
            assert_eq!(found, result, "float.fromhex({text:?})");
        }
    }
}
