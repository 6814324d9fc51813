//! `cargo xtask bugs`: plants each bug of a list in a copy of the project, and
//! shows which of the tests catch it. A bug that none catches is a failure: of
//! the tests.

mod list;

use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::thread::sleep;
use std::time::{Duration, Instant};

use anyhow::{Context, Result, bail};

use crate::command::step;
use crate::root;
use list::{BUGS, Bug};

/// What is copied: all that the native tests are built from.
const COPIED: [&str; 8] = [
    "Cargo.toml",
    "Cargo.lock",
    ".cargo",
    "benches",
    "run",
    "src",
    "tests",
    "xtask",
];

/// Where the tests are run, and how they are called in the table.
const SUITES: [(&str, &str); 9] = [
    ("cpython", "table"),
    ("fine", "interleavings"),
    ("explored", "explore"),
    ("properties", "properties"),
    ("stress", "stress"),
    ("lock", "lock"),
    ("asyncio", "asyncio"),
    ("tasks", "tasks"),
    ("loom", "loom"),
];

/// A suite that takes longer waits for something that will not come: without a
/// bug the longest takes ten seconds.
const PATIENCE: Duration = Duration::from_secs(25);

/// `cargo xtask bugs [WORD]`: all, or those whose primitive or text has the word.
pub fn bugs(words: &[String]) -> Result<()> {
    let copy = root().join("target/bugs");
    let mut escaped = Vec::new();
    for bug in BUGS {
        let named = |word: &String| bug.primitive.contains(word) || bug.what.contains(word);
        if !words.is_empty() && !words.iter().any(named) {
            continue;
        }
        let caught = plant_and_test(&copy, &bug)?;
        let by = if caught.is_empty() {
            escaped.push(bug.what);
            "NOTHING".to_owned()
        } else {
            caught.join(", ")
        };
        println!("{:17} {:66} caught by {by}", bug.primitive, bug.what);
    }
    if !escaped.is_empty() {
        bail!("{} bugs escaped: {}", escaped.len(), escaped.join("; "));
    }
    step("Every bug was caught.");
    Ok(())
}

/// The suites that fail, or hang, with the bug.
fn plant_and_test(copy: &Path, bug: &Bug) -> Result<Vec<String>> {
    refresh(copy)?;
    let file = copy.join("src").join(bug.file);
    let source = std::fs::read_to_string(&file)?;
    if source.matches(bug.find).count() != 1 {
        bail!("{}: not found exactly once in {}", bug.what, bug.file);
    }
    std::fs::write(&file, source.replace(bug.find, bug.replace))?;

    let mut caught = Vec::new();
    let mut suites = executables(copy, false)?;
    suites.extend(executables(copy, true)?);
    for (name, executable) in suites {
        let passed = run_with_patience(&executable)?;
        match passed {
            Some(true) => {}
            Some(false) => caught.push(name),
            None => caught.push(format!("{name} (hung)")),
        }
    }
    Ok(caught)
}

/// Brings the copy to the state of the checkout, its build left as it is.
fn refresh(copy: &Path) -> Result<()> {
    std::fs::create_dir_all(copy)?;
    for entry in COPIED {
        let to = copy.join(entry);
        if to.is_dir() {
            std::fs::remove_dir_all(&to)?;
        }
        copy_all(&root().join(entry), &to)?;
    }
    Ok(())
}

fn copy_all(from: &Path, to: &Path) -> Result<()> {
    if !from.is_dir() {
        std::fs::copy(from, to).with_context(|| format!("no {}", from.display()))?;
        return Ok(());
    }
    std::fs::create_dir_all(to)?;
    for entry in std::fs::read_dir(from)? {
        let entry = entry?;
        copy_all(&entry.path(), &to.join(entry.file_name()))?;
    }
    Ok(())
}

/// Builds the suites, for loom or natively: names and executables.
fn executables(copy: &Path, loom: bool) -> Result<Vec<(String, PathBuf)>> {
    let mut cargo = Command::new("cargo");
    cargo
        .current_dir(copy)
        .args(["test", "--no-run", "--quiet", "--message-format=json"])
        .stderr(Stdio::null());
    for (test, _) in SUITES.iter().filter(|(test, _)| (*test == "loom") == loom) {
        cargo.args(["--test", test]);
    }
    if loom {
        cargo
            .arg("--release")
            .env("RUSTFLAGS", "--cfg loom --cap-lints allow")
            .env("CARGO_TARGET_DIR", copy.join("target/loom"));
    } else {
        cargo
            .args(["--features", "selftest"])
            .env("RUSTFLAGS", "--cap-lints allow")
            .env("CARGO_TARGET_DIR", copy.join("target/native"));
    }
    let output = cargo.output()?;
    if !output.status.success() {
        bail!("the project does not build with the bug");
    }
    let text = String::from_utf8_lossy(&output.stdout);
    let paths = text.lines().filter_map(|line| {
        let (_, rest) = line.split_once("\"executable\":\"")?;
        Some(PathBuf::from(rest.split('"').next()?))
    });
    let named = paths.filter_map(|path| {
        let file = path.file_name()?.to_str()?;
        let (test, _) = file.rsplit_once('-')?;
        let (_, name) = SUITES.iter().find(|(suite, _)| *suite == test)?;
        Some(((*name).to_owned(), path))
    });
    Ok(named.collect())
}

/// Whether a test executable passes; `None` if it does not come to an end.
fn run_with_patience(executable: &Path) -> Result<Option<bool>> {
    let mut child = Command::new(executable)
        .arg("--quiet")
        .env("RUST_BACKTRACE", "0")
        .stdout(Stdio::null())
        .stderr(Stdio::null())
        .spawn()?;
    let start = Instant::now();
    loop {
        if let Some(status) = child.try_wait()? {
            return Ok(Some(status.success()));
        }
        if start.elapsed() > PATIENCE {
            child.kill()?;
            child.wait()?;
            return Ok(None);
        }
        sleep(Duration::from_millis(50));
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// So that the list keeps up with the code: planting them all takes an hour.
    #[test]
    fn every_bug_has_its_place() {
        for bug in BUGS {
            let source = std::fs::read_to_string(root().join("src").join(bug.file)).unwrap();
            assert_eq!(source.matches(bug.find).count(), 1, "{}", bug.what);
        }
    }
}
