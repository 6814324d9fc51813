//! The browser: the only place that touches `web-sys`. It carries out what the
//! session asks for, and decides nothing.

pub mod address;
mod bytes;
pub mod clipboard;
mod compare;
pub mod errand;
mod event_loop;
pub mod figures;
pub mod first_sight;
pub mod lanes;
mod listen;
pub mod memory;
pub mod messages;
pub mod page;
mod processes;
pub mod program;
pub mod qr;
pub mod real;
mod run;
mod supply;
pub mod worker;

use std::time::Duration;

use wasm_bindgen::prelude::*;
use wasm_bindgen_futures::JsFuture;

use crate::platform::workers::clock_ms;
use crate::trace::Slice;
use crate::words::errors;

pub use supply::{Supply, end_waiting_workers};

#[wasm_bindgen]
extern "C" {
    #[wasm_bindgen(catch, js_name = structuredClone)]
    fn structured_clone(value: &JsValue) -> Result<JsValue, JsValue>;
}

/// Whether a memory can be shared with workers here. Tried, not asked for:
/// `crossOriginIsolated` may be true where there is no SharedArrayBuffer.
pub fn can_share_memory() -> bool {
    let shares = || -> Result<bool, JsValue> {
        if !js_sys::Reflect::has(&js_sys::global(), &"SharedArrayBuffer".into())? {
            return Ok(false);
        }
        let memory = memory::RunMemory::new()?;
        Ok(structured_clone(&memory.buffer()).is_ok())
    };
    shares().unwrap_or(false)
}

/// What the browser says of something that went wrong.
fn reason(error: &JsValue) -> String {
    let message = error.dyn_ref().map(|error: &js_sys::Error| error.message());
    let message = message.map(String::from).or_else(|| error.as_string());
    message.unwrap_or_else(|| errors::NO_REASON.to_owned())
}

/// How many threads the machine runs at the same time, as far as the browser tells.
pub fn processors() -> usize {
    (window().navigator().hardware_concurrency() as usize).max(1)
}

/// The least time between two moments that the machine's clock tells apart, by trying;
/// `None` if it stands still for longer than that may take.
pub fn clock_step() -> Option<Duration> {
    /// Enough for a clock of milliseconds, and not felt.
    const PATIENCE: u32 = 20_000;
    const CHANGES: u32 = 4;
    let mut last = clock_ms();
    let (mut least, mut changes) = (f64::INFINITY, 0);
    for _ in 0..PATIENCE {
        let now = clock_ms();
        if now > last {
            least = least.min(now - last);
            changes += 1;
        }
        last = now;
        if changes == CHANGES {
            break;
        }
    }
    // Times since 1970 have no more digits than this; what is beyond them is noise.
    let step_us = (least * 1e3).round();
    (changes > 0).then(|| Duration::from_micros(step_us as u64))
}

/// For how long the page's thread works on a run before it turns to the reader again.
const SLICE_MS: f64 = 8.0;

/// Does as much of some work as fits into a slice of the page's time.
fn in_a_slice<R>(work: impl FnOnce(&mut Slice) -> R) -> R {
    if page::is_hidden() {
        // Nobody looks, and it may be a minute until the page has its next turn.
        return work(&mut Slice::whole());
    }
    let began = clock_ms();
    let is_over = || clock_ms() - began > SLICE_MS;
    work(&mut Slice::until(&is_over))
}

/// Asks for the text of a file of the site at once; `None` if it cannot be had.
pub fn text_of(path: &str) -> impl Future<Output = Option<String>> + use<> {
    let response = response_of(path);
    async move {
        let text = JsFuture::from(response.await?.text().ok()?).await.ok()?;
        text.as_string()
    }
}

/// Asks for a file of the site at once; `None` if it cannot be had.
fn response_of(path: &str) -> impl Future<Output = Option<web_sys::Response>> + use<> {
    let response = JsFuture::from(window().fetch_with_str(path));
    async move {
        let response: web_sys::Response = response.await.ok()?.dyn_into().ok()?;
        response.ok().then_some(response)
    }
}

/// The page's window; there is one wherever the page's code runs.
fn window() -> web_sys::Window {
    js_sys::global().unchecked_into()
}
