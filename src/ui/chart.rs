//! Figures side by side, as bars.

use yew::prelude::*;

use super::parts::span;

use crate::base::number::grouped;
use crate::scenario::Bar;

/// A bar for each figure, with a mark where it would end at best; `cores` is how many
/// the machine has.
pub fn view_chart(bars: &[Bar], cores: usize) -> Html {
    let most = bars.iter().flat_map(|bar| [bar.ms, bar.ideal_ms]).max();
    let most = most.unwrap_or(0).max(1);
    let percent = |ms: i64| format!("{:.1}%", ms as f64 * 100.0 / most as f64);
    html! {
        <section class="chart" aria-labelledby="chart-title">
            <h2 id="chart-title">{ "Measured here" }</h2>
            <ul>
                { for bars.iter().map(|bar| html! {
                    <li data-bar={bar.name.clone()}>
                        { span("name", bar.name.trim_end_matches("_ms").replace('_', " ")) }
                        <span class="track">
                            <span class="bar-of" ~style={format!("width: {}", percent(bar.ms))} />
                            <span class="ideal" ~style={format!("left: {}", percent(bar.ideal_ms))}
                                title={format!("at best {} ms", grouped(bar.ideal_ms))} />
                        </span>
                        <span class="figure">
                            { grouped(bar.ms) }{ " ms" }
                            { span("at-best", format!("at best {}", grouped(bar.ideal_ms))) }
                        </span>
                    </li>
                }) }
            </ul>
            <p class="note">
                { format!("The line in a bar is what the jobs alone would take on this machine, which has {} \
                    as far as the browser tells.", match cores { 1 => "1 core".to_owned(), n => format!("{n} cores") }) }
            </p>
        </section>
    }
}
