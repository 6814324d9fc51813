//! The guide, from its first question to a scenario.

use e2e::{Result, Visit};
use thirtyfour::By;

#[tokio::test]
async fn two_questions_lead_to_an_answer_and_its_scenario() -> Result {
    let visit = Visit::to("?scenario=counter").await?;
    let page = &visit.page;
    page.click_on(".foot a[href='guide.html']").await?;
    let driver = page.driver();
    let shown = async |title: &str| -> Result<bool> {
        let mut titles = Vec::new();
        for element in driver.find_all(By::Css(".question h2")).await? {
            titles.push(element.text().await?);
        }
        // Others are there, and not shown, so that they have no text.
        titles.retain(|title| !title.is_empty());
        Ok(titles == [title])
    };
    let choose = async |text: &str| -> Result {
        let link = By::XPath(format!("//section//a[contains(., '{text}')]"));
        for element in driver.find_all(link).await? {
            if element.is_displayed().await? {
                element.click().await?;
                return Ok(());
            }
        }
        Err(format!("no choice {text}").into())
    };
    page.until("the first question is asked", async |_| {
        shown("What is your program slow at, or wrong about?")
            .await
            .unwrap_or(false)
    })
    .await?;
    choose("It shares").await?;
    assert!(shown("What must those who share agree on?").await?);
    choose("So many at a time").await?;
    assert!(shown("A Semaphore").await?);
    choose("Ten workers, three permits").await?;
    page.until("the scenario is there", async |page| {
        page.text("#title").await == "A few at a time"
    })
    .await?;
    visit.end().await
}
