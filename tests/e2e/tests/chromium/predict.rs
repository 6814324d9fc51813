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

/// Each question of the others, a guess, and what the run says of it.
#[tokio::test]
async fn the_bank_and_the_barrier_ask_what_they_are_about() -> Result {
    for (query, asked, guess, told) in [
        (
            "?scenario=bank&engine=model&strategy=ordered",
            "transfer money between accounts",
            "threads wait for each other for ever",
            "You said: threads wait for each other for ever. It did not.",
        ),
        (
            "?scenario=bank&engine=model&seed=2",
            "transfer money between accounts",
            "threads wait for each other for ever",
            "You said: threads wait for each other for ever. It did, this time.",
        ),
        (
            "?scenario=barrier&engine=model",
            "with a barrier at the end of a round",
            "all wait for the slowest, in every round",
            "You said: all wait for the slowest, in every round. It did, this time.",
        ),
    ] {
        let visit = Visit::to(query).await?;
        let page = &visit.page;
        page.until("it asks", async |page| asks(page).await).await?;
        let words = page.text(".predict p").await;
        assert!(words.contains(asked), "{words}");
        page.click(guess).await?;
        page.ended().await?;
        page.until("it is told", async |page| {
            page.text(".predict").await.starts_with(told)
        })
        .await?;
        visit.end().await?;
    }
    Ok(())
}

/// A page around can hide what the question speaks of.
#[tokio::test]
async fn nothing_is_asked_of_parameters_that_are_hidden() -> Result {
    let visit = Visit::to("?scenario=counter&hide=parameters").await?;
    let page = &visit.page;
    page.run().await?;
    assert!(!asks(page).await);
    visit.end().await
}
