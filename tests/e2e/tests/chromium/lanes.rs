//! The lanes, looked at closer: by keys, wheel, pointer, fingers and buttons; what is pointed
//! at is told.

use e2e::{Page, Result, Visit};
use serde_json::{Value, json};
use thirtyfour::prelude::*;

/// A run of so many steps that not all have room, and one on real threads.
const LONG: &str = "?threads=2&increments=60&engine=model&autorun=1";
const REAL: &str = "?threads=3&increments=300&guard=lock&autorun=1";

async fn eval(page: &Page, script: &str) -> Result<Value> {
    Ok(page.driver().execute(script, vec![]).await?.json().clone())
}

/// From when to when the lanes are shown, and when the run ends.
async fn window(page: &Page) -> Result<[f64; 3]> {
    let window = "return document.querySelector('.timeline canvas').dataset.window ?? ''";
    let told = eval(page, window).await?;
    let told = told.as_str().unwrap_or_default().split(' ');
    let numbers: Vec<f64> = told.filter_map(|number| number.parse().ok()).collect();
    Ok(numbers.try_into().unwrap_or_default())
}

async fn until_window(page: &Page, what: &str, is_so: impl Fn([f64; 3]) -> bool) -> Result {
    page.until(what, async |page| window(page).await.is_ok_and(&is_so))
        .await
}

async fn visit(query: &str) -> Result<Visit> {
    let visit = Visit::to(query).await?;
    visit.page.ended().await?;
    let page = &visit.page;
    page.until("the lanes have their buttons", async |page| {
        page.has(".lanes-tools button").await
    })
    .await?;
    until_window(page, "the whole run is shown", |[_, to, end]| {
        to > 0.0 && to <= end
    })
    .await?;
    Ok(visit)
}

fn is_whole([from, to, end]: [f64; 3]) -> bool {
    from == 0.0 && to == end
}

/// The middle of the lanes, and how wide they are.
async fn middle(page: &Page) -> Result<(f64, f64, f64)> {
    let place = "const box = document.querySelector('.timeline canvas').getBoundingClientRect();
                 return [box.left + box.width / 2, box.top + 40, box.width]";
    let place: [f64; 3] = serde_json::from_value(eval(page, place).await?)?;
    Ok((place[0], place[1], place[2]))
}

#[tokio::test]
async fn keys_and_buttons_zoom_pan_and_fit_and_the_map_shows_where() -> Result {
    let visit = visit(REAL).await?;
    let page = &visit.page;
    assert!(is_whole(window(page).await?));
    assert!(eval(page, "return document.querySelector('.lanes-map').hidden").await? == json!(true));
    page.press("w").await?;
    until_window(page, "W zooms", |[from, to, end]| from > 0.0 && to < end).await?;
    let map = "const map = document.querySelector('.lanes-map');
               const part = map.querySelector('.part').getBoundingClientRect();
               return !map.hidden && part.width > 8 && part.width < map.clientWidth * 0.8";
    page.until("the map shows the part", async |page| {
        eval(page, map).await.is_ok_and(|is| is == json!(true))
    })
    .await?;
    let [before, ..] = window(page).await?;
    page.press("d").await?;
    until_window(page, "D pans", |[from, ..]| from > before).await?;
    page.press("a").await?;
    page.press("a").await?;
    until_window(page, "A pans back", |[from, ..]| from < before).await?;
    page.press("f").await?;
    until_window(page, "F fits", is_whole).await?;
    page.click_on(".zoom [aria-label='Zoom in']").await?;
    until_window(page, "a button zooms", |now| !is_whole(now)).await?;
    page.click_on(".zoom [aria-label='Zoom out']").await?;
    until_window(page, "another zooms out", is_whole).await?;
    page.click_on(".zoom [aria-label='Zoom in']").await?;
    until_window(page, "a button zooms", |now| !is_whole(now)).await?;
    page.click_on(".zoom [aria-label='Fit the whole run']")
        .await?;
    until_window(page, "and one fits", is_whole).await?;
    // Where somebody types these are letters.
    let field = page.driver().find(By::Id("param-threads")).await?;
    field.send_keys("w").await?;
    assert!(is_whole(window(page).await?));
    visit.end().await
}

#[tokio::test]
async fn the_wheel_zooms_with_ctrl_and_scrolls_without() -> Result {
    let visit = visit(REAL).await?;
    let page = &visit.page;
    let (x, y, _) = middle(page).await?;
    let wheel = async |modifiers: u32, delta: f64| {
        let params = json!({"type": "mouseWheel", "x": x, "y": y, "deltaX": 0,
            "deltaY": delta, "modifiers": modifiers});
        visit
            .browser
            .devtools("Input.dispatchMouseEvent", params)
            .await
    };
    // The first of them has the tools loaded.
    page.until("the hint is there", async |page| {
        wheel(0, -100.0).await.is_ok() && page.text(".lanes-says").await.contains("Ctrl")
    })
    .await?;
    assert!(is_whole(window(page).await?));
    wheel(2, -100.0).await?;
    until_window(page, "Ctrl + wheel zooms", |now| !is_whole(now)).await?;
    for _ in 0..3 {
        wheel(2, 100.0).await?;
    }
    until_window(page, "and zooms out", is_whole).await?;
    visit.end().await
}

#[tokio::test]
async fn who_drags_over_the_lanes_sees_that_part_and_a_double_click_fits() -> Result {
    let visit = visit(REAL).await?;
    let page = &visit.page;
    let (x, y, width) = middle(page).await?;
    let to = (x + width / 4.0, y);
    let mouse = async |kind: &str, (x, y): (f64, f64), clicks: u32| {
        let params = json!({"type": kind, "x": x, "y": y, "button": if clicks == 0 { "none" } else { "left" },
            "buttons": u32::from(clicks > 0),
            "clickCount": clicks});
        visit
            .browser
            .devtools("Input.dispatchMouseEvent", params)
            .await
    };
    // Who comes to drag hovers first.
    mouse("mouseMoved", (x, y), 0).await?;
    page.until("what is there is told", async |page| {
        !page.text(".lanes-says").await.is_empty()
    })
    .await?;
    mouse("mousePressed", (x, y), 1).await?;
    mouse("mouseMoved", to, 1).await?;
    mouse("mouseReleased", to, 1).await?;
    until_window(page, "the part is shown", |[from, to, end]| {
        let share = (to - from) / end;
        (0.2..0.35).contains(&share) && from / end > 0.3
    })
    .await?;
    for clicks in [1, 2] {
        mouse("mousePressed", (x, y), clicks).await?;
        mouse("mouseReleased", (x, y), clicks).await?;
    }
    until_window(page, "a double click fits", is_whole).await?;
    visit.end().await
}

#[tokio::test]
async fn two_fingers_zoom_and_one_does_not() -> Result {
    let visit = visit(REAL).await?;
    let page = &visit.page;
    let (x, y, _) = middle(page).await?;
    let touch = async |kind: &str, xs: &[f64]| {
        let points: Vec<Value> = (xs.iter().zip(0..))
            .map(|(x, id)| json!({"x": x, "y": y, "id": id}))
            .collect();
        let params = json!({"type": kind, "touchPoints": points});
        visit
            .browser
            .devtools("Input.dispatchTouchEvent", params)
            .await
    };
    touch("touchStart", &[x]).await?;
    touch("touchMove", &[x + 60.0]).await?;
    touch("touchEnd", &[]).await?;
    assert!(is_whole(window(page).await?));
    touch("touchStart", &[x - 40.0, x + 40.0]).await?;
    touch("touchMove", &[x - 120.0, x + 120.0]).await?;
    touch("touchEnd", &[]).await?;
    until_window(page, "fingers zoom", |[from, to, end]| {
        (0.25..0.45).contains(&((to - from) / end))
    })
    .await?;
    visit.end().await
}

#[tokio::test]
async fn of_many_steps_the_one_that_is_shown_stays_in_sight() -> Result {
    let visit = visit(LONG).await?;
    let page = &visit.page;
    let [_, to, end] = window(page).await?;
    assert!(to < end, "not all steps have room: {to} of {end}");
    page.press(&String::from(Key::End.value())).await?;
    until_window(page, "the last step is in sight", |[_, to, end]| to == end).await?;
    page.press(&String::from(Key::Home.value())).await?;
    until_window(page, "the first is", |[from, ..]| from == 0.0).await?;
    page.press("f").await?;
    until_window(page, "F shows all", is_whole).await?;
    visit.end().await
}

#[tokio::test]
async fn what_is_pointed_at_is_told_to_mouse_and_keyboard() -> Result {
    let visit = visit("?scenario=bank&engine=model&seed=2&autorun=1").await?;
    let page = &visit.page;
    page.press(&String::from(Key::End.value())).await?;
    let says = async |what: &str, words: &str| {
        page.until(what, async |page| {
            page.text(".lanes-says").await.contains(words)
        })
        .await
    };
    let (x, y, _) = middle(page).await?;
    let params = json!({"type": "mouseMoved", "x": x, "y": y});
    visit
        .browser
        .devtools("Input.dispatchMouseEvent", params)
        .await?;
    says("a bar is told", "main").await?;
    page.driver()
        .find(By::Css(".timeline"))
        .await?
        .focus()
        .await?;
    let timeline = page.driver().find(By::Css(".timeline")).await?;
    timeline.send_keys(Key::Down).await?;
    timeline.send_keys(".").await?;
    says("the next step is told", "Step").await?;
    says("of the second lane", "Worker").await?;
    timeline.send_keys(Key::Escape).await?;
    let hidden = "return document.querySelector('.lanes-says').hidden";
    page.until("Escape takes it away", async |page| {
        eval(page, hidden).await.is_ok_and(|is| is == json!(true))
    })
    .await?;
    visit.end().await
}

#[tokio::test]
async fn a_table_says_what_the_lanes_show_and_a_legend_what_they_mean() -> Result {
    let rows = "return [...document.querySelectorAll('.page-dialog tbody tr')]
                    .map((row) => [...row.children].map((cell) => cell.textContent))";
    let visit = visit("?scenario=bank&engine=model&autorun=1").await?;
    let page = &visit.page;
    page.click("Table").await?;
    page.until("there are rows", async |page| {
        page.has(".page-dialog tbody tr").await
    })
    .await?;
    let told: Vec<Vec<String>> = serde_json::from_value(eval(page, rows).await?)?;
    assert_eq!(told[0][..2], ["1", "main"]);
    assert!(told[0][2].starts_with("starts "), "{told:?}");
    page.click("Close").await?;
    page.click("?").await?;
    page.until("each state has its sentence", async |page| {
        page.text(".page-dialog")
            .await
            .contains("blocked until another one lets it go on")
    })
    .await?;
    visit.end().await
}

#[tokio::test]
async fn a_link_can_hide_the_table_and_the_legend_stays() -> Result {
    let visit = visit("?scenario=bank&engine=model&autorun=1&hide=events").await?;
    let page = &visit.page;
    let buttons = page.text(".lanes-tools").await;
    assert!(
        buttons.contains('?') && !buttons.contains("Table"),
        "{buttons}"
    );
    visit.end().await
}

/// On the browser's loop, too, it is known which task let another one go on.
#[tokio::test]
async fn a_task_that_waited_is_told_who_woke_it() -> Result {
    let visit = visit("?scenario=async-event&autorun=1").await?;
    let page = &visit.page;
    let timeline = page.driver().find(By::Css(".timeline")).await?;
    timeline.focus().await?;
    // Down the lanes, to and fro in each.
    let down = String::from(Key::Down.value());
    let keys = [&*down, ".", ".", ".", &*down, ",", ",", ","];
    for key in keys.iter().cycle().take(40) {
        timeline.send_keys(*key).await?;
        if page.text(".lanes-says").await.contains("woken by") {
            break;
        }
    }
    page.until("who woke whom is told", async |page| {
        page.text(".lanes-says").await.contains("woken by")
    })
    .await?;
    visit.end().await
}

#[tokio::test]
async fn the_table_of_a_long_run_comes_in_parts() -> Result {
    let visit = visit(REAL).await?;
    let page = &visit.page;
    page.click("Table").await?;
    page.until("the first part is there", async |page| {
        page.text(".page-dialog .note")
            .await
            .starts_with("Events 1 to 500 of ")
    })
    .await?;
    page.click("Next").await?;
    page.until("the next part is there", async |page| {
        page.text(".page-dialog .note")
            .await
            .starts_with("Events 501 to ")
    })
    .await?;
    visit.end().await
}
