//! The progress graph of two threads: read, pressed, and walked through by keyboard.

use e2e::{Page, Result, Visit};
use thirtyfour::prelude::*;

/// The place at which both have read and neither has written.
const BOTH_HAVE_READ: &str = "Worker-1 after 1 step, Worker-2 after 1 step: always goes wrong";

async fn explored() -> Result<Visit> {
    let visit = Visit::to("?threads=2&increments=1&guard=none").await?;
    visit.page.click("Explore").await?;
    let drawn = async |page: &Page| page.has(".progress-graph a").await;
    visit.page.until("the graph is drawn", drawn).await?;
    Ok(visit)
}

async fn all(page: &Page, selector: &str) -> Result<Vec<WebElement>> {
    Ok(page.driver().find_all(By::Css(selector)).await?)
}

/// What is said of the place that has the focus.
async fn focused(page: &Page) -> Result<String> {
    let element = page.driver().active_element().await?;
    Ok(element.attr("aria-label").await?.unwrap_or_default())
}

#[tokio::test]
async fn the_places_tell_what_comes_and_lead_there() -> Result {
    let visit = explored().await?;
    let page = &visit.page;
    let places = all(page, ".progress-graph a").await?;
    assert_eq!(places.len(), 9);
    // Of six interleavings the two in which one ends before the other begins are right.
    let start = page.text("tr:nth-last-child(2) td:nth-child(2) a").await;
    assert_eq!(start, "67");
    let lost = format!("[aria-label='{BOTH_HAVE_READ}']");
    assert_eq!(page.text(&lost).await, "✕");

    page.click_on(&lost).await?;
    let current = format!("{lost}[aria-current=step].way");
    page.until("the run is there", async |page| page.has(&current).await)
        .await?;
    assert!(page.text("#stepper-words").await.starts_with("Step 4 of "));
    assert!(page.query().await?.contains("step=4"));
    // Its way goes from where nobody has begun to where both are done.
    assert_eq!(all(page, ".progress-graph .way").await?.len(), 5);

    // It goes on with the run, and each of its places leads to its step.
    page.click("Step").await?;
    page.until("the next place is marked", async |page| {
        !page.has(&current).await && page.has(".progress-graph .way[aria-current]").await
    })
    .await?;
    page.click_on(&lost).await?;
    page.until("it is the fourth step again", async |page| {
        page.text("#stepper-words").await.starts_with("Step 4 of ")
    })
    .await?;
    visit.end().await
}

#[tokio::test]
async fn the_arrows_walk_through_it_and_step_nothing() -> Result {
    let visit = explored().await?;
    let page = &visit.page;
    // One place of all can be come to by Tab.
    assert_eq!(all(page, ".progress-graph [tabindex='0']").await?.len(), 1);
    page.driver()
        .execute(
            "document.querySelector(\".progress-graph [tabindex='0']\").focus()",
            vec![],
        )
        .await?;
    let begin = focused(page).await?;
    assert!(
        begin.starts_with("Worker-1 after 0 steps, Worker-2 after 2 steps"),
        "{begin}"
    );
    for (key, place) in [
        (Key::Down, "Worker-1 after 0 steps, Worker-2 after 1 step:"),
        (Key::Right, BOTH_HAVE_READ),
        // There is nothing beyond the edge.
        (Key::Right, "Worker-1 after 2 steps, Worker-2 after 1 step:"),
        (Key::Right, "Worker-1 after 2 steps, Worker-2 after 1 step:"),
        (Key::Left, BOTH_HAVE_READ),
    ] {
        page.driver().active_element().await?.send_keys(key).await?;
        let place_now = focused(page).await?;
        assert!(place_now.starts_with(place), "{place_now}, not {place}");
    }
    page.driver()
        .active_element()
        .await?
        .send_keys(Key::Enter)
        .await?;
    page.until("the run is there", async |page| {
        page.text("#stepper-words").await.starts_with("Step 4 of ")
    })
    .await?;
    visit.end().await
}
