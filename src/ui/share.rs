//! The share dialog: links, and the code that puts a scenario into another page.

use web_sys::{HtmlDialogElement, HtmlInputElement, HtmlSelectElement};
use yew::prelude::*;

use super::loaded::Loaded;
use super::parts::span;
use crate::session::sharing::{Form, Place, Setting, Sharing};
use crate::session::{Command, Session};
use crate::share::qr::Squares;
use crate::share::{Panel, Theme};
use crate::words::share as says;

/// The dialog, which `dialog` refers to. `place` is where the site is, `qr`
/// the link's code, once it is there. `copy` is called with what is to be copied.
pub fn view_share(
    session: &Session,
    sharing: &Sharing,
    dialog: &NodeRef,
    place: &Place,
    qr: &Loaded<Squares>,
    act: &Callback<Command>,
    copy: &Callback<(Form, String)>,
) -> Html {
    let close = {
        let dialog = dialog.clone();
        // It gives the focus back to where it was, and tells.
        move |_: MouseEvent| {
            if let Some(dialog) = dialog.cast::<HtmlDialogElement>() {
                dialog.close();
            }
        }
    };
    let onclose = act.reform(|_: Event| Command::Share(false));
    let set = act.reform(Command::SetSharing);
    let field = |form: Form, label: &'static str| {
        view_text(
            session.shared(sharing, form, place),
            form,
            label,
            sharing,
            copy,
        )
    };
    html! {
        <dialog ref={dialog.clone()} class="share" aria-labelledby="share-title" {onclose}>
            <link rel="stylesheet" href="dialogs.css" />
            <div class="share-head">
                <h2 id="share-title">{ says::TITLE }</h2>
                <button class="quiet" onclick={close}>{ says::CLOSE }</button>
            </div>
            { view_what(session, sharing, &set) }
            <div class="to-open">
                <div>
                    { field(Form::Link, says::LINK) }
                    if !session.is_own() {
                        { field(Form::Preview, says::PREVIEW) }
                    }
                    { field(Form::Markdown, says::MARKDOWN) }
                </div>
                { view_qr(qr) }
            </div>
            <h3>{ says::IN_A_PAGE }</h3>
            { view_frame_options(session, sharing, &set) }
            { field(Form::Frame, says::FRAME) }
            if !session.is_own() {
                { field(Form::Element, says::ELEMENT) }
            }
            <p class="unseen" role="status">
                { matches!(sharing.copied, Some((_, true))).then_some(says::COPIED) }
            </p>
        </dialog>
    }
}

fn view_qr(qr: &Loaded<Squares>) -> Html {
    match qr {
        Loaded::Coming => html! {},
        Loaded::Missing => html! {
            <p class="note" role="status">
                { says::NO_QR }
            </p>
        },
        Loaded::There(squares) => html! {
            // With the margin that readers of it need.
            <svg class="qr" role="img" aria-label={says::QR}
                viewBox={format!("-4 -4 {0} {0}", squares.side + 8)}>
                <path d={squares.as_path()} />
            </svg>
        },
    }
}

/// Scenario or run.
fn view_what(session: &Session, sharing: &Sharing, set: &Callback<Setting>) -> Html {
    let choice = |exact: bool, words: String, disabled: bool| {
        html! {
            <label class="check">
                <input type="radio" name="what" checked={sharing.exact == exact} {disabled}
                    onchange={set.reform(move |_: Event| Setting::Exact(exact))} />
                { words }
            </label>
        }
    };
    let possible = session.can_share_run();
    let run = match (possible, &session.playback) {
        (true, Some(_)) => says::run_at(session.at),
        (true, None) => says::RUN.to_owned(),
        (false, _) => says::NO_RUN.to_owned(),
    };
    html! {
        <fieldset>
            <legend class="unseen">{ says::WHAT }</legend>
            { choice(false, says::SCENARIO.to_owned(), false) }
            { choice(true, run, !possible) }
        </fieldset>
    }
}

fn view_text(
    text: String,
    form: Form,
    label: &'static str,
    sharing: &Sharing,
    copy: &Callback<(Form, String)>,
) -> Html {
    let id = form.id();
    let said = match sharing.copied {
        Some((copied, true)) if copied == form => says::COPIED,
        Some((copied, false)) if copied == form => says::PRESS_CTRL_C,
        _ => says::COPY,
    };
    let onclick = copy.reform({
        let text = text.clone();
        move |_: MouseEvent| (form, text.clone())
    });
    html! {
        <div class="shared">
            <label for={id.clone()}>{ label }</label>
            <textarea {id} readonly=true spellcheck="false"
                rows={if matches!(form, Form::Frame | Form::Element) { "3" } else { "1" }}
                value={text} />
            <button class="quiet" aria-label={says::copy_of(said, label)} {onclick}>{ said }</button>
        </div>
    }
}

/// How a frame looks, and what may be done in it.
fn view_frame_options(session: &Session, sharing: &Sharing, set: &Callback<Setting>) -> Html {
    let check = |label: &'static str, checked: bool, setting: Setting| {
        html! {
            <label class="check">
                <input type="checkbox" {checked} onchange={set.reform(move |_: Event| setting.clone())} />
                { label }
            </label>
        }
    };
    let on_height = set.reform(|event: InputEvent| {
        Setting::Height(event.target_unchecked_into::<HtmlInputElement>().value())
    });
    let on_theme = set.reform(|event: Event| {
        let select = event.target_unchecked_into::<HtmlSelectElement>();
        Setting::Theme(Theme::find(&select.value()).unwrap_or_default())
    });
    let params = session.scenario.params.iter();
    html! {
        <div class="frame-options">
            <div class="field">
                <label for="frame-height">
                    { says::HEIGHT }{ span("range", says::HEIGHT_RANGE) }
                </label>
                <input id="frame-height" inputmode="numeric" value={sharing.height.clone()}
                    oninput={on_height} />
            </div>
            <div class="field">
                <label for="frame-theme">{ says::THEME }</label>
                <select id="frame-theme" onchange={on_theme}>
                    { for Theme::ALL.into_iter().map(|theme| html! {
                        <option selected={theme == sharing.theme}>{ theme.name() }</option>
                    }) }
                </select>
            </div>
            { check(says::RUN_AT_ONCE, sharing.autorun, Setting::Autorun(!sharing.autorun)) }
            <details>
                <summary>{ says::LOCKED }</summary>
                <div class="checks">
                    { for params.map(|param| {
                        let locked = sharing.locked.contains(&param.name);
                        check(param.name, locked, Setting::Lock(param.name))
                    }) }
                </div>
            </details>
            <details>
                <summary>{ says::HIDDEN }</summary>
                <div class="checks">
                    { for Panel::ALL.iter().map(|panel| {
                        let hidden = sharing.hide.contains(panel);
                        check(panel.name(), hidden, Setting::Hide(*panel))
                    }) }
                </div>
            </details>
        </div>
    }
}
