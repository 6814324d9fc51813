//! Where there is no room for more than one pane: a tab for each.

use e2e::{Browser, Page, Result, Site};
use serde_json::json;
use thirtyfour::prelude::*;

/// Which of the panes are to be seen.
async fn panes(page: &Page) -> Vec<String> {
    let script = r#"
        const panes = [".listing", ".timeline", ".state-pane", ".details"];
        return panes.filter((pane) => document.querySelector(pane)?.checkVisibility());
    "#;
    let shown = page.driver().execute(script, vec![]).await;
    shown.and_then(|shown| shown.convert()).unwrap_or_default()
}

async fn shows(page: &Page, pane: &str) -> Result {
    page.until(&format!("{pane} is in front"), async |page| {
        panes(page).await == [pane]
    })
    .await
}

#[tokio::test]
async fn a_phone_has_a_tab_for_each_pane_and_the_verdict_stays() -> Result {
    let site = Site::serve("dist").await?;
    site.hide_worker();
    let browser = Browser::start_sized(360, 740).await?;
    let query = "?scenario=bank&engine=model";
    let page = Page::open(browser.driver(), &format!("{}/{query}", site.url())).await?;
    shows(&page, ".timeline").await?;
    page.click("State").await?;
    page.until("it is said that there is nothing yet", async |page| {
        page.text("p.hint[role=status]").await.contains("Press Run")
    })
    .await?;
    page.run().await?;
    shows(&page, ".timeline").await?;
    for (tab, pane) in [
        ("Program", ".listing"),
        ("State", ".state-pane"),
        ("Outcomes", ".details"),
        ("Run", ".timeline"),
    ] {
        page.click_on(&format!("#tab-{}", tab.to_lowercase()))
            .await?;
        shows(&page, pane).await?;
        let in_sight = r##"
            scrollTo(0, document.documentElement.scrollHeight);
            return [".actions .primary", "#verdict"].every((selector) => {
                const { top, bottom } = document.querySelector(selector).getBoundingClientRect();
                return top >= 0 && bottom <= innerHeight;
            }) && document.documentElement.scrollWidth <= innerWidth;
        "##;
        let in_sight = page.driver().execute(in_sight, vec![]).await?;
        assert_eq!(in_sight.json(), &json!(true), "{tab}");
    }
    // What a program is about stands before its text, and its name in the tab of the browser.
    page.click_on("#tab-program").await?;
    let about = r##"
        const top = (selector) => document.querySelector(selector).getBoundingClientRect().top;
        return top(".strip") < top(".about") && top(".about") < top(".listing") && document.title;
    "##;
    let about = page.driver().execute(about, vec![]).await?;
    let title = about.json().as_str().unwrap_or_default().to_owned();
    assert!(title.ends_with(" – Lockstep"), "{:?}", about.json());
    page.click_on("#tab-run").await?;
    // By the keyboard, as tabs are.
    let tab = page.driver().find(By::Id("tab-run")).await?;
    tab.send_keys(Key::Right + "").await?;
    shows(&page, ".state-pane").await?;
    let tab = page.driver().find(By::Id("tab-state")).await?;
    assert_eq!(tab.attr("aria-selected").await?.as_deref(), Some("true"));
    tab.send_keys(Key::Home + "").await?;
    shows(&page, ".listing").await?;
    // What is asked for comes to the front.
    page.click("Explore").await?;
    shows(&page, ".details").await?;
    browser.quit().await
}

#[tokio::test]
async fn what_may_come_of_a_run_has_room_at_320_pixels() -> Result {
    let site = Site::serve("dist").await?;
    site.hide_worker();
    let browser = Browser::start_sized(320, 700).await?;
    let query = "?scenario=counter&threads=2&increments=2&engine=model";
    let page = Page::open(browser.driver(), &format!("{}/{query}", site.url())).await?;
    page.run().await?;
    page.click("Explore").await?;
    page.until("all are found", async |page| page.has(".outcomes li").await)
        .await?;
    page.click_on("#tab-run").await?;
    shows(&page, ".timeline").await?;
    page.until("it is said what may come", async |page| {
        page.text(".fate").await.contains("From here")
    })
    .await?;
    let fits = "return document.documentElement.scrollWidth <= innerWidth";
    let fits = page.driver().execute(fits, vec![]).await?;
    assert_eq!(fits.json(), &json!(true));
    browser.quit().await
}
