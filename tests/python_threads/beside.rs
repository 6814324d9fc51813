//! Programs beside CPython: what they print, and what goes to stderr, on OS threads and on the
//! model; and all that they come to.

use std::path::Path;
use std::process::Command;

use lockstep_compile::explore::{Question, all};
use lockstep_compile::{Ran, compile, run_on_model, run_on_threads};

const SEEDS: u64 = 30;

/// What CPython prints of a program in a file of that name, and what it writes to stderr: of
/// the library's frames, nothing.
fn cpython(program: &str, name: &str) -> Option<(String, String)> {
    let folder = std::env::temp_dir().join(format!("pools-{}-{name}", std::process::id()));
    std::fs::create_dir_all(&folder).expect("a folder for it");
    let file = folder.join("program.py");
    std::fs::write(&file, program).expect("it can be written");
    let output = Command::new("python3").arg(&file).output();
    std::fs::remove_dir_all(&folder).expect("it is there");
    let Ok(output) = output else {
        eprintln!("NOT COMPARED: there is no python3");
        return None;
    };
    let text = |bytes: &[u8]| String::from_utf8_lossy(bytes).into_owned();
    Some((
        text(&output.stdout),
        own_frames(&text(&output.stderr), &file),
    ))
}

/// A traceback without the library's frames, and without carets.
fn own_frames(told: &str, file: &Path) -> String {
    let own = format!("  File \"{}\"", file.display());
    let (mut kept, mut foreign) = (String::new(), false);
    for line in told.lines() {
        if line.starts_with("  File ") {
            foreign = !line.starts_with(&own);
        } else if !line.starts_with("    ") {
            foreign = false;
        }
        let is_carets = line.starts_with("    ") && line.trim().trim_matches(['^', '~']).is_empty();
        if !foreign && !is_carets {
            kept += &line.replace(&own, "  File \"program.py\"");
            kept.push('\n');
        }
    }
    without_places(&kept)
}

/// Where objects lie differs.
fn without_places(text: &str) -> String {
    let mut shown = String::new();
    for line in text.lines() {
        let words = line.split(' ').map(|word| match word.starts_with("0x") {
            true => "0x",
            false => word,
        });
        shown += &words.collect::<Vec<_>>().join(" ");
        shown.push('\n');
    }
    shown
}

pub fn runs(program: &str) -> impl Iterator<Item = Ran> {
    let on_threads = (0..3).map(|_| run_on_threads(program, "program.py", 1.0));
    on_threads.chain((0..SEEDS).map(|seed| run_on_model(program, "program.py", seed)))
}

/// On OS threads and on the model a program does what it does in CPython.
pub fn is_as_in_cpython(name: &str, program: &str) {
    let Some((out, err)) = cpython(program, name) else {
        return;
    };
    for ran in runs(program) {
        assert_eq!(
            without_places(&ran.out),
            without_places(&out),
            "{}",
            ran.err
        );
        assert_eq!(without_places(&ran.err), err);
    }
}

macro_rules! as_in_cpython {
    ($($name:ident: $program:literal;)*) => {
        $(#[test]
        fn $name() {
            $crate::beside::is_as_in_cpython(stringify!($name), $program);
        })*
    };
}

pub(crate) use as_in_cpython;

/// All that a program comes to: the verdicts and the lines.
pub fn outcomes(source: &str) -> Vec<String> {
    let compiled = compile(source, "program.py").expect("a program");
    let map = all(compiled.program, &Question::default());
    assert!(map.complete, "{} states", map.states);
    let told = map.outcomes.iter().map(|found| {
        let what = &found.what;
        format!("{}: {}", what.verdict.text(), what.out.join(" "))
    });
    let mut told: Vec<String> = told.collect();
    told.sort();
    told
}
