//! What `www/worker.js` calls, in a worker and on the memory of its run.

use wasm_bindgen::prelude::*;

use crate::explore::Share;
use crate::platform::workers;
use crate::scenario::Report;
use crate::session::exploration::{Wish, explore_link};
use crate::session::playback;
use crate::share;

/// How often an exploration tells what it has found so far.
const PROGRESS_MS: f64 = 200.0;

/// Executions between two looks at the clock, which costs more than many of them.
const EXECUTIONS_PER_LOOK: u32 = 64;

/// Runs as the run's main thread the program that a query describes: its
/// [`Report`], or `undefined` if the run was stopped. With `record`, the report has the
/// schedule of it, unless it was too long or ended with an exception.
#[wasm_bindgen]
pub fn run_main(query: &str, speed: f64, supply: u32, record: bool) -> JsValue {
    // The page wrote the query itself, so there is nothing to notice in it.
    let (link, _) = share::read(query);
    let program = link.scenario.program.on_threads(link.params.clone());
    let report = workers::run_main(speed, supply, record, async {
        let began = workers::real_now();
        let ending = program.await;
        // After an exception the others may wait for ever for what it left undone.
        if ending.is_ok() {
            workers::join_all().await;
        }
        let elapsed = workers::real_now().saturating_sub(began);
        Report::of(ending, elapsed.as_secs_f64() * 1e3)
    });
    let Some(mut report) = report else {
        return JsValue::UNDEFINED;
    };
    if record
        && report.message.is_none()
        && let Some(decisions) = workers::recorded()
    {
        report.schedule = playback::schedule_of(&link, decisions, &report);
    }
    serde_wasm_bindgen::to_value(&report).unwrap_or(JsValue::UNDEFINED)
}

/// Waits until the program starts thread `index`, then runs it.
#[wasm_bindgen]
pub fn run_thread(index: u16) {
    workers::park(index);
}

/// Explores, on a memory of its own, what a query describes: its
/// [`Exploration`](crate::session::exploration::Exploration). `progress` is called
/// with another of what was found so far, now and then. `wish` is a [`Wish`], and
/// `index` of `of` the [`Share`].
#[wasm_bindgen]
pub fn explore(
    query: &str,
    wish: JsValue,
    index: usize,
    of: usize,
    progress: &js_sys::Function,
) -> JsValue {
    let (link, _) = share::read(query);
    // The page wrote it itself.
    let wish: Wish = serde_wasm_bindgen::from_value(wish).unwrap_or_default();
    let share = Share {
        index,
        of: of.max(1),
    };
    let mut told_at = workers::clock_ms();
    let mut asked = 0;
    let found = explore_link(&link, wish, share, |so_far| {
        asked += 1;
        if asked % EXECUTIONS_PER_LOOK == 0 && workers::clock_ms() - told_at > PROGRESS_MS {
            told_at = workers::clock_ms();
            let found = serde_wasm_bindgen::to_value(&so_far());
            // What the page cannot take in, it does without.
            let _ = progress.call1(&JsValue::NULL, &found.unwrap_or(JsValue::UNDEFINED));
        }
        true
    });
    serde_wasm_bindgen::to_value(&found).unwrap_or(JsValue::UNDEFINED)
}

/// Runs on the model, on a memory of its own, what a query describes: a
/// [`Playback`](playback::Playback).
#[wasm_bindgen]
pub fn play(query: &str) -> JsValue {
    let (link, _) = share::read(query);
    serde_wasm_bindgen::to_value(&playback::play(&link)).unwrap_or(JsValue::UNDEFINED)
}
