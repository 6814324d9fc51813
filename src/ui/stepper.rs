//! A run on the model, step by step, forwards and backwards.

use web_sys::HtmlInputElement;
use yew::prelude::*;

use super::dot::view_dot;
use super::parts::{on_press, span, with_lines};
use crate::session::fates::{Fate, decisive};
use crate::session::picture::MOST_LANES;
use crate::session::playback::{Playback, Position, StepOf};
use crate::session::{Command, Session};
use crate::words::number::plain;
use crate::words::{program, stepper as says};

/// Steps that are listed before and after the one that is shown.
const AROUND: usize = 100;

/// What moves the run: to its ends, by a step, or by itself; and how far it is.
pub fn view_transport(playback: &Playback, session: &Session, act: &Callback<Command>) -> Html {
    let (at, playing) = (session.at, session.playing);
    let along = session.fates_along();
    let last = playback.steps.len();
    if playback.made == 0 {
        return html! {};
    }
    if playback.steps.is_empty() {
        return html! {
            <p class="transport" id="stepper-words">{ says::too_many(playback.made) }</p>
        };
    }
    let button = |label: &'static str, icon: &'static str, key, command: Command, off: bool| {
        html! {
            // One that is disabled would lose the focus of who presses it again and again.
            <button class={icon} title={says::with_key(label, key)}
                aria-disabled={off.then_some("true")}
                onclick={on_press(act, command)}
            ><i class={format!("icon-{icon}")} />{ span("unseen", label) }</button>
        }
    };
    let (play, icon) = match playing {
        true => (says::PAUSE, "pause"),
        false => (says::PLAY, "play"),
    };
    html! {
        <div class="transport" role="group" aria-label={says::TITLE}>
            { button(says::START, "start", says::HOME_KEY, Command::Goto(0), at == 0) }
            { button(says::BACK, "back", "←", Command::Step(-1), at == 0) }
            { button(play, icon, says::SPACE_KEY, Command::TogglePlay, false) }
            { button(says::STEP, "step", "→", Command::Step(1), at == last) }
            { button(says::END, "end", says::END_KEY, Command::Goto(last), at == last) }
            { view_track(&along, at, last, act) }
            // Announced only where somebody steps: a run that plays would drown all else.
            <span class="where" id="stepper-words"
                aria-live={if playing { "off" } else { "polite" }}
            >{ says::step_of(at, last) }</span>
            if let Some(time) = time(playback, at) {
                { span("where", time) }
            }
            if session.options.speed != 1.0 {
                { span("where", format!("{}×", plain(session.options.speed))) }
            }
            { view_fate(&along, at, act) }
        </div>
    }
}

/// The most stretches of which the band of fates is made.
const FINEST: usize = 100;

/// The slider, and below it what could still come of the run with each of its steps.
fn view_track(along: &[u16], at: usize, last: usize, act: &Callback<Command>) -> Html {
    html! {
        <div class="track">
            { view_slider(at, last, act) }
            if !along.is_empty() {
                <div class="band" ~style={format!("background: linear-gradient(to right{})", colours(along))} />
            }
        </div>
    }
}

/// A stop for each step, around where it has its place on the slider.
fn colours(along: &[u16]) -> String {
    let last = along.len().saturating_sub(1).max(1);
    let stretches = along.len().min(FINEST);
    let begins = |n: usize| n * along.len() / stretches;
    let edge = |step: usize| ((2 * step).saturating_sub(1) * 50 / last).min(100);
    let stretch = |n: usize| {
        // What always goes wrong should not look like what nearly always does.
        let wrong = match along[begins(n)] {
            1000 => 100,
            some => some / 15,
        };
        let [from, to] = [n, n + 1].map(|n| edge(begins(n)));
        format!(", color-mix(in oklab, var(--bad) {wrong}%, var(--ok)) {from}% {to}%")
    };
    (0..stretches).map(stretch).collect()
}

/// What can still come of the run now, and where that was decided.
fn view_fate(along: &[u16], at: usize, act: &Callback<Command>) -> Html {
    let Some(now) = along.get(at) else {
        return html! {};
    };
    let decided = decisive(along);
    let words = match now {
        0 => says::GOES_WELL.to_owned(),
        1000 => says::GOES_WRONG.to_owned(),
        share => says::percent_wrong(((share + 5) / 10).clamp(1, 99)),
    };
    html! {
        <div class="fate">
            { span("where", words) }
            if let Some(step) = decided.filter(|&step| step != at) {
                <button class="link" onclick={on_press(act, Command::Goto(step))}
                >{ says::decided_with(step) }</button>
            }
        </div>
    }
}

fn view_slider(at: usize, last: usize, act: &Callback<Command>) -> Html {
    let oninput = act.reform(move |event: InputEvent| {
        let slider = event.target_dyn_into::<HtmlInputElement>();
        let value = slider.and_then(|slider| slider.value().parse().ok());
        Command::Goto(value.unwrap_or(at))
    });
    html! {
        <input type="range" min="0" max={last.to_string()} value={at.to_string()}
            aria-label={says::STEP} {oninput} />
    }
}

/// Where each thread stands, and what follows if it goes next.
pub fn view_positions(playback: &Playback, session: &Session, act: &Callback<Command>) -> Html {
    let fates = session.fates();
    let positions = playback.positions(session.at);
    let more = positions.len().saturating_sub(MOST_LANES);
    html! {
        <section class="who" aria-labelledby="positions-title">
            <h2 id="positions-title">{ says::WHO_NEXT }</h2>
            if let Some(name) = playback.goes_unasked(session.at) {
                <p class="note">{ says::goes_unasked(name) }</p>
            }
            <ul class="positions" aria-labelledby="positions-title">
                { for positions.into_iter().take(MOST_LANES).map(|position| {
                    let fate = fates.iter().find(|fate| fate.thread == position.thread);
                    view_position(position, fate, session, act)
                }) }
                if more > 0 {
                    <li class="more">{ says::others_without_lanes(more) }</li>
                }
            </ul>
        </section>
    }
}

/// The steps around the one that is shown, each with a way to it.
pub fn view_steps(playback: &Playback, session: &Session, act: &Callback<Command>) -> Html {
    let from = session.at.saturating_sub(AROUND);
    let to = (session.at + AROUND).min(playback.steps.len());
    let shown = playback.steps.iter().enumerate().take(to).skip(from);
    html! {
        <ol class="steps" start={(from + 1).to_string()}>
            { for shown.map(|(index, step)| view_step(index, step, session, act)) }
        </ol>
    }
}

/// The virtual time, if any has passed in the run.
fn time(playback: &Playback, at: usize) -> Option<String> {
    let passed = playback.steps.last()?.at_ms > 0.0;
    let now = at
        .checked_sub(1)
        .map_or(0.0, |last| playback.steps[last].at_ms);
    passed.then(|| says::at_ms(now as i64))
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
    html! {
        <li key={thread} data-thread={name.clone()}>
            { view_dot(usize::from(thread), "") }
            if enabled {
                <button class="quiet" {disabled}
                    onclick={on_press(act, Command::LetGo(thread))}
                >{ &name }</button>
            } else {
                { span("name", name.clone()) }
            }
            { span("doing", words) }
            if line > 0 { <span class="line">{ with_lines(&program::line(line)) }</span> }
            if let Some(fate) = fate { { span("fate", fate.words.clone()) } }
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
    let go = on_press(act, Command::Goto(index + 1));
    let line = session.line(step.line);
    let line = Some(line).filter(|&line| line > 0);
    let tells = session
        .reason()
        .is_some_and(|why| why.steps.contains(&(index + 1)));
    html! {
        <li key={index} class={classes!(class, tells.then_some("tells"))} aria-current={(index + 1 == at).then_some("step")}>
            <button onclick={go}>
                { view_dot(usize::from(step.thread), "") }
                { &step.text }
                // A press shows the step and, in a narrow page, its line.
                if let Some(line) = line {
                    <span class="line" data-line={line.to_string()}>{ program::line(line) }</span>
                }
            </button>
        </li>
    }
}
