//! Threads that fail: the run ends with the reason, the page lives on. On a
//! build with the feature `selftest`, whose scenarios fail on purpose.

use e2e::{Browser, Page, Result, Site};

#[tokio::test]
async fn a_failing_thread_ends_its_run_with_the_reason_and_the_next_run_works() -> Result {
    let site = Site::serve("target/dist-selftest").await?;
    let browser = Browser::start().await?;
    for (how, wanted) in [
        ("panic", "Worker-3: 3 is one too many"),
        ("trap", "Worker-3: unreachable"),
        ("error", "RuntimeError: threads can only be started once"),
    ] {
        let url = format!("{}/?scenario=selftest-fail&how={how}", site.url());
        let page = Page::open(browser.driver(), &url).await?;
        // Twice: the first failure has left nothing behind.
        for _ in 0..2 {
            let ended = page.run().await?;
            assert_eq!(ended.verdict, "error");
            assert!(ended.words.contains(wanted), "{how}: {}", ended.words);
        }
    }
    let page = Page::open(
        browser.driver(),
        &format!("{}/?scenario=counter&guard=lock&increments=100", site.url()),
    )
    .await?;
    assert_eq!(page.run().await?.facts["counter"], 1000);
    browser.quit().await
}

#[tokio::test]
async fn a_deadlock_ends_its_run_and_is_told_with_its_cycle() -> Result {
    let site = Site::serve("target/dist-selftest").await?;
    let browser = Browser::start().await?;
    let url = format!("{}/?scenario=selftest-fail&how=deadlock", site.url());
    let page = Page::open(browser.driver(), &url).await?;
    for _ in 0..2 {
        let ended = page.run().await?;
        assert_eq!(ended.verdict, "deadlock");
        let told = page.text(".outcome .why").await;
        // Without lines: this one has no listing.
        assert!(
            told.contains("main waits for the end of Worker-1"),
            "{told}"
        );
        assert!(
            told.contains("Worker-1 waits for lock, which main holds"),
            "{told}"
        );
        assert!(!told.contains("line "), "{told}");
    }
    let result = page.ask(serde_json::json!({"type": "run"})).await?;
    assert_eq!(result["verdict"], "deadlock");
    assert_eq!(result["findings"][0]["threads"], serde_json::json!([0, 1]));
    browser.quit().await
}

#[tokio::test]
async fn a_run_that_gets_no_memory_fails_with_words() -> Result {
    let site = Site::serve("dist").await?;
    let browser = Browser::start().await?;
    let page = Page::open(browser.driver(), &format!("{}/?guard=lock", site.url())).await?;
    let deny = r#"
        window.Real = WebAssembly.Memory;
        WebAssembly.Memory = function () { throw new RangeError("no memory to be had"); };
    "#;
    page.driver().execute(deny, vec![]).await?;
    let ended = page.run().await?;
    assert_eq!(ended.verdict, "error");
    assert!(
        ended.words.contains("no memory to be had"),
        "{}",
        ended.words
    );
    page.driver()
        .execute("WebAssembly.Memory = window.Real", vec![])
        .await?;
    assert_eq!(page.run().await?.facts["counter"], 1_000_000);
    browser.quit().await
}
