//! Takes pictures of the page, wide and narrow, light and dark, into a folder:
//! `cargo run -p e2e --bin screenshots -- FOLDER`. To be looked at by a person.

use e2e::{Browser, Page, Result, Site};
use serde_json::json;

/// What to show: a name, the query, and whether to run it.
const VIEWS: [(&str, &str, bool); 5] = [
    ("start", "", false),
    ("race", "?threads=10&increments=100000", true),
    ("lock", "?threads=4&increments=20000&guard=lock", true),
    ("crowd", "?threads=64&increments=2000&guard=lock", true),
    (
        "wrong",
        "?threads=100&increments=x&guard=mutex&speed=0",
        false,
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
            for (name, query, run) in VIEWS {
                let page = Page::open(browser.driver(), &format!("{}/{query}", site.url())).await?;
                if run {
                    page.run().await?;
                }
                page.screenshot(&format!("{folder}/{name}-{width}-{scheme}.png"))
                    .await?;
            }
            browser.quit().await?;
        }
    }
    Ok(())
}
