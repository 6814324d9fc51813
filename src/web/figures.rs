//! What `www/figures.js` asks for: the run that is shown, to make figures and files of.

use js_sys::{Array, Reflect, Uint8Array};
use wasm_bindgen::JsValue;

use super::real::Run;
use crate::trace::packed::part;
use crate::trace::{Slice, Store};

/// The name of the event by which it does.
pub const WANTED: &str = "lockstep-hand-over";

/// A run on real threads on its way to the script: in parts, each a name and bytes, a slice of
/// the page's time after the other.
#[derive(Default)]
pub struct HandOver {
    parts: Array,
    next: usize,
}

impl HandOver {
    /// Takes as many parts as fit into a slice of time. True: that was the last, and the run
    /// is handed over; of any but a real one there is none.
    pub fn go_on(&mut self, run: Option<&Run>) -> bool {
        let whole = run.is_none_or(|run| {
            super::in_a_slice(|slice| run.with_trace(|trace| self.take(trace, slice)))
        });
        if whole {
            hand("lockstepTrace", &self.parts);
        }
        whole
    }

    fn take(&mut self, trace: &Store, slice: &mut Slice) -> bool {
        while let Some((name, bytes)) = part(trace, self.next) {
            self.parts.push(&name.into());
            self.parts.push(&Uint8Array::from(&bytes[..]));
            self.next += 1;
            if slice.is_over() {
                return false;
            }
        }
        true
    }
}

/// Hands over a run on the model, as it came.
pub fn hand_over_played(played: &JsValue) {
    hand("lockstepPlayed", played);
}

fn hand(name: &str, value: &JsValue) {
    // The window takes any name.
    let _ = Reflect::set(&super::window(), &name.into(), value);
}
