//! acosh, asinh and atanh by the formulas of fdlibm (Sun, 1993), which C libraries have.
//! Those of Rust's standard library are others, and differ in the last digit.

use std::f64::consts::LN_2;

/// From here on one is nothing beside the square.
const LARGE: f64 = (1 << 28) as f64;

pub fn acosh(x: f64) -> f64 {
    if x < 1.0 {
        return f64::NAN;
    }
    if x > LARGE {
        return x.ln() + LN_2;
    }
    if x > 2.0 {
        return (2.0 * x - 1.0 / (x + (x * x - 1.0).sqrt())).ln();
    }
    let t = x - 1.0;
    (t + (2.0 * t + t * t).sqrt()).ln_1p()
}

pub fn asinh(x: f64) -> f64 {
    let size = x.abs();
    if size < 1.0 / LARGE || !x.is_finite() {
        return x;
    }
    let square = size * size;
    let result = if size > LARGE {
        size.ln() + LN_2
    } else if size > 2.0 {
        (2.0 * size + 1.0 / ((square + 1.0).sqrt() + size)).ln()
    } else {
        (size + square / (1.0 + (1.0 + square).sqrt())).ln_1p()
    };
    result.copysign(x)
}

pub fn atanh(x: f64) -> f64 {
    let size = x.abs();
    if size < 1.0 / LARGE {
        return x;
    }
    let twice = size + size;
    let result = match size < 0.5 {
        true => 0.5 * (twice + twice * size / (1.0 - size)).ln_1p(),
        false => 0.5 * (twice / (1.0 - size)).ln_1p(),
    };
    result.copysign(x)
}
