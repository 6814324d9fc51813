//! What a real thread knows of itself, and how it records: shared by workers
//! and OS threads.

use std::cell::Cell;
use std::ptr;
use std::sync::atomic::Ordering;
use std::time::Duration;

use super::control::{Slot, state};
use super::drive::drive;
use crate::base::{ObjectId, ThreadId};
use crate::trace::objects::ObjectTable;
use crate::trace::ring::Ring;
use crate::trace::{Kind, Order, Site};

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

/// The ring of the thread that asks, which alone records into it.
#[derive(Clone, Copy)]
struct Own(&'static Ring);

#[inline]
#[allow(unsafe_code)]
fn ring() -> Option<Own> {
    // SAFETY: `enter` set the pointer to a ring that is never freed while this
    // thread runs its part, and resets it after.
    unsafe { RING.get().as_ref() }.map(Own)
}

// SAFETY, of all of these: `Control::install_ring` makes a ring for each thread, and
// `enter` sets it for that thread alone.
#[allow(unsafe_code)]
impl Own {
    fn begin(self) -> bool {
        // SAFETY: as above.
        unsafe { self.0.begin() }
    }

    fn begin_edge(self) {
        // SAFETY: as above.
        unsafe { self.0.begin_edge() };
    }

    fn abandon(self) {
        // SAFETY: as above.
        unsafe { self.0.abandon() };
    }

    #[inline]
    fn detail(self, kind: Kind, site: Site, value: i64, order: Order) {
        // SAFETY: as above.
        unsafe { self.0.detail(kind, site, value, order) };
    }

    fn edge(self, kind: Kind, site: Site, value: i64, order: Order, at: u64) {
        // SAFETY: as above.
        unsafe { self.0.edge(kind, site, value, order, at) };
    }
}

/// Records a detail of the thread that asks.
#[inline]
pub fn detail(kind: Kind, site: Site, value: i64, order: Order) {
    // Out of line: small enough that a primitive's fast path, of which this is a
    // part, is inlined where it is used.
    #[inline(never)]
    fn record(ring: Own, kind: Kind, site: Site, value: i64, order: Order) {
        ring.detail(kind, site, value, order);
    }
    if let Some(ring) = ring() {
        record(ring, kind, site, value, order);
    }
}

/// Numbers a change that the thread which asks is about to record, if it will be
/// recorded in detail; `alone` is that no other thread can be changing the object.
#[inline]
pub fn number(objects: &ObjectTable, site: Site, alone: bool) -> Order {
    #[inline(never)]
    fn number(ring: Own, objects: &ObjectTable, site: Site, alone: bool) -> Order {
        match (ring.begin(), alone) {
            (false, _) => Order::About,
            (true, true) => objects.number_alone(site.object),
            (true, false) => objects.number(site.object),
        }
    }
    ring().map_or(Order::About, |ring| number(ring, objects, site, alone))
}

/// Takes back a number.
pub fn unused(order: Order) {
    if let Some(ring) = ring().filter(|_| order != Order::About) {
        ring.abandon();
    }
}

/// Where a detail stands that changes nothing.
pub fn after_changes(objects: &ObjectTable, site: Site) -> Order {
    ring().map_or(Order::About, |_| objects.after(site.object, 0))
}

/// Records an edge of the thread that asks. The clock, which costs more than the
/// rest, is read only where there is a ring.
pub fn edge(kind: Kind, site: Site, value: i64, order: Order, now: impl FnOnce() -> Duration) {
    if let Some(ring) = ring() {
        ring.edge(kind, site, value, order, nanos(now()));
    }
}

/// Does what others are to notice, and records it as an edge with its number and time,
/// both from before.
pub fn numbered_edge<T>(
    objects: &ObjectTable,
    (kind, site): (Kind, Site),
    now: impl FnOnce() -> Duration,
    change: impl FnOnce() -> Option<(i64, T)>,
) -> Option<T> {
    let Some(ring) = ring() else {
        return change().map(|(_, result)| result);
    };
    let at = nanos(now());
    ring.begin_edge();
    let order = objects.number(site.object);
    match change() {
        Some((value, result)) => {
            ring.edge(kind, site, value, order, at);
            Some(result)
        }
        None => {
            ring.abandon();
            None
        }
    }
}

/// Records the end of the thread that asks, which has no more events.
pub fn finish(objects: &ObjectTable, site: Site, failed: bool, now: fn() -> Duration) {
    let edge = (Kind::Finish, site);
    numbered_edge(objects, edge, now, || Some((i64::from(failed), ())));
    RING.set(ptr::null());
}

/// Does something that is recorded in detail, into a ring of its own, to measure what
/// recording costs.
#[cfg(feature = "selftest")]
pub fn detailed<T>(body: impl FnOnce() -> T) -> T {
    let own = Ring::boxed();
    let ring = RING.replace(&raw const *own);
    let result = body();
    RING.set(ring);
    result
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
/// Others wait for its end as `object`, of the table of the run. `now` is the platform's
/// clock; the caller announces the end.
pub fn enter<T>(
    thread: ThreadId,
    (ring, recorded): (&Ring, bool),
    (objects, object): (&ObjectTable, ObjectId),
    now: fn() -> Duration,
    part: impl Future<Output = T>,
) -> Option<T> {
    INDEX.set(thread.0);
    RING.set(ring);
    RECORDED.set(recorded);
    let _inside = Inside;
    let site = Site { object, line: 0 };
    edge(Kind::Start, site, 0, objects.after(object, 0), now);
    let result = drive(part);
    if result.is_some() {
        // Unless it has said so itself.
        edge(Kind::Finish, site, 0, Order::About, now);
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
