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

/// Two digests of the last run's whole memory, 100 ms after Stop was pressed
/// and half a second later, and how many ms of the stop the page took itself.
const PRESS_STOP_AND_READ: &str = r#"
    const done = arguments[0];
    const digest = () => {
        const words = new Int32Array(window.memories.at(-1).buffer);
        let hash = 0;
        for (let i = 0; i < words.length; i++) hash = (Math.imul(hash, 31) + words[i]) | 0;
        return [hash, words.length];
    };
    const before = digest();
    [...document.querySelectorAll("button")].find((b) => b.textContent === "Stop").click();
    setTimeout(() => {
        const first = digest();
        setTimeout(() => done([before, first, digest()]), 500);
    }, 100);
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
async fn a_hundred_ms_after_stop_no_word_of_the_runs_memory_changes() -> Result {
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
        assert_ne!(
            read[0], read[1],
            "{guard}: it was not running when it was stopped"
        );
        assert_eq!(read[1], read[2], "{guard}: somebody still writes");
        let ended = page.ended().await?;
        assert_eq!(ended.verdict, "stopped");
        assert_eq!(ended.words, "Stopped before the end");
    }
    page.type_param("threads", "10").await?;
    page.type_param("increments", "1000").await?;
    page.choose("guard", "lock").await?;
    tokio::time::sleep(Duration::from_millis(400)).await;
    let next = page.run().await?;
    assert_eq!(next.verdict, "ok");
    assert_eq!(next.facts["counter"], 10_000);
    // With hot workers left over it would be four times the usual and more.
    let slowest = quick.iter().copied().fold(0.0, f64::max);
    assert!(
        next.first_ms <= slowest * 4.0 + 20.0,
        "{} ms, after {quick:?}",
        next.first_ms
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
