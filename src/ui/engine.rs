//! Where a run happens, and what is kept of it.

use web_sys::{HtmlInputElement, HtmlSelectElement};
use yew::prelude::*;

use super::parts::on_press;
use crate::scenario::MadeOf;
use crate::session::{Command, Session};
use crate::share::Engine;
use crate::words::{program as says, run};

/// Where to run: what the link wishes for, or the best that there is here.
pub fn view_engine(session: &Session, act: &Callback<Command>) -> Html {
    let wish = session.options.engine;
    let (real, named) = match session.scenario.made_of() {
        MadeOf::Threads => (Engine::Workers, says::REAL_THREADS),
        MadeOf::Each => (Engine::Workers, says::EACH_REAL),
        MadeOf::Tasks => (Engine::Tasks, says::EVENT_LOOP),
    };
    let best = match real == Engine::Tasks || session.surroundings.shared_memory {
        true => named,
        false => says::NOT_SHARED,
    };
    let choices = [
        (Engine::Auto, says::best(best)),
        (real, named.to_owned()),
        (Engine::Model, says::SIMULATED.to_owned()),
    ];
    let onchange = act.reform(move |event: Event| {
        let chosen = event
            .target_dyn_into::<HtmlSelectElement>()
            .map(|select| select.value());
        match chosen.as_deref() {
            Some("workers") => Command::Choose(Engine::Workers),
            Some("tasks") => Command::Choose(Engine::Tasks),
            Some("model") => Command::Choose(Engine::Model),
            _ => Command::Choose(Engine::Auto),
        }
    });
    let on_record = act.reform(|event: Event| {
        let checkbox = event.target_dyn_into::<HtmlInputElement>();
        Command::Record(checkbox.is_some_and(|checkbox| checkbox.checked()))
    });
    // What is compared is measured, and has no steps.
    let on_threads =
        session.engine() == Engine::Workers && session.scenario.made_of() == MadeOf::Threads;
    html! {
        <div class="field">
            <label for="engine">{ says::ENGINE }</label>
            <select id="engine" disabled={session.is_busy()} {onchange}>
                { for choices.into_iter().map(|(engine, words)| html! {
                    <option value={engine.name()} selected={engine == wish}>{ words }</option>
                }) }
            </select>
            if on_threads {
                <label class="check" title={says::RECORD_HINT}>
                    <input id="record" type="checkbox" checked={session.record}
                        disabled={session.is_busy()} onchange={on_record} />
                    { says::RECORD }
                </label>
            }
        </div>
    }
}

/// The way from a run on real threads that was recorded to its steps.
pub fn view_recorded(session: &Session, act: &Callback<Command>) -> Html {
    let Some(report) = session
        .report
        .as_ref()
        .filter(|_| session.playback.is_none() && session.stale().is_none())
    else {
        return html! {};
    };
    match (&report.schedule, session.record) {
        (Some(_), _) => html! {
            <p class="recorded">
                <button class="quiet" disabled={session.is_busy()}
                    onclick={on_press(act, Command::StepThrough)}
                >{ run::STEP_THROUGH }</button>
                { run::STEP_THROUGH_HOW }
            </p>
        },
        (None, true) if session.ran_on() == Engine::Workers => html! {
            <p class="recorded">
                { run::NOT_STEPPABLE }
            </p>
        },
        (None, _) => html! {},
    }
}
