//! How fast Python programs of threads are explored, in nanoseconds for an interleaving: all
//! of them, beside frontrun under its command line in the same turn, if that is installed
//! (`frontrun_peer.py`). Run by `cargo xtask bench`.

use std::process::Command;
use std::time::{Duration, Instant};

use lockstep_compile::compile;
use lockstep_compile::explore::{Question, all};

/// How long each program is explored, a turn.
const TURN: Duration = Duration::from_millis(300);

const TURNS: usize = 5;

/// Threads that add to a global, so often each.
fn race(threads: usize, times: usize) -> String {
    format!(
        "import threading
hits = 0
def visit():
    global hits
    for _ in range({times}):
        hits += 1
visitors = [threading.Thread(target=visit) for _ in range({threads})]
for v in visitors:
    v.start()
for v in visitors:
    v.join()
print(hits)
"
    )
}

const DEADLOCK: &str = "import threading
a = threading.Lock()
b = threading.Lock()
def one():
    with a:
        with b:
            pass
def other():
    with b:
        with a:
            pass
x = threading.Thread(target=one)
y = threading.Thread(target=other)
x.start(); y.start(); x.join(); y.join()
";

/// Explores a program again and again.
fn ours(source: &str) -> f64 {
    let compiled = compile(source, "program.py").unwrap_or_else(|_| panic!("refused:\n{source}"));
    let (start, mut interleavings) = (Instant::now(), 0);
    while start.elapsed() < TURN {
        let map = all(compiled.program, &Question::default());
        assert!(map.complete);
        interleavings += map.interleavings.map_or(0, |count| count.at_least);
    }
    start.elapsed().as_secs_f64() * 1e9 / interleavings as f64
}

/// What frontrun takes for a schedule.
fn frontrun(case: &str) -> Option<String> {
    let script = concat!(env!("CARGO_MANIFEST_DIR"), "/benches/frontrun_peer.py");
    let output = Command::new("frontrun")
        .args(["python3", script, case])
        .output()
        .ok()?;
    let told = String::from_utf8_lossy(&output.stdout).trim().to_owned();
    told.parse::<f64>().is_ok().then_some(told)
}

fn main() {
    let programs = [
        ("race-2x2", race(2, 2)),
        ("race-3x2", race(3, 2)),
        ("race-3x3", race(3, 3)),
        ("deadlock", DEADLOCK.to_owned()),
    ];
    for (name, source) in programs {
        let (mut ours_take, mut theirs_take) = (Vec::new(), Vec::new());
        for _ in 0..TURNS {
            ours_take.push(format!("{:.4}", ours(&source)));
            theirs_take.extend(frontrun(name));
        }
        println!("python-{name} ours {}", ours_take.join(" "));
        if theirs_take.len() == TURNS {
            println!("python-{name} frontrun {}", theirs_take.join(" "));
        }
    }
}
