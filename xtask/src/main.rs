//! `cargo xtask serve | build | test | bench`: sets up what is needed, then does it.

mod bench;
mod bugs;
mod command;
mod editor;
mod names;
mod pages;
mod published;
mod python;
mod site;
mod test;
mod toolchain;
mod tools;

use std::path::{Path, PathBuf};
use std::process::ExitCode;

use anyhow::Result;

const USAGE: &str = "\
cargo xtask serve [-- TRUNK ARGUMENTS]  set up, build, and serve the site on http://localhost:8080
cargo xtask build                       set up, and leave the release site in dist/
cargo xtask test [STAGE ...]            set up, and run all tests, or these stages of them:
                                        lint, native, loom, e2e
cargo xtask bench                       set up, and measure against the peers
cargo xtask bugs [--first] [WORD ...]   plant bugs in a copy, and show which tests catch each
cargo xtask python FILE [--model --seed N | --explore [--in-order]
                         | --schedule S]
                                        run a Python program, and show what it printed and
                                        how it ended: on OS threads or on the model; or all
                                        that it can come to

The compiler and the tools are found or installed; those that are built land in
a cache per user, $LOCKSTEP_CACHE or ~/.cache/lockstep. $LOCKSTEP_TOOLCHAIN is
`debian` or `rustup` where the choice between them should not be left to us.
$LOCKSTEP_SITE is the address at which the built site will be, for previews of links
to it and for oEmbed.";

fn main() -> ExitCode {
    let args: Vec<String> = std::env::args().skip(1).collect();
    let (task, rest) = match args.split_first() {
        Some((task, rest)) => (task.as_str(), rest),
        None => ("help", &[][..]),
    };
    let done = match task {
        "serve" => site::serve(rest),
        "build" => site::build(),
        "test" => test::test(rest),
        "bench" => bench::bench(),
        // Trunk's, see Trunk.toml.
        "finish" => pages::finish(),
        "bugs" => bugs::bugs(rest),
        "python" => match python::python(rest) {
            Ok(ended) => return ended,
            Err(error) => Err(error),
        },
        "help" | "-h" | "--help" => {
            println!("{USAGE}");
            Ok(())
        }
        other => Err(anyhow::anyhow!("There is no task {other}.\n\n{USAGE}")),
    };
    match done {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("\n✕ {error:#}");
            ExitCode::FAILURE
        }
    }
}

/// The checkout.
fn root() -> PathBuf {
    let xtask = Path::new(env!("CARGO_MANIFEST_DIR"));
    xtask.parent().unwrap_or(xtask).to_owned()
}

/// Where tools are kept for this user, outside the checkout.
fn cache() -> Result<PathBuf> {
    let set = |name| std::env::var_os(name).filter(|value| !value.is_empty());
    if let Some(cache) = set("LOCKSTEP_CACHE") {
        return Ok(cache.into());
    }
    let base = match (
        set("XDG_CACHE_HOME"),
        set("HOME").or_else(|| set("USERPROFILE")),
    ) {
        (Some(cache), _) => PathBuf::from(cache),
        (None, Some(home)) => PathBuf::from(home).join(".cache"),
        (None, None) => {
            anyhow::bail!("No place for the tools: set LOCKSTEP_CACHE to a folder of yours.")
        }
    };
    Ok(base.join("lockstep"))
}
