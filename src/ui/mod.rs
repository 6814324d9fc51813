//! The page: Yew components over a [`Session`](crate::session::Session). What
//! they show they are given; what they are told they pass on as commands.

mod app;
mod badge;
mod chart;
mod details;
mod dot;
mod engine;
mod exploration;
mod form;
mod header;
mod listing;
mod loaded;
mod outcome;
mod parts;
mod program;
mod search;
mod share;
mod stepper;
mod things;
mod timeline;

/// Puts the app into the page's body.
pub fn mount() {
    yew::Renderer::<app::App>::new().render();
}
