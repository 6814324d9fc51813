//! Every state of the page, light and dark, by the rules that axe-core can check.

use e2e::{Browser, Page, Result, Site, VIEWS};

/// What is wrong with the page: the rule, and the first elements that break it.
const CHECK: &str = r#"
    const done = arguments[0];
    axe.run(document, { resultTypes: ["violations"] }).then(({ violations }) =>
        done(violations.map(({ id, nodes }) =>
            [id, ...nodes.slice(0, 3).map(({ target, any }) => `${target.join(" ")}: ${any[0]?.message ?? ""}`)])));
"#;

#[tokio::test]
async fn every_state_keeps_the_rules_for_all_readers() -> Result {
    let Ok(axe) = std::env::var("AXE") else {
        eprintln!("axe-core is not here, since npm is not: this is left out");
        return Ok(());
    };
    let axe = std::fs::read_to_string(axe)?;
    let site = Site::serve("dist").await?;
    site.hide_worker();
    let mut wrong = Vec::new();
    for (width, height) in [(1280, 720), (360, 740)] {
        let browser = Browser::start_sized(width, height).await?;
        for theme in ["light", "dark"] {
            browser.prefer(theme).await?;
            for (name, path, act) in VIEWS {
                let url = format!("{}/{path}", site.url());
                let page = Page::open_any(browser.driver(), &url).await?;
                page.act(act)
                    .await
                    .map_err(|error| format!("{name}: {error}"))?;
                page.driver().execute(&axe, vec![]).await?;
                let found = page.driver().execute_async(CHECK, vec![]).await?;
                for violation in found.json().as_array().into_iter().flatten() {
                    wrong.push(format!("{name}, {width} px, {theme}: {violation}"));
                }
            }
        }
        browser.quit().await?;
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
    Ok(())
}
