//! Pages that are fetched at the same time.

use super::help::fact;
use super::listing::listing;
use super::outcome::{Fact, Outcome, Report};
use super::param::Param;
use super::params::Params;
use super::{Scenario, TryNext};
use crate::aio::{create_named_task, gather_with_exceptions, get};
use crate::sync::Error;
use crate::words::number::counted;

pub static SCENARIO: Scenario = Scenario {
    id: "async-fetch",
    version: 1,
    title: "Fetching pages",
    try_next: &[
        TryNext {
            label: "Ten pages",
            explore: false,
            set: &[("pages", "10")],
        },
        TryNext {
            label: "One page is missing",
            explore: false,
            set: &[("missing", "1")],
        },
    ],
    params: &[
        Param::count("pages", "How many pages are fetched.", "3"),
        Param::int(
            "missing",
            "How many of them do not exist: the last ones.",
            0,
            64,
            "0",
        ),
    ],
    facts: &[
        fact(
            "statuses",
            "the answers' statuses, in the order of the pages",
        ),
        fact("errors", "requests that were not answered"),
    ],
    chart: None,
    max_threads: |_| 1,
    in_words,
    listing: listing!("async-fetch", "async_fetch.rs"),
};

fn in_words(report: &Report) -> String {
    let statuses = report.text("statuses").replace(',', ", ");
    match report.int("errors") {
        0 => format!("The statuses are {statuses}"),
        errors => format!("{}; the statuses are {statuses}", counted(errors, "error")),
    }
}

pub async fn run(params: Params) -> Result<Outcome, Error> {
    let pages = params.int("pages");
    let there = pages - params.int("missing");

    let mut tasks = Vec::new();
    for page in 1..=pages {
        let url = match page <= there {
            true => format!("index.html?page={page}"),
            false => format!("missing-{page}.html"),
        };
        let fetch = async move { get(&url).await }; // @1
        tasks.push(create_named_task(&format!("Fetch-{page}"), fetch)); // @2
    }
    let answers = gather_with_exceptions(tasks).await?; // @2

    let errors = answers.iter().filter(|answer| answer.is_err()).count();
    let facts = vec![
        Fact::list("statuses", answers.iter().flatten()),
        Fact::int("errors", errors as i64),
    ];
    Ok(Outcome::new(true, facts))
}
