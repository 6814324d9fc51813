//! fsum, hypot and dist, which lose no digit that matters.

use super::super::number::float::parts;
use super::super::{Error, Result};

/// `math.fsum`: the exact sum, rounded once, by Shewchuk's algorithm.
pub fn fsum(numbers: impl IntoIterator<Item = f64>) -> Result<f64> {
    let mut sum = Sum::default();
    for x in numbers {
        sum.add(x)?;
    }
    sum.result()
}

/// A sum that numbers are added to.
#[derive(Clone, Debug, Default)]
pub struct Sum {
    /// Numbers that do not overlap, in order of size, whose sum is the exact one.
    partials: Vec<f64>,
    /// The sum of infinities and NaNs, and of the infinities alone.
    special: f64,
    infinite: f64,
}

impl Sum {
    pub fn add(&mut self, number: f64) -> Result<()> {
        let mut x = number;
        let mut kept = 0;
        for i in 0..self.partials.len() {
            let mut y = self.partials[i];
            if x.abs() < y.abs() {
                (x, y) = (y, x);
            }
            let high = x + y;
            let low = y - (high - x);
            if low != 0.0 {
                self.partials[kept] = low;
                kept += 1;
            }
            x = high;
        }
        self.partials.truncate(kept);
        if x == 0.0 {
            return Ok(());
        }
        if x.is_finite() {
            self.partials.push(x);
            return Ok(());
        }
        if number.is_finite() {
            return Err(Error::overflow("intermediate overflow in fsum"));
        }
        if number.is_infinite() {
            self.infinite += number;
        }
        self.special += number;
        self.partials.clear();
        Ok(())
    }

    pub fn result(mut self) -> Result<f64> {
        if self.special != 0.0 {
            return match self.infinite.is_nan() {
                true => Err(Error::value("-inf + inf in fsum")),
                false => Ok(self.special),
            };
        }
        let Some(mut high) = self.partials.pop() else {
            return Ok(0.0);
        };
        let mut low = 0.0;
        while low == 0.0
            && let Some(y) = self.partials.pop()
        {
            let x = high;
            high = x + y;
            low = y - (high - x);
        }
        // A tie is broken by what lies below.
        if let Some(below) = self.partials.last()
            && ((low < 0.0 && *below < 0.0) || (low > 0.0 && *below > 0.0))
        {
            let y = low * 2.0;
            let x = high + y;
            if y == x - high {
                high = x;
            }
        }
        Ok(high)
    }
}

/// `math.hypot`, and `math.dist` of differences: the square root of the sum of squares, with
/// one step of Newton's to correct it.
pub fn hypot(numbers: &[f64]) -> f64 {
    let sizes: Vec<f64> = numbers.iter().map(|x| x.abs()).collect();
    let most = sizes.iter().copied().fold(0.0, f64::max);
    if most.is_infinite() {
        return most;
    }
    if sizes.iter().any(|x| x.is_nan()) {
        return f64::NAN;
    }
    if most == 0.0 || sizes.len() == 1 {
        return most;
    }
    let (mantissa, exponent) = parts(most);
    let bits = i64::from(u64::BITS - mantissa.unsigned_abs().leading_zeros());
    let top = exponent + bits;
    if top < -1023 {
        // The scale would be infinite.
        let least = f64::MIN_POSITIVE;
        let larger: Vec<f64> = sizes.iter().map(|x| x / least).collect();
        return least * scaled(&larger, frexp_exponent(most / least));
    }
    scaled(&sizes, top)
}

fn frexp_exponent(x: f64) -> i64 {
    i64::from(libm::frexp(x).1)
}

/// The norm of numbers of which the largest is below two to the power of `top`.
fn scaled(sizes: &[f64], top: i64) -> f64 {
    let scale = libm::scalbn(1.0, -top as i32);
    // Adding to one, so that what is added is always the smaller.
    let mut sum = Squares {
        sum: 1.0,
        low: [0.0; 2],
    };
    for size in sizes {
        let x = size * scale;
        sum.add(x, x);
    }
    let root = sum.above_one().sqrt();
    sum.add(-root, root);
    (root + sum.above_one() / (2.0 * root)) / scale
}

/// A sum of products, and what its rounding lost.
struct Squares {
    sum: f64,
    low: [f64; 2],
}

impl Squares {
    fn add(&mut self, x: f64, y: f64) {
        let (high, low) = product(x, y);
        let sum = self.sum + high;
        let lost = (self.sum - sum) + high;
        self.sum = sum;
        self.low[0] += low;
        self.low[1] += lost;
    }

    fn above_one(&self) -> f64 {
        self.sum - 1.0 + (self.low[0] + self.low[1])
    }
}

/// The product of two floats as the sum of two (Dekker, 1971).
fn product(x: f64, y: f64) -> (f64, f64) {
    let split = |x: f64| {
        let t = x * 134_217_729.0;
        let high = t - (t - x);
        (high, x - high)
    };
    let ((a, b), (c, d)) = (split(x), split(y));
    let high = a * c;
    let middle = a * d + b * c;
    let product = high + middle;
    (product, high - product + middle + b * d)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn as_python_adds_them() {
        let rows: [(&[f64], _); _] = [
            (&[0.1, 0.1, 0.1, 0.1, 0.1, 0.1, 0.1, 0.1, 0.1, 0.1], "1.0"),
            (&[1e+100, 1.0, -1e+100], "1.0"),
            (&[1e+308, 1e+308], "intermediate overflow in fsum"),
            (&[1.0, 1e-16, 1e-16], "1.0000000000000002"),
            (&[], "0.0"),
            (&[f64::INFINITY, f64::NEG_INFINITY], "-inf + inf in fsum"),
            (&[f64::INFINITY, 1.0], "inf"),
        ];
        for (numbers, result) in rows {
            let sum = fsum(numbers.iter().copied());
            let found = sum.map_or_else(
                |e| e.text.into(),
                super::super::super::number::float_text::repr,
            );
            assert_eq!(found, result, "{numbers:?}");
        }
        let rows: [(&[f64], f64); _] = [
            (&[3.0, 4.0], 5.0),
            (&[1e+200, 1e+200], 1.414213562373095e+200),
            (&[5e-324, 5e-324], 5e-324),
            (&[1.0, 1.0, 1.0], 1.7320508075688772),
            (&[], 0.0),
            (&[-2.0], 2.0),
            (&[f64::INFINITY, f64::NAN], f64::INFINITY),
            (&[0.1, 0.2, 0.3], 0.3741657386773941),
        ];
        for (numbers, result) in rows {
            assert_eq!(hypot(numbers), result, "{numbers:?}");
        }
    }
}
