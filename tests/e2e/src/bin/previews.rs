//! Makes what others show of a link to a scenario, from its picture and its description:
//! `cargo run -p e2e --bin previews`, which writes `static/previews/`.

use std::fs;
use std::path::Path;

use e2e::{Browser, Result};
use serde_json::Value;

const WIDTH: u32 = 1200;
const HEIGHT: u32 = 630;

/// Readable where it is shown a quarter as large. Light, as most pages are that show it.
/// The picture is half as large again as it is by itself: its hatching then falls on whole
/// pixels and repeats, so that the file is a third of what it would be.
const STYLE: &str = "
    body { display: flex; flex-direction: column; justify-content: space-between;
           box-sizing: border-box; height: 100vh; margin: 0; padding: 28px 48px;
           background: #f6f7f9; color: #16202a; font: 27px/1.3 system-ui, sans-serif; }
    header { display: flex; gap: 32px; align-items: center; justify-content: space-between; }
    header span { display: flex; gap: 14px; align-items: center; font-weight: 700; }
    header svg { width: 48px; height: 48px; }
    h1, p { margin: 0; }
    h1 { font-size: 54px; line-height: 1.2; letter-spacing: -0.02em; }
    p { color: #566370; text-wrap: balance; }
    main { padding: 8px 71px; background: #ffffff; border: 1px solid #d9dfe5;
           border-radius: 12px; }
    main svg { display: block; width: 960px; height: 360px; }
    main svg text { fill: #16202a; }
";

#[tokio::main]
async fn main() -> Result {
    let files = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../static");
    let icon = fs::read_to_string(files.join("icon.svg"))?;
    let list = fs::read_to_string(files.join("scenarios.json"))?;
    let scenarios: Vec<Value> = serde_json::from_str(&list)?;

    let previews = files.join("previews");
    if previews.exists() {
        fs::remove_dir_all(&previews)?;
    }
    fs::create_dir(&previews)?;
    let browser = Browser::start_sized(WIDTH, HEIGHT).await?;
    let driver = browser.driver();
    driver.goto("about:blank").await?;
    for scenario in scenarios {
        let text = |key: &str| scenario[key].as_str().unwrap_or_default();
        let id = text("id");
        let picture = fs::read_to_string(files.join(format!("pictures/{id}.svg")))?;
        let page = page(
            text("title"),
            first_sentence(text("description")),
            &icon,
            &picture,
        );
        let show = "document.documentElement.innerHTML = arguments[0]";
        driver.execute(show, vec![page.into()]).await?;
        let png = driver.screenshot_as_png().await?;
        fs::write(previews.join(format!("{id}.png")), png)?;
    }
    browser.quit().await
}

fn page(title: &str, sentence: &str, icon: &str, picture: &str) -> String {
    let (title, sentence) = (escaped(title), escaped(sentence));
    format!(
        "<head><style>{STYLE}</style></head><body>\
         <header><h1>{title}</h1><span>{icon}Lockstep</span></header>\
         <p>{sentence}</p><main>{picture}</main></body>"
    )
}

fn first_sentence(text: &str) -> &str {
    text.split_once(". ")
        .map_or(text, |(first, _)| &text[..=first.len()])
}

fn escaped(text: &str) -> String {
    text.replace('&', "&amp;").replace('<', "&lt;")
}
