//! Programs of the reader's own, as the page's scripts have them: `www/programs.js`.

use gloo_events::EventListener;
use js_sys::Reflect;
use wasm_bindgen::prelude::*;
use web_sys::{CustomEvent, Worker};

use crate::session::Command;

#[wasm_bindgen]
extern "C" {
    /// Of `www/start.js`: sends a worker a program, compiled, or why it cannot be.
    #[wasm_bindgen(js_name = deliverProgram)]
    fn deliver_program(worker: &Worker, code: &str, runs: bool);

    /// Of `www/programs.js`, which is there as soon as a program was delivered.
    #[wasm_bindgen(js_name = programPrinted, catch)]
    fn program_printed(line: &JsValue) -> Result<(), JsValue>;
}

/// Has a worker that was told what to do get the program for it; whether `runs` it for real,
/// so that what an earlier run has printed is over.
pub fn deliver(worker: &Worker, code: &str, runs: bool) {
    deliver_program(worker, code, runs);
}

/// Hands on what a worker tells of a line that was printed, if it does: whether it does.
pub fn hand_on_printed(message: &JsValue) -> bool {
    match Reflect::get(message, &"printed".into()) {
        Ok(line) if !line.is_undefined() => program_printed(&line).is_ok(),
        _ => false,
    }
}

/// Tells what the reader has written, and what came with a link.
pub fn listen(tell: impl Fn(Command) + Clone + 'static) -> [EventListener; 2] {
    let on = |name: &'static str, command: fn(String) -> Command| {
        let tell = tell.clone();
        EventListener::new(&super::window(), name, move |event| {
            let code = event.dyn_ref().map(CustomEvent::detail);
            if let Some(code) = code.and_then(|code| code.as_string()) {
                tell(command(code));
            }
        })
    };
    [
        on("lockstep-write", Command::Write),
        on("lockstep-load", Command::Load),
    ]
}
