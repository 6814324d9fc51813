//! Processes that tests start.

use std::os::unix::process::CommandExt;
use std::process::{Child, Command};

use crate::Result;

/// A process that ends with its owner.
pub struct Killed(Child);

impl Killed {
    /// Starts a program that the tests need.
    pub fn start(command: &mut Command) -> Result<Killed> {
        let program = command.get_program().to_string_lossy().into_owned();
        let process = command.process_group(0).spawn().map_err(|error| {
            format!("{program} does not start ({error}): `cargo xtask test` installs it")
        })?;
        Ok(Killed(process))
    }

    /// Whether it has ended by itself.
    pub fn has_ended(&mut self) -> Result<bool> {
        Ok(self.0.try_wait()?.is_some())
    }
}

/// How many threads of this machine are a browser's workers.
pub fn workers() -> usize {
    let threads = Command::new("ps").args(["-eLo", "comm"]).output();
    let threads = threads.map(|output| output.stdout).unwrap_or_default();
    let threads = String::from_utf8_lossy(&threads);
    threads
        .lines()
        .filter(|name| name.starts_with("DedicatedWorker"))
        .count()
}

impl Drop for Killed {
    fn drop(&mut self) {
        // With all that it has started: a browser outlives its driver.
        let group = format!("-{}", self.0.id());
        let _ = Command::new("kill").args(["-9", "--", &group]).status();
        let _ = self.0.kill();
        let _ = self.0.wait();
    }
}
