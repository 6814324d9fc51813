//! The exceptions that CPython's primitives raise, as values.

use std::borrow::Cow;
use std::fmt;

use crate::trace::At;

/// The exception's class.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ErrorKind {
    RuntimeError,
    ValueError,
    OverflowError,
    IndexError,
    BrokenBarrierError,
    /// What waited longer than it may.
    TimeoutError,
    /// `urllib.error.URLError`
    URLError,
    /// `concurrent.futures.CancelledError`
    CancelledError,
    /// `concurrent.futures.InvalidStateError`
    InvalidStateError,
    /// `concurrent.futures.thread.BrokenThreadPool`
    BrokenThreadPool,
    /// `concurrent.futures.process.BrokenProcessPool`
    BrokenProcessPool,
    /// `queue.Full`
    Full,
    /// `queue.Empty`
    Empty,
    /// `queue.ShutDown`, since 3.13
    ShutDown,
    /// `asyncio.QueueFull`
    QueueFull,
    /// `asyncio.QueueEmpty`
    QueueEmpty,
}

/// An exception, with CPython's own words where it is one of CPython's.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Error {
    pub kind: ErrorKind,
    pub message: Cow<'static, str>,
    /// The line of the program that raised it itself; 0 for what a primitive raised.
    pub line: u32,
}

impl Error {
    pub(crate) const BROKEN_BARRIER: Error = Error::bare(ErrorKind::BrokenBarrierError);
    pub(crate) const TIMED_OUT: Error = Error::bare(ErrorKind::TimeoutError);
    pub(crate) const CANCELLED: Error = Error::bare(ErrorKind::CancelledError);
    pub(crate) const FULL: Error = Error::bare(ErrorKind::Full);
    pub(crate) const EMPTY: Error = Error::bare(ErrorKind::Empty);
    pub(crate) const SHUT_DOWN: Error = Error::bare(ErrorKind::ShutDown);

    pub(crate) const RELEASE_UNLOCKED: Error =
        Error::fixed(ErrorKind::RuntimeError, "release unlocked lock");

    /// An exception that CPython raises without a text.
    const fn bare(kind: ErrorKind) -> Error {
        Error::fixed(kind, "")
    }

    /// An exception whose text is always the same.
    pub(crate) const fn fixed(kind: ErrorKind, message: &'static str) -> Error {
        Error {
            kind,
            message: Cow::Borrowed(message),
            line: 0,
        }
    }

    /// An exception of a class, with a text.
    pub fn new(kind: ErrorKind, message: impl Into<Cow<'static, str>>) -> Error {
        Error {
            kind,
            message: message.into(),
            line: 0,
        }
    }

    /// The same, raised by the program itself at the line that says so.
    #[track_caller]
    pub fn raised_here(self) -> Error {
        Error {
            line: At::caller().line,
            ..self
        }
    }

    /// A `RuntimeError` with this text.
    pub fn runtime(message: impl Into<Cow<'static, str>>) -> Error {
        Error::new(ErrorKind::RuntimeError, message)
    }

    /// A `ValueError` with this text.
    pub fn value(message: impl Into<Cow<'static, str>>) -> Error {
        Error::new(ErrorKind::ValueError, message)
    }

    /// An `OverflowError` with this text.
    pub fn overflow(message: impl Into<Cow<'static, str>>) -> Error {
        Error::new(ErrorKind::OverflowError, message)
    }
}

impl fmt::Display for ErrorKind {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            ErrorKind::RuntimeError => "RuntimeError",
            ErrorKind::ValueError => "ValueError",
            ErrorKind::OverflowError => "OverflowError",
            ErrorKind::IndexError => "IndexError",
            ErrorKind::BrokenBarrierError => "BrokenBarrierError",
            ErrorKind::TimeoutError => "TimeoutError",
            ErrorKind::CancelledError => "CancelledError",
            ErrorKind::InvalidStateError => "InvalidStateError",
            ErrorKind::BrokenThreadPool => "BrokenThreadPool",
            ErrorKind::BrokenProcessPool => "BrokenProcessPool",
            ErrorKind::Full => "Full",
            ErrorKind::Empty => "Empty",
            ErrorKind::ShutDown => "ShutDown",
            ErrorKind::URLError => "URLError",
            ErrorKind::QueueFull => "QueueFull",
            ErrorKind::QueueEmpty => "QueueEmpty",
        })
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
