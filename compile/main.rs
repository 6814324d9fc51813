//! Runs a Python program: `cargo xtask python FILE`. What it prints, then what CPython would
//! write to stderr, then how it ended.

use std::process::ExitCode;

use lockstep_compile::{Verdict, run};

/// Programs in Python may take only so much memory.
#[global_allocator]
static MEMORY: lockstep_compile::Counting = lockstep_compile::Counting;

fn main() -> ExitCode {
    let mut args = std::env::args().skip(1);
    let (Some(file), None) = (args.next(), args.next()) else {
        eprintln!("Which program? cargo xtask python FILE");
        return ExitCode::from(2);
    };
    let source = match std::fs::read_to_string(&file) {
        Ok(source) => source,
        Err(error) => {
            eprintln!("{file}: {error}");
            return ExitCode::from(2);
        }
    };
    let ran = run(&source, &file);
    print!("{}", ran.out);
    eprint!("{}", ran.err);
    for notice in &ran.notices {
        eprintln!("{notice}");
    }
    match &ran.verdict {
        Verdict::Ok => eprintln!("✓ ok"),
        Verdict::Error => eprintln!("✕ error: nobody caught the exception"),
        Verdict::Violated => eprintln!("✕ violated: an assertion does not hold"),
        Verdict::Refused(found) => eprintln!("✕ not run: {} to mend", found.len()),
        Verdict::Incomplete { line } => {
            eprintln!("… incomplete: it ran for too long, at line {line}");
        }
    }
    match ran.verdict {
        Verdict::Ok => ExitCode::SUCCESS,
        _ => ExitCode::FAILURE,
    }
}
