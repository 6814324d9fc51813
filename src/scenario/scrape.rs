//! Pages of the site itself, asked for by the threads of a pool.

use std::time::Duration;

use super::help::fact;
use super::listing::listing;
use super::outcome::{Fact, Outcome, Report};
use super::param::Param;
use super::params::Params;
use super::{Scenario, TryNext};
use crate::platform::{Platform, Script};
use crate::pool::{Page, ThreadPoolExecutor};
use crate::sync::{Blocking, Error};
use crate::words::number::counted;

pub static SCENARIO: Scenario = Scenario {
    id: "scrape",
    version: 2,
    title: "Scraping pages",
    try_next: &[
        TryNext {
            label: "Let one be missing",
            explore: false,
            set: &[("missing", "1")],
        },
        TryNext {
            label: "Twelve pages, one worker",
            explore: false,
            set: &[("pages", "12"), ("workers", "1")],
        },
    ],
    params: &[
        Param::count("workers", "How many threads the pool has at most.", "3"),
        Param::count(
            "pages",
            "How many pages are asked for, each a file of this site.",
            "3",
        ),
        Param::int(
            "missing",
            "How many of the pages do not exist, the last ones; more than there are means all.",
            0,
            64,
            "0",
        ),
    ],
    facts: &[
        fact(
            "statuses",
            "what the server answered, in the order of the pages; error where nothing came",
        ),
        fact("errors", "requests that got no answer at all"),
    ],
    chart: None,
    max_threads: |params| params.count("pages").min(params.count("workers")) + 1,
    in_words,
    listing: listing!("scrape", "scrape.rs"),
};

fn in_words(report: &Report) -> String {
    let statuses = report.text("statuses").split(',');
    let count = |wanted: &str| statuses.clone().filter(|&status| status == wanted).count() as i64;
    let mut words = format!("{} fetched", counted(count("200"), "page"));
    let (missing, errors) = (count("404"), report.int("errors"));
    if missing > 0 {
        words.push_str(&format!(", {missing} not found"));
    }
    if errors > 0 {
        words.push_str(&format!(", {errors} without an answer"));
    }
    words
}

/// Small files of the site, where listings are served.
const FILES: [&str; 16] = [
    "threads",
    "return-values",
    "counter",
    "recursion",
    "bank",
    "semaphore",
    "over-release",
    "strict-pool",
    "event",
    "download-event",
    "producer-consumer",
    "barrier",
    "phases",
    "thread-pool",
    "downloads",
    "scrape",
];

/// The pages, the missing ones last. More than there are files: the same once more.
///
/// Where a script answers, page k takes 100 + 10 k ms, so that no two tie at once.
fn all_pages<P: Platform>(pages: usize, missing: usize) -> Vec<Page<P>> {
    let existing = pages.saturating_sub(missing);
    let page = |k: usize| {
        let after = Duration::from_millis(100 + 10 * k as u64);
        let (path, status) = if k < existing {
            (
                format!("listings/python/{}.py", FILES[k % FILES.len()]),
                200,
            )
        } else {
            (format!("no-such-page-{}", k + 1), 404)
        };
        let answer = Ok(status);
        Page::new(path, Script { answer, after })
    };
    (0..pages).map(page).collect()
}

pub async fn run<P: Platform>(params: Params) -> Result<Outcome, Error> {
    let pages = all_pages::<P>(params.count("pages"), params.count("missing"));
    let mut statuses = Vec::new();
    let mut errors = 0;

    let pool = ThreadPoolExecutor::<P>::new("pool", params.count("workers"))?; // @1
    let mut futures = Vec::new();
    for page in pages {
        let fetch = async move || page.get().await; // @2
        futures.push(pool.submit(fetch).await?); // @3
    }
    for future in &futures {
        match future.result(Blocking::Forever).await {
            // @4
            Ok(status) => statuses.push(status.to_string()),
            Err(_) => {
                errors += 1;
                statuses.push("error".to_owned());
            }
        }
    }
    pool.shutdown(true, false).await?; // @1

    let facts = vec![
        Fact::list("statuses", &statuses),
        Fact::int("errors", errors),
    ];
    Ok(Outcome::new(statuses.len() == futures.len(), facts))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::scenario;

    #[test]
    fn the_pages_are_files_that_the_site_serves() {
        for file in FILES {
            let python = format!("python/{file}.py");
            let mut all = scenario::all().iter();
            assert!(all.any(|s| s.listing.python == python), "{python}");
        }
    }
}
