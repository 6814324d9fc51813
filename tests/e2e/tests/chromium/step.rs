//! A run on the model: stepped forwards and backwards, opened from a link, and without
//! shared memory.

use e2e::{Browser, Page, Result, Site, Visit};
use serde_json::json;

#[tokio::test]
async fn the_model_is_stepped_to_and_fro_and_the_address_follows() -> Result {
    let visit = Visit::to("?threads=2&increments=2&guard=none").await?;
    let page = &visit.page;
    page.click_on("#engine option[value=model]").await?;
    let ended = page.run().await?;
    let counter = ended.facts["counter"];
    let words = page.text("#stepper-words").await;
    let steps = words.rsplit(' ').next().unwrap_or_default().to_owned();
    assert_eq!(words, format!("Step {steps} of {steps}"));
    assert_eq!(
        page.text("[data-stepped=counter]").await,
        counter.to_string()
    );

    page.click("Start").await?;
    assert_eq!(
        page.text("#stepper-words").await,
        format!("Step 0 of {steps}")
    );
    assert_eq!(page.text("[data-stepped=counter]").await, "");
    // Until the first write.
    page.until("something was written", async |page| {
        page.click("Step").await.is_ok() && page.text(".current").await.contains("writes 1")
    })
    .await?;
    assert_eq!(page.text("[data-stepped=counter]").await, "1");
    page.click("Back").await?;
    assert_ne!(page.text("[data-stepped=counter]").await, "1");
    let query = page.query().await?;
    assert!(
        query.contains("engine=model") && query.contains("step="),
        "{query}"
    );

    // The address shows the same again.
    let shown = page.text(".current").await;
    let again = format!("{}/?{query}&autorun=1", visit.site.url());
    let again = Page::open(visit.browser.driver(), &again).await?;
    again.ended().await?;
    assert_eq!(again.text(".current").await, shown);
    visit.end().await
}

#[tokio::test]
async fn each_outcome_and_finding_opens_from_its_link() -> Result {
    let visit = Visit::to("?threads=2&increments=2&guard=none").await?;
    let explored = visit.page.ask(json!({"type": "explore"})).await?;
    let outcomes = explored["outcomes"].as_array().cloned().unwrap_or_default();
    assert_eq!(outcomes.len(), 3);
    for outcome in outcomes {
        let link = outcome["link"].as_str().unwrap_or_default();
        let url = format!("{}/{link}", visit.site.url());
        let page = Page::open(visit.browser.driver(), &url).await?;
        let ended = page.ended().await?;
        assert_eq!(json!(ended.verdict), outcome["verdict"]);
        for (name, value) in &ended.facts {
            assert_eq!(json!(value), outcome["facts"][name], "{link}");
        }
        // Whatever the link says of the engine, what ran is named.
        let state = page.ask(json!({"type": "get"})).await?;
        assert_eq!(state["engine"], "model");
        let told = outcome["steps"].as_array().map_or(0, Vec::len);
        assert!(state["steps"].as_u64() >= Some(told as u64));
    }
    visit.end().await
}

#[tokio::test]
async fn a_page_without_shared_memory_runs_the_model_and_says_so() -> Result {
    let site = Site::serve_bare("dist").await?;
    let browser = Browser::start().await?;
    let url = format!("{}/?threads=3&increments=4&guard=lock", site.url());
    let page = Page::open(browser.driver(), &url).await?;
    assert_eq!(page.text(".badge").await, "simulated here");
    let ended = page.run().await?;
    assert_eq!((ended.verdict.as_str(), ended.facts["counter"]), ("ok", 12));
    let pong = page.ask(json!({"type": "ping"})).await?;
    assert_eq!(
        (&pong["isolated"], &pong["engines"]),
        (&json!(false), &json!(["model"]))
    );

    // Millions of steps are only counted.
    page.type_param("increments", "200000").await?;
    let ended = page.run().await?;
    assert_eq!(ended.facts["counter"], 600_000);
    assert!(
        page.text("#stepper-words")
            .await
            .contains("too many to step through")
    );
    browser.quit().await
}

#[tokio::test]
async fn a_damaged_schedule_is_told_and_something_is_shown() -> Result {
    let visit = Visit::to("?threads=3&increments=2&engine=model&schedule=AQED_w").await?;
    let ended = visit.page.ended().await?;
    assert_eq!(ended.facts["expected"], 6);
    let notice = visit.page.text(".notices").await;
    assert!(notice.contains("does not fit this scenario"), "{notice}");
    visit.end().await
}
