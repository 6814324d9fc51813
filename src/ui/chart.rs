//! Figures side by side, as bars.

use yew::prelude::*;

use super::parts::span;

use crate::scenario::Bar;
use crate::words::number::fixed;
use crate::words::run as says;

/// A bar for each figure, with a mark where it would end at best; `cores` is how many
/// the machine has.
pub fn view_chart(bars: &[Bar], cores: usize) -> Html {
    let most = bars.iter().flat_map(|bar| [bar.ms, bar.ideal_ms]).max();
    let most = most.unwrap_or(0).max(1);
    let percent = |ms: i64| fixed(ms as f64 * 100.0 / most as f64, 1) + "%";
    html! {
        <section class="chart" aria-labelledby="chart-title">
            <h2 id="chart-title">{ says::MEASURED_HERE }</h2>
            <ul>
                { for bars.iter().map(|bar| html! {
                    <li data-bar={bar.name.clone()}>
                        { span("name", bar.name.trim_end_matches("_ms").replace('_', " ")) }
                        <span class="track">
                            <span class="bar-of" ~style={format!("width: {}", percent(bar.ms))} />
                            <span class="ideal" ~style={format!("left: {}", percent(bar.ideal_ms))}
                                title={says::at_best_ms(bar.ideal_ms)} />
                        </span>
                        <span class="figure">
                            { says::milliseconds(bar.ms) }
                            { span("at-best", says::at_best(bar.ideal_ms)) }
                        </span>
                    </li>
                }) }
            </ul>
            <p class="note">
                { says::chart_note(cores) }
            </p>
        </section>
    }
}
