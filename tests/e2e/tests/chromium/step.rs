//! A run on the model: stepped forwards and backwards, opened from a link, and without
//! shared memory.

use e2e::{Browser, Page, Result, Site, Visit};
use serde_json::json;

#[tokio::test]
async fn the_model_is_stepped_to_and_fro_and_the_address_follows() -> Result {
    let visit = Visit::to("?threads=2&increments=2&guard=none").await?;
    let page = &visit.page;
    page.click_on("#engine option[value=model]").await?;
    let ended = page.run().await?;
    let counter = ended.facts["counter"];
    page.click("End").await?;
    let words = page.text("#stepper-words").await;
    let steps = words.rsplit(' ').next().unwrap_or_default().to_owned();
    assert_eq!(words, format!("Step {steps} of {steps}"));
    assert_eq!(
        page.text("[data-stepped=counter]").await,
        counter.to_string()
    );

    page.click("Start").await?;
    assert_eq!(
        page.text("#stepper-words").await,
        format!("Step 0 of {steps}")
    );
    assert_eq!(page.text("[data-stepped=counter]").await, "0");
    // Until the first write.
    page.until("something was written", async |page| {
        page.click("Step").await.is_ok() && page.text(".current").await.contains("writes 1")
    })
    .await?;
    assert_eq!(page.text("[data-stepped=counter]").await, "1");
    page.click("Back").await?;
    assert_ne!(page.text("[data-stepped=counter]").await, "1");
    let query = page.query().await?;
    assert!(
        query.contains("engine=model") && query.contains("step="),
        "{query}"
    );

    // The address shows the same again.
    let shown = page.text(".current").await;
    let again = format!("{}/?{query}&autorun=1", visit.site.url());
    let again = Page::open(visit.browser.driver(), &again).await?;
    again.ended().await?;
    assert_eq!(again.text(".current").await, shown);
    visit.end().await
}

#[tokio::test]
async fn a_run_on_the_model_plays_and_pauses() -> Result {
    let query = "?threads=2&increments=2&guard=none&engine=model&speed=20";
    let visit = Visit::to(query).await?;
    let page = &visit.page;
    page.run().await?;
    page.until("it has played to its end", async |page| {
        let words = page.text("#stepper-words").await;
        let numbers: Vec<_> = words
            .split(' ')
            .filter(|w| w.parse::<u32>().is_ok())
            .collect();
        matches!(numbers[..], [at, last] if at == last)
    })
    .await?;
    let query = page.query().await?;
    assert!(query.contains("step="), "the address follows: {query}");

    // Slowly, so that it can be caught.
    let slow = "?threads=2&increments=40&guard=none&engine=model&speed=0.5";
    let url = format!("{}/{slow}", visit.site.url());
    let page = Page::open(visit.browser.driver(), &url).await?;
    page.run().await?;
    page.until("it plays", async |page| {
        page.text("#stepper-words").await.starts_with("Step 2")
    })
    .await?;
    page.press(" ").await?;
    page.until("it pauses", async |page| {
        page.query().await.is_ok_and(|q| q.contains("step="))
    })
    .await?;
    assert_eq!(page.text(".transport button:nth-child(3)").await, "Play");
    visit.end().await
}

#[tokio::test]
async fn the_reader_decides_who_goes_next() -> Result {
    let visit = Visit::to("?threads=2&increments=1&guard=none&engine=model&speed=100").await?;
    let page = &visit.page;
    page.run().await?;
    page.click("Start").await?;
    // Whoever is let go reads, then the other; both write what they read.
    for worker in ["Worker-1", "Worker-2", "Worker-2", "Worker-1"] {
        let button = format!("[data-thread={worker}] button.quiet");
        page.until("it may go", async |page| {
            if page.has(&button).await {
                return true;
            }
            // Main starts and joins them: nobody else can.
            let main = "[data-thread=main] button.quiet";
            if page.has(main).await {
                let _ = page.click_on(main).await;
            }
            false
        })
        .await?;
        page.click_on(&button).await?;
        page.until("it went", async |page| {
            page.text(".current").await.starts_with(worker)
        })
        .await?;
    }
    assert_eq!(page.read("Figures", "[data-fact=lost]").await, "1");
    let query = page.query().await?;
    assert!(query.contains("schedule="), "{query}");

    // The address shows the same, at the same step.
    let shown = page.read("Steps", ".current").await;
    let url = format!("{}/?{query}", visit.site.url());
    let again = Page::open(visit.browser.driver(), &url).await?;
    again.ended().await?;
    assert_eq!(again.text(".current").await, shown);
    assert_eq!(again.read("Figures", "[data-fact=lost]").await, "1");
    visit.end().await
}

#[tokio::test]
async fn each_outcome_and_finding_opens_from_its_link() -> Result {
    let visit = Visit::to("?threads=2&increments=2&guard=none").await?;
    let explored = visit.page.ask(json!({"type": "explore"})).await?;
    let outcomes = explored["outcomes"].as_array().cloned().unwrap_or_default();
    assert_eq!(outcomes.len(), 3);
    for outcome in outcomes {
        let link = outcome["link"].as_str().unwrap_or_default();
        let url = format!("{}/{link}", visit.site.url());
        let page = Page::open(visit.browser.driver(), &url).await?;
        let ended = page.ended().await?;
        assert_eq!(json!(ended.verdict), outcome["verdict"]);
        for (name, value) in &ended.facts {
            assert_eq!(json!(value), outcome["facts"][name], "{link}");
        }
        // Whatever the link says of the engine, what ran is named.
        let state = page.ask(json!({"type": "get"})).await?;
        assert_eq!(state["engine"], "model");
        let told = outcome["steps"].as_array().map_or(0, Vec::len);
        assert!(state["steps"].as_u64() >= Some(told as u64));
    }
    let findings = explored["findings"].as_array().cloned().unwrap_or_default();
    assert!(!findings.is_empty());
    for finding in findings {
        let link = finding["link"].as_str().unwrap_or_default();
        let url = format!("{}/{link}", visit.site.url());
        let page = Page::open(visit.browser.driver(), &url).await?;
        page.ended().await?;
        let state = page.ask(json!({"type": "get"})).await?;
        // The run goes on to its end from there.
        assert!(state["steps"].as_u64() >= finding["steps"].as_u64());
    }
    visit.end().await
}

#[tokio::test]
async fn a_page_without_shared_memory_runs_the_model_and_says_so() -> Result {
    let site = Site::serve_bare("dist").await?;
    site.hide_worker();
    let browser = Browser::start().await?;
    let url = format!("{}/?threads=3&increments=4&guard=lock", site.url());
    let page = Page::open(browser.driver(), &url).await?;
    assert_eq!(page.text(".badge summary").await, "simulated here: why?");
    let ended = page.run().await?;
    assert_eq!((ended.verdict.as_str(), ended.facts["counter"]), ("ok", 12));
    let pong = page.ask(json!({"type": "ping"})).await?;
    assert_eq!(
        (&pong["isolated"], &pong["engines"]),
        (&json!(false), &json!(["model", "tasks"]))
    );

    // Millions of steps are only counted.
    page.type_param("increments", "200000").await?;
    let ended = page.run().await?;
    assert_eq!(ended.facts["counter"], 600_000);
    assert!(
        page.text("#stepper-words")
            .await
            .contains("too many to step through")
    );
    browser.quit().await
}

#[tokio::test]
async fn a_damaged_schedule_is_told_and_something_is_shown() -> Result {
    let visit = Visit::to("?threads=3&increments=2&engine=model&schedule=AQID_w").await?;
    let ended = visit.page.ended().await?;
    assert_eq!(ended.facts["expected"], 6);
    let notice = visit.page.text(".notices").await;
    assert!(notice.contains("does not fit this scenario"), "{notice}");
    visit.end().await
}

#[tokio::test]
async fn random_programs_replay_in_the_browser() -> Result {
    let site = Site::serve("target/dist-selftest").await?;
    let browser = Browser::start().await?;
    Page::open(
        browser.driver(),
        &format!("{}/?scenario=counter", site.url()),
    )
    .await?;
    let script = "const [done] = arguments;
        import(`${location.origin}/${document.documentElement.dataset.engines}/model-classics.js`)
            .then(async (model) => {
                await model.default();
                done(Array.from(model.programs_that_do_not_replay(500)));
            })
            .catch((error) => done(String(error)));";
    let failed = browser.driver().execute_async(script, vec![]).await?;
    assert_eq!(failed.json(), &json!([]));
    browser.quit().await
}

#[tokio::test]
async fn what_may_still_come_is_a_band_and_the_step_that_decided_is_found() -> Result {
    let visit = Visit::to("?threads=2&increments=2&guard=none").await?;
    let page = &visit.page;
    page.click("Explore").await?;
    page.until("all is explored", async |page| {
        page.text("#exploration-summary")
            .await
            .starts_with("All 70")
    })
    .await?;
    page.click_on(".outcomes summary").await?;
    let why = page.text(".outcomes [open] .why").await;
    assert!(why.contains("what Worker-1 did is lost"), "{why}");
    // The list leaves out starts and joins, and numbers the others as the run does.
    let numbered = "return document.querySelector('.outcomes [open] .decisive').value";
    let numbered = page.driver().execute(numbered, vec![]).await?;
    let numbered = numbered.json().as_u64();
    page.click_on(".outcomes [open] a").await?;
    page.ended().await?;
    page.click("Start").await?;
    let share = page.text(".fate .where").await;
    assert_eq!(share, "From here 91 % of all interleavings go wrong.");
    // The reason names the step at which the old value was read.
    assert_eq!(page.text(".outcome .why").await, format!("{why} Show it"));
    // Main starts the second thread, and nobody asks whether the first may go before.
    page.click("Step").await?;
    let unasked = page.text(".who .note").await;
    assert!(unasked.starts_with("main goes next"), "{unasked}");
    page.click("Show it").await?;
    assert!(page.text(".current").await.contains("reads 0"), "{why}");
    let decided = page.text(".fate .link").await;
    let step: usize = decided.trim_start_matches("Decided with step ").parse()?;
    assert_eq!(numbered, Some(step as u64));
    page.click(&decided).await?;
    let shown = page.text("#stepper-words").await;
    assert!(shown.starts_with(&format!("Step {step} of ")), "{shown}");
    let always = "From here it goes wrong, whoever goes next.";
    assert_eq!(page.text(".fate .where").await, always);
    page.click("Back").await?;
    assert_ne!(page.text(".fate .where").await, always);
    visit.end().await
}
