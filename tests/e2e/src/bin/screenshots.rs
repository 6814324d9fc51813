//! Takes pictures of the page, wide and narrow, light and dark, into a folder:
//! `cargo run -p e2e --bin screenshots -- FOLDER`. To be looked at by a person.

use e2e::{Browser, Page, Result, Site};

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
    /// Runs, and opens the share dialog.
    Share,
    /// Opens what is behind the badge.
    Why,
    /// Opens the gallery.
    Gallery,
}

/// What to show: a name, the query, and what to do.
const VIEWS: [(&str, &str, Act); 19] = [
    ("gallery", "", Act::Gallery),
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
        "share",
        "?threads=2&increments=2&engine=model&step=5",
        Act::Share,
    ),
    (
        "frame",
        "embed.html?scenario=bank&threads=2&pause_ms=50&autorun=1&locked=balances",
        Act::Ended,
    ),
    (
        "frame-steps",
        "embed.html?threads=2&increments=2&engine=model&autorun=1&hide=explore,engine,lesson,events",
        Act::Ended,
    ),
    ("why", "?threads=2&increments=2&engine=model", Act::Why),
    (
        "wrong",
        "?threads=100&increments=x&guard=mutex&speed=0",
        Act::Nothing,
    ),
];

/// Pages that are not the app.
const PAGES: [(&str, &str); 4] = [
    ("poster", "embed.html?scenario=bank"),
    ("guide", "guide.html"),
    ("teachers", "teachers.html"),
    ("hosting", "hosting.html"),
];

#[tokio::main]
async fn main() -> Result {
    let folder = std::env::args().nth(1).unwrap_or_else(|| ".".to_owned());
    let site = Site::serve("dist").await?;
    for (width, height) in [(1280, 720), (700, 900), (360, 740)] {
        for scheme in ["light", "dark"] {
            let browser = Browser::start_sized(width, height).await?;
            browser.prefer(scheme).await?;
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
                    Act::Share => {
                        page.run().await?;
                        page.click("Share").await?;
                        page.until("there is a code", async |page| page.has(".qr").await)
                            .await?;
                    }
                    Act::Gallery => {
                        page.click_on(".pick").await?;
                        page.until("it is open", async |page| page.has(".card").await)
                            .await?;
                    }
                    Act::Why => page.click_on(".badge summary").await?,
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
            for (name, path) in PAGES {
                let url = format!("{}/{path}", site.url());
                Page::open_any(browser.driver(), &url)
                    .await?
                    .screenshot(&format!("{folder}/{name}-{width}-{scheme}.png"))
                    .await?;
            }
            browser.quit().await?;
        }
    }
    Ok(())
}
