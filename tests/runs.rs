//! Whole runs on OS threads, watched as the page watches workers.

use std::thread;
use std::time::{Duration, Instant};

use lockstep::base::ThreadId;
use lockstep::platform::Platform;
use lockstep::platform::native::{Native, Run};
use lockstep::platform::watch::{Panicked, Watcher};
use lockstep::pool::Thread;
use lockstep::scenario::{self, Params, Report, Verdict};
use lockstep::session::figures::Figures;
use lockstep::session::record::Record;
use lockstep::sync::{Blocking, Lock, with};
use lockstep::trace::memory::own::OwnMemory;
use lockstep::trace::{Kind, Site, Slice, State};

fn counter(threads: u32, increments: u32, guard: &str) -> Report {
    let scenario = scenario::find("counter").expect("registered");
    let mut params = Params::new(scenario.params);
    for (name, text) in [
        ("threads", threads.to_string()),
        ("increments", increments.to_string()),
        ("guard", guard.to_owned()),
    ] {
        params
            .set(name, &text)
            .expect("a parameter")
            .expect("a value");
    }
    let ending = Run::new(1.0).main(scenario.on_threads().expect("of threads")(params));
    Report::of(ending.expect("nobody stops it"), 0.0)
}

/// Takes what a run has recorded.
#[allow(unsafe_code)]
fn poll(watcher: &mut Watcher, _run: &Run) {
    // SAFETY: the run, borrowed for the call, owns all that is read.
    watcher.poll(&unsafe { OwnMemory::new() }, None, &mut Slice::whole());
}

#[allow(unsafe_code)]
fn panicked(watcher: &Watcher, _run: &Run) -> Option<Panicked> {
    // SAFETY: as in `poll`.
    watcher.panicked(&unsafe { OwnMemory::new() })
}

#[test]
fn a_guarded_counter_is_exact() {
    for guard in ["lock", "atomic"] {
        for round in 0..20 {
            let report = counter(4, 5_000, guard);
            assert_eq!(report.verdict, Verdict::Ok, "{guard}, round {round}");
            assert_eq!(report.int("counter"), 20_000, "{guard}, round {round}");
            assert_eq!(report.int("lost"), 0);
        }
    }
}

#[test]
fn an_unguarded_counter_loses_updates_and_its_facts_add_up() {
    let mut lost = 0;
    for _ in 0..50 {
        let report = counter(4, 100_000, "none");
        assert_eq!(report.int("expected"), 400_000);
        assert_eq!(report.int("counter") + report.int("lost"), 400_000);
        let violated = report.int("lost") != 0;
        assert_eq!(report.verdict == Verdict::Violated, violated);
        lost += report.int("lost");
        if lost > 0 {
            return;
        }
    }
    panic!("50 runs of a race lost nothing: is it one?");
}

#[test]
fn the_trace_tells_of_threads_waits_and_holds() {
    let run = Run::new(1.0);
    let mut watcher = Watcher::new(run.control_address());
    let ended = run.main(async {
        let lock = Lock::<Native>::new("gate");
        lock.acquire(Blocking::Forever).await;
        let waiter = Thread::<Native, ()>::new("Waiter", {
            let lock = lock.clone();
            async move || with(&*lock, async || ()).await
        });
        waiter.start().await.expect("a thread");
        Native::sleep(Duration::from_millis(30), Site::NONE).await;
        lock.release().await.expect("held");
        waiter.join().await.expect("started");
    });
    assert_eq!(ended, Some(()));
    poll(&mut watcher, &run);

    let trace = &watcher.trace;
    let names: Vec<_> = trace.threads().iter().map(|t| t.name.as_str()).collect();
    assert_eq!(names, ["main", "Waiter"]);
    let held = trace.holds.time(ThreadId(1), trace.now());
    assert!(held > 0, "the waiter got the lock");
    let waiter = &trace.threads()[1].lane;
    let states: Vec<_> = waiter.spans(trace.now()).map(|span| span.state).collect();
    assert!(
        states.contains(&State::Waiting) && states.contains(&State::Running),
        "{states:?}"
    );
    let waited = Duration::from_nanos(waiter.time_in(State::Waiting, trace.now()));
    assert!(waited >= Duration::from_millis(10), "{waited:?}");

    let figures = Figures::of(&Record::of_trace(trace));
    let gate = figures.primitives.iter().find(|it| it.name == "gate");
    let gate = gate.expect("it was waited for");
    assert_eq!((gate.acquired, gate.contended, gate.waits.count), (2, 1, 1));
    let latest = trace.latest(1000);
    let acquired = latest
        .iter()
        .find(|e| e.thread == ThreadId(1) && e.event.kind == Kind::Acquire);
    let line = acquired.expect("recorded").event.site.line;
    let source: Vec<_> = include_str!("runs.rs").lines().collect();
    assert!(
        source[line as usize - 1].contains("with(&*lock"),
        "line {line}"
    );
}

#[test]
fn more_events_than_are_kept_are_counted() {
    let run = Run::new(1.0);
    let mut watcher = Watcher::new(run.control_address());
    run.main(async {
        let lock = Lock::<Native>::new("lock");
        for _ in 0..10_000 {
            with(&*lock, async || ()).await;
        }
    });
    poll(&mut watcher, &run);
    let tally = watcher.trace.tally();
    // Start, two for each round, finish.
    assert_eq!(tally.happened, 20_002);
    assert!(tally.kept < 5_000, "{tally:?}");
    let states: Vec<_> = watcher.trace.threads()[0]
        .lane
        .spans(0)
        .map(|s| s.state)
        .collect();
    assert_eq!(
        states.last(),
        Some(&State::Busy),
        "the rest is honestly unknown"
    );
}

#[test]
fn stop_reaches_threads_that_run_wait_and_sleep() {
    for _ in 0..20 {
        let run = Run::new(1.0);
        let stopper = thread::spawn({
            let run = run.clone();
            move || {
                thread::sleep(Duration::from_millis(5));
                let start = Instant::now();
                run.stop();
                start
            }
        });
        let ended = run.main(async {
            let lock = Lock::<Native>::new("lock");
            lock.acquire(Blocking::Forever).await;
            let waits = Thread::<Native, ()>::new("waits", {
                let lock = lock.clone();
                async move || {
                    lock.acquire(Blocking::Forever).await;
                }
            });
            let sleeps = Thread::<Native, ()>::new("sleeps", async || {
                Native::sleep(Duration::from_secs(3600), Site::NONE).await;
            });
            let runs = Thread::<Native, ()>::new("runs", async || {
                loop {
                    Native::point(Site::NONE).await;
                }
            });
            for thread in [&waits, &sleeps, &runs] {
                thread.start().await.expect("a thread");
            }
            runs.join().await.expect("started");
        });
        assert_eq!(ended, None);
        let stopped = stopper.join().expect("no panic");
        assert!(stopped.elapsed() < Duration::from_secs(30));
    }
}

#[test]
fn a_panic_ends_the_run_with_its_message() {
    let run = Run::new(1.0);
    let watcher = Watcher::new(run.control_address());
    let ended = run.main(async {
        let lock = Lock::<Native>::new("lock");
        lock.acquire(Blocking::Forever).await;
        let fails = Thread::<Native, ()>::new("fails", async || panic!("index {} of 3", 7));
        fails.start().await.expect("a thread");
        lock.acquire(Blocking::Forever).await;
    });
    assert_eq!(ended, None);
    let wanted = Panicked {
        thread: ThreadId(1),
        message: "index 7 of 3".into(),
    };
    assert_eq!(panicked(&watcher, &run), Some(wanted));
}

#[test]
fn speed_divides_every_sleep_and_the_clock_is_the_runs_own() {
    let start = Instant::now();
    let slept = Run::new(100.0).main(async {
        let before = Native::now();
        Native::sleep(Duration::from_secs(5), Site::NONE).await;
        Native::now() - before
    });
    let slept = slept.expect("nobody stops it");
    assert!(slept >= Duration::from_secs(5), "{slept:?}");
    assert!(start.elapsed() >= Duration::from_millis(50));
    assert!(start.elapsed() < Duration::from_secs(5));
}
