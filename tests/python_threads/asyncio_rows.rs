//! asyncio in Python programs against CPython 3.11: the rows that asyncio's half in Rust is
//! compared by (`tests/asyncio/`), carried out by the very script that prints what CPython
//! makes of them. All calls come to the same, in the same order.

use std::process::Command;

use lockstep_compile::{Verdict, run_on_model};

const SCRIPT: &str = include_str!("../asyncio/behaviours.py");
const ROWS: &str = include_str!("../asyncio/rows.txt");
const EXPECTED: &str = include_str!("../asyncio/expected.txt");

/// The script with other words in some places, each of which is there.
fn changed(changes: &[(&str, &str)]) -> String {
    let mut text = SCRIPT.to_owned();
    for (from, to) in changes {
        assert!(text.contains(from), "{from}");
        text = text.replace(from, to);
    }
    text
}

/// What the script prints for some rows; it reads no files here.
fn printed(rows: &str, changes: &[(&str, &str)]) -> String {
    let rows = format!("ROWS = {rows:?}\nclass Clock:");
    let here = [
        ("import gc\n", "\n"),
        ("import pathlib\n", "\n"),
        ("gc.collect()", "pass"),
        (
            "pathlib.Path(__file__).with_name(\"rows.txt\").read_text(encoding=\"utf-8\")",
            "ROWS",
        ),
        ("class Clock:", rows.as_str()),
    ];
    let ran = run_on_model(&changed(&[&here, changes].concat()), "behaviours.py", 1);
    assert_eq!(ran.verdict, Verdict::Ok, "{}", ran.err);
    ran.out
}

#[test]
fn rows_come_to_what_cpython_makes_of_them() {
    let printed = printed(ROWS, &[]);
    for (ours, theirs) in printed.lines().zip(EXPECTED.lines()) {
        assert_eq!(ours, theirs);
    }
    assert_eq!(printed.lines().count(), EXPECTED.lines().count());
}

#[test]
fn random_rows_come_to_what_cpython_makes_of_them() {
    const SEEDS: u64 = 4;
    let python = |args: &[&str]| -> Option<String> {
        let output = Command::new("python3").args(args).output().ok()?;
        output.status.success().then_some(())?;
        String::from_utf8(output.stdout).ok()
    };
    let version = python(&["--version"]).unwrap_or_default();
    if !version.starts_with("Python 3.11.") {
        eprintln!("NOT COMPARED: python3 is {version:?}, not 3.11");
        return;
    }
    // Exact times, as random_rows.py has them.
    let exact = [
        ("self.now += 1e-7", "pass"),
        ("math.ceil(timeout * 1e3) / 1e3", "timeout"),
        ("MILLISECOND = 0.001", "MILLISECOND = 1 / 1024"),
    ];
    let script = concat!(env!("CARGO_MANIFEST_DIR"), "/tests/asyncio/random_rows.py");
    for seed in 1..=SEEDS {
        let table = python(&[script, &seed.to_string(), "500"]).expect("rows");
        let rows: Vec<(&str, &str)> = table.lines().filter_map(|l| l.split_once(" => ")).collect();
        assert!(rows.len() >= 200, "{} rows", rows.len());
        // As many as a source has room for.
        for rows in rows.chunks(100) {
            let texts: Vec<&str> = rows.iter().map(|(row, _)| *row).collect();
            let printed = printed(&texts.join("\n"), &exact);
            for (ours, (row, expected)) in printed.lines().zip(rows) {
                let heard = ours.split("; unheard").next();
                assert_eq!(heard, Some(&*format!("{row} => {expected}")));
            }
            assert_eq!(printed.lines().count(), rows.len());
        }
    }
}
