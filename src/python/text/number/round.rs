//! `round`: `float___round___impl` in `Objects/floatobject.c`, `int___round___impl` in
//! `Objects/longobject.c`.

use num_bigint::BigInt;
use num_integer::Integer as _;
use num_traits::Signed;

use super::super::{Error, Result};
use super::float_parse::of_decimal;
use super::{Int, Integer, float};

/// `round(x)`: to the nearest int, ties to even.
pub fn float_to_int(x: f64) -> Result<Integer> {
    float::to_int(x.round_ties_even())
}

/// `round(x, digits)`: correctly rounded to so many digits after the point, ties of the
/// exact value to even.
pub fn float(x: f64, digits: i64) -> Result<f64> {
    // With more digits nothing is rounded away, with fewer all is.
    if !x.is_finite() || digits > 323 {
        return Ok(x);
    }
    if digits < -308 {
        return Ok(0.0_f64.copysign(x));
    }
    let text = match usize::try_from(digits) {
        Ok(digits) => format!("{x:.digits$}"),
        Err(_) => tens(x, digits.unsigned_abs()),
    };
    let result = of_decimal(&text);
    if result.is_infinite() {
        return Err(Error::overflow("rounded value too large to represent"));
    }
    Ok(result)
}

/// A finite float rounded to a multiple of ten to the power of `zeros`, as text.
fn tens(x: f64, zeros: u64) -> String {
    // What is below one is 0 here, and only breaks a tie.
    let whole =
        float::to_int(x.abs().trunc()).map_or_else(|_| BigInt::default(), Integer::into_big);
    let fraction = x.fract() != 0.0;
    let unit = BigInt::from(10).pow(u32::try_from(zeros).unwrap_or(u32::MAX));
    let (mut quotient, rest) = whole.div_rem(&unit);
    let twice: BigInt = rest * 2;
    let tie = twice == unit && !fraction;
    if twice > unit || (twice == unit && fraction) || (tie && quotient.is_odd()) {
        quotient += 1;
    }
    let sign = if x.is_sign_negative() { "-" } else { "" };
    format!("{sign}{quotient}e{zeros}")
}

/// `round(a, digits)` of an int: to a multiple of a power of ten, ties to even.
pub fn int(a: Int, digits: Int) -> Integer {
    if !digits.is_negative() {
        return a.to_integer();
    }
    // A unit with more digits than twice the int rounds to zero.
    let zeros = digits.to_i64().map_or(u64::MAX, i64::unsigned_abs);
    if zeros > a.bit_length() / 3 + 2 {
        return Integer::Small(0);
    }
    let Ok(zeros) = u32::try_from(zeros) else {
        return Integer::Small(0);
    };
    let unit = BigInt::from(10).pow(zeros);
    let (mut quotient, rest) = a.big().div_mod_floor(&unit);
    let twice: BigInt = rest.abs() * 2;
    if twice > unit || (twice == unit && quotient.is_odd()) {
        quotient += 1;
    }
    (quotient * unit).into()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn as_python_rounds() {
        let rows = [
            (2.675, 2, 2.67),
            (0.5, 0, 0.0),
            (1.5, 0, 2.0),
            (2.5, 0, 2.0),
            (-2.5, 0, -2.0),
            (1e+300, -299, 1e+300),
            (12345.678, -2, 12300.0),
            (15.0, -1, 20.0),
            (25.0, -1, 20.0),
            (0.125, 2, 0.12),
            (5e-324, 323, 0.0),
            (123.0, -400, 0.0),
            (1e+22, -22, 1e+22),
            (-0.4, 0, -0.0),
            (1.005, 2, 1.0),
            (9.995, 2, 9.99),
        ];
        for (x, digits, rounded) in rows {
            assert_eq!(
                float(x, digits).map(f64::to_bits),
                Ok(f64::to_bits(rounded)),
                "round({x}, {digits})"
            );
        }
        assert_eq!(
            float(f64::MAX, -308).unwrap_err().text,
            "rounded value too large to represent"
        );
        let rows: [(i128, i64, i128); _] = [
            (15, -1, 20),
            (25, -1, 20),
            (-15, -1, -20),
            (-25, -1, -20),
            (149, -2, 100),
            (150, -2, 200),
            (250, -2, 200),
            (5, -1, 0),
            (-5, -1, 0),
            (4, -1, 0),
            (100000000005000000000, -10, 100000000000000000000),
            (7, -100, 0),
            (123, 5, 123),
        ];
        for (a, digits, rounded) in rows {
            let a = Integer::from(BigInt::from(a));
            let rounded = Integer::from(BigInt::from(rounded));
            assert_eq!(
                int((&a).into(), digits.into()),
                rounded,
                "round({a:?}, {digits})"
            );
        }
    }
}
