//! The compiler that builds the site: one that can rebuild std with atomics.
//!
//! Two kinds serve: Debian's `rustc-web` with `rust-web-src`, whose unstable
//! features are unlocked by an environment variable, and a pinned nightly of
//! rustup's with `rust-src`. The rest of the project builds with any recent
//! stable compiler, the one that runs this.

use std::env;
use std::ffi::OsString;
use std::path::{Path, PathBuf};
use std::process::Command;

use anyhow::{Context, Result, bail};

use crate::command::{found, output, run, step, timed};

/// The nightly of the rustup way. With it: rust-src to rebuild std from.
const NIGHTLY: &str = "nightly-2026-05-20";

/// The oldest compiler that builds the site.
const OLDEST: (u32, u32) = (1, 96);

/// Debian's compiler lies here, beside any that rustup put first on the PATH.
const DEBIAN_RUSTC: &str = "/usr/bin/rustc";
const DEBIAN_CARGO: &str = "/usr/bin/cargo";
const DEBIAN_CLIPPY: &str = "/usr/bin/cargo-clippy";

pub enum Toolchain {
    Debian { linker: String },
    Rustup,
}

impl Toolchain {
    /// Finds a compiler for the site, or installs one.
    pub fn ensure() -> Result<Toolchain> {
        let wish = env::var("LOCKSTEP_TOOLCHAIN").unwrap_or_default();
        let toolchain = match wish.as_str() {
            "debian" => Toolchain::debian().or_else(|_| Toolchain::install_debian())?,
            "rustup" => Toolchain::rustup().or_else(|_| Toolchain::install_rustup())?,
            _ => Toolchain::debian()
                .or_else(|_| Toolchain::rustup())
                .or_else(|_| Toolchain::install_any())?,
        };
        step(&format!("Compiler for the site: {}", toolchain.name()));
        Ok(toolchain)
    }

    /// A cargo that builds for wasm with this compiler, as `cargo` on the PATH
    /// of the programs that it and Trunk start.
    pub fn apply<'c>(&self, command: &'c mut Command) -> &'c mut Command {
        // Either would replace the flags of .cargo/config.toml.
        command
            .env_remove("RUSTFLAGS")
            .env_remove("CARGO_ENCODED_RUSTFLAGS");
        // Set by the cargo that runs us, and it is not the one to use.
        for name in ["CARGO", "RUSTC", "RUSTUP_TOOLCHAIN"] {
            command.env_remove(name);
        }
        command.env("CARGO_UNSTABLE_BUILD_STD", "std,panic_abort");
        command.env("CARGO_UNSTABLE_BUILD_STD_FEATURES", "optimize_for_size");
        // The page says nothing of a panic but where the browser's console has the trap; what
        // it would say of each is 9 KB of everybody's first load. In Cargo.toml a profile
        // may not ask for it yet.
        command.env("CARGO_UNSTABLE_PANIC_IMMEDIATE_ABORT", "true");
        command.env("CARGO_PROFILE_PAGE_PANIC", "immediate-abort");
        match self {
            Toolchain::Debian { linker } => command
                .env("RUSTC", DEBIAN_RUSTC)
                .env("RUSTC_BOOTSTRAP", "1")
                .env("CARGO_TARGET_WASM32_UNKNOWN_UNKNOWN_LINKER", linker),
            Toolchain::Rustup => command.env("RUSTUP_TOOLCHAIN", NIGHTLY),
        }
    }

    /// A PATH on which `cargo` is the right one, with these folders before all others.
    pub fn path(&self, first: &[PathBuf]) -> Result<OsString> {
        let mut path = first.to_vec();
        if let Toolchain::Debian { .. } = self {
            path.extend(Path::new(DEBIAN_CARGO).parent().map(Path::to_owned));
        }
        path.extend(env::split_paths(&env::var_os("PATH").unwrap_or_default()));
        env::join_paths(path).context("an odd PATH")
    }

    /// The cargo to call.
    pub fn cargo(&self) -> Result<Command> {
        let mut cargo = match self {
            Toolchain::Debian { .. } => Command::new(DEBIAN_CARGO),
            Toolchain::Rustup => Command::new("cargo"),
        };
        self.apply(&mut cargo).env("PATH", self.path(&[])?);
        Ok(cargo)
    }

    /// Has this compiler's clippy, which is not part of what builds the site.
    pub fn ensure_clippy(&self) -> Result<()> {
        match self {
            Toolchain::Debian { .. } if Path::new(DEBIAN_CLIPPY).is_file() => Ok(()),
            Toolchain::Debian { .. } => timed("Installing Debian's rust-web-clippy: once", || {
                apt(&["rust-web-clippy"])
            }),
            Toolchain::Rustup => run(Command::new("rustup").args([
                "component",
                "add",
                "clippy",
                "--toolchain",
                NIGHTLY,
            ])),
        }
    }

    fn name(&self) -> String {
        match self {
            Toolchain::Debian { linker } => {
                let version = output(DEBIAN_RUSTC, &["--version"]).unwrap_or_default();
                format!("Debian's {version}, {linker}")
            }
            Toolchain::Rustup => format!("rustup's {NIGHTLY}"),
        }
    }

    fn debian() -> Result<Toolchain> {
        let about = output(DEBIAN_RUSTC, &["-vV"]).context("no rustc in /usr/bin")?;
        let release = field(&about, "release").context("rustc tells no release")?;
        if version(release) < Some(OLDEST) {
            bail!("{DEBIAN_RUSTC} is too old: {release}");
        }
        if !Path::new(DEBIAN_CARGO).is_file() {
            bail!("no cargo in /usr/bin");
        }
        let sysroot = output(DEBIAN_RUSTC, &["--print", "sysroot"]).unwrap_or_default();
        let library = Path::new(&sysroot).join("lib/rustlib/src/rust/library/std");
        if !library.is_dir() {
            bail!("std's source is not installed");
        }
        let llvm = llvm_major(&about).context("rustc tells no LLVM")?;
        let linker = format!("wasm-ld-{llvm}");
        if !found(&linker) {
            bail!("{linker} is not installed");
        }
        Ok(Toolchain::Debian { linker })
    }

    fn rustup() -> Result<Toolchain> {
        let components = output(
            "rustup",
            &["component", "list", "--installed", "--toolchain", NIGHTLY],
        );
        let components = components.with_context(|| format!("{NIGHTLY} is not installed"))?;
        if !components.lines().any(|line| line.starts_with("rust-src")) {
            bail!("{NIGHTLY} has no rust-src");
        }
        Ok(Toolchain::Rustup)
    }

    fn install_any() -> Result<Toolchain> {
        let debian = apt_has("rustc-web").then(Toolchain::install_debian);
        if let Some(Ok(toolchain)) = debian {
            return Ok(toolchain);
        }
        if found("rustup") {
            return Toolchain::install_rustup();
        }
        bail!(
            "No compiler for the site. Install rustup from your system's packages or its \
             makers; or, on Debian, as root: apt-get install rustc-web cargo-web rust-web-src \
             lld-22. Then try again."
        )
    }

    fn install_debian() -> Result<Toolchain> {
        timed(
            "Installing Debian's rustc-web, cargo-web and rust-web-src: about 30 s, once",
            || {
                apt(&["rustc-web", "cargo-web", "rust-web-src"])?;
                let about = output(DEBIAN_RUSTC, &["-vV"]).context("rustc does not start")?;
                let llvm = llvm_major(&about).context("rustc tells no LLVM")?;
                apt(&[&format!("lld-{llvm}")])
            },
        )?;
        Toolchain::debian()
    }

    fn install_rustup() -> Result<Toolchain> {
        timed(
            &format!("Installing {NIGHTLY} with rust-src through rustup: about a minute, once"),
            || {
                run(Command::new("rustup").args([
                    "toolchain",
                    "install",
                    NIGHTLY,
                    "--profile",
                    "minimal",
                    "--component",
                    "rust-src",
                    "--no-self-update",
                ]))
            },
        )
        .with_context(|| {
            format!("rustup could not install {NIGHTLY}: is there a network? Try again with one.")
        })?;
        Toolchain::rustup()
    }
}

/// Whether Debian's packages can be installed here, this one among them.
pub fn apt_has(package: &str) -> bool {
    let root = output("id", &["-u"]).as_deref() == Some("0");
    let listed = || output("apt-cache", &["show", package]).is_some();
    root && found("apt-get") && (listed() || apt_update().is_ok() && listed())
}

/// Installs Debian packages, with fresh lists: old ones name versions that are gone.
pub fn apt(packages: &[&str]) -> Result<()> {
    apt_update()?;
    run(Command::new("apt-get")
        .env("DEBIAN_FRONTEND", "noninteractive")
        .args(["install", "--yes", "--quiet=2", "--no-install-recommends"])
        .args(packages))
}

/// Unpacks a Debian package into a folder, without what it depends on; nothing is
/// installed.
pub fn apt_download(package: &str, folder: &Path) -> Result<()> {
    apt_update()?;
    let _ = std::fs::remove_dir_all(folder);
    std::fs::create_dir_all(folder)?;
    run(Command::new("apt-get")
        // As who calls, whose folder it is, and not as apt's own user.
        .args(["-o", "APT::Sandbox::User=root", "--quiet=2", "download"])
        .arg(package)
        .current_dir(folder))?;
    let archive = std::fs::read_dir(folder)?.next();
    let archive = archive.with_context(|| format!("no package {package} came"))??;
    run(Command::new("dpkg-deb")
        .arg("--extract")
        .args([&archive.path(), folder]))?;
    Ok(std::fs::remove_file(archive.path())?)
}

fn apt_update() -> Result<()> {
    run(Command::new("apt-get").args(["update", "--quiet=2"]))
}

fn field<'a>(about: &'a str, name: &str) -> Option<&'a str> {
    let line = about.lines().find_map(|line| line.strip_prefix(name))?;
    line.strip_prefix(": ")
}

fn llvm_major(about: &str) -> Option<&str> {
    field(about, "LLVM version")?.split('.').next()
}

/// `1.96.0` as (1, 96).
fn version(release: &str) -> Option<(u32, u32)> {
    let mut parts = release.split('.').map(str::parse);
    Some((parts.next()?.ok()?, parts.next()?.ok()?))
}

#[cfg(test)]
mod tests {
    use super::*;

    const ABOUT: &str = "rustc 1.96.0 (ac68faa20)\nrelease: 1.96.0\nLLVM version: 22.1.8\n";

    #[test]
    fn versions_are_read_from_what_rustc_prints() {
        assert_eq!(field(ABOUT, "release").and_then(version), Some((1, 96)));
        assert_eq!(llvm_major(ABOUT), Some("22"));
        assert!(version("1.85.0") < Some(OLDEST));
        assert!(version("nonsense") < Some(OLDEST));
    }
}
