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
//! Waiting is kept here, too, as the model's `World` does it: who is woken is noted,
//! and a wake-up reaches whoever waited when it was sent, and nobody else. And time, as
//! the program reads it, is the model's: it passes when somebody's time is up, to then.

use std::cell::Cell;
use std::hint::spin_loop;
use std::sync::atomic::{AtomicU32, Ordering};
use std::sync::{Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use serde::{Deserialize, Serialize};

use super::control::{Control, Slot};
use super::model::Move;
use super::{Woken, thread};
use crate::base::ThreadId;
use crate::trace::Site;

/// Something that was decided, in the order of being decided.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum Decision {
    /// Who made a step, and whether its time was up.
    Goes { thread: ThreadId, how: Move },
    /// Which of so many was woken, by thread.
    Wakes { picked: usize, count: usize },
}

/// What a run has noted.
pub struct Recording {
    /// Whether somebody has the turn: see the states below.
    turn: AtomicU32,
    /// Threads that would like to have it.
    wanted: AtomicU32,
    /// For whoever has the turn.
    notes: Mutex<Notes>,
}

struct Notes {
    decisions: Vec<Decision>,
    /// There were too many.
    full: bool,
    /// Who waits on the word at which address.
    waiting: Vec<(usize, ThreadId)>,
    /// What time it is for the program.
    now: Duration,
}

/// Nobody has the turn.
const FREE: u32 = 0;
/// Somebody has it, and nobody sleeps for it.
const TAKEN: u32 = 1;
/// Somebody has it, and others may be asleep.
const SLEPT_FOR: u32 = 2;

/// Decisions that are kept. A longer run could be replayed, and not looked at.
const MOST: usize = 50_000;

/// How often to look for the turn before sleeping for it.
const SPIN: u32 = 500;

/// A slot's word while its thread waits, and once somebody has woken it.
const WAITS: u32 = 0;
const GRANTED: u32 = 1;

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
            notes: Mutex::new(Notes {
                decisions: Vec::new(),
                full: false,
                waiting: Vec::new(),
                now: Duration::ZERO,
            }),
        }
    }

    /// What was decided; `None` if that was too much to be kept.
    pub fn decisions(&self) -> Option<Vec<Decision>> {
        let notes = self.notes();
        (!notes.full).then(|| notes.decisions.clone())
    }

    /// Begins a step of a thread: `None` if the run is being stopped.
    pub fn step(
        &self,
        machine: Machine,
        (thread, slot): (ThreadId, &Slot),
        quiet: bool,
    ) -> Option<()> {
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

    /// What time it is for the program.
    pub fn now(&self) -> Duration {
        self.notes().now
    }

    /// Ends a thread's turn, if it has it.
    pub fn give_up(&self, machine: Machine) {
        if HAS_TURN.replace(false) && self.turn.swap(FREE, Ordering::Release) == SLEPT_FOR {
            (machine.notify)(&self.turn, 1);
        }
    }

    /// Waits as [`Platform::wait`](super::Platform::wait) does.
    pub fn wait(
        &self,
        machine: Machine,
        (thread, slot): (ThreadId, &Slot),
        word: &AtomicU32,
        expected: u32,
        deadline: Option<Duration>,
        site: Site,
    ) -> Option<Woken> {
        if word.load(Ordering::Relaxed) != expected {
            return Some(Woken::Woken);
        }
        // Relaxed, here and where it is granted: whoever has the turn does it.
        slot.granted.store(WAITS, Ordering::Relaxed);
        self.notes().waiting.push((word.as_ptr() as usize, thread));
        let real = deadline.map(|deadline| self.real_deadline(machine, deadline));
        self.has_begun(machine, slot);
        self.give_up(machine);
        while slot.granted.load(Ordering::Relaxed) == WAITS {
            if (machine.block)(&slot.granted, WAITS, real, site)? == Woken::TimedOut {
                break;
            }
        }
        self.take(machine)?;
        // It may have been woken after its time was up, and before it had the turn.
        if slot.granted.load(Ordering::Relaxed) == GRANTED {
            self.note(thread, Move::Step);
            return Some(Woken::Woken);
        }
        self.notes().waiting.retain(|&(_, other)| other != thread);
        self.time_is_up(thread, deadline);
        Some(Woken::TimedOut)
    }

    /// Sleeps until a time, on a word that nobody changes; meanwhile the thread has no
    /// turn. `None` if the run is being stopped.
    pub fn sleep(
        &self,
        machine: Machine,
        (thread, slot): (ThreadId, &Slot),
        until: Duration,
        site: Site,
    ) -> Option<()> {
        let real = self.real_deadline(machine, until);
        self.without_turn(machine, (thread, slot), until, || {
            while (machine.block)(&slot.nap, 0, Some(real), site)? == Woken::Woken {}
            Some(())
        })
    }

    /// Does something that takes its time, during which the thread has no turn. For the
    /// program, and for the model, it is a sleep until then. `None` if the run is being
    /// stopped.
    pub fn without_turn<T>(
        &self,
        machine: Machine,
        (thread, slot): (ThreadId, &Slot),
        until: Duration,
        outside: impl FnOnce() -> Option<T>,
    ) -> Option<T> {
        self.has_begun(machine, slot);
        self.give_up(machine);
        let result = outside()?;
        self.take(machine)?;
        QUIET.set(false);
        self.time_is_up(thread, Some(until));
        Some(result)
    }

    /// When it will be this time for the program, if nothing comes between.
    fn real_deadline(&self, machine: Machine, deadline: Duration) -> Duration {
        (machine.now)().saturating_add(deadline.saturating_sub(self.now()))
    }

    fn time_is_up(&self, thread: ThreadId, deadline: Option<Duration>) {
        let mut notes = self.notes();
        notes.now = notes.now.max(deadline.unwrap_or_default());
        drop(notes);
        self.note(thread, Move::TimeOut);
    }

    /// Wakes up to `count` of those who wait on a word, as
    /// [`Platform::wake`](super::Platform::wake) does: the longest first.
    pub fn wake(&self, machine: Machine, control: &Control, word: &AtomicU32, count: u32) {
        let slot = thread::index().map(|thread| control.slot(thread));
        let without = slot.is_some_and(|slot| !self.has_turn(slot));
        if without && self.take(machine).is_none() {
            return;
        }
        let address = word.as_ptr() as usize;
        for left in (1..=count).rev() {
            let mut notes = self.notes();
            let waiting = notes.waiting.iter();
            let on_it: Vec<ThreadId> = (waiting.filter(|(at, _)| *at == address))
                .map(|&(_, thread)| thread)
                .collect();
            let Some(&longest) = on_it.first() else { break };
            notes.waiting.retain(|&(_, thread)| thread != longest);
            if on_it.len() > left as usize {
                // The model has them by thread.
                let picked = on_it.iter().filter(|&&other| other < longest).count();
                let count = on_it.len();
                notes.add(Decision::Wakes { picked, count });
            }
            drop(notes);
            let granted = &control.slot(longest).granted;
            granted.store(GRANTED, Ordering::Relaxed);
            (machine.notify)(granted, 1);
        }
        if without {
            self.give_up(machine);
        }
    }

    fn note(&self, thread: ThreadId, how: Move) {
        if !QUIET.get() {
            self.notes().add(Decision::Goes { thread, how });
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
    fn add(&mut self, decision: Decision) {
        if self.decisions.len() == MOST {
            self.full = true;
            return;
        }
        self.decisions.push(decision);
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
