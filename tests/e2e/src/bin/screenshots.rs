//! Takes pictures of the page, wide and narrow, light and dark, into a folder:
//! `cargo run -p e2e --bin screenshots -- FOLDER [STATE…]`. To be looked at by a person.

use e2e::{Browser, Page, Result, Site, VIEWS};

#[tokio::main]
async fn main() -> Result {
    let mut args = std::env::args().skip(1);
    let folder = args.next().unwrap_or_else(|| ".".to_owned());
    let wanted: Vec<String> = args.collect();
    let site = Site::serve("dist").await?;
    for (width, height) in [(1280, 720), (700, 900), (360, 740)] {
        for scheme in ["light", "dark"] {
            let browser = Browser::start_sized(width, height).await?;
            browser.prefer(scheme).await?;
            let is_wanted = |name: &str| wanted.is_empty() || wanted.iter().any(|one| one == name);
            for (name, path, act) in VIEWS.into_iter().filter(|view| is_wanted(view.0)) {
                let url = format!("{}/{path}", site.url());
                let page = Page::open_any(browser.driver(), &url).await?;
                page.act(act).await?;
                page.screenshot(&format!("{folder}/{name}-{width}-{scheme}.png"))
                    .await?;
            }
            browser.quit().await?;
        }
    }
    Ok(())
}
