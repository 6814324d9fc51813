//! The control block: what the threads of a run share with whoever watches it.
//!
//! On workers it is a static of the module, so it lies at the same address in
//! every memory, and the page finds it in the run's without being told. The
//! page's own instance of it stays unused.

use std::cell::UnsafeCell;
use std::fmt::{self, Write};
use std::hint;
use std::sync::atomic::{AtomicU32, AtomicU64, AtomicUsize, Ordering, fence};
use std::time::Duration;

use super::recording::Recording;
use crate::base::{ObjectId, ThreadId};
use crate::trace::Site;
use crate::trace::objects::ObjectTable;
use crate::trace::ring::Ring;

/// Threads that can be alive in a run, main included: twice the largest count that a
/// parameter allows (producers and consumers), and main.
pub const MAX_THREADS: usize = 2 * 64 + 1;

/// The stop flag's values.
pub mod stop {
    pub const GO_ON: u32 = 0;
    pub const STOP: u32 = 1;
    /// Go on, and note the order of steps.
    pub const RECORD: u32 = 2;
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
    /// Slots used so far, main's included. A slot is counted first and
    /// named after: whoever sees the address of its name sees the name.
    pub(super) started: AtomicU32,
    /// How often a slot was claimed, one that was used before included.
    pub(super) claims: AtomicU32,
    /// Workers that stand ready, main's included: what `started` may grow to.
    pub(super) supply: AtomicU32,
    /// When the run began, in milliseconds of the machine's clock (bits of an f64).
    pub(super) origin: AtomicU64,
    /// How many times faster the run's clock goes (bits of an f64).
    pub(super) speed: AtomicU64,
    pub(super) slots: [Slot; MAX_THREADS],
    pub(super) objects: ObjectTable,
    pub(super) panic: PanicNote,
    pub(super) recording: Recording,
}

#[repr(C, align(64))]
pub struct StopFlag(pub(super) AtomicU32);

/// What a thread shows of itself.
#[repr(C)]
pub struct Slot {
    pub(super) state: AtomicU32,
    /// A word that nobody changes, to sleep on.
    pub(super) nap: AtomicU32,
    /// Whether the thread has come to its first step, in a run that is recorded.
    pub(super) begun: AtomicU32,
    /// Address of the word that the thread waits on, 0 when it runs: where
    /// Stop wakes it.
    pub(super) waits_at: AtomicUsize,
    /// Counts the beginnings and the ends of waits that have no deadline: odd
    /// while the thread is in one. See `stuck.rs` for what it is good for.
    pub(super) waits: AtomicU32,
    /// Whether the watcher is looking at the word of the wait that `waits` counts. The
    /// word lives as long as the thread is in the wait, which it does not leave meanwhile.
    pub(super) looked_at: AtomicU32,
    /// Of the wait that `waits` counts: the value at which the thread is stuck,
    /// and where in the program it is.
    pub(super) expected: AtomicU32,
    pub(super) wait_object: AtomicU32,
    pub(super) wait_line: AtomicU32,
    /// The object as which others wait for this thread's end.
    pub(super) object: AtomicU32,
    pub(super) ring: AtomicUsize,
    pub(super) name: AtomicUsize,
    pub(super) name_len: AtomicUsize,
}

impl Control {
    pub const fn new() -> Control {
        Control {
            stop: StopFlag(AtomicU32::new(stop::GO_ON)),
            started: AtomicU32::new(0),
            claims: AtomicU32::new(0),
            supply: AtomicU32::new(0),
            origin: AtomicU64::new(0),
            speed: AtomicU64::new(0),
            slots: [const {
                Slot {
                    state: AtomicU32::new(state::PARKED),
                    nap: AtomicU32::new(0),
                    begun: AtomicU32::new(0),
                    waits_at: AtomicUsize::new(0),
                    waits: AtomicU32::new(0),
                    looked_at: AtomicU32::new(0),
                    expected: AtomicU32::new(0),
                    wait_object: AtomicU32::new(0),
                    wait_line: AtomicU32::new(0),
                    object: AtomicU32::new(ObjectId::NONE.0 as u32),
                    ring: AtomicUsize::new(0),
                    name: AtomicUsize::new(0),
                    name_len: AtomicUsize::new(0),
                }
            }; MAX_THREADS],
            objects: ObjectTable::new(),
            panic: PanicNote::new(),
            recording: Recording::new(),
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

    /// What takes so long of the run's time and has its pace from elsewhere, as a request
    /// does, would take this long of it at speed 1.
    #[cfg(target_arch = "wasm32")]
    pub fn at_speed_one(&self, time: Duration) -> Duration {
        time.div_f64(self.speed().max(f64::MIN_POSITIVE))
    }

    fn speed(&self) -> f64 {
        f64::from_bits(self.speed.load(Ordering::Relaxed))
    }

    /// Has the order of steps noted, from the first on.
    pub fn record(&self) {
        // Nobody has started main and waits for its first step.
        self.slot(ThreadId::MAIN).begun.store(1, Ordering::Relaxed);
        self.stop.0.store(stop::RECORD, Ordering::Relaxed);
    }

    /// Whether a step may not just go on: the run is being stopped, or recorded.
    #[inline]
    pub fn is_flagged(&self) -> bool {
        // Relaxed: the flag carries nothing with it, and a step late is no harm.
        self.stop.0.load(Ordering::Relaxed) != stop::GO_ON
    }

    pub fn stopping(&self) -> bool {
        self.stop.0.load(Ordering::Relaxed) == stop::STOP
    }

    pub fn is_recorded(&self) -> bool {
        self.stop.0.load(Ordering::Relaxed) == stop::RECORD
    }

    /// Takes the next slot for a thread of this name, for whose end others wait
    /// as this object; `None` when all are in use.
    pub fn claim(&self, name: &str, object: ObjectId) -> Option<ThreadId> {
        let limit = (self.supply.load(Ordering::Relaxed) as usize).min(MAX_THREADS);
        let claim = |n: u32| ((n as usize) < limit).then_some(n + 1);
        let index = self
            .started
            .fetch_update(Ordering::AcqRel, Ordering::Relaxed, claim)
            .ok()?;
        Some(self.fill(index as usize, name, object))
    }

    /// Takes the slot of a thread that has ended, for a thread of this name; `None` when
    /// all are in use. Its events go on in the same ring. The slots take turns, so that it
    /// is long until two threads have the same number.
    pub fn claim_again(&self, name: &str, object: ObjectId) -> Option<ThreadId> {
        let count = self.started.load(Ordering::Acquire) as usize;
        let first = self.claims.load(Ordering::Relaxed) as usize;
        let ended = |&index: &usize| {
            // Acquire pairs with the Release of the end: all that the thread did is done.
            let claimed = self.slots[index].state.compare_exchange(
                state::FINISHED,
                state::PARKED,
                Ordering::Acquire,
                Ordering::Relaxed,
            );
            claimed.is_ok()
        };
        // Main's is never used again.
        let in_turn = (first..first + count).map(|at| at % count);
        let index = in_turn.filter(|&index| index != 0).find(ended)?;
        Some(self.fill(index, name, object))
    }

    /// Says whose the slot is that was claimed.
    fn fill(&self, index: usize, name: &str, object: ObjectId) -> ThreadId {
        // Relaxed: who sees that the claiming thread waits, after this, sees this, too.
        self.claims.fetch_add(1, Ordering::Relaxed);
        let slot = &self.slots[index];
        slot.object.store(u32::from(object.0), Ordering::Relaxed);
        // The watcher reads it until the run's memory is gone.
        let name: &'static str = Box::leak(name.into());
        slot.name_len.store(name.len(), Ordering::Relaxed);
        // Release: who sees the address sees the text and its length.
        slot.name.store(name.as_ptr() as usize, Ordering::Release);
        ThreadId(index as u16)
    }

    pub fn slot(&self, thread: ThreadId) -> &Slot {
        &self.slots[thread.index()]
    }

    /// Gives a thread its ring, which lives as long as the control block: that of the
    /// thread before it in its slot, if there was one.
    #[allow(unsafe_code)]
    pub fn install_ring(&self, thread: ThreadId) -> &Ring {
        let slot = self.slot(thread);
        let before = slot.ring.load(Ordering::Relaxed) as *const Ring;
        // SAFETY: the address is 0, or was stored below and came from `Box::leak`.
        if let Some(before) = unsafe { before.as_ref() } {
            return before;
        }
        let ring: &'static Ring = Box::leak(Ring::boxed());
        slot.ring.store(ring.address(), Ordering::Release);
        ring
    }
}

impl Slot {
    /// The object as which others wait for this thread's end.
    pub fn object(&self) -> ObjectId {
        ObjectId(self.object.load(Ordering::Relaxed) as u16)
    }

    /// Says that the thread is about to wait until the word is other than
    /// `expected`, or, if the wait is `timed`, until its time is up.
    pub fn begin_wait(&self, word: &AtomicU32, expected: u32, timed: bool, site: Site) {
        // SeqCst: see where the platforms read the stop flag after it.
        self.waits_at
            .store(word.as_ptr() as usize, Ordering::SeqCst);
        if !timed {
            self.expected.store(expected, Ordering::Relaxed);
            let object = u32::from(site.object.0);
            self.wait_object.store(object, Ordering::Relaxed);
            self.wait_line.store(site.line, Ordering::Relaxed);
            // A load and a store: the thread alone writes its counter. Release:
            // who sees the wait sees all that the thread has done before it.
            let waits = self.waits.load(Ordering::Relaxed);
            self.waits.store(waits.wrapping_add(1), Ordering::Release);
        }
    }

    /// Says that the wait is over, for whatever reason. The word that was waited on may be
    /// freed then: the watcher looks at it no more.
    pub fn end_wait(&self) {
        let waits = self.waits.load(Ordering::Relaxed);
        if waits % 2 == 1 {
            self.waits.store(waits.wrapping_add(1), Ordering::Relaxed);
            // Who sees anything that the thread does from here on, with whatever
            // ordering it does it, sees that it has left the wait. And either the watcher
            // sees that, or the thread sees that it is looked at: see `look_at`.
            fence(Ordering::SeqCst);
            // Acquire pairs with the Release of who has looked.
            while self.looked_at.load(Ordering::Acquire) != 0 {
                // It takes one load; where that thread has no processor, it gets one.
                #[cfg(not(target_arch = "wasm32"))]
                std::thread::yield_now();
                hint::spin_loop();
            }
        }
        self.waits_at.store(0, Ordering::SeqCst);
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
