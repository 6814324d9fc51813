//! The modules for programs in Python: their compiler, and the machine. The page does not load
//! them yet, so they are built beside the site.

use std::path::PathBuf;
use std::process::Command;

use anyhow::{Result, bail};

use crate::command::{run, timed};
use crate::root;
use crate::site::{TARGET, compressed};
use crate::toolchain::Toolchain;
use crate::tools::Tools;

struct Module {
    name: &'static str,
    /// Its package, in the checkout.
    package: &'static str,
    profile: &'static str,
    /// The most that it may transfer, in bytes.
    most: usize,
}

/// The machine is meant to take 120 KB, and misses that by far: it may not grow unseen. A
/// program that imports what the common library does not have gets the larger one. The library
/// that is written in Python is in neither, nor in the compiler: its files are fetched.
const MODULES: [Module; 3] = [
    Module {
        name: "compile",
        package: "lockstep-compile",
        profile: "page",
        most: 150_000,
    },
    Module {
        name: "machine",
        package: "lockstep",
        profile: "page",
        most: 325_000,
    },
    Module {
        name: "machine-library",
        package: "lockstep",
        profile: "page",
        most: 430_000,
    },
];

/// Builds them and prints their sizes; fails if one is too large.
pub fn build(toolchain: &Toolchain, tools: &Tools) -> Result<()> {
    timed("Compiling the modules for Python: some minutes", || {
        MODULES
            .iter()
            .try_for_each(|module| compile(toolchain, module))
    })?;
    println!(
        "\n{:40} {:>10} {:>10} {:>10}",
        "modules for Python", "bytes", "brotli", "at most"
    );
    let mut large = Vec::new();
    for module in &MODULES {
        let bytes = std::fs::read(finish(toolchain, tools, module)?)?;
        let (name, most) = (module.name, module.most);
        let brotli = compressed(&bytes)?;
        println!("{name:40} {:>10} {brotli:>10} {most:>10}", bytes.len());
        if brotli > most {
            large.push(name);
        }
    }
    if !large.is_empty() {
        bail!("Too large: {}.", large.join(", "));
    }
    Ok(())
}

fn compile(toolchain: &Toolchain, module: &Module) -> Result<()> {
    let mut cargo = toolchain.cargo()?;
    cargo.args(["build", "--quiet", "--target", TARGET]);
    cargo.args(["--profile", module.profile, "--package", module.package]);
    run(cargo.args(["--bin", module.name]).current_dir(root()))
}

/// What Trunk does for the others: the script of a module, and a smaller module.
fn finish(toolchain: &Toolchain, tools: &Tools, module: &Module) -> Result<PathBuf> {
    let name = module.name;
    let built = root().join("target").join(TARGET).join(module.profile);
    let folder = root().join("target/python-modules");
    let path = toolchain.path(&tools.path)?;
    let mut bindgen = Command::new("wasm-bindgen");
    bindgen.args(["--target", "web", "--no-typescript", "--out-dir"]);
    bindgen.arg(&folder).arg(built.join(format!("{name}.wasm")));
    run(bindgen.env("PATH", &path))?;
    let wasm = folder.join(format!("{name}_bg.wasm"));
    let mut smaller = Command::new("wasm-opt");
    smaller.args(["-Oz", "--converge", "--low-memory-unused"]);
    smaller.args([
        "--enable-threads",
        "--enable-bulk-memory",
        "--enable-mutable-globals",
    ]);
    smaller.args([
        "--enable-reference-types",
        "--enable-nontrapping-float-to-int",
    ]);
    smaller.args(["--enable-sign-ext", "--enable-multivalue"]);
    run(smaller.arg(&wasm).arg("-o").arg(&wasm).env("PATH", &path))?;
    Ok(wasm)
}
