//! The events of a run, one line each.

use std::time::Duration;

use yew::prelude::*;

use crate::base::ThreadId;
use crate::base::number::duration;
use crate::base::palette::thread_colour;

/// The entries, each the nanoseconds since the run began, the thread, and what it did.
/// `tally` says how many of the run's events there are to show.
pub fn view_log(entries: &[(u64, ThreadId, String)], tally: &str) -> Html {
    let line = |(at, thread, text): &(u64, ThreadId, String)| {
        let colour = format!("--thread: {}", thread_colour(thread.index()));
        html! {
            <li ~style={colour}>
                <time>{ duration(Duration::from_nanos(*at)) }</time>
                { text }
            </li>
        }
    };
    html! {
        <section class="log" aria-labelledby="log-title">
            <h2 id="log-title">
                { "Events" }<span class="tally" id="tally">{ tally }</span>
            </h2>
            <div class="scroller" tabindex="0">
                <ol aria-label="The latest events">{ for entries.iter().map(line) }</ol>
            </div>
        </section>
    }
}
