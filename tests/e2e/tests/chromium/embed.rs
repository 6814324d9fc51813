//! The player in frames of other people's pages.

use e2e::FrameSends::{All, NoDocumentIsolation, Nothing};
use e2e::{Browser, Cell, Course, FrameSends, Page, Result, Sends, Site, each_cell_is_as_it_says};
use serde_json::{Value, json};

use crate::table::{TABLE, wrong};

const ALLOWED: &str = "cross-origin-isolated";

fn cell(page: Sends, allow: &'static str, frame: FrameSends, worker: bool, real: bool) -> Cell {
    Cell {
        page,
        allow,
        frame,
        worker,
        real,
    }
}

/// What headers alone do, as they were found to.
#[tokio::test]
async fn each_cell_of_the_ladder_has_the_engine_that_it_should() -> Result {
    let browser = Browser::start().await?;
    let cells = [
        cell(Sends::Nothing, ALLOWED, All, false, true),
        cell(Sends::Nothing, "", All, false, true),
        cell(Sends::Isolation, "", All, false, true),
        cell(Sends::Isolation, ALLOWED, NoDocumentIsolation, false, true),
        cell(Sends::Isolation, "", NoDocumentIsolation, false, false),
        cell(Sends::Nothing, ALLOWED, NoDocumentIsolation, false, false),
        cell(Sends::Nothing, ALLOWED, Nothing, false, false),
    ];
    each_cell_is_as_it_says(&browser, &cells).await?;
    browser.quit().await
}

#[tokio::test]
async fn the_service_worker_makes_threads_real_where_headers_do_not() -> Result {
    let browser = Browser::start().await?;
    let cells = [
        cell(Sends::Isolation, "", NoDocumentIsolation, true, true),
        cell(Sends::Nothing, "", NoDocumentIsolation, true, true),
        cell(Sends::Nothing, "", Nothing, true, true),
    ];
    each_cell_is_as_it_says(&browser, &cells).await?;
    browser.quit().await
}

/// Every scenario, where neither headers nor a service worker isolate anything.
#[tokio::test]
async fn where_nothing_can_be_shared_each_scenario_comes_to_its_facts() -> Result {
    let site = Site::serve_bare("dist").await?;
    site.hide_worker();
    let browser = Browser::start().await?;
    let course = Course::open(&browser, "<iframe></iframe>", Sends::Nothing).await?;
    let mut seen = std::collections::BTreeSet::new();
    let mut failures = Vec::new();
    for row in TABLE
        .iter()
        .filter(|row| row.verdicts == "ok" || !row.facts.is_empty())
    {
        // What the links of one scenario come to is the model's, and is tested natively.
        let id = row.link.split('&').next().unwrap_or_default();
        if !seen.insert(id) {
            continue;
        }
        let player = format!("{}/embed.html?scenario={}&speed=100", site.url(), row.link);
        course.show(&player).await?;
        course.wait_for(0, "resize").await?;
        let result = course.ask_at_once(0, json!({"type": "run"})).await?;
        let verdict = result["verdict"].as_str().unwrap_or_default();
        let engine = result["engine"].as_str().unwrap_or_default();
        let as_it_should = row.verdicts.split(' ').any(|may_be| may_be == verdict)
            && matches!(engine, "model" | "tasks");
        let value = |name: &str| match &result["facts"][name] {
            serde_json::Value::String(text) => Some(text.clone()),
            serde_json::Value::Null => None,
            other => Some(other.to_string()),
        };
        let facts = if verdict == "deadlock" { "" } else { row.facts };
        if let Some(term) =
            wrong(facts, value).or((!as_it_should).then_some("the verdict or engine"))
        {
            failures.push(format!("{}: not {term}: {result}", row.link));
        }
    }
    assert!(seen.len() >= 27, "{seen:?}");
    assert!(failures.is_empty(), "{}", failures.join("\n"));
    browser.quit().await
}

#[tokio::test]
async fn two_frames_run_at_once_and_do_not_disturb_each_other() -> Result {
    let site = Site::serve("dist").await?;
    let browser = Browser::start().await?;
    let frame = |query: &str| format!("<iframe src='{}/embed.html?{query}'></iframe>", site.url());
    let first = frame("scenario=counter&threads=4&increments=200000&guard=lock");
    let second = frame("scenario=bank&strategy=ordered&transfers=300&pause_ms=0&threads=4");
    let course = Course::open(&browser, &format!("{first}{second}"), Sends::Nothing).await?;
    for frame in [0, 1] {
        course.wait_for(frame, "resize").await?;
        course.ask_at_once(frame, json!({"type": "get"})).await?;
    }
    let script = r#"
        const done = arguments[0];
        const results = [];
        let busy = 0;
        addEventListener("message", ({ data }) => {
            if (data.id !== "both") return;
            results.push(data);
            if (results.length === 2) done(results);
        });
        for (const frame of [0, 1]) {
            frames[frame].postMessage({ lockstep: 1, type: "run", id: "both" }, "*");
        }
    "#;
    for _ in 0..5 {
        let results = course.script_async(script).await?;
        let of = |id: &str| {
            let results = results.as_array().into_iter().flatten();
            results
                .clone()
                .find(|result| result["scenario"] == id)
                .cloned()
        };
        let counter = of("counter").expect("the first frame's");
        assert_eq!(counter["facts"]["counter"], 800_000, "{counter}");
        assert_eq!(counter["engine"], "workers");
        let bank = of("bank").expect("the second frame's");
        assert_eq!(
            bank["facts"]["total"], bank["facts"]["expected_total"],
            "{bank}"
        );
        assert_eq!(
            bank["facts"]["done"]
                .as_i64()
                .zip(bank["facts"]["refused"].as_i64())
                .map(|(done, refused)| done + refused),
            Some(1200),
            "{bank}"
        );
    }
    browser.quit().await
}

#[tokio::test]
async fn nothing_is_loaded_until_it_is_asked_for() -> Result {
    let site = Site::serve("dist").await?;
    let browser = Browser::start().await?;
    let frame = format!(
        "<iframe style='width: 700px; height: 500px' \
         src='{}/embed.html?scenario=bank&pause_ms=50&strategy=ordered&theme=dark'></iframe>",
        site.url()
    );
    let course = Course::open(&browser, &frame, Sends::Nothing).await?;
    course
        .within(0, async |page| {
            page.until("the poster is there", async |page| {
                page.text(".poster h1").await == "Bank transfers"
            })
            .await?;
            assert!(page.has(".poster img[src='pictures/bank.svg']").await);
            Ok(())
        })
        .await?;
    // Neither does a change of colours, nor being asked whether anybody is there.
    let set = r#"
        frames[0].postMessage({ lockstep: 1, type: "ping" }, "*");
        frames[0].postMessage({ lockstep: 1, type: "set", theme: "light" }, "*");
    "#;
    course.script(set).await?;
    course
        .within(0, async |page| {
            page.until("it is light", async |page| {
                page.has(":root[data-theme='light'] .poster").await
            })
            .await
        })
        .await?;
    let loaded = |site: &Site| {
        let paths = site.answered().into_iter().map(|answered| answered.path);
        paths
            .filter(|path| path.contains(".wasm") || path.contains("/engines"))
            .count()
    };
    assert_eq!(loaded(&site), 0, "{:?}", site.answered());
    // It is there all the same, and says so.
    assert_eq!(course.heard(0, "ready").await?.len(), 1);
    assert_eq!(course.heard(0, "pong").await?.len(), 1);
    course
        .within(0, async |page| {
            let ended = page.run().await?;
            assert_eq!(ended.verdict, "ok");
            let theme = "return document.documentElement.dataset.theme";
            let theme = page.driver().execute(theme, vec![]).await?;
            assert_eq!(theme.json(), "light");
            Ok(())
        })
        .await?;
    assert!(loaded(&site) > 0);
    // What was said meanwhile is answered, and it was never without a height.
    assert_eq!(course.heard(0, "pong").await?.len(), 1);
    let heights = course.heard(0, "resize").await?;
    let told = |message: &serde_json::Value| message["height"].as_i64();
    assert!(
        heights.iter().all(|message| told(message) > Some(100)),
        "{heights:?}"
    );
    browser.quit().await
}

#[tokio::test]
async fn all_frames_of_a_plain_host_have_real_threads_at_their_first_visit() -> Result {
    let site = Site::serve_bare("dist").await?;
    let browser = Browser::start().await?;
    let frame = format!(
        "<iframe src='{}/embed.html?threads=2&increments=20&guard=lock'></iframe>",
        site.url()
    );
    let course = Course::open(&browser, &frame.repeat(3), Sends::Nothing).await?;
    for frame in 0..3 {
        course.wait_for(frame, "resize").await?;
        let result = course.ask_at_once(frame, json!({"type": "run"})).await?;
        assert_eq!(result["engine"], "workers", "{frame}");
        assert_eq!(result["facts"]["counter"], 40, "{frame}");
    }
    browser.quit().await
}

#[tokio::test]
async fn a_player_that_cannot_be_loaded_says_so_and_can_be_tried_again() -> Result {
    let mut site = Site::serve("dist").await?;
    let browser = Browser::start().await?;
    let frame = format!(
        "<iframe src='{}/embed.html?scenario=event'></iframe>",
        site.url()
    );
    let course = Course::open(&browser, &frame, Sends::Nothing).await?;
    course.wait_for(0, "resize").await?;
    site.close().await?;
    course
        .within(0, async |page| {
            page.click("Run").await?;
            page.until("it says so", async |page| {
                page.text(".failure")
                    .await
                    .starts_with("Lockstep could not be loaded.")
            })
            .await?;
            assert!(page.has(".failure button").await);
            Ok(())
        })
        .await?;
    browser.quit().await
}

#[tokio::test]
async fn a_frame_says_how_high_it_is_and_takes_neither_scroll_nor_focus_nor_keys() -> Result {
    let site = Site::serve("dist").await?;
    let browser = Browser::start().await?;
    let frame = format!(
        "<p style='height: 900px'>Before</p><iframe style='width: 700px; height: 300px' \
         src='{}/embed.html?threads=2&increments=2&engine=model&autorun=1&step=3'></iframe>\
         <p style='height: 2000px'>After</p>",
        site.url()
    );
    let course = Course::open(&browser, &frame, Sends::Nothing).await?;
    course.script("scrollTo(0, 700)").await?;
    let stepped = async || -> Result<bool> {
        let state = course.ask(0, json!({"type": "get"})).await?;
        Ok(state["phase"] == "done" && state["steps"].as_u64() > Some(3))
    };
    while !stepped().await? {}
    assert_eq!(
        course
            .script("return document.activeElement.tagName")
            .await?,
        "BODY"
    );
    course.ask(0, json!({"type": "step", "by": 1})).await?;
    let at = course.script("scrollTo(0, 700); return scrollY").await?;
    course.ask(0, json!({"type": "step", "by": 1})).await?;
    assert_eq!(course.script("return scrollY").await?, at);
    // Keys that the player has a use for, pressed on the page around it.
    for key in ["\u{e014}", " ", "r", "e"] {
        let body = course.driver().find(thirtyfour::By::Tag("body")).await?;
        body.send_keys(key).await?;
    }
    let state = course.ask(0, json!({"type": "get"})).await?;
    assert_eq!(
        (&state["step"], &state["phase"]),
        (&json!(5), &json!("done"))
    );

    // What it says last is how high it is.
    let told = course.heard(0, "resize").await?;
    let told = told.last().map(|message| message["height"].clone());
    let lti = course
        .script(
            "return heard.findLast(({ data }) => data.subject === 'lti.frameResize').data.height",
        )
        .await?;
    assert_eq!(told.as_ref(), Some(&lti));
    let high = course
        .within(0, async |page| {
            let high = "return Math.ceil(document.body.getBoundingClientRect().height)";
            Ok(page.driver().execute(high, vec![]).await?.json().clone())
        })
        .await?;
    assert_eq!(told, Some(high));
    browser.quit().await
}

#[tokio::test]
async fn open_in_lockstep_carries_the_state_of_the_moment() -> Result {
    let site = Site::serve("dist").await?;
    let browser = Browser::start().await?;
    let query = "threads=2&increments=2&engine=model&autorun=1&locked=threads&hide=events";
    let frame = format!("<iframe src='{}/embed.html?{query}'></iframe>", site.url());
    let course = Course::open(&browser, &frame, Sends::Nothing).await?;
    let stepped = async || -> Result<bool> {
        let state = course.ask(0, json!({"type": "step", "by": 100})).await?;
        Ok(state["type"] == "state")
    };
    while !stepped().await? {}
    let state = course.ask(0, json!({"type": "step", "by": -4})).await?;
    let link = course
        .within(0, async |page| {
            let link = page
                .driver()
                .find(thirtyfour::By::Css(".bar .open"))
                .await?;
            Ok(link.prop("href").await?.unwrap_or_default())
        })
        .await?;
    assert!(link.starts_with(site.url()), "{link}");
    let page = Page::open(browser.driver(), &link).await?;
    page.until("the run is there", async |page| {
        page.text("#stepper-words").await.starts_with("Step")
    })
    .await?;
    let there = page.ask(json!({"type": "get"})).await?;
    for same in ["params", "step", "steps", "enabled", "facts"] {
        assert_eq!(there[same], state[same], "{same}");
    }
    // What the frame was held to, the site is not.
    let query = page.query().await?;
    assert!(
        !query.contains("hide") && !query.contains("locked"),
        "{query}"
    );
    assert!(page.has("#param-threads").await && !page.has("input[readonly]").await);
    browser.quit().await
}

#[tokio::test]
async fn what_is_locked_cannot_be_edited_and_what_is_hidden_is_not_there() -> Result {
    let site = Site::serve("dist").await?;
    let browser = Browser::start().await?;
    let query = "threads=3&guard=lock&locked=guard,threads&autorun=1\
                 &hide=events,lesson,engine,explore,code,facts,timeline,state";
    let frame = format!("<iframe src='{}/embed.html?{query}'></iframe>", site.url());
    let course = Course::open(&browser, &frame, Sends::Nothing).await?;
    course.wait_for(0, "ready").await?;
    course
        .within(0, async |page| {
            page.ended().await?;
            for (selector, is_there) in [
                ("#param-threads[readonly]", true),
                ("#param-guard[disabled]", true),
                ("#param-increments", true),
                ("#param-increments[readonly]", false),
                (".timeline + * [data-opens=events]", false),
                (".lesson", false),
                ("#engine", false),
                (".search", false),
                (".listing", false),
                (".figures", false),
                (".timeline", false),
                (".things", false),
                // A frame is of one scenario.
                (".pick", false),
            ] {
                assert_eq!(page.has(selector).await, is_there, "{selector}");
            }
            Ok(())
        })
        .await?;
    browser.quit().await
}

#[tokio::test]
async fn only_the_page_around_a_frame_is_heard() -> Result {
    let site = Site::serve("dist").await?;
    let browser = Browser::start().await?;
    // A stranger: another frame of the same page.
    let body = format!(
        "<iframe src='{}/embed.html?autorun=1&threads=2&increments=5'></iframe>\
         <iframe srcdoc='<script>addEventListener(\"message\", () => {{\
             parent.frames[0].postMessage({{ lockstep: 1, type: \"ping\", id: \"stranger\" }}, \"*\");\
             parent.postMessage({{ type: \"sent\" }}, \"*\");\
         }});</script>'></iframe>",
        site.url()
    );
    let course = Course::open(&browser, &body, Sends::Nothing).await?;
    course.wait_for(0, "ready").await?;
    course.script("frames[1].postMessage(1, '*')").await?;
    course.wait_for(1, "sent").await?;
    // Messages keep their order, so once this is answered that one would have been.
    course.ask(0, json!({"type": "get"})).await?;
    assert!(course.heard(0, "pong").await?.is_empty());
    course.ask(0, json!({"type": "ping"})).await?;
    assert_eq!(course.heard(0, "pong").await?.len(), 1);
    browser.quit().await
}

#[tokio::test]
async fn the_element_makes_the_frame_sizes_it_and_speaks_for_it() -> Result {
    let site = Site::serve("dist").await?;
    let browser = Browser::start().await?;
    for sends in [Sends::Nothing, Sends::Isolation] {
        let body = format!(
            "<script async src='{0}/embed.js'></script>\
             <lockstep-scenario id='one' scenario='counter' threads='3' increments='20' \
              guard='lock' theme='dark' style='width: 700px'></lockstep-scenario>\
             <lockstep-scenario id='two' scenario='gather' param-style='tasks' speed='100' \
              height='200'></lockstep-scenario>",
            site.url()
        );
        let course = Course::open(&browser, &body, sends).await?;
        let script = r#"
            const done = arguments[0];
            (async () => {
                await customElements.whenDefined("lockstep-scenario");
                const [one, two] = document.querySelectorAll("lockstep-scenario");
                let told;
                one.addEventListener("lockstep-result", ({ detail }) => (told = detail.facts));
                // Asked before there is anybody who could answer.
                const first = await one.run();
                await one.set({ threads: 5 });
                const second = await one.run();
                const wrong = await one.set({ threads: 500 }).catch((error) => error.message);
                one.setAttribute("theme", "light");
                const gather = await two.run();
                const frame = one.querySelector("iframe");
                done({
                    first: first.facts, second: second.facts, told, wrong,
                    engine: first.engine, gather: gather.params.style,
                    wide: frame.getBoundingClientRect().width,
                    state: (await one.get()).params,
                });
            })().catch((error) => done(String(error)));
        "#;
        let said = course.script_async(script).await?;
        let facts = |counter: i64| json!({"counter": counter, "expected": counter, "lost": 0});
        assert_eq!(said["first"], facts(60), "{said}");
        assert_eq!(said["second"], facts(100));
        assert_eq!(said["told"], facts(100));
        assert_eq!(said["engine"], "workers");
        assert_eq!(said["gather"], "tasks");
        assert_eq!(said["wide"], 700.0);
        assert!(
            said["wrong"]
                .as_str()
                .is_some_and(|wrong| wrong.contains("500"))
        );
        // The frame follows its page's height, which has changed a moment ago.
        let high = async || -> Result<(Value, Value)> {
            let of_page = course.within(0, async |page| {
                let script = "return [document.documentElement.dataset.theme, \
                              Math.ceil(document.body.getBoundingClientRect().height)]";
                Ok(page.driver().execute(script, vec![]).await?.json().clone())
            });
            let of_page = of_page.await?;
            assert_eq!(of_page[0], "light");
            let script = "const frame = document.querySelector('#one').querySelector('iframe'); \
                          return frame.getBoundingClientRect().height";
            Ok((of_page[1].clone(), course.script(script).await?))
        };
        let page = Page::here(browser.driver());
        page.until("the frame is as high as its page", async |_| {
            let both = high().await;
            both.is_ok_and(|(page, frame)| page.as_f64() == frame.as_f64())
        })
        .await?;
    }
    browser.quit().await
}
