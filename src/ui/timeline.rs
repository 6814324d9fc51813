//! The lanes of a run, on a canvas.

use std::time::Duration;

use yew::prelude::*;

use crate::base::number::duration;
use crate::trace::State;

/// What there is to know of the times.
const CLOCK: &str = "Threads' clocks show no finer times, and may differ. The order of what \
    threads did to one lock, queue or event is recorded: it is right whatever the clocks say.";

/// The canvas, on which the app paints frame by frame, with room for so many lanes.
/// `length` is how long the run took in all, of one on real threads that has ended;
/// `empty` is that there is no run to show yet; `in_words` are the lanes as list items, for
/// those who cannot see them.
pub fn view_timeline(
    canvas: &NodeRef,
    lanes: usize,
    length: Option<String>,
    empty: bool,
    in_words: Html,
) -> Html {
    let label = match length {
        Some(length) => format!("Timeline of {length}: a lane for each thread"),
        None => "Timeline: a lane for each thread".to_owned(),
    };
    html! {
        <div class={classes!("timeline", empty.then_some("empty"))} tabindex="0"
            ~style={format!("--lanes: {lanes}")} role="group" aria-label={label}>
            <canvas ref={canvas.clone()} aria-hidden="true" />
            if empty {
                <p class="hint">
                    { "Run it: each thread gets a lane here, with when it runs, waits for \
                       others and holds a lock. Explore finds every order of its steps." }
                </p>
            }
            <ul class="unseen">{ in_words }</ul>
        </div>
    }
}

/// What the lanes' textures mean, and how fine the clock is by which they are drawn. Beside
/// it `www/lanes.js` puts what it takes to look closer, with the table of events or without.
pub fn view_legend(resolution: Option<Duration>, in_steps: bool, with_table: bool) -> Html {
    // Who is ready is known on the model, and there each step is recorded.
    let never = match in_steps {
        true => State::Busy,
        false => State::Ready,
    };
    let states = State::ALL.into_iter().filter(|&state| state != never);
    let states = states.map(|state| (state.name(), state.name()));
    let textures = states.chain([
        ("holding", "holding"),
        ("finished", "end"),
        ("failed", "failed"),
    ]);
    html! {
        <div class="lanes-foot">
            <ul class="legend" aria-label="What the lanes show">
                { for textures.map(|(class, name)| html! {
                    <li><span class={classes!("swatch", class)} aria-hidden="true" />{ name }</li>
                }) }
                if let Some(resolution) = resolution {
                    <li class="clock" title={CLOCK}>
                        { format!("clock: steps of {}", duration(resolution)) }
                    </li>
                }
            </ul>
            <div class="lanes-tools" data-without={(!with_table).then_some("table")} />
        </div>
    }
}
