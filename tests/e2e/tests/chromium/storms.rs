//! Storms of what a reader and the page around may do, at any time: the page always settles,
//! and then its address, its `state` message and what it shows agree.

use std::collections::BTreeMap;

use e2e::{Page, Result, Visit};
use serde_json::{Value, json};
use thirtyfour::Key;

const STORMS: u64 = 25;
const ACTS: usize = 14;

/// Small numbers, the same for the same seed (splitmix64).
struct Dice(u64);

impl Dice {
    fn below(&mut self, bound: usize) -> usize {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut mixed = self.0;
        mixed = (mixed ^ (mixed >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        ((mixed ^ (mixed >> 31)) % bound as u64) as usize
    }
}

/// Sends a message and waits for nothing.
async fn send(page: &Page, message: Value) -> Result {
    let script = "postMessage({ lockstep: 1, ...arguments[0] })";
    page.driver().execute(script, vec![message]).await?;
    Ok(())
}

async fn act(page: &Page, dice: &mut Dice) -> Result<String> {
    let number = ["1", "2", "3", "x", "500"][dice.below(5)];
    let what = dice.below(14);
    match what {
        0..3 => page.press_any(&["Run", "Stop"]).await?,
        3 => page.press_any(&["Explore"]).await?,
        4 => {
            // The box may be gone at any time.
            let _ = page.type_param("threads", number).await;
        }
        5 => send(page, json!({"type": "run"})).await?,
        6 => send(page, json!({"type": "explore", "limit": 50})).await?,
        7 => {
            let guard = ["lock", "none"][dice.below(2)];
            send(
                page,
                json!({"type": "set", "params": {"guard": guard, "increments": 2}}),
            )
            .await?;
        }
        8 => send(page, json!({"type": "step", "to": dice.below(9)})).await?,
        9 => send(page, json!({"type": "stop"})).await?,
        10 => page.driver().back().await?,
        11 => page.driver().forward().await?,
        12 => page.press([" ", "r", "1"][dice.below(3)]).await?,
        _ => page.press(&Key::Right.value().to_string()).await?,
    }
    Ok(format!("{what}"))
}

/// The params that an address sets.
fn of_query(query: &str) -> BTreeMap<String, String> {
    let pairs = query.split('&').filter_map(|pair| pair.split_once('='));
    pairs
        .map(|(name, value)| (name.to_owned(), value.to_owned()))
        .collect()
}

async fn agree(page: &Page, did: &str) -> Result {
    page.until("it has settled", async |page| {
        let state = page.ask(json!({"type": "get"})).await.unwrap_or_default();
        !matches!(
            state["phase"].as_str(),
            None | Some("running" | "exploring")
        )
    })
    .await
    .map_err(|error| format!("{did}: {error}"))?;
    let state = page.ask(json!({"type": "get"})).await?;
    let query = of_query(&page.query().await?);
    let script = r#"return Object.fromEntries([...document.querySelectorAll("[id^=param-]")]
        .filter((field) => "value" in field)
        .map((field) => [field.id.slice("param-".length), field.value]))"#;
    let shown = page.driver().execute(script, vec![]).await?;
    let shown = shown.json();
    let told = state["params"].as_object().cloned().unwrap_or_default();
    assert!(told.contains_key("threads"), "{did}: {state}");
    for (name, value) in &told {
        let value = value.as_str().map_or(value.to_string(), str::to_owned);
        if let Some(addressed) = query.get(name) {
            assert_eq!(*addressed, value, "{did}: {name} in {query:?}, {state}");
        }
        // What was refused stays in its box; the page says what is in force.
        let typed = shown[name].as_str().unwrap_or("").replace(',', "");
        let refused = page.has(&format!("#param-{name}[aria-invalid=true]")).await;
        assert!(
            refused || typed == value,
            "{did}: {name} shows {typed}, {state}"
        );
    }
    // A verdict of other parameters is marked, and outcomes of others are gone.
    let verdict = page.verdict().await;
    let has_run = verdict != "ready" && !page.has(".stale").await;
    let explored = !page.text("#exploration-summary").await.is_empty();
    let is_done = state["phase"] == "done";
    assert!(!has_run || is_done, "{did}: {verdict}, {state}");
    assert!(!is_done || has_run || explored, "{did}: {verdict}, {state}");
    if let Some(step) = query.get("step") {
        assert_eq!(
            *step,
            state["step"].to_string(),
            "{did}: {query:?}, {state}"
        );
    }
    Ok(())
}

#[tokio::test]
async fn every_storm_settles_and_all_agree() -> Result {
    let visit = Visit::to("?threads=2&increments=1&guard=none").await?;
    let page = &visit.page;
    for seed in 0..STORMS {
        let mut dice = Dice(seed);
        let engine = ["workers", "model"][dice.below(2)];
        let link = format!("?threads=2&increments=1&guard=none&engine={engine}");
        // Within the page, as its own links do, so that there is something to go back to.
        page.driver()
            .execute(
                "history.pushState(null, '', arguments[0]); dispatchEvent(new PopStateEvent('popstate'))",
                vec![json!(link)],
            )
            .await?;
        let mut did = format!("storm {seed}:");
        for _ in 0..ACTS {
            did = format!("{did} {}", act(page, &mut dice).await?);
        }
        agree(page, &did).await?;
    }
    visit.end().await
}
