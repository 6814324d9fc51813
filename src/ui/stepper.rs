//! A run on the model, step by step, forwards and backwards.

use yew::prelude::*;

use super::things::view_things;
use crate::base::number::{counted, grouped};
use crate::base::palette;
use crate::session::fates::Fate;
use crate::session::picture::MOST_LANES;
use crate::session::playback::{Playback, Position, StepOf};
use crate::session::things;
use crate::session::{Command, Session};

/// Steps that are listed before and after the one that is shown.
const AROUND: usize = 100;

/// The run as the session shows it, after so many steps.
pub fn view_stepper(playback: &Playback, session: &Session, act: &Callback<Command>) -> Html {
    let (at, playing) = (session.at, session.playing);
    let last = playback.steps.len();
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
    let fates = session.fates();
    html! {
        <section class="stepper" aria-labelledby="stepper-title">
            <h2 id="stepper-title">{ "Step by step" }</h2>
            <div class="actions">
                { button("Start", "Home", Command::Goto(0), at == 0) }
                { button("Back", "←", Command::Step(-1), at == 0) }
                { button(if playing { "Pause" } else { "Play" }, "Space", Command::TogglePlay, false) }
                { button("Step", "→", Command::Step(1), at == last) }
                { button("End", "End", Command::Goto(last), at == last) }
                // Announced only where somebody steps: a run that plays would drown all else.
                <span class="where" id="stepper-words"
                    aria-live={if playing { "off" } else { "polite" }}
                >{ format!("Step {} of {}", grouped(at as i64), grouped(last as i64)) }</span>
                if let Some(time) = time(playback, at) {
                    <span class="where">{ time }</span>
                }
            </div>
            <div class="moment">
                <div>
                    <h2 id="positions-title">{ "Who goes next?" }</h2>
                    <ul class="positions" aria-labelledby="positions-title">
                        { for playback.positions(at).into_iter().take(MOST_LANES).map(|position| {
                            let fate = fates.iter().find(|fate| fate.thread == position.thread);
                            view_position(position, fate, session, act)
                        }) }
                        if playback.threads.len() > MOST_LANES {
                            <li class="more">{ format!(
                                "and {}, without lanes",
                                counted((playback.threads.len() - MOST_LANES) as i64, "other")
                            ) }</li>
                        }
                    </ul>
                </div>
                { view_things(&things::of_steps(playback, at), true) }
            </div>
            <ol class="steps" start={(from + 1).to_string()}>
                { for shown.map(|(index, step)| view_step(index, step, session, act)) }
            </ol>
        </section>
    }
}

/// The virtual time, if any has passed in the run.
fn time(playback: &Playback, at: usize) -> Option<String> {
    let passed = playback.steps.last()?.at_ms > 0.0;
    let now = at
        .checked_sub(1)
        .map_or(0.0, |last| playback.steps[last].at_ms);
    passed.then(|| format!("at {} ms", grouped(now as i64)))
}

/// Where a thread stands, with a button that lets it go if it may.
fn view_position(
    position: Position,
    fate: Option<&Fate>,
    session: &Session,
    act: &Callback<Command>,
) -> Html {
    let Position {
        thread,
        name,
        words,
        line,
        enabled,
    } = position;
    let (line, disabled) = (session.line(line), session.is_busy());
    let colour = palette::thread_colour(usize::from(thread));
    html! {
        <li key={thread} data-thread={name.clone()}>
            <span class="dot" ~style={format!("background: {colour}")} aria-hidden="true" />
            if enabled {
                <button class="quiet" {disabled}
                    onclick={act.reform(move |_| Command::LetGo(thread))}
                >{ &name }</button>
            } else {
                <span class="name">{ &name }</span>
            }
            <span class="doing">{ words }</span>
            if line > 0 { <span class="line">{ format!("line {line}") }</span> }
            if let Some(fate) = fate { <span class="fate">{ &fate.words }</span> }
        </li>
    }
}

/// A step, which can be clicked to go there. The last that was made is current.
fn view_step(index: usize, step: &StepOf, session: &Session, act: &Callback<Command>) -> Html {
    let at = session.at;
    let class = match (index + 1).cmp(&at) {
        std::cmp::Ordering::Less => "made",
        std::cmp::Ordering::Equal => "made current",
        std::cmp::Ordering::Greater => "to-come",
    };
    let go = act.reform(move |_| Command::Goto(index + 1));
    let line = session.line(step.line);
    let line = (line > 0).then(|| format!("line {line}"));
    let colour = palette::thread_colour(usize::from(step.thread));
    html! {
        <li key={index} class={class} aria-current={(index + 1 == at).then_some("step")}>
            <button onclick={go}>
                <span class="dot" ~style={format!("background: {colour}")} aria-hidden="true" />
                { &step.text }
                if let Some(line) = line { <span class="line">{ line }</span> }
            </button>
        </li>
    }
}
