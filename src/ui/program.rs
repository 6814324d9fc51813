//! The program: how it is set, its text, what to look at in it, and what to try next.

use std::rc::Rc;

use yew::prelude::*;

use super::engine::view_engine;
use super::form::view_form;
use super::parts::on_press;
use super::search::view_search;
use crate::scenario::listing::Parsed;
use crate::session::{Command, Session};
use crate::share::Panel;
use crate::words::program as says;

/// `texts` are the scenario's, once they are there; `listing` is the program's.
pub fn view_program(
    session: &Session,
    texts: Option<&Rc<Parsed>>,
    listing: Html,
    act: &Callback<Command>,
) -> Html {
    let busy = session.is_busy();
    let on_edit = act.reform(|(name, text)| Command::Edit { name, text });
    html! {
        <section class="program" aria-label={says::TITLE}>
            <div class="strip">
                if session.shows(Panel::Parameters) {
                    { view_form(session, texts.map(|texts| &texts.help), &on_edit) }
                }
                if session.shows(Panel::Engine) {
                    { view_engine(session, act) }
                }
                if session.shows(Panel::Explore) {
                    { view_search(session.wish, session.options.seed, busy, act) }
                }
                if !session.is_own() {
                    <button class="link" title={says::RESET_HINT}
                        disabled={busy} onclick={on_press(act, Command::Reset)}
                    >{ says::RESET }</button>
                }
            </div>
            { view_notices(&session.notices, act) }
            if session.shows(Panel::Code) {
                { listing }
            }
            if session.shows(Panel::Lesson) {
                { view_lesson(session, texts.map_or("", |texts| &texts.lesson), act) }
            }
        </section>
    }
}

fn view_lesson(session: &Session, lesson: &str, act: &Callback<Command>) -> Html {
    let suggestions = session.suggestions();
    html! {
        <div class="about">
            <p class="lesson" tabindex="0">{ lesson.to_owned() }</p>
            if !suggestions.is_empty() {
                <ul class="try" aria-label={says::TRY_NEXT}>
                    { for suggestions.into_iter().map(|(index, label)| html! {
                        <li>
                            <button class="chip" disabled={session.is_busy()}
                                onclick={on_press(act, Command::Try(index))}
                            >{ label }</button>
                        </li>
                    }) }
                </ul>
            }
        </div>
    }
}

fn view_notices(notices: &[String], act: &Callback<Command>) -> Html {
    if notices.is_empty() {
        return html! {};
    }
    html! {
        <div class="notices" role="status">
            <ul>{ for notices.iter().map(|notice| html! { <li>{ notice }</li> }) }</ul>
            <button class="quiet" onclick={on_press(act, Command::DismissNotices)}>
                { says::DISMISS }
            </button>
        </div>
    }
}
