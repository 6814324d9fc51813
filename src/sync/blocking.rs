//! How long an operation may take: Python's `blocking` and `timeout` arguments.

use std::time::Duration;

use super::error::Error;

/// Whether an operation waits, and how long at most.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Blocking {
    /// Not at all: it succeeds at once or says no.
    No,
    /// For as long as it takes.
    Forever,
    /// For this much of the run's time; zero looks once, and does not wait.
    For(Duration),
}

impl Blocking {
    /// Python's arguments, checked as `Lock.acquire` checks them. `timeout` is
    /// in seconds; -1 means none.
    ///
    /// # Errors
    /// Those of CPython 3.11 (`Modules/_threadmodule.c`, `lock_acquire_parse_args`):
    /// a time-out where nothing is waited for, a negative one, one that is not
    /// a number or too long for CPython's clock.
    pub fn from_python(blocking: bool, timeout: f64) -> Result<Blocking, Error> {
        // CPython keeps time in signed 64-bit nanoseconds.
        const LONGEST: f64 = i64::MAX as f64 / 1e9;
        if timeout.is_nan() {
            return Err(Error::value("Invalid value NaN (not a number)"));
        }
        if timeout == -1.0 {
            return Ok(if blocking {
                Blocking::Forever
            } else {
                Blocking::No
            });
        }
        if timeout.abs() >= LONGEST {
            return Err(Error::overflow(
                "timestamp out of range for platform time_t",
            ));
        }
        if !blocking {
            return Err(Error::value(
                "can't specify a timeout for a non-blocking call",
            ));
        }
        match Duration::try_from_secs_f64(timeout) {
            Ok(time) => Ok(Blocking::For(time)),
            Err(_) => Err(Error::value("timeout value must be positive")),
        }
    }

    /// Whether the operation may take any time at all.
    pub(super) fn waits(self) -> bool {
        !matches!(self, Blocking::No | Blocking::For(Duration::ZERO))
    }

    /// The time at which patience ends, counted from `now`.
    pub(super) fn deadline(self, now: impl FnOnce() -> Duration) -> Option<Duration> {
        match self {
            Blocking::For(time) => Some(now().saturating_add(time)),
            Blocking::No | Blocking::Forever => None,
        }
    }
}
