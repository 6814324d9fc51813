//! The page: Yew components over a [`Session`](crate::session::Session). What
//! they show they are given; what they are told they pass on as commands.

mod app;
mod chart;
mod exploration;
mod form;
mod listing;
mod log;
mod outcome;
mod picker;
mod search;
mod stepper;
mod things;
mod timeline;

/// Puts the app into the page's body.
pub fn mount() {
    yew::Renderer::<app::App>::new().render();
}
