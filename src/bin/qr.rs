//! The module that makes QR codes: few readers need it, so it is not part of the page's.

#[cfg(target_arch = "wasm32")]
#[wasm_bindgen::prelude::wasm_bindgen]
pub fn code(text: &str) -> Vec<u8> {
    lockstep::share::qr::code(text)
}

/// When the module starts there is nothing to do: `www/start.js` calls in.
fn main() {}
