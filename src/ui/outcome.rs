//! How a run ended, in words and figures.

use std::time::Duration;

use yew::prelude::*;

use super::exploration::view_finding;
use crate::base::number::{duration, grouped};
use crate::scenario::help::Help;
use crate::scenario::listing::Language;
use crate::scenario::{FactValue, Report, Verdict};
use crate::session::Phase;
use crate::session::exploration::FindingOf;

/// The verdict: a sign, a word and a sentence, announced when it comes. `words` is the
/// report in a sentence, `findings` what was found wrong.
pub fn view_outcome(
    phase: Phase,
    report: Option<&Report>,
    words: Option<String>,
    findings: &[FindingOf],
    language: Language,
) -> Html {
    let (class, sign, word) = match (report, phase) {
        (Some(report), _) => match report.verdict {
            Verdict::Ok => ("ok", "✓", "ok"),
            Verdict::Stopped => ("idle", "■", "stopped"),
            Verdict::Incomplete => ("idle", "…", "incomplete"),
            other => ("bad", "✕", other.name()),
        },
        (None, Phase::Running) => ("live", "▶", "running"),
        (None, Phase::Stopping) => ("live", "■", "stopping"),
        (_, Phase::Exploring) => ("live", "▶", "exploring"),
        (None, _) => ("idle", "", "ready"),
    };
    let words = match (words, phase) {
        (Some(words), _) => words,
        (None, Phase::Running | Phase::Stopping) => "Threads are at work.".to_owned(),
        (None, _) => "Press Run, or Ctrl+Enter, and watch every thread in its lane.".to_owned(),
    };
    // On the model no time may pass at all.
    let elapsed = report.filter(|r| r.elapsed_ms > 0.0);
    let elapsed = elapsed.map(|r| milliseconds(r.elapsed_ms));
    html! {
        <div class={classes!("outcome", class)} role="status" aria-live="polite">
            <span class="verdict" id="verdict">
                <span aria-hidden="true">{ sign }</span>{ " " }{ word }
            </span>
            <span class="words" id="outcome">{ words }</span>
            if let Some(elapsed) = elapsed {
                <span class="elapsed">{ "in " }{ elapsed }</span>
            }
            if !findings.is_empty() {
                <ul class="findings">{ for findings.iter().map(|f| view_finding(f, language)) }</ul>
            }
        </div>
    }
}

/// What there is to say of a run in figures.
pub struct Figures {
    /// Of the run: what, and how much.
    pub more: Vec<(String, String)>,
    /// Milliseconds from Run to the first and to the last thread's first step.
    pub start_up: Option<(f64, f64)>,
}

/// The facts that the run ended with, and its figures.
pub fn view_facts(help: Option<&Help>, figures: &Figures, report: Option<&Report>) -> Html {
    let facts = report.map_or(&[][..], |r| &r.facts);
    html! {
        <section class="figures" aria-labelledby="figures-title">
            <h2 id="figures-title">{ "Facts" }</h2>
            <dl>
                { for facts.iter().map(|fact| {
                    html! {
                        <div title={help.map(|help| help.for_fact(&fact.name).to_owned())}>
                            <dt>{ &fact.name }</dt>
                            <dd data-fact={fact.name.clone()}>{ fact_value(&fact.value) }</dd>
                        </div>
                    }
                }) }
                { for figures.more.iter().map(|(what, value)| html! {
                    <div><dt>{ what }</dt><dd>{ value }</dd></div>
                }) }
                if let Some((first, last)) = figures.start_up {
                    <div title="From pressing Run to the first step of the first thread, and of the last.">
                        <dt>{ "threads up after" }</dt>
                        <dd data-first-ms={format!("{first:.2}")} data-last-ms={format!("{last:.2}")}>
                            { milliseconds(first) }{ " – " }{ milliseconds(last) }
                        </dd>
                    </div>
                }
            </dl>
        </section>
    }
}

fn fact_value(value: &FactValue) -> String {
    match value {
        FactValue::Int(n) => grouped(*n),
        FactValue::Text(text) => text.clone(),
    }
}

fn milliseconds(ms: f64) -> String {
    duration(Duration::try_from_secs_f64(ms / 1e3).unwrap_or_default())
}
