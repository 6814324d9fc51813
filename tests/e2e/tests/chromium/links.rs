//! Mangled links in the built page: it opens what the same code opens natively, tells the
//! same, and goes on.

use e2e::{Browser, Page, Result, Site, Visit};
use lockstep::base::Scalar;
use lockstep::session::message::{Inbound, Request};
use lockstep::session::{Command, Effect, Session, Surroundings};
use serde::Deserialize;
use serde_json::Value;

#[path = "../../../mutation/mod.rs"]
mod mutation;

use mutation::{Mutation, good_links, mutated};

const SEED: u64 = 1;

/// What a page shows of a link.
#[derive(Debug, Deserialize)]
struct Opened {
    /// The query as the browser made it of the link.
    search: String,
    /// The answer to `get`.
    state: Value,
    notices: Vec<String>,
    complaints: Vec<String>,
}

/// Asks the page what it shows of `search`.
const LOOK: &str = r#"
    const look = (search) => new Promise((resolve) => {
        const id = `look-${Math.random()}`;
        addEventListener("message", function listen({ data }) {
            if (data?.id !== id || data.type === "get") return;
            removeEventListener("message", listen);
            const notices = [...document.querySelectorAll(".notices li")];
            resolve({
                search, state: data, notices: notices.map((notice) => notice.textContent),
                complaints: window.complaints.splice(0),
            });
        });
        window.postMessage({ lockstep: 1, type: "get", id }, "*");
    });
"#;

/// Random links: the same for the same seed.
fn mangled(seed: u64) -> impl Iterator<Item = String> {
    let mut state = seed;
    // SplitMix64.
    let mut random = move || {
        state = state.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mixed = (state ^ (state >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        let mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        mixed ^ (mixed >> 31)
    };
    let good = good_links();
    std::iter::repeat_with(move || {
        let link = good[random() as usize % good.len()];
        let count = 1 + random() as usize % 3;
        let mutations = std::iter::repeat_with(|| {
            let random = random();
            Mutation {
                kind: random as u8,
                at: (random >> 16) as u16,
                with: (random >> 32) as u16,
            }
        });
        mutated(link, &mutations.take(count).collect::<Vec<_>>())
    })
}

/// What the same code shows natively: notices, and the answer to `get`.
fn natively(search: &str) -> Result<(Vec<String>, Value)> {
    let here = Surroundings {
        shared_memory: true,
        player: false,
        framed: false,
    };
    let (mut session, _) = Session::open(search, here);
    let notices = session.notices.clone();
    let get = Inbound {
        id: Some(Scalar::Int(1)),
        request: Request::Get,
    };
    let effects = session.apply(Command::Receive(get));
    let state = effects.into_iter().find_map(|effect| match effect {
        Effect::Post(answer) => Some(serde_json::to_value(answer)),
        _ => None,
    });
    Ok((notices, state.ok_or("no answer")??))
}

/// What is wrong with what a page shows of a link.
fn wrong(opened: &Opened) -> Result<Option<String>> {
    let (notices, state) = natively(&opened.search)?;
    if !opened.complaints.is_empty() {
        return Ok(Some(format!("the page complains: {:?}", opened.complaints)));
    }
    for same in ["type", "scenario", "params", "engine"] {
        if opened.state[same] != state[same] {
            return Ok(Some(format!(
                "{} is not {}",
                opened.state[same], state[same]
            )));
        }
    }
    // Once a schedule is played it can be found not to fit, or to have no such step.
    let of_run = |notice: &String| notice.starts_with("schedule: ") || notice.starts_with("step: ");
    let more = opened.notices.strip_prefix(notices.as_slice());
    Ok(match more {
        Some(more) if more.iter().all(of_run) => None,
        _ => Some(format!("it tells {:?}, not {notices:?}", opened.notices)),
    })
}

/// Fails with the first link of which a page shows something else than it should.
fn each_is_shown(links: &[String], opened: &[Opened]) -> Result {
    assert_eq!(links.len(), opened.len());
    for (link, opened) in links.iter().zip(opened) {
        if let Some(wrong) = wrong(opened)? {
            return Err(format!("seed {SEED}: {link:?}: {wrong}\n{opened:?}").into());
        }
    }
    Ok(())
}

#[tokio::test]
async fn a_thousand_mangled_links_are_shown_one_after_the_other() -> Result {
    let visit = Visit::to("?scenario=counter").await?;
    let links: Vec<String> = mangled(SEED).take(1000).collect();
    let script = format!(
        r#"
        {LOOK}
        const [links, done] = arguments;
        (async () => {{
            const opened = [];
            for (const link of links) {{
                history.pushState(null, "", link);
                const {{ search }} = location;
                dispatchEvent(new PopStateEvent("popstate"));
                opened.push(await look(search));
            }}
            done(opened);
        }})();
        "#
    );
    let mut told = 0;
    for links in links.chunks(50) {
        let args = vec![serde_json::to_value(links)?];
        let opened = visit.page.driver().execute_async(&script, args).await?;
        let opened: Vec<Opened> = serde_json::from_value(opened.json().clone())?;
        each_is_shown(links, &opened)?;
        told += opened
            .iter()
            .filter(|opened| !opened.notices.is_empty())
            .count();
    }
    assert!((500..1000).contains(&told), "{told} of them have notices");
    // And the page is as good as new.
    let page = &visit.page;
    let script = "history.pushState(null, '', '?threads=2&increments=5&guard=lock'); \
                  dispatchEvent(new PopStateEvent('popstate'))";
    page.driver().execute(script, vec![]).await?;
    page.until("nothing runs any more", async |page| {
        page.verdict().await == "ready"
    })
    .await?;
    assert_eq!(page.run().await?.facts["counter"], 10);
    visit.end().await
}

#[tokio::test]
async fn mangled_links_open_the_site() -> Result {
    let site = Site::serve("dist").await?;
    let browser = Browser::start().await?;
    let links: Vec<String> = mangled(SEED).skip(1000).take(40).collect();
    let script = format!(
        r#"
        {LOOK}
        const done = arguments[0];
        // The address itself says by now what was opened.
        const [loaded] = performance.getEntriesByType("navigation");
        look(new URL(loaded.name).search).then(done);
        "#
    );
    for link in &links {
        let page = Page::open(browser.driver(), &format!("{}/{link}", site.url())).await?;
        let opened = page.driver().execute_async(&script, vec![]).await?;
        let opened: Opened = serde_json::from_value(opened.json().clone())?;
        each_is_shown(std::slice::from_ref(link), &[opened])?;
    }
    browser.quit().await
}
