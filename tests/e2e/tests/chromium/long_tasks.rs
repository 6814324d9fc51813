//! The page's thread stays free, whatever runs.

use e2e::{Browser, Page, Result, Site, Task, Tracing, workers};
use lockstep::scenario::param::Kind;
use lockstep::scenario::{self, Param};
use std::time::Duration;

/// More than this, and a reader notices that the page does not answer.
const LONGEST_MS: f64 = 50.0;

/// What a parameter is at its largest, as a link writes it; words as they are by default.
fn largest(param: &Param) -> String {
    match param.kind {
        Kind::Int { max, .. } | Kind::Index { max } => max.to_string(),
        Kind::List { max, most, .. } => vec![max.to_string(); most].join(","),
        Kind::Choice(_) => param.default.to_owned(),
    }
}

/// Waits until the browser makes no more workers and ends no more.
async fn workers_stay_as_many() {
    let (mut count, mut looks) = (workers(), 0);
    while looks < 5 {
        tokio::time::sleep(Duration::from_millis(100)).await;
        let now = workers();
        looks = if now == count { looks + 1 } else { 0 };
        count = now;
    }
}

/// Runs what a query opens, stops it after a second if it still runs, and gives the
/// longest task that the page's thread had on its core.
async fn longest_task(browser: &Browser, url: &str) -> Result<(f64, f64)> {
    let page = Page::open(browser.driver(), url).await?;
    workers_stay_as_many().await;
    let tracing = Tracing::start(browser).await?;
    page.click("Run").await?;
    let ends_by_itself = tokio::time::timeout(Duration::from_secs(1), page.ended()).await;
    if ends_by_itself.is_err() {
        // It may end by itself just now: then there is nothing to stop.
        page.press_any(&["Stop"]).await?;
    }
    page.ended().await?;
    // What follows the end belongs to the run: its last events, and the next workers.
    workers_stay_as_many().await;
    let tasks = tracing.end().await?;
    let longest = |ms: fn(&Task) -> f64| tasks.iter().map(ms).fold(0.0, f64::max);
    Ok((
        longest(|task| task.on_its_core),
        longest(|task| task.by_the_clock),
    ))
}

#[tokio::test]
async fn no_task_takes_long_while_a_scenario_runs_at_its_largest() -> Result {
    let site = Site::serve("dist").await?;
    let browser = Browser::start().await?;
    let mut queries: Vec<String> = scenario::all()
        .iter()
        .map(|scenario| {
            let params = scenario.params.iter();
            let params: String = params
                .map(|param| format!("&{}={}", param.name, largest(param)))
                .collect();
            format!("?scenario={}{params}", scenario.id)
        })
        .collect();
    queries.push("?scenario=counter&threads=64&increments=10000000&guard=none".into());
    queries.push("?scenario=bank&threads=64&transfers=1000&strategy=coarse".into());
    queries.push("?scenario=bank&threads=64&transfers=1000&strategy=none".into());
    let mut long = Vec::new();
    for query in &queries {
        let url = format!("{}/{query}", site.url());
        let (on_its_core, by_the_clock) = longest_task(&browser, &url).await?;
        println!("{on_its_core:6.1} ms on its core, {by_the_clock:7.1} by the clock: {query}");
        if on_its_core > LONGEST_MS {
            long.push(format!("{on_its_core} ms: {query}"));
        }
    }
    assert!(long.is_empty(), "tasks of the page: {long:#?}");
    browser.quit().await
}
