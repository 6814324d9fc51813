//! Threads that wait for ever, told from outside while they do.
//!
//! A thread is stuck while it is in a wait without a deadline whose word holds
//! what the wait expects: woken then, for whatever reason, it looks at the word and
//! waits again. The run is deadlocked if all its threads that have not ended are
//! stuck. Since they cannot be looked at in one moment, [`Watcher::stuck`] goes by
//! passes: each looks who waits, then at the words, and two must find the same.
//!
//! **Why it cannot be false**, however late threads run or wake. Each counts the
//! beginnings and ends of its waits, so one that both passes find in the same wait
//! was in it all the time between the counts of the first pass and those of the
//! second. No other was started meanwhile. The words are read in that time, and only
//! threads of the run change them, all of which are waiting: so these are the words
//! at one moment, at which each held what its waiter expects. From then on, who would
//! be the first to go on? It would need a word that somebody has changed before it. A
//! wake-up on its way is no exception: its word has changed already.
//!
//! That the passes see such a moment, and not some threads from before it and some
//! from after, is for two orderings (`control.rs`). A wait is announced with Release,
//! as is a thread's end, so a pass that finds it sees all that the thread did before.
//! And between a wait's end and whatever the thread does next is a Release fence, so a
//! pass that sees any of that sees, in the next pass at the latest, that the wait has
//! ended. All reads acquire. (On workers all of this is sequentially consistent.) A
//! waiter may yet have seen its word as it was for a moment, and be out of its wait
//! unseen; but a word that comes back to what is expected, as a lock's does, is taken
//! by a compare-exchange or a swap alone, which finds what has become of it: that
//! thread is on its way back into the wait.
//!
//! **Why the words can be read**, although a waiter may own its word and free it: a thread
//! does not leave its wait while its slot says that the watcher looks at the word, and the
//! watcher, having said so, looks only if the thread is still in that wait.
//!
//! Not looked at are threads that compute, sleep or wait with a deadline, those just
//! started, and those that have panicked: each of them is taken for alive.

use std::mem::offset_of;
use std::sync::atomic::{Ordering, fence};

use super::control::{Slot, state, stop};
use super::watch::Watcher;
use crate::base::{ObjectId, ThreadId};
use crate::trace::memory::Memory;
use crate::trace::objects::{self, ObjectKind};

/// Time between the two passes, in milliseconds of the machine's clock. One right
/// after the other would do; it is for what might be wrong with the above.
const PASSES_APART_MS: f64 = 20.0;

/// A thread that waits for ever.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Blocked {
    pub thread: ThreadId,
    pub name: String,
    /// Where it waits; 0 where that is no line of the program.
    pub line: u32,
    /// What it waits for: what it is, and its name.
    pub on: Option<(ObjectKind, String)>,
    /// Who holds that, if it is something that is held; the thread itself, if it is
    /// the end of one.
    pub holder: Option<ThreadId>,
    /// The holder's name.
    pub holder_name: String,
}

/// What a pass finds where all threads that have not ended are stuck.
#[derive(Debug, PartialEq)]
struct AllStuck {
    /// How many threads were ever started: none may come and go between two passes.
    claims: u32,
    waits: Vec<Wait>,
}

/// What the latest passes have all found, and when the first of them was.
#[derive(Debug)]
pub(super) struct Found {
    what: AllStuck,
    since_ms: f64,
}

/// A wait without a deadline.
#[derive(Debug, PartialEq)]
struct Wait {
    thread: ThreadId,
    /// Which of the thread's waits it is.
    number: u32,
    word: usize,
    expected: u32,
    object: ObjectId,
    line: u32,
}

impl Watcher {
    /// Makes another pass: all threads that have not ended, if they wait for each
    /// other or for nobody, and will for ever. To be called every few milliseconds;
    /// `clock_ms` is the machine's clock. Never once main has ended, whose result
    /// is on its way then, or the run is being stopped.
    pub fn stuck(&mut self, memory: &impl Memory, clock_ms: f64) -> Option<Vec<Blocked>> {
        let before = self.found.take();
        let what = self.pass(memory)?;
        let since_ms = match before {
            Some(before) if before.what == what => before.since_ms,
            _ => clock_ms,
        };
        if clock_ms - since_ms < PASSES_APART_MS {
            self.found = Some(Found { what, since_ms });
            return None;
        }
        self.look_around(memory);
        let waits = what.waits.iter();
        let blocked = waits.map(|wait| self.blocked(memory, wait));
        Some(blocked.collect())
    }

    /// Looks at all threads: `None` if one of them that has not ended is not stuck.
    fn pass(&self, memory: &impl Memory) -> Option<AllStuck> {
        if memory.load(self.stop_flag()) == stop::STOP {
            return None;
        }
        let claims = self.claims(memory);
        let started = self.started(memory);
        let mut waits = Vec::new();
        for index in 0..started {
            let thread = ThreadId(index as u16);
            let slot = self.slot(index);
            let ended = memory.load(slot + offset_of!(Slot, state));
            if matches!(ended, state::FINISHED | state::STOPPED) {
                if thread == ThreadId::MAIN {
                    return None;
                }
                continue;
            }
            let number = memory.load(slot + offset_of!(Slot, waits));
            if number.is_multiple_of(2) {
                return None;
            }
            waits.push(Wait {
                thread,
                number,
                word: memory.load_usize(slot + offset_of!(Slot, waits_at)),
                expected: memory.load(slot + offset_of!(Slot, expected)),
                object: ObjectId(memory.load(slot + offset_of!(Slot, wait_object)) as u16),
                line: memory.load(slot + offset_of!(Slot, wait_line)),
            });
        }
        // Only now: between this pass's counts and the next one's.
        let is_stuck = |wait: &Wait| self.look_at(memory, wait) == Some(wait.expected);
        let all_stuck = !waits.is_empty() && waits.iter().all(is_stuck);
        all_stuck.then_some(AllStuck { claims, waits })
    }

    /// What the word of a wait holds: `None` if its thread has left the wait since.
    fn look_at(&self, memory: &impl Memory, wait: &Wait) -> Option<u32> {
        let slot = self.slot(wait.thread.index());
        let looked_at = slot + offset_of!(Slot, looked_at);
        memory.store(looked_at, 1);
        // The counterpart is in `Slot::end_wait`. On workers the page's stores and loads
        // are sequentially consistent by themselves.
        fence(Ordering::SeqCst);
        let number = memory.load(slot + offset_of!(Slot, waits));
        let word = (number == wait.number).then(|| memory.load(wait.word));
        memory.store(looked_at, 0);
        word
    }

    fn blocked(&self, memory: &impl Memory, wait: &Wait) -> Blocked {
        let name = |thread: ThreadId| {
            let known = self.trace.threads().get(thread.index());
            known.map_or_else(|| thread.to_string(), |known| known.name.clone())
        };
        let holder = self.holder(memory, wait.object);
        let on = self.trace.object(wait.object);
        Blocked {
            thread: wait.thread,
            name: name(wait.thread),
            line: wait.line,
            on: on.map(|object| (object.kind, object.name.clone())),
            holder,
            holder_name: holder.map(name).unwrap_or_default(),
        }
    }

    /// The thread that holds an object, or whose end it is.
    fn holder(&self, memory: &impl Memory, object: ObjectId) -> Option<ThreadId> {
        if object == ObjectId::NONE {
            return None;
        }
        let is_its_end = |&index: &usize| {
            let its_object = memory.load(self.slot(index) + offset_of!(Slot, object));
            its_object == u32::from(object.0)
        };
        let its_end = (0..self.started(memory)).find(is_its_end);
        its_end
            .map(|index| ThreadId(index as u16))
            .or_else(|| objects::holder(memory, self.table(), object))
    }
}

#[cfg(test)]
#[allow(unsafe_code)]
mod tests {
    use std::cell::Cell;
    use std::sync::atomic::{AtomicU32, Ordering};

    use super::super::control::Control;
    use super::super::thread::announce_end;
    use super::*;
    use crate::trace::Site;
    use crate::trace::memory::own::OwnMemory;

    /// A lock's word while it is free, and while it is held and waited for.
    const FREE: u32 = 0;
    const WAITED_FOR: u32 = 2;

    const MAIN: ThreadId = ThreadId::MAIN;
    const A: ThreadId = ThreadId(1);
    const B: ThreadId = ThreadId(2);

    /// What a thread does next.
    #[derive(Clone, Copy)]
    enum Does {
        Starts(ThreadId),
        Ends(ThreadId),
        /// Begins to wait for the lock of this index.
        Waits(ThreadId, usize),
        /// Leaves its wait, having seen that the lock was free.
        Leaves(ThreadId),
        Frees(usize),
        /// Acquires the lock as one that others may be waiting for.
        Takes(usize),
    }

    /// A run on which each of the watcher's reads comes after so many of the
    /// steps: whatever happens between any two reads.
    struct Simulated<'a> {
        control: &'a Control,
        locks: &'a [AtomicU32; 2],
        steps: &'a [Does],
        /// By step: how many reads go before it.
        at: Vec<u32>,
        made: Cell<usize>,
        reads: Cell<u32>,
        own: OwnMemory,
    }

    impl Simulated<'_> {
        fn make(&self, step: Does) {
            let control = self.control;
            match step {
                Does::Starts(thread) => {
                    let claimed = control.claim("thread", ObjectId::NONE);
                    let claimed = claimed.or_else(|| control.claim_again("thread", ObjectId::NONE));
                    assert_eq!(claimed, Some(thread));
                    let state = &control.slot(thread).state;
                    state.store(state::STARTED, Ordering::Release);
                }
                Does::Ends(thread) => announce_end(control.slot(thread), true),
                Does::Waits(thread, lock) => {
                    let word = &self.locks[lock];
                    let slot = control.slot(thread);
                    slot.begin_wait(word, WAITED_FOR, false, Site::NONE);
                }
                Does::Leaves(thread) => control.slot(thread).end_wait(),
                Does::Frees(lock) => self.locks[lock].store(FREE, Ordering::Release),
                Does::Takes(lock) => self.locks[lock].store(WAITED_FOR, Ordering::Release),
            }
        }

        fn let_others_go_first(&self) {
            let reads = self.reads.replace(self.reads.get() + 1);
            while self.at.get(self.made.get()).is_some_and(|&at| at <= reads) {
                let step = self.steps[self.made.get()];
                if let Does::Leaves(thread) = step
                    && self.control.slot(thread).looked_at.load(Ordering::Relaxed) != 0
                {
                    // It does so as soon as nobody looks.
                    break;
                }
                self.made.set(self.made.get() + 1);
                self.make(step);
            }
        }
    }

    impl Memory for Simulated<'_> {
        fn load(&self, address: usize) -> u32 {
            self.let_others_go_first();
            let is_address = |word: &AtomicU32| word.as_ptr() as usize == address;
            if self.locks.iter().any(is_address) {
                // Who waits on a word keeps it; without such a thread it may be freed.
                let waits = |slot: &Slot| slot.waits_at.load(Ordering::Relaxed) == address;
                assert!(self.control.slots.iter().any(waits), "the word is gone");
            }
            self.own.load(address)
        }

        fn load_usize(&self, address: usize) -> usize {
            self.let_others_go_first();
            self.own.load_usize(address)
        }

        fn store(&self, address: usize, value: u32) {
            self.own.store(address, value);
        }

        fn read(&self, address: usize, into: &mut [u8]) {
            self.own.read(address, into);
        }
    }

    /// Watches a run with its steps between the reads in very many ways: whether a
    /// deadlock was told, and after how many steps at least.
    fn told_after(before: &[Does], steps: &[Does]) -> Option<usize> {
        const READS: u32 = 120;
        let mut seed = 1u64;
        let mut random = |below: u32| {
            seed = seed.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1);
            (seed >> 33) as u32 % below
        };
        let mut earliest = None;
        for _ in 0..if cfg!(miri) { 20 } else { 20_000 } {
            // All of them within a short time as often as spread over all passes.
            let (from, time) = (random(READS), random(READS) + 1);
            let mut at: Vec<_> = steps.iter().map(|_| from + random(time)).collect();
            at.sort_unstable();
            let control = Box::new(Control::new());
            control.set_up(0.0, 1.0, 3);
            let locks = [AtomicU32::new(WAITED_FOR), AtomicU32::new(WAITED_FOR)];
            let run = Simulated {
                control: &control,
                locks: &locks,
                steps,
                at,
                made: Cell::new(0),
                reads: Cell::new(0),
                // SAFETY: control block, words and names outlive the reads.
                own: unsafe { OwnMemory::new() },
            };
            before.iter().for_each(|&step| run.make(step));
            let mut watcher = Watcher::new(&raw const *control as usize);
            let mut clock_ms = 0.0;
            // Beyond the last step, for what is true in the end.
            while run.reads.get() < 3 * READS {
                clock_ms += PASSES_APART_MS;
                if watcher.stuck(&run, clock_ms).is_some() {
                    let made = run.made.get();
                    earliest = Some(earliest.map_or(made, |least: usize| least.min(made)));
                    break;
                }
            }
        }
        earliest
    }

    #[test]
    fn two_that_hand_each_other_locks_are_stuck_only_once_nobody_does() {
        let before = [Does::Starts(MAIN), Does::Starts(A), Does::Waits(A, 1)];
        let mut steps = Vec::new();
        for _ in 0..3 {
            steps.extend([
                Does::Frees(1),
                Does::Waits(MAIN, 0),
                Does::Leaves(A),
                Does::Takes(1),
                Does::Frees(0),
                Does::Waits(A, 1),
                Does::Leaves(MAIN),
                Does::Takes(0),
            ]);
        }
        assert_eq!(told_after(&before, &steps), None);
        steps.push(Does::Waits(MAIN, 0));
        assert_eq!(told_after(&before, &steps), Some(steps.len()));
    }

    #[test]
    fn a_thread_that_comes_and_goes_between_two_passes_may_have_woken_another() {
        let before = [Does::Starts(MAIN), Does::Starts(A), Does::Waits(A, 1)];
        let steps = [
            Does::Starts(B),
            Does::Waits(MAIN, 0),
            Does::Frees(1),
            Does::Ends(B),
            Does::Leaves(A),
            Does::Takes(1),
        ];
        assert_eq!(told_after(&before, &steps), None);
    }

    #[test]
    fn so_may_one_that_has_the_slot_of_another() {
        let before = [
            Does::Starts(MAIN),
            Does::Starts(A),
            Does::Starts(B),
            Does::Ends(B),
            Does::Waits(A, 1),
        ];
        let steps = [
            Does::Starts(B),
            Does::Waits(MAIN, 0),
            Does::Frees(1),
            Does::Ends(B),
            Does::Leaves(A),
            Does::Takes(1),
        ];
        assert_eq!(told_after(&before, &steps), None);
    }

    #[test]
    fn nothing_is_told_once_main_has_ended() {
        let before = [Does::Starts(MAIN), Does::Starts(A), Does::Waits(A, 1)];
        assert_eq!(told_after(&before, &[Does::Ends(MAIN)]), None);
    }
}
