//! Ints as text: `long_to_decimal_string` and `long_format_binary` in `Objects/longobject.c`.

use super::super::{Error, Result};
use super::Int;

/// Longer decimal texts are refused, as by `sys.get_int_max_str_digits()`.
pub const MAX_DIGITS: usize = 4300;

/// `str(a)`.
pub fn decimal(a: Int) -> Result<String> {
    match a {
        Int::Small(small) => Ok(small.to_string()),
        Int::Big(big) => {
            // Not even converted when it is much too long: that takes quadratic time.
            let digits = big.bits() as f64 * std::f64::consts::LOG10_2;
            let text = (digits < (MAX_DIGITS + 2) as f64).then(|| big.to_string());
            let fits = |text: &String| text.trim_start_matches('-').len() <= MAX_DIGITS;
            text.filter(fits).ok_or_else(|| {
                Error::value(format!(
                    "Exceeds the limit ({MAX_DIGITS} digits) for integer string conversion; \
                     use sys.set_int_max_str_digits() to increase the limit"
                ))
            })
        }
    }
}

/// The digits of the absolute value in base 2, 8 or 16.
pub fn digits(a: Int, base: u32) -> String {
    match a {
        Int::Small(small) => {
            let size = small.unsigned_abs();
            match base {
                2 => format!("{size:b}"),
                8 => format!("{size:o}"),
                _ => format!("{size:x}"),
            }
        }
        Int::Big(big) => big.magnitude().to_str_radix(base),
    }
}

/// `bin`, `oct` and `hex`.
pub fn prefixed(a: Int, base: u32) -> String {
    let sign = if a.is_negative() { "-" } else { "" };
    let prefix = match base {
        2 => "0b",
        8 => "0o",
        _ => "0x",
    };
    format!("{sign}{prefix}{}", digits(a, base))
}
