//! Takes pictures of the page, wide and narrow, light and dark, into a folder:
//! `cargo run -p e2e --bin screenshots -- FOLDER`. To be looked at by a person.

use e2e::{Browser, Page, Result, Site};
use serde_json::json;

/// What is done before the picture is taken.
enum Act {
    Nothing,
    Run,
    /// Waits for the end of a run that starts by itself.
    Ended,
    /// Runs until there is something, by CSS selector.
    RunUntil(&'static str),
    /// Explores, and opens the first outcome.
    Explore,
}

/// What to show: a name, the query, and what to do.
const VIEWS: [(&str, &str, Act); 14] = [
    ("start", "", Act::Nothing),
    ("race", "?threads=10&increments=100000", Act::Run),
    ("lock", "?threads=4&increments=20000&guard=lock", Act::Run),
    ("crowd", "?threads=64&increments=2000&guard=lock", Act::Run),
    ("all", "?threads=2&increments=2", Act::Explore),
    (
        "steps",
        "?threads=2&increments=2&engine=model&step=5",
        Act::Run,
    ),
    ("deadlock", "?scenario=bank&pause_ms=200", Act::Run),
    (
        "semaphore",
        "?scenario=semaphore&hold_ms=4000",
        Act::RunUntil(".things .waiter"),
    ),
    (
        "downloads",
        "?scenario=downloads&step_ms=300",
        Act::RunUntil("progress[value='50']"),
    ),
    (
        "crowded",
        "?scenario=philosophers&seats=16&engine=model",
        Act::Run,
    ),
    (
        "recursion",
        "?scenario=recursion&engine=model&autorun=1&step=6",
        Act::Ended,
    ),
    (
        "compare",
        "?scenario=compare&workload=cpu&jobs=4&speed=5",
        Act::Run,
    ),
    ("tasks", "?scenario=async-semaphore&speed=10", Act::Run),
    (
        "wrong",
        "?threads=100&increments=x&guard=mutex&speed=0",
        Act::Nothing,
    ),
];

#[tokio::main]
async fn main() -> Result {
    let folder = std::env::args().nth(1).unwrap_or_else(|| ".".to_owned());
    let site = Site::serve("dist").await?;
    for (width, height) in [(1280, 720), (360, 740)] {
        for scheme in ["light", "dark"] {
            let browser = Browser::start_sized(width, height).await?;
            let media = json!({
                "features": [{"name": "prefers-color-scheme", "value": scheme}]
            });
            browser
                .devtools("Emulation.setEmulatedMedia", media)
                .await?;
            for (name, query, act) in VIEWS {
                let page = Page::open(browser.driver(), &format!("{}/{query}", site.url())).await?;
                match act {
                    Act::Nothing => {}
                    Act::Run => {
                        page.run().await?;
                    }
                    Act::Ended => {
                        page.ended().await?;
                    }
                    Act::RunUntil(selector) => {
                        page.click("Run").await?;
                        page.until("there is what is to be shown", async |page| {
                            page.has(selector).await
                        })
                        .await?;
                    }
                    Act::Explore => {
                        page.click("Explore").await?;
                        page.until("all was found", async |page| {
                            page.text("#exploration-summary").await.starts_with("All")
                        })
                        .await?;
                        page.click_on(".exploration summary").await?;
                    }
                }
                page.screenshot(&format!("{folder}/{name}-{width}-{scheme}.png"))
                    .await?;
            }
            browser.quit().await?;
        }
    }
    Ok(())
}
