//! Which of the program's threads acts: builtins are told of the world alone, and are
//! called by a machine that runs on this very thread of the engine.

use std::cell::Cell;

thread_local! {
    static PROCESS: Cell<u32> = const { Cell::new(0) };
    static NUMBER: Cell<u32> = const { Cell::new(0) };
    static MADE: Cell<u64> = const { Cell::new(0) };
}

/// The thread that acts, as its process counts its threads; 0 is main.
pub fn number() -> u32 {
    NUMBER.get()
}

/// The same among the threads of all processes.
pub fn of_all() -> u64 {
    u64::from(PROCESS.get()) << 32 | u64::from(NUMBER.get())
}

/// A number for a thing that this thread makes: no other has it, and it does not depend on
/// what other threads do meanwhile.
#[inline]
pub fn serial() -> u64 {
    let made = MADE.get() + 1;
    MADE.set(made);
    first_of(PROCESS.get(), NUMBER.get()) | made
}

/// A number for a thread itself, before it has made anything.
pub fn first_of(process: u32, number: u32) -> u64 {
    u64::from(process) << 56 | u64::from(number) << 40
}

/// The thread acts from here on, and has made so many things.
pub(super) fn begin(process: u32, number: u32, made: u64) {
    PROCESS.set(process);
    NUMBER.set(number);
    MADE.set(made);
}

/// What it has made so far.
pub(super) fn made() -> u64 {
    MADE.get()
}
