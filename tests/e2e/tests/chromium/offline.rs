//! The service worker: isolation on hosts that send no headers, and the site without a
//! network.

use e2e::{Browser, Page, Result, Site, a_plain_host_is_enough, checkout};

#[tokio::test]
async fn a_plain_host_gets_isolated_pages_that_work_when_it_is_gone() -> Result {
    let browser = Browser::start().await?;
    a_plain_host_is_enough(&browser).await?;
    browser.quit().await
}

#[tokio::test]
async fn where_the_host_sends_the_headers_the_page_is_loaded_once() -> Result {
    let site = Site::serve("dist").await?;
    let browser = Browser::start().await?;
    let page = Page::open(
        browser.driver(),
        &format!("{}/?scenario=counter", site.url()),
    )
    .await?;
    page.kept().await?;
    assert_eq!(site.loads(), 1, "{:?}", site.answered());
    // What the worker keeps has the host's own headers, once each.
    let script = r#"
        const done = arguments[0];
        fetch("guide.html").then(({ headers }) => done([...headers]));
    "#;
    let headers = page.driver().execute_async(script, vec![]).await?;
    let headers = headers.json().to_string();
    assert!(
        headers.contains(r#"["cross-origin-opener-policy","same-origin"]"#),
        "{headers}"
    );
    browser.quit().await
}

#[tokio::test]
async fn a_page_that_stays_as_it_is_is_not_loaded_again_and_again() -> Result {
    // A worker that adds nothing, and so isolates nothing.
    let site = Site::serve_bare("dist").await?;
    site.replace_worker("addEventListener('install', () => skipWaiting());");
    let browser = Browser::start().await?;
    let page = Page::open(
        browser.driver(),
        &format!("{}/?scenario=counter", site.url()),
    )
    .await?;
    assert_eq!(page.text(".badge summary").await, "simulated here: why?");
    let explained = page.text(".badge .why").await;
    assert!(explained.is_empty(), "not before it is asked for");
    page.click_on(".badge summary").await?;
    let explained = page.text(".badge .why").await;
    assert!(
        explained.contains("two headers of their host"),
        "{explained}"
    );
    assert_eq!(site.loads(), 2);
    let ended = page.run().await?;
    assert_eq!(ended.facts["expected"], 1_000_000);
    for _ in 0..3 {
        let before = site.loads();
        Page::open(
            browser.driver(),
            &format!("{}/?scenario=counter", site.url()),
        )
        .await?;
        assert!(site.loads() <= before + 1);
    }
    browser.quit().await
}

#[tokio::test]
async fn a_new_version_is_offered_and_taken_when_the_reader_wants_it() -> Result {
    let site = Site::serve_bare("dist").await?;
    let browser = Browser::start().await?;
    let url = format!("{}/?threads=3", site.url());
    let page = Page::open(browser.driver(), &url).await?;
    page.kept().await?;
    assert!(!page.has(".update").await);

    // The same site with another version: what differs shows in its guide.
    let worker = std::fs::read_to_string(checkout().join("dist/sw.js"))?;
    let (version, rest) = worker.split_once("\"version\":\"").expect("a version");
    site.replace_worker(&format!("{version}\"version\":\"new-{rest}"));
    let page = Page::open(browser.driver(), &url).await?;
    page.until("the new version is offered", async |page| {
        page.text(".update")
            .await
            .starts_with("A new version of Lockstep is there.")
    })
    .await?;
    // Another tab has the old one, too.
    let first = page.driver().window().await?;
    let second = page.driver().new_tab().await?;
    page.driver().switch_to_window(second.clone()).await?;
    Page::open(browser.driver(), &format!("{}/?scenario=event", site.url())).await?;
    page.driver().switch_to_window(first).await?;
    // Nothing happens until it is taken, and what is shown stays.
    page.type_param("threads", "5").await?;
    page.click_on(".update button").await?;
    page.until("the new version is there", async |page| {
        page.has("#title").await && !page.has(".update").await
    })
    .await?;
    assert!(page.query().await?.contains("threads=5"));
    page.driver().switch_to_window(second).await?;
    assert_eq!(page.text("h1").await, "One signal for many");
    page.until("the other tab is told", async |page| {
        page.has(".update").await
    })
    .await?;
    page.click_on(".update button").await?;
    page.until("it has the new one", async |page| {
        page.has("#title").await && !page.has(".update").await
    })
    .await?;
    let script = "const done = arguments[0]; caches.keys().then(done)";
    page.until("what the old one kept is gone", async |page| {
        let caches = page.driver().execute_async(script, vec![]).await;
        caches.is_ok_and(|caches| {
            let caches = caches.json().as_array().cloned().unwrap_or_default();
            caches
                .iter()
                .all(|name| name.as_str().is_some_and(|name| name.contains(" new-")))
        })
    })
    .await?;
    browser.quit().await
}
