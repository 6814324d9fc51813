//! Every scenario, found in the list and run by clicking.

use std::collections::BTreeMap;

use e2e::{Page, Result, Visit};
use serde_json::json;

/// Scenarios whose threads may end otherwise than well with the defaults.
const NOT_ALWAYS_OK: [(&str, &[&str]); 4] = [
    ("counter", &["violated", "ok"]),
    ("bank", &["deadlock", "ok"]),
    ("philosophers", &["deadlock", "ok"]),
    ("lost-wakeup", &["deadlock", "ok"]),
];

/// Facts that are determined with the defaults, as they are shown.
const FACTS: [(&str, &str, &str); 20] = [
    ("threads", "finish_order", "Worker-2,Worker-1"),
    ("return-values", "results", "25"),
    ("recursion", "deepest_level", "0"),
    ("semaphore", "peak_inside", "3"),
    ("semaphore", "completed", "10"),
    ("connection-pool", "peak_in_use", "3"),
    ("over-release", "value", "3"),
    ("strict-pool", "errors", "0"),
    ("event", "woken", "3"),
    ("download-event", "processed", "1"),
    ("producer-consumer", "consumed", "10"),
    ("barrier", "rounds_done", "1"),
    ("phases", "totals", "6,6,6"),
    ("thread-pool", "exceptions", "0"),
    ("scrape", "statuses", "200,200,200"),
    ("downloads", "completed", "4"),
    ("readers-writers", "torn_reads", "0"),
    ("gather", "results", "2000,1000,3000"),
    ("async-counter", "counter", "100"),
    ("async-fetch", "statuses", "200,200,200"),
];

#[tokio::test]
async fn each_is_found_in_the_list_and_runs() -> Result {
    let visit = Visit::to("?speed=20").await?;
    let page = &visit.page;
    page.open_gallery().await?;
    let ids = page.driver().execute(
        "return [...document.querySelectorAll('[data-scenario]')].map((a) => a.dataset.scenario)",
        vec![],
    );
    let ids: Vec<String> = ids.await?.convert()?;
    assert!(ids.len() >= 25, "{ids:?}");
    let mut verdicts = BTreeMap::new();
    for id in &ids {
        if !page.has(".card").await {
            page.open_gallery().await?;
        }
        page.click_on(&format!("[data-scenario={id}]")).await?;
        let query = page.query().await?;
        assert!(query.contains(&format!("scenario={id}")), "{query}");
        let ended = page.run().await?;
        let may_be = NOT_ALWAYS_OK.iter().find(|(of, _)| of == id);
        let may_be = may_be.map_or(&["ok"][..], |(_, verdicts)| verdicts);
        assert!(may_be.contains(&ended.verdict.as_str()), "{id}: {ended:?}");
        for (_, fact, shown) in FACTS.iter().filter(|(of, _, _)| of == id) {
            let selector = format!("[data-fact={fact}]");
            assert_eq!(
                page.read("Figures", &selector).await,
                *shown,
                "{fact} of {id}"
            );
        }
        verdicts.insert(id.clone(), ended.verdict);
    }
    // Going back leads to the one before.
    let before = &ids[ids.len() - 2];
    page.driver().back().await?;
    page.until("the one before is shown", async |page| {
        page.query()
            .await
            .is_ok_and(|query| query.contains(&format!("scenario={before}&")))
            && page.has(&format!("[data-shown={before}]")).await
    })
    .await?;
    visit.end().await
}

#[tokio::test]
async fn a_choice_is_one_step_back_keeps_the_theme_and_stops_a_run() -> Result {
    let visit = Visit::to("?scenario=event&theme=dark&set_after_ms=60000").await?;
    let page = &visit.page;
    page.click("Run").await?;
    page.open_gallery().await?;
    page.click_on("[data-scenario=bank]").await?;
    page.until("the run is stopped", async |page| {
        page.verdict().await == "ready"
    })
    .await?;
    let query = page.query().await?;
    assert!(
        query.starts_with("scenario=bank&") && query.ends_with("&theme=dark"),
        "{query}"
    );
    page.driver().back().await?;
    page.until("the one before is there", async |page| {
        page.query()
            .await
            .is_ok_and(|query| query.starts_with("scenario=event&"))
    })
    .await?;
    visit.end().await
}

/// Runs what the page shows so many times: how many of the runs deadlocked.
async fn deadlocks(page: &Page, runs: usize) -> Result<usize> {
    let mut deadlocks = 0;
    for _ in 0..runs {
        let result = page.ask(json!({"type": "run"})).await?;
        if result["verdict"] == "deadlock" {
            deadlocks += 1;
            assert_eq!(result["findings"][0]["kind"], "deadlock", "{result}");
        }
    }
    Ok(deadlocks)
}

#[tokio::test]
async fn opposite_transfers_deadlock_on_real_threads_and_ordered_ones_never() -> Result {
    let visit = Visit::to("?scenario=bank").await?;
    let deadlocked = deadlocks(&visit.page, 20).await?;
    assert!(deadlocked >= 18, "{deadlocked} of 20");
    let cycle = visit.page.text(".outcome .why").await;
    assert!(cycle.contains("which Worker-"), "{cycle}");
    // What the page suggests, by its button.
    visit
        .page
        .click("Lock in the order of the accounts")
        .await?;
    assert_eq!(deadlocks(&visit.page, 100).await?, 0);
    visit.end().await
}

#[tokio::test]
async fn naive_philosophers_deadlock_and_ordered_ones_never() -> Result {
    let visit = Visit::to("?scenario=philosophers").await?;
    let deadlocked = deadlocks(&visit.page, 20).await?;
    assert!(deadlocked >= 10, "{deadlocked} of 20");
    let url = format!(
        "{}/?scenario=philosophers&strategy=ordered&speed=100",
        visit.site.url()
    );
    let page = Page::open(visit.browser.driver(), &url).await?;
    assert_eq!(deadlocks(&page, 100).await?, 0);
    visit.end().await
}
