//! What `www/figures.js` asks for: the run that is shown, to make figures and files of.

use js_sys::{Array, Reflect, Uint8Array};
use wasm_bindgen::JsValue;

use super::real::Run;
use crate::trace::packed::pack;

/// The name of the event by which it does.
pub const WANTED: &str = "lockstep-hand-over";

/// Hands over a run on real threads in parts, each a name and bytes; of any other none.
pub fn hand_over(run: Option<&Run>) {
    let parts = Array::new();
    if let Some(run) = run {
        run.with_trace(|trace| {
            pack(trace, |name, bytes| {
                parts.push(&name.into());
                parts.push(&Uint8Array::from(bytes));
            });
        });
    }
    hand("lockstepTrace", &parts);
}

/// Hands over a run on the model, as it came.
pub fn hand_over_played(played: &JsValue) {
    hand("lockstepPlayed", played);
}

fn hand(name: &str, value: &JsValue) {
    // The window takes any name.
    let _ = Reflect::set(&super::window(), &name.into(), value);
}
