//! The module `statistics`: exact sums as fractions, rounded once, as `Lib/statistics.py`
//! does.

use num_bigint::{BigInt, BigUint};
use num_integer::Integer as _;
use num_traits::{One, Signed, Zero};

use super::math::sums::fsum;
use super::number::division::{ratio, true_div};
use super::number::{Int, Integer, arithmetic, compare, float};
use super::{Error, Result};

/// A number of the data.
#[derive(Clone, Debug, PartialEq)]
pub enum Number {
    Int(Integer),
    Float(f64),
}

impl Number {
    pub fn to_f64(&self) -> Result<f64> {
        match self {
            Number::Int(a) => Int::from(a).to_f64(),
            Number::Float(x) => Ok(*x),
        }
    }

    fn add(&self, other: &Number) -> Result<Number> {
        match (self, other) {
            (Number::Int(a), Number::Int(b)) => {
                Ok(Number::Int(arithmetic::add(a.into(), b.into())))
            }
            (a, b) => Ok(Number::Float(a.to_f64()? + b.to_f64()?)),
        }
    }

    fn times(&self, factor: i64) -> Result<Number> {
        match self {
            // Not much larger than the data.
            Number::Int(a) => {
                arithmetic::mul(a.into(), Int::Small(factor), usize::MAX).map(Number::Int)
            }
            Number::Float(x) => Ok(Number::Float(x * factor as f64)),
        }
    }

    fn over(&self, divisor: i64) -> Result<Number> {
        match self {
            Number::Int(a) => true_div(a.into(), Int::Small(divisor)).map(Number::Float),
            Number::Float(x) => Ok(Number::Float(x / divisor as f64)),
        }
    }

    fn is_negative(&self) -> bool {
        match self {
            Number::Int(a) => Int::from(a).is_negative(),
            Number::Float(x) => *x < 0.0,
        }
    }
}

/// An exact number, with a positive denominator, or what infinities and NaNs add up to.
#[derive(Clone, Debug)]
enum Exact {
    Fraction(BigInt, BigInt),
    Special(f64),
}

impl Exact {
    fn of(number: &Number) -> Result<Exact> {
        Ok(match number {
            Number::Int(a) => Exact::Fraction(a.clone().into_big(), BigInt::one()),
            Number::Float(x) if x.is_finite() => {
                let (numerator, denominator) = float::as_integer_ratio(*x)?;
                Exact::Fraction(numerator.into_big(), denominator.into_big())
            }
            Number::Float(x) => Exact::Special(*x),
        })
    }

    fn add(self, other: Exact) -> Exact {
        use Exact::{Fraction, Special};
        match (self, other) {
            // Denominators are powers of two, the larger one a multiple of the other.
            (Fraction(a, b), Fraction(c, d)) if b == d => Fraction(a + c, b),
            (Fraction(a, b), Fraction(c, d)) if b > d => Fraction(a + c * (&b / d), b),
            (Fraction(a, b), Fraction(c, d)) => Fraction(a * (&d / b) + c, d),
            (Special(x), Special(y)) => Special(x + y),
            (Special(x), _) | (_, Special(x)) => Special(x),
        }
    }

    fn over(self, divisor: usize) -> Exact {
        match self {
            Exact::Fraction(a, b) => Exact::Fraction(a, b * BigInt::from(divisor)),
            Exact::Special(x) => Exact::Special(x / divisor as f64),
        }
    }

    fn to_f64(&self) -> Result<f64> {
        match self {
            Exact::Special(x) => Ok(*x),
            Exact::Fraction(a, b) => quotient(a, b),
        }
    }

    /// An int if all of the data were ints and it is one, a float otherwise.
    fn to_number(&self, ints: bool) -> Result<Number> {
        if let Exact::Fraction(a, b) = self
            && ints
            && a.is_multiple_of(b)
        {
            return Ok(Number::Int((a / b).into()));
        }
        self.to_f64().map(Number::Float)
    }
}

fn quotient(a: &BigInt, b: &BigInt) -> Result<f64> {
    let size = ratio(a.magnitude(), b.magnitude())
        .ok_or_else(|| Error::overflow("integer division result too large for a float"))?;
    Ok(if a.is_negative() { -size } else { size })
}

fn all_ints(data: &[Number]) -> bool {
    data.iter().all(|number| matches!(number, Number::Int(_)))
}

fn sum(data: &[Number]) -> Result<Exact> {
    let zero = Exact::Fraction(BigInt::zero(), BigInt::one());
    data.iter()
        .try_fold(zero, |sum, number| Ok(sum.add(Exact::of(number)?)))
}

fn at_least(data: &[Number], least: usize, text: String) -> Result<()> {
    match data.len() < least {
        true => Err(Error::value(text)),
        false => Ok(()),
    }
}

/// All errors here are StatisticsErrors, unless they are of arithmetic.
pub fn mean(data: &[Number]) -> Result<Number> {
    at_least(data, 1, "mean requires at least one data point".into())?;
    sum(data)?.over(data.len()).to_number(all_ints(data))
}

pub fn fmean(data: &[Number]) -> Result<f64> {
    at_least(data, 1, "fmean requires at least one data point".into())?;
    let floats: Result<Vec<f64>> = data.iter().map(Number::to_f64).collect();
    Ok(fsum(floats?)? / data.len() as f64)
}

pub fn geometric_mean(data: &[Number]) -> Result<f64> {
    let wrong =
        || Error::value("geometric mean requires a non-empty dataset containing positive numbers");
    let log = |number: &Number| match number.to_f64()? {
        x if x <= 0.0 => Err(wrong()),
        x => Ok(x.ln()),
    };
    let logs: Vec<f64> = data.iter().map(log).collect::<Result<_>>()?;
    if logs.is_empty() {
        return Err(wrong());
    }
    Ok((fsum(logs.iter().copied())? / logs.len() as f64).exp())
}

pub fn harmonic_mean(data: &[Number]) -> Result<Number> {
    at_least(
        data,
        1,
        "harmonic_mean requires at least one data point".into(),
    )?;
    if data.iter().any(Number::is_negative) {
        return Err(Error::value(
            "harmonic mean does not support negative values",
        ));
    }
    if let [one] = data {
        return Ok(one.clone());
    }
    let inverse = |number: &Number| match number {
        Number::Int(a) => true_div(Int::Small(1), a.into()).map(Number::Float),
        Number::Float(x) => float::true_div(1.0, *x).map(Number::Float),
    };
    let inverses: Result<Vec<Number>> = data.iter().map(inverse).collect();
    // One that is zero makes the mean zero.
    let Ok(inverses) = inverses else {
        return Ok(Number::Int(Integer::Small(0)));
    };
    Ok(match sum(&inverses)? {
        Exact::Special(x) => Number::Float(data.len() as f64 / x),
        Exact::Fraction(a, b) => Number::Float(quotient(&(b * data.len()), &a)?),
    })
}

/// Of which kind a variance or a deviation is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Of {
    Sample,
    Population,
}

/// The sum of squared distances from the mean, over the number of data, or one less.
fn spread(data: &[Number], of: Of, name: &str) -> Result<Exact> {
    let (prefix, least, count) = match of {
        Of::Sample => ("", 2, "two data points"),
        Of::Population => ("p", 1, "one data point"),
    };
    at_least(
        data,
        least,
        format!("{prefix}{name} requires at least {count}"),
    )?;
    let squares = data.iter().try_fold(
        Exact::Fraction(BigInt::zero(), BigInt::one()),
        |sum, number| {
            Ok(sum.add(match Exact::of(number)? {
                Exact::Fraction(a, b) => Exact::Fraction(&a * &a, &b * &b),
                special @ Exact::Special(_) => special,
            }))
        },
    )?;
    let divisor = data.len() - usize::from(of == Of::Sample);
    let (Exact::Fraction(s, t), Exact::Fraction(a, b)) = (squares, sum(data)?) else {
        return Ok(sum(data)?.over(divisor));
    };
    // n s / t - (a / b)², over n.
    let n = BigInt::from(data.len());
    let above = &n * s * (&b * &b) - &a * &a * &t;
    Ok(Exact::Fraction(above, t * (&b * &b) * n).over(divisor))
}

/// `variance` and `pvariance`.
pub fn variance(data: &[Number], of: Of) -> Result<Number> {
    spread(data, of, "variance")?.to_number(all_ints(data))
}

/// `stdev` and `pstdev`.
pub fn deviation(data: &[Number], of: Of) -> Result<f64> {
    match spread(data, of, "stdev")? {
        Exact::Special(x) => Ok(x.sqrt()),
        Exact::Fraction(a, b) => root(a.magnitude(), b.magnitude()),
    }
}

/// The float nearest to the square root of a fraction.
fn root(a: &BigUint, b: &BigUint) -> Result<f64> {
    if a.is_zero() {
        return Ok(0.0);
    }
    // So many bits of the root, 55 or more, that the last one can stand for all others.
    let bits = |n: &BigUint| i64::try_from(n.bits()).unwrap_or(i64::MAX);
    let shift = (bits(a) - bits(b) - 109).div_euclid(2);
    let (above, below) = match shift >= 0 {
        true => (a.clone(), b << (2 * shift)),
        false => (a << (-2 * shift), b.clone()),
    };
    let root = (&above / &below).sqrt();
    let inexact = &root * &root * below != above;
    let root = BigInt::from(root) | BigInt::from(u8::from(inexact));
    match shift >= 0 {
        true => quotient(&(root << shift), &BigInt::one()),
        false => quotient(&root, &(BigInt::one() << -shift)),
    }
}

/// The data in order.
pub fn sorted(mut data: Vec<Number>) -> Vec<Number> {
    use std::cmp::Ordering;
    data.sort_by(|a, b| {
        let order = match (a, b) {
            (Number::Int(a), Number::Int(b)) => Some(compare::ints(a.into(), b.into())),
            (Number::Int(a), Number::Float(b)) => compare::int_with_float(a.into(), *b),
            (Number::Float(a), Number::Int(b)) => {
                compare::int_with_float(b.into(), *a).map(Ordering::reverse)
            }
            (Number::Float(a), Number::Float(b)) => a.partial_cmp(b),
        };
        order.unwrap_or_else(|| {
            a.to_f64()
                .unwrap_or(0.0)
                .total_cmp(&b.to_f64().unwrap_or(0.0))
        })
    });
    data
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Median {
    Low,
    Middle,
    High,
}

/// `median`, `median_low`, `median_high`.
pub fn median(data: Vec<Number>, which: Median) -> Result<Number> {
    at_least(&data, 1, "no median for empty data".into())?;
    let data = sorted(data);
    let half = data.len() / 2;
    match which {
        _ if data.len() % 2 == 1 => Ok(data[half].clone()),
        Median::Low => Ok(data[half - 1].clone()),
        Median::High => Ok(data[half].clone()),
        Median::Middle => data[half - 1].add(&data[half])?.over(2),
    }
}

/// `quantiles(data, n=n)`, by the exclusive method or the inclusive one.
pub fn quantiles(data: Vec<Number>, n: i64, inclusive: bool) -> Result<Vec<Number>> {
    if n < 1 {
        return Err(Error::value("n must be at least 1"));
    }
    at_least(&data, 2, "must have at least two data points".into())?;
    let data = sorted(data);
    let count = data.len() as i64;
    let cut = |i: i64| {
        let (low, rest) = match inclusive {
            true => {
                let at = i * (count - 1);
                (at / n, at % n)
            }
            false => {
                let at = i * (count + 1);
                let low = (at / n).clamp(1, count - 1);
                (low - 1, at - low * n)
            }
        };
        let (below, above) = (&data[low as usize], &data[low as usize + 1]);
        below.times(n - rest)?.add(&above.times(rest)?)?.over(n)
    };
    (1..n).map(cut).collect()
}

#[cfg(test)]
mod tests {
    use super::super::number::float_text::repr;
    use super::*;

    fn numbers(text: &str) -> Vec<Number> {
        let number = |word: &str| match word.parse() {
            Ok(small) => Number::Int(Integer::Small(small)),
            Err(_) => Number::Float(word.parse().unwrap()),
        };
        text.split_whitespace().map(number).collect()
    }

    fn shown(result: Result<Number>) -> String {
        match result {
            Ok(Number::Int(a)) => a.into_big().to_string(),
            Ok(Number::Float(x)) => repr(x),
            Err(error) => error.text.into(),
        }
    }

    #[test]
    fn as_python_computes_them() {
        // The data, with mean, variance, pstdev, median and harmonic_mean.
        let rows = [
            (
                "1 2 3",
                ["2", "1", "0.816496580927726", "2", "1.6363636363636365"],
            ),
            ("1 2", ["1.5", "0.5", "0.5", "1.5", "1.3333333333333333"]),
            ("0.1 0.1 0.1", ["0.1", "0.0", "0.0", "0.1", "0.1"]),
            (
                "1.5 2.5 2.75 4",
                [
                    "2.6875",
                    "1.0572916666666667",
                    "0.8904879280484379",
                    "2.625",
                    "2.380522993688007",
                ],
            ),
            (
                "5",
                [
                    "5",
                    "variance requires at least two data points",
                    "0.0",
                    "5",
                    "5",
                ],
            ),
            (
                "",
                [
                    "mean requires at least one data point",
                    "variance requires at least two data points",
                    "pstdev requires at least one data point",
                    "no median for empty data",
                    "harmonic_mean requires at least one data point",
                ],
            ),
            (
                "10000000000000000 3 4.5",
                [
                    "3333333333333336.0",
                    "3.3333333333333307e+31",
                    "4714045207910315.0",
                    "4.5",
                    "5.3999999999999995",
                ],
            ),
            ("0 1", ["0.5", "0.5", "0.5", "0.5", "0"]),
        ];
        for (data, results) in rows {
            let data = numbers(data);
            let found = [
                shown(mean(&data)),
                shown(variance(&data, Of::Sample)),
                shown(deviation(&data, Of::Population).map(Number::Float)),
                shown(median(data.clone(), Median::Middle)),
                shown(harmonic_mean(&data)),
            ];
            assert_eq!(found, results, "{data:?}");
        }
    }

    #[test]
    fn cut_points() {
        let cut = |inclusive| {
            let points = quantiles(numbers("1 2 3 4 5 10"), 4, inclusive).unwrap();
            points
                .into_iter()
                .map(|point| shown(Ok(point)))
                .collect::<Vec<_>>()
        };
        assert_eq!(cut(false), ["1.75", "3.5", "6.25"]);
        assert_eq!(cut(true), ["2.25", "3.5", "4.75"]);
    }
}
