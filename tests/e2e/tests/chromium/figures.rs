//! The figures of a run, and its files: what the dialog shows, what is downloaded, and the
//! lanes agree.

#[path = "../../../chrome_trace/mod.rs"]
mod chrome_trace;

use std::collections::BTreeMap;
use std::fs;
use std::path::PathBuf;
use std::time::Duration;

use e2e::{Browser, Page, Result, Site, Tracing, Visit};
use lockstep::session::figures::time;
use lockstep::session::record::Unit;
use serde_json::json;

/// More than this, and a reader notices that the page does not answer.
const LONGEST_MS: f64 = 50.0;

/// A folder of a test's own for what is downloaded.
struct Downloads(PathBuf);

impl Downloads {
    async fn of(browser: &Browser, name: &str) -> Result<Downloads> {
        let folder = format!("lockstep-{name}-{}", std::process::id());
        let folder = std::env::temp_dir().join(folder);
        fs::create_dir_all(&folder)?;
        let params = json!({"behavior": "allow", "downloadPath": folder});
        browser
            .devtools("Browser.setDownloadBehavior", params)
            .await?;
        Ok(Downloads(folder))
    }

    /// Presses the button for a file, and gives what the browser saved.
    async fn get(&self, page: &Page, scenario: &str, name: &str) -> Result<Vec<u8>> {
        let path = self.0.join(format!("lockstep-{scenario}-{name}"));
        page.click_on(&format!("[data-file='{name}']")).await?;
        // Until it is whole, the browser calls it otherwise.
        page.until(&format!("{name} is saved"), async |_| path.exists())
            .await?;
        Ok(fs::read(&path)?)
    }

    async fn text(&self, page: &Page, scenario: &str, name: &str) -> Result<String> {
        Ok(String::from_utf8(self.get(page, scenario, name).await?)?)
    }
}

impl Drop for Downloads {
    fn drop(&mut self) {
        // What is left is in the system's folder for such.
        let _ = fs::remove_dir_all(&self.0);
    }
}

/// The tables of the dialog, by title: of each row the cells, by what stands over them.
async fn tables(page: &Page) -> Result<BTreeMap<String, Vec<BTreeMap<String, String>>>> {
    let script = r#"
        const text = (cell) => cell.textContent;
        return Object.fromEntries([...document.querySelectorAll(".run-figures .scroller")]
            .map((scroller) => {
                const heads = [...scroller.querySelectorAll("thead th")].map(text);
                const rows = [...scroller.querySelectorAll("tbody tr")].map((row) =>
                    Object.fromEntries([...row.children].map((cell, n) => [heads[n], text(cell)])));
                return [scroller.ariaLabel, rows];
            }));
    "#;
    Ok(page.driver().execute(script, vec![]).await?.convert()?)
}

/// The rows of a table without quotes, by the names in its first line.
fn rows(csv: &str) -> Vec<BTreeMap<&str, &str>> {
    let mut lines = csv.lines().map(|line| line.split(','));
    let names: Vec<&str> = lines.next().into_iter().flatten().collect();
    lines
        .map(|cells| names.iter().copied().zip(cells).collect())
        .collect()
}

#[tokio::test]
async fn a_run_on_real_threads_has_figures_and_a_trace_with_the_bars_of_its_lanes() -> Result {
    let visit = Visit::to("?threads=4&increments=400&guard=lock").await?;
    let page = &visit.page;
    let downloads = Downloads::of(&visit.browser, "real").await?;
    page.run().await?;
    page.open_figures().await?;
    let tables = tables(page).await?;

    let lock = tables["By primitive"]
        .iter()
        .find(|row| row["name"] == "lock");
    let lock = lock.expect("the lock has a row");
    assert_eq!((&*lock["kind"], &*lock["acquired"]), ("Lock", "1,600"));
    let threads = &tables["By thread"];
    assert_eq!(threads.len(), 5);
    for thread in &threads[1..] {
        assert_eq!(thread["acquired"], "400");
    }

    let trace = downloads.text(page, "counter", "trace.json").await?;
    let trace = chrome_trace::check(&trace)?;
    assert_eq!(trace.lanes.len(), 5);
    let script =
        "return [...document.querySelectorAll('.timeline li')].map((li) => li.textContent)";
    let lanes: Vec<String> = page.driver().execute(script, vec![]).await?.convert()?;
    let primitives = downloads.text(page, "counter", "primitives.csv").await?;
    let by_thread = downloads.text(page, "counter", "threads.csv").await?;
    let by_thread = rows(&by_thread);
    for (((name, bars), row), (lane, of)) in
        (trace.lanes.iter().zip(threads)).zip(lanes.iter().zip(&by_thread))
    {
        let waited = bars.iter().filter(|bar| bar.0 == "waiting");
        let waited: u64 = waited.map(|bar| bar.2).sum();
        assert_eq!(&row["thread"], name);
        assert_eq!(row["waited"], time(Unit::Nanoseconds, waited));
        assert_eq!(
            (of["thread"], of["waiting_ns"]),
            (&**name, &*waited.to_string())
        );
        let life: u64 = bars.iter().map(|bar| bar.2).sum();
        assert_eq!(of["life_ns"], life.to_string());
        // The lane says the same to those who cannot see it.
        assert!(lane.starts_with(name), "{lane}");
        let told = format!(", waited {}", time(Unit::Nanoseconds, waited));
        if waited >= 1000 {
            assert!(lane.contains(&told), "{lane}: {told}");
        }
    }
    let of_lock = rows(&primitives)
        .into_iter()
        .find(|row| row["name"] == "lock");
    let of_lock = of_lock.expect("the lock has a row");
    assert_eq!(of_lock["acquired"], "1600");
    let holds = trace
        .holds
        .iter()
        .filter(|hold| hold.0.ends_with(" holds lock"));
    let held: u64 = holds.map(|(_, from, to)| to - from).sum();
    assert_eq!(of_lock["held_ns"], held.to_string());

    let events = downloads.text(page, "counter", "events.csv").await?;
    let acquired = events.lines().filter(|line| line.contains("acquires lock"));
    assert_eq!(acquired.count(), 1600);
    let drawn = downloads.text(page, "counter", "lanes.svg").await?;
    assert!(drawn.starts_with("<svg ") && drawn.contains(">Worker-4<"));
    let painted = downloads.get(page, "counter", "lanes.png").await?;
    assert!(painted.starts_with(b"\x89PNG\r\n"));
    visit.end().await
}

#[tokio::test]
async fn runs_on_the_model_and_the_first_sight_have_theirs_in_steps() -> Result {
    for (query, scenario) in [
        ("?scenario=bank&engine=model&autorun=1", "bank"),
        ("", "counter"),
        ("embed.html?scenario=bank&engine=model&autorun=1", "bank"),
    ] {
        let visit = Visit::to(query).await?;
        let page = &visit.page;
        let downloads = Downloads::of(&visit.browser, "model").await?;
        page.ended().await?;
        page.open_figures().await?;
        let note = page.text(".run-figures .note").await;
        assert!(note.starts_with("Times are counted in steps"), "{note}");
        let tables = tables(page).await?;
        // Threads are joined in each, which is a wait.
        assert!(tables.contains_key("By primitive"), "{query}");
        let trace = downloads.text(page, scenario, "trace.json").await?;
        let trace = chrome_trace::check(&trace)?.merged();
        assert_eq!(trace.len(), tables["By thread"].len());
        for ((name, bars), row) in trace.iter().zip(&tables["By thread"]) {
            let running = bars.iter().filter(|bar| bar.0 == "running");
            let running: u64 = running.map(|bar| bar.2 / 1000).sum();
            assert_eq!(&row["thread"], name);
            assert_eq!(row["running"], running.to_string());
        }
        visit.end().await?;
    }
    Ok(())
}

#[tokio::test]
async fn figures_of_another_run_are_those_of_that_run() -> Result {
    let visit = Visit::to("?threads=2&increments=10&guard=lock").await?;
    let page = &visit.page;
    for threads in [2, 3] {
        page.type_param("threads", &threads.to_string()).await?;
        page.run().await?;
        page.open_figures().await?;
        assert_eq!(tables(page).await?["By thread"].len(), threads + 1);
        page.click("Close").await?;
        page.until("it is closed", async |page| !page.has("dialog[open]").await)
            .await?;
    }
    visit.end().await
}

#[tokio::test]
async fn without_its_module_the_dialog_says_so() -> Result {
    let visit = Visit::to("?threads=2&increments=10").await?;
    let page = &visit.page;
    page.run().await?;
    let elsewhere = "document.documentElement.dataset.engines = 'no-such-folder'";
    page.driver().execute(elsewhere, vec![]).await?;
    page.click("Figures").await?;
    page.click("Figures, export").await?;
    page.until("it says so", async |page| {
        let told = page.text(".run-figures [role=alert]").await;
        told.starts_with("No figures: ")
    })
    .await?;
    visit.browser.quit().await
}

#[tokio::test]
async fn the_page_answers_while_the_largest_run_is_counted_and_saved() -> Result {
    let site = Site::serve("dist").await?;
    site.hide_worker();
    let browser = Browser::start().await?;
    let query = "?scenario=counter&threads=64&increments=20000&guard=lock";
    let page = Page::open(browser.driver(), &format!("{}/{query}", site.url())).await?;
    let downloads = Downloads::of(&browser, "large").await?;
    page.run().await?;
    // What follows the end of a run is not of the figures.
    tokio::time::sleep(Duration::from_secs(2)).await;
    let tracing = Tracing::start(&browser).await?;
    page.open_figures().await?;
    let trace = downloads.text(&page, "counter", "trace.json").await?;
    let tasks = tracing.end().await?;
    let trace = chrome_trace::check(&trace)?;
    assert_eq!(trace.lanes.len(), 65);
    let longest = tasks
        .iter()
        .map(|task| task.on_its_core)
        .fold(0.0, f64::max);
    println!("{} events; longest task {longest} ms", trace.instants);
    assert!(longest <= LONGEST_MS, "{longest} ms");
    browser.quit().await
}
