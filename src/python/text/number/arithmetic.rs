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
    match (a, b) {
        (Int::Small(a), Int::Small(b)) => (a & b).into(),
        _ => bitwise(a, b, |a, b| a & b),
    }
}

pub fn or(a: Int, b: Int) -> Integer {
    match (a, b) {
        (Int::Small(a), Int::Small(b)) => (a | b).into(),
        _ => bitwise(a, b, |a, b| a | b),
    }
}

pub fn xor(a: Int, b: Int) -> Integer {
    match (a, b) {
        (Int::Small(a), Int::Small(b)) => (a ^ b).into(),
        _ => bitwise(a, b, |a, b| a ^ b),
    }
}

/// Byte by byte, in two's complement; `num_bigint` has a function for each operator, sign and
/// length, which is 6 KB of the machine's module.
fn bitwise(a: Int, b: Int, op: fn(u8, u8) -> u8) -> Integer {
    let bytes = |number: Int| {
        let sign = if number.is_negative() { 0xff } else { 0 };
        (number.big().to_signed_bytes_le(), sign)
    };
    let ((a, sign_a), (b, sign_b)) = (bytes(a), bytes(b));
    let byte = |bytes: &[u8], sign, at| bytes.get(at).copied().unwrap_or(sign);
    let length = a.len().max(b.len());
    let result: Vec<u8> = (0..length)
        .map(|at| op(byte(&a, sign_a, at), byte(&b, sign_b, at)))
        .collect();
    BigInt::from_signed_bytes_le(&result).into()
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

#[cfg(test)]
mod tests {
    use super::*;

    use super::super::{division, float_text, int_text};

    fn int(text: &str) -> Integer {
        text.parse::<BigInt>().unwrap().into()
    }

    #[test]
    fn as_python_counts() {
        let rows = [
            ("7", "+", "-2", "5"),
            ("7", "-", "-2", "9"),
            ("7", "*", "-2", "-14"),
            ("7", "//", "-2", "-4"),
            ("7", "%", "-2", "-1"),
            ("7", "&", "-2", "6"),
            ("7", "|", "-2", "-1"),
            ("7", "^", "-2", "-7"),
            ("7", "<<", "-2", "ValueError: negative shift count"),
            ("7", ">>", "-2", "ValueError: negative shift count"),
            ("7", "/", "-2", "-3.5"),
            ("-7", "+", "2", "-5"),
            ("-7", "-", "2", "-9"),
            ("-7", "*", "2", "-14"),
            ("-7", "//", "2", "-4"),
            ("-7", "%", "2", "1"),
            ("-7", "&", "2", "0"),
            ("-7", "|", "2", "-5"),
            ("-7", "^", "2", "-5"),
            ("-7", "<<", "2", "-28"),
            ("-7", ">>", "2", "-2"),
            ("-7", "/", "2", "-3.5"),
            ("-9223372036854775808", "+", "-1", "-9223372036854775809"),
            ("-9223372036854775808", "-", "-1", "-9223372036854775807"),
            ("-9223372036854775808", "*", "-1", "9223372036854775808"),
            ("-9223372036854775808", "//", "-1", "9223372036854775808"),
            ("-9223372036854775808", "%", "-1", "0"),
            ("-9223372036854775808", "&", "-1", "-9223372036854775808"),
            ("-9223372036854775808", "|", "-1", "-1"),
            ("-9223372036854775808", "^", "-1", "9223372036854775807"),
            (
                "-9223372036854775808",
                "<<",
                "-1",
                "ValueError: negative shift count",
            ),
            (
                "-9223372036854775808",
                ">>",
                "-1",
                "ValueError: negative shift count",
            ),
            ("-9223372036854775808", "/", "-1", "9.223372036854776e+18"),
            ("9223372036854775807", "+", "1", "9223372036854775808"),
            ("9223372036854775807", "-", "1", "9223372036854775806"),
            ("9223372036854775807", "*", "1", "9223372036854775807"),
            ("9223372036854775807", "//", "1", "9223372036854775807"),
            ("9223372036854775807", "%", "1", "0"),
            ("9223372036854775807", "&", "1", "1"),
            ("9223372036854775807", "|", "1", "9223372036854775807"),
            ("9223372036854775807", "^", "1", "9223372036854775806"),
            ("9223372036854775807", "<<", "1", "18446744073709551614"),
            ("9223372036854775807", ">>", "1", "4611686018427387903"),
            ("9223372036854775807", "/", "1", "9.223372036854776e+18"),
            (
                "1000000000000000000",
                "+",
                "1000000000000000000",
                "2000000000000000000",
            ),
            ("1000000000000000000", "-", "1000000000000000000", "0"),
            (
                "1000000000000000000",
                "*",
                "1000000000000000000",
                "1000000000000000000000000000000000000",
            ),
            ("1000000000000000000", "//", "1000000000000000000", "1"),
            ("1000000000000000000", "%", "1000000000000000000", "0"),
            (
                "1000000000000000000",
                "&",
                "1000000000000000000",
                "1000000000000000000",
            ),
            (
                "1000000000000000000",
                "|",
                "1000000000000000000",
                "1000000000000000000",
            ),
            ("1000000000000000000", "^", "1000000000000000000", "0"),
            ("1000000000000000000", "/", "1000000000000000000", "1.0"),
            ("-5", "+", "70", "65"),
            ("-5", "-", "70", "-75"),
            ("-5", "*", "70", "-350"),
            ("-5", "//", "70", "-1"),
            ("-5", "%", "70", "65"),
            ("-5", "&", "70", "66"),
            ("-5", "|", "70", "-1"),
            ("-5", "^", "70", "-67"),
            ("-5", "<<", "70", "-5902958103587056517120"),
            ("-5", ">>", "70", "-1"),
            ("-5", "/", "70", "-0.07142857142857142"),
            ("1", "+", "0", "1"),
            ("1", "-", "0", "1"),
            ("1", "*", "0", "0"),
            (
                "1",
                "//",
                "0",
                "ZeroDivisionError: integer division or modulo by zero",
            ),
            ("1", "%", "0", "ZeroDivisionError: integer modulo by zero"),
            ("1", "&", "0", "0"),
            ("1", "|", "0", "1"),
            ("1", "^", "0", "1"),
            ("1", "<<", "0", "1"),
            ("1", ">>", "0", "1"),
            ("1", "/", "0", "ZeroDivisionError: division by zero"),
            (
                "1180591620717411303424",
                "+",
                "-3",
                "1180591620717411303421",
            ),
            (
                "1180591620717411303424",
                "-",
                "-3",
                "1180591620717411303427",
            ),
            (
                "1180591620717411303424",
                "*",
                "-3",
                "-3541774862152233910272",
            ),
            (
                "1180591620717411303424",
                "//",
                "-3",
                "-393530540239137101142",
            ),
            ("1180591620717411303424", "%", "-3", "-2"),
            (
                "1180591620717411303424",
                "&",
                "-3",
                "1180591620717411303424",
            ),
            ("1180591620717411303424", "|", "-3", "-3"),
            (
                "1180591620717411303424",
                "^",
                "-3",
                "-1180591620717411303427",
            ),
            (
                "1180591620717411303424",
                "<<",
                "-3",
                "ValueError: negative shift count",
            ),
            (
                "1180591620717411303424",
                ">>",
                "-3",
                "ValueError: negative shift count",
            ),
            (
                "1180591620717411303424",
                "/",
                "-3",
                "-3.935305402391371e+20",
            ),
            (
                "-1180591620717411303424",
                "+",
                "18446744073709551616",
                "-1162144876643701751808",
            ),
            (
                "-1180591620717411303424",
                "-",
                "18446744073709551616",
                "-1199038364791120855040",
            ),
            (
                "-1180591620717411303424",
                "*",
                "18446744073709551616",
                "-21778071482940061661655974875633165533184",
            ),
            (
                "-1180591620717411303424",
                "//",
                "18446744073709551616",
                "-64",
            ),
            ("-1180591620717411303424", "%", "18446744073709551616", "0"),
            ("-1180591620717411303424", "&", "18446744073709551616", "0"),
            (
                "-1180591620717411303424",
                "|",
                "18446744073709551616",
                "-1162144876643701751808",
            ),
            (
                "-1180591620717411303424",
                "^",
                "18446744073709551616",
                "-1162144876643701751808",
            ),
            (
                "-1180591620717411303424",
                "/",
                "18446744073709551616",
                "-64.0",
            ),
            (
                "3",
                "**",
                "200",
                "265613988875874769338781322035779626829233452653394495974574961739092490901302182994384699044001",
            ),
            ("-1", "**", "1000000001", "-1"),
            ("0", "**", "0", "1"),
            ("-2", "**", "63", "-9223372036854775808"),
            ("-2", "**", "64", "18446744073709551616"),
        ];
        for (left, operator, right, result) in rows {
            let (a, b) = (int(left), int(right));
            let (a, b) = (Int::from(&a), Int::from(&b));
            let whole = match operator {
                "+" => Ok(add(a, b)),
                "-" => Ok(sub(a, b)),
                "*" => mul(a, b, 1000),
                "//" => floor_div(a, b),
                "%" => modulo(a, b),
                "&" => Ok(and(a, b)),
                "|" => Ok(or(a, b)),
                "^" => Ok(xor(a, b)),
                "<<" => shl(a, b, 1000),
                ">>" => shr(a, b),
                "**" => pow(a, b, 1000),
                _ => Ok(Integer::Small(0)),
            };
            let found = match operator {
                "/" => division::true_div(a, b).map(float_text::repr),
                _ => whole.and_then(|whole| int_text::decimal((&whole).into())),
            };
            let found = found.unwrap_or_else(|e| format!("{}: {}", e.kind.name(), e.text));
            assert_eq!(found, result, "{left} {operator} {right}");
        }
    }

    #[test]
    fn powers_of_a_ring() {
        let rows = [
            (2, 10, 1000, "24"),
            (2, -1, 5, "3"),
            (
                2,
                -1,
                4,
                "ValueError: base is not invertible for the given modulus",
            ),
            (2, 3, -5, "-2"),
            (2, 3, 0, "ValueError: pow() 3rd argument cannot be 0"),
            (-3, 7, 10, "3"),
            (5, 0, 1, "0"),
        ];
        for (a, b, modulus, result) in rows {
            let found = pow_mod(Int::Small(a), Int::Small(b), Int::Small(modulus));
            let found = found.and_then(|found| int_text::decimal((&found).into()));
            let found = found.unwrap_or_else(|e| format!("{}: {}", e.kind.name(), e.text));
            assert_eq!(found, result, "pow({a}, {b}, {modulus})");
        }
    }

    #[test]
    fn too_large_is_told_before_it_is_computed() {
        let memory = Err(Error::memory());
        let (ten, huge) = (Int::Small(10), Int::Small(10_000_000_000));
        assert_eq!(pow(ten, huge, 1 << 20), memory);
        assert_eq!(shl(ten, huge, 1 << 20), memory);
        let large = pow(ten, Int::Small(1000), 1 << 20).unwrap();
        assert_eq!(mul((&large).into(), (&large).into(), 5000), memory);
    }
}
