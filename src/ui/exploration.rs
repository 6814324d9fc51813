//! Every interleaving: what they come to, as a list.

use yew::prelude::*;

use super::parts::{span, with_lines};

use crate::explore::Count;
use crate::scenario::Verdict;
use crate::scenario::listing::Language;
use crate::scenario::own;
use crate::session::exploration::{Exploration, FindingOf, OutcomeOf, count_in_words};
use crate::words::exploration as says;
use crate::words::program;

/// The run that is stepped through, in the graph that is drawn: its way, and how far it is.
pub struct RunThrough {
    pub way: String,
    pub at: usize,
}

/// The outcomes that were found, so far or altogether, each with its facts, how often it
/// comes, and the steps that lead to it most simply. `smaller` is the way out where not all
/// could be found.
pub fn view_outcomes(
    exploration: Option<&Exploration>,
    exploring: bool,
    luck: Option<String>,
    smaller: Html,
    (language, run): (Language, Option<RunThrough>),
) -> Html {
    let luck = luck.map(|words| html! { <p id="luck">{ words }</p> });
    let Some(found) = exploration else {
        return match exploring {
            true => html! { <p class="exploring" role="status">{ says::EXPLORING }</p> },
            false => luck.unwrap_or_default(),
        };
    };
    let summary = match exploring {
        true if found.states > 0 => says::states_so_far(found.states),
        true => says::executions_so_far(found.executions),
        false => found.summary.clone(),
    };
    html! {
        <section class="exploration" aria-labelledby="exploration-title">
            <h2 id="exploration-title">{ says::TITLE }</h2>
            <p id="exploration-summary" role="status">{ summary }</p>
            { smaller }
            { luck }
            <ul class="outcomes">
                { for found.outcomes.iter().filter(|o| !o.steps.is_empty())
                    .map(|outcome| view_outcome(outcome, found, language)) }
            </ul>
            if !found.findings.is_empty() {
                <h3>{ says::WHY }</h3>
                <ul class="findings">{ for found.findings.iter().map(|f| view_finding(f, language)) }</ul>
            }
            if let Some((class, graph)) = drawn(found) {
                // Filled by www/progress.js or www/state-graph.js.
                <div {class} translate="no"
                    data-graph={graph.to_owned()}
                    data-way={run.as_ref().map(|run| run.way.clone())}
                    data-at={run.map(|run| run.at.to_string())}
                />
            }
        </section>
    }
}

/// The graph that is drawn, if there is one: its class, and its text.
fn drawn(found: &Exploration) -> Option<(&'static str, &str)> {
    match (found.progress.text(), found.state_graph.text()) {
        ("", "") => None,
        ("", states) => Some(("state-graph", states)),
        (progress, _) => Some(("progress-graph", progress)),
    }
}

fn view_outcome(outcome: &OutcomeOf, found: &Exploration, language: Language) -> Html {
    let (class, sign) = match outcome.verdict {
        Verdict::Ok => ("ok", "✓"),
        _ => ("bad", "✕"),
    };
    let facts: Vec<String> = (outcome.facts.iter())
        .map(|(name, value)| match name.as_str() {
            own::OUT => own::printed(&value.to_string()),
            name => program::is_set(name, &value.to_string()),
        })
        .collect();
    let facts = outcome.message.clone().unwrap_or_else(|| facts.join(", "));
    html! {
        <li class={class} data-verdict={outcome.verdict.name()}>
            <details>
                <summary>
                    <span class="verdict">
                        <span aria-hidden="true">{ sign }</span>{ " " }{ outcome.verdict.name() }
                    </span>
                    { span("facts", facts) }
                    if let (Some(count), Some(all)) = (outcome.count, found.interleavings) {
                        <span class="count">
                            { says::some_of(&count_in_words(count), &count_in_words(all)) }
                        </span>
                        <span class="share" aria-hidden="true">
                            <span class="of" ~style={format!("width: {}%", percent(count, all))} />
                        </span>
                    }
                </summary>
                if let Some(why) = &outcome.why {
                    <p class="why">{ with_lines(why.text(language)) }</p>
                }
                <p>{ says::simplest(outcome.verdict.name()) }</p>
                <p><a href={outcome.link.clone()}>{ says::STEP_THROUGH }</a></p>
                <ol>{ for (1..).zip(&outcome.steps).zip(&outcome.numbers).map(|((at, words), &number)| {
                    view_step(words, number, outcome.decided_at == Some(at))
                }) }</ol>
            </details>
        </li>
    }
}

/// A step of the way to an outcome. That with which it was decided says so.
fn view_step(words: &str, number: u32, is_decisive: bool) -> Html {
    html! {
        <li value={number.to_string()} class={classes!(is_decisive.then_some("decisive"))}>
            { words }
            if is_decisive {
                <strong>{ says::DECIDED }</strong>
            }
        </li>
    }
}

/// How many of a hundred, at least one of what there is.
fn percent(count: Count, all: Count) -> u32 {
    let of_one = count.at_least as f64 / all.at_least as f64;
    ((of_one * 100.0) as u32).clamp(1, 100)
}

/// For www/workbench.js, which marks the lines of a race.
fn joined(lines: &[u32]) -> String {
    let lines: Vec<String> = lines.iter().map(u32::to_string).collect();
    lines.join(" ")
}

/// A finding, as an item of a list.
fn view_finding(finding: &FindingOf, language: Language) -> Html {
    let what = match finding.kind.as_str() {
        "race" => says::RACE,
        "deadlock" => says::DEADLOCK,
        "livelock" => says::LIVELOCK,
        _ => says::LOST_WAKE_UP,
    };
    let lines = match language {
        Language::Python => &finding.python_lines,
        Language::Rust => &finding.lines,
    };
    let parts = finding.cycle.iter().chain(&finding.accesses);
    let part = |(part, &line): (&String, &u32)| match line {
        0 => part.into(),
        line => with_lines(&says::with_line(part, line)),
    };
    html! {
        <li data-kind={finding.kind.clone()} data-lines={joined(lines)}>
            { what }
            if !finding.link.is_empty() {
                { " · " }<a href={finding.link.clone()}>{ says::SEE_IT }</a>
            }
            <ul>{ for parts.zip(lines).map(|of| html! { <li>{ part(of) }</li> }) }</ul>
        </li>
    }
}
