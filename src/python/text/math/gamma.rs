//! The gamma function and its logarithm, by Lanczos' approximation with the coefficients
//! that Pugh (2004) found, as `m_tgamma` and `m_lgamma` in `Modules/mathmodule.c` use it.
//! Infinite and NaN results are for the caller to tell apart.

use std::f64::consts::PI;

const G: f64 = 6.024_680_040_776_73;
const G_MINUS_HALF: f64 = G - 0.5;

/// The sum is a quotient of two polynomials: coefficients above and below, lowest first.
const SUM: [(f64, f64); 13] = [
    (23_531_376_880.410_76, 0.0),
    (42_919_803_642.649_1, 39_916_800.0),
    (35_711_959_237.355_67, 120_543_840.0),
    (17_921_034_426.037_21, 150_917_976.0),
    (6_039_542_586.352_028, 105_258_076.0),
    (1_439_720_407.311_721_6, 45_995_730.0),
    (248_874_557.862_054_17, 13_339_535.0),
    (31_426_415.585_400_194, 2_637_558.0),
    (2_876_370.628_935_372_5, 357_423.0),
    (186_056.265_395_223_48, 32_670.0),
    (8_071.672_002_365_816, 1_925.0),
    (210.824_277_751_579_36, 66.0),
    (2.506_628_274_631_000_2, 1.0),
];

fn sum(x: f64) -> f64 {
    let (above, below) = match x < 5.0 {
        true => SUM
            .iter()
            .rev()
            .fold((0.0, 0.0), |(a, b), (p, q)| (a * x + p, b * x + q)),
        // The same in powers of 1 / x, which do not overflow.
        false => SUM
            .iter()
            .fold((0.0, 0.0), |(a, b), (p, q)| (a / x + p, b / x + q)),
    };
    above / below
}

/// sin(pi x), exact where x is a multiple of one half.
fn sin_pi(x: f64) -> f64 {
    let y = x.abs() % 2.0;
    let size = match (2.0 * y).round() {
        0.0 => (PI * y).sin(),
        1.0 => (PI * (y - 0.5)).cos(),
        2.0 => (PI * (1.0 - y)).sin(),
        3.0 => -(PI * (y - 1.5)).cos(),
        _ => (PI * (y - 2.0)).sin(),
    };
    1.0_f64.copysign(x) * size
}

pub fn gamma(x: f64) -> f64 {
    if x.is_nan() || x == f64::INFINITY {
        return x;
    }
    if x == f64::NEG_INFINITY || (x < 0.0 && x == x.floor()) {
        return f64::NAN;
    }
    let size = x.abs();
    if size < 1e-20 {
        return 1.0 / x;
    }
    // Factorials of which each step is a float.
    if x == x.floor() && x <= 23.0 {
        return (2..x as u32).map(f64::from).product();
    }
    if size > 200.0 {
        return match x < 0.0 {
            true => 0.0 / sin_pi(x),
            false => f64::INFINITY,
        };
    }
    let y = size + G_MINUS_HALF;
    // What is lost in that sum.
    let lost = match size > G_MINUS_HALF {
        true => y - size - G_MINUS_HALF,
        false => y - G_MINUS_HALF - size,
    };
    let correction = lost * G / y;
    if x < 0.0 {
        let result = -PI / sin_pi(size) / size * y.exp() / sum(size);
        let result = result - correction * result;
        if size < 140.0 {
            return result / y.powf(size - 0.5);
        }
        let root = y.powf(size / 2.0 - 0.25);
        return result / root / root;
    }
    let result = sum(size) / y.exp();
    let result = result + correction * result;
    if size < 140.0 {
        return result * y.powf(size - 0.5);
    }
    let root = y.powf(size / 2.0 - 0.25);
    result * root * root
}

pub fn log_gamma(x: f64) -> f64 {
    if !x.is_finite() {
        return x.abs();
    }
    if x == x.floor() && x <= 2.0 {
        return if x <= 0.0 { f64::INFINITY } else { 0.0 };
    }
    let size = x.abs();
    if size < 1e-20 {
        return -size.ln();
    }
    let result = sum(size).ln() - G + (size - 0.5) * ((size + G - 0.5).ln() - 1.0);
    match x < 0.0 {
        true => PI.ln() - sin_pi(size).abs().ln() - size.ln() - result,
        false => result,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn as_python_computes_them() {
        let rows = [
            (0.5, 1.7724538509055159),
            (-0.5, -3.544907701811032),
            (5.0, 24.0),
            (23.0, 1.1240007277776077e+21),
            (24.5, 1.2599063430729375e+23),
            (171.0, 7.257415615307998e+306),
            (-170.5, -3.312739521538607e-308),
            (1e-300, 9.999999999999999e+299),
            (150.5, 4.661072627097377e+261),
            (-2.5, -0.9453087204829417),
            (100.25, 2.9484662818387695e+156),
        ];
        for (x, result) in rows {
            assert_eq!(gamma(x), result, "gamma({x})");
        }
        let rows = [
            (0.5, 0.5723649429247004),
            (-0.5, 1.265512123484645),
            (4.0, 1.7917594692280554),
            (1e+300, 6.897755278982137e+302),
            (100.25, 360.2845596377643),
            (-2.5, -0.05624371649767457),
            (2.0, 0.0),
        ];
        for (x, result) in rows {
            assert_eq!(log_gamma(x), result, "lgamma({x})");
        }
    }
}
