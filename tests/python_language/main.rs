//! The language: what Lockstep makes of Python programs of one thread is what CPython 3.11
//! makes of them.
//!
//! - `rows/`: some five hundred small programs with what they print, by construct and
//!   builtin (`table.rs`). `rows.py` writes the tables anew.
//! - Random programs (`random.rs`) from templates (`generator/`), compared with `python3`,
//!   which `oracle.py` asks. What differs is reduced to a few lines (`shrink.rs`).
//! - Mutated and random sources (`fuzz.rs`): a diagnostic or a run, never a panic.
//!
//! With `LOCKSTEP_FULL` set, as many as the project asks for; else as many as take seconds.

mod fuzz;
mod generator;
mod oracle;
mod program;
mod random;
mod rng;
mod shrink;
mod table;

use lockstep_compile::Verdict;
use oracle::{FILE, Output};

/// How many of something to try.
fn count(quick: u64, full: u64) -> u64 {
    let is_full = std::env::var_os("LOCKSTEP_FULL").is_some_and(|value| !value.is_empty());
    if is_full { full } else { quick }
}

/// What our interpreter makes of a program.
fn ours(source: &str) -> Output {
    let ran = lockstep_compile::run(source, FILE);
    match ran.verdict {
        Verdict::Refused(diagnostics) => {
            let told: Vec<String> = (diagnostics.iter())
                .map(|diagnostic| format!("SyntaxError: {diagnostic:?}"))
                .collect();
            Output::new(&ran.out, &told.join("\n"))
        }
        _ => Output::new(&ran.out, &ran.err),
    }
}
