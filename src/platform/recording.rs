//! Recording mode: a run on real threads that can be made again on the model.
//!
//! Threads take turns: one holds the turn from the beginning of its step to the
//! beginning of its next, or to where it waits, and notes at once that it had it. So
//! the order of steps is the order of the notes, and each step sees what the model's
//! would. Who gets the turn is left to the machine, as it is in a run that is not
//! recorded: between two steps anybody may come.
//!
//! The design had another way, without a common order: each cell a value and a
//! version, each primitive an order of its grants, and from these an order of all.
//! Taking turns costs more (a lock for each step), and is exact for every primitive
//! that there is and will be, time-outs and wake-ups included.
//!
//! Waiting is the model's, too: who cannot go on gives up the turn and looks again after
//! each step of another. And so is time, as the program reads it: what a thread knows of
//! is the sum of its own sleeps, and of those that it waited for.

use std::cell::Cell;
use std::hint::spin_loop;
use std::sync::atomic::{AtomicBool, AtomicU32, Ordering};
use std::sync::{Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use borsh::{BorshDeserialize, BorshSerialize};

use super::control::Slot;
use super::model::Move;
use super::{Operation, Woken};
use crate::base::ThreadId;
use crate::trace::Site;

/// Who made a step, and whether its time was up.
#[derive(Clone, Copy, Debug, PartialEq, Eq, BorshSerialize, BorshDeserialize)]
pub struct Turn {
    pub thread: ThreadId,
    pub how: Move,
}

/// What a run has noted.
pub struct Recording {
    /// Whether somebody has the turn: see the states below.
    turn: AtomicU32,
    /// Threads that would like to have it.
    wanted: AtomicU32,
    /// Counts the turns: what those look at who cannot go on.
    turns: AtomicU32,
    /// How many of them may be asleep.
    watching: AtomicU32,
    /// Whether the end of a thread is a step.
    ends_noticed: AtomicBool,
    /// For whoever has the turn.
    notes: Mutex<Notes>,
}

struct Notes {
    turns: Vec<Turn>,
    /// There were too many.
    full: bool,
    /// What time it is for each thread.
    times: Vec<Duration>,
}

/// Nobody has the turn.
const FREE: u32 = 0;
/// Somebody has it, and nobody sleeps for it.
const TAKEN: u32 = 1;
/// Somebody has it, and others may be asleep.
const SLEPT_FOR: u32 = 2;

/// Turns that are kept. A longer run could be replayed, and not looked at.
const MOST: usize = 50_000;

/// How often to look for the turn before sleeping for it.
const SPIN: u32 = 500;

/// How the threads of a platform sleep.
#[derive(Clone, Copy)]
pub struct Machine {
    /// Blocks while the word is as expected, up to a deadline; `None` when the run is
    /// being stopped.
    pub block: fn(&AtomicU32, u32, Option<Duration>, Site) -> Option<Woken>,
    /// Wakes so many.
    pub notify: fn(&AtomicU32, u32),
    /// The time by which deadlines of `block` are.
    pub now: fn() -> Duration,
}

thread_local! {
    static HAS_TURN: Cell<bool> = const { Cell::new(false) };
    /// Whether the step that is under way is one that nobody can tell the moment of.
    static QUIET: Cell<bool> = const { Cell::new(false) };
    static RANDOM: Cell<u32> = const { Cell::new(0x9e37_79b9) };
}

impl Recording {
    pub(super) const fn new() -> Recording {
        Recording {
            turn: AtomicU32::new(FREE),
            wanted: AtomicU32::new(0),
            turns: AtomicU32::new(0),
            watching: AtomicU32::new(0),
            ends_noticed: AtomicBool::new(false),
            notes: Mutex::new(Notes {
                turns: Vec::new(),
                full: false,
                times: Vec::new(),
            }),
        }
    }

    /// Who had which turn; `None` if that was too much to be kept.
    pub fn turns(&self) -> Option<Vec<Turn>> {
        let notes = self.notes();
        (!notes.full).then(|| notes.turns.clone())
    }

    /// Says that the end of a thread is a step.
    pub fn notice_ends(&self) {
        self.ends_noticed.store(true, Ordering::Relaxed);
    }

    pub fn ends_are_noticed(&self) -> bool {
        self.ends_noticed.load(Ordering::Relaxed)
    }

    /// Begins a step of a thread: `None` if the run is being stopped.
    pub fn step(
        &self,
        machine: Machine,
        (thread, slot): (ThreadId, &Slot),
        quiet: bool,
    ) -> Option<()> {
        let quiet = quiet && !self.ends_are_noticed();
        QUIET.set(quiet);
        if quiet {
            // The model makes it at once: nobody comes between, so that threads which
            // are started by others get their numbers in the same order.
            if !self.has_turn(slot) {
                self.take(machine)?;
            }
            return Some(());
        }
        self.has_begun(machine, slot);
        self.give_up(machine);
        self.take(machine)?;
        self.note(thread, Move::Step);
        Some(())
    }

    /// Whether a thread has the turn, or, before its first step, that of whoever has
    /// started it and waits for that.
    fn has_turn(&self, slot: &Slot) -> bool {
        HAS_TURN.get() || slot.begun.load(Ordering::Relaxed) == 0
    }

    /// Waits until a thread that was just started has come to its first step, or its
    /// end: what it does before belongs to the step that started it.
    pub fn see_it_begin(&self, machine: Machine, slot: &Slot) {
        while slot.begun.load(Ordering::Acquire) == 0 {
            if (machine.block)(&slot.begun, 0, None, Site::NONE).is_none() {
                // Being stopped: whoever started it sees that at its next step.
                return;
            }
        }
    }

    fn has_begun(&self, machine: Machine, slot: &Slot) {
        if slot.begun.load(Ordering::Relaxed) == 0 {
            // Release pairs with the Acquire of who waits for it.
            slot.begun.store(1, Ordering::Release);
            (machine.notify)(&slot.begun, 1);
        }
    }

    /// Ends a thread after its last step.
    pub fn end(&self, machine: Machine, slot: &Slot) {
        self.has_begun(machine, slot);
        self.give_up(machine);
    }

    /// What time it is for a thread.
    pub fn time_of(&self, thread: ThreadId) -> Duration {
        *self.notes().time(thread)
    }

    /// A thread was started by another.
    pub fn started(&self, thread: ThreadId, starter: ThreadId) {
        let mut notes = self.notes();
        *notes.time(thread) = *notes.time(starter);
    }

    /// A thread has seen the end of another.
    pub fn joined(&self, thread: ThreadId, ended: ThreadId) {
        let mut notes = self.notes();
        let its_time = *notes.time(ended);
        let time = notes.time(thread);
        *time = its_time.max(*time);
    }

    /// Ends a thread's turn, if it has it.
    pub fn give_up(&self, machine: Machine) {
        if HAS_TURN.get() {
            self.turns.fetch_add(1, Ordering::Relaxed);
            // Whoever watches has said so before its last turn ended.
            let watched = self.watching.load(Ordering::Relaxed) > 0;
            self.leave(machine);
            if watched {
                (machine.notify)(&self.turns, u32::MAX);
            }
        }
    }

    /// [`give_up`](Self::give_up) where nothing was done.
    fn leave(&self, machine: Machine) {
        HAS_TURN.set(false);
        if self.turn.swap(FREE, Ordering::Release) == SLEPT_FOR {
            (machine.notify)(&self.turn, 1);
        }
    }

    /// An operation, as [`Platform::until`](super::Platform::until) has it: whether it can
    /// be done now, or its time is up first. `waits` is told where it begins to wait and
    /// where it no longer does. `None` if the run is being stopped.
    pub fn until(
        &self,
        machine: Machine,
        (thread, slot): (ThreadId, &Slot),
        operation: Operation,
        ready: impl Fn() -> bool,
        waits: impl Fn(bool),
    ) -> Option<Woken> {
        QUIET.set(operation.quiet);
        if operation.quiet && self.has_turn(slot) && ready() {
            return Some(Woken::Woken);
        }
        let deadline = operation.within.map(|within| {
            let real = (machine.now)().saturating_add(within);
            (within, real)
        });
        self.has_begun(machine, slot);
        self.give_up(machine);
        self.take(machine)?;
        let mut waiting = false;
        let woken = loop {
            if operation.is_try() || ready() {
                break Woken::Woken;
            }
            if !waiting {
                waiting = true;
                waits(true);
            }
            let seen = self.turns.load(Ordering::Relaxed);
            self.watching.fetch_add(1, Ordering::Relaxed);
            self.leave(machine);
            let real = deadline.map(|(_, real)| real);
            let woken = (machine.block)(&self.turns, seen, real, operation.site);
            self.watching.fetch_sub(1, Ordering::Relaxed);
            let woken = woken?;
            self.take(machine)?;
            // When the time was up, one more look.
            if woken == Woken::TimedOut && !ready() {
                break Woken::TimedOut;
            }
        };
        if waiting {
            waits(false);
        }
        match woken {
            Woken::Woken => self.note(thread, Move::Step),
            Woken::TimedOut => {
                self.time_is_up(
                    thread,
                    deadline.map(|(within, _)| within).unwrap_or_default(),
                );
            }
        }
        Some(woken)
    }

    /// Sleeps for a time, on a word that nobody changes; meanwhile the thread has no
    /// turn. `None` if the run is being stopped.
    pub fn sleep(
        &self,
        machine: Machine,
        (thread, slot): (ThreadId, &Slot),
        time: Duration,
        site: Site,
    ) -> Option<()> {
        let real = (machine.now)().saturating_add(time);
        self.without_turn(machine, (thread, slot), time, || {
            while (machine.block)(&slot.nap, 0, Some(real), site)? == Woken::Woken {}
            Some(())
        })
    }

    /// Does something that takes its time, during which the thread has no turn. For the
    /// program, and for the model, it is a sleep of this time. `None` if the run is being
    /// stopped.
    pub fn without_turn<T>(
        &self,
        machine: Machine,
        (thread, slot): (ThreadId, &Slot),
        time: Duration,
        outside: impl FnOnce() -> Option<T>,
    ) -> Option<T> {
        self.has_begun(machine, slot);
        self.give_up(machine);
        let result = outside()?;
        self.take(machine)?;
        QUIET.set(false);
        self.time_is_up(thread, time);
        Some(result)
    }

    fn time_is_up(&self, thread: ThreadId, within: Duration) {
        *self.notes().time(thread) += within;
        self.note(thread, Move::TimeOut);
    }

    fn note(&self, thread: ThreadId, how: Move) {
        if !QUIET.get() {
            self.notes().add(Turn { thread, how });
        }
    }

    fn notes(&self) -> MutexGuard<'_, Notes> {
        self.notes.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn take(&self, machine: Machine) -> Option<()> {
        if self.wanted.fetch_add(1, Ordering::Relaxed) > 0 {
            // Otherwise whoever has just had the turn nearly always had it again.
            pause();
        }
        let mut left = SPIN;
        let taken = loop {
            // Acquire pairs with the Release of whoever gave it up.
            let to = if left > 0 { TAKEN } else { SLEPT_FOR };
            let free = self
                .turn
                .compare_exchange(FREE, to, Ordering::Acquire, Ordering::Relaxed);
            if free.is_ok() {
                break Some(());
            }
            if left > 0 {
                left -= 1;
                spin_loop();
                continue;
            }
            // Whoever marks a turn that has just become free has it.
            if self.turn.swap(SLEPT_FOR, Ordering::Acquire) == FREE {
                break Some(());
            }
            if (machine.block)(&self.turn, SLEPT_FOR, None, Site::NONE).is_none() {
                break None;
            }
        };
        self.wanted.fetch_sub(1, Ordering::Relaxed);
        HAS_TURN.set(taken.is_some());
        taken
    }
}

impl Notes {
    fn add(&mut self, turn: Turn) {
        if self.turns.len() == MOST {
            self.full = true;
            return;
        }
        self.turns.push(turn);
    }

    fn time(&mut self, thread: ThreadId) -> &mut Duration {
        if self.times.len() <= thread.index() {
            self.times.resize(thread.index() + 1, Duration::ZERO);
        }
        &mut self.times[thread.index()]
    }
}

/// A moment of random length (xorshift, Marsaglia 2003).
fn pause() {
    let mut x = RANDOM.get();
    x ^= x << 13;
    x ^= x >> 17;
    x ^= x << 5;
    RANDOM.set(x);
    for _ in 0..x % 64 {
        spin_loop();
    }
}
