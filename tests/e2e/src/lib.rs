//! What end-to-end tests share: the built site on a port of its own, a headless
//! browser, and the page as a person sees it.

mod browser;
mod course;
mod ladder;
mod loading;
mod offline;
mod page;
mod process;
mod site;
mod tasks;
mod tracing;
mod views;

use std::path::{Path, PathBuf};

pub use browser::Browser;
pub use course::{Course, Sends};
pub use ladder::{Cell, FrameSends, each_cell_is_as_it_says};
pub use loading::{
    what_cannot_be_loaded_is_named_and_the_next_run_works,
    what_is_not_needed_to_run_holds_up_nothing, what_never_comes_is_given_up,
};
pub use offline::a_plain_host_is_enough;
pub use page::Page;
pub use process::{Killed, workers};
pub use site::{Answered, Rules, Site, Spoilt};
pub use tasks::each_task_keeps_its_time;
pub use tracing::{Task, Tracing};
pub use views::{Act, VIEWS, View};

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

/// The root of the checkout.
pub fn checkout() -> PathBuf {
    let here = Path::new(env!("CARGO_MANIFEST_DIR"));
    here.ancestors().nth(2).unwrap_or(here).to_owned()
}
