//! The share dialog: links, and the code that puts a scenario into another page.

use web_sys::{HtmlDialogElement, HtmlInputElement, HtmlSelectElement};
use yew::prelude::*;

use super::loaded::Loaded;
use super::parts::span;
use crate::session::sharing::{Form, Setting, Sharing};
use crate::session::{Command, Session};
use crate::share::qr::Squares;
use crate::share::{Panel, Theme};

/// The dialog, which `dialog` refers to. `site` is the address of the site's folder, `qr`
/// the link's code, once it is there. `copy` is called with what is to be copied.
pub fn view_share(
    session: &Session,
    sharing: &Sharing,
    dialog: &NodeRef,
    site: &str,
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
            session.shared(sharing, form, site),
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
                <h2 id="share-title">{ "Share" }</h2>
                <button class="quiet" onclick={close}>{ "Close" }</button>
            </div>
            { view_what(session, sharing, &set) }
            <div class="to-open">
                <div>
                    { field(Form::Link, "Link") }
                    { field(Form::Preview, "Link with a picture, for chats") }
                    { field(Form::Markdown, "Markdown") }
                </div>
                { view_qr(qr) }
            </div>
            <h3>{ "In a page of yours" }</h3>
            { view_frame_options(session, sharing, &set) }
            { field(Form::Frame, "Frame, for any page") }
            { field(Form::Element, "Element, for pages that allow scripts") }
            <p class="unseen" role="status">
                { matches!(sharing.copied, Some((_, true))).then_some("Copied") }
            </p>
        </dialog>
    }
}

fn view_qr(qr: &Loaded<Squares>) -> Html {
    match qr {
        Loaded::Coming => html! {},
        Loaded::Missing => html! {
            <p class="note" role="status">
                { "No QR code: the link is too long for one, or it could not be loaded." }
            </p>
        },
        Loaded::There(squares) => html! {
            // With the margin that readers of it need.
            <svg class="qr" role="img" aria-label="The link as a QR code"
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
        (true, Some(_)) => format!("This exact run, at step {}", session.at),
        (true, None) => "This exact run, from its first step".to_owned(),
        (false, _) => "An exact run: there is none. Step through one, or record one on real \
                       threads"
            .to_owned(),
    };
    html! {
        <fieldset>
            <legend class="unseen">{ "What to share" }</legend>
            { choice(false, "The scenario, as it is set".to_owned(), false) }
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
        Some((copied, true)) if copied == form => "Copied",
        Some((copied, false)) if copied == form => "Press Ctrl+C",
        _ => "Copy",
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
            <button class="quiet" aria-label={format!("{said}: {label}")} {onclick}>{ said }</button>
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
                    { "height" }{ span("range", "120–4,000 px") }
                </label>
                <input id="frame-height" inputmode="numeric" value={sharing.height.clone()}
                    oninput={on_height} />
            </div>
            <div class="field">
                <label for="frame-theme">{ "theme" }</label>
                <select id="frame-theme" onchange={on_theme}>
                    { for Theme::ALL.into_iter().map(|theme| html! {
                        <option selected={theme == sharing.theme}>{ theme.name() }</option>
                    }) }
                </select>
            </div>
            { check("Run at once", sharing.autorun, Setting::Autorun(!sharing.autorun)) }
            <details>
                <summary>{ "Locked parameters" }</summary>
                <div class="checks">
                    { for params.map(|param| {
                        let locked = sharing.locked.contains(&param.name);
                        check(param.name, locked, Setting::Lock(param.name))
                    }) }
                </div>
            </details>
            <details>
                <summary>{ "Hidden parts" }</summary>
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
