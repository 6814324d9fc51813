//! The exceptions that CPython's primitives raise, as values.

use std::fmt;

/// The exception's class.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ErrorKind {
    RuntimeError,
    ValueError,
    OverflowError,
    BrokenBarrierError,
    /// `queue.Full`
    Full,
    /// `queue.Empty`
    Empty,
    /// `queue.ShutDown`, since 3.13
    ShutDown,
}

/// A refusal, with CPython's own words.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Error {
    pub kind: ErrorKind,
    pub message: &'static str,
}

impl Error {
    pub(crate) const BROKEN_BARRIER: Error = Error::bare(ErrorKind::BrokenBarrierError);
    pub(crate) const FULL: Error = Error::bare(ErrorKind::Full);
    pub(crate) const EMPTY: Error = Error::bare(ErrorKind::Empty);
    pub(crate) const SHUT_DOWN: Error = Error::bare(ErrorKind::ShutDown);

    /// An exception that CPython raises without a text.
    const fn bare(kind: ErrorKind) -> Error {
        Error { kind, message: "" }
    }

    /// A `RuntimeError` with this text.
    pub const fn runtime(message: &'static str) -> Error {
        Error {
            kind: ErrorKind::RuntimeError,
            message,
        }
    }

    /// A `ValueError` with this text.
    pub const fn value(message: &'static str) -> Error {
        Error {
            kind: ErrorKind::ValueError,
            message,
        }
    }

    /// An `OverflowError` with this text.
    pub const fn overflow(message: &'static str) -> Error {
        Error {
            kind: ErrorKind::OverflowError,
            message,
        }
    }
}

impl fmt::Display for ErrorKind {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        // The variants have Python's names.
        fmt::Debug::fmt(self, f)
    }
}

impl fmt::Display for Error {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}", self.kind)?;
        if self.message.is_empty() {
            return Ok(());
        }
        write!(f, ": {}", self.message)
    }
}

impl std::error::Error for Error {}
