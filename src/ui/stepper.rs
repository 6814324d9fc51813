//! A run on the model, step by step, forwards and backwards.

use yew::prelude::*;

use crate::base::number::grouped;
use crate::base::palette;
use crate::session::Command;
use crate::session::playback::{Playback, StepOf};

/// Steps that are listed before and after the one that is shown.
const AROUND: usize = 100;

#[derive(Properties, PartialEq)]
pub struct Props {
    pub playback: Playback,
    /// How many steps are made.
    pub at: usize,
    pub act: Callback<Command>,
}

#[component]
pub fn Stepper(props: &Props) -> Html {
    let Props { playback, at, act } = props;
    let (at, last) = (*at, playback.steps.len());
    if playback.steps.is_empty() {
        return html! {
            <p class="stepper" id="stepper-words">{ format!(
                "{} steps were simulated, too many to step through. Choose smaller parameters \
                 for that.",
                grouped(playback.made as i64)
            ) }</p>
        };
    }
    let button = |label: &'static str, key: &'static str, command: Command, off: bool| {
        let act = act.clone();
        html! {
            <button class="quiet" title={key} disabled={off}
                onclick={move |_| act.emit(command.clone())}
            >{ label }</button>
        }
    };
    let from = at.saturating_sub(AROUND);
    let to = (at + AROUND).min(last);
    let shown = playback.steps.iter().enumerate().take(to).skip(from);
    html! {
        <section class="stepper" aria-labelledby="stepper-title">
            <h2 id="stepper-title">{ "Step by step" }</h2>
            <div class="actions">
                { button("Start", "Home", Command::Goto(0), at == 0) }
                { button("Back", "←", Command::Step(-1), at == 0) }
                { button("Step", "→", Command::Step(1), at == last) }
                { button("End", "End", Command::Goto(last), at == last) }
                <span class="where" id="stepper-words" role="status">{ format!(
                    "Step {} of {}", grouped(at as i64), grouped(last as i64)
                ) }</span>
            </div>
            <dl class="values">
                { for playback.cells(at).into_iter().map(|(name, value)| html! {
                    <div>
                        <dt>{ name.clone() }</dt>
                        <dd data-stepped={name}>{ grouped(value) }</dd>
                    </div>
                }) }
            </dl>
            <ol class="steps" start={(from + 1).to_string()}>
                { for shown.map(|(index, step)| view_step(index, step, at, act)) }
            </ol>
        </section>
    }
}

/// A step, which can be clicked to go there. The last that was made is current.
fn view_step(index: usize, step: &StepOf, at: usize, act: &Callback<Command>) -> Html {
    let class = match (index + 1).cmp(&at) {
        std::cmp::Ordering::Less => "made",
        std::cmp::Ordering::Equal => "made current",
        std::cmp::Ordering::Greater => "to-come",
    };
    let go = act.reform(move |_| Command::Goto(index + 1));
    let line = (step.line > 0).then(|| format!("line {}", step.line));
    let colour = palette::thread_colour(usize::from(step.thread));
    html! {
        <li key={index} class={class} aria-current={(index + 1 == at).then_some("step")}>
            <button onclick={go}>
                <span class="dot" style={format!("background: {colour}")} aria-hidden="true" />
                { &step.text }
                if let Some(line) = line { <span class="line">{ line }</span> }
            </button>
        </li>
    }
}
