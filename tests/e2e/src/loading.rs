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
