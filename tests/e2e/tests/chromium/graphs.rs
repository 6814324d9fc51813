//! The progress graph of two threads and the graph of states of more: read, pressed, and
//! walked through by keyboard.

use e2e::{Page, Result, Visit};
use thirtyfour::prelude::*;

/// The place at which both have read and neither has written.
const BOTH_HAVE_READ: &str = "Worker-1 after 1 step, Worker-2 after 1 step: always goes wrong";

async fn explored() -> Result<Visit> {
    drawn("?threads=2&increments=1&guard=none").await
}

/// Explores what a query opens, and waits for its graph.
async fn drawn(query: &str) -> Result<Visit> {
    let visit = Visit::to(query).await?;
    visit.page.click("Explore").await?;
    let drawn = async |page: &Page| page.has(".plot a").await;
    visit.page.until("the graph is drawn", drawn).await?;
    Ok(visit)
}

/// The schedule in the address.
async fn schedule(page: &Page) -> Result<Option<String>> {
    let query = page.query().await?;
    let mut parts = query.split('&');
    Ok(parts
        .find(|part| part.contains("schedule="))
        .map(str::to_owned))
}

async fn all(page: &Page, selector: &str) -> Result<Vec<WebElement>> {
    Ok(page.driver().find_all(By::Css(selector)).await?)
}

/// What is said of the place that has the focus.
async fn focused(page: &Page) -> Result<String> {
    let element = page.driver().active_element().await?;
    Ok(element.attr("aria-label").await?.unwrap_or_default())
}

/// Its axes name the steps by what stands in their lines, or else by these.
#[tokio::test]
async fn the_axes_name_the_steps() -> Result {
    for (hidden, name) in [
        ("", "step 1 of Worker-1: value = counter"),
        ("&hide=code", "step 1 of Worker-1: line 19"),
    ] {
        let query = format!("?scenario=counter&threads=2&increments=1{hidden}");
        let visit = Visit::to(&query).await?;
        let page = &visit.page;
        page.click("Explore").await?;
        page.until("there is a graph", async |page| {
            page.has(".progress-graph a").await
        })
        .await?;
        let axis = page
            .driver()
            .find(By::Css(".progress-graph th[scope=col]:nth-of-type(3)"));
        let title = axis.await?.attr("title").await?;
        assert_eq!(title.as_deref(), Some(name));
        visit.end().await?;
    }
    Ok(())
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

#[tokio::test]
async fn states_of_three_threads_tell_what_comes_and_lead_there() -> Result {
    let visit = drawn("?threads=3&increments=1&guard=none").await?;
    let page = &visit.page;
    // See tests/state_graph.rs; and counter may come to 1, 2 and 3.
    assert_eq!(all(page, ".state-graph a:not(.end)").await?.len(), 35);
    assert_eq!(all(page, ".state-graph a.end").await?.len(), 3);
    let start = "[aria-label^='After 3 steps, Worker-1, Worker-2 or Worker-3 may go: ']";
    assert_eq!(page.text(start).await, "93");
    assert_eq!(all(page, ".state-graph .who").await?.len(), 3);

    // The right end, and the whole way to it.
    page.click_on(".end[aria-label*='ok counter 3']").await?;
    page.until("the run is at its end", async |page| {
        page.has(".end.way[aria-current=step]").await
    })
    .await?;
    assert_eq!(page.verdict().await, "ok");
    let way = all(page, ".state-graph a.way").await?.len();
    assert_eq!(all(page, ".state-graph line.way").await?.len(), way - 1);

    // A state of its way is a step of this run.
    let run = schedule(page).await?;
    page.click_on(&format!("{start}.way")).await?;
    page.until("the run is at its third step", async |page| {
        page.text("#stepper-words").await.starts_with("Step 3 of ")
    })
    .await?;
    assert_eq!(schedule(page).await?, run);

    // The arrows walk along the columns and through them.
    let script = "document.querySelector(\".state-graph [tabindex='0']\").focus()";
    page.driver().execute(script, vec![]).await?;
    assert!(focused(page).await?.starts_with("After 3 steps, "));
    for (key, place) in [
        (Key::Right, "After 4 steps, "),
        (Key::Right, "After 5 steps, "),
        (Key::Left, "After 4 steps, "),
        (Key::Left, "After 3 steps, "),
        (Key::Left, "After 3 steps, "),
    ] {
        page.driver().active_element().await?.send_keys(key).await?;
        let place_now = focused(page).await?;
        assert!(place_now.starts_with(place), "{place_now}, not {place}");
    }
    visit.end().await
}
