//! How Explore is to search.

use web_sys::{HtmlInputElement, HtmlSelectElement};
use yew::prelude::*;

use crate::session::Command;
use crate::session::exploration::{LIMIT, Wish};
use crate::words::exploration as says;

/// Bounds on preemptions that are offered: most mistakes need two or fewer.
const BOUNDS: [u32; 4] = [0, 1, 2, 3];

/// Random executions that are made.
const RANDOM: u64 = 10_000;

/// The wish as it is, to be changed; `seed` is for random executions.
pub fn view_search(wish: Wish, seed: u64, disabled: bool, act: &Callback<Command>) -> Html {
    let mut choices = vec![("all".to_owned(), says::ALL.to_owned())];
    choices.extend(BOUNDS.map(|bound| (bound.to_string(), says::at_most(bound))));
    choices.push(("random".to_owned(), says::RANDOM.to_owned()));
    let chosen = match (wish.seed, wish.preemptions) {
        (Some(_), _) => "random".to_owned(),
        (None, Some(bound)) => bound.to_string(),
        (None, None) => "all".to_owned(),
    };
    let onchange = act.reform(move |event: Event| {
        let select = event.target_dyn_into::<HtmlSelectElement>();
        let value = select.map(|select| select.value()).unwrap_or_default();
        let random = value == "random";
        Command::Wish(Wish {
            seed: random.then_some(seed),
            limit: if random { RANDOM } else { LIMIT },
            preemptions: value.parse().ok(),
            clock: wish.clock,
        })
    });
    let on_clock = act.reform(move |event: Event| {
        let checkbox = event.target_dyn_into::<HtmlInputElement>();
        Command::Wish(Wish {
            clock: checkbox.is_some_and(|checkbox| checkbox.checked()),
            ..wish
        })
    });
    html! {
        <details class="search">
            <summary>{ says::HOW }</summary>
            <div class="how">
            <div class="field">
                <label for="search">{ says::LOOK_AT }</label>
                <select id="search" {disabled} {onchange}>
                    { for choices.into_iter().map(|(value, words)| html! {
                        <option value={value.clone()} selected={value == chosen}>{ words }</option>
                    }) }
                </select>
                <span class="help">
                    { says::PREEMPTIONS }
                </span>
            </div>
            <label class="check">
                <input id="clock" type="checkbox" checked={wish.clock} {disabled}
                    onchange={on_clock} />
                { says::CLOCK }
            </label>
            </div>
        </details>
    }
}
