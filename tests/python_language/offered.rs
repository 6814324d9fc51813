//! The table of what the library has: it is what the modules have, it lacks nothing that
//! CPython has without saying so, and no name is in no program of the tests.

use std::collections::{BTreeMap, BTreeSet};
use std::path::Path;
use std::process::Command;

use lockstep_compile::compiler::{Offered, modules, offered};
use lockstep_compile::{Severity, compile};

use crate::{FILE, oracle, ours, table};

/// Names by module.
type Names = BTreeMap<String, BTreeSet<String>>;

/// What a line for each module says.
fn read(lines: &str) -> Names {
    let all = lines.lines().map(|line| {
        let mut words = line.split_whitespace().map(str::to_owned);
        (words.next().unwrap_or_default(), words.collect())
    });
    all.collect()
}

fn words(names: &[&str]) -> BTreeSet<String> {
    names.iter().map(|name| (*name).to_owned()).collect()
}

/// Prints the public names of a module, but for other modules.
fn telling(module: &str) -> String {
    format!(
        "import {module}\n\
         names = getattr({module}, '__all__', None) or dir({module})\n\
         kind = type(sys)\n\
         print('{module}', *[n for n in names if n[0] != '_' and type(getattr({module}, n)) is not kind])\n"
    )
}

#[test]
fn the_table_has_what_the_modules_have() {
    let listed: Vec<Offered> = offered().collect();
    let programs = listed.iter().map(|offered| telling(offered.module));
    let program = String::from("import sys\n") + &programs.collect::<String>();
    let output = ours(&program);
    assert_eq!(output.err, "");
    let there = read(&output.out);
    for offered in &listed {
        assert_eq!(
            words(&offered.names),
            there[offered.module],
            "the names of {}, in the table and in the module",
            offered.module
        );
    }
    let packages: BTreeSet<&str> = listed.iter().map(|offered| offered.module).collect();
    let is_part = |module: &str| {
        let mut outer = module.split_once('.');
        outer
            .take()
            .is_some_and(|(package, _)| packages.contains(package))
    };
    let missing: Vec<&str> = modules()
        .into_iter()
        .filter(|module| !module.starts_with('_'))
        .filter(|module| !packages.contains(module) && !is_part(module))
        .collect();
    assert!(
        missing.is_empty(),
        "modules that are not in the table: {missing:?}"
    );
}

/// What the editor completes without an import.
#[test]
fn the_editor_knows_the_builtins() {
    let script = concat!(env!("CARGO_MANIFEST_DIR"), "/www/editor/names.js");
    let script = std::fs::read_to_string(script).expect("the editor's names");
    let list = script.split("BUILTINS = `").nth(1).expect("its list");
    let list = list.split('`').next().unwrap_or_default();
    let known: BTreeSet<&str> = list.split_whitespace().collect();
    let there = lockstep_run::python::builtins::names().iter();
    let there = there.map(|(name, _)| name.text());
    let there = there.filter(|name| !name.starts_with('_'));
    let there: BTreeSet<&str> = there.chain(["False", "None", "True"]).collect();
    assert_eq!(known, there);
}

#[test]
fn what_cpython_has_beyond_that_is_told() {
    if !oracle::is_there() {
        eprintln!("python3 is not 3.11, to which the table is compared: not compared");
        return;
    }
    let listed: Vec<Offered> = offered().collect();
    let output = Command::new("python3")
        .arg(concat!(
            env!("CARGO_MANIFEST_DIR"),
            "/tests/python_language/offered.py"
        ))
        .args(listed.iter().map(|offered| offered.module))
        .output()
        .expect("python3 has run before");
    let cpythons = read(&String::from_utf8_lossy(&output.stdout));
    for offered in &listed {
        let Some(theirs) = cpythons.get(offered.module) else {
            continue;
        };
        let absent: BTreeSet<String> = theirs - &words(&offered.names);
        assert_eq!(
            words(&offered.absent),
            absent,
            "what {} lacks, in the table and in truth",
            offered.module
        );
    }
}

/// Every program of the tests, also those of threads and of loops.
fn programs() -> String {
    let mut all: String = table::rows().into_iter().map(|row| row.source).collect();
    let tests = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests");
    let mut folders = vec![tests.join("python_threads"), tests.join("asyncio")];
    while let Some(folder) = folders.pop() {
        for entry in std::fs::read_dir(folder).expect("a folder of tests") {
            let path = entry.expect("an entry").path();
            if path.is_dir() {
                folders.push(path);
            } else if let Ok(text) = std::fs::read_to_string(&path) {
                all.push_str(&text);
            }
        }
    }
    all
}

#[test]
fn every_name_is_in_a_program_of_the_tests() {
    let programs = programs();
    let used: BTreeSet<&str> = programs
        .split(|c: char| !c.is_alphanumeric() && c != '_')
        .collect();
    let unused: Vec<String> = offered()
        .flat_map(|offered| {
            let names = offered.names.into_iter();
            let unused = names.filter(|name| !used.contains(name));
            let named = unused.map(|name| format!("{}.{name}", offered.module));
            named.collect::<Vec<_>>()
        })
        .collect();
    assert!(unused.is_empty(), "names in no program: {unused:?}");
}

#[test]
fn names_that_are_not_there_are_told_with_their_place() {
    let told = |source: &str| -> Vec<(u32, u32, String)> {
        let diagnostics = compile(source, FILE).err().unwrap_or_default();
        let unsupported = diagnostics
            .into_iter()
            .filter(|diagnostic| diagnostic.severity == Severity::Unsupported);
        unsupported
            .map(|diagnostic| (diagnostic.line, diagnostic.column, diagnostic.text))
            .collect()
    };
    let text = "sys.settrace is not there yet".to_owned();
    assert_eq!(
        told("import math\nfrom sys import exit, settrace\n"),
        [(2, 23, text.clone())]
    );
    assert_eq!(
        told("import sys\n\nsys.settrace(None)\n"),
        [(3, 1, text.clone())]
    );
    assert_eq!(
        told("import sys as system\nx = system.settrace\n"),
        [(2, 5, text)]
    );
    // What the program binds itself is its own.
    assert_eq!(told("import sys\ndef f(sys): return sys.settrace\n"), []);
    // What nobody has is an error when it runs.
    assert_eq!(told("import sys\nsys.nothing\n"), []);
}
