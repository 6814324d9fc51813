//! All scenarios, to turn to.

use yew::prelude::*;

use crate::scenario::{self, Scenario};
use crate::session::Command;

#[derive(Properties, PartialEq)]
pub struct Props {
    /// The id of the one that is shown.
    pub shown: &'static str,
    pub disabled: bool,
    pub act: Callback<Command>,
}

/// A list of links, in the tutorial's order. Each is the address of its scenario, so
/// that it can be opened in a tab of its own.
#[component]
pub fn Picker(props: &Props) -> Html {
    html! {
        <details class="picker">
            <summary>{ "All scenarios" }</summary>
            <nav aria-label="Scenarios">
                <ol>{ for scenario::all().iter().map(|scenario| view_link(scenario, props)) }</ol>
            </nav>
        </details>
    }
}

fn view_link(scenario: &'static Scenario, props: &Props) -> Html {
    let act = props.act.clone();
    let onclick = move |event: MouseEvent| {
        // With a key held the browser opens it elsewhere.
        if event.ctrl_key() || event.meta_key() || event.shift_key() {
            return;
        }
        event.prevent_default();
        act.emit(Command::Pick(scenario.id));
    };
    let shown = scenario.id == props.shown;
    html! {
        <li key={scenario.id}>
            <a
                href={format!("?scenario={}", scenario.id)}
                data-scenario={scenario.id}
                aria-current={shown.then_some("page")}
                aria-disabled={props.disabled.then_some("true")}
                {onclick}
            >{ scenario.title }</a>
        </li>
    }
}
