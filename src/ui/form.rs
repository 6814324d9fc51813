//! The form of a scenario's parameters.

use web_sys::{HtmlInputElement, HtmlSelectElement};
use yew::prelude::*;

use crate::scenario::help::Help;
use crate::scenario::param::{Kind, Param, Value};
use crate::session::{Field, Session};
use crate::words::program as says;

/// The parameters with a field for each. `on_edit` is told the name of one and its new
/// text.
pub fn view_form(
    session: &Session,
    help: Option<&Help>,
    on_edit: &Callback<(&'static str, String)>,
) -> Html {
    let params = session.scenario.params.iter();
    // The browser must not submit it: that would load the page anew.
    let onsubmit = Callback::from(|event: SubmitEvent| event.prevent_default());
    html! {
        <form class="params" {onsubmit}>
            <fieldset disabled={session.is_busy()}>
                <legend class="unseen">{ says::PARAMETERS }</legend>
                { for params.zip(&session.fields).map(|(param, field)| {
                    let help = help.map(|help| help.for_param(param.name).to_owned());
                    let value = session.params.get(param.name);
                    view_param(param, (field, value), help, !session.is_free(param.name), on_edit)
                }) }
            </fieldset>
        </form>
    }
}

fn view_param(
    param: &'static Param,
    (field, value): (&Field, Option<Value>),
    help: Option<String>,
    locked: bool,
    on_edit: &Callback<(&'static str, String)>,
) -> Html {
    let id = format!("param-{}", param.name);
    let help_id = format!("{id}-help");
    let error_id = format!("{id}-error");
    let described_by = match field.error {
        Some(_) => format!("{error_id} {help_id}"),
        None => help_id.clone(),
    };
    // For www/fields.js, which puts it back.
    let kept = field
        .error
        .as_ref()
        .and(value)
        .map(|value| value.to_string());
    let control = match param.kind {
        Kind::Int { .. } | Kind::List { .. } | Kind::Index { .. } => {
            // A keyboard of digits alone has no comma, and no letters for `none`.
            let inputmode = match param.kind {
                Kind::Int { .. } => "numeric",
                _ => "text",
            };
            let oninput = on_edit.reform(|event: InputEvent| {
                (
                    param.name,
                    event.target_unchecked_into::<HtmlInputElement>().value(),
                )
            });
            // Not type=number: it hides what was typed when that is no number,
            // and then no message can name it.
            html! {
                <input
                    id={id.clone()}
                    type="text"
                    {inputmode}
                    autocomplete="off"
                    spellcheck="false"
                    readonly={locked}
                    value={field.text.clone()}
                    aria-describedby={described_by}
                    aria-invalid={field.error.is_some().to_string()}
                    data-kept={kept}
                    {oninput}
                />
            }
        }
        Kind::Choice(words) => {
            let onchange = on_edit.reform(|event: Event| {
                (
                    param.name,
                    event.target_unchecked_into::<HtmlSelectElement>().value(),
                )
            });
            html! {
                <select id={id.clone()} disabled={locked} aria-describedby={described_by} {onchange}>
                    { for words.iter().map(|&word| html! {
                        <option value={word} selected={word == field.text}>{ word }</option>
                    }) }
                </select>
            }
        }
    };
    let range = match param.kind {
        Kind::Int { min, max } | Kind::List { min, max, .. } => says::range(min, max),
        Kind::Index { max } => says::range_or_none(max),
        Kind::Choice(_) => String::new(),
    };
    html! {
        <div class={classes!("field", field.error.is_some().then_some("wrong"))}>
            <label for={id}>{ param.name }{ if locked { says::LOCKED } else { "" } }</label>
            { control }
            <div class="tip" id={help_id}>
                <span class="range">{ range }{ " " }{ param.unit }</span>
                <p class="help">{ help }</p>
            </div>
            if let Some(error) = &field.error {
                <p class="error" id={error_id}>{ error }</p>
            }
        </div>
    }
}
