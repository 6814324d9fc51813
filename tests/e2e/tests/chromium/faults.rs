//! Faults that the site once had, each with what keeps it from coming back. Those of the
//! session are tested natively.

use std::path::PathBuf;
use std::time::{Duration, Instant};

use e2e::{
    Browser, Course, Page, Result, Sends, Site, Spoilt, Visit,
    what_cannot_be_loaded_is_named_and_the_next_run_works,
    what_is_not_needed_to_run_holds_up_nothing, what_never_comes_is_given_up, workers,
};
use serde_json::json;
use thirtyfour::prelude::*;

#[tokio::test]
async fn a_file_that_cannot_be_loaded_is_named_and_the_next_run_works() -> Result {
    let browser = Browser::start().await?;
    what_cannot_be_loaded_is_named_and_the_next_run_works(&browser).await?;
    what_is_not_needed_to_run_holds_up_nothing(&browser).await?;
    browser.quit().await
}

#[tokio::test]
async fn what_never_comes_is_given_up_and_the_next_works() -> Result {
    what_never_comes_is_given_up().await
}

#[tokio::test]
async fn a_page_that_cannot_start_says_so() -> Result {
    let site = Site::serve("dist").await?;
    site.hide_worker();
    let browser = Browser::start().await?;
    let is_said = async |page: &Page| {
        page.until("what is missing is said", async |page| {
            let said = page.text("body").await;
            said.contains("could not be loaded") && said.contains("Lockstep")
        })
        .await
    };
    for file in ["start.js", ".wasm", "lockstep-"] {
        site.spoil(file, Spoilt::Failing);
        browser.driver().goto(&format!("{}/", site.url())).await?;
        if file != "lockstep-" {
            is_said(&Page::here(browser.driver())).await?;
        }
    }
    site.mend();
    // Where modules may not be loaded at all: from a file, and in a strict sandbox.
    let file = PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("../../dist/index.html");
    let file = format!("file://{}", file.canonicalize()?.display());
    browser.driver().goto(&file).await?;
    is_said(&Page::here(browser.driver())).await?;
    let player = format!("{}/embed.html", site.url());
    let frame = format!("<iframe sandbox='allow-scripts' src='{player}'></iframe>");
    let course = Course::open(&browser, &frame, Sends::Nothing).await?;
    course.within(0, is_said).await?;
    drop(course);
    browser.quit().await
}

#[tokio::test]
async fn a_double_click_on_run_is_one_click() -> Result {
    let visit = Visit::to("?scenario=threads&delays=400").await?;
    let page = &visit.page;
    // Nothing moves any more.
    page.until("its lesson is there", async |page| {
        !page.text(".lesson").await.is_empty()
    })
    .await?;
    for _ in 0..5 {
        let run = page.driver().find(By::XPath("//button[.='Run']")).await?;
        let twice = page.driver().action_chain().double_click_element(&run);
        twice.perform().await?;
        assert_eq!(page.ended().await?.verdict, "ok");
    }
    visit.end().await
}

#[tokio::test]
async fn a_schedule_that_is_opened_during_a_run_plays() -> Result {
    let visit = Visit::to("?threads=4&increments=10000000").await?;
    let page = &visit.page;
    page.click("Run").await?;
    page.until("it runs", async |page| page.verdict().await == "running")
        .await?;
    let follow = "const link = document.createElement('a');
        link.href = '?scenario=counter&threads=2&increments=1&guard=none&engine=model&schedule=AQECwA';
        document.body.append(link); link.click(); link.remove();";
    page.driver().execute(follow, vec![]).await?;
    page.until("its steps are there", async |page| {
        page.text("#stepper-words").await.starts_with("Step 0 of ")
    })
    .await?;
    visit.end().await
}

#[tokio::test]
async fn a_run_of_other_parameters_is_marked() -> Result {
    let visit = Visit::to("?threads=3&increments=10&guard=lock").await?;
    let page = &visit.page;
    page.run().await?;
    assert!(!page.has("#stale").await);
    page.choose("guard", "atomic").await?;
    page.until("it is marked", async |page| {
        page.text("#stale").await == "This run was of guard lock. Press Run for what is set now."
    })
    .await?;
    page.run().await?;
    assert!(!page.has("#stale").await);
    // A value that is none changes nothing that is in force.
    page.type_param("threads", "x").await?;
    page.until("it is told", async |page| {
        page.text(".field .error").await.ends_with("3 stays.")
    })
    .await?;
    assert!(!page.has("#stale").await);
    assert_eq!(page.run().await?.facts["counter"], 30);
    visit.end().await
}

#[tokio::test]
async fn a_page_that_is_left_behind_keeps_no_workers() -> Result {
    let site = Site::serve("dist").await?;
    let browser = Browser::start().await?;
    let url = format!("{}/?threads=64&increments=1", site.url());
    for _ in 0..3 {
        let page = Page::open(browser.driver(), &url).await?;
        // Who only comes by needs none.
        assert_eq!(workers(), 0);
        page.press("x").await?;
        page.until("its workers are warm", async |_| workers() >= 65)
            .await?;
        browser.driver().goto("about:blank").await?;
        page.until("they are gone", async |_| workers() == 0)
            .await?;
    }
    // Fewer are kept as soon as fewer are wanted.
    let page = Page::open(browser.driver(), &url).await?;
    page.press("x").await?;
    page.until("its workers are warm", async |_| workers() >= 65)
        .await?;
    page.type_param("threads", "2").await?;
    page.until("most are gone", async |_| workers() <= 5)
        .await?;
    // And the page works when it comes back from where it was kept.
    browser.driver().goto("about:blank").await?;
    browser.driver().back().await?;
    assert_eq!(page.run().await?.facts["expected"], 2);
    browser.quit().await
}

#[tokio::test]
async fn a_poster_says_that_it_is_there() -> Result {
    let site = Site::serve("dist").await?;
    let browser = Browser::start().await?;
    let frame = format!(
        "<iframe src='{}/embed.html?scenario=bank'></iframe>",
        site.url()
    );
    let course = Course::open(&browser, &frame, Sends::Nothing).await?;
    let ready = course.wait_for(0, "ready").await?;
    let pong = course.ask_at_once(0, json!({"type": "ping"})).await?;
    assert_eq!(
        (&pong["type"], &pong["engines"]),
        (&json!("pong"), &ready["engines"])
    );
    assert!(
        course
            .within(0, async |page| Ok(page.has(".poster").await))
            .await?
    );
    assert!(
        !site
            .answered()
            .iter()
            .any(|answered| answered.path.contains(".wasm"))
    );
    let state = course.ask_at_once(0, json!({"type": "get"})).await?;
    assert_eq!(state["scenario"], "bank");
    drop(course);
    browser.quit().await
}

/// As a browser's translator does: elements stand in the place of all texts.
const TRANSLATE: &str = "
    const walker = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
    const texts = [];
    while (walker.nextNode()) texts.push(walker.currentNode);
    for (const text of texts.filter((text) => text.data.trim())) {
        const font = document.createElement('font');
        font.append(Object.assign(document.createElement('font'), {
            textContent: text.data.toUpperCase() }));
        if (arguments[0]) text.replaceWith(font);
        else { text.parentNode.insertBefore(font, text); text.remove(); }
    }";

#[tokio::test]
async fn a_translated_page_shows_what_is_so() -> Result {
    for at_once in [true, false] {
        let visit = Visit::to("?threads=3&increments=10&guard=lock").await?;
        let page = &visit.page;
        assert_eq!(page.run().await?.facts["counter"], 30);
        page.driver()
            .execute(TRANSLATE, vec![json!(at_once)])
            .await?;
        page.type_param("increments", "20").await?;
        page.click_on(".actions .primary").await?;
        page.until(
            "the new figures are there, and nothing else",
            async |page| {
                let verdict = page.text("#verdict").await.to_lowercase();
                let words = page.text("#outcome").await.to_lowercase();
                verdict == "✓ ok"
                    && words == "60 increments, none lost"
                    && page.read("Figures", "[data-fact=counter]").await == "60"
            },
        )
        .await?;
        page.driver()
            .execute(TRANSLATE, vec![json!(at_once)])
            .await?;
        page.driver()
            .execute("window.scrollTo(0, 0)", vec![])
            .await?;
        page.choose("guard", "none").await?;
        page.until("what is stale is said", async |page| {
            page.text("#stale")
                .await
                .to_lowercase()
                .contains("of increments 20, guard lock")
                || page
                    .text("#stale")
                    .await
                    .to_lowercase()
                    .contains("of guard lock")
        })
        .await?;
        visit.end().await?;
    }
    Ok(())
}

#[tokio::test]
async fn what_others_insert_wrap_and_remove_does_not_end_the_page() -> Result {
    let meddlings = [
        "document.querySelectorAll('.help').forEach((e) => e.remove())",
        "document.querySelectorAll('.field').forEach((e) => {
            const wrapper = document.createElement('div');
            e.replaceWith(wrapper); wrapper.append(e); })",
        "document.querySelectorAll('main *').forEach((e) => {
            e.before(document.createElement('x-ad')); })",
        "document.querySelector('.outcome').replaceChildren()",
        "document.querySelector('.timeline').remove()",
    ];
    for meddling in meddlings {
        let visit = Visit::to("?threads=3&increments=10&guard=lock").await?;
        let page = &visit.page;
        page.run().await?;
        page.driver().execute(meddling, vec![]).await?;
        page.type_param("threads", "x").await?;
        page.type_param("threads", "4").await?;
        let result = page.ask(json!({"type": "run"})).await?;
        assert_eq!(result["facts"]["counter"], 40, "{meddling}");
        let state = page.ask(json!({"type": "get"})).await?;
        assert_eq!(state["params"]["threads"], 4, "{meddling}");
        visit.end().await?;
    }
    Ok(())
}

#[tokio::test]
async fn a_frame_does_not_move_the_page_around_it() -> Result {
    let site = Site::serve("dist").await?;
    let browser = Browser::start().await?;
    let player = format!(
        "{}/embed.html?threads=2&increments=3&engine=model",
        site.url()
    );
    let body = format!(
        "<p style='height: 2000px'>Text</p><iframe style='width: 100%; height: 480px' src='{player}&autorun=1'></iframe>
         <script>addEventListener('message', ({{ data }}) => {{
             if (data.type === 'resize') document.querySelector('iframe').style.height = `${{data.height}}px`;
         }})</script>"
    );
    let course = Course::open(&browser, &body, Sends::Nothing).await?;
    course.wait_for(0, "result").await.ok();
    let page = Page::here(browser.driver());
    let last = async || {
        let heights = course.heard(0, "resize").await.unwrap_or_default();
        heights
            .last()
            .and_then(|told| told["height"].as_u64())
            .unwrap_or_default()
    };
    // A frame out of sight is not laid out.
    course
        .script("scrollTo(0, document.body.scrollHeight)")
        .await?;
    page.until("its run is shown", async |_| {
        let shown = course.within(0, async |page| Ok(page.has("#stepper-words").await));
        shown.await.is_ok_and(|shown| shown)
    })
    .await?;
    // Until it is as high as it will be.
    tokio::time::sleep(Duration::from_millis(1500)).await;
    let before = course.heard(0, "resize").await?.len();
    let highest = last().await;
    course
        .script("scrollTo(0, document.body.scrollHeight)")
        .await?;
    for _ in 0..3 {
        course.ask_at_once(0, json!({"type": "run"})).await?;
    }
    let after = course.heard(0, "resize").await?;
    let lower = after[before..]
        .iter()
        .filter(|told| told["height"].as_u64() < Some(highest));
    assert_eq!(lower.count(), 0, "{:?}", &after[before..]);

    // Its keys are its own.
    let at_end = async |page: &Page| {
        let words = page.text("#stepper-words").await;
        let mut numbers = words.split(' ').filter(|word| word.parse::<u32>().is_ok());
        numbers.next() == numbers.next()
    };
    course
        .within(0, async |page| page.click("Start").await)
        .await?;
    course.script("scrollTo(0, 1000)").await?;
    course
        .within(0, async |page| {
            let end = "document.body.dispatchEvent(new KeyboardEvent('keydown',
                { key: 'End', bubbles: true, cancelable: true })) ? 'the page scrolls' : 'kept'";
            let end = page
                .driver()
                .execute(format!("return {end}"), vec![])
                .await?;
            assert_eq!(end.json(), "kept");
            page.until("it is at its end", async |page| at_end(page).await)
                .await
        })
        .await?;
    assert_eq!(course.script("return scrollY").await?, 1000);
    drop(course);
    browser.quit().await
}

#[tokio::test]
async fn the_page_fits_two_hundred_pixels() -> Result {
    let site = Site::serve("dist").await?;
    let browser = Browser::start_sized(200, 400).await?;
    for query in [
        "",
        "?scenario=bank&engine=model",
        "?scenario=compare",
        "?scenario=producer-consumer",
    ] {
        let page = Page::open(browser.driver(), &format!("{}/{query}", site.url())).await?;
        let wide = page
            .driver()
            .execute(
                "const wide = document.documentElement.scrollWidth;
                 return [wide, ...[...document.querySelectorAll('body *')]
                     .filter((e) => e.getBoundingClientRect().right > 201
                         && !e.closest('.scroller, .timeline, details:not([open]) > :not(summary)'))
                     .map((e) => `${e.tagName}.${e.className} ${e.getBoundingClientRect().right}`)
                     .slice(0, 5)]",
                vec![],
            )
            .await?;
        assert_eq!(wide.json()[0], 200, "{query}: {}", wide.json());
    }
    browser.quit().await
}

#[tokio::test]
async fn a_host_without_headers_can_be_reloaded_at_once() -> Result {
    let site = Site::serve_bare("dist").await?;
    let browser = Browser::start().await?;
    let page = Page::open(browser.driver(), &format!("{}/?threads=2", site.url())).await?;
    page.until("threads are real", async |page| {
        page.text(".badge summary").await == "3 real threads"
    })
    .await?;
    for _ in 0..3 {
        browser.driver().refresh().await?;
        page.until("the page is there again", async |page| {
            page.text(".badge summary").await == "3 real threads"
        })
        .await?;
    }
    browser.quit().await
}

#[tokio::test]
async fn what_is_compared_is_not_recorded() -> Result {
    let visit = Visit::to("?scenario=compare").await?;
    assert!(!visit.page.has("#record").await);
    assert!(visit.page.text(".aside").await.contains("gil-1"));
    visit.end().await
}

#[tokio::test]
async fn the_element_can_be_asked_before_it_is_in_the_page_and_after() -> Result {
    let site = Site::serve("dist").await?;
    let browser = Browser::start().await?;
    let script = format!("<script src='{}/embed.js'></script>", site.url());
    let course = Course::open(&browser, &script, Sends::Nothing).await?;
    let told = course
        .script_async(
            "const done = arguments[0];
             const element = document.createElement('lockstep-scenario');
             element.setAttribute('scenario', 'counter');
             element.setAttribute('threads', '2');
             element.setAttribute('increments', '3');
             element.setAttribute('guard', 'lock');
             const early = element.run();
             document.body.append(element);
             early.then(async ({ facts }) => {
                 element.remove();
                 const late = await element.run().catch((error) => error.message);
                 document.body.append(element);
                 const again = (await element.run()).facts;
                 done([facts.counter, late, again.counter]);
             });",
        )
        .await?;
    assert_eq!(told, json!([6, "The frame is gone.", 6]));
    drop(course);
    browser.quit().await
}

#[tokio::test]
async fn a_test_that_fails_ends_soon() -> Result {
    let browser = Browser::start().await?;
    let page = browser.driver();
    let began = Instant::now();
    drop(browser);
    drop(page);
    assert!(
        began.elapsed() < Duration::from_secs(30),
        "{:?}",
        began.elapsed()
    );
    Ok(())
}
