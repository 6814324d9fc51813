//! A guess before the first run of a setting, and what became of it.

use e2e::{Page, Result, Visit};

async fn asks(page: &Page) -> bool {
    page.has(".predict button").await
}

#[tokio::test]
async fn a_guess_runs_and_is_held_against_what_came() -> Result {
    let query = "?scenario=counter&threads=2&increments=2&guard=lock";
    let visit = Visit::to(query).await?;
    let page = &visit.page;
    page.until("it asks", async |page| asks(page).await).await?;
    let words = page.text(".predict").await;
    assert!(
        words.contains("2 threads add 1 to counter, 2 times each"),
        "{words}"
    );
    page.click("less than 4").await?;
    page.ended().await?;
    page.until("it is told", async |page| {
        page.text(".predict").await == "You said: less than 4. It did not."
    })
    .await?;
    assert!(!asks(page).await);

    // It is not asked again, in this visit or another; another setting is.
    page.driver().refresh().await?;
    page.until("it can be run", async |page| {
        page.verdict().await == "ready"
    })
    .await?;
    page.type_param("threads", "3").await?;
    page.until("it asks", async |page| asks(page).await).await?;
    page.type_param("threads", "2").await?;
    page.until("it does not ask", async |page| !asks(page).await)
        .await?;

    // Run skips it.
    page.type_param("threads", "4").await?;
    page.until("it asks", async |page| asks(page).await).await?;
    page.run().await?;
    page.until("nothing is asked or told", async |page| {
        page.text(".predict").await.is_empty()
    })
    .await?;
    visit.end().await
}
