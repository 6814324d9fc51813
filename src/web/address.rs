//! The page's address.

use wasm_bindgen::{JsCast, JsValue};
use web_sys::{Element, Event, MouseEvent};

use crate::session::sharing::Place;

/// The query string of the address, with its `?`.
pub fn query() -> String {
    super::window().location().search().unwrap_or_default()
}

/// The query, without its `?`, of a link of the page to itself that a click is on, if the
/// page is to follow it: a click with a key held opens another tab, or saves the page, and
/// one that somebody has taken care of is done with.
pub fn query_clicked(event: &Event) -> Option<String> {
    if event.default_prevented() {
        return None;
    }
    let click: &MouseEvent = event.dyn_ref()?;
    let plain = !(click.ctrl_key() || click.meta_key() || click.shift_key() || click.alt_key());
    let on: Element = click.target()?.dyn_into().ok()?;
    let link = on.closest("a[href^='?']").ok()??;
    let query = link.get_attribute("href")?;
    // What follows a query is the reader's own program, which stays what it is.
    let query = query[1..].split('#').next()?;
    (plain && click.button() == 0).then(|| query.to_owned())
}

/// Puts another query into the address, as a page of its own to go back from.
pub fn visit_query(query: &str) {
    let _ = super::window().history().and_then(|history| {
        history.push_state_with_url(&JsValue::NULL, "", Some(&with_fragment(query)))
    });
}

/// Replaces the query of the address, without leaving the page.
pub fn replace_query(query: &str) {
    // Browsers refuse more than about a hundred changes in half a minute. The
    // next one that is granted says it all.
    let _ = super::window().history().and_then(|history| {
        history.replace_state_with_url(&JsValue::NULL, "", Some(&with_fragment(query)))
    });
}

/// A query with its `?`, and the text of the reader's own program behind it, if it is of that.
fn with_fragment(query: &str) -> String {
    let is_own = query.starts_with("scenario=program");
    let fragment = if is_own { fragment() } else { String::new() };
    format!("?{query}{fragment}")
}

/// The fragment of the address, with its `#`: `www/programs.js` keeps the text of the reader's
/// own program there.
fn fragment() -> String {
    super::window().location().hash().unwrap_or_default()
}

/// Where the site lies, and what follows a query.
pub fn place() -> Place {
    Place {
        site: site(),
        fragment: fragment(),
    }
}

/// The address of the folder that the site lies in, with its `/`.
fn site() -> String {
    let location = super::window().location();
    let page = [location.origin(), location.pathname()].map(Result::unwrap_or_default);
    let page = page.concat();
    let folder = page.rfind('/').map_or(page.len(), |slash| slash + 1);
    page[..folder].to_owned()
}
