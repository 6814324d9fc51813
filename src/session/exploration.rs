//! Every interleaving of a scenario, and what they come to, as the page shows it and
//! as messages carry it. Carried out in a worker, so it comes as plain data.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use super::words;
use crate::base::number::grouped;
use crate::explore::{
    Count, Ended, Finding, Found, Map, Options, Replay, Run, Schedule, Search, explore, run,
};
use crate::scenario::{Fact, FactValue, Outcome, Report, Verdict};
use crate::share::{self, Link};
use crate::sync::Error;
use crate::trace::Kind;

/// Executions that a search makes unless told otherwise.
pub const LIMIT: u64 = 100_000;

/// Steps after which a program is too long to be explored.
const STEP_LIMIT: usize = 2_000;

/// How the search is to be made: the parts of the message `explore`.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
pub struct Wish {
    /// Executions after which it is given up.
    pub limit: u64,
    /// Whether executions are left out that would show nothing new.
    pub reduction: bool,
}

impl Default for Wish {
    fn default() -> Wish {
        Wish {
            limit: LIMIT,
            reduction: true,
        }
    }
}

/// What was found.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct Exploration {
    pub executions: u64,
    pub interleavings: Number,
    /// Whether these are all.
    pub complete: bool,
    pub outcomes: Vec<OutcomeOf>,
    pub findings: Vec<FindingOf>,
}

/// A number of interleavings: as a number while JavaScript has it exactly, else in
/// words.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(untagged)]
pub enum Number {
    Exactly(f64),
    InWords(String),
}

#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct OutcomeOf {
    pub verdict: Verdict,
    pub facts: BTreeMap<String, FactValue>,
    /// Interleavings that end so.
    pub count: Number,
    /// One of the simplest, and a link to it.
    pub schedule: String,
    pub link: String,
    /// Its steps in words.
    pub steps: Vec<String>,
    /// What went wrong, for an error.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub message: Option<String>,
}

/// Something that was found wrong, in a run or by exploring.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct FindingOf {
    /// `deadlock`, `lost-wakeup` or `race`.
    pub kind: String,
    /// Indices of those who have a part in it.
    pub threads: Vec<u16>,
    /// For each thread of a cycle what it waits for, in words.
    #[serde(skip_serializing_if = "Vec::is_empty", default)]
    pub cycle: Vec<String>,
    /// The two accesses of a race, in words.
    #[serde(skip_serializing_if = "Vec::is_empty", default)]
    pub accesses: Vec<String>,
    /// The schedule that shows it, and a link to that, where one was looked for.
    #[serde(skip_serializing_if = "String::is_empty", default)]
    pub schedule: String,
    #[serde(skip_serializing_if = "String::is_empty", default)]
    pub link: String,
}

/// What an execution comes to.
#[derive(Clone, Debug, PartialEq)]
struct End {
    verdict: Verdict,
    facts: Vec<Fact>,
    message: Option<String>,
}

type Ending = Result<Outcome, Error>;

fn end(run: &Run<Ending>) -> End {
    let bare = |verdict| End {
        verdict,
        facts: Vec::new(),
        message: None,
    };
    match (run.ended, &run.result) {
        (Ended::Incomplete, _) => bare(Verdict::Incomplete),
        (Ended::Deadlock, _) => bare(Verdict::Deadlock),
        (_, Some(ending)) => {
            let report = Report::of(ending.clone(), 0.0);
            End {
                verdict: report.verdict,
                facts: report.facts,
                message: report.message,
            }
        }
        (_, None) => bare(Verdict::Incomplete),
    }
}

/// Explores what a link opens. `progress` is told how far it is now and then, and
/// `false` from it ends the search; what was found is kept.
pub fn explore_link(
    link: &Link,
    wish: Wish,
    mut progress: impl FnMut(&dyn Fn() -> Exploration) -> bool,
) -> Exploration {
    let search = Search {
        reduction: wish.reduction,
        limit: wish.limit,
        options: Options {
            step_limit: STEP_LIMIT,
            ..Options::default()
        },
        version: link.scenario.version,
    };
    let program = || link.scenario.program.on_model(link.params.clone());
    let map = explore(&search, program, end, |map: &Map<End>| {
        let too_long = |found: &Found<End>| found.what.verdict == Verdict::Incomplete;
        !map.outcomes.iter().any(too_long) && progress(&|| told(link, search.options, map))
    });
    told(link, search.options, &map)
}

fn told(link: &Link, options: Options, map: &Map<End>) -> Exploration {
    let mut outcomes: Vec<_> = map.outcomes.iter().collect();
    // What went wrong first, then the most frequent.
    outcomes.sort_by_key(|found| {
        let fine = found.what.verdict == Verdict::Ok;
        (fine, std::cmp::Reverse(found.count.at_least))
    });
    let outcomes = outcomes.into_iter().map(|found| {
        let program = link.scenario.program.on_model(link.params.clone());
        let replayed = run(options, &mut Replay::new(&found.schedule), program);
        // A program that is too long to explore is too long to be told as well.
        let told = match found.what.verdict {
            Verdict::Incomplete => Vec::new(),
            _ => words::steps(&replayed),
        };
        OutcomeOf {
            verdict: found.what.verdict,
            facts: facts(&found.what.facts),
            count: number(found.count),
            schedule: found.schedule.encode(),
            link: link_to(link, &found.schedule),
            steps: told,
            message: found.what.message.clone(),
        }
    });
    Exploration {
        executions: map.executions,
        interleavings: number(map.interleavings),
        complete: map.complete,
        outcomes: outcomes.collect(),
        findings: map
            .findings
            .iter()
            .map(|found| FindingOf {
                schedule: found.schedule.encode(),
                link: link_to(link, &found.schedule),
                ..FindingOf::from(&found.what)
            })
            .collect(),
    }
}

fn facts(facts: &[Fact]) -> BTreeMap<String, FactValue> {
    let named = facts
        .iter()
        .map(|fact| (fact.name.clone(), fact.value.clone()));
    named.collect()
}

impl From<&Finding> for FindingOf {
    fn from(finding: &Finding) -> FindingOf {
        let (mut cycle, mut accesses) = (Vec::new(), Vec::new());
        let (kind, threads) = match finding {
            Finding::Deadlock { cycle: waits } | Finding::LostWakeUp { waiting: waits } => {
                cycle = waits.iter().map(words::wait).collect();
                let kind = match finding {
                    Finding::LostWakeUp { .. } => "lost-wakeup",
                    _ => "deadlock",
                };
                (kind, waits.iter().map(|wait| wait.thread.0).collect())
            }
            Finding::Race {
                cell,
                accesses: two,
            } => {
                accesses.extend(two.iter().map(|access| {
                    let did = match access.did {
                        Kind::Load => "reads",
                        Kind::Update => "updates",
                        _ => "writes",
                    };
                    format!("{} {did} {cell}, line {}", access.name, access.line)
                }));
                ("race", two.iter().map(|access| access.thread.0).collect())
            }
        };
        FindingOf {
            kind: kind.to_owned(),
            threads,
            cycle,
            accesses,
            schedule: String::new(),
            link: String::new(),
        }
    }
}

fn link_to(link: &Link, schedule: &Schedule) -> String {
    format!("?{}", share::write_schedule(link, &schedule.encode()))
}

fn number(count: Count) -> Number {
    /// The largest that JavaScript's numbers have exactly, with all below it.
    const LARGEST: u128 = 1 << 53;
    if count.more || count.at_least > LARGEST {
        return Number::InWords(count.to_string());
    }
    Number::Exactly(count.at_least as f64)
}

impl Default for Number {
    fn default() -> Number {
        Number::Exactly(0.0)
    }
}

impl Number {
    /// For people.
    pub fn in_words(&self) -> String {
        match self {
            Number::Exactly(count) => grouped(*count as i64),
            Number::InWords(words) => words.clone(),
        }
    }
}

impl Exploration {
    /// What it comes to in a sentence.
    pub fn in_words(&self) -> String {
        if self
            .outcomes
            .iter()
            .any(|o| o.verdict == Verdict::Incomplete)
        {
            return format!(
                "Too long to explore: more than {} steps. Choose smaller parameters.",
                grouped(STEP_LIMIT as i64)
            );
        }
        let all = self.interleavings.in_words();
        let bad = self
            .outcomes
            .iter()
            .filter(|o| o.verdict != Verdict::Ok)
            .count();
        let how = match (self.outcomes.len(), bad) {
            (0, _) => "nothing found yet".to_owned(),
            (_, 0) => "none goes wrong".to_owned(),
            (1, _) => "all end the same way, and wrong".to_owned(),
            (outcomes, bad) => format!("{outcomes} different outcomes, {bad} of them wrong"),
        };
        if self.complete {
            format!("All {all} interleavings: {how}.")
        } else {
            format!("{all} interleavings seen, not complete: {how}.")
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn explored(query: &str, wish: Wish) -> Exploration {
        explore_link(&share::read(query).0, wish, |_| true)
    }

    #[test]
    fn the_race_is_explored_to_its_end_and_told() {
        let query = "scenario=counter&threads=2&increments=1&guard=none";
        let found = explored(query, Wish::default());
        assert_eq!(
            found.in_words(),
            "All 6 interleavings: 2 different outcomes, 1 of them wrong."
        );
        let lost = &found.outcomes[0];
        assert_eq!(
            (lost.verdict, lost.count.in_words()),
            (Verdict::Violated, "4".into())
        );
        assert_eq!(lost.facts["lost"], FactValue::Int(1));
        assert_eq!(
            lost.steps,
            [
                "Worker-1 reads 0 from counter",
                "Worker-2 reads 0 from counter",
                "Worker-2 writes 1 to counter",
                "Worker-1 writes 1 to counter",
                "main reads 1 from counter",
            ]
        );
        assert!(
            lost.link
                .starts_with("?scenario=counter&threads=2&increments=1&guard=none")
        );
        assert!(
            lost.link
                .ends_with(&format!("engine=model&schedule={}", lost.schedule))
        );
        let race = found.findings.iter().find(|finding| finding.kind == "race");
        assert!(race.is_some_and(|race| race.accesses.len() == 2));
    }

    #[test]
    fn what_was_not_seen_is_not_claimed() {
        let query = "scenario=counter&threads=3&increments=3&guard=none";
        let wish = Wish {
            limit: 10,
            ..Wish::default()
        };
        let found = explored(query, wish);
        assert_eq!((found.complete, found.executions), (false, 10));
        assert!(
            found.in_words().contains("not complete"),
            "{}",
            found.in_words()
        );

        let long = explored("scenario=counter", Wish::default());
        assert_eq!(
            long.in_words(),
            "Too long to explore: more than 2,000 steps. Choose smaller parameters."
        );
        assert!(!long.complete);
    }

    #[test]
    fn a_search_that_is_stopped_keeps_what_it_found() {
        let link = share::read("scenario=counter&threads=3&increments=2&guard=none").0;
        let mut asked = 0;
        let found = explore_link(&link, Wish::default(), |_| {
            asked += 1;
            asked <= 5
        });
        assert_eq!((found.complete, found.executions), (false, 5));
        assert!(!found.outcomes.is_empty());
    }
}
