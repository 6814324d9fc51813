//! What the tests of the built site ask of it beside what a reader can.

use wasm_bindgen::prelude::*;

use crate::session::playback::replays;
use crate::share;

/// Of so many random programs those whose runs do not replay: none, one hopes.
#[wasm_bindgen]
pub fn programs_that_do_not_replay(programs: u32) -> Vec<u32> {
    let does_not = |program: &u32| {
        let query = format!("scenario=selftest-random&program={program}&seed={program}");
        !replays(&share::read(&query).0)
    };
    (0..programs).filter(does_not).collect()
}
