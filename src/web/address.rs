//! The page's address.

use wasm_bindgen::JsValue;

/// The query string of the address, with its `?`.
pub fn query() -> String {
    super::window().location().search().unwrap_or_default()
}

/// Puts another query into the address, as a page of its own to go back from.
pub fn visit_query(query: &str) {
    let _ = super::window().history().and_then(|history| {
        history.push_state_with_url(&JsValue::NULL, "", Some(&format!("?{query}")))
    });
}

/// Replaces the query of the address, without leaving the page.
pub fn replace_query(query: &str) {
    // Browsers refuse more than about a hundred changes in half a minute. The
    // next one that is granted says it all.
    let _ = super::window().history().and_then(|history| {
        history.replace_state_with_url(&JsValue::NULL, "", Some(&format!("?{query}")))
    });
}

/// The address of the folder that the site lies in, with its `/`.
pub fn site() -> String {
    let location = super::window().location();
    let page = [location.origin(), location.pathname()].map(Result::unwrap_or_default);
    let page = page.concat();
    let folder = page.rfind('/').map_or(page.len(), |slash| slash + 1);
    page[..folder].to_owned()
}
