//! Measurements.

use std::process::Command;

use anyhow::Result;

use crate::command::{run, timed};
use crate::root;
use crate::site::{RELEASE, Workshop};
use crate::tools;

/// `cargo xtask bench`.
pub fn bench() -> Result<()> {
    tools::ensure_browser()?;
    Workshop::set_up()?.build(&RELEASE)?;
    timed("From Run to the first event, in Chromium", || {
        run(Command::new("cargo").current_dir(root()).args([
            "run",
            "--quiet",
            "--package",
            "e2e",
            "--bin",
            "start-up",
        ]))
    })
}
