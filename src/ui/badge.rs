//! The badge: what runs the threads here, and why.

use yew::prelude::*;

use crate::session::badge::Badge;
use crate::words::page;

/// A word that opens to a sentence; `elsewhere` is where it runs for real.
pub fn view_badge(badge: &Badge, elsewhere: impl Fn() -> String) -> Html {
    html! {
        <details class={classes!("badge", (!badge.real).then_some("off"))}>
            <summary>{ &badge.words }</summary>
            <div class="why">
                <p>{ badge.why }</p>
                if badge.real_elsewhere {
                    <p><a href={elsewhere()} target="_blank" rel="noopener">
                        { page::SEE_REAL }
                    </a></p>
                }
            </div>
        </details>
    }
}
