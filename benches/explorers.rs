//! How fast programs are explored: ours by states, with all that the page asks for
//! (counts, races, findings, outcomes), against Shuttle and loom, on the same programs. Run
//! by `cargo xtask bench`. A peer's execution is one interleaving; ours finds all of them at
//! once, so the figure is nanoseconds for an interleaving. Beside that, what peers cannot
//! finish: how long ours takes, and how many states there are.

use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::{Duration, Instant};

use lockstep::session::exploration::{Exploration, Wish, explore_link};
use lockstep::share;

/// How long each explores, a turn: enough for thousands of executions of the slowest.
const TURN: Duration = Duration::from_millis(300);

const TURNS: usize = 5;

/// Threads, increments of each, and whether a lock guards them.
const PROGRAMS: [(&str, usize, usize, bool); 6] = [
    ("race-2x1", 2, 1, false),
    ("race-2x2", 2, 2, false),
    ("race-2x3", 2, 3, false),
    ("race-3x2", 3, 2, false),
    ("lock-2x1", 2, 1, true),
    ("lock-3x2", 3, 2, true),
];

/// Searched to their end.
const WHOLE: [(&str, &str); 10] = [
    ("race-3x3", "counter&threads=3&increments=3&guard=none"),
    ("lock-4x2", "counter&threads=4&increments=2&guard=lock"),
    ("bank-2x3", "bank&threads=2&transfers=3"),
    ("philosophers-4x2", "philosophers&seats=4&meals=2"),
    ("philosophers-5x2", "philosophers&seats=5&meals=2"),
    ("barrier-3x2", "barrier&parties=3&rounds=2"),
    ("readers-writers-2x1", "readers-writers&readers=2&rounds=1"),
    ("thread-pool-3", "thread-pool&tasks=3"),
    (
        "producer-consumer-while",
        "producer-consumer&consumers=2&items=3&recheck=while",
    ),
    (
        "producer-consumer-if",
        "producer-consumer&consumers=2&items=3&recheck=if",
    ),
];

fn main() {
    for (name, threads, times, locked) in PROGRAMS {
        let mut takes: [Vec<f64>; 3] = Default::default();
        for _ in 0..TURNS {
            takes[0].push(ours(threads, times, locked));
            takes[1].push(shuttle_takes(threads, times, locked));
            takes[2].push(loom_takes(threads, times, locked));
        }
        for (peer, samples) in ["ours", "shuttle", "loom"].iter().zip(&takes) {
            let samples: Vec<String> = samples.iter().map(|ns| format!("{ns:.2}")).collect();
            println!("interleaving-{name} {peer} {}", samples.join(" "));
        }
    }
    for (name, query) in WHOLE {
        let mut states = 0;
        let takes: Vec<String> = (0..TURNS)
            .map(|_| {
                let start = Instant::now();
                states = explored(query).states;
                format!("{:.0}", start.elapsed().as_secs_f64() * 1e9)
            })
            .collect();
        println!("whole-{name}/{states}-states ours {}", takes.join(" "));
    }
}

fn explored(query: &str) -> Exploration {
    let (link, notices) = share::read(&format!("scenario={query}"));
    assert!(notices.is_empty(), "{notices:?}");
    let found = explore_link(&link, link.scenario.on_model(), Wish::default(), |_| true);
    assert!(found.complete, "{query}: {}", found.summary);
    found
}

/// Nanoseconds for an execution: of all that were made until the turn was over.
fn per_execution(mut explore: impl FnMut() -> u64) -> f64 {
    let start = Instant::now();
    let mut executions = 0;
    while start.elapsed() < TURN {
        executions += explore();
    }
    start.elapsed().as_secs_f64() * 1e9 / executions as f64
}

/// Nanoseconds for an interleaving, of all that there are.
fn ours(threads: usize, times: usize, locked: bool) -> f64 {
    let guard = if locked { "lock" } else { "none" };
    let query = format!("counter&threads={threads}&increments={times}&guard={guard}");
    per_execution(|| {
        let counted = explored(&query).interleavings;
        counted.map_or(0, |count| count.at_least as u64)
    })
}

fn shuttle_takes(threads: usize, times: usize, locked: bool) -> f64 {
    use shuttle::sync::Mutex;
    use shuttle::sync::atomic::AtomicI64;
    use shuttle::thread;

    let executions = Arc::new(AtomicU64::new(0));
    per_execution(|| {
        let before = executions.load(Ordering::Relaxed);
        let counted = Arc::clone(&executions);
        let program = move || {
            counted.fetch_add(1, Ordering::Relaxed);
            let shared = Arc::new((Mutex::new(()), AtomicI64::new(0)));
            let threads: Vec<_> = (0..threads)
                .map(|_| {
                    let shared = Arc::clone(&shared);
                    thread::spawn(move || {
                        for _ in 0..times {
                            let guard = locked.then(|| shared.0.lock());
                            let value = shared.1.load(Ordering::SeqCst);
                            shared.1.store(value + 1, Ordering::SeqCst);
                            drop(guard);
                        }
                    })
                })
                .collect();
            for thread in threads {
                thread.join().expect("no panic");
            }
        };
        shuttle::check_dfs(program, Some(2_000));
        executions.load(Ordering::Relaxed) - before
    })
}

fn loom_takes(threads: usize, times: usize, locked: bool) -> f64 {
    use loom::sync::Mutex;
    use loom::sync::atomic::AtomicUsize;
    use loom::thread;

    let executions = Arc::new(AtomicU64::new(0));
    per_execution(|| {
        let before = executions.load(Ordering::Relaxed);
        let counted = Arc::clone(&executions);
        let mut builder = loom::model::Builder::new();
        builder.max_duration = Some(TURN);
        builder.check(move || {
            counted.fetch_add(1, Ordering::Relaxed);
            let shared = Arc::new((Mutex::new(()), AtomicUsize::new(0)));
            let threads: Vec<_> = (0..threads)
                .map(|_| {
                    let shared = Arc::clone(&shared);
                    thread::spawn(move || {
                        for _ in 0..times {
                            let guard = locked.then(|| shared.0.lock());
                            let value = shared.1.load(Ordering::Relaxed);
                            shared.1.store(value + 1, Ordering::Relaxed);
                            drop(guard);
                        }
                    })
                })
                .collect();
            for thread in threads {
                thread.join().expect("no panic");
            }
        });
        executions.load(Ordering::Relaxed) - before
    })
}
