//! The clipboard.

use wasm_bindgen_futures::JsFuture;

/// Puts a text into the clipboard: whether the browser granted it.
pub async fn copy(text: &str) -> bool {
    let clipboard = super::window().navigator().clipboard();
    // Pages that are not secure have none.
    if clipboard.is_undefined() {
        return false;
    }
    JsFuture::from(clipboard.write_text(text)).await.is_ok()
}
