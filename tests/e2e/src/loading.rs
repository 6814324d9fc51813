//! Files that cannot be loaded: it is said which, and when they are there again all works.

use serde_json::json;

use crate::{Browser, Page, Result, Site, Spoilt};

/// Files that a run needs: their ends, where they run, and whether one that is sent as
/// plain text is none. (Wasm is compiled from its bytes then.)
const FILES: [(&str, &str, bool); 5] = [
    ("worker.js", "workers", true),
    ("/workers-locks.js", "workers", true),
    ("/workers-locks_bg.wasm", "workers", false),
    ("/model-locks.js", "model", true),
    ("/model-locks_bg.wasm", "model", false),
];

/// Spoils each file in each way, and runs: it ends with an error that names the file, and
/// the next run, when it is there, works.
pub async fn what_cannot_be_loaded_is_named_and_the_next_run_works(browser: &Browser) -> Result {
    let site = Site::serve("dist").await?;
    site.hide_worker();
    let mut failures = Vec::new();
    for (file, engine, needs_type) in FILES {
        for how in [Spoilt::Failing, Spoilt::Mistyped, Spoilt::Cut, Spoilt::Gone] {
            if how == Spoilt::Mistyped && !needs_type {
                continue;
            }
            site.spoil(file, how);
            let query = format!("threads=2&increments=2&guard=lock&engine={engine}");
            let page = Page::open(browser.driver(), &format!("{}/?{query}", site.url())).await?;
            let failed = page.ask(json!({"type": "run"})).await?;
            let said = failed["message"].as_str().unwrap_or_default();
            let name = file.trim_start_matches('/');
            if failed["verdict"] != "error" || !said.contains(name) {
                failures.push(format!("{name}, {how:?}: {failed}"));
            }
            site.mend();
            let works = page.ask(json!({"type": "run"})).await?;
            if works["verdict"] != "ok" {
                failures.push(format!("{name}, after {how:?}: {works}"));
            }
        }
    }
    assert!(failures.is_empty(), "{}", failures.join("\n"));
    Ok(())
}

/// Ways to run, and the file that each waits for.
const STARTS: [(&str, &str, &str); 5] = [
    (
        "threads=2&increments=2&engine=workers",
        "/workers-locks_bg.wasm",
        "run",
    ),
    ("threads=2&increments=2&engine=workers", "/worker.js", "run"),
    (
        "threads=2&increments=2&engine=model",
        "/model-locks.js",
        "run",
    ),
    ("threads=2&increments=2", "/model-locks_bg.wasm", "explore"),
    ("scenario=gather", "/tasks-event_loop_bg.wasm", "run"),
];

/// Lets a minute pass at once.
const MINUTE: &str = r#"
    const { setTimeout } = window;
    window.setTimeout = (then, ms, ...rest) => setTimeout(then, ms === 60000 ? 2000 : ms, ...rest);
    const timeout = AbortSignal.timeout.bind(AbortSignal);
    AbortSignal.timeout = (ms) => timeout(ms === 60000 ? 2000 : ms);
    const now = performance.now.bind(performance);
    window.pass = () => { performance.now = () => now() + 61000; };
"#;

/// Shows what a query describes, without another page.
const ELSEWHERE: &str = r#"
    history.pushState(null, "", `?${arguments[0]}`);
    dispatchEvent(new PopStateEvent("popstate"));
"#;

/// A file that never comes: after a minute what waits for it ends, and the next works.
pub async fn what_never_comes_is_given_up() -> Result {
    let site = Site::serve("dist").await?;
    site.hide_worker();
    for (query, file, what) in STARTS {
        // What one page has waited for in vain a browser keeps from the next for a while.
        let browser = Browser::start().await?;
        // What is loaded before a minute can pass is of another chapter.
        let url = format!("{}/?scenario=event", site.url());
        let page = Page::open(browser.driver(), &url).await?;
        page.driver().execute(MINUTE, vec![]).await?;
        site.spoil(file, Spoilt::Kept);
        page.driver().execute(ELSEWHERE, vec![json!(query)]).await?;
        let pass = "setTimeout(window.pass, 300)";
        page.driver().execute(pass, vec![]).await?;
        let failed = page.ask(json!({"type": what})).await?;
        let said = failed["message"].as_str().unwrap_or_default();
        let is_told = said.contains("begun for a minute") || said.contains("could not be loaded");
        assert!(is_told, "{query}: {failed}");
        site.mend();
        // Chromium keeps who asks again waiting for the one that asked first, for 20 s.
        page.until(&format!("{query} works again"), async |page| {
            let works = page.ask(json!({"type": what})).await.unwrap_or_default();
            works["type"] != "error" && works["verdict"] != "error"
        })
        .await?;
        browser.quit().await?;
    }
    Ok(())
}

/// Files that are shown, and whether there is something to press for what was not there.
const SHOWN: [(&str, bool); 4] = [
    ("/counter.py", true),
    ("/lessons/counter.txt", true),
    ("/help/counter.txt", false),
    (".css", false),
];

/// What is read beside a run is told to be missing, comes when it is asked for again, and
/// holds up nothing.
pub async fn what_is_not_needed_to_run_holds_up_nothing(browser: &Browser) -> Result {
    let site = Site::serve("dist").await?;
    site.hide_worker();
    for (file, can_be_asked_for) in SHOWN {
        for how in [Spoilt::Failing, Spoilt::Cut, Spoilt::Gone, Spoilt::Kept] {
            if how == Spoilt::Kept && file == ".css" {
                // A page waits for its style.
                continue;
            }
            site.spoil(file, how);
            let query = "threads=2&increments=2&guard=lock";
            let page = Page::open(browser.driver(), &format!("{}/?{query}", site.url())).await?;
            if can_be_asked_for && how != Spoilt::Kept {
                page.until("what is missing is told", async |page| {
                    page.text(".listing").await.contains("could not be loaded")
                })
                .await?;
            }
            let ran = page.ask(json!({"type": "run"})).await?;
            assert_eq!(ran["verdict"], "ok", "{file}, {how:?}: {ran}");
            site.mend();
            if can_be_asked_for && how != Spoilt::Kept {
                page.click("Try again").await?;
                page.until(&format!("{file} is there, {how:?}"), async |page| {
                    page.text(".listing").await.contains("threading")
                })
                .await?;
            }
        }
    }
    for how in [Spoilt::Failing, Spoilt::Mistyped, Spoilt::Cut, Spoilt::Gone] {
        site.spoil("/qr.js", how);
        let page = Page::open(browser.driver(), &format!("{}/", site.url())).await?;
        page.click("Share").await?;
        page.until("the missing code is told", async |page| {
            page.text("dialog").await.contains("No QR code")
        })
        .await?;
        site.mend();
    }
    Ok(())
}
