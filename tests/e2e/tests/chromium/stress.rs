//! Each primitive stressed in workers, by the same programs that stress it on
//! OS threads.

use e2e::{Browser, Page, Result, Site};

#[tokio::test]
async fn no_primitive_breaks_its_promise_in_workers() -> Result {
    let site = Site::serve("target/dist-selftest").await?;
    let browser = Browser::start().await?;
    let url = format!("{}/?scenario=selftest-stress", site.url());
    let page = Page::open(browser.driver(), &url).await?;
    let primitives = page.choices("primitive").await?;
    assert!(primitives.len() >= 10, "{primitives:?}");
    for primitive in primitives {
        page.choose("primitive", &primitive).await?;
        for (threads, rounds) in [("2", "20000"), ("6", "4000"), ("16", "500")] {
            page.type_param("threads", threads).await?;
            page.type_param("rounds", rounds).await?;
            let ended = page.run().await?;
            assert_eq!(ended.verdict, "ok", "{primitive}, {threads}: {ended:?}");
            assert!(ended.facts["done"] > 0);
        }
    }
    browser.quit().await
}
