//! Building and serving the site.

use std::collections::BTreeMap;
use std::io::Write;
use std::path::{Path, PathBuf};
use std::process::Command;

use anyhow::{Result, bail};

use crate::command::{run, timed};
use crate::pages;
use crate::root;
use crate::toolchain::Toolchain;
use crate::tools::Tools;

pub const TARGET: &str = "wasm32-unknown-unknown";

/// The most that the first load may transfer, in bytes.
const BUDGET: usize = 250_000;

/// What is built for size: the page, and what runs where nobody measures how fast.
/// `www/index.html` names the profile for each of them, too.
const SMALL: [&str; 5] = [
    "lockstep",
    "program",
    "tasks-event_loop",
    "workers-choosing",
    "workers-pools",
];

/// The modules for programs of the reader's own, and the most that each may transfer, in
/// bytes. What runs them is larger than it was meant to be by far: it may not grow unseen. The
/// library that is written in Python is in neither: its files are fetched.
const OF_PROGRAMS: [(&str, usize); 2] = [("compile", 150_000), ("program", 560_000)];

/// All that is needed to build the site.
pub struct Workshop {
    toolchain: Toolchain,
    tools: Tools,
}

/// A way to build the site.
pub struct Variant {
    /// Where it lands, in the checkout.
    pub dist: &'static str,
    pub features: Option<&'static str>,
}

/// What is published.
pub const RELEASE: Variant = Variant {
    dist: "dist",
    features: None,
};

/// With the scenarios that tests need: programs that panic, trap and stress.
pub const SELFTEST: Variant = Variant {
    dist: "target/dist-selftest",
    features: Some("selftest"),
};

impl Workshop {
    pub fn set_up() -> Result<Workshop> {
        let tools = Tools::ensure()?;
        let toolchain = Toolchain::ensure()?;
        Ok(Workshop { toolchain, tools })
    }

    /// Builds a variant of the site into its folder.
    pub fn build(&self, variant: &Variant) -> Result<()> {
        self.compile(variant)?;
        timed("Bundling the site: about 10 s", || {
            let mut trunk = self.trunk("build")?;
            trunk.arg("--dist").arg(root().join(variant.dist));
            if let Some(features) = variant.features {
                trunk.args(["--features", features]);
            }
            run(&mut trunk)
        })
    }

    /// Compiles by itself what Trunk bundles, since Trunk keeps cargo from
    /// fetching what std is built from.
    fn compile(&self, variant: &Variant) -> Result<()> {
        timed(
            "Compiling the site: 4 minutes the first time, then seconds",
            || {
                self.compile_as(variant, &["--release", "--bins"])?;
                let small = SMALL.iter().flat_map(|bin| ["--bin", bin]);
                let small: Vec<&str> = ["--profile", "page"].into_iter().chain(small).collect();
                self.compile_as(variant, &small)?;
                let compiler = ["--profile", "page", "--package", "lockstep-compile"];
                self.compile_as(variant, &[&compiler[..], &["--bin", "compile"]].concat())
            },
        )
    }

    fn compile_as(&self, variant: &Variant, what: &[&str]) -> Result<()> {
        let mut cargo = self.toolchain.cargo()?;
        cargo
            .args(["build", "--quiet", "--target", TARGET])
            .args(what);
        if let Some(features) = variant.features {
            cargo.args(["--features", features]);
        }
        run(cargo.current_dir(root()))
    }

    fn trunk(&self, task: &str) -> Result<Command> {
        let mut trunk = Command::new("trunk");
        self.toolchain.apply(&mut trunk);
        // With this program itself among them: Trunk calls it when it has built the site.
        let mut path = self.tools.path.clone();
        path.extend(std::env::current_exe()?.parent().map(Path::to_owned));
        trunk
            .arg(task)
            .current_dir(root())
            .env("PATH", self.toolchain.path(&path)?)
            .env("TRUNK_SKIP_VERSION_CHECK", "true")
            // Trunk reads this variable too, and takes no number for it.
            .env_remove("NO_COLOR");
        if self.tools.complete {
            trunk.env("TRUNK_OFFLINE", "true");
        }
        Ok(trunk)
    }
}

/// `cargo xtask serve`: until it is interrupted.
pub fn serve(args: &[String]) -> Result<()> {
    let workshop = Workshop::set_up()?;
    workshop.compile(&RELEASE)?;
    println!("• Serving on http://localhost:8080 (Ctrl+C ends it), ready in about 10 s");
    let args = args.iter().filter(|arg| *arg != "--");
    let mut trunk = workshop.trunk("serve")?;
    run(trunk.env(pages::IS_SERVED, "1").args(args))
}

/// `cargo xtask build`.
pub fn build() -> Result<()> {
    let workshop = Workshop::set_up()?;
    workshop.build(&RELEASE)?;
    report_size(&root().join(RELEASE.dist))
}

/// Files of the site's folder that the page does not load: other pages, and what hosts
/// read.
const OF_OTHERS: [&str; 45] = [
    // The first sight loads this, and no engine.
    "first-sight.bin",
    "guide.html",
    "teachers.html",
    "hosting.html",
    "404.html",
    "pages.css",
    "go.js",
    "scenarios.json",
    "words-later.js",
    // Of the editor: at the first edit, with the folder `editor`.
    "editor.js",
    "words-editor.js",
    "offered.txt",
    // Of programs of the reader's own.
    "programs.js",
    "program-link.js",
    "compiler-worker.js",
    "output.js",
    "program.css",
    "dialogs.js",
    "dialogs.css",
    "lanes-tools.js",
    "progress.js",
    "graph.js",
    "graph.css",
    "state-graph.js",
    "predict.js",
    "processes.js",
    "fields.js",
    "lines.js",
    "state.js",
    "waits.js",
    "state.css",
    "figures.js",
    "figures-worker.js",
    "figures.css",
    "embed.html",
    "embed.js",
    "poster.css",
    "frame.js",
    // On a second visit.
    "update.js",
    "divider.js",
    // Of a narrow page, in the place of colours.js: 0.3 KB more.
    "tabs.js",
    "tabs.css",
    "outcomes.css",
    "sw.js",
    "_headers",
];

/// Prints what a first load transfers, and fails if one is over budget: the page, which
/// is the files of the folder itself, and the module that runs the scenario for real.
/// All else, as the listings are, is fetched only when it is wanted.
pub fn report_size(dist: &Path) -> Result<()> {
    println!("\n{:40} {:>10} {:>10}", "first load", "bytes", "brotli");
    let page = report_files(dist)?;
    let page: usize = page.iter().map(|(_, brotli)| brotli).sum();
    println!("{:40} {:>10} {page:>10}\n", "the page", "");
    let modules = report_files(&engines(dist)?)?;
    let mut chapters = BTreeMap::new();
    for (name, brotli) in &modules {
        // workers-locks.js and workers-locks_bg.wasm are of one chapter.
        let module = name.trim_end_matches("_bg.wasm").trim_end_matches(".js");
        if let Some((engine, chapter)) = module.split_once('-')
            && engine != "model"
        {
            *chapters.entry(chapter).or_insert(page) += brotli;
        }
    }
    println!();
    for (module, most) in OF_PROGRAMS {
        let its = modules.iter().filter(|(name, _)| {
            *name == format!("{module}.js") || *name == format!("{module}_bg.wasm")
        });
        let brotli: usize = its.map(|(_, brotli)| brotli).sum();
        println!(
            "{:40} {:>10} {brotli:>10}",
            format!("the module {module}"),
            ""
        );
        if brotli > most || brotli == 0 {
            bail!("The module {module} is {brotli} bytes, of the {most} that it may be.");
        }
    }
    println!();
    for (chapter, total) in chapters {
        println!(
            "{:40} {:>10} {total:>10}",
            format!("a first load of {chapter}"),
            ""
        );
        if total > BUDGET {
            bail!("The first load is {total} bytes, more than the {BUDGET} that it may be.");
        }
    }
    Ok(())
}

/// The folder of the engines' modules, which is named after what is in it.
fn engines(dist: &Path) -> Result<PathBuf> {
    for entry in std::fs::read_dir(dist)? {
        let path = entry?.path();
        if path.is_dir()
            && path
                .file_name()
                .is_some_and(|name| name.to_string_lossy().starts_with("engines-"))
        {
            return Ok(path);
        }
    }
    bail!("{} has no folder of engines", dist.display())
}

/// Prints the sizes of a folder's files; what is transferred of each.
fn report_files(folder: &Path) -> Result<Vec<(String, usize)>> {
    let mut sizes = Vec::new();
    for entry in std::fs::read_dir(folder)? {
        let path = entry?.path();
        let name = path.file_name().unwrap_or_default().to_string_lossy();
        if path.is_file() && !OF_OTHERS.contains(&&*name) {
            let bytes = std::fs::read(&path)?;
            let brotli = compressed(&bytes)?;
            println!("{name:40} {:>10} {brotli:>10}", bytes.len());
            sizes.push((name.into_owned(), brotli));
        }
    }
    Ok(sizes)
}

/// The size under brotli at its best, as a host would store it.
pub fn compressed(bytes: &[u8]) -> Result<usize> {
    let mut out = Vec::new();
    let mut writer = brotli::CompressorWriter::new(&mut out, 4096, 11, 22);
    writer.write_all(bytes)?;
    drop(writer);
    Ok(out.len())
}
