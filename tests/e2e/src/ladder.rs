//! The ladder: which engine a frame gets, by what the page around it sends, what the
//! frame's host sends, and what the frame allows.

use serde_json::json;
use thirtyfour::By;

use crate::{Browser, Course, Result, Sends, Site};

/// What the host of the frame sends.
#[derive(Clone, Copy, Debug)]
pub enum FrameSends {
    /// All of `_headers`.
    All,
    /// The same without Document-Isolation-Policy.
    NoDocumentIsolation,
    /// No headers at all.
    Nothing,
}

/// A cell, and whether the threads in it are real.
pub struct Cell {
    /// What the page around the frame sends.
    pub page: Sends,
    pub allow: &'static str,
    pub frame: FrameSends,
    /// Whether the site's service worker can be had, which adds what the host does not
    /// send.
    pub worker: bool,
    pub real: bool,
}

/// Sees that each cell is as it says: in what the frame answers, in its badge, and in what
/// a run comes to.
pub async fn each_cell_is_as_it_says(browser: &Browser, cells: &[Cell]) -> Result {
    let mut wrong = Vec::new();
    for cell in cells {
        let site = match cell.frame {
            FrameSends::All => Site::serve("dist").await?,
            FrameSends::NoDocumentIsolation => {
                Site::serve_without("dist", "document-isolation-policy").await?
            }
            FrameSends::Nothing => Site::serve_bare("dist").await?,
        };
        if !cell.worker {
            site.hide_worker();
        }
        let frame = format!(
            "<iframe allow='{}' src='{}/embed.html?threads=4&increments=50&guard=lock'></iframe>",
            cell.allow,
            site.url()
        );
        let course = Course::open(browser, &frame, cell.page).await?;
        // It says how high it is as soon as somebody is there to be asked.
        course.wait_for(0, "resize").await?;
        let result = course.ask_at_once(0, json!({"type": "run"})).await?;
        let pong = course.ask(0, json!({"type": "ping"})).await?;
        let badge = course
            .within(0, async |page| Ok(page.text(".badge summary").await))
            .await?;
        // Where it would be real it is the same, and not the run that has been simulated.
        let elsewhere = course
            .within(0, async |page| {
                let link = By::Css(".badge .why a");
                match page.driver().find(link).await {
                    Ok(link) => Ok(link.attr("href").await?.unwrap_or_default()),
                    Err(_) => Ok(String::new()),
                }
            })
            .await?;
        let real_elsewhere = match cell.real {
            true => "",
            false => "./?scenario=counter&threads=4&increments=50&guard=lock",
        };
        let (engine, words) = match cell.real {
            true => ("workers", "5 real threads"),
            false => ("model", "simulated here: why?"),
        };
        let as_it_says = pong["isolated"] == cell.real
            && result["engine"] == engine
            && result["facts"] == json!({"counter": 200, "expected": 200, "lost": 0})
            && badge == words
            && elsewhere == real_elsewhere;
        if !as_it_says {
            wrong.push(format!(
                "{:?}, allow '{}', {:?}, worker {}: {badge}, {elsewhere}, {pong}, {result}",
                cell.page, cell.allow, cell.frame, cell.worker
            ));
        }
    }
    match wrong[..] {
        [] => Ok(()),
        _ => Err(wrong.join("\n").into()),
    }
}
