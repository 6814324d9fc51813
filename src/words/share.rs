//! The dialog for sharing.

pub const TITLE: &str = "Share";
pub const CLOSE: &str = "Close";

// What to share.
pub const WHAT: &str = "What to share";
pub const SCENARIO: &str = "The scenario, as it is set";
pub const RUN: &str = "This exact run, from its first step";
pub const NO_RUN: &str =
    "An exact run: there is none. Step through one, or record one on real threads";

pub fn run_at(step: usize) -> String {
    format!("This exact run, at step {step}")
}

// The forms.
pub const LINK: &str = "Link";
pub const PREVIEW: &str = "Link with a picture, for chats";
pub const MARKDOWN: &str = "Markdown";
pub const IN_A_PAGE: &str = "In a page of yours";
pub const FRAME: &str = "Frame, for any page";
pub const ELEMENT: &str = "Element, for pages that allow scripts";

/// What a link and a frame are called.
pub fn titled(title: &str) -> String {
    format!("{title} – Lockstep")
}

// To the clipboard.
pub const COPY: &str = "Copy";
pub const COPIED: &str = "Copied";
pub const PRESS_CTRL_C: &str = "Press Ctrl+C";

pub fn copy_of(said: &str, label: &str) -> String {
    format!("{said}: {label}")
}

// The code.
pub const QR: &str = "The link as a QR code";
pub const NO_QR: &str = "No QR code: the link is too long for one, or it could not be loaded.";

// The frame.
pub const HEIGHT: &str = "height";
pub const HEIGHT_RANGE: &str = "120–4,000 px";
pub const THEME: &str = "theme";
pub const RUN_AT_ONCE: &str = "Run at once";
pub const LOCKED: &str = "Locked parameters";
pub const HIDDEN: &str = "Hidden parts";
