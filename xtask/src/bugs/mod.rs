//! `cargo xtask bugs`: plants each bug of a list in a copy of the project, and
//! shows which of the tests catch it, or the first of them that does. A bug that none
//! catches is a failure: of the tests.

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
const COPIED: [&str; 9] = [
    "Cargo.toml",
    "Cargo.lock",
    ".cargo",
    "benches",
    "compile",
    "run",
    "src",
    "tests",
    "xtask",
];

/// What of it is not: the site's modules, which no test runs, and cargo would build them for
/// each.
const LEFT_OUT: &str = "src/bin";

/// Where the tests are run, and how they are called in the table: first those that are
/// built and run fastest.
const SUITES: [(&str, &str); 9] = [
    ("cpython", "table"),
    ("explored", "explore"),
    ("properties", "properties"),
    ("stress", "stress"),
    ("lock", "lock"),
    ("asyncio", "asyncio"),
    ("tasks", "tasks"),
    ("loom", "loom"),
    ("fine", "interleavings"),
];

/// A suite that works so many times as long as without a bug has no end.
const MOST_WORK: u32 = 4;

/// A suite that does nothing for so long waits for something that will not come.
const MOST_IDLE: Duration = Duration::from_secs(15);

/// `cargo xtask bugs [--first] [WORD ...]`: all, or those whose primitive or text has one of
/// the words. With `--first` a bug's other tests are left out once one has caught it.
pub fn bugs(args: &[String]) -> Result<()> {
    let (first, words): (Vec<_>, Vec<_>) = args.iter().partition(|arg| *arg == "--first");
    let most = if first.is_empty() { SUITES.len() } else { 1 };
    let copy = root().join("target/bugs");
    let mut suites = SUITES.map(|(test, name)| Suite {
        test,
        name,
        most_work: None,
    });
    let mut escaped = Vec::new();
    for bug in BUGS {
        let named = |word: &String| bug.primitive.contains(word) || bug.what.contains(word);
        if !words.is_empty() && !words.iter().copied().any(named) {
            continue;
        }
        let caught = plant_and_test(&copy, &mut suites, &bug, most)?;
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

/// A suite, and how long it may work until it is taken to have no end: that is known once it
/// has been run without a bug, where it passes.
struct Suite {
    test: &'static str,
    name: &'static str,
    most_work: Option<Duration>,
}

impl Suite {
    /// Whether it passes with the bug, `None` if it does not come to an end.
    fn passes(&mut self, copy: &Path, bug: &Bug) -> Result<Option<bool>> {
        let most_work = match self.most_work {
            Some(most_work) => most_work,
            None => self.run_without_bugs(copy)?,
        };
        plant(copy, bug)?;
        let (passed, _) = run_with_patience(&executable(copy, self.test)?, most_work)?;
        Ok(passed)
    }

    fn run_without_bugs(&mut self, copy: &Path) -> Result<Duration> {
        refresh(copy)?;
        let (passed, work) = run_with_patience(&executable(copy, self.test)?, Duration::MAX)?;
        if passed != Some(true) {
            bail!("{} does not pass without a bug", self.name);
        }
        Ok(*self.most_work.insert(MOST_WORK * work + MOST_IDLE))
    }
}

/// The test that is most likely to catch a bug, which is run before the others.
fn catches_soonest(bug: &Bug) -> &'static str {
    match bug {
        _ if bug.what.ends_with("orders nothing") => "loom",
        _ if bug.primitive.starts_with("asyncio") => "asyncio",
        _ => "cpython",
    }
}

/// The suites that fail, or hang, with the bug; at most so many of them.
fn plant_and_test(
    copy: &Path,
    suites: &mut [Suite],
    bug: &Bug,
    most: usize,
) -> Result<Vec<String>> {
    let soonest = catches_soonest(bug);
    suites.sort_by_key(|suite| {
        let place = SUITES.iter().position(|(test, _)| *test == suite.test);
        (suite.test != soonest, place)
    });
    let mut caught = Vec::new();
    for suite in suites {
        if caught.len() == most {
            break;
        }
        match suite.passes(copy, bug)? {
            Some(true) => {}
            Some(false) => caught.push(suite.name.to_owned()),
            None => caught.push(format!("{} (hung)", suite.name)),
        }
    }
    Ok(caught)
}

/// Makes the copy the checkout with the bug in it, unless it is that already: then less is
/// built again.
fn plant(copy: &Path, bug: &Bug) -> Result<()> {
    let source = std::fs::read_to_string(root().join("src").join(bug.file))?;
    if source.matches(bug.find).count() != 1 {
        bail!("{}: not found exactly once in {}", bug.what, bug.file);
    }
    let file = copy.join("src").join(bug.file);
    let planted = source.replace(bug.find, bug.replace);
    if std::fs::read_to_string(&file)? != planted {
        refresh(copy)?;
        std::fs::write(&file, planted)?;
    }
    Ok(())
}

/// Brings the copy to the state of the checkout. What has not changed is left as it is, so
/// that little is built again.
fn refresh(copy: &Path) -> Result<()> {
    std::fs::create_dir_all(copy)?;
    COPIED
        .iter()
        .try_for_each(|entry| bring_up_to_date(&root().join(entry), &copy.join(entry)))
}

fn bring_up_to_date(from: &Path, to: &Path) -> Result<()> {
    if from.ends_with(LEFT_OUT) {
        return Ok(());
    }
    if !from.is_dir() {
        let wanted = std::fs::read(from).with_context(|| format!("no {}", from.display()))?;
        if std::fs::read(to).ok().as_ref() != Some(&wanted) {
            std::fs::write(to, wanted)?;
        }
        return Ok(());
    }
    std::fs::create_dir_all(to)?;
    for entry in std::fs::read_dir(to)? {
        let entry = entry?;
        if !from.join(entry.file_name()).exists() {
            match entry.file_type()?.is_dir() {
                true => std::fs::remove_dir_all(entry.path())?,
                false => std::fs::remove_file(entry.path())?,
            }
        }
    }
    for entry in std::fs::read_dir(from)? {
        let entry = entry?;
        bring_up_to_date(&entry.path(), &to.join(entry.file_name()))?;
    }
    Ok(())
}

/// Builds a suite.
fn executable(copy: &Path, suite: &str) -> Result<PathBuf> {
    let mut cargo = Command::new("cargo");
    cargo
        .current_dir(copy)
        .args(["test", "--no-run", "--quiet", "--message-format=json"])
        .args(["--test", suite])
        .stderr(Stdio::null());
    if suite == "loom" {
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
    let mut executables = text.lines().filter_map(|line| {
        let (_, rest) = line.split_once("\"executable\":\"")?;
        let path = PathBuf::from(rest.split('"').next()?);
        let (test, _) = path.file_name()?.to_str()?.rsplit_once('-')?;
        (test == suite).then_some(path)
    });
    executables
        .next()
        .with_context(|| format!("no executable of {suite}"))
}

/// Whether a test executable passes, `None` if it does not come to an end, and how long it
/// worked. On a busy machine it may take long by the clock, so its own work is what counts.
fn run_with_patience(executable: &Path, most_work: Duration) -> Result<(Option<bool>, Duration)> {
    let mut child = Command::new(executable)
        .arg("--quiet")
        .env("RUST_BACKTRACE", "0")
        .stdout(Stdio::null())
        .stderr(Stdio::null())
        .spawn()?;
    let start = Instant::now();
    let (mut worked, mut worked_last) = (Duration::ZERO, start);
    loop {
        if let Some(status) = child.try_wait()? {
            return Ok((Some(status.success()), worked));
        }
        let work = work_of(child.id()).unwrap_or(start.elapsed());
        if work > worked {
            (worked, worked_last) = (work, Instant::now());
        }
        if worked > most_work || worked_last.elapsed() > MOST_IDLE {
            child.kill()?;
            child.wait()?;
            return Ok((None, worked));
        }
        sleep(Duration::from_millis(50));
    }
}

/// How long a process had a core, where the system tells (Linux, in hundredths of a second).
fn work_of(process: u32) -> Option<Duration> {
    let stat = std::fs::read_to_string(format!("/proc/{process}/stat")).ok()?;
    // After the name, which may have any characters in it.
    let (_, fields) = stat.rsplit_once(')')?;
    let ticks = |field: usize| fields.split_whitespace().nth(field)?.parse::<u64>().ok();
    Some(Duration::from_millis((ticks(11)? + ticks(12)?) * 10))
}

#[cfg(test)]
mod tests {
    use super::*;

    /// A copy without one of the workspace's packages cannot be built.
    #[test]
    fn every_package_is_copied() {
        let manifest = std::fs::read_to_string(root().join("Cargo.toml")).unwrap();
        let members = manifest.lines().find(|line| line.starts_with("members"));
        let members: Vec<&str> = members.unwrap().split('"').skip(1).step_by(2).collect();
        assert!(members.contains(&"xtask"));
        for member in members {
            let top = member.split('/').next().unwrap();
            assert!(COPIED.contains(&top), "{top}");
        }
    }

    /// So that the list keeps up with the code: planting them all takes long.
    #[test]
    fn every_bug_has_its_place() {
        for bug in BUGS {
            let source = std::fs::read_to_string(root().join("src").join(bug.file)).unwrap();
            assert_eq!(source.matches(bug.find).count(), 1, "{}", bug.what);
        }
    }
}
