//! The lanes of a run, on a canvas.

use yew::prelude::*;

use crate::trace::State;

#[derive(Properties, PartialEq)]
pub struct Props {
    /// The app paints on it, frame by frame.
    pub canvas: NodeRef,
    /// Whether there is no run to show yet.
    pub empty: bool,
    /// The lanes in words, as list items, for those who cannot see them.
    pub children: Html,
}

#[component]
pub fn Timeline(props: &Props) -> Html {
    html! {
        <div class={classes!("timeline", props.empty.then_some("empty"))} tabindex="0"
            role="group" aria-label="Timeline: a lane for each thread">
            <canvas ref={props.canvas.clone()} aria-hidden="true" />
            if props.empty {
                <p class="hint">
                    { "Each thread gets a lane here: when it runs, when it waits for the \
                       others, and when it holds a lock." }
                </p>
            }
            <ul class="unseen">{ props.children.clone() }</ul>
        </div>
    }
}

/// What the lanes' textures mean.
#[component]
pub fn Legend() -> Html {
    let meaning = |state: State| match state {
        State::Running => "Running, each step recorded",
        State::Busy => "Running; steps are counted, and no longer recorded one by one",
        State::Waiting => "Blocked until another thread wakes it",
        State::Sleeping => "Asleep for a time that it chose",
        State::Holding => "Holding something that others may be waiting for",
    };
    html! {
        <ul class="legend" aria-label="What the lanes show">
            { for State::ALL.into_iter().map(|state| html! {
                <li title={meaning(state)}>
                    <span class={classes!("swatch", state.name())} aria-hidden="true" />
                    { state.name() }
                </li>
            }) }
            <li title="The thread has run its last step">
                <span class="swatch finished" aria-hidden="true" />{ "finished" }
            </li>
        </ul>
    }
}
