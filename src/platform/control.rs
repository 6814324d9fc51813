//! The control block: what the threads of a run share with whoever watches it.
//!
//! On workers it is a static of the module, so it lies at the same address in
//! every memory, and the page finds it in the run's without being told. The
//! page's own instance of it stays unused.

use std::cell::UnsafeCell;
use std::fmt::{self, Write};
use std::sync::atomic::{AtomicU32, AtomicU64, AtomicUsize, Ordering};
use std::time::Duration;

use crate::base::ThreadId;
use crate::trace::objects::ObjectTable;
use crate::trace::ring::Ring;

/// Threads that a run can have, main included: twice the largest count that a
/// parameter allows (producers and consumers), and main.
pub const MAX_THREADS: usize = 2 * 64 + 1;

/// The stop flag's values.
pub mod stop {
    pub const GO_ON: u32 = 0;
    pub const STOP: u32 = 1;
}

/// A thread's state word.
pub mod state {
    /// Not started yet; on workers, its worker waits on this word.
    pub const PARKED: u32 = 0;
    pub const STARTED: u32 = 1;
    /// Ran to its end.
    pub const FINISHED: u32 = 2;
    /// Left its program because the run was stopped, or because it failed.
    pub const STOPPED: u32 = 3;
}

#[repr(C)]
pub struct Control {
    /// Read by every step, hence first and alone in its cache line.
    pub(super) stop: StopFlag,
    /// Threads started so far, main included. A thread is counted first and
    /// named after: whoever sees the address of its name sees the name.
    pub(super) started: AtomicU32,
    /// Workers that stand ready, main's included: what `started` may grow to.
    pub(super) supply: AtomicU32,
    /// When the run began, in milliseconds of the machine's clock (bits of an f64).
    pub(super) origin: AtomicU64,
    /// How many times faster the run's clock goes (bits of an f64).
    pub(super) speed: AtomicU64,
    pub(super) slots: [Slot; MAX_THREADS],
    pub(super) objects: ObjectTable,
    pub(super) panic: PanicNote,
}

#[repr(C, align(64))]
pub struct StopFlag(pub(super) AtomicU32);

/// What a thread shows of itself.
#[repr(C)]
pub struct Slot {
    pub(super) state: AtomicU32,
    /// A word that nobody changes, to sleep on.
    pub(super) nap: AtomicU32,
    /// Address of the word that the thread waits on, 0 when it runs: where
    /// Stop wakes it.
    pub(super) waits_at: AtomicUsize,
    pub(super) ring: AtomicUsize,
    pub(super) name: AtomicUsize,
    pub(super) name_len: AtomicUsize,
}

impl Control {
    pub const fn new() -> Control {
        Control {
            stop: StopFlag(AtomicU32::new(stop::GO_ON)),
            started: AtomicU32::new(0),
            supply: AtomicU32::new(0),
            origin: AtomicU64::new(0),
            speed: AtomicU64::new(0),
            slots: [const {
                Slot {
                    state: AtomicU32::new(state::PARKED),
                    nap: AtomicU32::new(0),
                    waits_at: AtomicUsize::new(0),
                    ring: AtomicUsize::new(0),
                    name: AtomicUsize::new(0),
                    name_len: AtomicUsize::new(0),
                }
            }; MAX_THREADS],
            objects: ObjectTable::new(),
            panic: PanicNote::new(),
        }
    }

    /// Sets the clock and the number of threads that the run may have.
    pub fn set_up(&self, origin_ms: f64, speed: f64, supply: u32) {
        self.origin.store(origin_ms.to_bits(), Ordering::Relaxed);
        self.speed.store(speed.to_bits(), Ordering::Relaxed);
        self.supply.store(supply, Ordering::Relaxed);
    }

    /// The run's time when the machine's clock shows `clock_ms`.
    pub fn run_time(&self, clock_ms: f64) -> Duration {
        let origin = f64::from_bits(self.origin.load(Ordering::Relaxed));
        let ms = (clock_ms - origin) * self.speed();
        Duration::try_from_secs_f64(ms / 1e3).unwrap_or(Duration::ZERO)
    }

    /// How long the machine's clock takes for a length of the run's time.
    pub fn real_time(&self, time: Duration) -> Duration {
        let secs = time.as_secs_f64() / self.speed();
        Duration::try_from_secs_f64(secs).unwrap_or(Duration::MAX)
    }

    fn speed(&self) -> f64 {
        f64::from_bits(self.speed.load(Ordering::Relaxed))
    }

    #[inline]
    pub fn stopping(&self) -> bool {
        // Relaxed: the flag carries nothing with it, and a step late is no harm.
        self.stop.0.load(Ordering::Relaxed) != stop::GO_ON
    }

    /// Takes the next slot for a thread of this name; `None` when all are in use.
    pub fn claim(&self, name: &str) -> Option<ThreadId> {
        let limit = (self.supply.load(Ordering::Relaxed) as usize).min(MAX_THREADS);
        let claim = |n: u32| ((n as usize) < limit).then_some(n + 1);
        let index = self
            .started
            .fetch_update(Ordering::AcqRel, Ordering::Relaxed, claim)
            .ok()?;
        let slot = &self.slots[index as usize];
        // The watcher reads it until the run's memory is gone.
        let name: &'static str = Box::leak(name.into());
        slot.name_len.store(name.len(), Ordering::Relaxed);
        // Release: who sees the address sees the text and its length.
        slot.name.store(name.as_ptr() as usize, Ordering::Release);
        Some(ThreadId(index as u16))
    }

    pub fn slot(&self, thread: ThreadId) -> &Slot {
        &self.slots[thread.index()]
    }

    /// Gives a thread its ring, which lives as long as the control block.
    pub fn install_ring(&self, thread: ThreadId) -> &Ring {
        let ring: &'static Ring = Box::leak(Ring::boxed());
        self.slot(thread)
            .ring
            .store(ring.address(), Ordering::Release);
        ring
    }
}

/// Where a panicking thread leaves its message, without allocating: it may have
/// panicked inside the allocator.
#[repr(C)]
pub struct PanicNote {
    pub(super) state: AtomicU32,
    pub(super) thread: AtomicU32,
    pub(super) len: AtomicU32,
    pub(super) text: UnsafeCell<[u8; PanicNote::CAPACITY]>,
}

// SAFETY: `text` is written by the one thread that moved `state` from EMPTY to
// WRITING, and read by the watcher only after READY was stored behind it.
#[allow(unsafe_code)]
unsafe impl Sync for PanicNote {}

impl PanicNote {
    pub(super) const CAPACITY: usize = 1024;
    const EMPTY: u32 = 0;
    const WRITING: u32 = 1;
    pub(super) const READY: u32 = 2;

    const fn new() -> PanicNote {
        PanicNote {
            state: AtomicU32::new(PanicNote::EMPTY),
            thread: AtomicU32::new(0),
            len: AtomicU32::new(0),
            text: UnsafeCell::new([0; PanicNote::CAPACITY]),
        }
    }

    /// Leaves a message, cut to the capacity; the first of a run stays.
    #[allow(unsafe_code)]
    pub fn leave(&self, thread: ThreadId, message: fmt::Arguments<'_>) {
        let claim = self.state.compare_exchange(
            PanicNote::EMPTY,
            PanicNote::WRITING,
            Ordering::Relaxed,
            Ordering::Relaxed,
        );
        if claim.is_err() {
            return;
        }
        // SAFETY: only the thread that claimed the note gets here (see Sync).
        let text = unsafe { &mut *self.text.get() };
        let mut cursor = Cursor { text, len: 0 };
        // Full is not failed: a cut message is still a message.
        let _ = cursor.write_fmt(message);
        self.len.store(cursor.len as u32, Ordering::Relaxed);
        self.thread.store(u32::from(thread.0), Ordering::Relaxed);
        self.state.store(PanicNote::READY, Ordering::Release);
    }
}

struct Cursor<'a> {
    text: &'a mut [u8],
    len: usize,
}

impl Write for Cursor<'_> {
    fn write_str(&mut self, s: &str) -> fmt::Result {
        let room = &mut self.text[self.len..];
        let fits = s.len().min(room.len());
        room[..fits].copy_from_slice(&s.as_bytes()[..fits]);
        self.len += fits;
        if fits == s.len() {
            Ok(())
        } else {
            Err(fmt::Error)
        }
    }
}
