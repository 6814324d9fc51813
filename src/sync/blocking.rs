//! How long an operation may take: Python's `blocking` and `timeout` arguments.

use std::time::Duration;

use super::error::Error;

/// CPython keeps time in signed 64-bit nanoseconds.
const LONGEST_SECS: f64 = i64::MAX as f64 / 1e9;

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
    /// The arguments of `Lock.acquire` and `RLock.acquire`, checked as CPython
    /// 3.11 does (`Modules/_threadmodule.c`, `lock_acquire_parse_args`).
    /// `timeout` is in seconds; -1 means none.
    ///
    /// # Errors
    /// A time-out where nothing is waited for, a negative one, one that is not
    /// a number or too long for CPython's clock.
    pub fn of_lock(blocking: bool, timeout: f64) -> Result<Blocking, Error> {
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
        if timeout.abs() >= LONGEST_SECS {
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

    /// The arguments of `Semaphore.acquire`, checked as CPython 3.11 does
    /// (`Lib/threading.py`).
    ///
    /// # Errors
    /// A time-out where nothing is waited for; see also [`of_timeout`](Self::of_timeout).
    pub fn of_semaphore(blocking: bool, timeout: Option<f64>) -> Result<Blocking, Error> {
        match (blocking, timeout) {
            (true, timeout) => Blocking::of_timeout(timeout),
            (false, None) => Ok(Blocking::No),
            (false, Some(_)) => Err(Error::value(
                "can't specify timeout for non-blocking acquire",
            )),
        }
    }

    /// The `timeout` of `Event.wait`, `Condition.wait` and `Barrier.wait`, in
    /// seconds: one that is negative has passed.
    ///
    /// # Errors
    /// One that is not a number or too long for CPython's clock. (CPython finds
    /// that out only when it has to wait.)
    pub fn of_timeout(timeout: Option<f64>) -> Result<Blocking, Error> {
        match timeout {
            None => Ok(Blocking::Forever),
            Some(secs) if secs <= 0.0 => Ok(Blocking::For(Duration::ZERO)),
            // -1 would be taken for none, but it has been dealt with.
            Some(secs) => Blocking::of_lock(true, secs),
        }
    }

    /// The arguments of `Queue.put` and `Queue.get`, checked as CPython 3.11 does
    /// (`Lib/queue.py`), which does not look at the time-out of a call that does
    /// not block.
    ///
    /// # Errors
    /// A negative time-out; see also [`of_timeout`](Self::of_timeout).
    pub fn of_queue(block: bool, timeout: Option<f64>) -> Result<Blocking, Error> {
        match timeout {
            _ if !block => Ok(Blocking::No),
            Some(secs) if secs < 0.0 => {
                Err(Error::value("'timeout' must be a non-negative number"))
            }
            timeout => Blocking::of_timeout(timeout),
        }
    }

    /// Whether the operation may take any time at all.
    pub(crate) fn waits(self) -> bool {
        self.within() != Some(Duration::ZERO)
    }

    /// How long the operation may take: `None` for any time, zero for a single attempt.
    #[inline]
    pub(crate) fn within(self) -> Option<Duration> {
        match self {
            Blocking::No => Some(Duration::ZERO),
            Blocking::Forever => None,
            Blocking::For(time) => Some(time),
        }
    }

    /// The time at which patience ends, counted from `now`.
    pub(crate) fn deadline(self, now: impl FnOnce() -> Duration) -> Option<Duration> {
        match self {
            Blocking::For(time) => Some(now().saturating_add(time)),
            Blocking::No | Blocking::Forever => None,
        }
    }
}
