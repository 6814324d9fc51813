//! The bar at the top, of the site or of a frame, and the line at the bottom.

use yew::prelude::*;

use super::badge::view_badge;
use super::parts::{on_press, span};
use crate::scenario::{self, Scenario};
use crate::session::{Command, Phase, Session};
use crate::share::Panel;
use crate::words::page as says;

pub fn view_header(session: &Session, act: &Callback<Command>) -> Html {
    let player = session.surroundings.player;
    let badge = view_badge(&session.badge(), || format!("./?{}", session.elsewhere()));
    html! {
        <header class="bar">
            if player {
                { span("brand", says::NAME) }
            } else {
                <a class="brand" href="?">{ says::NAME }</a>
            }
            <h1 id="title">{ view_title(session) }</h1>
            if is_of_many(session) {
                { view_course(session.scenario) }
                if !session.is_own() {
                    <a class="quiet write" href="?scenario=program">{ says::WRITE }</a>
                }
            }
            { view_actions(session, act) }
            if player {
                <a class="open" href={format!("./?{}", session.moment())} target="_blank"
                    rel="noopener"
                >{ says::OPEN }</a>
            } else {
                <button class="quiet" onclick={on_press(act, Command::Share(true))}>
                    { says::SHARE }
                </button>
            }
            { badge }
        </header>
    }
}

/// Whether there is a way to the other scenarios. A frame is of one.
fn is_of_many(session: &Session) -> bool {
    !session.surroundings.player && session.shows(Panel::Scenarios)
}

/// The ways to the scenarios before and after this one, in the order of the tutorial.
fn view_course(shown: &Scenario) -> Html {
    let all = scenario::all();
    let index = all.iter().position(|other| other.id == shown.id);
    let other = |by: usize| all.get(index?.wrapping_add(by));
    let way = |rel: &'static str,
               sign: &'static str,
               label: fn(&str) -> String,
               to: Option<&&'static Scenario>| {
        to.map(|to| {
            let label = label(to.title);
            html! {
                <a class="quiet" {rel} href={format!("?scenario={}", to.id)} title={label.clone()}
                    aria-label={label}
                >{ sign }</a>
            }
        })
    };
    html! {
        <nav class="course" aria-label={says::COURSE}>
            { for way("previous", "‹", says::previous, other(usize::MAX)) }
            { for way("next", "›", says::next, other(1)) }
        </nav>
    }
}

/// What is shown, and the way to all else, which `www/dialogs.js` opens.
fn view_title(session: &Session) -> Html {
    let title = session.scenario.title;
    match is_of_many(session) {
        true => html! {
            <button class="pick" data-opens="gallery" data-shown={session.scenario.id}
                aria-haspopup="dialog" title={says::ALL_SCENARIOS}
            >{ title }</button>
        },
        false => html! { title },
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
                <button class="primary stop" disabled={matches!(session.phase, Phase::Stopping(_))}
                    onclick={on_stop}
                ><i class="icon-stop" />{ says::STOP }</button>
            } else {
                <button class="primary" title={says::RUN_KEY} onclick={on_press(act, Command::Run)}>
                    <i class="icon-play" />{ says::RUN }
                </button>
            }
            if session.shows(Panel::Explore) {
                // Who pressed it keeps the focus.
                <button class="quiet" aria-disabled={busy.then_some("true")}
                    title={says::EXPLORE_HINT}
                    onclick={on_press(act, Command::Explore)}
                ><i class="icon-fork" />{ says::EXPLORE }</button>
            }
        </div>
    }
}

/// The site's other pages, and whether it works without a network.
pub fn view_footer() -> Html {
    html! {
        <footer class="foot">
            <a href="guide.html">{ says::GUIDE }</a>
            <a href="teachers.html">{ says::TEACHERS }</a>
            <a href="hosting.html">{ says::HOSTING }</a>
            <button class="link" data-opens="keys">{ says::KEYS }</button>
            { span("offline", says::OFFLINE) }
        </footer>
    }
}
