//! `cargo xtask python FILE`.

use anyhow::{Context, Result};
use lockstep_compile::{Verdict, run};

/// Runs a program: its output, then what CPython would write to stderr, then the verdict.
pub fn python(args: &[String]) -> Result<()> {
    let [file] = args else {
        anyhow::bail!("Which program? cargo xtask python FILE");
    };
    let source = std::fs::read_to_string(file).with_context(|| format!("No program in {file}"))?;
    let ran = run(&source, file);
    print!("{}", ran.out);
    eprint!("{}", ran.err);
    for notice in &ran.notices {
        eprintln!("{notice}");
    }
    match ran.verdict {
        Verdict::Ok => eprintln!("✓ ok"),
        Verdict::Error => eprintln!("✕ error: nobody caught the exception"),
        Verdict::Violated => eprintln!("✕ violated: an assertion does not hold"),
        Verdict::Refused(found) => eprintln!("✕ not run: {} to mend", found.len()),
        Verdict::Incomplete { line } => {
            eprintln!("… incomplete: it ran for too long, at line {line}")
        }
    }
    Ok(())
}
