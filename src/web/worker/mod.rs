//! What `www/worker.js` calls, in a worker: the modules of the engines, of which
//! `src/bin/` has one for each chapter of scenarios.

pub mod event_loop;
pub mod model;
pub mod own;
pub mod threads;

use crate::scenario::{Program, Programs};
use crate::share::{self, Link};
use crate::words::errors::OTHER_MODULE;

/// What a query of the page's opens, and its program.
///
/// # Errors
/// It is not one of these.
fn open(query: &str, programs: Programs) -> Result<(Link, Program), &'static str> {
    let find = |id: &str| programs.iter().find(|(scenario, _)| scenario.id == id);
    let &(first, _) = programs.first().ok_or(OTHER_MODULE)?;
    let (link, notices) = share::read_among(query, |id| find(id).map(|found| found.0), first);
    let &(_, program) = find(link.scenario.id).ok_or(OTHER_MODULE)?;
    match notices.is_empty() {
        true => Ok((link, program)),
        false => Err(OTHER_MODULE),
    }
}
