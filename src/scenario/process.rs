//! A job of the [comparison](super::compare), as a process does it.

use std::sync::atomic::{AtomicU32, AtomicU64, Ordering};
use std::time::Duration;

use super::compare::{CPU_JOB, compute_job, rounds_for};

/// Jobs that this process has done, and the rounds of one. Each process has its own.
static DONE_HERE: AtomicU32 = AtomicU32::new(0);
static ROUNDS_HERE: AtomicU64 = AtomicU64::new(0);

/// Gets a process ready to compute; `now` is its clock.
pub fn begin(now: impl Fn() -> Duration) {
    let rounds = rounds_for(CPU_JOB, now).unwrap_or(0);
    ROUNDS_HERE.store(rounds, Ordering::Relaxed);
}

/// Computes for one job, as a process does that is told to: how many that makes for this
/// process.
pub fn do_job() -> u32 {
    compute_job(ROUNDS_HERE.load(Ordering::Relaxed));
    DONE_HERE.fetch_add(1, Ordering::Relaxed) + 1
}
