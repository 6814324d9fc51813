//! Watching a run on real threads from outside: its trace, its objects, how far
//! its threads are, and stopping it. Never waits on the run.

use std::mem::offset_of;

use super::control::{Control, MAX_THREADS, PanicNote, Slot, StopFlag, state, stop};
use super::stuck::Found;
use crate::base::ThreadId;
use crate::trace::layout::Drained;
use crate::trace::memory::Memory;
use crate::trace::ring::Progress;
use crate::trace::{Ending, Event, Slice, Store, objects, ring};

/// A panic's message and the thread that it ended.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Panicked {
    pub thread: ThreadId,
    pub message: String,
}

/// Reads one run, whose control block lies at an address of its memory.
#[derive(Debug)]
pub struct Watcher {
    control: usize,
    pub trace: Store,
    /// What is being taken from the run.
    batch: Option<Batch>,
    /// Whether that is the last there is.
    is_last: bool,
    /// By thread: what was left in its ring when the run was over, until that has its turn.
    rest: Vec<Option<Recorded>>,
    /// By the latest passes of [`Self::stuck`].
    pub(super) found: Option<Found>,
    /// By how many nanoseconds each thread's clock is to be off, ahead or behind: for
    /// tests.
    #[cfg(feature = "selftest")]
    pub skew: u64,
}

/// What a thread has recorded and nobody has taken yet.
#[derive(Debug)]
struct Recorded {
    events: Vec<Event>,
    progress: Option<Progress>,
    /// The state of the thread's slot, read before its ring: an end follows the last event.
    slot_state: u32,
}

/// What the threads of a run have recorded since the last time, on its way into the trace.
#[derive(Clone, Copy, Debug)]
struct Batch {
    /// The time of the run at which it was begun.
    now: u64,
    /// Threads that had their turn to be drained.
    threads: usize,
    /// Whether these had ended.
    all_ended: bool,
    /// Whether these have been drained.
    drained: Drained,
    /// Whether all had their turn, and the trace settles.
    settles: bool,
}

impl Watcher {
    pub fn new(control: usize) -> Watcher {
        Watcher {
            control,
            trace: Store::default(),
            batch: None,
            is_last: false,
            rest: Vec::new(),
            found: None,
            #[cfg(feature = "selftest")]
            skew: 0,
        }
    }

    /// Puts a thread's clock ahead or behind.
    #[cfg(feature = "selftest")]
    fn skew(&self, thread: ThreadId, events: &mut [crate::trace::Event]) {
        let ahead = (u32::from(thread.0) + 1).wrapping_mul(0x9e37_79b9) >> 31 == 1;
        for at in events.iter_mut().filter_map(|event| event.at.as_mut()) {
            *at = match ahead {
                true => at.saturating_add(self.skew),
                false => at.saturating_sub(self.skew),
            };
        }
    }

    /// Takes what the run has recorded since the last time, until the slice is over; the
    /// next call goes on. Returns whether all is in its place. `clock_ms` is the machine's
    /// clock; without it the trace ends at its last event.
    ///
    /// Rings are drained only when all that came of them before has its place: where events
    /// come faster than that, they stay in the rings, and those for which there is no room
    /// are counted.
    pub fn poll(&mut self, memory: &impl Memory, clock_ms: Option<f64>, slice: &mut Slice) -> bool {
        self.look_around(memory);
        let started = self.started(memory);
        if let Some(clock_ms) = clock_ms.filter(|_| started > 0) {
            self.trace.advance(self.run_time(memory, clock_ms));
        }
        let mut batch = self.batch.take().unwrap_or(Batch {
            now: self.trace.now(),
            threads: 0,
            all_ended: started > 0,
            drained: Drained::All,
            settles: false,
        });
        while !batch.settles {
            let next = ThreadId(batch.threads as u16);
            if batch.threads == self.trace.threads().len() {
                if batch.all_ended || self.is_last {
                    batch.drained = Drained::Last;
                }
                self.trace.begin_to_settle(batch.now, batch.drained);
                batch.settles = true;
                break;
            }
            if slice.is_over() {
                break;
            }
            batch.threads += 1;
            if self.is_last || self.trace.has_room(next) {
                batch.all_ended &= self.drain(memory, next);
            } else {
                batch.all_ended = false;
                batch.drained = Drained::Some;
            }
        }
        let done = batch.settles && self.trace.settle(slice);
        self.batch = (!done).then_some(batch);
        done
    }

    /// Finds out which threads and objects there are, and how these look.
    pub(super) fn look_around(&mut self, memory: &impl Memory) {
        for index in self.trace.threads().len()..self.started(memory) {
            let slot = self.slot(index);
            let name = memory.load_usize(slot + offset_of!(Slot, name));
            if name == 0 {
                // Counted, and not filled yet.
                break;
            }
            let len = memory.load_usize(slot + offset_of!(Slot, name_len));
            self.trace.add_thread(memory.read_text(name, len));
        }
        objects::refresh(memory, self.table(), &mut self.trace.objects);
    }

    /// Takes all that there is of a run that is over, and closes its trace, until the slice
    /// is over; the next call goes on. Returns whether it is done. From the first call's
    /// return on the run's memory is only read.
    pub fn finish(&mut self, memory: &impl Memory, slice: &mut Slice) -> bool {
        if self.rest.is_empty() {
            self.look_around(memory);
            let threads = 0..self.trace.threads().len();
            self.rest = threads
                .map(|index| Some(self.take(memory, index)))
                .collect();
        }
        // What is under way may lack what was recorded since it was begun.
        if !self.is_last && self.batch.is_some() && !self.poll(memory, None, slice) {
            return false;
        }
        self.is_last = true;
        let done = self.poll(memory, None, slice);
        if done {
            self.trace.close();
        }
        done
    }

    /// Takes what a thread has recorded out of its ring.
    fn take(&self, memory: &impl Memory, index: usize) -> Recorded {
        let slot = self.slot(index);
        let slot_state = memory.load(slot + offset_of!(Slot, state));
        let ring = memory.load_usize(slot + offset_of!(Slot, ring));
        let mut events = Vec::new();
        let progress = (ring != 0).then(|| ring::drain(memory, ring, &mut events));
        Recorded {
            events,
            progress,
            slot_state,
        }
    }

    /// Puts what a thread has recorded into the trace. Returns whether it had ended.
    fn drain(&mut self, memory: &impl Memory, thread: ThreadId) -> bool {
        let recorded = match self.rest.get_mut(thread.index()) {
            None => self.take(memory, thread.index()),
            Some(rest) => match rest.take() {
                Some(recorded) => recorded,
                // It had its turn, and its thread has recorded nothing since.
                None => return true,
            },
        };
        #[cfg_attr(
            not(feature = "selftest"),
            expect(unused_mut, reason = "only tests skew")
        )]
        let mut events = recorded.events;
        if let Some(progress) = recorded.progress {
            #[cfg(feature = "selftest")]
            self.skew(thread, &mut events);
            self.trace.ingest(thread, &events, progress);
        }
        match recorded.slot_state {
            state::FINISHED => self.trace.end(thread, Ending::Finished),
            state::STOPPED => self.trace.end(thread, Ending::CutOff),
            _ => return false,
        }
        true
    }

    /// Asks the run to stop and wakes all who wait. Threads may be on their way
    /// into a wait, so call it again until [`Self::all_left`] or patience ends.
    /// `notify` wakes those who wait on the word at an address.
    pub fn stop(&self, memory: &impl Memory, mut notify: impl FnMut(usize)) {
        memory.store(self.stop_flag(), stop::STOP);
        for index in 0..self.started(memory) {
            let waits_at = memory.load_usize(self.slot(index) + offset_of!(Slot, waits_at));
            if waits_at != 0 {
                notify(waits_at);
            }
        }
    }

    /// Whether no thread will touch the run's memory again. Never before main has
    /// begun: it is on its way, and where the module's start clears the memory,
    /// the stop flag goes with it.
    pub fn all_left(&self, memory: &impl Memory) -> bool {
        let started = self.started(memory);
        started > 0
            && (0..started).all(|index| {
                let end = memory.load(self.slot(index) + offset_of!(Slot, state));
                // Main's slot goes from PARKED to its end.
                matches!(end, state::FINISHED | state::STOPPED)
            })
    }

    /// The run's first panic, if there was one.
    pub fn panicked(&self, memory: &impl Memory) -> Option<Panicked> {
        let note = self.control + offset_of!(Control, panic);
        if memory.load(note + offset_of!(PanicNote, state)) != PanicNote::READY {
            return None;
        }
        let len = memory.load(note + offset_of!(PanicNote, len)) as usize;
        let text = note + offset_of!(PanicNote, text);
        Some(Panicked {
            thread: ThreadId(memory.load(note + offset_of!(PanicNote, thread)) as u16),
            message: memory.read_text(text, len.min(PanicNote::CAPACITY)),
        })
    }

    /// When the run began, in milliseconds of the machine's clock; `None` before.
    pub fn origin_ms(&self, memory: &impl Memory) -> Option<f64> {
        (self.started(memory) > 0)
            .then(|| read_f64(memory, self.control + offset_of!(Control, origin)))
    }

    pub(super) fn started(&self, memory: &impl Memory) -> usize {
        let started = memory.load(self.control + offset_of!(Control, started));
        (started as usize).min(MAX_THREADS)
    }

    /// How often a slot was claimed.
    pub(super) fn claims(&self, memory: &impl Memory) -> u32 {
        memory.load(self.control + offset_of!(Control, claims))
    }

    pub(super) fn slot(&self, index: usize) -> usize {
        self.control + offset_of!(Control, slots) + index * size_of::<Slot>()
    }

    pub(super) fn table(&self) -> usize {
        self.control + offset_of!(Control, objects)
    }

    pub(super) fn stop_flag(&self) -> usize {
        self.control + offset_of!(Control, stop) + offset_of!(StopFlag, 0)
    }

    /// The run's time, in nanoseconds, when the machine's clock shows `clock_ms`.
    fn run_time(&self, memory: &impl Memory, clock_ms: f64) -> u64 {
        let origin = read_f64(memory, self.control + offset_of!(Control, origin));
        let speed = read_f64(memory, self.control + offset_of!(Control, speed));
        // A float beyond the range saturates, and NaN is 0.
        ((clock_ms - origin) * speed * 1e6) as u64
    }
}

fn read_f64(memory: &impl Memory, address: usize) -> f64 {
    f64::from_bits(memory.read_i64(address).cast_unsigned())
}
