//! The layers of src/ and what each may use: the arrows of ARCHITECTURE.md.

use std::collections::BTreeSet;
use std::path::{Path, PathBuf};

/// Each layer with those that it may use.
const MAY_USE: [(&str, &[&str]); 15] = [
    ("words", &[]),
    ("base", &["words"]),
    ("trace", &["base"]),
    ("platform", &["base", "trace"]),
    ("explore", &["words", "base", "trace", "platform"]),
    ("sync", &["base", "trace", "platform"]),
    ("pool", &["base", "trace", "platform", "sync"]),
    ("aio", &["base", "trace", "platform", "sync"]),
    // Its compiler is a crate of its own, see below.
    (
        "python",
        &["base", "trace", "platform", "sync", "pool", "aio"],
    ),
    (
        "scenario",
        &["words", "base", "trace", "platform", "sync", "pool", "aio"],
    ),
    ("share", &["words", "base", "scenario"]),
    (
        "session",
        &[
            "words", "base", "trace", "platform", "explore", "sync", "pool", "python", "scenario",
            "share",
        ],
    ),
    (
        "web",
        &[
            "words", "base", "trace", "platform", "explore", "sync", "aio", "python", "scenario",
            "share", "session",
        ],
    ),
    (
        "ui",
        &[
            "words", "base", "trace", "platform", "explore", "scenario", "share", "session", "web",
        ],
    ),
    // The modules of the engines, for workers: they are crates of their own.
    (
        "bin",
        &["platform", "explore", "scenario", "share", "session"],
    ),
];

/// The only folders in which `unsafe` may be allowed.
const UNSAFE_IN: [&str; 3] = ["platform", "trace", "sync"];

/// And the only other files: what an execution of a Python program owns, and who ends one.
const UNSAFE_FILES: [&str; 2] = ["python/values/estate.rs", "python/engine/execution.rs"];

/// The only folders that may touch the browser's interfaces.
const BROWSER_IN: [&str; 2] = ["web", "ui"];

fn sources(folder: &Path, found: &mut Vec<PathBuf>) {
    for entry in std::fs::read_dir(folder).expect("a folder of src") {
        let path = entry.expect("an entry").path();
        if path.is_dir() {
            sources(&path, found);
        } else if path.extension().is_some_and(|e| e == "rs") {
            found.push(path);
        }
    }
}

/// Layer, path and code without comments of every file in a layer's folder.
fn files() -> Vec<(String, PathBuf, String)> {
    let src = Path::new(env!("CARGO_MANIFEST_DIR")).join("src");
    let mut paths = Vec::new();
    sources(&src, &mut paths);
    let in_a_layer = paths.into_iter().filter_map(|path| {
        let inside = path.strip_prefix(&src).expect("below src");
        let layer = inside.components().next()?.as_os_str().to_str()?.to_owned();
        if layer.ends_with(".rs") {
            return None;
        }
        let text = std::fs::read_to_string(&path).expect("a source file");
        let code: Vec<_> = text
            .lines()
            .map(|line| line.split("//").next().unwrap_or(line))
            .collect();
        Some((layer, path, code.join("\n")))
    });
    in_a_layer.collect()
}

/// The layers that code names after `crate::`, or that of the crate, also in braces.
fn named(code: &str) -> BTreeSet<String> {
    let ident = |text: &str| -> String {
        text.chars()
            .take_while(|c| c.is_alphanumeric() || *c == '_')
            .collect()
    };
    let mut found = BTreeSet::new();
    let paths = ["crate::", " lockstep::"];
    let named = paths.iter().flat_map(|path| {
        let after = |(at, _)| &code[at + path.len()..];
        code.match_indices(path).map(after)
    });
    for rest in named {
        let Some(list) = rest.strip_prefix('{') else {
            found.insert(ident(rest));
            continue;
        };
        let mut depth = 0;
        let mut start = true;
        for (i, c) in list.char_indices() {
            match c {
                '{' => depth += 1,
                '}' if depth == 0 => break,
                '}' => depth -= 1,
                ',' if depth == 0 => start = true,
                c if c.is_whitespace() => {}
                _ if start && depth == 0 => {
                    found.insert(ident(&list[i..]));
                    start = false;
                }
                _ => {}
            }
        }
    }
    found
}

fn is_layer(name: &str) -> bool {
    MAY_USE.iter().any(|(layer, _)| *layer == name)
}

#[test]
fn dependencies_point_one_way() {
    let mut wrong = Vec::new();
    for (layer, path, code) in files() {
        let Some((_, allowed)) = MAY_USE.iter().find(|(name, _)| *name == layer) else {
            wrong.push(format!("{}: the layer {layer} is unknown", path.display()));
            continue;
        };
        for used in named(&code) {
            if is_layer(&used) && used != layer && !allowed.contains(&used.as_str()) {
                wrong.push(format!("{}: {layer} may not use {used}", path.display()));
            }
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

#[test]
fn unsafe_code_and_the_browser_stay_where_they_belong() {
    let mut wrong = Vec::new();
    for (layer, path, code) in files() {
        let may_be_unsafe = UNSAFE_IN.contains(&layer.as_str())
            || UNSAFE_FILES.iter().any(|file| path.ends_with(file));
        if code.contains("allow(unsafe_code)") && !may_be_unsafe {
            wrong.push(format!("{}: unsafe in {layer}", path.display()));
        }
        let browser = ["web_sys", "gloo_", "yew"];
        if browser.iter().any(|name| code.contains(name)) && !BROWSER_IN.contains(&layer.as_str()) {
            wrong.push(format!("{}: the browser in {layer}", path.display()));
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

/// What runs programs holds no parser: only the compiler, a crate of its own, may name it;
/// and the machine knows nothing of the compiler.
#[test]
fn the_parser_is_the_compilers() {
    let mut wrong = Vec::new();
    for (_, path, code) in files() {
        let compiler = path.iter().any(|part| part == "compiler");
        if !compiler && (code.contains("ruff_") || code.contains("lockstep_compile")) {
            wrong.push(format!("{}: the parser", path.display()));
        }
        if compiler && named(&code).iter().any(|used| is_layer(used)) {
            wrong.push(format!("{}: names a layer by crate::", path.display()));
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

/// The site is built without the code for it (`.cargo/config.toml`), so it would show
/// nothing.
#[test]
fn nobody_reads_debug_output() {
    let mut wrong = Vec::new();
    for (_, path, code) in files() {
        let code = code.split("#[cfg(test)]").next().unwrap_or_default();
        let told = ["assert", "panic!"];
        let shows = |line: &&str| {
            (line.contains(":?}") || line.contains("Debug::fmt"))
                && !told.iter().any(|t| line.contains(t))
        };
        if let Some(line) = code
            .lines()
            .find(shows)
            .filter(|_| !path.ends_with("tests.rs") && !path.iter().any(|part| part == "tests"))
        {
            wrong.push(format!("{}: {line}", path.display()));
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

#[test]
fn names_are_found_in_paths_and_in_braces() {
    let code = "use crate::base::{id, x}; use crate::{trace, sync::{Lock, cell}, pool as p}; $crate::ui::f(); use lockstep::web::g;";
    let found: Vec<_> = named(code).into_iter().collect();
    assert_eq!(found, ["base", "pool", "sync", "trace", "ui", "web"]);
}
