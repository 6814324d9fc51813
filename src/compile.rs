//! The compiler of Python programs, and how one is run from its source.
//!
//! A crate of its own, so that the modules that run programs hold no parser; its sources
//! are in `python/compiler/`.

#[path = "python/compiler/mod.rs"]
pub mod compiler;

pub use compiler::{Compiled, Construct, Diagnostic, Severity, compile};
pub use lockstep_run::platform::memory::Counting;
pub use lockstep_run::python::machine::Limits;
use lockstep_run::python::machine::{self, Ending};

/// How a program ended, or that it did not begin.
#[derive(Clone, Debug, PartialEq)]
pub enum Verdict {
    Ok,
    /// An exception that nobody caught.
    Error,
    /// An AssertionError that nobody caught.
    Violated,
    /// Syntax errors, and what is not supported.
    Refused(Vec<Diagnostic>),
    /// It ran for too long; it was at this line.
    Incomplete {
        line: u32,
    },
}

/// What a program left.
#[derive(Clone, Debug)]
pub struct Ran {
    pub out: String,
    /// What CPython would write to stderr.
    pub err: String,
    pub verdict: Verdict,
    /// What the compiler found strange, and lines that were not kept.
    pub notices: Vec<String>,
}

/// Compiles a program and runs it, within the usual limits.
pub fn run(source: &str, file: &str) -> Ran {
    run_within(source, file, Limits::default())
}

pub fn run_within(source: &str, file: &str, limits: Limits) -> Ran {
    let compiled = match compile(source, file) {
        Ok(compiled) => compiled,
        Err(diagnostics) => {
            let told: Vec<String> = diagnostics
                .iter()
                .map(|d| d.to_text(source, file))
                .collect();
            return Ran {
                out: String::new(),
                err: told.concat(),
                verdict: Verdict::Refused(diagnostics),
                notices: Vec::new(),
            };
        }
    };
    let mut notices: Vec<String> = compiled
        .warnings
        .iter()
        .map(|d| d.to_text(source, file))
        .collect();
    let report = machine::run_program(compiled.program, limits);
    if report.lost > 0 {
        notices.push(format!(
            "{} more lines of output were not kept",
            report.lost
        ));
    }
    Ran {
        out: report.out,
        err: report.err,
        verdict: match report.ending {
            Ending::Ok => Verdict::Ok,
            Ending::Error => Verdict::Error,
            Ending::Violated => Verdict::Violated,
            Ending::Incomplete { line } => Verdict::Incomplete { line },
        },
        notices,
    }
}

#[cfg(test)]
#[path = "python/compiler/tests.rs"]
mod tests;
