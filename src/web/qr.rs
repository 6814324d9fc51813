//! QR codes, made by a module of its own that is loaded when the first is wanted.

use js_sys::{Promise, Uint8Array};
use wasm_bindgen::prelude::*;
use wasm_bindgen_futures::JsFuture;

use crate::share::qr::Squares;

#[wasm_bindgen]
extern "C" {
    /// Of `www/start.js`.
    #[wasm_bindgen(js_name = qrCode, catch)]
    fn qr_code(text: &str) -> Result<Promise, JsValue>;
}

/// The code of a text; `None` if it is too long for one, or the module cannot be had.
pub async fn squares_of(text: &str) -> Option<Squares> {
    let dark = JsFuture::from(qr_code(text).ok()?).await.ok()?;
    let dark: Uint8Array = dark.dyn_into().ok()?;
    Squares::new(dark.to_vec())
}
