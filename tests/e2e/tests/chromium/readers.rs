//! Readers whose system is set otherwise: dark, on paper, in colours of their own, from right
//! to left, with large letters, on screens of other resolutions. All of it changes while the
//! page is open.

use e2e::{Page, Result, Visit};
use serde_json::{Value, json};
use thirtyfour::prelude::*;

/// A run that is the same each time, at a step with all panes.
const SHOWN: &str = "?scenario=bank&engine=model&step=5&autorun=1";

async fn eval(page: &Page, script: &str) -> Result<Value> {
    Ok(page.driver().execute(script, vec![]).await?.json().clone())
}

async fn is_so(page: &Page, what: &str, script: &str) -> Result {
    page.until(what, async |page| {
        eval(page, script).await.is_ok_and(|is| is == json!(true))
    })
    .await
}

async fn visit() -> Result<Visit> {
    let visit = Visit::to(SHOWN).await?;
    visit.page.ended().await?;
    // With all that makes the workbench.
    let coloured = "return CSS.highlights.get('keyword')?.size > 0";
    is_so(&visit.page, "the listing has colours", coloured).await?;
    Ok(visit)
}

#[tokio::test]
async fn lanes_follow_a_system_that_turns_dark_and_light_again() -> Result {
    let visit = visit().await?;
    let painted = "return document.querySelector('.timeline canvas').toDataURL()";
    visit.browser.prefer("light").await?;
    let light = eval(&visit.page, painted).await?;
    visit.browser.prefer("dark").await?;
    visit
        .page
        .until("the lanes are painted for the dark", async |page| {
            eval(page, painted).await.is_ok_and(|now| now != light)
        })
        .await?;
    visit.browser.prefer("light").await?;
    visit
        .page
        .until("and for the light again", async |page| {
            eval(page, painted).await.is_ok_and(|now| now == light)
        })
        .await?;
    visit.end().await
}

#[tokio::test]
async fn on_paper_all_is_there_in_dark_ink() -> Result {
    let visit = visit().await?;
    visit.browser.prefer("dark").await?;
    let media = json!({"media": "print", "features": [
        {"name": "prefers-color-scheme", "value": "dark"}
    ]});
    visit
        .browser
        .devtools("Emulation.setEmulatedMedia", media)
        .await?;
    let ink = "const { color } = getComputedStyle(document.querySelector('.listing code'));
               const light = color.match(/\\d+/g).slice(0, 3).map(Number);
               return light.every((of) => of < 90)";
    is_so(&visit.page, "letters are dark", ink).await?;
    let cut = r#"
        const boxes = document.querySelectorAll(".listing .scroller, .steps, .state-pane, .run");
        return [...boxes].every((box) => box.scrollHeight <= box.clientHeight + 1);
    "#;
    is_so(&visit.page, "nothing is cut", cut).await?;
    visit.end().await
}

#[tokio::test]
async fn in_colours_of_their_own_readers_still_see_states_and_marks() -> Result {
    let visit = visit().await?;
    let media = json!({"features": [{"name": "forced-colors", "value": "active"}]});
    visit
        .browser
        .devtools("Emulation.setEmulatedMedia", media)
        .await?;
    let told = r#"
        const style = (selector) => getComputedStyle(document.querySelector(selector));
        return style(".swatch.waiting").backgroundImage !== "none"
            && style(".swatch.running").backgroundColor !== style("body").backgroundColor
            && style(".dot").backgroundColor !== style("body").backgroundColor
            && style(".tabs [aria-pressed=true]").outlineStyle === "solid"
            && style(".steps .current").outlineStyle === "solid";
    "#;
    is_so(&visit.page, "signs keep what they mean", told).await?;
    visit.end().await
}

#[tokio::test]
async fn in_a_page_from_right_to_left_code_and_figures_are_not_turned_round() -> Result {
    let visit = visit().await?;
    eval(&visit.page, "document.documentElement.dir = 'rtl'").await?;
    let right = r#"
        const box = (selector) => document.querySelector(selector).getBoundingClientRect();
        const program = box(".program").left > box(".run").left;
        const code = box(".code li .number").left < box(".code li code").left;
        const steps = box(".transport .start").left < box(".transport .end").left;
        const fits = document.documentElement.scrollWidth <= innerWidth;
        return program && code && steps && fits;
    "#;
    is_so(&visit.page, "code and steps run from left to right", right).await?;
    let badge = r#"
        document.querySelector("details.badge").open = true;
        const { left, right } = document.querySelector(".badge .why").getBoundingClientRect();
        return left >= 0 && right <= innerWidth && right > left;
    "#;
    is_so(&visit.page, "what the badge explains is in sight", badge).await?;
    let width = "return document.querySelector('.program').getBoundingClientRect().width";
    let before = eval(&visit.page, width).await?.as_f64();
    let divider = visit.page.driver().find(By::Css(".divider")).await?;
    divider.send_keys(Key::Left + "").await?;
    visit
        .page
        .until(
            "the left arrow moves the divider to the left",
            async |page| {
                let now = eval(page, width).await.ok().and_then(|now| now.as_f64());
                now > before
            },
        )
        .await?;
    visit.end().await
}

#[tokio::test]
async fn with_letters_of_twice_the_size_nothing_is_cut_or_pushed_out() -> Result {
    let visit = visit().await?;
    eval(
        &visit.page,
        "document.documentElement.style.fontSize = '32px'",
    )
    .await?;
    for width in [1280, 700, 360] {
        let metrics = json!({
            "width": width, "height": 800, "deviceScaleFactor": 1, "mobile": false
        });
        let command = "Emulation.setDeviceMetricsOverride";
        visit.browser.devtools(command, metrics).await?;
        let fits = r#"
            const whole = document.documentElement.scrollWidth <= innerWidth;
            const buttons = [...document.querySelectorAll(".bar button, .strip button, .chip")];
            return whole && buttons.every((button) =>
                button.scrollWidth <= button.clientWidth + 1 &&
                button.scrollHeight <= button.clientHeight + 1);
        "#;
        is_so(&visit.page, &format!("all fits at {width} px"), fits).await?;
    }
    visit.end().await
}

#[tokio::test]
async fn lanes_are_as_fine_as_the_screen_that_the_page_is_moved_to() -> Result {
    let visit = visit().await?;
    // The protocol changes the ratio without an event that a browser would send; another width
    // makes it send one.
    for (ratio, width) in [(1.0, 1280), (2.0, 1281), (1.25, 1282), (3.0, 1283)] {
        let metrics = json!({
            "width": width, "height": 720, "deviceScaleFactor": ratio, "mobile": false
        });
        let command = "Emulation.setDeviceMetricsOverride";
        visit.browser.devtools(command, metrics).await?;
        let fine = "const canvas = document.querySelector('.timeline canvas');
                    const wide = canvas.getBoundingClientRect().width * devicePixelRatio;
                    return Math.abs(canvas.width - wide) <= devicePixelRatio";
        is_so(
            &visit.page,
            &format!("the lanes are painted for {ratio}"),
            fine,
        )
        .await?;
    }
    visit.end().await
}
