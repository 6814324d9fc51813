//! The bar at the top, of the site or of a frame, and the line at the bottom.

use yew::prelude::*;

use super::badge::view_badge;
use crate::session::{Command, Session};

pub fn view_header(session: &Session, act: &Callback<Command>) -> Html {
    let badge = view_badge(&session.badge(), || format!("./?{}", session.elsewhere()));
    if session.surroundings.player {
        let here = format!("./?{}", session.moment());
        return html! {
            <header class="bar">
                <span class="brand">{ "Lockstep" }</span>
                <a class="open" href={here} target="_blank" rel="noopener">
                    { "Open in Lockstep" }
                </a>
                { badge }
            </header>
        };
    }
    let share = act.reform(|_| Command::Share(true));
    html! {
        <header class="bar">
            <a class="brand" href="?">{ "Lockstep" }</a>
            <span class="tagline">{ "Python’s threads, really running" }</span>
            <a class="guide" href="guide.html">{ "Which to choose?" }</a>
            <button class="quiet" onclick={share}>{ "Share" }</button>
            { badge }
        </header>
    }
}

/// The site's other pages, and whether it works without a network.
pub fn view_footer() -> Html {
    html! {
        <footer class="foot">
            <a href="guide.html">{ "Which to choose?" }</a>
            <a href="teachers.html">{ "For your course page" }</a>
            <a href="hosting.html">{ "On your own site" }</a>
            <span class="offline">{ "Works offline now" }</span>
        </footer>
    }
}
