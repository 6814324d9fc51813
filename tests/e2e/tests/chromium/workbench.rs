//! The workbench: all of a run on one screen, and what makes it easy to read and to handle.

use e2e::{Browser, Page, Result, Site, Visit};
use serde_json::{Value, json};
use thirtyfour::prelude::*;

/// What has to be in sight, by selector, after a run.
const IN_SIGHT: [&str; 8] = [
    ".bar .actions .primary",
    "#verdict",
    ".timeline",
    ".transport",
    ".state-pane",
    ".details",
    ".listing .scroller",
    ".about",
];

async fn eval(page: &Page, script: &str, args: Vec<Value>) -> Result<Value> {
    Ok(page.driver().execute(script, args).await?.json().clone())
}

#[tokio::test]
async fn a_run_and_its_program_are_on_one_screen() -> Result {
    let site = Site::serve("dist").await?;
    site.hide_worker();
    for (width, height) in [(1280, 720), (1440, 900)] {
        let browser = Browser::start_sized(width, height).await?;
        for query in [
            "?threads=2&increments=2&engine=model&step=5",
            "?scenario=bank&engine=model&step=6",
            "?scenario=producer-consumer&engine=model&step=20",
        ] {
            let page = Page::open(browser.driver(), &format!("{}/{query}", site.url())).await?;
            page.run().await?;
            page.click("End").await?;
            page.click("Back").await?;
            let outside = r#"
                return arguments[0].filter((selector) => {
                    const box = document.querySelector(selector)?.getBoundingClientRect();
                    return !box || box.height < 8 || box.top < 0 || box.left < 0 ||
                        box.bottom > innerHeight + 1 || box.right > innerWidth + 1;
                });
            "#;
            page.until(&format!("all of {query} is in sight"), async |page| {
                let outside = eval(page, outside, vec![json!(IN_SIGHT)]).await;
                outside.is_ok_and(|outside| outside == json!([]))
            })
            .await?;
            let scrolls = "return document.documentElement.scrollHeight > innerHeight";
            assert_eq!(eval(&page, scrolls, vec![]).await?, json!(false), "{query}");
        }
        browser.quit().await?;
    }
    Ok(())
}

#[tokio::test]
async fn the_line_of_the_last_step_stays_in_sight() -> Result {
    let visit = Visit::to("?scenario=bank&engine=model").await?;
    let page = &visit.page;
    page.run().await?;
    page.click("Start").await?;
    let is_in_sight = r#"
        const line = document.querySelector(".listing .now")?.getBoundingClientRect();
        const box = document.querySelector(".listing .scroller").getBoundingClientRect();
        return Boolean(line) && line.top >= box.top && line.bottom <= box.bottom;
    "#;
    for step in 1..=6 {
        page.click("Step").await?;
        page.until(
            &format!("the line of step {step} is in sight"),
            async |page| {
                page.text("#stepper-words")
                    .await
                    .starts_with(&format!("Step {step} "))
                    && eval(page, is_in_sight, vec![])
                        .await
                        .is_ok_and(|is| is == json!(true))
            },
        )
        .await?;
    }
    visit.end().await
}

#[tokio::test]
async fn the_text_of_the_program_has_the_colours_of_its_syntax() -> Result {
    let visit = Visit::to("?threads=2&increments=2").await?;
    let page = &visit.page;
    let coloured = r#"
        const text = (range) => range.startContainer.data.slice(range.startOffset, range.endOffset);
        const of = (name) => [...(CSS.highlights.get(name) ?? [])].map(text);
        return ["keyword", "string", "number", "comment", "call"].map(of);
    "#;
    page.until("the Python has colours", async |page| {
        let all = eval(page, coloured, vec![]).await.unwrap_or_default();
        let has = |kind: usize, token: &str| {
            (all[kind].as_array().into_iter().flatten()).any(|found| found == token)
        };
        has(0, "import") && has(0, "def") && has(1, "\"none\"") && has(2, "2") && has(4, "Lock")
    })
    .await?;
    page.click("Rust, which runs").await?;
    page.until("the Rust has", async |page| {
        let all = eval(page, coloured, vec![]).await.unwrap_or_default();
        let keywords = all[0].as_array().cloned().unwrap_or_default();
        keywords.contains(&json!("async")) && !keywords.contains(&json!("def"))
    })
    .await?;
    visit.end().await
}

#[tokio::test]
async fn the_gallery_is_searched_and_left_by_the_keyboard() -> Result {
    let visit = Visit::to("?threads=2&increments=2&theme=dark").await?;
    let page = &visit.page;
    page.press("/").await?;
    page.until("the gallery is open", async |page| page.has(".card").await)
        .await?;
    let search = page.driver().find(By::Css("dialog input")).await?;
    // These are keys of the page, too.
    search.send_keys("re").await?;
    page.click_on(".page-dialog .head button").await?;
    page.until("it is closed", async |page| !page.has(".card").await)
        .await?;
    assert!(page.query().await?.contains("threads=2"));
    assert_eq!(page.text("#exploration-summary").await, "");

    page.open_gallery().await?;
    let close = page
        .driver()
        .find(By::Css(".page-dialog .head button"))
        .await?;
    close.send_keys("e").await?;
    let search = page.driver().find(By::Css("dialog input")).await?;
    search.send_keys("nothing like it").await?;
    assert_eq!(
        page.text(".page-dialog [role=status]").await,
        "Nothing of that name."
    );
    search.send_keys(Key::Control + "a").await?;
    search.send_keys("philosophers").await?;
    search.send_keys(Key::Enter + "").await?;
    page.until("the philosophers are shown", async |page| {
        let query = page.query().await.unwrap_or_default();
        query.starts_with("scenario=philosophers") && query.contains("theme=dark")
    })
    .await?;
    // The key has not pressed the button that opened it, again.
    let as_long_as_it_takes = "const done = arguments[0];
        fetch('scenarios.json').then((list) => list.json())
            .then(() => requestAnimationFrame(() => requestAnimationFrame(done)));";
    page.driver()
        .execute_async(as_long_as_it_takes, vec![])
        .await?;
    assert!(!page.has(".card").await);
    assert_eq!(
        page.text("#exploration-summary").await,
        "",
        "E was for the dialog"
    );

    page.press("?").await?;
    page.until("the keys are shown", async |page| {
        page.text(".keys")
            .await
            .contains("explore every interleaving")
    })
    .await?;
    visit.end().await
}

#[tokio::test]
async fn the_divider_moves_by_mouse_and_keyboard_and_the_lanes_follow() -> Result {
    let visit = Visit::to("?threads=2&increments=2&engine=model&step=5").await?;
    let page = &visit.page;
    page.run().await?;
    let width = async || -> Result<f64> {
        let script = "return document.querySelector('.program').getBoundingClientRect().width";
        Ok(eval(page, script, vec![])
            .await?
            .as_f64()
            .unwrap_or_default())
    };
    let before = width().await?;
    let divider = page.driver().find(By::Css(".divider")).await?;
    for _ in 0..4 {
        divider.send_keys(Key::Right + "").await?;
    }
    let wider = width().await?;
    assert!(wider > before + 60.0, "{before} → {wider}");
    assert!(page.text("#stepper-words").await.starts_with("Step 5"));
    let mouse = page.driver().action_chain();
    mouse
        .drag_and_drop_element_by_offset(&divider, -150, 0)
        .perform()
        .await?;
    assert!(width().await? < wider - 100.0);
    // As many pixels as it is wide: nothing is stretched.
    let canvas = r#"
        const canvas = document.querySelector(".timeline canvas");
        return canvas.width === Math.floor(canvas.clientWidth * devicePixelRatio);
    "#;
    page.until("the lanes are painted for their width", async |page| {
        eval(page, canvas, vec![])
            .await
            .is_ok_and(|fits| fits == json!(true))
    })
    .await?;
    visit.end().await
}

#[tokio::test]
async fn the_first_sight_is_a_race_that_has_been_run_and_loads_no_engine() -> Result {
    let visit = Visit::to("").await?;
    let page = &visit.page;
    let ended = page.ended().await?;
    assert_eq!(ended.verdict, "violated");
    assert!(ended.words.contains("Why is it 3"), "{}", ended.words);
    let why = page.text(".outcome .why").await;
    assert!(
        why.starts_with("Worker-2 read 1 from counter (line 19)"),
        "{why}"
    );
    page.click("Back").await?;
    assert_eq!(page.text("#stepper-words").await, "Step 12 of 13");
    let engines = "return performance.getEntriesByType('resource')
        .filter(({ name }) => name.includes('engines-')).map(({ name }) => name)";
    assert_eq!(eval(page, engines, vec![]).await?, json!([]));
    // One press away: the same for real.
    page.click("Race ten real threads").await?;
    page.until("it has run on real threads", async |page| {
        page.read("Figures", "[data-fact=expected]").await == "1,000,000"
    })
    .await?;
    assert_eq!(page.text(".badge summary").await, "11 real threads");
    assert!(!page.has(".question").await);
    page.driver().back().await?;
    page.until("going back shows it again, as it was left", async |page| {
        page.text("#stepper-words").await == "Step 12 of 13"
    })
    .await?;
    visit.end().await
}
