//! A program of the reader's own, in a worker: on the model, and as a thread of a real run.

use std::cell::Cell;

use js_sys::Function;
use wasm_bindgen::prelude::*;

use super::{model, threads};
use crate::platform::{Threads, memory, workers};
use crate::python::code::Program;
use crate::python::machine::{Limits, World};
use crate::python::{engine, lib};
use crate::scenario::own::SCENARIO;
use crate::session::subject::{Own, end_of};
use crate::share::{self, Link};
use crate::words::errors;

/// Makes a module that runs programs of the reader's own, on the model and on real threads.
#[macro_export]
macro_rules! own_module {
    () => {
        use wasm_bindgen::prelude::*;
        use $crate::web::worker::own;

        /// Programs in Python may take only so much memory.
        #[global_allocator]
        static MEMORY: $crate::platform::memory::Counting = $crate::platform::memory::Counting;

        /// See [`own::load`].
        #[wasm_bindgen]
        pub fn load(program: &[u8]) -> Result<(), JsValue> {
            own::load(program)
        }

        /// See [`model::explore`]($crate::web::worker::model::explore).
        #[wasm_bindgen]
        pub fn explore(
            query: &str,
            wish: JsValue,
            progress: &js_sys::Function,
        ) -> Result<JsValue, JsValue> {
            own::explore(query, wish, progress)
        }

        /// See [`model::play`]($crate::web::worker::model::play).
        #[wasm_bindgen]
        pub fn play(query: &str) -> Result<JsValue, JsValue> {
            own::play(query)
        }

        /// See [`model::prove`]($crate::web::worker::model::prove).
        #[wasm_bindgen]
        pub fn prove(
            query: &str,
            turns: JsValue,
            report: JsValue,
        ) -> Result<Option<String>, JsValue> {
            own::prove(query, turns, report)
        }

        $crate::thread_exports!();

        /// See [`threads::run_main`]($crate::web::worker::threads::run_main).
        #[wasm_bindgen]
        pub fn run_main(
            query: &str,
            speed: f64,
            supply: u32,
            record: bool,
        ) -> Result<JsValue, JsValue> {
            own::run_main(query, speed, supply, record)
        }
    };
}

thread_local! {
    static LOADED: Cell<Option<&'static Program>> = const { Cell::new(None) };
}

/// Takes the program that is to be run, as its compiler has written it.
///
/// # Errors
/// It was written for another version.
pub fn load(program: &[u8]) -> Result<(), JsValue> {
    let program = Program::from_bytes(program).map_err(|damaged| damaged.to_string())?;
    LOADED.set(Some(program));
    Ok(())
}

fn open(query: &str) -> Result<(Link, &'static Program), JsValue> {
    let (link, _) = share::read_among(query, |_| Some(&SCENARIO), &SCENARIO);
    let program = LOADED.get().ok_or(errors::PAGE_UNCLEAR)?;
    Ok((link, program))
}

/// See [`model::explore`](model::explore).
///
/// # Errors
/// As there, and where no program is [loaded](load).
pub fn explore(query: &str, wish: JsValue, progress: &Function) -> Result<JsValue, JsValue> {
    let (link, program) = open(query)?;
    model::explore_subject(&link, Own::to_explore(program), wish, progress)
}

/// See [`model::play`](model::play).
///
/// # Errors
/// As there, and where no program is [loaded](load).
pub fn play(query: &str) -> Result<JsValue, JsValue> {
    let (link, program) = open(query)?;
    Ok(model::play_subject(&link, Own::to_play(program)))
}

/// See [`model::prove`](model::prove).
///
/// # Errors
/// As there, and where no program is [loaded](load).
pub fn prove(query: &str, turns: JsValue, report: JsValue) -> Result<Option<String>, JsValue> {
    let (link, program) = open(query)?;
    model::prove_subject(&link, Own::to_play(program), turns, report)
}

/// See [`threads::run_main`](threads::run_main).
///
/// # Errors
/// As there, and where no program is [loaded](load).
pub fn run_main(query: &str, speed: f64, supply: u32, record: bool) -> Result<JsValue, JsValue> {
    let (_, program) = open(query)?;
    let limits = Limits::default();
    let world = World::new(program, limits, engine::engine::<Threads>(), lib::whole);
    memory::allow(limits.memory);
    let report = workers::run_main(speed, supply, record, async {
        let began = workers::real_now();
        engine::run::<Threads>(world).await;
        let elapsed = workers::real_now().saturating_sub(began);
        end_of(world.report(), elapsed.as_secs_f64() * 1e3).report
    });
    threads::told(report, record)
}
