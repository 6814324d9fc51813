//! Pages of the site, asked for by worker threads: real requests, and real failures.

use std::time::Duration;

use e2e::{Answered, Page, Result, Visit};
use serde_json::json;

/// What runs have asked for: but for the page itself, nothing else has a query.
fn asked_for(visit: &Visit) -> Vec<Answered> {
    let mut answered = visit.site.answered();
    answered.retain(|request| request.path.contains('?') && !request.path.starts_with("/?"));
    answered
}

fn without_query(request: &Answered) -> (&str, u16) {
    let path = request.path.split_once('?').map_or("", |(path, _)| path);
    (path, request.status)
}

#[tokio::test]
async fn pages_are_asked_of_the_site_and_one_that_is_missing_harms_no_other() -> Result {
    let visit = Visit::to("?scenario=scrape").await?;
    let page = &visit.page;
    let ended = page.run().await?;
    assert_eq!(ended.verdict, "ok");
    assert_eq!(
        page.read("Figures", "[data-fact=statuses]").await,
        "200,200,200"
    );
    assert_eq!(ended.facts["errors"], 0);
    // As many as there are answers: each went to the site, and to nobody else.
    let first = asked_for(&visit);
    let mut paths: Vec<_> = first.iter().map(without_query).collect();
    paths.sort_unstable();
    let existing = [
        ("/listings/python/counter.py", 200),
        ("/listings/python/return-values.py", 200),
        ("/listings/python/threads.py", 200),
    ];
    assert_eq!(paths, existing);

    page.click("Let one be missing").await?;
    let ended = page.run().await?;
    assert_eq!(ended.verdict, "ok");
    assert_eq!(
        page.read("Figures", "[data-fact=statuses]").await,
        "200,200,404"
    );
    assert_eq!(ended.facts["errors"], 0);
    assert_eq!(ended.words, "2 pages fetched, 1 not found");
    let second = asked_for(&visit).split_off(first.len());
    let mut paths: Vec<_> = second.iter().map(without_query).collect();
    paths.sort_unstable();
    assert_eq!(paths, [existing[1], existing[2], ("/no-such-page-3", 404)]);
    visit.end().await
}

#[tokio::test]
async fn sixty_four_threads_ask_at_once() -> Result {
    let visit = Visit::to("?scenario=scrape&workers=64&pages=64&missing=32").await?;
    let ended = visit.page.run().await?;
    assert_eq!(ended.verdict, "ok");
    let wanted = [["200"; 32], ["404"; 32]].concat().join(",");
    assert_eq!(
        visit.page.read("Figures", "[data-fact=statuses]").await,
        wanted
    );
    assert_eq!(asked_for(&visit).len(), 64);
    visit.end().await
}

#[tokio::test]
async fn without_a_server_each_request_is_an_error_and_the_run_ends() -> Result {
    let mut visit = Visit::to("?scenario=scrape").await?;
    visit.page.run().await?;
    // Until the workers of the next run are there, which the server has to send, too.
    tokio::time::sleep(Duration::from_secs(3)).await;
    visit.site.close().await?;
    visit.page.click_on("#record").await?;
    let ended = visit.page.run().await?;
    assert_eq!(ended.verdict, "ok", "{ended:?}");
    assert_eq!(ended.facts["errors"], 3);
    let statuses = visit.page.read("Figures", "[data-fact=statuses]").await;
    assert_eq!(statuses, "error,error,error");
    assert_eq!(ended.words, "0 pages fetched, 3 without an answer");
    let recorded = visit.page.text(".recorded").await;
    assert!(
        recorded.ends_with("cannot be stepped through."),
        "{recorded}"
    );
    visit.end().await
}

#[tokio::test]
async fn stop_ends_a_run_whose_requests_are_not_answered() -> Result {
    let visit = Visit::to("?scenario=scrape").await?;
    let page = &visit.page;
    visit.site.hold(true);
    page.click("Run").await?;
    page.until("a thread waits for its answer", async |page| {
        page.lanes().await.contains(": waiting")
    })
    .await?;
    page.click("Stop").await?;
    assert_eq!(page.ended().await?.verdict, "stopped");
    visit.site.hold(false);
    assert_eq!(page.run().await?.verdict, "ok");
    assert_eq!(
        page.read("Figures", "[data-fact=statuses]").await,
        "200,200,200"
    );
    // A server that never answers is given up by itself.
    visit.site.hold(true);
    let ended = page.run().await?;
    assert_eq!((ended.verdict.as_str(), ended.facts["errors"]), ("ok", 3));
    visit.end().await
}

#[tokio::test]
async fn what_is_recorded_is_made_again_by_the_model() -> Result {
    let visit = Visit::to("?scenario=scrape&pages=5&missing=2").await?;
    visit.page.click_on("#record").await?;
    for run in 0..20 {
        let result = visit.page.ask(json!({"type": "run"})).await?;
        assert_eq!(result["facts"]["statuses"], "200,200,200,404,404");
        assert_eq!(result["engine"], "workers");
        let link = result["link"].as_str().unwrap_or_default();
        assert!(link.contains("schedule="), "run {run}: {result}");
        if run == 0 {
            let url = format!("{}/{link}", visit.site.url());
            let asked = asked_for(&visit).len();
            let page = Page::open(visit.browser.driver(), &url).await?;
            page.ended().await?;
            let statuses = page.read("Figures", "[data-fact=statuses]").await;
            assert_eq!(statuses, "200,200,200,404,404");
            assert_eq!(asked_for(&visit).len(), asked, "the model asks nobody");
            let url = format!("{}/?scenario=scrape&pages=5&missing=2", visit.site.url());
            let page = Page::open(visit.browser.driver(), &url).await?;
            page.click_on("#record").await?;
        }
    }
    visit.end().await
}
