//! The player in frames of other people's pages.

use e2e::FrameSends::{All, NoDocumentIsolation, Nothing};
use e2e::{Browser, Cell, Result, Sends, each_cell_is_as_it_says};

#[tokio::test]
async fn each_cell_of_the_ladder_has_the_engine_that_it_should() -> Result {
    let browser = Browser::firefox().await?;
    let mut cells = Vec::new();
    for allow in ["cross-origin-isolated", ""] {
        for (page, frame, real) in [
            (Sends::Nothing, All, false),
            (Sends::Nothing, NoDocumentIsolation, false),
            (Sends::Nothing, Nothing, false),
            (Sends::Isolation, All, true),
        ] {
            // This browser knows no Document-Isolation-Policy, so a worker changes nothing.
            for worker in [false, true] {
                cells.push(Cell {
                    page,
                    allow,
                    frame,
                    worker,
                    real,
                });
            }
        }
    }
    each_cell_is_as_it_says(&browser, &cells).await?;
    browser.quit().await
}
