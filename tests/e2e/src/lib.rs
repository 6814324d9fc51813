//! What end-to-end tests share: the built site on a port of its own, a headless
//! browser, and the page as a person sees it.

mod browser;
mod page;
mod site;
mod tasks;

pub use browser::Browser;
pub use page::Page;
pub use site::{Answered, Site};
pub use tasks::each_task_keeps_its_time;

pub type Error = Box<dyn std::error::Error + Send + Sync>;
pub type Result<T = ()> = std::result::Result<T, Error>;

/// A site, a browser, and in it the page that a query string opens.
pub struct Visit {
    pub page: Page,
    pub browser: Browser,
    pub site: Site,
}

impl Visit {
    /// Opens the site as `cargo xtask build` left it.
    pub async fn to(query: &str) -> Result<Visit> {
        let site = Site::serve("dist").await?;
        let browser = Browser::start().await?;
        let page = Page::open(browser.driver(), &format!("{}/{query}", site.url())).await?;
        Ok(Visit {
            page,
            browser,
            site,
        })
    }

    /// Ends the visit, which the page must not have complained of.
    pub async fn end(self) -> Result {
        let complaints = self.page.complaints().await?;
        self.browser.quit().await?;
        match complaints[..] {
            [] => Ok(()),
            _ => Err(format!("the page complains: {complaints:?}").into()),
        }
    }
}
