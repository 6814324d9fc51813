//! What `www/worker.js` calls, in a worker and on the memory of its run.

use wasm_bindgen::prelude::*;

use crate::platform::Platform;
use crate::platform::workers::{self, Workers};
use crate::scenario::Report;
use crate::share;

/// Runs as the run's main thread the program that a query describes: its
/// [`Report`], or `undefined` if the run was stopped.
#[wasm_bindgen]
pub fn run_main(query: &str, speed: f64, supply: u32) -> JsValue {
    // The page wrote the query itself, so there is nothing to notice in it.
    let (link, _) = share::read(query);
    let program = link.scenario.program.on_threads(link.params);
    let report = workers::run_main(speed, supply, async {
        let began = Workers::now();
        let ending = program.await;
        // After an exception the others may wait for ever for what it left undone.
        if ending.is_ok() {
            workers::join_all().await;
        }
        let elapsed = Workers::now().saturating_sub(began);
        Report::of(ending, elapsed.as_secs_f64() * 1e3)
    });
    match report {
        Some(report) => serde_wasm_bindgen::to_value(&report).unwrap_or(JsValue::UNDEFINED),
        None => JsValue::UNDEFINED,
    }
}

/// Waits until the program starts thread `index`, then runs it.
#[wasm_bindgen]
pub fn run_thread(index: u16) {
    workers::park(index);
}
