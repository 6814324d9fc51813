//! Each row of the scenarios' table, on the real workers: 20 runs.

use e2e::{Browser, Page, Result, Site};
use serde_json::json;

use crate::table::{SAME, TABLE, wrong};

const RUNS: usize = 20;

/// The same with many threads, whose workers take most of the time, and of tasks, which
/// nobody interrupts.
const FEWER: usize = 2;

/// What takes longer even a hundred times faster is not waited for: browsers' timers have
/// a least time, and there are ten thousand.
const LONGEST_MS: u32 = 20_000;

#[tokio::test]
async fn each_scenario_comes_to_what_the_table_says_on_workers() -> Result {
    let site = Site::serve("dist").await?;
    let browser = Browser::start().await?;
    let mut failures = Vec::new();
    for row in TABLE {
        if row.ms.is_some_and(|ms| ms > LONGEST_MS) {
            continue;
        }
        let few = ["64", "1000", "async", "gather", "compare"];
        let runs = match few.iter().any(|part| row.link.contains(part)) {
            true => FEWER,
            false => RUNS,
        };
        // Where threads may wait for ever on OS threads, here that is told.
        let facts = match row.native {
            // These are measured: see `compare.rs`.
            _ if row.link.starts_with("compare") => "",
            SAME | "-" => row.facts,
            other => other,
        };
        let url = format!("{}/?scenario={}&speed=100", site.url(), row.link);
        let page = Page::open(browser.driver(), &url).await?;
        for run in 0..runs {
            let result = page.ask(json!({"type": "run"})).await?;
            let context = format!("{}, run {run}: {result}", row.link);
            let verdict = result["verdict"].as_str().unwrap_or_default();
            let mut may_be = row.verdicts.split(' ').chain(["ok"]);
            if !may_be.any(|other| other == verdict) {
                failures.push(format!("{verdict}: {context}"));
                break;
            }
            let value = |name: &str| match &result["facts"][name] {
                serde_json::Value::String(text) => Some(text.clone()),
                serde_json::Value::Null => None,
                other => Some(other.to_string()),
            };
            let has_facts = matches!(verdict, "ok" | "violated");
            if let Some(term) = wrong(facts, value).filter(|_| has_facts) {
                failures.push(format!("not {term}: {context}"));
                break;
            }
        }
    }
    assert!(failures.is_empty(), "{}", failures.join("\n"));
    browser.quit().await
}
