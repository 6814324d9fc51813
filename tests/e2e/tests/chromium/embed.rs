//! The player in frames of other people's pages.

use e2e::FrameSends::{All, NoDocumentIsolation, Nothing};
use e2e::{Browser, Cell, FrameSends, Result, Sends, each_cell_is_as_it_says};

const ALLOWED: &str = "cross-origin-isolated";

fn cell(page: Sends, allow: &'static str, frame: FrameSends, worker: bool, real: bool) -> Cell {
    Cell {
        page,
        allow,
        frame,
        worker,
        real,
    }
}

/// What headers alone do, as they were found to.
#[tokio::test]
async fn each_cell_of_the_ladder_has_the_engine_that_it_should() -> Result {
    let browser = Browser::start().await?;
    let cells = [
        cell(Sends::Nothing, ALLOWED, All, false, true),
        cell(Sends::Nothing, "", All, false, true),
        cell(Sends::Isolation, "", All, false, true),
        cell(Sends::Isolation, ALLOWED, NoDocumentIsolation, false, true),
        cell(Sends::Isolation, "", NoDocumentIsolation, false, false),
        cell(Sends::Nothing, ALLOWED, NoDocumentIsolation, false, false),
        cell(Sends::Nothing, ALLOWED, Nothing, false, false),
    ];
    each_cell_is_as_it_says(&browser, &cells).await?;
    browser.quit().await
}

#[tokio::test]
async fn the_service_worker_makes_threads_real_where_headers_do_not() -> Result {
    let browser = Browser::start().await?;
    let cells = [
        cell(Sends::Isolation, "", NoDocumentIsolation, true, true),
        cell(Sends::Nothing, "", NoDocumentIsolation, true, true),
        cell(Sends::Nothing, "", Nothing, true, true),
    ];
    each_cell_is_as_it_says(&browser, &cells).await?;
    browser.quit().await
}
