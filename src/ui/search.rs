//! How Explore is to search.

use web_sys::{HtmlInputElement, HtmlSelectElement};
use yew::prelude::*;

use crate::session::Command;
use crate::session::exploration::{LIMIT, Wish};

/// Bounds on preemptions that are offered: most mistakes need two or fewer.
const BOUNDS: [u32; 4] = [0, 1, 2, 3];

/// Random executions that are made.
const RANDOM: u64 = 10_000;

/// The wish as it is, to be changed; `seed` is for random executions.
pub fn view_search(wish: Wish, seed: u64, disabled: bool, act: &Callback<Command>) -> Html {
    let mut choices = vec![("all".to_owned(), "every interleaving".to_owned())];
    choices.extend(BOUNDS.map(|bound| {
        let words = match bound {
            0 => "those without preemptions".to_owned(),
            1 => "those with at most 1 preemption".to_owned(),
            many => format!("those with at most {many} preemptions"),
        };
        (bound.to_string(), words)
    }));
    choices.push(("random".to_owned(), "random ones".to_owned()));
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
            <summary>{ "How to explore" }</summary>
            <div class="how">
            <div class="field">
                <label for="search">{ "look at" }</label>
                <select id="search" {disabled} {onchange}>
                    { for choices.into_iter().map(|(value, words)| html! {
                        <option value={value.clone()} selected={value == chosen}>{ words }</option>
                    }) }
                </select>
                <span class="help">
                    { "A preemption is a switch away from a thread that could have gone on. \
                       Few are enough to show most mistakes." }
                </span>
            </div>
            <label class="check">
                <input id="clock" type="checkbox" checked={wish.clock} {disabled}
                    onchange={on_clock} />
                { "Keep to the clock: sleeps and time-outs end in the order of their times. \
                   Otherwise any may end at any time, since no program should rely on them." }
            </label>
            </div>
        </details>
    }
}
