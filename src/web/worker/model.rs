//! An errand on the model, on a memory of the worker's own, so that it works in any
//! page.

use borsh::BorshDeserialize;
use wasm_bindgen::prelude::*;

use crate::explore::Turn;
use crate::platform::workers::clock_ms;
use crate::scenario::{Programs, Report};
use crate::session::exploration::{Wish, explore_link};
use crate::session::playback;
use crate::session::subject::Subject;
use crate::share::Link;
use crate::web::bytes;
use crate::words::errors;

/// Makes a module of the programs that a [`Programs`] finds, over the model.
#[macro_export]
macro_rules! model_module {
    ($programs:path) => {
        use wasm_bindgen::prelude::*;
        use $crate::web::worker::model;

        /// See [`model::explore`].
        #[wasm_bindgen]
        pub fn explore(
            query: &str,
            wish: JsValue,
            progress: &js_sys::Function,
        ) -> Result<JsValue, JsValue> {
            model::explore($programs, query, wish, progress)
        }

        /// See [`model::play`].
        #[wasm_bindgen]
        pub fn play(query: &str) -> Result<JsValue, JsValue> {
            model::play($programs, query)
        }

        /// See [`model::prove`].
        #[wasm_bindgen]
        pub fn prove(
            query: &str,
            turns: JsValue,
            report: JsValue,
        ) -> Result<Option<String>, JsValue> {
            model::prove($programs, query, turns, report)
        }
    };
}

/// How often an exploration tells what it has found so far.
const PROGRESS_MS: f64 = 200.0;

/// Executions between two looks at the clock, which costs more than many of them.
const EXECUTIONS_PER_LOOK: u32 = 64;

/// Explores what a query describes: its
/// [`Exploration`](crate::session::exploration::Exploration). `progress` is called
/// with another of what was found so far, now and then. `wish` is a [`Wish`].
///
/// # Errors
/// The program is not in this module, or `wish` is none.
pub fn explore(
    programs: Programs,
    query: &str,
    wish: JsValue,
    progress: &js_sys::Function,
) -> Result<JsValue, JsValue> {
    let (link, program) = super::open(query, programs)?;
    explore_subject(&link, program, wish, progress)
}

/// The same of what a link opens.
pub(super) fn explore_subject(
    link: &Link,
    subject: impl Subject,
    wish: JsValue,
    progress: &js_sys::Function,
) -> Result<JsValue, JsValue> {
    // The page wrote it itself.
    let wish: Wish = heard(&wish)?;
    let mut told_at = clock_ms();
    let mut asked = 0;
    let found = explore_link(link, subject, wish, |so_far| {
        asked += 1;
        if asked % EXECUTIONS_PER_LOOK == 0 && clock_ms() - told_at > PROGRESS_MS {
            told_at = clock_ms();
            // It posts what it is given, and has nothing to fail at.
            let _ = progress.call1(&JsValue::NULL, &bytes::told(&so_far()));
        }
        true
    });
    Ok(bytes::told(&found))
}

/// Runs what a query describes: a [`Playback`](playback::Playback).
///
/// # Errors
/// As for [`explore`].
pub fn play(programs: Programs, query: &str) -> Result<JsValue, JsValue> {
    let (link, program) = super::open(query, programs)?;
    Ok(play_subject(&link, program))
}

/// The same of what a link opens.
pub(super) fn play_subject(link: &Link, subject: impl Subject) -> JsValue {
    bytes::told(&playback::play(link, subject))
}

/// Makes a recorded run on real threads again: its schedule, or `None` if that does not
/// come to what it came to, a [`Report`].
///
/// # Errors
/// As for [`explore`], and for what is no list of [`Turn`]s or no report.
pub fn prove(
    programs: Programs,
    query: &str,
    turns: JsValue,
    report: JsValue,
) -> Result<Option<String>, JsValue> {
    let (link, program) = super::open(query, programs)?;
    prove_subject(&link, program, turns, report)
}

/// The same of what a link opens.
pub(super) fn prove_subject(
    link: &Link,
    subject: impl Subject,
    turns: JsValue,
    report: JsValue,
) -> Result<Option<String>, JsValue> {
    let turns: Vec<Turn> = heard(&turns)?;
    let report: Report = heard(&report)?;
    Ok(playback::schedule_of(link, subject, turns, &report))
}

fn heard<T: BorshDeserialize>(value: &JsValue) -> Result<T, JsValue> {
    bytes::heard(value).ok_or_else(|| errors::PAGE_UNCLEAR.into())
}

/// Of so many random programs those whose runs do not replay: none, one hopes.
#[cfg(feature = "selftest")]
pub fn programs_that_do_not_replay(programs: Programs, count: u32) -> Vec<u32> {
    let does_not = |program: &u32| {
        let query = format!("scenario=selftest-random&program={program}&seed={program}");
        let opened = super::open(&query, programs);
        !opened.is_ok_and(|(link, random)| playback::replays(&link, random))
    };
    (0..count).filter(does_not).collect()
}
