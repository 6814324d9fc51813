//! A run on the model, to be stepped through: computed as a whole, in a worker, then
//! looked at step by step.

use serde::{Deserialize, Serialize};

use super::exploration::FindingOf;
use super::words;
use crate::explore::{Ended, Options, Random, Replay, Run, Schedule, run, stuck};
use crate::scenario::{Outcome, Report, Verdict};
use crate::share::Link;
use crate::sync::Error;
use crate::trace::Kind;

/// Steps after which a run is given up, with the verdict `incomplete`.
const STEP_LIMIT: usize = 20_000_000;

/// Steps up to which a run can be stepped through; of longer ones only what they came
/// to is kept.
const STEPS_KEPT: usize = 5_000;

/// A run on the model.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Playback {
    pub report: Report,
    /// Steps that were made.
    pub made: usize,
    /// Each of them, or none if there were too many.
    pub steps: Vec<StepOf>,
    /// Why its threads wait for ever, if they do.
    pub findings: Vec<FindingOf>,
    /// What was wrong with the schedule that was asked for.
    pub notice: Option<String>,
}

/// A step as it is shown.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct StepOf {
    pub thread: u16,
    /// What was done, the thread's name first.
    pub text: String,
    /// The line of the scenario's source, 0 where there is none.
    pub line: u32,
    /// A shared value that was read or written, and what it holds now.
    pub cell: Option<(String, i64)>,
}

/// Runs what a link opens on the model: by its schedule, or at random by its seed.
pub fn play(link: &Link) -> Playback {
    let options = Options {
        step_limit: STEP_LIMIT,
        steps_kept: STEPS_KEPT + 1,
        ..Options::default()
    };
    let program = || link.scenario.program.on_model(link.params.clone());
    let mut notice = None;
    if let Some(text) = &link.options.schedule {
        match Schedule::decode(text) {
            Ok(schedule) => {
                let mut replay = Replay::new(&schedule);
                let run = run(options, &mut replay, program());
                if let Some(misfit) = replay.misfit() {
                    notice = Some(format!(
                        "schedule: its decision {misfit} does not fit this scenario; a random \
                         run is shown."
                    ));
                } else {
                    let other = schedule.version != link.scenario.version;
                    let notice = other.then(|| {
                        "schedule: it was made for another version of this scenario, and may \
                         show something else."
                            .to_owned()
                    });
                    return told(&run, notice);
                }
            }
            Err(error) => notice = Some(format!("schedule: {error}; a random run is shown.")),
        }
    }
    let mut random = Random::new(link.options.seed);
    let run = run(options, &mut random, program());
    told(&run, notice)
}

fn told(run: &Run<Result<Outcome, Error>>, notice: Option<String>) -> Playback {
    let elapsed_ms = run.elapsed.as_secs_f64() * 1e3;
    let bare = |verdict| Report {
        verdict,
        facts: Vec::new(),
        elapsed_ms,
        message: None,
    };
    let report = match (run.ended, &run.result) {
        (Ended::Deadlock, _) => bare(Verdict::Deadlock),
        (Ended::Finished, Some(ending)) => Report::of(ending.clone(), elapsed_ms),
        _ => bare(Verdict::Incomplete),
    };
    let steps = match run.made <= STEPS_KEPT {
        true => run.steps.as_slice(),
        false => &[],
    };
    let steps = steps.iter().map(|step| StepOf {
        thread: step.thread.0,
        text: words::step(run, step),
        line: step.site.line,
        cell: step.did.and_then(|(kind, value)| {
            let (_, name) = run.objects.get(usize::from(step.site.object.0))?;
            let is_cell = matches!(kind, Kind::Load | Kind::Store | Kind::Update);
            is_cell.then(|| (name.clone(), value))
        }),
    });
    Playback {
        report,
        made: run.made,
        steps: steps.collect(),
        findings: match run.ended {
            Ended::Deadlock => vec![FindingOf::from(&stuck(&run.blocked))],
            _ => Vec::new(),
        },
        notice,
    }
}

impl Playback {
    /// The shared values after so many steps, as far as they were touched by then.
    pub fn cells(&self, after: usize) -> Vec<(String, i64)> {
        let mut cells: Vec<(String, i64)> = Vec::new();
        let touched = self
            .steps
            .iter()
            .take(after)
            .filter_map(|step| step.cell.as_ref());
        for (name, value) in touched {
            match cells.iter_mut().find(|(known, _)| known == name) {
                Some((_, known)) => *known = *value,
                None => cells.push((name.clone(), *value)),
            }
        }
        cells
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::session::exploration::{Wish, explore_link};
    use crate::share;

    fn played(query: &str) -> Playback {
        play(&share::read(query).0)
    }

    #[test]
    fn a_seed_repeats_its_run_and_another_differs() {
        let query = "scenario=counter&threads=3&increments=5&engine=model";
        let once = played(query);
        assert_eq!(played(query), once);
        assert_ne!(played(&format!("{query}&seed=2")).steps, once.steps);
        assert_eq!(once.made, once.steps.len());
        let last = once.steps.last().and_then(|step| step.cell.clone());
        let counter = once.report.int("counter");
        assert_eq!(last, Some(("counter".to_owned(), counter)));
        assert_eq!(once.cells(once.made), [("counter".to_owned(), counter)]);
        assert!(once.cells(0).is_empty());
        let told: Vec<_> = once
            .steps
            .iter()
            .take(4)
            .map(|step| step.text.as_str())
            .collect();
        assert_eq!(
            told,
            [
                "main starts Worker-1",
                "main starts Worker-2",
                "main starts Worker-3",
                "main waits for the end of Worker-1",
            ]
        );
    }

    #[test]
    fn each_outcome_of_an_exploration_opens_from_its_link() {
        let query = "scenario=counter&threads=2&increments=2&guard=none";
        let found = explore_link(&share::read(query).0, Wish::default(), |_| true);
        assert_eq!(found.outcomes.len(), 3);
        for outcome in &found.outcomes {
            let again = played(&outcome.link);
            assert_eq!(again.notice, None);
            assert_eq!(again.report.verdict, outcome.verdict);
            let told = again.steps.iter().map(|step| step.text.clone());
            let visible: Vec<String> = told.filter(|text| outcome.steps.contains(text)).collect();
            assert_eq!(visible, outcome.steps);
        }
    }

    #[test]
    #[cfg(feature = "selftest")]
    fn a_deadlock_is_told_with_its_cycle() {
        let played = played("scenario=selftest-fail&how=deadlock&engine=model");
        assert_eq!(played.report.verdict, Verdict::Deadlock);
        assert_eq!(played.findings[0].kind, "deadlock");
        let cycle = &played.findings[0].cycle;
        assert!(
            cycle[0].starts_with("main waits for the end of Worker-"),
            "{cycle:?}"
        );
        assert!(cycle[1].contains(" waits for lock, which main holds"));
        assert_eq!(cycle.len(), 2);
    }

    #[test]
    fn a_bad_schedule_is_told_and_something_is_shown_all_the_same() {
        let query = "scenario=counter&threads=3&increments=2&engine=model&schedule=";
        let notice = |schedule: &str| {
            let played = played(&format!("{query}{schedule}"));
            assert!(!played.steps.is_empty());
            played.notice.unwrap_or_default()
        };
        assert!(notice("!!!").starts_with("schedule: the schedule has characters"));
        // Its bits are all 1, and among three threads there is no fourth.
        assert!(
            notice("AQED_w").contains("does not fit"),
            "{}",
            notice("AQED_w")
        );
        assert!(
            notice("AQcA").contains("another version"),
            "{}",
            notice("AQcA")
        );
    }

    #[test]
    fn a_run_of_millions_of_steps_is_what_it_came_to() {
        let long = played("scenario=counter&threads=2&increments=100000&engine=model");
        assert!(long.made > 400_000 && long.steps.is_empty());
        assert_eq!(long.report.int("expected"), 200_000);
    }
}
