//! The left side: what runs, as it is set, and what to look at.

use std::rc::Rc;

use yew::prelude::*;

use super::engine::view_engine;
use super::form::view_form;
use super::picker::view_picker;
use super::search::view_search;
use crate::scenario;
use crate::scenario::listing::Parsed;
use crate::session::{Command, Phase, Session};
use crate::share::Panel;

/// `texts` are the scenario's, once they are there.
pub fn view_setup(session: &Session, texts: Option<&Rc<Parsed>>, act: &Callback<Command>) -> Html {
    let scenario = session.scenario;
    let busy = session.is_busy();
    let on_edit = act.reform(|(name, text)| Command::Edit { name, text });
    // A frame is of one scenario.
    let to_pick = !session.surroundings.player && scenario::all().len() > 1;
    html! {
        <section class="setup" aria-labelledby="title">
            if to_pick && session.shows(Panel::Scenarios) {
                { view_picker(scenario.id, busy, act) }
            }
            <h1 id="title">{ scenario.title }</h1>
            if session.shows(Panel::Parameters) {
                { view_form(session, texts.map(|texts| &texts.help), &on_edit) }
            }
            if session.shows(Panel::Engine) {
                { view_engine(session, act) }
            }
            { view_actions(session, act) }
            if session.shows(Panel::Explore) {
                { view_search(session.wish, session.options.seed, busy, act) }
            }
            { view_notices(&session.notices, act) }
            if session.shows(Panel::Lesson) {
                { view_lesson(session, texts.map_or("", |texts| &texts.lesson), act) }
            }
        </section>
    }
}

fn view_actions(session: &Session, act: &Callback<Command>) -> Html {
    let busy = session.is_busy();
    let on_stop = {
        let act = act.clone();
        move |event: MouseEvent| {
            // The second click of a double click was meant for Run, which stood here.
            if event.detail() < 2 {
                act.emit(Command::Stop);
            }
        }
    };
    html! {
        <div class="actions">
            if busy {
                <button
                    class="primary stop"
                    disabled={session.phase == Phase::Stopping}
                    onclick={on_stop}
                >{ "Stop" }</button>
            } else {
                <button
                    class="primary"
                    title="Ctrl+Enter"
                    onclick={act.reform(|_| Command::Run)}
                >{ "Run" }</button>
            }
            if session.shows(Panel::Explore) {
                <button
                    class="quiet"
                    title="Looks for every interleaving, in small programs (E)"
                    disabled={busy}
                    onclick={act.reform(|_| Command::Explore)}
                >{ "Explore" }</button>
            }
            <button
                class="quiet"
                title="R"
                disabled={busy}
                onclick={act.reform(|_| Command::Reset)}
            >{ "Reset" }</button>
        </div>
    }
}

fn view_lesson(session: &Session, lesson: &str, act: &Callback<Command>) -> Html {
    let suggestions = session.suggestions();
    html! {
        <>
        <p class="lesson">{ lesson.to_owned() }</p>
        if !suggestions.is_empty() {
            <h2 class="try-title" id="try-title">{ "Try next" }</h2>
            <ul class="try" aria-labelledby="try-title">
                { for suggestions.into_iter().map(|(index, label)| html! {
                    <li>
                        <button class="quiet" disabled={session.is_busy()}
                            onclick={act.reform(move |_| Command::Try(index))}
                        >{ label }</button>
                    </li>
                }) }
            </ul>
        }
        </>
    }
}

fn view_notices(notices: &[String], act: &Callback<Command>) -> Html {
    if notices.is_empty() {
        return html! {};
    }
    html! {
        <div class="notices" role="status">
            <ul>{ for notices.iter().map(|notice| html! { <li>{ notice }</li> }) }</ul>
            <button class="quiet" onclick={act.reform(|_| Command::DismissNotices)}>
                { "Dismiss" }
            </button>
        </div>
    }
}
