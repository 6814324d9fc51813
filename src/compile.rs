//! The compiler of Python programs, and how one is run from its source.
//!
//! A crate of its own, so that the modules that run programs hold no parser; its sources
//! are in `python/compiler/`.

#[path = "python/compiler/mod.rs"]
pub mod compiler;

#[path = "../compile/explore.rs"]
pub mod explore;

#[path = "../compile/views.rs"]
pub mod views;

#[cfg(target_arch = "wasm32")]
pub use compiler::provide;
pub use compiler::{Compiled, Construct, Diagnostic, Severity, compile};
use lockstep_run::explore::{Blocked, Options, Random, Replay, Schedule};
pub use lockstep_run::platform::memory::Counting;
use lockstep_run::python::code::Program;
pub use lockstep_run::python::machine::Limits;
use lockstep_run::python::machine::{Ending, Report};
#[cfg(not(target_arch = "wasm32"))]
use lockstep_run::{
    platform::{
        memory,
        native::{Native, Run},
        watched,
    },
    python::{engine, lib, machine::World},
};

/// How a program ended, or that it did not begin.
#[derive(Clone, Debug, PartialEq)]
pub enum Verdict {
    Ok,
    /// An exception that nobody caught.
    Error,
    /// An AssertionError that nobody caught.
    Violated,
    /// Its threads wait for ever.
    Deadlock,
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
    /// Who waits for ever, and for what, if it ended so.
    pub blocked: Vec<Blocked>,
}

/// Compiles a program and runs it on threads of the operating system, within the usual
/// limits.
#[cfg(not(target_arch = "wasm32"))]
pub fn run(source: &str, file: &str) -> Ran {
    run_on_threads(source, file, 1.0)
}

/// The same, so many times as fast as its sleeps say.
#[cfg(not(target_arch = "wasm32"))]
pub fn run_on_threads(source: &str, file: &str, speed: f64) -> Ran {
    run_within(source, file, Limits::default(), speed)
}

#[cfg(not(target_arch = "wasm32"))]
pub fn run_within(source: &str, file: &str, limits: Limits, speed: f64) -> Ran {
    run_by(source, file, |program| run_program(program, limits, speed))
}

/// Runs a program on threads of the operating system: what it left, and who waits for ever,
/// if all do. They are stopped then.
#[cfg(not(target_arch = "wasm32"))]
pub fn run_program(
    program: &'static Program,
    limits: Limits,
    speed: f64,
) -> (Report, Vec<Blocked>) {
    let world = World::new(program, limits, engine::engine::<Native>(), lib::whole);
    memory::allow(world.limits.memory);
    let main = engine::run::<Native>(world);
    let blocked = watched::main(&Run::new(speed), main).err();
    (world.report(), blocked.unwrap_or_default())
}

/// Compiles a program and runs it on the model, which chooses evenly who goes next: the
/// same for the same seed.
pub fn run_on_model(source: &str, file: &str, seed: u64) -> Ran {
    run_by(source, file, |program| {
        let options = Options {
            steps_kept: 0,
            step_limit: 20_000_000,
            ..Options::default()
        };
        explore::once(program, options, &mut Random::new(seed))
    })
}

/// Compiles a program and makes an execution of it again.
pub fn run_again(source: &str, file: &str, schedule: &Schedule) -> Ran {
    run_by(source, file, |program| {
        let options = Options {
            clock: schedule.clock,
            ..Options::default()
        };
        explore::once(program, options, &mut Replay::new(schedule))
    })
}

fn run_by(
    source: &str,
    file: &str,
    run: impl FnOnce(&'static Program) -> (Report, Vec<Blocked>),
) -> Ran {
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
                blocked: Vec::new(),
            };
        }
    };
    let mut notices: Vec<String> = compiled
        .warnings
        .iter()
        .map(|d| d.to_text(source, file))
        .collect();
    let (report, blocked) = run(compiled.program);
    if report.asked_network {
        let text = "The network was not asked: requests are answered by a script, with 200 \
                    after 100 ms, or as a comment says: # lockstep: https://… 404 after 2 s";
        notices.push(text.to_owned());
    }
    if report.lost > 0 {
        notices.push(format!(
            "{} more lines of output were not kept",
            report.lost
        ));
    }
    Ran {
        out: report.out(),
        err: report.err(),
        verdict: match report.ending {
            Some(Ending::Ok) => Verdict::Ok,
            Some(Ending::Error) => Verdict::Error,
            Some(Ending::Violated) => Verdict::Violated,
            Some(Ending::Incomplete { line }) => Verdict::Incomplete { line },
            None => Verdict::Deadlock,
        },
        notices,
        blocked,
    }
}

#[cfg(test)]
#[path = "python/compiler/tests.rs"]
mod tests;
