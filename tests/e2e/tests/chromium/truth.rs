//! What the page shows of a real run could have been, and its figures agree with each
//! other.

use e2e::{Browser, Page, Result, Site, Visit};
use serde_json::{Value, json};

/// Links to every scenario that runs on real threads, and whether its threads may wait for
/// ever.
const LINKS: &[&str] = &[
    "threads",
    "return-values&inputs=1,2,3,4&via=pool",
    "counter&threads=10&increments=2&guard=none",
    "counter&threads=10&increments=2&guard=lock",
    "counter&threads=10&increments=2&guard=atomic",
    "counter&threads=10&increments=1000&guard=lock",
    "counter&threads=4&increments=100000&guard=lock",
    "recursion",
    "recursion&lock=lock",
    "bank",
    "bank&strategy=ordered&threads=6&transfers=20&pause_ms=0",
    "semaphore",
    "connection-pool",
    "over-release&kind=bounded",
    "strict-pool&double_release=yes",
    "event&set_after_ms=0&waiters=8",
    "download-event&processors=4",
    "producer-consumer&producers=3&consumers=3&produce_ms=10&consume_ms=10",
    "barrier&rounds=3",
    "barrier&parties=8&rounds=5&step_ms=0",
    "phases&workers=8",
    "thread-pool",
    "thread-pool&tasks=20&task_ms=0&collect=map",
    "scrape&pages=6",
    "downloads",
    "philosophers&strategy=waiter",
    "philosophers",
    "readers-writers&readers=5&writers=3",
    "lost-wakeup&style=condition",
    "lost-wakeup",
    "compare&jobs=2&job_ms=20",
];

const RUNS: usize = 10;

/// What a person sees of a run that has ended.
const SHOWN: &str = r##"
    const text = (selector) => document.querySelector(selector)?.textContent ?? "";
    return {
        contradictions: document.documentElement.dataset.contradictions,
        elapsed: text(".elapsed").replace(/^in /, ""),
        timeline: document.querySelector(".timeline").getAttribute("aria-label"),
        lanes: [...document.querySelectorAll(".timeline li")].map((li) => li.textContent),
        tally: [...document.querySelectorAll(".figures dt")]
            .find((dt) => dt.textContent === "recorded")?.nextElementSibling.textContent,
        clock: text(".legend .clock"),
        facts: Object.fromEntries([...document.querySelectorAll("[data-fact]")]
            .map((e) => [e.dataset.fact, e.textContent])),
        cells: Object.fromEntries([...document.querySelectorAll("[data-cell]")]
            .map((e) => [e.dataset.cell, e.textContent])),
    };
"##;

async fn shown(page: &Page) -> Result<Value> {
    let check = "delete document.documentElement.dataset.contradictions;
        window.dispatchEvent(new Event('lockstep-check'));";
    page.driver().execute(check, vec![]).await?;
    page.until("the run is checked", async |page| {
        page.has("html[data-contradictions]").await
    })
    .await?;
    page.click("Figures").await?;
    let shown = page.driver().execute(SHOWN, vec![]).await?;
    Ok(shown.json().clone())
}

/// A time as the page writes it, in milliseconds.
fn milliseconds(text: &str) -> f64 {
    let (number, unit) = text.split_once(' ').unwrap_or_else(|| panic!("{text:?}"));
    let number: f64 = number.parse().expect("a number");
    match unit {
        "ns" => number / 1e6,
        "µs" => number / 1e3,
        "ms" => number,
        "s" => number * 1e3,
        other => panic!("{other:?}"),
    }
}

/// The first that does not agree with the rest.
fn disagreement(link: &str, result: &Value, shown: &Value) -> Option<String> {
    let elapsed = shown["elapsed"].as_str().unwrap_or_default();
    let timeline = shown["timeline"].as_str().unwrap_or_default();
    if timeline != format!("Timeline of {elapsed}: a lane for each thread") {
        return Some(format!(
            "the verdict says {elapsed:?}, the timeline {timeline:?}"
        ));
    }
    let lanes = shown["lanes"].as_array().cloned().unwrap_or_default();
    let lanes: Vec<&str> = lanes.iter().filter_map(Value::as_str).collect();
    for lane in &lanes {
        let after = lane.split(", ").next().unwrap_or_default();
        let after = after
            .rsplit_once(" after ")
            .or(after.rsplit_once(" until "));
        let Some((_, after)) = after else {
            return Some(format!("no end: {lane}"));
        };
        // Both are rounded to three figures.
        if milliseconds(after) > milliseconds(elapsed) * 1.01 {
            return Some(format!("later than {elapsed}: {lane}"));
        }
        let ends = match result["verdict"].as_str() {
            Some("deadlock") => {
                lane.contains(": finished after") || lane.contains(": deadlocked until")
            }
            _ => lane.contains(": finished after"),
        };
        if !ends {
            return Some(format!("{}: {lane}", result["verdict"]));
        }
    }
    if result["verdict"] == "deadlock" && !lanes.iter().any(|lane| lane.contains("deadlocked")) {
        return Some(format!("nobody is deadlocked: {lanes:?}"));
    }
    let (events, dropped) = (&result["events"], &result["dropped"]);
    let (events, dropped) = (events.as_u64()?, dropped.as_u64()?);
    let grouped = |n: u64| {
        let digits = n.to_string();
        let parts = digits.as_bytes().rchunks(3).rev();
        let parts: Vec<_> = parts.map(|part| String::from_utf8_lossy(part)).collect();
        parts.join(",")
    };
    let tally = match dropped {
        0 => format!("{} event", grouped(events)),
        _ => format!(
            "showing {} of {} event",
            grouped(events - dropped),
            grouped(events)
        ),
    };
    if !shown["tally"]
        .as_str()
        .unwrap_or_default()
        .starts_with(&tally)
    {
        return Some(format!(
            "{events} and {dropped} events, but {}",
            shown["tally"]
        ));
    }
    if link.starts_with("counter") && shown["facts"]["counter"] != shown["cells"]["counter"] {
        return Some(format!("{} and {}", shown["facts"], shown["cells"]));
    }
    let real = shown["clock"].as_str().unwrap_or_default();
    (!real.starts_with("clock: steps of ")).then(|| format!("the clock: {real:?}"))
}

#[tokio::test]
async fn what_every_scenario_shows_could_have_been_and_its_figures_agree() -> Result {
    let site = Site::serve("target/dist-selftest").await?;
    let browser = Browser::start().await?;
    let mut failures = Vec::new();
    for link in LINKS {
        let url = format!("{}/?scenario={link}&speed=100", site.url());
        let page = Page::open(browser.driver(), &url).await?;
        // With clocks that agree, and with clocks that are off by a millisecond.
        for (skew, runs) in [(0u64, RUNS), (100_000_000, RUNS)] {
            let skewed = "document.documentElement.dataset.skew = arguments[0]";
            page.driver()
                .execute(skewed, vec![json!(skew.to_string())])
                .await?;
            for run in 0..runs {
                let result = page.ask(json!({"type": "run"})).await?;
                // The answer is posted before the page is painted.
                page.until("the run is shown", async |page| {
                    Some(page.verdict().await.as_str()) == result["verdict"].as_str()
                })
                .await?;
                let shown = shown(&page).await?;
                let contradictions = shown["contradictions"].as_str().unwrap_or("not checked");
                if !contradictions.is_empty() {
                    failures.push(format!("{link}, {skew}, {run}: {contradictions}"));
                }
                // What is measured one after the other has no one time.
                if !link.starts_with("compare")
                    && let Some(disagrees) = disagreement(link, &result, &shown)
                {
                    failures.push(format!("{link}, {skew}, {run}: {disagrees}"));
                }
            }
        }
    }
    assert!(failures.is_empty(), "{}", failures.join("\n"));
    browser.quit().await
}

/// The names and descriptions in the part of the accessibility tree that is the timeline's.
async fn accessible(page: &Page) -> Result<String> {
    let tree = page.driver().execute(
        "return [...document.querySelectorAll('.timeline, .timeline li, #verdict, #outcome')]
            .map((e) => e.getAttribute('aria-label') ?? e.textContent).join('\\n')",
        vec![],
    );
    Ok(tree.await?.json().as_str().unwrap_or_default().to_owned())
}

#[tokio::test]
async fn a_screen_reader_hears_who_finished_who_was_stopped_and_who_is_deadlocked() -> Result {
    let visit = Visit::to("?scenario=counter&threads=2&increments=10&guard=lock").await?;
    let page = &visit.page;
    page.run().await?;
    let told = accessible(page).await?;
    assert_eq!(told.matches(": finished after").count(), 3, "{told}");
    assert!(
        !told.contains("stopped") && !told.contains("deadlocked"),
        "{told}"
    );

    page.type_param("increments", "10000000").await?;
    page.click("Run").await?;
    page.until("it runs", async |page| page.verdict().await == "running")
        .await?;
    page.click("Stop").await?;
    page.ended().await?;
    let told = accessible(page).await?;
    assert_eq!(told.matches(": stopped after").count(), 3, "{told}");
    assert!(!told.contains(": finished"), "{told}");
    visit.end().await?;

    let visit = Visit::to("?scenario=bank&pause_ms=200").await?;
    let page = &visit.page;
    assert_eq!(page.run().await?.verdict, "deadlock");
    let told = accessible(page).await?;
    assert_eq!(told.matches(": deadlocked until").count(), 3, "{told}");
    assert!(
        !told.contains(": finished") && told.contains(", held "),
        "{told}"
    );
    visit.end().await
}

#[tokio::test]
async fn all_lines_are_those_of_the_listing_that_is_shown() -> Result {
    let visit = Visit::to("?scenario=bank&pause_ms=200").await?;
    let page = &visit.page;
    assert_eq!(page.run().await?.verdict, "deadlock");
    let lines = "const here = [...document.querySelectorAll('.code .here .number')]
            .map((e) => Number(e.textContent));
        const why = document.querySelector('.outcome .why').textContent;
        const told = [...why.matchAll(/line (\\d+)/g)].map((match) => Number(match[1]));
        const last = document.querySelectorAll('.code li').length;
        const text = (n) => [...document.querySelectorAll('.code li')]
            .find((li) => li.querySelector('.number').textContent == n)
            ?.querySelector('code').textContent ?? '';
        return { here, told: told.map((n) => [n, text(n)]), last };";
    let python = page.driver().execute(lines, vec![]).await?.json().clone();
    let told = python["told"].as_array().cloned().unwrap_or_default();
    assert_eq!(told.len(), 2, "{python}");
    for line in &told {
        let text = line[1].as_str().unwrap_or_default();
        assert!(text.contains("with "), "a line of the Python: {python}");
    }
    page.click("Rust, which runs").await?;
    let rust = page.driver().execute(lines, vec![]).await?.json().clone();
    assert_ne!(rust["told"], python["told"]);
    for line in rust["told"].as_array().into_iter().flatten() {
        let text = line[1].as_str().unwrap_or_default();
        assert!(text.contains("with("), "a line of the Rust: {rust}");
    }
    visit.end().await
}
