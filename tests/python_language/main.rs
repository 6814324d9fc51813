//! The language: what Lockstep makes of Python programs of one thread is what CPython 3.11
//! makes of them.
//!
//! - `rows/`: some five hundred small programs with what they print, by construct and
//!   builtin (`table.rs`). `rows.py` writes the tables anew.
//! - The table of what the library has (`offered.rs`): it is true, and its names are used.
//! - Random programs (`random.rs`) from templates (`generator/`), compared with `python3`,
//!   which `oracle.py` asks. What differs is reduced to a few lines (`shrink.rs`).
//! - Mutated and random sources (`fuzz.rs`): a diagnostic or a run, never a panic.
//! - Programs as bytes (`serial.rs`), also mutated: an error or a run, never a panic.
//!
//! With `LOCKSTEP_FULL` set, as many as the project asks for; else as many as take seconds.
//! With `LOCKSTEP_SEED`, other ones.

mod fuzz;
mod generator;
mod offered;
mod oracle;
mod program;
mod random;
mod rng;
mod serial;
mod shrink;
mod table;

use lockstep_compile::{Counting, Verdict};
use oracle::{FILE, Output};

#[global_allocator]
static MEMORY: Counting = Counting;

/// How many of something to try.
fn count(quick: u64, full: u64) -> u64 {
    let is_full = std::env::var_os("LOCKSTEP_FULL").is_some_and(|value| !value.is_empty());
    if is_full { full } else { quick }
}

/// Where the seeds of random programs begin: `LOCKSTEP_SEED`, or 0.
fn first_seed() -> u64 {
    let told = std::env::var("LOCKSTEP_SEED").ok();
    told.map_or(0, |seed| seed.parse().expect("LOCKSTEP_SEED is a number"))
}

/// What our interpreter makes of a program. What it refuses looks like a syntax error of
/// CPython's.
fn ours(source: &str) -> Output {
    let Ok(ran) = std::panic::catch_unwind(|| lockstep_compile::run(source, FILE)) else {
        return Output::new("", "a panic\n");
    };
    let mut output = Output::new(&ran.out, &ran.err);
    let raised = output.err.contains("Traceback (most recent call last):");
    match ran.verdict {
        Verdict::Ok => assert!(!raised, "is ok, though it raised:\n{source}"),
        // SystemExit may say nothing.
        Verdict::Error => {}
        Verdict::Violated => {
            let is_told = output.err.contains("AssertionError");
            assert!(is_told, "no violation is told:\n{source}");
        }
        Verdict::Refused(diagnostics) => {
            for diagnostic in diagnostics {
                output.err += &format!("SyntaxError: {}\n", diagnostic.text);
            }
        }
        Verdict::Deadlock => output.err += "deadlock\n",
        Verdict::Incomplete { line } => output.err += &format!("incomplete at line {line}\n"),
    }
    output
}
