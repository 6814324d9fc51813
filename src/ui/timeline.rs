//! The lanes of a run, on a canvas.

use yew::prelude::*;

use crate::trace::State;

/// The canvas, on which the app paints frame by frame, with room for so many lanes. `empty` is that there is no run to
/// show yet; `in_words` are the lanes as list items, for those who cannot see them.
pub fn view_timeline(canvas: &NodeRef, lanes: usize, empty: bool, in_words: Html) -> Html {
    html! {
        <div class={classes!("timeline", empty.then_some("empty"))} tabindex="0"
            ~style={format!("--lanes: {lanes}")} role="group" aria-label="Timeline: a lane for each thread">
            <canvas ref={canvas.clone()} aria-hidden="true" />
            if empty {
                <p class="hint">
                    { "Each thread gets a lane here: when it runs, when it waits for the \
                       others, and when it holds a lock." }
                </p>
            }
            <ul class="unseen">{ in_words }</ul>
        </div>
    }
}

/// What the lanes' textures mean.
pub fn view_legend() -> Html {
    let meaning = |state: State| match state {
        State::Running => "Running, each step recorded",
        State::Busy => "Running; steps are counted, and no longer recorded one by one",
        State::Waiting => "Blocked until another thread wakes it",
        State::Sleeping => "Asleep for a time that it chose",
    };
    html! {
        <ul class="legend" aria-label="What the lanes show">
            { for State::ALL.into_iter().map(|state| html! {
                <li title={meaning(state)}>
                    <span class={classes!("swatch", state.name())} aria-hidden="true" />
                    { state.name() }
                </li>
            }) }
            <li title="Holding something that others may be waiting for">
                <span class="swatch holding" aria-hidden="true" />{ "holding" }
            </li>
            <li title="The thread has run its last step, or an exception has ended it">
                <span class="swatch finished" aria-hidden="true" />{ "end" }
            </li>
        </ul>
    }
}
