//! The page's root element, which its style sheets and scripts read, too.

use std::cell::RefCell;

use gloo_events::EventListener;
use wasm_bindgen::JsCast;
use web_sys::{Element, HtmlTextAreaElement};

/// Whether this page is the player, which is made for frames: see `www/embed.html`.
pub fn is_player() -> bool {
    root().is_some_and(|root| root.class_list().contains("embed"))
}

/// Whether another page is around this one.
pub fn is_framed() -> bool {
    let window = super::window();
    let parent = window.parent().ok().flatten();
    parent.is_some_and(|parent| parent != window)
}

/// Whether nobody can see the page at the moment.
pub fn is_hidden() -> bool {
    let document = super::window().document();
    document.is_some_and(|document| document.hidden())
}

/// Has the browser not keep this page to come back to, from now on: it has workers, and they
/// would be kept with it, or the browser fail at those that just start. A page that listens
/// for this is not kept.
pub fn is_not_kept() {
    thread_local! {
        static LISTENS: RefCell<Option<EventListener>> = const { RefCell::new(None) };
    }
    LISTENS.with_borrow_mut(|listens| {
        listens.get_or_insert_with(|| EventListener::new(&super::window(), "unload", |_| {}));
    });
}

/// The folder of the engines' modules: the hook of the build names it after what is in it.
pub fn engines() -> String {
    let named = root().and_then(|root| root.get_attribute("data-engines"));
    named.unwrap_or_else(|| "engines".to_owned())
}

/// Selects the text of a field, for the reader to copy.
pub fn select(id: &str) {
    let field = super::window()
        .document()
        .and_then(|d| d.get_element_by_id(id));
    if let Some(field) = field.and_then(|field| field.dyn_into::<HtmlTextAreaElement>().ok()) {
        field.select();
        // It may have gone meanwhile.
        let _ = field.focus();
    }
}

/// Names the page in tabs and in the browser's history.
pub fn set_title(title: &str) {
    if let Some(document) = super::window().document() {
        document.set_title(title);
    }
}

/// Has the style sheet use the colours of a theme, by its name: one that is neither light
/// nor dark leaves it to the reader's system.
pub fn set_theme(name: &str) {
    if let Some(root) = root() {
        // The attribute's name is valid, so this cannot fail.
        let _ = root.set_attribute("data-theme", name);
    }
}

/// A data attribute of the root element, where tests say what they want; empty if it is
/// not there.
#[cfg(feature = "selftest")]
pub fn data(name: &str) -> String {
    let value = root().and_then(|root| root.get_attribute(&format!("data-{name}")));
    value.unwrap_or_default()
}

/// Sets a data attribute of the root element, where tests read it.
#[cfg(feature = "selftest")]
pub fn set_data(name: &str, value: &str) {
    if let Some(root) = root() {
        // The attribute's name is valid, so this cannot fail.
        let _ = root.set_attribute(&format!("data-{name}"), value);
    }
}

fn root() -> Option<Element> {
    super::window().document()?.document_element()
}
