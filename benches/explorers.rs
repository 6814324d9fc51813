//! How many executions a second are explored: ours, with all that the page asks for
//! (counts, races, findings, outcomes), against Shuttle and loom, on the same
//! programs. Run by `cargo xtask bench`.

use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::{Duration, Instant};

use lockstep::explore::Share;
use lockstep::session::exploration::{Wish, explore_link};
use lockstep::share;

/// How long each explores, a turn: enough for thousands of executions of the slowest.
const TURN: Duration = Duration::from_millis(300);

const TURNS: usize = 5;

/// Threads, increments of each, and whether a lock guards them.
const PROGRAMS: [(&str, usize, usize, bool); 5] = [
    ("race-2x1", 2, 1, false),
    ("race-2x2", 2, 2, false),
    ("race-2x3", 2, 3, false),
    ("lock-2x1", 2, 1, true),
    ("lock-3x2", 3, 2, true),
];

fn main() {
    for (name, threads, times, locked) in PROGRAMS {
        let mut samples: [Vec<f64>; 3] = Default::default();
        for _ in 0..TURNS {
            samples[0].push(ours(threads, times, locked));
            samples[1].push(shuttle_takes(threads, times, locked));
            samples[2].push(loom_takes(threads, times, locked));
        }
        for (peer, samples) in ["ours", "shuttle", "loom"].iter().zip(samples) {
            let times: Vec<String> = samples.iter().map(|ns| format!("{ns:.2}")).collect();
            println!("explore-{name} {peer} {}", times.join(" "));
        }
    }
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

fn ours(threads: usize, times: usize, locked: bool) -> f64 {
    let guard = if locked { "lock" } else { "none" };
    let query = format!("scenario=counter&threads={threads}&increments={times}&guard={guard}");
    let link = share::read(&query).0;
    per_execution(|| {
        let start = Instant::now();
        let found = explore_link(&link, Wish::default(), Share::ALL, |_| {
            start.elapsed() < TURN
        });
        found.executions
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
