//! All tests, in the order of what fails soonest.

use anyhow::{Result, bail};

use crate::command::{cargo, run, timed};
use crate::root;
use crate::site::{RELEASE, SELFTEST, TARGET, Workshop, report_size};
use crate::toolchain::Toolchain;
use crate::tools;

type Stage = (&'static str, fn() -> Result<()>);

const STAGES: [Stage; 4] = [
    ("lint", lint),
    ("native", native),
    ("loom", loom),
    ("e2e", e2e),
];

/// `cargo xtask test`: all stages, or those that are named.
pub fn test(named: &[String]) -> Result<()> {
    if let Some(unknown) = named
        .iter()
        .find(|name| STAGES.iter().all(|(stage, _)| stage != name))
    {
        bail!("There is no stage {unknown}; there are lint, native, loom and e2e.");
    }
    for (stage, run_stage) in STAGES {
        if named.is_empty() || named.iter().any(|name| name == stage) {
            run_stage()?;
        }
    }
    println!("\n✓ All is well.");
    Ok(())
}

fn lint() -> Result<()> {
    timed("Formatting", || {
        run(cargo().args(["fmt", "--all", "--check"]))
    })?;
    timed("Clippy, natively: a minute the first time", || {
        run(cargo()
            .args(["clippy", "--quiet", "--workspace", "--all-targets"])
            .args(["--all-features", "--", "-D", "warnings"]))
    })?;
    let toolchain = Toolchain::ensure()?;
    toolchain.ensure_clippy()?;
    timed("Clippy, for the browser: a minute the first time", || {
        run(toolchain
            .cargo()?
            .current_dir(root())
            .args(["clippy", "--quiet", "--release", "--target", TARGET])
            .args(["--all-features", "--", "-D", "warnings"]))
    })
}

fn native() -> Result<()> {
    timed("Native tests: two minutes the first time", || {
        run(cargo()
            .args(["test", "--quiet", "--workspace", "--all-features"])
            .args(["--exclude", "e2e"]))
    })
}

fn loom() -> Result<()> {
    timed("Primitives under loom: a minute the first time", || {
        run(cargo()
            .args(["test", "--quiet", "--release", "--test", "loom"])
            .env("RUSTFLAGS", "--cfg loom")
            // Beside the others, which its flags would have built anew.
            .env("CARGO_TARGET_DIR", root().join("target/loom")))
    })
}

fn e2e() -> Result<()> {
    tools::ensure_browser()?;
    let geckodriver = tools::ensure_firefox()?;
    let hosts = tools::ensure_hosts()?;
    let axe = tools::ensure_axe()?;
    let lighthouse = tools::ensure_lighthouse()?;
    let workshop = Workshop::set_up()?;
    workshop.build(&RELEASE)?;
    workshop.build(&SELFTEST)?;
    report_size(&root().join(RELEASE.dist))?;
    timed(
        "End to end, in Chromium and Firefox: about 13 minutes",
        || {
            let mut tests = cargo();
            if let Some(geckodriver) = geckodriver {
                tests.env("GECKODRIVER", geckodriver);
            }
            tests.envs(hosts);
            tests.envs(axe.map(|axe| ("AXE", axe)));
            tests.envs(lighthouse.map(|lighthouse| ("LIGHTHOUSE", lighthouse)));
            run(tests
                .args(["test", "--quiet", "--package", "e2e", "--"])
                // Each drives a browser that wants both cores.
                .arg("--test-threads=1"))
        },
    )
}
