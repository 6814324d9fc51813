//! The tutorial that the site is made from, block by block as it stands.
//!
//! It lies beside the repository and not in it. Where it is missing, the test says so and
//! proves nothing.

use std::path::Path;
use std::process::Command;

use lockstep_compile::{Ran, Verdict, run_on_model, run_on_threads};

const SEEDS: u64 = 200;

/// The blocks of Python, in order.
fn blocks() -> Option<Vec<String>> {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("../shared/python-tutorial.md");
    let Ok(text) = std::fs::read_to_string(&path) else {
        eprintln!("NOT TESTED: there is no {}", path.display());
        return None;
    };
    let blocks = text.split("```python\n").skip(1);
    let blocks = blocks.map(|block| block.split("```").next().unwrap_or_default().to_owned());
    Some(blocks.collect())
}

/// Shortens sleeps, which changes no line, and makes each print whole: CPython may put
/// another thread's text before the end of a line.
const PRELUDE: &str = "
import builtins, sys, time
def shortened(sleep):
    time.sleep = lambda seconds: sleep(seconds / 20)
shortened(time.sleep)
write = sys.stdout.write
def whole(*values):
    write(' '.join(map(str, values)) + '\\n')
builtins.print = whole
del builtins, sys, time
";

/// What CPython prints, if it is there.
fn cpython(source: &str) -> Option<String> {
    let output = Command::new("python3")
        .arg("-c")
        .arg(PRELUDE.to_owned() + source)
        .output();
    let Ok(output) = output else {
        eprintln!("NOT COMPARED: there is no python3");
        return None;
    };
    Some(String::from_utf8_lossy(&output.stdout).into_owned())
}

fn sorted(text: &str) -> Vec<&str> {
    let mut lines: Vec<&str> = text.lines().collect();
    lines.sort_unstable();
    lines
}

/// Lines that tell a moment, or a number that a race decides, and so are not compared.
const FREE: [&str; 5] = [
    "Counter without lock",
    "Status: ",
    "Queue size",
    "Queue full",
    "Queue empty",
];

fn fixed(text: &str) -> Vec<&str> {
    let told = |line: &&str| !FREE.iter().any(|free| line.contains(free));
    sorted(text).into_iter().filter(told).collect()
}

fn is_as(ran: &Ran, expected: &Option<String>, what: &str) {
    assert_eq!(ran.verdict, Verdict::Ok, "{what}: {}{}", ran.out, ran.err);
    assert_eq!(ran.err, "", "{what}");
    if let Some(expected) = expected {
        // The order of a dict's keys is that in which threads came.
        let without_order = |text: &str| -> Vec<String> {
            let lines = fixed(text).into_iter().map(|line| {
                let mut parts: Vec<&str> = line.split(['{', '}', ',']).map(str::trim).collect();
                parts.sort_unstable();
                parts.join(",")
            });
            lines.collect()
        };
        assert_eq!(without_order(&ran.out), without_order(expected), "{what}");
    }
}

fn block(number: usize, seeds: u64) {
    let Some(blocks) = blocks() else { return };
    let source = &blocks[number - 1];
    let expected = cpython(source);
    is_as(
        &run_on_threads(source, "block.py", 20.0),
        &expected,
        "on threads",
    );
    for seed in 0..seeds {
        let what = format!("on the model, seed {seed}");
        is_as(&run_on_model(source, "block.py", seed), &expected, &what);
    }
}

macro_rules! blocks {
    ($($name:ident = $number:literal, $seeds:expr;)*) => {
        $(#[test]
        fn $name() {
            block($number, $seeds);
        })*
    };
}

blocks! {
    threading_basics = 1, SEEDS;
    rlock = 4, SEEDS;
    semaphore = 5, SEEDS;
    bounded_semaphore = 6, SEEDS;
    event = 7, SEEDS;
    condition = 8, SEEDS;
    barrier = 9, SEEDS;
    asyncio_basics = 11, 3;
    asyncio_primitives = 13, 3;
    download_manager = 15, SEEDS;
}

/// CPython may have no aiohttp, which the block imports and does not use.
#[test]
fn asyncio_examples() {
    let Some(blocks) = blocks() else { return };
    let source = &blocks[11];
    let without = source.replace("import aiohttp", "");
    assert_ne!(without, *source);
    let expected = cpython(&without);
    is_as(
        &run_on_threads(source, "block.py", 20.0),
        &expected,
        "on threads",
    );
    is_as(
        &run_on_model(source, "block.py", 1),
        &expected,
        "on the model",
    );
}

/// What it does not run: pages by tasks, answered by the script.
#[test]
fn pages_by_tasks() {
    let Some(blocks) = blocks() else { return };
    let source = blocks[11].replace("# asyncio.run(fetch_all())", "asyncio.run(fetch_all())");
    let ran = run_on_model(&source, "block.py", 1);
    assert_eq!(ran.verdict, Verdict::Ok, "{}", ran.err);
    assert!(
        ran.out.starts_with("https://www.python.org: 200\n"),
        "{}",
        ran.out
    );
    assert!(
        ran.notices[0].contains("The network was not asked"),
        "{:?}",
        ran.notices
    );
}

/// The second part needs `time`, which the block does not import: a thread fails, then main.
#[test]
fn return_values() {
    let Some(blocks) = blocks() else { return };
    let source = &blocks[1];
    let told = |err: &str| -> Vec<String> {
        let lines = err.lines().filter(|line| line.starts_with("NameError"));
        lines.map(str::to_owned).collect()
    };
    let output = Command::new("python3").args(["-c", source]).output();
    let expected = output.map(|output| {
        let text = |bytes| String::from_utf8_lossy(bytes).into_owned();
        (text(&output.stdout), told(&text(&output.stderr)))
    });
    let mut runs = vec![run_on_threads(source, "block.py", 20.0)];
    runs.extend((0..SEEDS).map(|seed| run_on_model(source, "block.py", seed)));
    for ran in runs {
        assert_eq!(ran.verdict, Verdict::Error);
        for line in [
            "  File \"block.py\", line 20, in calculate_square",
            "  File \"block.py\", line 38, in <module>",
            "  File \"block.py\", line 33, in calculate_cube",
        ] {
            assert!(ran.err.contains(line), "{line}: {}", ran.err);
        }
        match &expected {
            Ok(expected) => assert_eq!((ran.out, told(&ran.err)), *expected),
            Err(_) => eprintln!("NOT COMPARED: there is no python3"),
        }
    }
}

/// But for the part that asks servers.
#[test]
fn thread_pool_executor() {
    let Some(blocks) = blocks() else { return };
    let (before, after) = blocks[9].split_once("# Real-world").expect("pages");
    let (_, after) = after.split_once("# Handle").expect("exceptions");
    let source = format!("{before}# Handle{after}");
    let expected = cpython(&source);
    let ran = run_on_threads(&source, "block.py", 20.0);
    is_as(&ran, &expected, "on threads");
    for seed in 0..SEEDS {
        let what = format!("on the model, seed {seed}");
        is_as(&run_on_model(&source, "block.py", seed), &expected, &what);
    }
}

/// It measures: the model gets shorter sums. What is on CPython's side of the colon is known.
#[test]
fn threads_processes_and_tasks() {
    let Some(blocks) = blocks() else { return };
    let short = blocks[13].replace("10000000", "1000");
    assert_ne!(short, blocks[13]);
    let measured = |out: &str| -> Vec<String> {
        let lines = out.lines().map(|line| line.split(": ").next());
        lines.flatten().map(str::to_owned).collect()
    };
    let expected = cpython(&short).map(|out| measured(&out));
    let mut runs = vec![run_on_threads(&short, "block.py", 1.0)];
    runs.extend((0..SEEDS).map(|seed| run_on_model(&short, "block.py", seed)));
    for ran in runs {
        assert_eq!(ran.verdict, Verdict::Ok, "{}", ran.err);
        assert!(ran.out.contains("Threading I/O: 1.0"), "{}", ran.out);
        assert!(ran.out.contains("Asyncio I/O: 1.0"), "{}", ran.out);
        if let Some(expected) = &expected {
            assert_eq!(measured(&ran.out), *expected);
        }
    }
}

/// Its loops of 100,000 rounds make millions of steps; the model gets them shorter.
#[test]
fn lock() {
    let Some(blocks) = blocks() else { return };
    let source = &blocks[2];
    let expected = cpython(source);
    let ran = run_on_threads(source, "block.py", 20.0);
    is_as(&ran, &expected, "on threads");
    let short = source.replace("range(100000)", "range(20)");
    for seed in 0..SEEDS {
        let ran = run_on_model(&short, "block.py", seed);
        assert_eq!(ran.verdict, Verdict::Ok, "{}", ran.err);
        assert!(ran.out.contains("Counter with lock: 200\n"), "{}", ran.out);
    }
}
