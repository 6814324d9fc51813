//! The lanes of a run, on a canvas.

use std::time::Duration;

use yew::prelude::*;

use crate::session::sentences::state_name;
use crate::trace::State;
use crate::words::lanes as says;

/// The canvas, on which the app paints frame by frame, with room for so many lanes.
/// `length` is how long the run took in all, of one on real threads that has ended;
/// `empty` is that there is no run to show yet; `in_words` are the lanes as list items, for
/// those who cannot see them.
pub fn view_timeline(
    canvas: &NodeRef,
    lanes: usize,
    length: Option<Duration>,
    empty: bool,
    in_words: Html,
) -> Html {
    let label = match length {
        Some(length) => says::timeline_of(length),
        None => says::TIMELINE.to_owned(),
    };
    html! {
        <div class={classes!("timeline", empty.then_some("empty"))} tabindex="0"
            ~style={format!("--lanes: {lanes}")} role="group" aria-label={label}>
            <canvas ref={canvas.clone()} aria-hidden="true" />
            if empty {
                <p class="hint">
                    { says::NOTHING_YET }
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
    let states = states.map(|state| (state.name(), state_name(state)));
    let textures = states.chain([
        ("holding", says::HOLDING),
        ("finished", says::END),
        ("failed", says::FAILED),
    ]);
    html! {
        <div class="lanes-foot">
            <ul class="legend" aria-label={says::LEGEND}>
                { for textures.map(|(class, name)| html! {
                    <li><span class={classes!("swatch", class)} aria-hidden="true" />{ name }</li>
                }) }
                if let Some(resolution) = resolution {
                    <li class="clock" title={says::CLOCK}>
                        { says::clock(resolution) }
                    </li>
                }
            </ul>
            <div class="lanes-tools" data-without={(!with_table).then_some("table")} />
        </div>
    }
}
