//! All scenarios, to turn to.

use yew::prelude::*;

use crate::scenario::{self, Scenario};
use crate::session::Command;

/// A list of links, in the tutorial's order; `shown` is the id of the one that is open.
/// Each is the address of its scenario, so that it can be opened in a tab of its own.
pub fn view_picker(shown: &str, disabled: bool, act: &Callback<Command>) -> Html {
    let link =
        |scenario: &&'static Scenario| view_link(scenario, scenario.id == shown, disabled, act);
    html! {
        <details class="picker">
            <summary>{ "All scenarios" }</summary>
            <nav aria-label="Scenarios">
                <ol>{ for scenario::all().iter().map(link) }</ol>
            </nav>
        </details>
    }
}

fn view_link(
    scenario: &'static Scenario,
    shown: bool,
    disabled: bool,
    act: &Callback<Command>,
) -> Html {
    let act = act.clone();
    let onclick = move |event: MouseEvent| {
        // With a key held the browser opens it elsewhere.
        if event.ctrl_key() || event.meta_key() || event.shift_key() {
            return;
        }
        event.prevent_default();
        act.emit(Command::Pick(scenario.id));
    };
    html! {
        <li key={scenario.id}>
            <a
                href={format!("?scenario={}", scenario.id)}
                data-scenario={scenario.id}
                aria-current={shown.then_some("page")}
                aria-disabled={disabled.then_some("true")}
                {onclick}
            >{ scenario.title }</a>
        </li>
    }
}
