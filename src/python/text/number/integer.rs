//! Python's int: an `i64` where it fits, a big integer where it does not.
//!
//! Functions take an [`Int`], which borrows, and give an [`Integer`], which is always in its
//! smallest form: `Big` never holds what an `i64` can.

use std::borrow::Cow;

use num_bigint::{BigInt, Sign};
use num_traits::{Signed, ToPrimitive};

use super::super::{Error, Result};

/// An int that is read.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Int<'a> {
    Small(i64),
    Big(&'a BigInt),
}

/// An int that was made.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Integer {
    Small(i64),
    Big(BigInt),
}

impl From<i64> for Integer {
    fn from(value: i64) -> Integer {
        Integer::Small(value)
    }
}

impl From<BigInt> for Integer {
    fn from(value: BigInt) -> Integer {
        match value.to_i64() {
            Some(small) => Integer::Small(small),
            None => Integer::Big(value),
        }
    }
}

impl From<u64> for Integer {
    fn from(value: u64) -> Integer {
        match i64::try_from(value) {
            Ok(small) => Integer::Small(small),
            Err(_) => Integer::Big(value.into()),
        }
    }
}

impl From<i64> for Int<'_> {
    fn from(value: i64) -> Self {
        Int::Small(value)
    }
}

impl<'a> From<&'a BigInt> for Int<'a> {
    fn from(value: &'a BigInt) -> Self {
        Int::Big(value)
    }
}

impl<'a> From<&'a Integer> for Int<'a> {
    fn from(value: &'a Integer) -> Self {
        match value {
            Integer::Small(small) => Int::Small(*small),
            Integer::Big(big) => Int::Big(big),
        }
    }
}

impl Integer {
    pub fn into_big(self) -> BigInt {
        match self {
            Integer::Small(small) => small.into(),
            Integer::Big(big) => big,
        }
    }
}

impl<'a> Int<'a> {
    pub fn big(self) -> Cow<'a, BigInt> {
        match self {
            Int::Small(small) => Cow::Owned(small.into()),
            Int::Big(big) => Cow::Borrowed(big),
        }
    }

    pub fn to_integer(self) -> Integer {
        match self {
            Int::Small(small) => Integer::Small(small),
            Int::Big(big) => big.clone().into(),
        }
    }

    pub fn is_zero(self) -> bool {
        self.sign() == Sign::NoSign
    }

    pub fn is_negative(self) -> bool {
        self.sign() == Sign::Minus
    }

    pub fn sign(self) -> Sign {
        match self {
            Int::Small(0) => Sign::NoSign,
            Int::Small(small) if small < 0 => Sign::Minus,
            Int::Small(_) => Sign::Plus,
            Int::Big(big) => big.sign(),
        }
    }

    /// `int.bit_length`.
    pub fn bit_length(self) -> u64 {
        match self {
            Int::Small(small) => u64::from(u64::BITS - small.unsigned_abs().leading_zeros()),
            Int::Big(big) => big.bits(),
        }
    }

    /// `int.bit_count`.
    pub fn bit_count(self) -> u64 {
        match self {
            Int::Small(small) => u64::from(small.unsigned_abs().count_ones()),
            Int::Big(big) => big.magnitude().count_ones(),
        }
    }

    /// As CPython's `PyLong_AsDouble`: to the nearest, ties to even.
    pub fn to_f64(self) -> Result<f64> {
        match self {
            #[expect(clippy::cast_precision_loss, reason = "rounded as CPython rounds")]
            Int::Small(small) => Ok(small as f64),
            Int::Big(big) => match big.to_f64() {
                Some(float) if float.is_finite() => Ok(float),
                _ => Err(Error::overflow("int too large to convert to float")),
            },
        }
    }

    pub fn to_i64(self) -> Option<i64> {
        match self {
            Int::Small(small) => Some(small),
            Int::Big(_) => None,
        }
    }

    /// `abs`.
    pub fn abs(self) -> Integer {
        match self {
            Int::Small(small) => small.unsigned_abs().into(),
            Int::Big(big) => big.abs().into(),
        }
    }
}
