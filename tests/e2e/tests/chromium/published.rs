//! The page that is shared of a scenario takes its reader on to the scenario.

use e2e::{Result, Visit};

#[tokio::test]
async fn a_shared_page_opens_its_scenario_with_what_the_link_says() -> Result {
    // Which scenario it is, the page says, whatever the link does.
    let shared = "scenario/bank.html?threads=3&balances=5,6,7&scenario=counter&theme=dark";
    let visit = Visit::to(shared).await?;
    let page = &visit.page;
    assert_eq!(page.text("#title").await, "Bank transfers");
    let query = page.query().await?;
    for said in [
        "scenario=bank&",
        "threads=3&",
        "balances=5%2C6%2C7&",
        "theme=dark",
    ] {
        assert!(query.contains(said), "{query}");
    }
    assert_eq!(page.text(".notices").await, "");
    visit.end().await
}
