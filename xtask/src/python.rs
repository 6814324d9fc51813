//! `cargo xtask python FILE`.

use std::process::{Command, ExitCode};

use anyhow::Result;

/// Runs a program, by a command of the compiler's crate, so that what builds the site does
/// not wait for it. What comes back is how it ended.
pub fn python(args: &[String]) -> Result<ExitCode> {
    let status = Command::new("cargo")
        .args(["run", "--quiet", "--profile", "test"])
        .arg("--manifest-path")
        .arg(crate::root().join("compile/Cargo.toml"))
        .arg("--")
        .args(args)
        .status()?;
    let code = status.code().and_then(|code| u8::try_from(code).ok());
    Ok(code.map_or(ExitCode::FAILURE, ExitCode::from))
}
