use lockstep::session::exploration::{Wish, explore_link};
use lockstep::share;
use std::time::Instant;
#[test]
fn scratch() {
    for q in [
        "counter&threads=3&increments=3&guard=none",
        "barrier&parties=3&rounds=2",
        "counter&threads=2&increments=1&guard=none",
        "counter&threads=2&increments=2&guard=none",
    ] {
        let (link, _) = share::read(&format!("scenario={q}"));
        let n = if q.contains("threads=2") { 2000 } else { 1 };
        let start = Instant::now();
        let mut ex = 0;
        let mut st = 0;
        for _ in 0..n {
            let found = explore_link(&link, link.scenario.on_model(), Wish::default(), |_| true);
            ex = found.executions;
            st = found.states;
        }
        let t = start.elapsed().as_secs_f64() / n as f64;
        println!(
            "{q}: {:.3} ms, {ex} executions, {st} states, {:.2} µs/exec",
            t * 1e3,
            t * 1e6 / ex as f64
        );
    }
}
