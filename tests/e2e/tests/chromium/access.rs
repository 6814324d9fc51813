//! Every state of the page, light and dark, by the rules that axe-core can check.

use std::collections::BTreeSet;

use e2e::{Browser, Page, Result, Site};

/// What is done before the page is looked at.
#[derive(Clone, Copy)]
enum Act {
    Nothing,
    Run,
    RunOnly,
    Explore,
    Share,
    Gallery,
    Keys,
    Wrong,
    Edit,
}

/// States of the page: a name, where, and what to do.
const STATES: [(&str, &str, Act); 19] = [
    ("ready", "", Act::Nothing),
    (
        "running",
        "?scenario=event&set_after_ms=60000",
        Act::RunOnly,
    ),
    ("race", "?threads=3&increments=100", Act::Run),
    ("stale", "?threads=3&increments=100", Act::Edit),
    ("deadlock", "?scenario=bank", Act::Run),
    ("stepping", "?scenario=bank&engine=model&step=6", Act::Run),
    ("outcomes", "?threads=2&increments=1", Act::Explore),
    ("tasks", "?scenario=gather&speed=50", Act::Run),
    ("compare", "?scenario=compare&job_ms=50", Act::Run),
    ("queue", "?scenario=producer-consumer&speed=50", Act::Run),
    ("wrong", "?threads=100&guard=mutex", Act::Wrong),
    ("share", "?threads=2&increments=1", Act::Share),
    ("gallery", "", Act::Gallery),
    ("keys", "", Act::Keys),
    (
        "player",
        "embed.html?threads=2&increments=1&autorun=1",
        Act::Nothing,
    ),
    ("poster", "embed.html?scenario=bank", Act::Nothing),
    ("guide", "guide.html", Act::Nothing),
    ("teachers", "teachers.html", Act::Nothing),
    ("hosting", "hosting.html", Act::Nothing),
];

/// What is wrong with the page: the rule, and the first elements that break it.
const CHECK: &str = r#"
    const done = arguments[0];
    axe.run(document, { resultTypes: ["violations"] }).then(({ violations }) =>
        done(violations.map(({ id, nodes }) =>
            [id, ...nodes.slice(0, 3).map(({ target, any }) => `${target.join(" ")}: ${any[0]?.message ?? ""}`)])));
"#;

async fn act(page: &Page, act: Act) -> Result {
    match act {
        Act::Nothing => {}
        Act::Run => {
            page.run().await?;
        }
        Act::RunOnly => {
            page.click("Run").await?;
            page.until("it runs", async |page| page.has(".state-pane").await)
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
        Act::Share => {
            page.click("Share").await?;
            page.until("there is a code", async |page| page.has(".qr").await)
                .await?;
        }
        Act::Gallery => page.open_gallery().await?,
        Act::Keys => {
            page.press("?").await?;
            page.until("they are shown", async |page| page.has(".keys").await)
                .await?;
        }
        Act::Wrong => page.type_param("threads", "x").await?,
        Act::Edit => {
            page.run().await?;
            page.type_param("threads", "4").await?;
        }
    }
    Ok(())
}

#[tokio::test]
async fn every_state_keeps_the_rules_for_all_readers() -> Result {
    let Ok(axe) = std::env::var("AXE") else {
        eprintln!("axe-core is not here, since npm is not: this is left out");
        return Ok(());
    };
    let axe = std::fs::read_to_string(axe)?;
    let site = Site::serve("dist").await?;
    site.hide_worker();
    let mut wrong = BTreeSet::new();
    for (width, height) in [(1280, 720), (360, 740)] {
        let browser = Browser::start_sized(width, height).await?;
        for theme in ["light", "dark"] {
            browser.prefer(theme).await?;
            for (name, path, what) in STATES {
                let url = format!("{}/{path}", site.url());
                let page = Page::open_any(browser.driver(), &url).await?;
                act(&page, what)
                    .await
                    .map_err(|error| format!("{name}: {error}"))?;
                page.driver().execute(&axe, vec![]).await?;
                let found = page.driver().execute_async(CHECK, vec![]).await?;
                let found = found.json().as_array().cloned().unwrap_or_default();
                for violation in found {
                    wrong.insert(format!("{name}, {width} px, {theme}: {violation}"));
                }
            }
        }
        browser.quit().await?;
    }
    let wrong: Vec<String> = wrong.into_iter().collect();
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
    Ok(())
}
