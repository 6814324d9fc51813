//! Comparing ints with floats exactly, and the hash that both share: `float_richcompare` in
//! `Objects/floatobject.c`, and "Hashing of numeric types" in the documentation of the
//! standard types.

use std::cmp::Ordering;

use num_bigint::Sign;
use num_traits::ToPrimitive;

use super::arithmetic::signum;
use super::{Int, Integer, float};

/// Hashes are remainders by this prime, 2 ** 61 - 1.
const MODULUS: u64 = (1 << 61) - 1;

const HASH_OF_INFINITY: i64 = 314_159;

pub fn ints(a: Int, b: Int) -> Ordering {
    match (a, b) {
        (Int::Small(a), Int::Small(b)) => a.cmp(&b),
        (Int::Big(a), Int::Big(b)) => a.cmp(b),
        // A big int lies beyond all small ones, on the side of its sign.
        (Int::Small(_), Int::Big(b)) => 0.cmp(&signum(b.sign())),
        (Int::Big(a), Int::Small(_)) => signum(a.sign()).cmp(&0),
    }
}

/// An int beside a float; `None` beside NaN.
pub fn int_with_float(a: Int, b: f64) -> Option<Ordering> {
    if !b.is_finite() {
        return 0.0.partial_cmp(&b);
    }
    #[expect(clippy::cast_precision_loss, reason = "exact up to 2 ** 53")]
    if let Int::Small(small) = a
        && small.unsigned_abs() <= 1 << 53
    {
        return (small as f64).partial_cmp(&b);
    }
    let whole: Integer = float::to_int(b.trunc()).ok()?;
    let order = ints(a, Int::from(&whole));
    Some(order.then(0.0.partial_cmp(&b.fract())?))
}

/// `hash` of an int.
pub fn hash_int(a: Int) -> i64 {
    let size = match a {
        Int::Small(small) => small.unsigned_abs() % MODULUS,
        Int::Big(big) => (big.magnitude() % MODULUS).to_u64().unwrap_or(0),
    };
    signed(size, a.sign() == Sign::Minus)
}

/// `hash` of a float, equal to that of an equal int. NaN, which CPython hashes by its
/// object's address, is 0.
pub fn hash_float(x: f64) -> i64 {
    if x.is_nan() {
        return 0;
    }
    if x.is_infinite() {
        return if x > 0.0 {
            HASH_OF_INFINITY
        } else {
            -HASH_OF_INFINITY
        };
    }
    let (mantissa, exponent) = float::parts(x);
    // 2 ** 61 leaves 1, so that a power of two rotates the 61 bits.
    let turn = exponent.rem_euclid(61);
    let mantissa = mantissa.unsigned_abs() % MODULUS;
    let size = ((mantissa << turn) & MODULUS) | (mantissa >> (61 - turn));
    signed(size % MODULUS, x < 0.0)
}

/// -1 is CPython's sign of an error, so -2 stands for it.
#[expect(clippy::cast_possible_wrap, reason = "61 bits")]
fn signed(size: u64, negative: bool) -> i64 {
    match if negative {
        -(size as i64)
    } else {
        size as i64
    } {
        -1 => -2,
        hash => hash,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    use num_bigint::BigInt;

    fn int(text: &str) -> Integer {
        text.parse::<BigInt>().unwrap().into()
    }

    #[test]
    fn hashes_are_cpythons() {
        let rows = [
            (0.0, 0),
            (1.0, 1),
            (-1.0, -2),
            (0.5, 1152921504606846976),
            (1e+300, 1224995262755759164),
            (-2.5, -1152921504606846978),
            (2.305843009213694e+18, 1),
            (3.25, 576460752303423491),
            (5e-324, 16777216),
            (f64::INFINITY, 314159),
            (f64::NEG_INFINITY, -314159),
        ];
        for (x, hash) in rows {
            assert_eq!(hash_float(x), hash, "{x}");
        }
        let rows = [
            ("0", 0),
            ("1", 1),
            ("-1", -2),
            ("-2", -2),
            ("2305843009213693951", 0),
            ("2305843009213693952", 1),
            ("9223372036854775808", 4),
            ("-9223372036854775808", -4),
            ("1000000000000000000000000000000", 465258685558744706),
            ("-2305843009213693951", 0),
        ];
        for (text, hash) in rows {
            assert_eq!(hash_int((&int(text)).into()), hash, "{text}");
        }
    }

    #[test]
    fn ints_beside_floats() {
        let rows = [
            ("9007199254740993", 9007199254740992.0, Ordering::Greater),
            ("9007199254740992", 9007199254740992.0, Ordering::Equal),
            ("1000000000000000000000000000000", 1e+30, Ordering::Less),
            (
                "-10000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000",
                -1e+308,
                Ordering::Less,
            ),
            ("3", 3.5, Ordering::Less),
            ("-3", -3.5, Ordering::Greater),
            (
                "9223372036854775808",
                9.223372036854776e+18,
                Ordering::Equal,
            ),
            ("9223372036854775807", 9.223372036854776e+18, Ordering::Less),
        ];
        for (text, x, order) in rows {
            assert_eq!(
                int_with_float((&int(text)).into(), x),
                Some(order),
                "{text} {x}"
            );
        }
        assert_eq!(int_with_float(Int::Small(0), f64::NAN), None);
    }
}
