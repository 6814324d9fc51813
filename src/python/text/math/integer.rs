//! gcd, lcm, isqrt, factorial, comb and perm. Results are of at most `limit` bits.

use num_bigint::{BigInt, BigUint};
use num_integer::Integer as _;

use super::super::number::arithmetic::{check_bits, mul};
use super::super::number::{Int, Integer};
use super::super::{Error, Result};

/// `math.gcd` of two.
pub fn gcd(a: Int, b: Int) -> Integer {
    if let (Int::Small(a), Int::Small(b)) = (a, b) {
        return a.unsigned_abs().gcd(&b.unsigned_abs()).into();
    }
    a.big().gcd(&b.big()).into()
}

/// `math.lcm` of two.
pub fn lcm(a: Int, b: Int, limit: usize) -> Result<Integer> {
    if a.is_zero() || b.is_zero() {
        return Ok(Integer::Small(0));
    }
    let part = a.abs().into_big() / gcd(a, b).into_big();
    let part = Integer::from(part);
    mul((&part).into(), (&b.abs()).into(), limit)
}

/// `math.isqrt`.
pub fn isqrt(a: Int) -> Result<Integer> {
    if a.is_negative() {
        return Err(Error::value("isqrt() argument must be nonnegative"));
    }
    Ok(match a {
        Int::Small(small) => small.isqrt().into(),
        Int::Big(big) => big.sqrt().into(),
    })
}

/// `math.factorial`.
pub fn factorial(n: Int, limit: usize) -> Result<Integer> {
    if n.is_negative() {
        return Err(Error::value("factorial() not defined for negative values"));
    }
    let n = n.to_i64().ok_or_else(|| {
        Error::overflow(format!(
            "factorial() argument should not exceed {}",
            i64::MAX
        ))
    })?;
    falling(n.unsigned_abs(), n.unsigned_abs(), limit).map(whole)
}

/// `math.perm(n, k)`.
pub fn perm(n: Int, k: Int, limit: usize) -> Result<Integer> {
    let Some((n, k)) = checked(n, k)? else {
        return Ok(Integer::Small(0));
    };
    let k = k
        .to_i64()
        .ok_or_else(|| Error::overflow(format!("k must not exceed {}", i64::MAX)))?;
    big_falling(n, k.unsigned_abs(), limit)
}

/// `math.comb(n, k)`.
pub fn comb(n: Int, k: Int, limit: usize) -> Result<Integer> {
    let Some((n, k)) = checked(n, k)? else {
        return Ok(Integer::Small(0));
    };
    let (whole, part) = (n.big(), k.big());
    let rest = &*whole - &*part;
    let fewer = Integer::from(rest.min(part.into_owned()));
    let Integer::Small(k) = fewer else {
        return Err(Error::overflow(format!(
            "min(n - k, k) must not exceed {}",
            i64::MAX
        )));
    };
    let k = k.unsigned_abs();
    let above = big_falling(n, k, limit)?.into_big();
    let below = BigInt::from(falling(k, k, limit)?);
    Ok((above / below).into())
}

/// Both, unless the result is 0 because `k` is larger.
fn checked<'a>(n: Int<'a>, k: Int<'a>) -> Result<Option<(Int<'a>, Int<'a>)>> {
    if n.is_negative() {
        return Err(Error::value("n must be a non-negative integer"));
    }
    if k.is_negative() {
        return Err(Error::value("k must be a non-negative integer"));
    }
    Ok((k.big() <= n.big()).then_some((n, k)))
}

/// `n (n - 1) … (n - k + 1)` with an `n` of any size.
fn big_falling(n: Int, k: u64, limit: usize) -> Result<Integer> {
    let n = match n {
        Int::Small(small) => return falling(small.unsigned_abs(), k, limit).map(whole),
        Int::Big(big) => big,
    };
    check_bits((n.bits() - 1).saturating_mul(k), limit)?;
    let mut product = BigInt::from(1);
    for i in 0..k {
        product *= n - BigInt::from(i);
    }
    Ok(product.into())
}

fn whole(size: BigUint) -> Integer {
    BigInt::from(size).into()
}

/// `n (n - 1) … (n - k + 1)`, `k` being at most `n`.
fn falling(n: u64, k: u64, limit: usize) -> Result<BigUint> {
    // Half of the factors have at least as many bits as the middle one.
    let middle = n - k / 2;
    let bits = u64::from(u64::BITS - middle.leading_zeros()).saturating_sub(1);
    check_bits(bits.saturating_mul(k / 2), limit)?;
    Ok(product(n - k + 1, n))
}

/// The product of all from `low` to `high`, by halves, so that factors are of like size.
/// It goes as deep as the logarithm of their number.
fn product(low: u64, high: u64) -> BigUint {
    const FEW: u64 = 16;
    if low > high {
        return BigUint::from(1_u8);
    }
    if high - low < FEW {
        return (low..=high).fold(BigUint::from(1_u8), |product, n| product * n);
    }
    let middle = low + (high - low) / 2;
    product(low, middle) * product(middle + 1, high)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn as_python_counts() {
        let int = Int::Small;
        let shown = |result: Result<Integer>| match result {
            Ok(found) => found.into_big().to_string(),
            Err(error) => error.text.into(),
        };
        assert_eq!(gcd(int(-12), int(18)), Integer::Small(6));
        assert_eq!(shown(lcm(int(-4), int(6), 1000)), "12");
        assert_eq!(shown(isqrt(int(99))), "9");
        assert_eq!(
            shown(factorial(int(25), 1000)),
            "15511210043330985984000000"
        );
        assert_eq!(shown(comb(int(100), int(3), 1000)), "161700");
        assert_eq!(shown(comb(int(3), int(4), 1000)), "0");
        assert_eq!(
            shown(perm(int(30), int(20), 1000)),
            "73096577329197271449600000"
        );
        assert_eq!(
            shown(perm(int(i64::MAX), int(2), 1000)),
            "85070591730234615838173535747377725442"
        );
        assert_eq!(
            shown(factorial(int(-1), 1000)),
            "factorial() not defined for negative values"
        );
        assert_eq!(factorial(int(i64::MAX), 1 << 20), Err(Error::memory()));
        assert_eq!(
            comb(int(i64::MAX), int(1 << 40), 1 << 20),
            Err(Error::memory())
        );
    }
}
