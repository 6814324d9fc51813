//! What there is to read of a run, a tab for each kind.

use yew::prelude::*;

use crate::words::run as says;

/// A tab of the details.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Tab {
    Steps,
    Output,
    Figures,
    Outcomes,
}

impl Tab {
    fn title(self) -> &'static str {
        match self {
            Tab::Steps => says::STEPS,
            Tab::Output => says::OUTPUT,
            Tab::Figures => says::FIGURES,
            Tab::Outcomes => says::OUTCOMES,
        }
    }
}

/// The tabs that there is something to read in, the one that is wished for in front, else
/// the first.
pub fn view_details(tabs: Vec<(Tab, Html)>, wished: Option<Tab>, choose: &Callback<Tab>) -> Html {
    let there = |wished: &Tab| tabs.iter().any(|(tab, _)| tab == wished);
    let Some(shown) = wished.filter(there).or(tabs.first().map(|(tab, _)| *tab)) else {
        return html! {};
    };
    let head = |&(tab, _): &(Tab, Html)| {
        html! {
            <button key={tab.title()} aria-pressed={(tab == shown).to_string()}
                onclick={choose.reform(move |_| tab)}
            >{ tab.title() }</button>
        }
    };
    html! {
        <section class="details" aria-label={says::DETAILS}>
            <div class="tabs">{ for tabs.iter().map(head) }</div>
            { for tabs.iter().map(|(tab, content)| html! {
                <div key={tab.title()} class="tab" hidden={*tab != shown} tabindex="0"
                >{ content.clone() }</div>
            }) }
        </section>
    }
}
