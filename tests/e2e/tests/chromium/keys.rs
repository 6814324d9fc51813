//! The page by its keys, and the lines that it names.

use e2e::{Page, Result, Visit};
use serde_json::json;

/// A key of another layout, with nothing in focus.
async fn press(page: &Page, key: &str, code: &str) -> Result {
    let script = "document.body.dispatchEvent(new KeyboardEvent('keydown', {
        key: arguments[0], code: arguments[1], bubbles: true, cancelable: true }))";
    let args = vec![json!(key), json!(code)];
    page.driver().execute(script, args).await?;
    Ok(())
}

async fn reaches(page: &Page, selector: &str, text: &str) -> Result {
    page.until(&format!("{selector} shows {text:?}"), async |page| {
        page.text(selector).await.contains(text)
    })
    .await
}

#[tokio::test]
async fn keys_step_and_change_the_speed_on_any_layout() -> Result {
    let visit = Visit::to("?threads=2&increments=2&engine=model&step=5").await?;
    let page = &visit.page;
    page.run().await?;
    page.click("End").await?;
    page.press("\u{e011}").await?;
    reaches(page, "#stepper-words", "Step 0 ").await?;
    page.press("..").await?;
    reaches(page, "#stepper-words", "Step 2 ").await?;
    page.press(",").await?;
    reaches(page, "#stepper-words", "Step 1 ").await?;
    page.press("+").await?;
    reaches(page, ".transport", "2×").await?;
    assert!(page.query().await?.contains("speed=2"));
    page.press("--").await?;
    reaches(page, ".transport", "0.5×").await?;
    // As a Cyrillic keyboard has E.
    press(page, "у", "KeyE").await?;
    reaches(page, "#exploration-summary", "All 70").await?;
    page.press("?").await?;
    for key in ["Ctrl + Enter", ", .", "− +", "half the speed"] {
        reaches(page, ".keys", key).await?;
    }
    visit.end().await
}

#[tokio::test]
async fn a_line_that_is_named_can_be_pressed() -> Result {
    let visit = Visit::to("").await?;
    let page = &visit.page;
    page.ended().await?;
    let line = page.text(".why [data-line]").await;
    page.click_on(".why [data-line]").await?;
    page.until("it is marked and in sight", async |page| {
        let number = page.text(".listing [data-named] .number").await;
        !number.is_empty() && line == format!("line {number}")
    })
    .await?;
    visit.end().await
}

#[tokio::test]
async fn the_course_goes_on_and_back_without_a_reload() -> Result {
    let visit = Visit::to("?scenario=counter").await?;
    let page = &visit.page;
    page.driver().execute("window.stays = true", vec![]).await?;
    page.click_on(".course [rel=next]").await?;
    reaches(page, "#title", "A lock inside itself").await?;
    page.click_on(".course [rel=previous]").await?;
    reaches(page, "#title", "counter").await?;
    page.open_gallery().await?;
    page.click_on(".around a:last-child").await?;
    reaches(page, "#title", "A lock inside itself").await?;
    let stays = page.driver().execute("return window.stays", vec![]).await?;
    assert_eq!(stays.json(), &json!(true));
    visit.end().await
}
