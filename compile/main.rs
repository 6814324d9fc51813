//! Runs a Python program: `cargo xtask python FILE`. What it prints, then what CPython would
//! write to stderr, then how it ended.

use std::process::ExitCode;

use lockstep_compile::explore::{self, Outcome, Question};
use lockstep_compile::{Verdict, compile, run, run_again, run_on_model};
use lockstep_run::explore::{Found, Schedule, stuck};

/// Programs in Python may take only so much memory.
#[global_allocator]
static MEMORY: lockstep_compile::Counting = lockstep_compile::Counting;

const USAGE: &str = "Which program? cargo xtask python FILE [--model --seed N | --explore [--in-order]\n                                | --schedule S]";

/// How a program is to be run.
enum Way {
    Threads,
    Model { seed: u64 },
    Explore { in_order: bool },
    Schedule(Schedule),
}

/// The file and the way that the arguments name.
fn read(args: &[String]) -> Option<(String, Way)> {
    let args: Vec<&str> = args.iter().map(String::as_str).collect();
    let (file, options) = args.split_first()?;
    let way = match options {
        [] => Way::Threads,
        ["--model"] => Way::Model { seed: 1 },
        ["--model", "--seed", seed] => Way::Model {
            seed: seed.parse().ok()?,
        },
        ["--explore"] => Way::Explore { in_order: false },
        ["--explore", "--in-order"] => Way::Explore { in_order: true },
        ["--schedule", text] => Way::Schedule(Schedule::decode(text).ok()?),
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
        Way::Threads => run(&source, &file),
        Way::Model { seed } => run_on_model(&source, &file, seed),
        Way::Schedule(schedule) => run_again(&source, &file, &schedule),
        Way::Explore { in_order } => return explore_all(&source, &file, in_order),
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
        Verdict::Deadlock => {
            let finding = stuck(&ran.blocked);
            eprintln!("✕ {}", explore::finding_in_words(&finding));
        }
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

/// Tells all outcomes, the worst first, how often each is come to, and how most simply.
fn explore_all(source: &str, file: &str, in_order: bool) -> ExitCode {
    let compiled = match compile(source, file) {
        Ok(compiled) => compiled,
        Err(found) => {
            found
                .iter()
                .for_each(|d| eprint!("{}", d.to_text(source, file)));
            return ExitCode::FAILURE;
        }
    };
    let question = Question {
        in_order,
        ..Question::default()
    };
    let began = std::time::Instant::now();
    let mut map = explore::all(compiled.program, &question);
    let took = began.elapsed();
    map.outcomes.sort_by(|a, b| a.what.cmp(&b.what));
    for found in &map.outcomes {
        tell_outcome(found);
        for line in explore::in_words(compiled.program, &found.schedule) {
            println!("    {line}");
        }
    }
    for finding in &map.findings {
        println!("! {}", explore::finding_in_words(&finding.what));
    }
    let interleavings = map
        .interleavings
        .map_or_else(String::new, |all| format!("{} interleavings, ", all));
    eprintln!(
        "{interleavings}{} states, {} executions, {took:.2?}{}",
        map.states,
        map.executions,
        if map.complete { "" } else { ", not complete" }
    );
    ExitCode::SUCCESS
}

fn tell_outcome(found: &Found<Outcome>) {
    let times = found
        .count
        .map_or_else(String::new, |count| format!(", {} times", count));
    println!(
        "{}: {}{times}; {} steps, {} preemptions, --schedule {}",
        found.what.verdict.text(),
        found.what.out.join(" / "),
        found.steps,
        found.preemptions,
        found.schedule.encode()
    );
}
