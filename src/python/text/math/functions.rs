//! Functions of floats, with CPython's checks of domain and range.

use std::f64::consts::{LN_2, LOG10_2, PI};

use num_bigint::BigInt;
use num_traits::ToPrimitive;

use super::super::number::{Int, Integer, float};
use super::super::{Error, Result};
use super::{gamma, hyperbolic};

pub fn domain_error() -> Error {
    Error::value("math domain error")
}

pub fn range_error() -> Error {
    Error::overflow("math range error")
}

/// What an infinite result of a finite argument means.
enum Infinite {
    Pole,
    Overflow,
}
use Infinite::{Overflow, Pole};

fn checked(x: f64, result: f64, infinite: Infinite) -> Result<f64> {
    if result.is_nan() && !x.is_nan() {
        return Err(domain_error());
    }
    if result.is_infinite() && x.is_finite() {
        return Err(match infinite {
            Pole => domain_error(),
            Overflow => range_error(),
        });
    }
    Ok(result)
}

macro_rules! functions {
    ($($name:ident = $compute:path, $infinite:ident;)*) => {
        $(#[doc = concat!("`math.", stringify!($name), "`.")]
        pub fn $name(x: f64) -> Result<f64> {
            checked(x, $compute(x), $infinite)
        })*
    };
}

// They differ in nothing but what they compute. Where C libraries differ, too (`cbrt`, `erf`,
// `erfc`), the last digit can be another than CPython's.
functions! {
    acos = f64::acos, Pole;
    acosh = hyperbolic::acosh, Pole;
    asin = f64::asin, Pole;
    asinh = hyperbolic::asinh, Pole;
    atan = f64::atan, Pole;
    atanh = hyperbolic::atanh, Pole;
    cbrt = f64::cbrt, Pole;
    cos = f64::cos, Pole;
    cosh = f64::cosh, Overflow;
    erf = libm::erf, Overflow;
    erfc = libm::erfc, Overflow;
    exp = f64::exp, Overflow;
    exp2 = f64::exp2, Overflow;
    expm1 = f64::exp_m1, Overflow;
    fabs = f64::abs, Pole;
    log1p = f64::ln_1p, Pole;
    sin = f64::sin, Pole;
    sinh = f64::sinh, Overflow;
    sqrt = f64::sqrt, Pole;
    tan = f64::tan, Pole;
    tanh = f64::tanh, Pole;
}

/// `math.gamma`.
pub fn gamma(x: f64) -> Result<f64> {
    checked(x, gamma::gamma(x), if x == 0.0 { Pole } else { Overflow })
}

/// `math.lgamma`.
pub fn lgamma(x: f64) -> Result<f64> {
    let pole = x <= 0.0 && x == x.floor();
    checked(x, gamma::log_gamma(x), if pole { Pole } else { Overflow })
}

/// `math.degrees`.
pub fn degrees(x: f64) -> f64 {
    x * (180.0 / PI)
}

/// `math.radians`.
pub fn radians(x: f64) -> f64 {
    x * (PI / 180.0)
}

/// A logarithm: `ln`, `log2` or `log10`.
fn logarithm(x: f64, log: fn(f64) -> f64) -> Result<f64> {
    if x > 0.0 || x.is_nan() {
        return Ok(log(x));
    }
    Err(domain_error())
}

/// A logarithm of an int, which may be too large for a float.
fn logarithm_of_int(a: Int, log: fn(f64) -> f64, of_two: f64) -> Result<f64> {
    if let Ok(x) = a.to_f64() {
        return logarithm(x, log);
    }
    if a.is_negative() {
        return Err(domain_error());
    }
    let bits = a.bit_length();
    let fraction: BigInt = &*a.big() >> (bits - 64);
    let fraction = libm::scalbn(fraction.to_f64().unwrap_or(1.0), -64);
    Ok(log(fraction) + of_two * bits as f64)
}

/// The functions `log`, `log2` and `log10`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Log {
    Natural,
    Two,
    Ten,
}

impl Log {
    pub fn of(self, x: f64) -> Result<f64> {
        match self {
            Log::Natural => logarithm(x, f64::ln),
            Log::Two => logarithm(x, f64::log2),
            Log::Ten => logarithm(x, f64::log10),
        }
    }

    pub fn of_int(self, a: Int) -> Result<f64> {
        match self {
            Log::Natural => logarithm_of_int(a, f64::ln, LN_2),
            Log::Two => logarithm_of_int(a, f64::log2, 1.0),
            Log::Ten => logarithm_of_int(a, f64::log10, LOG10_2),
        }
    }
}

/// `math.pow`.
pub fn pow(x: f64, y: f64) -> Result<f64> {
    let result = x.powf(y);
    if !x.is_finite() || !y.is_finite() {
        return Ok(result);
    }
    if result.is_nan() || (result.is_infinite() && x == 0.0) {
        return Err(domain_error());
    }
    if result.is_infinite() {
        return Err(range_error());
    }
    Ok(result)
}

/// `math.fmod`.
pub fn fmod(x: f64, y: f64) -> Result<f64> {
    let result = x % y;
    if result.is_nan() && !x.is_nan() && !y.is_nan() {
        return Err(domain_error());
    }
    Ok(result)
}

/// `math.remainder`: of the quotient rounded to the nearest int, ties to even.
pub fn remainder(x: f64, y: f64) -> Result<f64> {
    if x.is_nan() || y.is_nan() {
        return Ok(x + y);
    }
    if x.is_infinite() || y == 0.0 {
        return Err(domain_error());
    }
    if y.is_infinite() {
        return Ok(x);
    }
    Ok(libm::remainder(x, y))
}

/// `math.frexp`.
pub fn frexp(x: f64) -> (f64, i32) {
    if x == 0.0 || !x.is_finite() {
        return (x, 0);
    }
    libm::frexp(x)
}

/// `math.ldexp`.
pub fn ldexp(x: f64, exponent: Int) -> Result<f64> {
    if x == 0.0 || !x.is_finite() {
        return Ok(x);
    }
    // Beyond these any float has overflowed or vanished.
    let bounded = match exponent {
        Int::Small(small) => small.clamp(-5000, 5000) as i32,
        Int::Big(_) if exponent.is_negative() => -5000,
        Int::Big(_) => 5000,
    };
    let result = libm::scalbn(x, bounded);
    if result.is_infinite() {
        return Err(range_error());
    }
    Ok(result)
}

/// `math.modf`: the fraction and the whole part, both with the sign of `x`.
pub fn modf(x: f64) -> (f64, f64) {
    if x.is_infinite() {
        return (0.0_f64.copysign(x), x);
    }
    ((x - x.trunc()).copysign(x), x.trunc())
}

/// `math.isclose`.
pub fn is_close(a: f64, b: f64, relative: f64, absolute: f64) -> Result<bool> {
    if relative < 0.0 || absolute < 0.0 {
        return Err(Error::value("tolerances must be non-negative"));
    }
    if a == b {
        return Ok(true);
    }
    if a.is_infinite() || b.is_infinite() {
        return Ok(false);
    }
    let difference = (b - a).abs();
    Ok(difference <= (relative * b).abs()
        || difference <= (relative * a).abs()
        || difference <= absolute)
}

/// `math.nextafter`.
pub fn next_after(x: f64, y: f64) -> f64 {
    match x.partial_cmp(&y) {
        None => f64::NAN,
        Some(std::cmp::Ordering::Less) => x.next_up(),
        Some(std::cmp::Ordering::Greater) => x.next_down(),
        Some(std::cmp::Ordering::Equal) => y,
    }
}

/// `math.ulp`.
pub fn ulp(x: f64) -> f64 {
    let x = x.abs();
    let next = x.next_up();
    match next.is_finite() {
        true => next - x,
        false if x.is_finite() => x - x.next_down(),
        false => x,
    }
}

/// `math.floor`, `math.ceil` and `math.trunc` of a float.
pub fn to_int(x: f64, round: fn(f64) -> f64) -> Result<Integer> {
    float::to_int(round(x))
}

#[cfg(test)]
mod tests {
    use super::*;

    use super::super::super::number::float_text::repr;

    fn shown(result: Result<f64>) -> String {
        result.map_or_else(|error| error.text.into(), repr)
    }

    #[test]
    fn domains_and_ranges_are_cpythons() {
        type Row = (fn(f64) -> Result<f64>, f64, &'static str);
        let rows: [Row; _] = [
            (sqrt, -1.0, "math domain error"),
            (sqrt, 2.0, "1.4142135623730951"),
            (exp, 1000.0, "math range error"),
            (log1p, -1.0, "math domain error"),
            (gamma, -1.0, "math domain error"),
            (gamma, 200.0, "math range error"),
            (lgamma, 0.0, "math domain error"),
            (acosh, 0.5, "math domain error"),
            (acosh, 3.0, "1.762747174039086"),
            (asinh, -3.0, "-1.8184464592320668"),
            (atanh, 1.0, "math domain error"),
            (atanh, 0.25, "0.25541281188299536"),
            (sin, f64::INFINITY, "math domain error"),
            (cosh, 1000.0, "math range error"),
            (erf, 0.0, "0.0"),
        ];
        for (function, x, result) in rows {
            assert_eq!(shown(function(x)), result, "of {x}");
        }
        assert_eq!(shown(Log::Natural.of(0.0)), "math domain error");
        assert_eq!(shown(pow(10.0, 400.0)), "math range error");
        assert_eq!(shown(pow(0.0, -1.0)), "math domain error");
        assert_eq!(shown(remainder(5.0, 2.0)), "1.0");
        assert_eq!(shown(remainder(7.0, 2.0)), "-1.0");
        assert_eq!(shown(ldexp(1.0, Int::Small(2000))), "math range error");
    }

    #[test]
    fn logarithms_of_large_ints() {
        let large = BigInt::from(10).pow(400);
        assert_eq!(shown(Log::Ten.of_int(Int::Big(&large))), "400.0");
        assert_eq!(
            shown(Log::Two.of_int(Int::Big(&large))),
            "1328.771237954945"
        );
        assert_eq!(
            shown(Log::Natural.of_int(Int::Big(&large))),
            "921.0340371976182"
        );
    }
}
