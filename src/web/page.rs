//! The page's root element, which its style sheets and scripts read, too.

use web_sys::Element;

/// Whether this page is the player, which is made for frames: see `www/embed.html`.
pub fn is_player() -> bool {
    root().is_some_and(|root| root.class_list().contains("embed"))
}

/// Has the style sheet use the colours of a theme, by its name: one that is neither light
/// nor dark leaves it to the reader's system.
pub fn set_theme(name: &str) {
    if let Some(root) = root() {
        // The attribute's name is valid, so this cannot fail.
        let _ = root.set_attribute("data-theme", name);
    }
}

fn root() -> Option<Element> {
    super::window().document()?.document_element()
}
