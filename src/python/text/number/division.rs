//! `/` of ints: the float nearest to the exact quotient, as `long_true_divide` in
//! `Objects/longobject.c` gives it.

use num_bigint::BigUint;
use num_integer::Integer as _;
use num_traits::{ToPrimitive, Zero};

use super::super::{Error, Result};
use super::Int;

/// Up to here every int is a float.
const EXACT: u64 = 1 << 53;

/// `a / b`.
pub fn true_div(a: Int, b: Int) -> Result<f64> {
    if b.is_zero() {
        return Err(Error::zero_division("division by zero"));
    }
    if let (Int::Small(a), Int::Small(b)) = (a, b)
        && a.unsigned_abs() <= EXACT
        && b.unsigned_abs() <= EXACT
    {
        #[expect(clippy::cast_precision_loss, reason = "both are exact")]
        return Ok(a as f64 / b as f64);
    }
    let size = ratio(a.big().magnitude(), b.big().magnitude())
        .ok_or_else(|| Error::overflow("integer division result too large for a float"))?;
    let negative = a.is_negative() != b.is_negative();
    Ok(if negative { -size } else { size })
}

/// The float nearest to `a / b`, ties to even; `None` if it is too large.
pub fn ratio(a: &BigUint, b: &BigUint) -> Option<f64> {
    if a.is_zero() {
        return Some(0.0);
    }
    let difference = i64::try_from(a.bits()).ok()? - i64::try_from(b.bits()).ok()?;
    if difference > 1024 {
        return None;
    }
    if difference < -1076 {
        return Some(0.0);
    }
    // The quotient gets 55 or 56 bits, fewer where the float is subnormal; the last of
    // them stands for all that follow, so that the one rounding below is right.
    let shift = (difference - 55).max(-1076);
    let (quotient, rest) = if shift >= 0 {
        a.div_rem(&(b << shift))
    } else {
        (a << -shift).div_rem(b)
    };
    let bits = quotient.to_u64()? | u64::from(!rest.is_zero());
    #[expect(
        clippy::cast_precision_loss,
        reason = "this is the rounding, unless subnormal"
    )]
    let float = if shift == -1076 {
        // In units of the smallest subnormal, 2 ** -1074, which are exact.
        let units = bits >> 2;
        let dropped = bits & 3;
        let up = dropped > 2 || (dropped == 2 && units & 1 == 1);
        if units < EXACT {
            return Some(f64::from_bits(units + u64::from(up)));
        }
        bits as f64
    } else {
        bits as f64
    };
    let result = libm::scalbn(float, i32::try_from(shift).ok()?);
    result.is_finite().then_some(result)
}
