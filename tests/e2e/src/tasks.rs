//! What scenarios of tasks come to for real, and when: the same in every browser.

use serde_json::{Value, json};

use crate::{Browser, Page, Result, Site};

/// Scenarios, their facts, and the time that they want.
fn wanted() -> Vec<(&'static str, Value, f64)> {
    vec![
        (
            "gather",
            json!({"results": "2000,1000,3000", "finish_order": "Sleeper-2,Sleeper-1,Sleeper-3"}),
            3000.0,
        ),
        (
            "gather&style=sequential",
            json!({"results": "2000,1000,3000", "finish_order": "Sleeper-1,Sleeper-2,Sleeper-3"}),
            6000.0,
        ),
        ("async-queue", json!({"produced": 5, "consumed": 5}), 5500.0),
        (
            "async-counter",
            json!({"counter": 100, "expected": 100}),
            1000.0,
        ),
        ("async-event", json!({"woken": 2}), 2000.0),
        (
            "async-semaphore",
            json!({"peak_inside": 2, "completed": 5}),
            6000.0,
        ),
    ]
}

/// Each of them on a page: its facts, and that it took the time that it wants.
pub async fn each_task_keeps_its_time(site: &Site, browser: &Browser) -> Result {
    for (scenario, facts, ms) in wanted() {
        let url = format!("{}/?scenario={scenario}", site.url());
        let page = Page::open(browser.driver(), &url).await?;
        let result = page.ask(json!({"type": "run"})).await?;
        assert_eq!(result["engine"], "tasks", "{scenario}: {result}");
        assert_eq!(result["verdict"], "ok", "{scenario}: {result}");
        assert_eq!(result["facts"], facts, "{scenario}");
        let took = result["elapsed_ms"].as_f64().unwrap_or_default();
        let in_time = took > ms * 0.99 && took < ms * 1.15 + 50.0;
        assert!(in_time, "{scenario}: {took} ms, and not {ms}");
    }
    Ok(())
}
