//! How long a frame takes while the lanes of a run of a million events are zoomed and panned,
//! in headless Chromium: from one frame to the next, and the work in each.

use std::time::Duration;

use e2e::{Result, Visit};
use serde_json::json;

const FRAMES: u32 = 600;

/// Eight threads that take turns at a lock: more than a million events.
const RUN: &str = "?threads=8&increments=50000&guard=lock&autorun=1";

/// In each frame a key is pressed: closer, along, and back again. A message to itself comes
/// when the page has painted what that asked for.
const MEASURE: &str = r#"
    const [frames, done] = arguments;
    const keys = [..."WWWWWWWWWWWWDDDDDDDDAAAAAAAASSSSSSSSSSSS"];
    const waits = [];
    const works = [];
    const channel = new MessageChannel();
    let [began, last, frame] = [0, 0, 0];
    channel.port1.onmessage = () => works.push(performance.now() - began);
    const step = (now) => {
        if (last) waits.push(now - last);
        [last, began] = [now, performance.now()];
        if (++frame > frames) return done([waits, works]);
        const code = `Key${keys[frame % keys.length]}`;
        dispatchEvent(new KeyboardEvent("keydown", { code, key: code.at(-1).toLowerCase() }));
        channel.port2.postMessage(0);
        requestAnimationFrame(step);
    };
    requestAnimationFrame(step);
"#;

#[tokio::main]
async fn main() -> Result {
    let visit = Visit::to(RUN).await?;
    let (page, driver) = (&visit.page, visit.browser.driver());
    driver.set_script_timeout(Duration::from_secs(120)).await?;
    page.ended().await?;
    let tally = page.read("Figures", ".figures dl").await.replace('\n', " ");
    let measured = driver.execute_async(MEASURE, vec![json!(FRAMES)]).await?;
    let [waits, works]: [Vec<f64>; 2] = measured.convert()?;
    println!("lanes of a run, {tally}, zoomed and panned for {FRAMES} frames");
    print("from frame to frame", waits);
    print("work in a frame", works);
    visit.end().await
}

fn print(name: &str, mut times: Vec<f64>) {
    times.sort_by(f64::total_cmp);
    let at = |share: usize| times[(times.len() - 1) * share / 100];
    println!(
        "{name}: median {:.1} ms, 95th percentile {:.1} ms",
        at(50),
        at(95)
    );
}
