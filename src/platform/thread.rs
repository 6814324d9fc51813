//! What a real thread knows of itself, and how it records: shared by workers
//! and OS threads.

use std::cell::Cell;
use std::ptr;
use std::sync::atomic::Ordering;
use std::time::Duration;

use super::control::{Slot, state};
use super::drive::drive;
use crate::base::ThreadId;
use crate::trace::ring::Ring;
use crate::trace::{Kind, Site};

thread_local! {
    static INDEX: Cell<u16> = const { Cell::new(NOT_IN_A_RUN) };
    /// Null outside a run and in untraced threads.
    static RING: Cell<*const Ring> = const { Cell::new(ptr::null()) };
    /// Whether the thread takes turns with the others: see `recording.rs`.
    static RECORDED: Cell<bool> = const { Cell::new(false) };
}

const NOT_IN_A_RUN: u16 = u16::MAX;

/// The thread of a run that asks; `None` outside a run.
#[inline]
pub fn index() -> Option<ThreadId> {
    match INDEX.get() {
        NOT_IN_A_RUN => None,
        index => Some(ThreadId(index)),
    }
}

/// Whether the thread is of a run that is recorded, also while that is stopped.
#[inline]
pub fn is_recorded() -> bool {
    RECORDED.get()
}

#[inline]
#[allow(unsafe_code)]
fn ring() -> Option<&'static Ring> {
    // SAFETY: `enter` set the pointer to a ring that is never freed while this
    // thread runs its part, and resets it after.
    unsafe { RING.get().as_ref() }
}

/// Records a detail of the thread that asks.
#[inline]
pub fn detail(kind: Kind, site: Site, value: i64) {
    // Out of line: small enough that a primitive's fast path, of which this is a
    // part, is inlined where it is used.
    #[inline(never)]
    fn record(ring: &Ring, kind: Kind, site: Site, value: i64) {
        ring.detail(kind, site, value);
    }
    if let Some(ring) = ring() {
        record(ring, kind, site, value);
    }
}

/// Records an edge of the thread that asks. The clock, which costs more than the
/// rest, is read only where there is a ring.
pub fn edge(kind: Kind, site: Site, value: i64, now: impl FnOnce() -> Duration) {
    if let Some(ring) = ring() {
        ring.edge(kind, site, value, nanos(now()));
    }
}

/// Does something that is not recorded, to measure what recording costs.
#[cfg(feature = "selftest")]
pub fn untraced<T>(body: impl FnOnce() -> T) -> T {
    let ring = RING.replace(ptr::null());
    let result = body();
    RING.set(ring);
    result
}

/// Whole nanoseconds; a run of 584 years saturates.
pub fn nanos(time: Duration) -> u64 {
    u64::try_from(time.as_nanos()).unwrap_or(u64::MAX)
}

/// Runs a thread's part of a run: the result, or `None` if the run was stopped.
/// `now` is the platform's clock; the caller announces the end.
pub fn enter<T>(
    thread: ThreadId,
    (ring, recorded): (&Ring, bool),
    now: fn() -> Duration,
    part: impl Future<Output = T>,
) -> Option<T> {
    INDEX.set(thread.0);
    RING.set(ring);
    RECORDED.set(recorded);
    let _inside = Inside;
    edge(Kind::Start, Site::NONE, 0, now);
    let result = drive(part);
    if result.is_some() {
        edge(Kind::Finish, Site::NONE, 0, now);
    }
    result
}

/// A thread's part of a run: resets what `enter` has set, also when it panics.
struct Inside;

impl Drop for Inside {
    fn drop(&mut self) {
        RING.set(ptr::null());
        RECORDED.set(false);
        INDEX.set(NOT_IN_A_RUN);
    }
}

/// A thread's last word to whoever waits for its end. Nothing of the thread may
/// touch the run's memory after it but the wake-up that follows.
pub fn announce_end(slot: &Slot, finished: bool) {
    let end = if finished {
        state::FINISHED
    } else {
        state::STOPPED
    };
    // Release: who sees the end sees what the thread did.
    slot.state.store(end, Ordering::Release);
}
