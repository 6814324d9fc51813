//! How long Python programs run, in nanoseconds, beside CPython in the same turn, if there
//! is one. Run by `cargo xtask bench`. The programs are in `benches/python/`, one for each
//! kind of work.

use std::path::Path;
use std::process::Command;
use std::time::{Duration, Instant};

/// As in what runs programs: their memory is counted.
#[global_allocator]
static MEMORY: lockstep_compile::Counting = lockstep_compile::Counting;

const TURNS: usize = 5;

/// Each prints what it has computed, so that nothing is left out.
const PROGRAMS: [&str; 10] = [
    "loop",
    "globals",
    "fib",
    "methods",
    "lists",
    "strings",
    "exceptions",
    "generators",
    "lock",
    "awaits",
];

fn cpython(file: &str) -> Option<Duration> {
    let start = Instant::now();
    let done = Command::new("python3").args(["-c", file]).output().ok()?;
    done.status.success().then(|| start.elapsed())
}

fn main() {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("benches/python");
    for name in PROGRAMS {
        let path = folder.join(format!("{name}.py"));
        let source = std::fs::read_to_string(&path).expect("a program of benches/python");
        // What both take to start is not compared.
        let imports = source.lines().filter(|line| line.starts_with("import "));
        let imports = imports.collect::<Vec<_>>().join("\n");
        let (mut theirs, mut ours) = (Vec::new(), Vec::new());
        for _ in 0..TURNS {
            let Some((time, nothing)) = cpython(&source).zip(cpython(&imports)) else {
                return;
            };
            theirs.push(time.saturating_sub(nothing).as_nanos().to_string());
            let start = Instant::now();
            let ran = lockstep_compile::run(&source, name);
            ours.push(start.elapsed().as_nanos().to_string());
            assert_eq!(
                ran.verdict,
                lockstep_compile::Verdict::Ok,
                "{name}: {}",
                ran.err
            );
        }
        println!("{name} ours {}", ours.join(" "));
        println!("{name} CPython {}", theirs.join(" "));
    }
    two_threads(&folder);
}

/// Two threads that compute: at the same time, and beside that one after the other, which takes
/// twice as long where there are two cores for them.
fn two_threads(folder: &Path) {
    let path = folder.join("two_threads.py");
    let together = std::fs::read_to_string(path).expect("a program of benches/python");
    let in_turn = together.replace("TOGETHER = True", "TOGETHER = False");
    assert_ne!(together, in_turn);
    let time = |source: &str| {
        let start = Instant::now();
        let ran = lockstep_compile::run_on_threads(source, "two_threads", 1.0);
        assert_eq!(ran.verdict, lockstep_compile::Verdict::Ok, "{}", ran.err);
        start.elapsed().as_nanos().to_string()
    };
    let turns = (0..TURNS).map(|_| (time(&together), time(&in_turn)));
    let (together, in_turn): (Vec<_>, Vec<_>) = turns.unzip();
    println!("two-threads ours {}", together.join(" "));
    println!("two-threads in-turn {}", in_turn.join(" "));
}
