//! Tasks on the browser's own event loop: real timers and real requests, in any page.

use e2e::{Browser, Page, Result, Site, each_task_keeps_its_time};
use serde_json::json;

#[tokio::test]
async fn tasks_take_the_time_that_they_want_and_come_to_their_facts() -> Result {
    let site = Site::serve("dist").await?;
    let browser = Browser::start().await?;
    each_task_keeps_its_time(&site, &browser).await?;
    browser.quit().await
}

#[tokio::test]
async fn tasks_run_for_real_where_memory_cannot_be_shared() -> Result {
    let site = Site::serve_bare("dist").await?;
    site.hide_worker();
    let browser = Browser::start().await?;
    let url = format!("{}/?scenario=async-counter&guard=none", site.url());
    let page = Page::open(browser.driver(), &url).await?;
    let pong = page.ask(json!({"type": "ping"})).await?;
    assert_eq!(pong["isolated"], false);
    assert_eq!(pong["engines"], json!(["model", "tasks"]));
    assert_eq!(page.text(".badge summary").await, "real tasks, on 1 thread");
    let ended = page.run().await?;
    assert_eq!(ended.verdict, "violated");
    assert_eq!(ended.facts["counter"], 1);
    // The order of all that happened on one loop is known, and so is why.
    let why = page.text(".outcome .why").await;
    assert!(
        why.starts_with("Task-3 read 0 from counter")
            && why.contains("Task-2 wrote 1 ")
            && why.contains("then Task-3 wrote 1 over it"),
        "{why}"
    );
    // A lane for the loop, one for main, and one for each task, in words.
    let lanes = page.driver().execute(
        "return document.querySelectorAll('.timeline li').length",
        vec![],
    );
    assert_eq!(lanes.await?.json(), &json!(102));
    let model = page.ask(json!({"type": "get"})).await?;
    assert_eq!(model["engine"], "tasks");
    browser.quit().await
}

#[tokio::test]
async fn requests_are_real_and_a_missing_page_is_404() -> Result {
    let mut site = Site::serve("dist").await?;
    let browser = Browser::start().await?;
    let url = format!("{}/?scenario=async-fetch&pages=4&missing=1", site.url());
    let page = Page::open(browser.driver(), &url).await?;
    let result = page.ask(json!({"type": "run"})).await?;
    assert_eq!(
        result["facts"],
        json!({"statuses": "200,200,200,404", "errors": 0})
    );
    // Nobody answers any more: each request fails, and the program goes on.
    site.close().await?;
    let result = page.ask(json!({"type": "run"})).await?;
    assert_eq!(result["verdict"], "ok", "{result}");
    assert_eq!(result["facts"], json!({"statuses": "", "errors": 4}));
    browser.quit().await
}

#[tokio::test]
async fn a_run_of_tasks_is_stopped_at_once() -> Result {
    let site = Site::serve("dist").await?;
    let browser = Browser::start().await?;
    let url = format!("{}/?scenario=gather&delays=60000,60000", site.url());
    let page = Page::open(browser.driver(), &url).await?;
    page.click("Run").await?;
    page.until("both sleep", async |page| {
        page.lanes().await.contains("Sleeper-2: sleeping")
    })
    .await?;
    page.click("Stop").await?;
    assert_eq!(page.ended().await?.verdict, "stopped");
    browser.quit().await
}
