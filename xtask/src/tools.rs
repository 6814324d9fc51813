//! The programs that the site is built and tested with, at pinned versions, in
//! a cache per user.

use std::ffi::OsString;
use std::path::{Path, PathBuf};
use std::process::Command;

use anyhow::{Context, Result, bail};
use sha2::{Digest, Sha256};

use crate::cache;
use crate::command::{found, output, run, step, timed};
use crate::toolchain::{apt, apt_download, apt_has};

const TRUNK: &str = "0.21.14";

/// Equal to the version of the crate in Cargo.toml, to the last digit.
const WASM_BINDGEN: &str = "0.2.130";

/// Drives Firefox.
const GECKODRIVER: &str = "0.37.1";

/// Debian's own is too old to read what the compiler writes.
const BINARYEN: &str = "132";

/// Makes scripts small.
const ESBUILD: &str = "0.28.2";

/// Finds what keeps readers from using a page.
const AXE: &str = "4.14.1";

/// Measures how a page loads, and looks it over. The newest wants a newer Node than many have.
const LIGHTHOUSE: &str = "12.8.2";

/// What the editor of programs is made of, and each package's version and digest.
const CODEMIRROR: [(&str, &str); 2] = [
    ("package.json", include_str!("../codemirror/package.json")),
    (
        "package-lock.json",
        include_str!("../codemirror/package-lock.json"),
    ),
];

/// What builds the site, beside the compiler.
pub struct Tools {
    /// Folders to be put on the PATH.
    pub path: Vec<PathBuf>,
    /// Whether Trunk has all that it needs, and need not look for it elsewhere.
    pub complete: bool,
}

impl Tools {
    /// Finds the tools in the cache, or installs them.
    pub fn ensure() -> Result<Tools> {
        let cache = cache()?;
        std::fs::create_dir_all(&cache)
            .with_context(|| format!("{} cannot be made", cache.display()))?;
        let mut path = vec![
            cargo_install(&cache, "wasm-bindgen-cli", WASM_BINDGEN, &[], "4 minutes")?,
            cargo_install(
                &cache,
                "trunk",
                TRUNK,
                &["--locked", "--no-default-features"],
                "6 minutes",
            )?,
        ];
        // Without npm Trunk fetches a wasm-opt by itself, scripts stay as they are, and programs
        // are edited in a plain text area.
        let binaryen = npm_programs(&cache, "binaryen", BINARYEN, &format!("{BINARYEN}.0.0"))?;
        let complete = binaryen.is_some();
        path.extend(binaryen);
        path.extend(npm_programs(&cache, "esbuild", ESBUILD, ESBUILD)?);
        ensure_codemirror()?;
        Ok(Tools { path, complete })
    }
}

/// Where axe-core is, which checks what a page is like for all readers; `None` without npm.
pub fn ensure_axe() -> Result<Option<PathBuf>> {
    let package = npm_install(&cache()?, "axe-core", AXE, AXE)?;
    Ok(package.map(|package| package.join("axe-core/axe.min.js")))
}

/// Where the packages are that the editor of programs is made of; `None` without npm.
pub fn ensure_codemirror() -> Result<Option<PathBuf>> {
    let cache = cache()?;
    let digest = format!("{:x}", Sha256::digest(CODEMIRROR[1].1));
    let folder = cache.join(format!("codemirror-{}", &digest[..16]));
    let modules = folder.join("node_modules");
    if modules.is_dir() {
        return Ok(Some(modules));
    }
    if !found("npm") {
        return Ok(None);
    }
    timed("Installing CodeMirror from npm: about 10 s, once", || {
        // Built aside, so that a broken-off installation is none.
        let aside = cache.join(format!("codemirror-{}.part", std::process::id()));
        std::fs::create_dir_all(&aside)?;
        for (name, text) in CODEMIRROR {
            std::fs::write(aside.join(name), text)?;
        }
        run(Command::new("npm")
            .args(["ci", "--silent", "--no-audit", "--no-fund"])
            .args(["--ignore-scripts", "--prefix"])
            .arg(&aside))?;
        std::fs::rename(&aside, &folder)?;
        Ok(())
    })?;
    Ok(Some(modules))
}

/// A program of a crate, built into a folder of its own: that folder's `bin`.
fn cargo_install(
    cache: &Path,
    package: &str,
    version: &str,
    args: &[&str],
    takes: &str,
) -> Result<PathBuf> {
    let folder = cache.join(format!("{package}-{version}"));
    let bin = folder.join("bin");
    if bin.is_dir() {
        return Ok(bin);
    }
    timed(
        &format!("Installing {package} {version}: about {takes}, once"),
        || {
            // Built aside, so that a broken-off installation is none.
            let aside = cache.join(format!("{package}-{version}.part"));
            run(Command::new("cargo")
                .args(["install", package, "--version", version, "--root"])
                .arg(&aside)
                .args(["--force", "--quiet"])
                .args(args)
                // Not the checkout, whose cargo configuration is for the site.
                .current_dir(cache)
                .env_remove("RUSTFLAGS")
                .env_remove("CARGO_TARGET_DIR")
                // They work for seconds at a time: better built sooner than faster.
                .env("CARGO_PROFILE_RELEASE_LTO", "off")
                .env("CARGO_PROFILE_RELEASE_OPT_LEVEL", "1")
                .env("CARGO_PROFILE_RELEASE_CODEGEN_UNITS", "16"))?;
            std::fs::rename(&aside, &folder)?;
            Ok(())
        },
    )?;
    Ok(bin)
}

/// Where Lighthouse is, which has a page load as a reader's machine would; `None` without npm.
pub fn ensure_lighthouse() -> Result<Option<PathBuf>> {
    let programs = npm_programs(&cache()?, "lighthouse", LIGHTHOUSE, LIGHTHOUSE)?;
    Ok(programs.map(|programs| programs.join("lighthouse")))
}

/// A package from npm: where its programs are; `None` without npm.
fn npm_programs(
    cache: &Path,
    package: &str,
    version: &str,
    version_there: &str,
) -> Result<Option<PathBuf>> {
    let modules = npm_install(cache, package, version, version_there)?;
    Ok(modules.map(|modules| modules.join(".bin")))
}

/// A package from npm, into a folder of its own: that folder's `node_modules`; `None`
/// without npm.
fn npm_install(
    cache: &Path,
    package: &str,
    version: &str,
    version_there: &str,
) -> Result<Option<PathBuf>> {
    let folder = cache.join(format!("{package}-{version}"));
    let modules = folder.join("node_modules");
    if modules.is_dir() {
        return Ok(Some(modules));
    }
    if !found("npm") {
        return Ok(None);
    }
    timed(
        &format!("Installing {package} {version} from npm: about 10 s, once"),
        || {
            std::fs::create_dir_all(&folder)?;
            run(Command::new("npm")
                .args(["install", "--silent", "--no-audit", "--no-fund", "--prefix"])
                .arg(&folder)
                .arg(format!("{package}@{version_there}")))
        },
    )?;
    Ok(Some(modules))
}

/// A Firefox for the end-to-end tests, and where its driver is, if that is not on the
/// PATH.
pub fn ensure_firefox() -> Result<Option<PathBuf>> {
    let there = std::env::var_os("FIREFOX").is_some() || found("firefox") || found("firefox-esr");
    if !there {
        if !apt_has("firefox-esr") {
            bail!(
                "No Firefox for the end-to-end tests. Install one, and put its place into \
                 FIREFOX if it is not found."
            );
        }
        timed("Installing Debian's firefox-esr: about 30 s, once", || {
            apt(&["firefox-esr"])
        })?;
    }
    if std::env::var_os("GECKODRIVER").is_some() || found("geckodriver") {
        return Ok(None);
    }
    let bin = cargo_install(&cache()?, "geckodriver", GECKODRIVER, &[], "2 minutes")?;
    Ok(Some(bin.join("geckodriver")))
}

/// A Chromium and its driver for the end-to-end tests.
pub fn ensure_browser() -> Result<()> {
    if std::env::var_os("CHROMEDRIVER").is_some() || found("chromedriver") {
        return Ok(());
    }
    if apt_has("chromium-driver") {
        return timed(
            "Installing Debian's chromium and chromium-driver: about 30 s, once",
            || apt(&["chromium", "chromium-driver"]),
        );
    }
    bail!(
        "No ChromeDriver for the end-to-end tests. Install Chrome or Chromium and its \
         ChromeDriver, and put chromedriver on the PATH or its place into CHROMEDRIVER \
         (and the browser's into CHROME, if it is not found)."
    )
}

/// A server that the end-to-end tests give the site to, with its configuration in
/// `hosting/`.
struct Host {
    /// Tells the tests where it is, or that it is `none`.
    variable: &'static str,
    name: &'static str,
    /// What prints its version.
    version: &'static str,
}

const HOSTS: [Host; 2] = [
    Host {
        variable: "NGINX",
        name: "nginx",
        version: "-v",
    },
    Host {
        variable: "CADDY",
        name: "caddy",
        version: "version",
    },
];

/// The servers for the end-to-end tests: the variables that tell the tests of them. One
/// that cannot be had is left out, and its tests with it.
pub fn ensure_hosts() -> Result<Vec<(&'static str, OsString)>> {
    let told = HOSTS.iter().map(|host| {
        let place = match std::env::var_os(host.variable) {
            Some(place) => Some(place),
            None => ensure_host(host)?.map(PathBuf::into_os_string),
        };
        if place.as_ref().is_none_or(|place| place == "none") {
            step(&format!(
                "Without {}: how the site is served by it is not tested. Install it, or put \
                 its place into {}.",
                host.name, host.variable
            ));
        }
        Ok((host.variable, place.unwrap_or_else(|| "none".into())))
    });
    told.collect()
}

/// Finds a server, or unpacks Debian's package of it into the cache. Installed, it would
/// be a service, which starts at once and each time that the machine does.
fn ensure_host(host: &Host) -> Result<Option<PathBuf>> {
    let folder = cache()?.join(format!("debian-{}", host.name));
    let unpacked = ["usr/sbin", "usr/bin"].map(|bin| folder.join(bin).join(host.name));
    let mut places = vec![PathBuf::from(host.name)];
    // Not on everybody's PATH.
    places.push(Path::new("/usr/sbin").join(host.name));
    places.extend(unpacked);
    let starts = |place: &PathBuf| output(place, &[host.version]).is_some();
    if let Some(place) = places.iter().find(|place| starts(place)) {
        return Ok(Some(place.clone()));
    }
    if !apt_has(host.name) {
        return Ok(None);
    }
    timed(
        &format!("Unpacking Debian's {}: a few seconds, once", host.name),
        || apt_download(host.name, &folder),
    )?;
    Ok(places.into_iter().find(starts))
}
