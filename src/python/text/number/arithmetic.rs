//! Arithmetic of ints of any size: what `Objects/longobject.c` does.
//!
//! Every result is checked against a limit in bits before it is computed, so that
//! `10 ** 10 ** 10` is a `MemoryError` and no endless loop.

use num_bigint::{BigInt, Sign};
use num_integer::Integer as _;
use num_traits::{One, Signed, Zero};

use super::super::{Error, Result, check};
use super::{Int, Integer};

/// Applies the checked operation to small ints, and the other to big ones.
macro_rules! either {
    ($a:expr, $b:expr, $small:ident, $op:tt) => {{
        if let (Int::Small(a), Int::Small(b)) = ($a, $b)
            && let Some(result) = a.$small(b)
        {
            return result.into();
        }
        (&*$a.big() $op &*$b.big()).into()
    }};
}

pub fn add(a: Int, b: Int) -> Integer {
    either!(a, b, checked_add, +)
}

pub fn sub(a: Int, b: Int) -> Integer {
    either!(a, b, checked_sub, -)
}

/// The product, of at most `limit` bits.
pub fn mul(a: Int, b: Int, limit: usize) -> Result<Integer> {
    if let (Int::Small(a), Int::Small(b)) = (a, b)
        && let Some(result) = a.checked_mul(b)
    {
        return Ok(result.into());
    }
    check_bits(a.bit_length() + b.bit_length(), limit)?;
    Ok((&*a.big() * &*b.big()).into())
}

pub fn neg(a: Int) -> Integer {
    match a {
        Int::Small(small) => match small.checked_neg() {
            Some(result) => result.into(),
            None => (-BigInt::from(small)).into(),
        },
        Int::Big(big) => (-big).into(),
    }
}

/// `~a`.
pub fn invert(a: Int) -> Integer {
    match a {
        Int::Small(small) => (!small).into(),
        Int::Big(big) => (-(big + 1_i64)).into(),
    }
}

pub fn and(a: Int, b: Int) -> Integer {
    if let (Int::Small(a), Int::Small(b)) = (a, b) {
        return (a & b).into();
    }
    (&*a.big() & &*b.big()).into()
}

pub fn or(a: Int, b: Int) -> Integer {
    if let (Int::Small(a), Int::Small(b)) = (a, b) {
        return (a | b).into();
    }
    (&*a.big() | &*b.big()).into()
}

pub fn xor(a: Int, b: Int) -> Integer {
    if let (Int::Small(a), Int::Small(b)) = (a, b) {
        return (a ^ b).into();
    }
    (&*a.big() ^ &*b.big()).into()
}

/// `a << b`, of at most `limit` bits.
pub fn shl(a: Int, b: Int, limit: usize) -> Result<Integer> {
    if b.is_negative() {
        return Err(Error::value("negative shift count"));
    }
    if a.is_zero() {
        return Ok(Integer::Small(0));
    }
    let Int::Small(count) = b else {
        return Err(Error::overflow("too many digits in integer"));
    };
    let bits = a.bit_length() + count.unsigned_abs();
    if let Int::Small(small) = a
        && bits < 64
    {
        return Ok((small << count).into());
    }
    check_bits(bits, limit)?;
    Ok((&*a.big() << count).into())
}

/// `a >> b`.
pub fn shr(a: Int, b: Int) -> Result<Integer> {
    if b.is_negative() {
        return Err(Error::value("negative shift count"));
    }
    let gone = if a.is_negative() { -1_i64 } else { 0 };
    let Int::Small(count) = b else {
        return Ok(gone.into());
    };
    if count.unsigned_abs() >= a.bit_length() {
        return Ok(gone.into());
    }
    Ok(match a {
        Int::Small(small) => (small >> count).into(),
        Int::Big(big) => (big >> count).into(),
    })
}

/// `a // b`, rounded towards minus infinity.
pub fn floor_div(a: Int, b: Int) -> Result<Integer> {
    if b.is_zero() {
        return Err(Error::zero_division("integer division or modulo by zero"));
    }
    if let (Int::Small(a), Int::Small(b)) = (a, b)
        && a.checked_div(b).is_some()
    {
        return Ok(num_integer::Integer::div_floor(&a, &b).into());
    }
    Ok(a.big().div_floor(&b.big()).into())
}

/// `a % b`, with the sign of `b`.
pub fn modulo(a: Int, b: Int) -> Result<Integer> {
    if b.is_zero() {
        return Err(Error::zero_division("integer modulo by zero"));
    }
    if let (Int::Small(a), Int::Small(b)) = (a, b) {
        let result = if b == -1 { 0 } else { a.mod_floor(&b) };
        return Ok(result.into());
    }
    Ok(a.big().mod_floor(&b.big()).into())
}

/// `divmod(a, b)`.
pub fn divmod(a: Int, b: Int) -> Result<(Integer, Integer)> {
    let quotient = floor_div(a, b)?;
    Ok((quotient, modulo(a, b)?))
}

/// `a ** b` for `b` of at least 0, of at most `limit` bits. A negative `b` is the business
/// of [`float::pow`](super::float::pow).
pub fn pow(a: Int, b: Int, limit: usize) -> Result<Integer> {
    debug_assert!(!b.is_negative());
    match a {
        Int::Small(0) => return Ok(i64::from(b.is_zero()).into()),
        Int::Small(1) => return Ok(Integer::Small(1)),
        Int::Small(-1) => {
            let odd = !and(b, Int::Small(1)).eq(&Integer::Small(0));
            return Ok(Integer::Small(if odd { -1 } else { 1 }));
        }
        _ => {}
    }
    let exponent = match b {
        Int::Small(small) => u32::try_from(small).map_err(|_| Error::memory())?,
        Int::Big(_) => return Err(Error::memory()),
    };
    if let Int::Small(base) = a
        && let Some(result) = base.checked_pow(exponent)
    {
        return Ok(result.into());
    }
    // A power has at least this many bits, and at most `exponent` more.
    check_bits((a.bit_length() - 1) * u64::from(exponent), limit)?;
    Ok(a.big().pow(exponent).into())
}

/// `pow(a, b, modulus)`.
pub fn pow_mod(a: Int, b: Int, modulus: Int) -> Result<Integer> {
    if modulus.is_zero() {
        return Err(Error::value("pow() 3rd argument cannot be 0"));
    }
    let modulus = modulus.big();
    let size = modulus.abs();
    let mut base = a.big().mod_floor(&size);
    if b.is_negative() {
        base = inverse(&base, &size)
            .ok_or_else(|| Error::value("base is not invertible for the given modulus"))?;
    }
    let power = base.modpow(&b.abs().into_big(), &size);
    Ok(power.mod_floor(&modulus).into())
}

/// The inverse of `a` in the ring of `modulus`, both positive.
fn inverse(a: &BigInt, modulus: &BigInt) -> Option<BigInt> {
    if modulus.is_one() {
        return Some(BigInt::zero());
    }
    let gcd = a.extended_gcd(modulus);
    gcd.gcd.is_one().then(|| gcd.x.mod_floor(modulus))
}

/// A `MemoryError` for more than `limit` bits.
pub fn check_bits(bits: u64, limit: usize) -> Result<()> {
    check(usize::try_from(bits).unwrap_or(usize::MAX), limit)
}

/// -1, 0 or 1.
pub fn signum(sign: Sign) -> i64 {
    match sign {
        Sign::Minus => -1,
        Sign::NoSign => 0,
        Sign::Plus => 1,
    }
}
