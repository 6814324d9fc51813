//! The primitives in Chromium's workers, against std in the same module and
//! against plain JavaScript in the same browser. Prints samples, a line for each
//! case and peer: `cargo xtask bench` makes a table of them.

use std::time::Instant;

use e2e::{Browser, Page, Result, Site};
use serde_json::json;

/// Cases that JavaScript has a peer for, and the threads that they take.
const IN_JAVASCRIPT: [(&str, &str, u32); 7] = [
    ("uncontended", "js", 1),
    ("contended-2", "js", 2),
    ("contended-4", "js", 4),
    ("wake", "js", 2),
    ("wake", "postMessage", 2),
    ("ping-pong", "js", 2),
    ("ping-pong", "postMessage", 2),
];

const SAMPLES: u32 = 15;

/// What is explored to its end, as the page does it: the worker's start included.
const EXPLORED: [(&str, &str); 6] = [
    ("race-3x2", "counter&threads=3&increments=2&guard=none"),
    ("race-3x3", "counter&threads=3&increments=3&guard=none"),
    ("lock-4x2", "counter&threads=4&increments=2&guard=lock"),
    ("philosophers-5x2", "philosophers&seats=5&meals=2"),
    ("barrier-3x2", "barrier&parties=3&rounds=2"),
    ("thread-pool-3", "thread-pool&tasks=3"),
];

/// Samples of each of these.
const SEARCHES: u32 = 5;

#[tokio::main]
async fn main() -> Result {
    let site = Site::serve("target/dist-selftest").await?;
    let peers = Site::serve("tests/e2e/peers").await?;
    let browser = Browser::start().await?;
    let url = format!("{}/?scenario=selftest-measure", site.url());
    let page = Page::open(browser.driver(), &url).await?;
    for case in page.choices("case").await? {
        page.choose("case", &case).await?;
        let ended = page.run().await?;
        for line in ended.words.split("; ") {
            println!("{case} {line}");
        }
    }
    for (name, query) in EXPLORED {
        let url = format!("{}/?scenario={query}", site.url());
        let page = Page::open(browser.driver(), &url).await?;
        let mut samples = Vec::new();
        for _ in 0..SEARCHES {
            let start = Instant::now();
            let explored = page.ask(json!({"type": "explore"})).await?;
            assert_eq!(explored["complete"], true, "{explored}");
            samples.push(start.elapsed().as_secs_f64() * 1e9);
        }
        let samples: Vec<String> = samples.iter().map(|ns| format!("{ns:.2}")).collect();
        println!("whole-{name} ours {}", samples.join(" "));
    }
    let driver = browser.driver();
    driver.goto(format!("{}/index.html", peers.url())).await?;
    driver
        .set_script_timeout(std::time::Duration::from_secs(120))
        .await?;
    for (case, peer, threads) in IN_JAVASCRIPT {
        let name = if peer == "js" { case } else { peer };
        let script = "const [name, threads, samples, done] = arguments; \
                      measure(name, threads, samples).then(done, (error) => done(`${error}`));";
        let arguments = vec![json!(name), json!(threads), json!(SAMPLES)];
        let samples = driver.execute_async(script, arguments).await?;
        let mut times: Vec<f64> = samples.convert()?;
        if (case, peer) == ("wake", "postMessage") {
            // A message goes to and fro, and each way is a wake-up.
            times.iter_mut().for_each(|time| *time /= 2.0);
        }
        let times: Vec<String> = times.iter().map(|ns| format!("{ns:.2}")).collect();
        println!("{case} {peer} {}", times.join(" "));
    }
    browser.quit().await
}
