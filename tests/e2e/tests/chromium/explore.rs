//! Every interleaving, asked for by clicking and by message.

use e2e::{Browser, Page, Result, Site, Visit};
use serde_json::json;

#[tokio::test]
async fn explore_shows_every_outcome_with_a_way_to_it() -> Result {
    let visit = Visit::to("?threads=2&increments=3&guard=none").await?;
    let page = &visit.page;
    page.click("Explore").await?;
    page.until("the search is complete", async |page| {
        page.text("#exploration-summary").await.starts_with("All")
    })
    .await?;
    let summary = page.text("#exploration-summary").await;
    assert!(summary.starts_with("All 924 interleavings"), "{summary}");
    // By count: 904 lose something, 20 do not.
    let right = page.text("[data-verdict=ok] .count").await;
    assert_eq!(right, "20 of 924");
    page.click_on("[data-verdict=violated] summary").await?;
    let first = page.text("[data-verdict=violated] ol li").await;
    assert!(first.contains("reads 0 from counter"), "{first}");
    // The race is told with its lines.
    let race = page.text("[data-kind=race]").await;
    assert!(race.contains("Worker-1") && race.contains("line"), "{race}");

    // With a lock, nothing goes wrong, and that was everything.
    page.choose("guard", "lock").await?;
    assert_eq!(page.text("#exploration-summary").await, "");
    page.click("Explore").await?;
    page.until("the search is complete", async |page| {
        page.text("#exploration-summary")
            .await
            .contains("none goes wrong")
    })
    .await?;
    assert_eq!(page.text("[data-verdict=violated]").await, "");

    // A run works as before.
    let ended = page.run().await?;
    assert_eq!(ended.verdict, "ok");
    visit.end().await
}

#[tokio::test]
async fn a_search_can_be_bounded_or_at_random() -> Result {
    let visit = Visit::to("?threads=2&increments=2&guard=none").await?;
    let page = &visit.page;
    for (choice, begins, ends) in [
        (
            "1",
            "All 8 interleavings with at most 1 preemption",
            "Those with more were not looked at.",
        ),
        (
            "random",
            "10,000 random executions, 70 of them different",
            "wrong.",
        ),
        ("all", "All 70 interleavings", "wrong."),
    ] {
        // It closes when something else is pressed.
        page.click_on(".search summary").await?;
        page.click_on(&format!("#search option[value='{choice}']"))
            .await?;
        page.click("Explore").await?;
        page.until("the search is over", async |page| {
            let summary = page.text("#exploration-summary").await;
            summary.starts_with(begins) && summary.contains(ends)
        })
        .await?;
    }
    visit.end().await
}

#[tokio::test]
async fn stop_ends_a_search_and_keeps_what_was_found() -> Result {
    let visit = Visit::to("?threads=6&increments=6&guard=none").await?;
    let page = &visit.page;
    page.click("Explore").await?;
    page.until("something was found", async |page| {
        page.text("#exploration-summary").await.contains("so far")
    })
    .await?;
    page.click("Stop").await?;
    let summary = page.text("#exploration-summary").await;
    assert!(summary.starts_with("Not complete"), "{summary}");
    assert_ne!(page.text("[data-verdict]").await, "");
    visit.end().await
}

#[tokio::test]
async fn a_program_that_is_too_long_is_refused_with_advice() -> Result {
    let visit = Visit::to("?threads=10&increments=100000").await?;
    let page = &visit.page;
    page.click("Explore").await?;
    page.until("it is told", async |page| {
        page.text("#exploration-summary")
            .await
            .contains("Choose smaller parameters")
    })
    .await?;
    visit.end().await
}

#[tokio::test]
async fn exploring_needs_no_shared_memory() -> Result {
    let site = Site::serve_bare("dist").await?;
    site.hide_worker();
    let browser = Browser::start().await?;
    let url = format!("{}/?threads=2&increments=2&guard=none", site.url());
    let page = Page::open(browser.driver(), &url).await?;
    let isolated = browser
        .driver()
        .execute("return crossOriginIsolated", vec![])
        .await?;
    assert_eq!(isolated.json(), &json!(false));
    page.click("Explore").await?;
    page.until("the search is complete", async |page| {
        page.text("#exploration-summary")
            .await
            .starts_with("All 70 interleavings")
    })
    .await?;
    browser.quit().await
}

#[tokio::test]
async fn explore_is_answered_with_outcomes_and_findings() -> Result {
    let visit = Visit::to("?threads=2&increments=1&guard=none").await?;
    let explored = visit.page.ask(json!({"type": "explore"})).await?;
    assert_eq!(
        (
            &explored["type"],
            &explored["interleavings"],
            &explored["complete"]
        ),
        (&json!("explored"), &json!(6), &json!(true))
    );
    // What an earlier version could be told is heard, and changes nothing.
    let same = json!({"type": "explore", "reduction": false});
    assert_eq!(
        visit.page.ask(same).await?["outcomes"],
        explored["outcomes"]
    );
    assert!(explored["executions"].as_u64() < Some(6));
    assert!(explored["states"].as_u64() > Some(0));
    for of_the_page in ["fates", "progress", "state_graph"] {
        assert!(explored.get(of_the_page).is_none(), "{explored}");
    }
    let lost = &explored["outcomes"][0];
    assert_eq!(
        (&lost["verdict"], &lost["count"]),
        (&json!("violated"), &json!(4))
    );
    assert_eq!(lost["facts"]["lost"], 1);
    let link = lost["link"].as_str().unwrap_or_default();
    let schedule = lost["schedule"].as_str().unwrap_or_default();
    assert!(
        link.contains("engine=model") && link.contains(schedule),
        "{link}"
    );
    assert!(!schedule.is_empty());
    // Two interleavings need no preemption, and neither loses anything.
    let calm = visit
        .page
        .ask(json!({"type": "explore", "preemptions": 0}))
        .await?;
    assert_eq!(
        (&calm["interleavings"], &calm["complete"], &calm["ended"]),
        (&json!(2), &json!(false), &json!(true))
    );
    let random = json!({"type": "explore", "seed": 3, "limit": 200});
    let random = visit.page.ask(random).await?;
    assert_eq!(
        (&random["executions"], &random["interleavings"]),
        (&json!(200), &json!(6))
    );
    visit.end().await
}

/// Sleeps may take any time, unless the reader keeps to the clock; the link says which.
#[tokio::test]
async fn the_clock_is_kept_if_the_reader_says_so() -> Result {
    let visit = Visit::to("?scenario=bank").await?;
    let page = &visit.page;
    let summary = async |wanted: &str| {
        page.click("Explore").await?;
        page.until("the search is over", async |page| {
            page.text("#exploration-summary").await == wanted
        })
        .await
    };
    summary(
        "All 12 interleavings: 3 different outcomes, 1 of them wrong. Sleeps may take any time.",
    )
    .await?;
    page.click_on(".search summary").await?;
    page.click_on("#clock").await?;
    assert!(page.query().await?.contains("clock=keep"));
    summary(
        "All 4 interleavings: all end the same way, and wrong. Sleeps keep to the clock: \
         on real threads more may happen, and races are told only where the times allow them.",
    )
    .await?;
    let free = page.ask(json!({"type": "explore", "clock": false})).await?;
    assert_eq!(free["interleavings"], 12);
    visit.end().await
}

/// Beside each thread that may go next stands what may still come.
#[tokio::test]
async fn fates_are_told_where_all_was_explored() -> Result {
    let visit = Visit::to("?threads=2&increments=1&guard=none").await?;
    let page = &visit.page;
    page.click("Explore").await?;
    page.until("the search is complete", async |page| {
        page.text("#exploration-summary").await.starts_with("All 6")
    })
    .await?;
    page.click_on("[data-verdict=violated] summary").await?;
    page.click_on("[data-verdict=violated] a").await?;
    page.until("the run is there", async |page| {
        page.text("#stepper-words").await.starts_with("Step 0")
    })
    .await?;
    // Two threads are started before there is anything to choose.
    page.click("Step").await?;
    page.click("Step").await?;
    page.until("either may go, and may go wrong", async |page| {
        page.text("[data-thread=Worker-1] .fate").await == "2 of 3 go wrong"
            && page.text("[data-thread=Worker-2] .fate").await == "2 of 3 go wrong"
    })
    .await?;
    page.click("Step").await?;
    page.click("Step").await?;
    page.until("both have read, and that is that", async |page| {
        page.text("[data-thread=Worker-1] .fate").await == "always goes wrong"
    })
    .await?;
    visit.end().await
}

/// What took seconds and was not complete, or never would have been.
#[tokio::test]
async fn programs_of_a_classrooms_size_are_explored_to_their_end() -> Result {
    let visit = Visit::to("?threads=3&increments=3&guard=none").await?;
    for (query, begins) in [
        (
            "?threads=3&increments=3&guard=none",
            "All 17,153,136 interleavings: 8",
        ),
        (
            "?threads=4&increments=2&guard=lock",
            "All 2,520 interleavings: none goes wrong",
        ),
    ] {
        let url = format!("{}/{query}", visit.site.url());
        let page = Page::open(visit.browser.driver(), &url).await?;
        page.click("Explore").await?;
        page.until("the search is complete", async |page| {
            page.text("#exploration-summary").await.starts_with(begins)
        })
        .await?;
    }
    visit.end().await
}

/// Notes the page's tasks of more than 50 ms.
const WATCH: &str = r#"
    window.longTasks = [];
    const note = (list) => {
        for (const { duration } of list) window.longTasks.push(duration);
    };
    window.watch = new PerformanceObserver((list) => note(list.getEntries()));
    window.watch.observe({ type: "longtask" });
"#;

/// Its worker has the whole memory that the page names, and the page is free meanwhile.
#[tokio::test]
async fn a_search_ends_at_its_limit_and_the_page_stays_free() -> Result {
    let visit = Visit::to("?threads=4&increments=3&guard=none").await?;
    let page = &visit.page;
    page.driver().execute(WATCH, vec![]).await?;
    page.click("Explore").await?;
    page.until("the search is over", async |page| {
        let summary = page.text("#exploration-summary").await;
        summary.starts_with("Not complete: the search ended at its limit, 1,000,000 states")
    })
    .await?;
    let tasks = "window.watch.takeRecords().forEach(({ duration }) => window.longTasks.push(duration)); \
                 return window.longTasks;";
    let tasks = page.driver().execute(tasks, vec![]).await?;
    assert_eq!(tasks.json(), &json!([]), "tasks of the page, in ms");
    visit.end().await
}
