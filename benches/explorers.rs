//! How many schedules a second are explored: ours, with all that the page asks for
//! (counts, races, findings, outcomes), against Shuttle and loom, on the same
//! programs. Run by `cargo xtask bench`. A peer's execution is one schedule; ours
//! stands for all that differ from it only in the order of independent steps, so there
//! are two figures of it: `explore`, for an execution, and `schedules`, for one of
//! those.

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
        let mut executions: [Vec<f64>; 3] = Default::default();
        let mut schedules = Vec::new();
        for _ in 0..TURNS {
            let (execution, schedule) = ours(threads, times, locked);
            executions[0].push(execution);
            schedules.push(schedule);
            executions[1].push(shuttle_takes(threads, times, locked));
            executions[2].push(loom_takes(threads, times, locked));
        }
        let print = |figure: &str, peer: &str, samples: &[f64]| {
            let times: Vec<String> = samples.iter().map(|ns| format!("{ns:.2}")).collect();
            println!("{figure}-{name} {peer} {}", times.join(" "));
        };
        print("schedules", "ours", &schedules);
        for (peer, samples) in ["ours", "shuttle", "loom"].iter().zip(&executions) {
            print("explore", peer, samples);
            if *peer != "ours" {
                print("schedules", peer, samples);
            }
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

/// Nanoseconds for an execution, and for an interleaving that one stands for.
fn ours(threads: usize, times: usize, locked: bool) -> (f64, f64) {
    let guard = if locked { "lock" } else { "none" };
    let query = format!("scenario=counter&threads={threads}&increments={times}&guard={guard}");
    let link = share::read(&query).0;
    let (mut executions, mut interleavings) = (0, 0);
    let execution = per_execution(|| {
        let start = Instant::now();
        let found = explore_link(
            &link,
            link.scenario.on_model(),
            Wish::default(),
            Share::ALL,
            |_| start.elapsed() < TURN,
        );
        executions += found.executions;
        interleavings += found.interleavings.at_least;
        found.executions
    });
    (
        execution,
        execution * executions as f64 / interleavings as f64,
    )
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
