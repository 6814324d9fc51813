//! The share dialog, as a person uses it.

use e2e::{Course, Page, Result, Sends, Visit};
use serde_json::json;
use thirtyfour::prelude::*;

/// What a field of the dialog says.
async fn field(page: &Page, form: &str) -> Result<String> {
    let field = By::Id(format!("share-{form}"));
    let value = page.driver().find(field).await?.prop("value").await?;
    Ok(value.unwrap_or_default())
}

async fn check(page: &Page, words: &str) -> Result {
    let label = By::XPath(format!("//dialog//label[normalize-space()='{words}']"));
    page.driver().find(label).await?.click().await?;
    Ok(())
}

#[tokio::test]
async fn a_run_is_shared_by_its_link_and_opens_at_the_same_step() -> Result {
    let visit = Visit::to("?threads=2&increments=2&engine=model").await?;
    let page = &visit.page;
    page.click("Run").await?;
    page.until("it can be stepped", async |page| {
        page.has("#stepper-words").await
    })
    .await?;
    page.click("End").await?;
    page.click("Back").await?;
    let step = page.text("#stepper-words").await;
    page.click("Share").await?;
    let link = field(page, "link").await?;
    assert!(
        link.contains("&schedule=") && link.contains("&step="),
        "{link}"
    );
    assert_eq!(
        field(page, "markdown").await?,
        format!("[The racing counter – Lockstep]({link})")
    );
    page.until("there is a code", async |page| page.has(".qr path").await)
        .await?;

    // The same without the run.
    check(page, "The scenario, as it is set").await?;
    let scenario = field(page, "link").await?;
    assert!(!scenario.contains("&schedule="), "{scenario}");
    // Keys are the dialog's own while it is open.
    page.press("r").await?;
    page.press("e").await?;
    assert_eq!(page.text("#stepper-words").await, step);
    page.press("\u{e00c}").await?;
    page.until("it is closed", async |page| !page.has("dialog").await)
        .await?;

    let page = Page::open(visit.browser.driver(), &link).await?;
    page.until("the run is there", async |page| {
        page.has("#stepper-words").await
    })
    .await?;
    assert_eq!(page.text("#stepper-words").await, step);
    visit.end().await
}

#[tokio::test]
async fn what_is_copied_is_what_is_shown_and_says_so() -> Result {
    let visit = Visit::to("?threads=3").await?;
    let page = &visit.page;
    let granted = json!({
        "origin": visit.site.url(),
        "permissions": ["clipboardReadWrite", "clipboardSanitizedWrite"]
    });
    visit
        .browser
        .devtools("Browser.grantPermissions", granted)
        .await?;
    page.click("Share").await?;
    for form in ["link", "preview", "markdown", "frame", "element"] {
        let button = format!("#share-{form} + button");
        assert_eq!(page.text(&button).await, "Copy");
        page.click_on(&button).await?;
        page.until("it says so", async |page| {
            page.text(&button).await == "Copied"
        })
        .await?;
        let read = "navigator.clipboard.readText().then(arguments[0])";
        let copied = page.driver().execute_async(read, vec![]).await?;
        assert_eq!(copied.json(), &json!(field(page, form).await?), "{form}");
    }
    visit.end().await
}

#[tokio::test]
async fn the_code_of_a_frame_puts_it_into_another_page_as_it_was_set() -> Result {
    let visit = Visit::to("?threads=3&increments=40&guard=lock").await?;
    let page = &visit.page;
    page.click("Share").await?;
    let height = page.driver().find(By::Id("frame-height")).await?;
    height.send_keys(Key::Control + "a").await?;
    height.send_keys("333").await?;
    page.click_on("#frame-theme option[value='dark'], #frame-theme option:nth-child(3)")
        .await?;
    check(page, "Run at once").await?;
    for (summary, choice) in [("Locked parameters", "guard"), ("Hidden parts", "lesson")] {
        let summary = By::XPath(format!("//dialog//summary[normalize-space()='{summary}']"));
        page.driver().find(summary).await?.click().await?;
        check(page, choice).await?;
    }
    let set = [
        "height=\"333\"",
        "theme=dark",
        "autorun=1",
        "locked=guard",
        "hide=lesson",
    ];
    page.until("the code is as it was set", async |page| {
        let code = field(page, "frame").await.unwrap_or_default();
        set.iter().all(|part| code.contains(part))
    })
    .await?;
    let (frame, element) = (field(page, "frame").await?, field(page, "element").await?);
    for code in [frame, element] {
        let course = Course::open(&visit.browser, &code, Sends::Nothing).await?;
        course.wait_for(0, "ready").await?;
        course
            .within(0, async |page| {
                let ended = page.ended().await?;
                assert_eq!(ended.facts["counter"], 120, "{code}");
                assert!(page.has("#param-guard[disabled]").await, "{code}");
                assert!(!page.has(".lesson").await, "{code}");
                let theme = "return document.documentElement.dataset.theme";
                let theme = page.driver().execute(theme, vec![]).await?;
                assert_eq!(theme.json(), "dark", "{code}");
                Ok(())
            })
            .await?;
    }
    visit.browser.quit().await
}
