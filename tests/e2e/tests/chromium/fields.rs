//! What a parameter's field does with what is half typed, and the way out of a search that is
//! too large.

use e2e::{Page, Result, Visit};
use thirtyfour::prelude::*;

async fn value(page: &Page, name: &str) -> String {
    let field = page.driver().find(By::Id(format!("param-{name}"))).await;
    match field {
        Ok(field) => field.prop("value").await.ok().flatten().unwrap_or_default(),
        Err(_) => String::new(),
    }
}

#[tokio::test]
async fn what_is_half_typed_is_in_force_nowhere_and_the_last_good_value_comes_back() -> Result {
    let visit = Visit::to("?threads=5&increments=2&engine=model").await?;
    let page = &visit.page;
    for wrong in ["-", "", "1e3", "65"] {
        page.type_param("threads", wrong).await?;
        let kept = match wrong {
            // On the way there it is one that is good.
            "1e3" => "1",
            "65" => "6",
            _ => "5",
        };
        page.until("it is said what is in force", async |page| {
            let error = page.text(".field .error").await;
            error.contains(&format!("{kept} stays"))
        })
        .await?;
        let field = page.driver().find(By::Id("param-threads")).await?;
        field.send_keys(Key::Enter + "").await?;
        assert_eq!(page.verdict().await, "ready", "nothing runs with {wrong:?}");
        field.send_keys(Key::Escape + "").await?;
        page.until("Esc puts it back", async |page| {
            value(page, "threads").await == kept && page.text(".field .error").await.is_empty()
        })
        .await?;
        assert!(page.query().await?.contains(&format!("threads={kept}&")));
        page.type_param("threads", "5").await?;
    }

    page.type_param("threads", "x").await?;
    page.driver()
        .find(By::Id("param-increments"))
        .await?
        .click()
        .await?;
    page.until("so does leaving it", async |page| {
        value(page, "threads").await == "5"
    })
    .await?;
    page.type_param("threads", "64").await?;
    let field = page.driver().find(By::Id("param-threads")).await?;
    field.send_keys(Key::Enter + "").await?;
    page.ended().await?;
    assert!(page.query().await?.contains("threads=64&"));
    visit.end().await
}

#[tokio::test]
async fn a_search_that_is_too_large_offers_one_that_is_not() -> Result {
    let visit = Visit::to("?threads=10&increments=1000&engine=model").await?;
    let page = &visit.page;
    page.click("Explore").await?;
    page.click("Explore threads 2, increments 2 instead")
        .await?;
    page.until("all of it is found", async |page| {
        page.text("#exploration-summary")
            .await
            .starts_with("All 70 interleavings")
    })
    .await?;
    assert!(page.query().await?.contains("threads=2&increments=2"));
    assert!(
        !page
            .has_button("Explore threads 1, increments 1 instead")
            .await
    );
    visit.end().await
}
