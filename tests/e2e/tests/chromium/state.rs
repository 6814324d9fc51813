//! What threads share, as it is shown while they run and after each step.

use e2e::{Page, Result, Visit};

/// What a primitive shows: its state, and who waits; not what it was before.
async fn primitive(page: &Page, name: &str) -> String {
    let script = "const state = document
            .querySelector(`[data-primitive='${arguments[0]}'] .state`)?.cloneNode(true);
        state?.querySelectorAll('.was, .items').forEach((part) => part.remove());
        return state?.textContent ?? '';";
    let args = vec![serde_json::json!(name)];
    let text = page.driver().execute(script, args).await;
    let text: String = text.and_then(|text| text.convert()).unwrap_or_default();
    text.split_whitespace().collect::<Vec<_>>().join(" ")
}

/// The states that a primitive shows from the beginning of a run on the model to its
/// end.
async fn stepped(page: &Page, name: &str) -> Result<Vec<String>> {
    page.click("Start").await?;
    let words = page.text("#stepper-words").await;
    let last: usize = words.rsplit(' ').next().unwrap_or_default().parse()?;
    let mut states = vec![primitive(page, name).await];
    for _ in 0..last {
        page.click("Step").await?;
        states.push(primitive(page, name).await);
    }
    states.dedup();
    Ok(states)
}

#[tokio::test]
async fn a_semaphore_is_seen_while_it_is_waited_for() -> Result {
    let query = "?scenario=semaphore&workers=5&permits=2&hold_ms=60000&speed=1";
    let visit = Visit::to(query).await?;
    let page = &visit.page;
    page.click("Run").await?;
    page.until("two are inside and three wait", async |page| {
        let state = primitive(page, "semaphore").await;
        state.starts_with("0 of 2 permits left") && state.matches("Worker-").count() == 3
    })
    .await?;
    assert_eq!(page.verdict().await, "running");
    assert_eq!(page.text("[data-cell=inside]").await, "2");
    page.click("Stop").await?;
    page.ended().await?;

    // The same faster, to its end.
    page.type_param("hold_ms", "1").await?;
    page.run().await?;
    page.until("all permits are back", async |page| {
        primitive(page, "semaphore").await == "2 of 2 permits left"
    })
    .await?;
    visit.end().await
}

#[tokio::test]
async fn a_deadlock_still_shows_who_holds_and_who_waits() -> Result {
    let visit = Visit::to("?scenario=bank&pause_ms=1000").await?;
    let page = &visit.page;
    let ended = page.run().await?;
    assert_eq!(ended.verdict, "deadlock");
    assert_eq!(
        primitive(page, "locks[0]").await,
        "held by Worker-0 waits: Worker-1"
    );
    assert_eq!(
        primitive(page, "locks[1]").await,
        "held by Worker-1 waits: Worker-0"
    );
    assert_eq!(primitive(page, "bank_lock").await, "free");
    visit.end().await
}

#[tokio::test]
async fn the_bank_is_stepped_and_holder_and_waiter_change() -> Result {
    let query = "?scenario=bank&strategy=coarse&pattern=one-way&engine=model&speed=100";
    let visit = Visit::to(query).await?;
    let page = &visit.page;
    page.run().await?;
    let states = stepped(page, "bank_lock").await?;
    assert_eq!(states.first().map(String::as_str), Some("free"));
    assert_eq!(states.last().map(String::as_str), Some("free"));
    for worker in ["Worker-0", "Worker-1"] {
        let held = format!("held by {worker}");
        assert!(states.iter().any(|s| s.starts_with(&held)), "{states:?}");
    }
    // The pause is in the lock, so that the other comes to it.
    assert!(
        states.iter().any(|s| s.contains("waits: Worker-")),
        "{states:?}"
    );
    assert_eq!(page.text("[data-stepped='balances[0]']").await, "0");
    page.click("Start").await?;
    assert_eq!(page.text("[data-stepped='balances[0]']").await, "100");

    // A lock that is taken again and again.
    let url = format!(
        "{}/?scenario=recursion&depth=2&engine=model&speed=100",
        visit.site.url()
    );
    let page = Page::open(visit.browser.driver(), &url).await?;
    page.run().await?;
    let states = stepped(&page, "lock").await?;
    assert_eq!(
        states,
        [
            "free",
            "held by Worker-1",
            "held by Worker-1, 2 deep",
            "held by Worker-1, 3 deep",
            "held by Worker-1, 2 deep",
            "held by Worker-1",
            "free",
        ]
    );
    visit.end().await
}

#[tokio::test]
async fn a_step_says_what_it_changed_and_what_a_thread_has_read() -> Result {
    let visit = Visit::to("?threads=2&increments=2&engine=model").await?;
    let page = &visit.page;
    page.run().await?;
    page.click("Start").await?;
    let (mut changed, mut read) = (false, false);
    for _ in 0..13 {
        page.click("Step").await?;
        changed |= page.text(".things .changed .was").await == "was 0";
        page.until("the script has followed", async |page| {
            let steps = page.text("#stepper-words").await;
            let script = "return document.querySelector('.state-pane').dataset.follows";
            let shown = page.driver().execute(script, vec![]).await;
            shown.is_ok_and(|shown| {
                let at = shown.json().as_str().unwrap_or_default().to_owned();
                steps.starts_with(&format!("Step {at} "))
            })
        })
        .await?;
        read |= page
            .text(".positions .local")
            .await
            .starts_with("read value = ");
    }
    assert!(changed && read, "changed: {changed}, read: {read}");
    visit.end().await
}

#[tokio::test]
async fn a_pool_shows_its_tasks_in_their_order() -> Result {
    let visit = Visit::to("?scenario=thread-pool&tasks=3&workers=1&engine=model").await?;
    let page = &visit.page;
    page.run().await?;
    page.click("Start").await?;
    page.until("two wait in their order", async |page| {
        let script = "return [...document.querySelectorAll('[data-primitive=pool] .item')]
            .map((item) => item.title)";
        let items = page.driver().execute(script, vec![]).await;
        let items: Vec<String> = items.and_then(|items| items.convert()).unwrap_or_default();
        // The first may be out already.
        items.ends_with(&["item 2 of main".to_owned(), "item 3 of main".to_owned()]) || {
            let _ = page.click("Step").await;
            false
        }
    })
    .await?;
    visit.end().await
}

#[tokio::test]
async fn the_wait_for_graph_is_drawn_and_told_while_somebody_waits() -> Result {
    let visit = Visit::to("?scenario=bank&pause_ms=1000").await?;
    let page = &visit.page;
    page.run().await?;
    page.until("the cycle is told", async |page| {
        page.text(".wait-for figcaption").await
            == "A cycle: Worker-1 waits for locks[0], which Worker-0 holds; \
                Worker-0 waits for locks[1], which Worker-1 holds."
    })
    .await?;
    let drawn = "return ['.thread', '.thing', '.cycle .waits', '.cycle .held']
        .map((part) => document.querySelectorAll(`.wait-for ${part}`).length)";
    let drawn = page.driver().execute(drawn, vec![]).await?;
    assert_eq!(drawn.json(), &serde_json::json!([2, 2, 2, 2]));

    page.click_on("#engine option[value=model]").await?;
    page.type_param("pause_ms", "0").await?;
    page.run().await?;
    page.click("Start").await?;
    page.until("nobody waits", async |page| !page.has(".wait-for").await)
        .await?;
    visit.end().await
}

#[tokio::test]
async fn bars_move_while_files_come_on_both_engines() -> Result {
    let value = r#"
        const bars = [...document.querySelectorAll(".things progress")];
        return bars.map((bar) => [bar.value, bar.max, bar.getAttribute("aria-label")].join(" "));
    "#;
    let visit = Visit::to("?scenario=downloads&files=2&step_ms=300").await?;
    let page = &visit.page;
    let bars = async |page: &Page| -> Vec<String> {
        let shown = page.driver().execute(value, vec![]).await;
        shown.and_then(|s| s.convert()).unwrap_or_default()
    };
    page.click("Run").await?;
    page.until("one has come half-way", async |page| {
        bars(page).await.contains(&"50 100 progress[0]".to_owned())
    })
    .await?;
    assert_eq!(page.verdict().await, "running");
    page.ended().await?;
    assert_eq!(
        bars(page).await,
        ["100 100 progress[0]", "100 100 progress[1]"]
    );

    page.click_on("#engine option[value=model]").await?;
    page.run().await?;
    page.click("End").await?;
    assert_eq!(
        bars(page).await,
        ["100 100 progress[0]", "100 100 progress[1]"]
    );
    page.click("Start").await?;
    assert_eq!(bars(page).await, ["0 100 progress[0]", "0 100 progress[1]"]);
    page.until("it has come half-way", async |page| {
        let _ = page.click("Step").await;
        bars(page).await.contains(&"50 100 progress[0]".to_owned())
    })
    .await?;
    visit.end().await
}
