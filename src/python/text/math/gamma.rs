//! The gamma function and its logarithm, by Lanczos' approximation with the coefficients
//! that Pugh (2004) found, as `m_tgamma` and `m_lgamma` in `Modules/mathmodule.c` use it.
//! Infinite and NaN results are for the caller to tell apart.

use std::f64::consts::PI;

const G: f64 = 6.024_680_040_776_729_583_740_234_375;
const G_MINUS_HALF: f64 = G - 0.5;

/// The sum is a quotient of two polynomials: coefficients above and below, lowest first.
const SUM: [(f64, f64); 13] = [
    (
        23_531_376_880.410_759_688_572_007_674_451_636_754_734_8,
        0.0,
    ),
    (
        42_919_803_642.649_098_768_957_899_047_001_988_850_926_4,
        39_916_800.0,
    ),
    (
        35_711_959_237.355_668_049_440_185_451_547_166_705_960_5,
        120_543_840.0,
    ),
    (
        17_921_034_426.037_209_699_919_755_754_458_931_112_671_4,
        150_917_976.0,
    ),
    (
        6_039_542_586.352_028_005_064_291_644_307_297_921_069_94,
        105_258_076.0,
    ),
    (
        1_439_720_407.311_721_673_663_223_072_794_912_393_971_55,
        45_995_730.0,
    ),
    (
        248_874_557.862_054_156_511_460_386_413_229_423_216_321,
        13_339_535.0,
    ),
    (
        31_426_415.585_400_194_380_614_231_628_318_205_362_874_7,
        2_637_558.0,
    ),
    (
        2_876_370.628_935_372_441_225_409_051_620_849_613_599_11,
        357_423.0,
    ),
    (
        186_056.265_395_223_495_040_294_989_716_045_699_282_208,
        32_670.0,
    ),
    (
        8_071.672_002_365_816_210_638_002_902_272_250_613_821_85,
        1_925.0,
    ),
    (210.824_277_751_579_345_872_509_733_920_713_362_711_67, 66.0),
    (
        2.506_628_274_631_000_270_164_908_177_133_837_338_626_43,
        1.0,
    ),
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
