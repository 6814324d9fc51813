//! Luck and certainty: a hundred runs, counted, beside all interleavings.

use e2e::{Page, Result, Visit};

/// Presses "Run 100 times" and waits until all were made: what is said then.
async fn hundred_runs(page: &Page) -> Result<String> {
    page.run().await?;
    page.click("Run 100 times").await?;
    page.until("the last run was counted", async |page| {
        page.text("#luck")
            .await
            .starts_with("100 runs on real threads: ")
    })
    .await?;
    Ok(page.text("#luck").await)
}

#[tokio::test]
async fn a_hundred_runs_stand_beside_all_interleavings() -> Result {
    let visit = Visit::to("?threads=2&increments=1&guard=none").await?;
    let page = &visit.page;
    let words = hundred_runs(page).await?;
    let digits = |word: &str| word.parse::<u32>().ok();
    let (_, counts) = words.split_once(": ").ok_or("no counts")?;
    let sum: u32 = counts.split(' ').filter_map(digits).sum();
    assert_eq!(sum, 100, "{words}");
    page.click("Explore").await?;
    page.until("it is certain", async |page| {
        let words = page.text("#luck").await;
        words.ends_with(" Of all 6 interleavings 4 go wrong.")
    })
    .await?;
    // They were of two threads.
    page.type_param("threads", "3").await?;
    page.until("they are gone", async |page| !page.has("#luck").await)
        .await?;
    visit.end().await
}

#[tokio::test]
async fn stop_ends_them_all() -> Result {
    let visit = Visit::to("?threads=2&increments=1000&guard=lock").await?;
    let page = &visit.page;
    page.run().await?;
    page.click("Run 100 times").await?;
    page.until("some were made", async |page| {
        page.text("#luck")
            .await
            .contains(" runs on real threads so far: ")
    })
    .await?;
    page.click("Stop").await?;
    page.until("no other follows", async |page| {
        let words = page.text("#luck").await;
        words.contains(" on real threads: ") && !words.contains("so far")
    })
    .await?;
    let words = page.text("#luck").await;
    assert!(!words.starts_with("100 runs"), "{words}");
    assert_eq!(page.run().await?.verdict, "ok");
    assert_eq!(page.read("Outcomes", "#luck").await, words);
    visit.end().await
}
