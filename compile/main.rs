//! Runs a Python program: `cargo xtask python FILE`. What it prints, then what CPython would
//! write to stderr, then how it ended.

use std::process::ExitCode;

use lockstep_compile::{Verdict, run, run_on_model, run_on_threads};

/// Programs in Python may take only so much memory.
#[global_allocator]
static MEMORY: lockstep_compile::Counting = lockstep_compile::Counting;

const USAGE: &str = "Which program? cargo xtask python FILE [--threads | --model --seed N]";

/// How a program is to be run.
enum Way {
    Alone,
    Threads,
    Model { seed: u64 },
}

/// The file and the way that the arguments name.
fn read(args: &[String]) -> Option<(String, Way)> {
    let args: Vec<&str> = args.iter().map(String::as_str).collect();
    let (file, options) = args.split_first()?;
    let way = match options {
        [] => Way::Alone,
        ["--threads"] => Way::Threads,
        ["--model"] => Way::Model { seed: 1 },
        ["--model", "--seed", seed] => Way::Model {
            seed: seed.parse().ok()?,
        },
        _ => return None,
    };
    Some(((*file).to_owned(), way))
}

fn main() -> ExitCode {
    let args: Vec<String> = std::env::args().skip(1).collect();
    let Some((file, way)) = read(&args) else {
        eprintln!("{USAGE}");
        return ExitCode::from(2);
    };
    let source = match std::fs::read_to_string(&file) {
        Ok(source) => source,
        Err(error) => {
            eprintln!("{file}: {error}");
            return ExitCode::from(2);
        }
    };
    let ran = match way {
        Way::Alone => run(&source, &file),
        Way::Threads => run_on_threads(&source, &file, 1.0),
        Way::Model { seed } => run_on_model(&source, &file, seed),
    };
    print!("{}", ran.out);
    eprint!("{}", ran.err);
    for notice in &ran.notices {
        eprintln!("{notice}");
    }
    match &ran.verdict {
        Verdict::Ok => eprintln!("✓ ok"),
        Verdict::Error => eprintln!("✕ error: nobody caught the exception"),
        Verdict::Violated => eprintln!("✕ violated: an assertion does not hold"),
        Verdict::Deadlock => eprintln!("✕ deadlock: its threads wait for ever"),
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
