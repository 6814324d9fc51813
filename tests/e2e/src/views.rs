//! States of the page that are worth looking at: pictures are taken of them, and axe-core
//! checks them.

use crate::{Page, Result};

/// A state: its name, its address below the site's, and what is done there.
pub type View = (&'static str, &'static str, Act);

/// What is done on a page before it is looked at.
#[derive(Clone, Copy, Debug)]
pub enum Act {
    Nothing,
    Run,
    /// Waits for the end of a run that starts by itself.
    Ended,
    /// Runs until there is something, by CSS selector.
    RunUntil(&'static str),
    /// Runs, and then sets a parameter.
    RunAndEdit,
    /// Explores, and opens the first outcome.
    Explore,
    /// Explores, and turns to a place of the progress graph.
    Progress,
    /// Explores, and turns to a state of the graph of states.
    States,
    /// Runs, and opens the share dialog.
    Share,
    /// Runs, and opens the dialog of figures.
    Figures,
    /// Opens what is behind the badge.
    Why,
    Gallery,
    Keys,
    /// Runs, goes to the end, and opens a tab where the page is narrow.
    Tab(&'static str),
    /// Opens the editor of a program of one's own, and runs the program.
    Write,
}

pub const VIEWS: [View; 35] = [
    ("start", "", Act::Nothing),
    ("gallery", "", Act::Gallery),
    ("keys", "", Act::Keys),
    ("race", "?threads=10&increments=100000", Act::Run),
    ("stale", "?threads=3&increments=100", Act::RunAndEdit),
    ("lock", "?threads=4&increments=20000&guard=lock", Act::Run),
    ("crowd", "?threads=64&increments=2000&guard=lock", Act::Run),
    ("all", "?threads=2&increments=2", Act::Explore),
    ("progress", "?threads=2&increments=2", Act::Progress),
    ("states", "?threads=3&increments=1", Act::States),
    (
        "steps",
        "?threads=2&increments=2&engine=model&step=5",
        Act::Run,
    ),
    ("deadlock", "?scenario=bank&pause_ms=200", Act::Run),
    (
        "semaphore",
        "?scenario=semaphore&hold_ms=4000",
        Act::RunUntil(".things .waiter"),
    ),
    (
        "downloads",
        "?scenario=downloads&step_ms=300",
        Act::RunUntil("progress[value='50']"),
    ),
    (
        "waits",
        "?scenario=bank&engine=model&autorun=1",
        Act::Tab("State"),
    ),
    (
        "ring",
        "?scenario=philosophers&seats=5&meals=1&engine=model&autorun=1",
        Act::Tab("State"),
    ),
    (
        "items",
        "?scenario=thread-pool&engine=model&autorun=1&step=9",
        Act::Tab("State"),
    ),
    (
        "program",
        "?threads=2&increments=2&engine=model&autorun=1&step=5",
        Act::Tab("Program"),
    ),
    (
        "crowded",
        "?scenario=philosophers&seats=16&engine=model",
        Act::Run,
    ),
    (
        "recursion",
        "?scenario=recursion&engine=model&autorun=1&step=6",
        Act::Ended,
    ),
    ("queue", "?scenario=producer-consumer&speed=50", Act::Run),
    (
        "compare",
        "?scenario=compare&workload=cpu&jobs=4&speed=5",
        Act::Run,
    ),
    ("tasks", "?scenario=async-semaphore&speed=10", Act::Run),
    ("own", "?scenario=program&engine=model", Act::Write),
    (
        "share",
        "?threads=2&increments=2&engine=model&step=5",
        Act::Share,
    ),
    (
        "figures",
        "?threads=4&increments=3000&guard=lock",
        Act::Figures,
    ),
    ("figures-steps", "?scenario=bank&engine=model", Act::Figures),
    (
        "frame",
        "embed.html?scenario=bank&threads=2&pause_ms=50&autorun=1&locked=balances",
        Act::Ended,
    ),
    (
        "frame-steps",
        "embed.html?threads=2&increments=2&engine=model&autorun=1&hide=explore,engine,lesson,events",
        Act::Ended,
    ),
    ("why", "?threads=2&increments=2&engine=model", Act::Why),
    (
        "wrong",
        "?threads=100&increments=x&guard=mutex&speed=0",
        Act::Nothing,
    ),
    ("poster", "embed.html?scenario=bank", Act::Nothing),
    ("guide", "guide.html", Act::Nothing),
    ("teachers", "teachers.html", Act::Nothing),
    ("hosting", "hosting.html", Act::Nothing),
];

impl Page {
    /// Explores to the end.
    async fn explore(&self) -> Result {
        self.click("Explore").await?;
        self.until("all was found", async |page| {
            page.text("#exploration-summary").await.starts_with("All")
        })
        .await
    }

    /// Opens the dialog of the figures of the run that has ended.
    pub async fn open_figures(&self) -> Result {
        self.click("Figures").await?;
        self.click("Figures, export").await?;
        self.until("there are figures", async |page| {
            page.has(".run-figures .files").await
        })
        .await
    }

    /// Does what a state takes.
    pub async fn act(&self, act: Act) -> Result {
        match act {
            Act::Nothing => {}
            Act::Run => {
                self.run().await?;
            }
            Act::Ended => {
                self.ended().await?;
            }
            Act::RunUntil(selector) => {
                self.click("Run").await?;
                self.until("there is what is to be shown", async |page| {
                    page.has(selector).await
                })
                .await?;
            }
            Act::Tab(tab) => {
                self.ended().await?;
                if !self.query().await?.contains("step=") {
                    self.click("End").await?;
                }
                if self.has(".panes").await {
                    self.click(tab).await?;
                }
            }
            Act::RunAndEdit => {
                self.run().await?;
                self.type_param("threads", "4").await?;
            }
            Act::Explore => {
                self.explore().await?;
                self.click_on(".exploration summary").await?;
            }
            Act::Progress => {
                let place = ".plot a[aria-label*=' 2 steps'][aria-label*=' 1 step']";
                self.turn_to_place(place).await?;
            }
            Act::States => self.turn_to_place(".plot .end").await?,
            Act::Share => {
                self.run().await?;
                self.click("Share").await?;
                self.until("there is a code", async |page| page.has(".qr").await)
                    .await?;
            }
            Act::Figures => {
                self.run().await?;
                self.open_figures().await?;
            }
            Act::Write => {
                self.until("the program is there", async |page| {
                    page.has(".listing.own .code > li").await
                })
                .await?;
                self.click("Edit").await?;
                self.until("the editor is there", async |page| {
                    page.has(".listing.edited").await
                })
                .await?;
                self.run().await?;
                self.read("Output", ".output").await;
            }
            Act::Why => self.click_on(".badge summary").await?,
            Act::Gallery => self.open_gallery().await?,
            Act::Keys => {
                self.press("?").await?;
                self.until("they are shown", async |page| page.has(".keys").await)
                    .await?;
            }
        }
        Ok(())
    }

    /// Explores, and turns to a place of the graph that is drawn.
    async fn turn_to_place(&self, place: &str) -> Result {
        self.explore().await?;
        self.until("the graph is drawn", async |page| page.has(".plot a").await)
            .await?;
        self.click_on(place).await?;
        self.until("the run is there", async |page| {
            page.has(".plot [aria-current]").await
        })
        .await
    }
}
