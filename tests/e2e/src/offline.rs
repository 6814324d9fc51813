//! The site without headers, and without a network.

use serde_json::json;

use crate::{Browser, Page, Result, Site};

/// Sees that the site, on a host that sends no headers, is isolated by its service worker,
/// and works when the host is gone.
pub async fn a_plain_host_is_enough(browser: &Browser) -> Result {
    let mut site = Site::serve_bare("dist").await?;
    let url = format!("{}/?threads=4&increments=1000&guard=lock", site.url());
    let page = Page::open(browser.driver(), &url).await?;
    assert_eq!(
        site.loads(),
        2,
        "once more, so that the worker can add its headers"
    );
    assert_eq!(page.text(".badge summary").await, "5 real threads");
    let ended = page.run().await?;
    assert_eq!(
        (ended.verdict.as_str(), ended.facts["counter"]),
        ("ok", 4000)
    );
    page.kept().await?;
    // Names that every object of a script has are no files of the site.
    let ask = "const done = arguments[0]; \
        Promise.all(['constructor', 'toString', '__proto__'].map(async (name) => \
        (await fetch(name)).status)).then(done);";
    let statuses = page.driver().execute_async(ask, vec![]).await?;
    assert_eq!(statuses.json(), &json!([404, 404, 404]));

    site.close().await?;
    // Another scenario of another chapter, whose modules nobody has asked for yet.
    let url = format!(
        "{}/?scenario=philosophers&strategy=ordered&pause_ms=1",
        site.url()
    );
    let page = Page::open(browser.driver(), &url).await?;
    let result = page.ask(json!({"type": "run"})).await?;
    assert_eq!(result["verdict"], "ok");
    assert_eq!(result["engine"], "workers");
    page.until("its listing is there", async |page| {
        page.has(".listing li").await
    })
    .await?;
    let explore = json!({"type": "explore", "limit": 50});
    assert!(page.ask(explore).await?["executions"].as_u64() > Some(0));
    let url = format!("{}/?scenario=gather&speed=100", site.url());
    let page = Page::open(browser.driver(), &url).await?;
    let result = page.ask(json!({"type": "run"})).await?;
    assert_eq!(result["engine"], "tasks");
    // And the pages beside it, by the address that a host may have for them.
    let guide = Page::open_any(browser.driver(), &format!("{}/guide.html", site.url())).await?;
    assert_eq!(guide.text("h1").await, "Thread, process or task?");
    // What a program itself asks for is asked of the network.
    let url = format!("{}/?scenario=scrape&pages=2", site.url());
    let page = Page::open(browser.driver(), &url).await?;
    let result = page.ask(json!({"type": "run"})).await?;
    assert_eq!(result["facts"]["errors"], 2, "{result}");
    Ok(())
}
