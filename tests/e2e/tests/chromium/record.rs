//! Runs in workers that are recorded: the model makes each again, to the same facts.

use e2e::{Browser, Page, Result, Site, Visit};
use serde_json::{Value, json};

/// Ticks the box, then runs so many times: the results, each with the schedule of it.
/// A schedule is there only if the model came to the same facts by it.
async fn recorded(page: &Page, runs: usize) -> Result<Vec<Value>> {
    page.click_on("#record").await?;
    let mut results = Vec::new();
    for run in 0..runs {
        let result = page.ask(json!({"type": "run"})).await?;
        let link = result["link"].as_str().unwrap_or_default();
        assert!(link.contains("schedule="), "run {run}: {result}");
        assert_eq!(result["engine"], "workers");
        results.push(result);
    }
    Ok(results)
}

/// Opens a result's link in a tab of its own: the facts are those of the run.
async fn assert_link_shows(site: &Site, browser: &Browser, result: &Value) -> Result {
    let link = result["link"].as_str().unwrap_or_default();
    let page = Page::open(browser.driver(), &format!("{}/{link}", site.url())).await?;
    let again = page.ended().await?;
    assert_eq!(json!(again.verdict), result["verdict"]);
    for (name, value) in &again.facts {
        assert_eq!(json!(value), result["facts"][name], "{name} of {link}");
    }
    Ok(())
}

#[tokio::test]
async fn every_recorded_race_is_replayed_to_the_same_facts() -> Result {
    let visit = Visit::to("?threads=2&increments=100&guard=none").await?;
    let results = recorded(&visit.page, 100).await?;
    for result in results.iter().take(3) {
        assert_link_shows(&visit.site, &visit.browser, result).await?;
    }
    // What is recorded is a real race: the threads of a longer run are there together.
    let url = format!("{}/?threads=2&increments=3000&guard=none", visit.site.url());
    let page = Page::open(visit.browser.driver(), &url).await?;
    page.click_on("#record").await?;
    for run in 0.. {
        assert!(run < 100, "no update was ever lost");
        let result = page.ask(json!({"type": "run"})).await?;
        if result["facts"]["lost"].as_i64() > Some(0) {
            assert_link_shows(&visit.site, &visit.browser, &result).await?;
            break;
        }
    }
    visit.end().await
}

#[tokio::test]
async fn a_recorded_run_is_stepped_through_by_clicking() -> Result {
    let visit = Visit::to("?threads=3&increments=2&guard=lock").await?;
    let page = &visit.page;
    page.click_on("#record").await?;
    let ended = page.run().await?;
    page.click("Step through this run").await?;
    page.until("its steps are there", async |page| {
        page.text("#stepper-words").await.starts_with("Step 0 of")
    })
    .await?;
    page.click("End").await?;
    let counter = ended.facts["counter"].to_string();
    assert_eq!(page.text("[data-stepped=counter]").await, counter);
    // A run that is too long says so.
    page.type_param("increments", "100000").await?;
    page.run().await?;
    assert!(page.text(".recorded").await.starts_with("Too long"));
    visit.end().await
}

#[tokio::test]
async fn recorded_runs_of_each_primitive_are_replayed_to_the_same_facts() -> Result {
    let site = Site::serve("target/dist-selftest").await?;
    let browser = Browser::start().await?;
    for (primitive, runs) in [
        ("lock", 100),
        ("condition", 100),
        ("barrier", 100),
        ("rlock", 10),
        ("semaphore", 10),
        ("event", 10),
        ("queue", 10),
        ("future", 10),
        ("pool", 10),
    ] {
        let query = format!("scenario=selftest-stress&primitive={primitive}&threads=3&rounds=5");
        let page = Page::open(browser.driver(), &format!("{}/?{query}", site.url())).await?;
        recorded(&page, runs).await?;
    }
    browser.quit().await
}
