//! A thread of a run on real threads, on the memory of that run.

use js_sys::{Object, Reflect};
use wasm_bindgen::prelude::*;

use crate::platform::workers;
use crate::scenario::{Programs, Report};
use crate::web::bytes;

/// Makes a module of the programs that a [`Programs`] finds, over real threads.
#[macro_export]
macro_rules! workers_module {
    ($programs:path) => {
        use wasm_bindgen::prelude::*;
        use $crate::web::worker::threads;

        $crate::thread_exports!();

        /// See [`threads::run_main`].
        #[wasm_bindgen]
        pub fn run_main(
            query: &str,
            speed: f64,
            supply: u32,
            record: bool,
        ) -> Result<JsValue, JsValue> {
            threads::run_main($programs, query, speed, supply, record)
        }
    };
}

/// What a module over real threads exports, whatever its programs are.
#[macro_export]
macro_rules! thread_exports {
    () => {
        /// Where the run's control block lies in its memory: from there on the page
        /// finds all else.
        #[wasm_bindgen]
        pub fn control_address() -> usize {
            $crate::platform::workers::control_address()
        }

        /// Waits until the program starts thread `index`, then runs it.
        #[wasm_bindgen]
        pub fn run_thread(index: u16) {
            $crate::platform::workers::park(index);
        }
    };
}

/// Runs as the run's main thread the program that a query describes: `{report}`, a
/// [`Report`], or without it if the run was stopped. With `record`, beside it
/// `turns`, those that were made, unless they were too many.
///
/// # Errors
/// The program is not in this module, or what it came to cannot be told to the page.
pub fn run_main(
    programs: Programs,
    query: &str,
    speed: f64,
    supply: u32,
    record: bool,
) -> Result<JsValue, JsValue> {
    let (link, program) = super::open(query, programs)?;
    let program = program(link.params);
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
    told(report, record)
}

/// What the page is told of a run that has ended.
pub(super) fn told(report: Option<Report>, record: bool) -> Result<JsValue, JsValue> {
    let told = Object::new();
    if let Some(report) = report {
        Reflect::set(&told, &"report".into(), &bytes::told(&report))?;
    }
    if let Some(turns) = workers::recorded().filter(|_| record) {
        Reflect::set(&told, &"turns".into(), &bytes::told(&turns))?;
    }
    Ok(told.into())
}
