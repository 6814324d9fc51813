//! Measures how long it takes from Run to the first event and to the last
//! thread's first step, cold and warm, with 10 threads.

use std::time::Duration;

use e2e::{Result, Visit};

const RUNS: usize = 21;

#[tokio::main]
async fn main() -> Result {
    let query = "?threads=10&increments=1000&guard=lock";
    let mut cold = Vec::new();
    let mut warm = Vec::new();
    for _ in 0..3 {
        let visit = Visit::to(&format!("{query}&autorun=1")).await?;
        let ended = visit.page.ended().await?;
        cold.push((ended.first_ms, ended.last_ms));
        for _ in 0..RUNS / 3 {
            // Longer than a person needs to press Run again.
            tokio::time::sleep(Duration::from_millis(700)).await;
            let ended = visit.page.run().await?;
            warm.push((ended.first_ms, ended.last_ms));
        }
        visit.end().await?;
    }
    println!("10 threads: from Run to the first event, and until the last thread is up");
    print("cold", &mut cold);
    print("warm", &mut warm);
    Ok(())
}

fn print(name: &str, runs: &mut [(f64, f64)]) {
    let mut spread = |pick: fn(&(f64, f64)) -> f64| {
        runs.sort_by(|a, b| pick(a).total_cmp(&pick(b)));
        let at = |share: usize| pick(&runs[(runs.len() - 1) * share / 100]);
        format!("{:.1} ms (from {:.1} to {:.1})", at(50), at(0), at(100))
    };
    let (first, last) = (spread(|r| r.0), spread(|r| r.1));
    println!("{name}, {} runs: first {first}, last {last}", runs.len());
}
