//! `int.to_bytes` and `int.from_bytes`: `_PyLong_AsByteArray` in `Objects/longobject.c`.

use num_bigint::{BigInt, Sign};

use super::super::{Error, Result, check};
use super::{Int, Integer};

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Order {
    Little,
    Big,
}

impl Order {
    pub fn parse(name: &str) -> Result<Order> {
        match name {
            "little" => Ok(Order::Little),
            "big" => Ok(Order::Big),
            _ => Err(Error::value("byteorder must be either 'little' or 'big'")),
        }
    }
}

/// `a.to_bytes(length, order, signed=signed)`, of at most `limit` bytes.
pub fn to_bytes(a: Int, length: i64, order: Order, signed: bool, limit: usize) -> Result<Vec<u8>> {
    let length = usize::try_from(length)
        .map_err(|_| Error::value("length argument must be non-negative"))?;
    if a.is_negative() && !signed {
        return Err(Error::overflow("can't convert negative int to unsigned"));
    }
    check(length, limit)?;
    // CPython finds room for -1 in no bytes at all.
    let nothing = a.is_zero() || (a == Int::Small(-1) && length == 0);
    let mut bytes = match (nothing, signed) {
        (true, _) => Vec::new(),
        (_, true) => a.big().to_signed_bytes_le(),
        (_, false) => a.big().to_bytes_le().1,
    };
    if bytes.len() > length {
        return Err(Error::overflow("int too big to convert"));
    }
    bytes.resize(length, if a.is_negative() { 0xff } else { 0 });
    if order == Order::Big {
        bytes.reverse();
    }
    Ok(bytes)
}

/// `int.from_bytes(bytes, order, signed=signed)`.
pub fn from_bytes(bytes: &[u8], order: Order, signed: bool) -> Integer {
    let value = match (signed, order) {
        (false, Order::Little) => BigInt::from_bytes_le(Sign::Plus, bytes),
        (false, Order::Big) => BigInt::from_bytes_be(Sign::Plus, bytes),
        (true, Order::Little) => BigInt::from_signed_bytes_le(bytes),
        (true, Order::Big) => BigInt::from_signed_bytes_be(bytes),
    };
    value.into()
}
