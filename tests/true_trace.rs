//! What a run on real threads shows could have been: for every scenario, replayed by the
//! rules of the primitives ([`checker`](lockstep::session::checker)), also where the
//! threads' clocks disagree.
#![cfg(feature = "selftest")]

use lockstep::platform::native::Run;
use lockstep::platform::watch::Watcher;
use lockstep::platform::watched;
use lockstep::scenario::{self, MadeOf};
use lockstep::session::checker::contradictions;
use lockstep::share;
use lockstep::trace::memory::own::OwnMemory;
use lockstep::trace::{Ending, Slice, Store};

/// How many times faster than it says a program runs.
const SPEED: f64 = 1000.0;

/// How far a clock is off, by the machine's: a millisecond.
const OFF: u64 = 1_000_000 * SPEED as u64;

/// Links to every scenario of threads, how often each runs with clocks that agree and
/// with clocks that do not, and whether it may deadlock.
#[rustfmt::skip]
const LINKS: &[(&str, usize, bool)] = &[
    ("threads", 100, false),
    ("return-values&inputs=1,2,3", 50, false),
    ("return-values&inputs=1,2,3,4&via=pool", 50, false),
    ("counter&threads=10&increments=2&guard=none", 100, false),
    ("counter&threads=10&increments=2&guard=lock", 100, false),
    ("counter&threads=10&increments=2&guard=atomic", 100, false),
    // More than is recorded in detail.
    ("counter&threads=4&increments=3000&guard=none", 20, false),
    ("counter&threads=4&increments=3000&guard=lock", 20, false),
    ("recursion", 100, false),
    ("recursion&lock=lock", 3, true),
    ("bank", 10, true),
    ("bank&strategy=ordered&threads=6&transfers=20&pause_ms=0", 100, false),
    ("bank&strategy=none&threads=4&transfers=10&pause_ms=0", 100, false),
    ("semaphore", 100, false),
    ("connection-pool", 100, false),
    ("over-release", 50, false),
    ("over-release&kind=bounded", 50, false),
    ("strict-pool&double_release=yes", 100, false),
    ("event", 50, false),
    ("event&set_after_ms=0&waiters=8", 100, false),
    ("download-event&processors=4&download_ms=0", 100, false),
    ("producer-consumer&producers=3&consumers=3&produce_ms=0&consume_ms=0", 100, false),
    ("producer-consumer&producers=2&consumers=2&notify=all&produce_ms=1&consume_ms=1", 50, false),
    ("barrier&rounds=3", 50, false),
    ("barrier&parties=8&rounds=5&step_ms=0", 100, false),
    ("phases&workers=8", 100, false),
    ("phases&workers=8&barrier=off", 100, false),
    ("thread-pool", 50, false),
    ("thread-pool&tasks=20&task_ms=0", 100, false),
    ("thread-pool&tasks=20&task_ms=0&collect=map", 100, false),
    ("scrape&pages=6", 50, false),
    ("downloads", 30, false),
    ("philosophers&strategy=ordered&pause_ms=0", 100, false),
    ("philosophers&strategy=waiter&pause_ms=0", 100, false),
    ("philosophers&pause_ms=1&meals=1", 10, true),
    ("readers-writers", 100, false),
    ("readers-writers&prefer=writers&readers=5&writers=3", 100, false),
    ("lost-wakeup&style=condition", 50, false),
    ("lost-wakeup", 5, true),
    ("compare&jobs=3&job_ms=10", 5, false),
];

/// The trace of a run that has ended, or was stopped since it was deadlocked; and whether it
/// ended by itself.
#[allow(unsafe_code)]
fn traced(link: &str, skew: u64) -> (Store, bool) {
    let (link, notices) = share::read(&format!("scenario={link}"));
    assert!(notices.is_empty(), "{notices:?}");
    let run = Run::new(SPEED);
    let program = link.scenario.on_threads().expect("it is made of threads");
    let by_itself = watched::main(&run, program(link.params.clone())).is_ok();
    let mut watcher = Watcher::new(run.control_address());
    watcher.skew = skew;
    // SAFETY: the run is over, and its handle lives.
    watcher.poll(&unsafe { OwnMemory::new() }, None, &mut Slice::whole());
    watcher.trace.close();
    (watcher.trace, by_itself)
}

fn check(link: &str, skew: u64, times: usize, may_deadlock: bool) {
    for time in 1..=times {
        let (trace, by_itself) = traced(link, skew);
        assert!(by_itself || may_deadlock, "{link}: it did not end");
        let found = contradictions(&trace);
        assert!(
            found.is_empty(),
            "{link}, skew {skew}, run {time}: {found:#?}\n{:#?}",
            trace.latest(200)
        );
        let cut_off = trace.threads().iter().filter(|thread| {
            let (_, how) = thread.lane.ended().expect("the run is over");
            how == Ending::CutOff
        });
        assert_eq!(cut_off.count() > 0, !by_itself, "{link}: who has finished?");
    }
}

#[test]
fn every_scenario_shows_what_could_have_been() {
    for &(link, times, may_deadlock) in LINKS {
        check(link, 0, times, may_deadlock);
    }
}

#[test]
fn it_does_so_with_clocks_that_are_off_by_a_millisecond() {
    for &(link, times, may_deadlock) in LINKS {
        check(link, OFF, times, may_deadlock);
    }
}

#[test]
fn no_scenario_is_left_out() {
    for scenario in scenario::all() {
        let of_it = |(link, ..): &&(&str, usize, bool)| link.split('&').next() == Some(scenario.id);
        let needed = scenario.made_of() != MadeOf::Tasks && !scenario.id.starts_with("selftest-");
        assert_eq!(
            LINKS.iter().any(|link| of_it(&link)),
            needed,
            "{}",
            scenario.id
        );
    }
}
