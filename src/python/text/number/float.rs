//! Arithmetic of floats where CPython's differs from the processor's: `Objects/floatobject.c`.

use num_bigint::BigInt;
use num_traits::FromPrimitive;

use super::super::{Error, Result};
use super::Integer;

/// `a / b`.
pub fn true_div(a: f64, b: f64) -> Result<f64> {
    if b == 0.0 {
        return Err(Error::zero_division("float division by zero"));
    }
    Ok(a / b)
}

/// `a // b`.
pub fn floor_div(a: f64, b: f64) -> Result<f64> {
    if b == 0.0 {
        return Err(Error::zero_division("float floor division by zero"));
    }
    Ok(div_mod(a, b).0)
}

/// `a % b`, with the sign of `b`.
pub fn modulo(a: f64, b: f64) -> Result<f64> {
    if b == 0.0 {
        return Err(Error::zero_division("float modulo"));
    }
    Ok(div_mod(a, b).1)
}

/// `divmod(a, b)`.
pub fn divmod(a: f64, b: f64) -> Result<(f64, f64)> {
    if b == 0.0 {
        return Err(Error::zero_division("float divmod()"));
    }
    Ok(div_mod(a, b))
}

fn div_mod(a: f64, b: f64) -> (f64, f64) {
    let mut rest = a % b;
    let mut quotient = (a - rest) / b;
    if rest == 0.0 {
        rest = 0.0_f64.copysign(b);
    } else if (b < 0.0) != (rest < 0.0) {
        rest += b;
        quotient -= 1.0;
    }
    if quotient == 0.0 {
        return (0.0_f64.copysign(a / b), rest);
    }
    let floor = quotient.floor();
    let floor = if quotient - floor > 0.5 {
        floor + 1.0
    } else {
        floor
    };
    (floor, rest)
}

/// `a ** b`. Where CPython would give a complex number, this is a `ValueError`.
pub fn pow(a: f64, b: f64) -> Result<f64> {
    if a == 0.0 && b < 0.0 && b.is_finite() {
        return Err(Error::zero_division(
            "0.0 cannot be raised to a negative power",
        ));
    }
    if a < 0.0 && a.is_finite() && b.is_finite() && b != b.floor() {
        return Err(Error::value(
            "negative number cannot be raised to a fractional power",
        ));
    }
    let result = a.powf(b);
    if result.is_infinite() && a.is_finite() && b.is_finite() {
        return Err(Error::overflow("(34, 'Numerical result out of range')"));
    }
    Ok(result)
}

/// `float.is_integer`.
pub fn is_integer(x: f64) -> bool {
    x.is_finite() && x == x.floor()
}

/// `int(x)`, and with `floor` or `ceil` before it the functions of `math`.
pub fn to_int(x: f64) -> Result<Integer> {
    if x.is_infinite() {
        return Err(Error::overflow("cannot convert float infinity to integer"));
    }
    if x.is_nan() {
        return Err(Error::value("cannot convert float NaN to integer"));
    }
    #[expect(clippy::cast_possible_truncation, reason = "the bounds are checked")]
    if x.abs() < 9e18 {
        return Ok((x as i64).into());
    }
    Ok(BigInt::from_f64(x).unwrap_or_default().into())
}

/// `float.as_integer_ratio`.
pub fn as_integer_ratio(x: f64) -> Result<(Integer, Integer)> {
    if x.is_infinite() {
        return Err(Error::overflow("cannot convert Infinity to integer ratio"));
    }
    if x.is_nan() {
        return Err(Error::value("cannot convert NaN to integer ratio"));
    }
    let (mut mantissa, mut exponent) = parts(x);
    if mantissa == 0 {
        return Ok((Integer::Small(0), Integer::Small(1)));
    }
    let zeros = mantissa.trailing_zeros();
    mantissa >>= zeros;
    exponent += i64::from(zeros);
    let numerator = BigInt::from(if x < 0.0 { -mantissa } else { mantissa });
    if exponent >= 0 {
        return Ok(((numerator << exponent).into(), Integer::Small(1)));
    }
    let denominator = BigInt::from(1) << -exponent;
    Ok((numerator.into(), denominator.into()))
}

/// `(m, e)` with `abs(x) == m * 2 ** e`, for finite `x`.
pub fn parts(x: f64) -> (i64, i64) {
    let bits = x.to_bits();
    #[expect(clippy::cast_possible_wrap, reason = "53 and 11 bits")]
    let (fraction, exponent) = (
        (bits & ((1 << 52) - 1)) as i64,
        ((bits >> 52) & 0x7ff) as i64,
    );
    match exponent {
        0 => (fraction, -1074),
        _ => (fraction | 1 << 52, exponent - 1075),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn as_python_counts() {
        let rows = [
            (7.0, "/", -2.0, "-3.5"),
            (7.0, "//", -2.0, "-4.0"),
            (7.0, "%", -2.0, "-1.0"),
            (7.0, "**", -2.0, "0.02040816326530612"),
            (-7.0, "/", 2.0, "-3.5"),
            (-7.0, "//", 2.0, "-4.0"),
            (-7.0, "%", 2.0, "1.0"),
            (0.0, "/", -3.0, "-0.0"),
            (0.0, "//", -3.0, "-0.0"),
            (0.0, "%", -3.0, "-0.0"),
            (
                0.0,
                "**",
                -3.0,
                "ZeroDivisionError: 0.0 cannot be raised to a negative power",
            ),
            (-0.0, "/", 3.0, "-0.0"),
            (-0.0, "//", 3.0, "-0.0"),
            (-0.0, "%", 3.0, "0.0"),
            (-0.0, "**", 3.0, "-0.0"),
            (1.0, "/", 0.1, "10.0"),
            (1.0, "//", 0.1, "9.0"),
            (1.0, "%", 0.1, "0.09999999999999995"),
            (1.0, "**", 0.1, "1.0"),
            (1e+300, "/", 1e-10, "inf"),
            (1e+300, "//", 1e-10, "inf"),
            (1e+300, "%", 1e-10, "5.476641984772742e-11"),
            (1e+300, "**", 1e-10, "1.0000000690775552"),
            (5.0, "/", f64::INFINITY, "0.0"),
            (5.0, "//", f64::INFINITY, "0.0"),
            (5.0, "%", f64::INFINITY, "5.0"),
            (5.0, "**", f64::INFINITY, "inf"),
            (-5.0, "/", f64::INFINITY, "-0.0"),
            (-5.0, "//", f64::INFINITY, "-1.0"),
            (-5.0, "%", f64::INFINITY, "inf"),
            (1.0, "/", 0.0, "ZeroDivisionError: float division by zero"),
            (
                1.0,
                "//",
                0.0,
                "ZeroDivisionError: float floor division by zero",
            ),
            (1.0, "%", 0.0, "ZeroDivisionError: float modulo"),
            (1.0, "**", 0.0, "1.0"),
            (0.0, "/", -1.0, "-0.0"),
            (0.0, "//", -1.0, "-0.0"),
            (0.0, "%", -1.0, "-0.0"),
            (
                0.0,
                "**",
                -1.0,
                "ZeroDivisionError: 0.0 cannot be raised to a negative power",
            ),
            (10.0, "/", 400.0, "0.025"),
            (10.0, "//", 400.0, "0.0"),
            (10.0, "%", 400.0, "10.0"),
            (
                10.0,
                "**",
                400.0,
                "OverflowError: (34, 'Numerical result out of range')",
            ),
            (2.0, "/", 0.5, "4.0"),
            (2.0, "//", 0.5, "4.0"),
            (2.0, "%", 0.5, "0.0"),
            (2.0, "**", 0.5, "1.4142135623730951"),
        ];
        for (a, operator, b, result) in rows {
            let found = match operator {
                "/" => true_div(a, b),
                "//" => floor_div(a, b),
                "%" => modulo(a, b),
                _ => pow(a, b),
            };
            let found = match found {
                Ok(x) => super::super::float_text::repr(x),
                Err(error) => format!("{}: {}", error.kind.name(), error.text),
            };
            assert_eq!(found, result, "{a} {operator} {b}");
        }
    }

    #[test]
    fn ratios() {
        let rows: [(f64, i128, i128); _] = [
            (0.5, 1, 2),
            (-0.75, -3, 4),
            (3.0, 3, 1),
            (1e+22, 10000000000000000000000, 1),
            (0.1, 3602879701896397, 36028797018963968),
            (0.0, 0, 1),
        ];
        for (x, numerator, denominator) in rows {
            let found = as_integer_ratio(x);
            let whole = |a: i128| Integer::from(BigInt::from(a));
            assert_eq!(found, Ok((whole(numerator), whole(denominator))));
        }
    }
}
