//! The address and the form: what a link says, and what is wrong with it.

use e2e::{Result, Visit};

async fn field_value(visit: &Visit, name: &str) -> Result<String> {
    use thirtyfour::prelude::*;
    let field = visit
        .page
        .driver()
        .find(By::Id(format!("param-{name}")))
        .await?;
    Ok(field.prop("value").await?.unwrap_or_default())
}

#[tokio::test]
async fn the_address_follows_every_edit_and_a_reload_shows_the_same() -> Result {
    let visit = Visit::to("?scenario=counter").await?;
    visit.page.type_param("threads", "3").await?;
    visit.page.choose("guard", "lock").await?;
    let query = visit.page.query().await?;
    assert_eq!(
        query,
        "scenario=counter&threads=3&increments=100000&guard=lock"
    );
    visit.page.driver().refresh().await?;
    visit
        .page
        .until("the page is back", async |page| {
            !page.text("#title").await.is_empty()
        })
        .await?;
    assert_eq!(visit.page.query().await?, query);
    assert_eq!(field_value(&visit, "threads").await?, "3");
    assert_eq!(field_value(&visit, "guard").await?, "lock");
    visit.end().await
}

#[tokio::test]
async fn bad_values_in_a_link_get_a_notice_each_and_nothing_else_changes() -> Result {
    let visit = Visit::to("?threads=65&increments=&guard=mutex&speed=fast&colour=red").await?;
    let notices = visit.page.text(".notices").await;
    for wanted in [
        "threads: “65” is not a whole number from 1 to 64. The default, 10, is used.",
        "increments is empty: it must be a whole number from 1 to 10,000,000. The default, 100000, is used.",
        "guard: “mutex” is not one of none, lock, atomic. The default, none, is used.",
        "speed: “fast” is not a number from 0.1 to 100. The default, 1, is used.",
        "This scenario has no parameter “colour”; it is left out.",
    ] {
        assert!(notices.contains(wanted), "{wanted}\nnot in\n{notices}");
    }
    visit.end().await?;

    let visit = Visit::to("?threads=x&increments=7&guard=lock").await?;
    assert_eq!(field_value(&visit, "threads").await?, "10");
    assert_eq!(field_value(&visit, "increments").await?, "7");
    assert_eq!(field_value(&visit, "guard").await?, "lock");
    let ended = visit.page.run().await?;
    assert_eq!(ended.facts["counter"], 70);
    visit.end().await
}

#[tokio::test]
async fn a_bad_value_in_the_form_is_told_beside_its_field() -> Result {
    let visit = Visit::to("?guard=lock&increments=50").await?;
    // Of 2.5 the 2 was a value when it was typed, and stays.
    for (text, threads, wanted) in [
        (
            "0",
            10,
            "threads: “0” is not a whole number from 1 to 64. The default, 10, is used.",
        ),
        (
            "2.5",
            2,
            "threads: “2.5” is not a whole number from 1 to 64. 2 stays.",
        ),
        (
            "many",
            2,
            "threads: “many” is not a whole number from 1 to 64. 2 stays.",
        ),
        (
            "",
            2,
            "threads is empty: it must be a whole number from 1 to 64. 2 stays.",
        ),
    ] {
        visit.page.type_param("threads", text).await?;
        assert_eq!(visit.page.text("#param-threads-error").await, wanted);
        assert_eq!(
            visit.page.query().await?,
            format!("scenario=counter&threads={threads}&increments=50&guard=lock")
        );
        assert_eq!(
            field_value(&visit, "threads").await?,
            text,
            "what was typed stays"
        );
        assert_eq!(field_value(&visit, "increments").await?, "50");
    }
    let ended = visit.page.run().await?;
    assert_eq!(ended.facts["counter"], 100, "two threads");
    visit.page.type_param("threads", "2").await?;
    assert_eq!(visit.page.text("#param-threads-error").await, "");
    visit.page.click("Reset").await?;
    assert_eq!(field_value(&visit, "threads").await?, "10");
    assert_eq!(field_value(&visit, "guard").await?, "none");
    visit.end().await
}

#[tokio::test]
async fn markup_in_a_link_is_text() -> Result {
    let visit = Visit::to("?threads=%3Cimg%20src=x%20onerror=window.hurt=1%3E").await?;
    let notices = visit.page.text(".notices").await;
    assert!(
        notices.contains("<img src=x onerror=window.hurt=1>"),
        "{notices}"
    );
    let hurt = visit
        .page
        .driver()
        .execute(
            "return window.hurt ?? document.querySelectorAll('img').length",
            vec![],
        )
        .await?;
    assert_eq!(hurt.json().as_i64(), Some(0));
    visit.end().await
}
