//! Takes pictures of the page, wide and narrow, light and dark, into a folder:
//! `cargo run -p e2e --bin screenshots -- FOLDER`. To be looked at by a person.

use e2e::{Browser, Page, Result, Site, VIEWS};

#[tokio::main]
async fn main() -> Result {
    let folder = std::env::args().nth(1).unwrap_or_else(|| ".".to_owned());
    let site = Site::serve("dist").await?;
    for (width, height) in [(1280, 720), (700, 900), (360, 740)] {
        for scheme in ["light", "dark"] {
            let browser = Browser::start_sized(width, height).await?;
            browser.prefer(scheme).await?;
            for (name, path, act) in VIEWS {
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
