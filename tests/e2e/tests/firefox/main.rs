//! The built site in Firefox: that each engine runs there, and as it should. What the page
//! does is tested in Chromium.

mod embed;

use e2e::{
    Browser, Page, Result, Site, a_plain_host_is_enough, each_task_keeps_its_time,
    what_cannot_be_loaded_is_named_and_the_next_run_works,
    what_is_not_needed_to_run_holds_up_nothing,
};
use serde_json::json;

#[tokio::test]
async fn threads_are_real_and_share_memory() -> Result {
    let site = Site::serve("dist").await?;
    let browser = Browser::firefox().await?;
    let url = format!("{}/?guard=lock&increments=20000", site.url());
    let page = Page::open(browser.driver(), &url).await?;
    let pong = page.ask(json!({"type": "ping"})).await?;
    assert_eq!(pong["isolated"], true);
    for _ in 0..5 {
        let ended = page.run().await?;
        assert_eq!(ended.verdict, "ok");
        assert_eq!(ended.facts["counter"], 200_000);
    }
    browser.quit().await
}

#[tokio::test]
async fn a_deadlock_on_real_threads_is_told() -> Result {
    let site = Site::serve("dist").await?;
    let browser = Browser::firefox().await?;
    let url = format!("{}/?scenario=bank&pause_ms=50", site.url());
    let page = Page::open(browser.driver(), &url).await?;
    let ended = page.run().await?;
    assert_eq!(ended.verdict, "deadlock");
    let cycle = page.text(".outcome .why").await;
    assert!(cycle.contains("which Worker-"), "{cycle}");
    browser.quit().await
}

#[tokio::test]
async fn where_memory_cannot_be_shared_threads_are_simulated_and_explored() -> Result {
    let site = Site::serve_bare("dist").await?;
    site.hide_worker();
    let browser = Browser::firefox().await?;
    let url = format!("{}/?threads=2&increments=2", site.url());
    let page = Page::open(browser.driver(), &url).await?;
    assert_eq!(page.text(".badge summary").await, "simulated here: why?");
    let ended = page.run().await?;
    assert_eq!(ended.facts["expected"], 4);
    let explored = page.ask(json!({"type": "explore"})).await?;
    assert_eq!(explored["interleavings"], 70);
    browser.quit().await
}

#[tokio::test]
async fn tasks_take_the_time_that_they_want_and_come_to_their_facts() -> Result {
    // No headers: tasks share memory with nobody.
    let site = Site::serve_bare("dist").await?;
    site.hide_worker();
    let browser = Browser::firefox().await?;
    each_task_keeps_its_time(&site, &browser).await?;
    browser.quit().await
}

#[tokio::test]
async fn requests_are_real_and_a_missing_page_is_404() -> Result {
    let site = Site::serve("dist").await?;
    let browser = Browser::firefox().await?;
    for scenario in ["async-fetch", "scrape"] {
        let url = format!("{}/?scenario={scenario}&pages=3&missing=1", site.url());
        let page = Page::open(browser.driver(), &url).await?;
        let result = page.ask(json!({"type": "run"})).await?;
        let facts = json!({"statuses": "200,200,404", "errors": 0});
        assert_eq!(result["facts"], facts, "{scenario}: {result}");
    }
    browser.quit().await
}

#[tokio::test]
async fn a_plain_host_gets_isolated_pages_that_work_when_it_is_gone() -> Result {
    let browser = Browser::firefox().await?;
    a_plain_host_is_enough(&browser).await?;
    browser.quit().await
}

#[tokio::test]
async fn a_file_that_cannot_be_loaded_is_named_and_the_next_run_works() -> Result {
    let browser = Browser::firefox().await?;
    what_cannot_be_loaded_is_named_and_the_next_run_works(&browser).await?;
    what_is_not_needed_to_run_holds_up_nothing(&browser).await?;
    browser.quit().await
}
