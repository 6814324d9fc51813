//! The program as it is written, with each thread's place in it, and what is worth
//! trying next.

use e2e::{Result, Visit};

#[tokio::test]
async fn each_threads_place_is_shown_in_both_languages() -> Result {
    let visit = Visit::to("?threads=2&increments=1&guard=none&engine=model&step=0").await?;
    let page = &visit.page;
    page.until("the program is there", async |page| {
        page.text(".listing .code").await.contains("THREADS = 2")
    })
    .await?;
    page.run().await?;
    page.click("Start").await?;
    // Until a worker is about to read.
    page.until("a worker has a place", async |page| {
        page.click("Step").await.is_ok() && !page.text("[data-place=Worker-1]").await.is_empty()
    })
    .await?;
    let python = page
        .text(".listing .here:has([data-place=Worker-1]) code")
        .await;
    page.click("Rust, which runs").await?;
    let rust = page
        .text(".listing .here:has([data-place=Worker-1]) code")
        .await;
    assert!(rust.contains("counter.load().await"), "{rust}");
    assert!(python.contains("counter"), "{python}");
    assert!(!rust.contains("@"), "markers are not shown: {rust}");
    visit.end().await
}

#[tokio::test]
async fn what_is_worth_trying_is_set_at_a_press() -> Result {
    let visit = Visit::to("?threads=2&increments=1000&guard=none").await?;
    visit.page.click("Set guard to lock").await?;
    let query = visit.page.query().await?;
    assert!(
        query.contains("guard=lock") && query.contains("increments=1000"),
        "{query}"
    );
    assert_eq!(visit.page.run().await?.verdict, "ok");
    visit.end().await
}
