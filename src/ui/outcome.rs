//! How a run ended, in words and figures.

use std::time::Duration;

use yew::prelude::*;

use super::parts::{on_press, with_lines};
use crate::scenario::help::Help;
use crate::scenario::{Report, Verdict};
use crate::session::luck::Luck;
use crate::session::{Command, Phase, Session};
use crate::words::number::fixed;
use crate::words::own;
use crate::words::run as says;

/// The verdict: a sign, a word and a sentence, announced when it comes. `words` is the
/// report in a sentence.
pub fn view_outcome(session: &Session, words: Option<String>, act: &Callback<Command>) -> Html {
    let (phase, report) = (&session.phase, session.report.as_ref());
    // Scripts know what is the case by the last but one.
    let (class, sign, is, word) = match (report, phase) {
        (Some(report), _) => {
            let verdict = report.verdict.name();
            let (class, sign) = match report.verdict {
                Verdict::Ok => ("ok", "✓"),
                Verdict::Stopped => ("idle", "■"),
                Verdict::Incomplete => ("idle", "…"),
                _ => ("bad", "✕"),
            };
            (class, sign, verdict, verdict)
        }
        (None, Phase::Running | Phase::Proving { .. }) => ("live", "▶", "running", says::RUNNING),
        (None, Phase::Stopping(_)) => ("live", "■", "stopping", says::STOPPING),
        (_, Phase::Exploring) => ("live", "▶", "exploring", says::EXPLORING),
        (None, _) => ("idle", "", "ready", says::READY),
    };
    let words = match (words, phase) {
        (Some(words), _) => words,
        (None, Phase::Running | Phase::Proving { .. } | Phase::Stopping(_)) => {
            says::AT_WORK.to_owned()
        }
        (None, Phase::Exploring) => says::SEARCHING.to_owned(),
        (None, _) if session.is_own() && session.options.schedule.is_some() => {
            own::HOLDS_A_RUN.to_owned()
        }
        (None, _) => says::PRESS_RUN.to_owned(),
    };
    // Before the last step it is what the run comes to, and not how it stands.
    let comes_to = session
        .steppable()
        .is_some_and(|playback| report.is_some() && session.at < playback.steps.len());
    // On the model no time may pass at all.
    let elapsed = report.filter(|r| r.elapsed_ms > 0.0 && !comes_to);
    let elapsed = elapsed.map(|r| milliseconds(r.elapsed_ms));
    html! {
        <div class={classes!("outcome", class, comes_to.then_some("later"))}
            role="status" aria-live="polite"
        >
            <span class="verdict" id="verdict" data-is={is}>
                <span aria-hidden="true">{ sign }</span>{ " " }{ word }
            </span>
            if comes_to {
                <span class="when">{ says::IN_THE_END }</span>
            }
            <span class="words" id="outcome">{ words }</span>
            if let Some(elapsed) = elapsed {
                <span class="elapsed">{ says::within(elapsed) }</span>
            }
            { view_why(session, act) }
            // What www/predict.js asks before the first run of a setting, and says after it.
            if session.asks() {
                <div class="predict" />
            }
            { view_question(session, act) }
            if report.is_some() && session.can_try_luck() && !session.is_first_sight {
                <button class="link" onclick={on_press(act, Command::TryLuck)}
                    title={says::HOW_OFTEN}
                >{ says::run_times(Luck::RUNS) }</button>
            }
        </div>
    }
}

/// What the first sight asks, with the way to the same race on real threads.
fn view_question(session: &Session, act: &Callback<Command>) -> Html {
    if !session.is_first_sight {
        return html! {};
    }
    let race = {
        let act = act.clone();
        move |_| {
            act.emit(Command::Follow("scenario=counter".to_owned()));
            act.emit(Command::Run);
        }
    };
    let on_real = match session.surroundings.shared_memory {
        true => says::RACE_REAL,
        false => says::RACE,
    };
    html! {
        <p class="question">
            { says::FIRST_HINT }
            <button class="quiet" onclick={race}>{ on_real }</button>
        </p>
    }
}

/// Why it came to that, with the way to the first of the steps that show it.
fn view_why(session: &Session, act: &Callback<Command>) -> Html {
    let Some(reason) = session.reason() else {
        return html! {};
    };
    let first = reason
        .steps
        .first()
        .filter(|_| session.steppable().is_some());
    html! {
        <p class="why">
            { with_lines(reason.text(session.language)) }
            if let Some(&step) = first {
                { " " }
                <button class="link" onclick={on_press(act, Command::Goto(step))}
                >{ says::SHOW_IT }</button>
            }
        </p>
    }
}

/// What there is to say of a run in figures.
pub struct Figures {
    /// Of the run: what, and how much.
    pub more: Vec<(String, String)>,
    /// Milliseconds from Run to the first and to the last thread's first step.
    pub start_up: Option<(f64, f64)>,
    /// The scenario, if more of them can be made of its run.
    pub of: Option<&'static str>,
}

/// The facts that the run ended with, and its figures. A press on the button for more
/// has `www/start.js` open the dialog.
pub fn view_facts(help: Option<&Help>, figures: &Figures, report: Option<&Report>) -> Html {
    let facts = report.map_or(&[][..], |r| &r.facts);
    let up = figures.start_up;
    html! {
        <section class="figures" aria-labelledby="figures-title">
            <h2 id="figures-title">{ says::FACTS }</h2>
            // For tests and measurements: what the lanes show begins later.
            <dl data-first-ms={up.map(|up| fixed(up.0, 2))}
                data-last-ms={up.map(|up| fixed(up.1, 2))}
            >
                { for facts.iter().map(|fact| {
                    html! {
                        <div title={help.map(|help| help.for_fact(&fact.name).to_owned())}>
                            <dt>{ &fact.name }</dt>
                            <dd data-fact={fact.name.clone()}>{ fact.value.to_string() }</dd>
                        </div>
                    }
                }) }
                { for figures.more.iter().map(|(what, value)| html! {
                    <div><dt>{ what }</dt><dd>{ value }</dd></div>
                }) }
            </dl>
            if let Some(of) = figures.of {
                <button class="quiet" data-opens="figures" data-shown={of}
                >{ says::MORE_FIGURES }</button>
            }
        </section>
    }
}

fn milliseconds(ms: f64) -> Duration {
    Duration::try_from_secs_f64(ms / 1e3).unwrap_or_default()
}
