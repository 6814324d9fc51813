//! Errors of pure functions: the name of CPython's exception, and its text.

use std::borrow::Cow;

/// The exception's class.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Kind {
    Index,
    Key,
    Lookup,
    Memory,
    Overflow,
    Type,
    UnicodeDecode,
    UnicodeEncode,
    Value,
    ZeroDivision,
}

impl Kind {
    /// The class by its name in Python.
    pub fn name(self) -> &'static str {
        match self {
            Kind::Index => "IndexError",
            Kind::Key => "KeyError",
            Kind::Lookup => "LookupError",
            Kind::Memory => "MemoryError",
            Kind::Overflow => "OverflowError",
            Kind::Type => "TypeError",
            Kind::UnicodeDecode => "UnicodeDecodeError",
            Kind::UnicodeEncode => "UnicodeEncodeError",
            Kind::Value => "ValueError",
            Kind::ZeroDivision => "ZeroDivisionError",
        }
    }
}

/// An exception to be raised: what `type(e).__name__` and `str(e)` are.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Error {
    pub kind: Kind,
    pub text: Cow<'static, str>,
}

pub type Result<T> = std::result::Result<T, Error>;

impl Error {
    pub fn new(kind: Kind, text: impl Into<Cow<'static, str>>) -> Error {
        let text = text.into();
        Error { kind, text }
    }

    pub fn value(text: impl Into<Cow<'static, str>>) -> Error {
        Error::new(Kind::Value, text)
    }

    pub fn type_(text: impl Into<Cow<'static, str>>) -> Error {
        Error::new(Kind::Type, text)
    }

    pub fn overflow(text: impl Into<Cow<'static, str>>) -> Error {
        Error::new(Kind::Overflow, text)
    }

    pub fn zero_division(text: impl Into<Cow<'static, str>>) -> Error {
        Error::new(Kind::ZeroDivision, text)
    }

    pub fn memory() -> Error {
        Error::new(Kind::Memory, "")
    }
}

/// A `MemoryError` if `size` is over `limit`. Sizes are checked before anything is allocated.
pub fn check(size: usize, limit: usize) -> Result<()> {
    if size > limit {
        return Err(Error::memory());
    }
    Ok(())
}
