//! The run that an address without a query shows. The build's tests made it.

use std::future::Future;

use js_sys::Uint8Array;
use wasm_bindgen::JsValue;
use wasm_bindgen_futures::JsFuture;

use crate::session::playback::Playback;

/// The run, unless it cannot be loaded, or is none that this version knows.
pub fn played() -> impl Future<Output = Option<Playback>> {
    let response = super::response_of("first-sight.bin");
    async {
        let bytes = JsFuture::from(response.await?.array_buffer().ok()?);
        let run = JsValue::from(Uint8Array::new(&bytes.await.ok()?));
        super::figures::hand_over_played(&run);
        super::bytes::heard(&run)
    }
}
