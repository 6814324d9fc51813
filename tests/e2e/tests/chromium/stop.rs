//! Stop: the threads leave the run's memory, and the next run is as quick.

use e2e::{Browser, Page, Result, Site};
use serde_json::json;
use std::time::Duration;

/// Keeps every memory that the page makes, so that the test can read it: the
/// page itself shows it to nobody.
const KEEP_MEMORIES: &str = r#"
    const Memory = WebAssembly.Memory;
    window.memories = [];
    WebAssembly.Memory = class extends Memory {
        constructor(wish) { super(wish); window.memories.push(this); }
    };
"#;

/// Presses Stop and reads the run's whole memory until it stays the same for half a second, or
/// for ten seconds: whether anybody wrote before Stop, and for how many ms after it. How long
/// it takes until each of 64 threads has had its turn on a core, and can leave, is the
/// machine's business; that they leave is ours.
const PRESS_STOP_AND_READ: &str = r#"
    const done = arguments[0];
    const digest = () => {
        const words = new Int32Array(window.memories.at(-1).buffer);
        let hash = 0;
        for (let i = 0; i < words.length; i++) hash = (Math.imul(hash, 31) + words[i]) | 0;
        return hash;
    };
    const before = digest();
    [...document.querySelectorAll("button")].find((b) => b.textContent === "Stop").click();
    const pressed = performance.now();
    let last = before, changed = pressed;
    const reading = setInterval(() => {
        const now = performance.now(), read = digest();
        if (read !== last) [last, changed] = [read, now];
        if (now - changed < 500 && now - pressed < 10000) return;
        clearInterval(reading);
        done({ wrote: before !== last, still: now - changed >= 500, after: changed - pressed });
    }, 50);
"#;

async fn visit_keeping_memories() -> Result<(Site, Browser, Page)> {
    let site = Site::serve("dist").await?;
    let browser = Browser::start().await?;
    browser
        .devtools(
            "Page.addScriptToEvaluateOnNewDocument",
            json!({ "source": KEEP_MEMORIES }),
        )
        .await?;
    let page = Page::open(
        browser.driver(),
        &format!("{}/?scenario=counter", site.url()),
    )
    .await?;
    Ok((site, browser, page))
}

#[tokio::test]
async fn after_stop_no_word_of_the_runs_memory_changes() -> Result {
    let (_site, browser, page) = visit_keeping_memories().await?;
    page.type_param("threads", "10").await?;
    page.type_param("increments", "1000").await?;
    let mut quick: Vec<f64> = Vec::new();
    for _ in 0..5 {
        tokio::time::sleep(Duration::from_millis(400)).await;
        quick.push(page.run().await?.first_ms);
    }
    for guard in ["none", "lock"] {
        page.type_param("threads", "64").await?;
        page.type_param("increments", "10000000").await?;
        page.choose("guard", guard).await?;
        page.click("Run").await?;
        page.until("all threads are counting", async |page| {
            let value = page.text("[data-cell='counter']").await;
            value
                .replace(',', "")
                .parse::<u64>()
                .is_ok_and(|n| n > 100_000)
        })
        .await?;
        let read = page
            .driver()
            .execute_async(PRESS_STOP_AND_READ, vec![])
            .await?;
        let read = read.json().clone();
        assert_eq!(
            read["wrote"], true,
            "{guard}: it was not running when it was stopped"
        );
        assert_eq!(read["still"], true, "{guard}: somebody still writes");
        println!("{guard}: still {} ms after Stop", read["after"]);
        let ended = page.ended().await?;
        assert_eq!(ended.verdict, "stopped");
        assert_eq!(ended.words, "Stopped before the end");
    }
    page.type_param("threads", "10").await?;
    page.type_param("increments", "1000").await?;
    page.choose("guard", "lock").await?;
    let mut next: Vec<f64> = Vec::new();
    for _ in 0..3 {
        tokio::time::sleep(Duration::from_millis(400)).await;
        let ended = page.run().await?;
        assert_eq!(ended.verdict, "ok");
        assert_eq!(ended.facts["counter"], 10_000);
        next.push(ended.first_ms);
    }
    // With hot workers left over each would take four times the usual and more.
    let slowest = quick.iter().copied().fold(0.0, f64::max);
    assert!(
        next.iter().any(|ms| *ms <= slowest * 4.0 + 20.0),
        "{next:?} ms, after {quick:?}",
    );
    browser.quit().await
}

#[tokio::test]
async fn every_run_has_a_memory_of_its_own() -> Result {
    let (_site, browser, page) = visit_keeping_memories().await?;
    page.type_param("increments", "100").await?;
    page.choose("guard", "lock").await?;
    page.run().await?;
    page.run().await?;
    let count = page
        .driver()
        .execute(
            "return new Set(window.memories.map((m) => m.buffer)).size",
            vec![],
        )
        .await?;
    // The page's, the one that tried whether sharing works, and two.
    assert!(count.json().as_u64() >= Some(4), "{:?}", count.json());
    browser.quit().await
}
