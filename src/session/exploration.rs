//! Every interleaving of a scenario, and what they come to, as the page shows it and
//! as messages carry it. Carried out in a worker, so it comes as plain data.

use serde::{Deserialize, Serialize};

use super::words;
use crate::base::Named;
use crate::base::number::{counted, grouped};
use crate::explore::{
    Count, Ended, Finding, Found, Map, Options, Replay, Run, Schedule, Search, Share, Strategy,
    explore, run,
};
use crate::scenario::listing::Language;
use crate::scenario::{Fact, FactValue, Outcome, Program, Report, Scenario, Verdict};
use crate::share::{self, Link};
use crate::sync::Error;
use crate::trace::Kind;

/// Executions that a search makes unless told otherwise.
pub const LIMIT: u64 = 100_000;

/// Steps after which a program is too long to be explored.
const STEP_LIMIT: usize = 2_000;

/// How the search is to be made: the parts of the message `explore`, and what only
/// the page offers.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
pub struct Wish {
    /// Executions after which it is given up.
    pub limit: u64,
    /// Whether executions are left out that would show nothing new. Not with one of
    /// the two that follow.
    pub reduction: bool,
    /// The most preemptions that an execution may have; any number, if not given.
    pub preemptions: Option<u32>,
    /// Look at random executions, the same for the same seed, until the limit.
    pub seed: Option<u64>,
    /// Whether any sleep or deadline may end at any time.
    pub any_deadline: bool,
}

impl Default for Wish {
    fn default() -> Wish {
        Wish {
            limit: LIMIT,
            reduction: true,
            preemptions: None,
            seed: None,
            any_deadline: false,
        }
    }
}

impl Wish {
    fn strategy(&self) -> Strategy {
        match (self.seed, self.preemptions, self.reduction) {
            (Some(seed), _, _) => Strategy::Sampled { seed },
            (None, Some(preemptions), _) => Strategy::Bounded { preemptions },
            (None, None, true) => Strategy::Reduced,
            (None, None, false) => Strategy::All,
        }
    }
}

/// What was found.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct Exploration {
    pub executions: u64,
    #[serde(with = "in_messages")]
    pub interleavings: Count,
    /// Whether these are all.
    pub complete: bool,
    /// Whether nothing is left to look at of what was to be looked at.
    pub ended: bool,
    pub outcomes: Vec<OutcomeOf>,
    pub findings: Vec<FindingOf>,
}

#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct OutcomeOf {
    pub verdict: Verdict,
    pub facts: Named<FactValue>,
    /// Interleavings that end so.
    #[serde(with = "in_messages")]
    pub count: Count,
    /// The simplest that was found, and a link to it.
    pub schedule: String,
    pub link: String,
    pub preemptions: usize,
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
    /// The lines of all these, in the Rust that runs and in the Python of the lesson; 0
    /// where there is none.
    pub lines: Vec<u32>,
    #[serde(default)]
    pub python_lines: Vec<u32>,
    /// The simplest execution that shows it and a link to it, where one was looked for.
    #[serde(skip_serializing_if = "String::is_empty", default)]
    pub schedule: String,
    #[serde(skip_serializing_if = "String::is_empty", default)]
    pub link: String,
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub steps: Option<usize>,
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub preemptions: Option<usize>,
}

/// What an execution comes to.
#[derive(Clone, Debug, PartialEq)]
struct End {
    verdict: Verdict,
    facts: Vec<Fact>,
    message: Option<String>,
}

type Ending = Result<Outcome, Error>;

fn end(run: &mut Run<Ending>) -> End {
    let bare = |verdict| End {
        verdict,
        facts: Vec::new(),
        message: None,
    };
    match (run.ended, run.result.take()) {
        (Ended::Incomplete, _) => bare(Verdict::Incomplete),
        (Ended::Deadlock, _) => bare(Verdict::Deadlock),
        (_, Some(ending)) => {
            let report = Report::of(ending, 0.0);
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
///
/// `share` of several who search at the same time finds a part, to be
/// [merged](Exploration::merge) with those of the others.
pub fn explore_link(
    link: &Link,
    program: Program,
    wish: Wish,
    share: Share,
    mut progress: impl FnMut(&dyn Fn() -> Exploration) -> bool,
) -> Exploration {
    let search = Search {
        strategy: wish.strategy(),
        limit: wish.limit.div_ceil(share.of as u64),
        share,
        options: Options {
            any_deadline: wish.any_deadline,
            step_limit: STEP_LIMIT,
            ..Options::default()
        },
        version: link.scenario.version,
    };
    let anew = || program(link.params.clone());
    let map = explore(&search, anew, end, |map: &Map<End>| {
        let too_long = |found: &Found<End>| found.what.verdict == Verdict::Incomplete;
        !map.outcomes.iter().any(too_long) && progress(&|| told(link, program, search.options, map))
    });
    told(link, program, search.options, &map)
}

fn told(link: &Link, program: Program, options: Options, map: &Map<End>) -> Exploration {
    let outcomes = map.outcomes.iter().map(|found| {
        let anew = program(link.params.clone());
        let replayed = run(options, &mut Replay::new(&found.schedule), anew);
        // A program that is too long to explore is too long to be told as well.
        let told = match found.what.verdict {
            Verdict::Incomplete => Vec::new(),
            _ => words::steps(&replayed),
        };
        OutcomeOf {
            verdict: found.what.verdict,
            facts: facts(&found.what.facts),
            count: found.count,
            schedule: found.schedule.encode(),
            link: link_to(link, &found.schedule),
            preemptions: found.preemptions,
            steps: told,
            message: found.what.message.clone(),
        }
    });
    Exploration::merge([Exploration {
        executions: map.executions,
        interleavings: map.interleavings,
        complete: map.complete,
        ended: map.ended,
        outcomes: outcomes.collect(),
        findings: map
            .findings
            .iter()
            .map(|found| FindingOf {
                schedule: found.schedule.encode(),
                link: link_to(link, &found.schedule),
                steps: Some(found.steps),
                preemptions: Some(found.preemptions),
                ..FindingOf::of(&found.what, link.scenario)
            })
            .collect(),
    }])
}

fn facts(facts: &[Fact]) -> Named<FactValue> {
    let named = facts
        .iter()
        .map(|fact| (fact.name.clone(), fact.value.clone()));
    named.collect()
}

impl FindingOf {
    /// A finding in a run of this scenario, without an execution that shows it.
    pub fn of(finding: &Finding, scenario: &Scenario) -> FindingOf {
        let (mut cycle, mut accesses, mut lines) = (Vec::new(), Vec::new(), Vec::new());
        let (kind, threads) = match finding {
            Finding::Deadlock { cycle: waits } | Finding::LostWakeUp { waiting: waits } => {
                cycle = waits.iter().map(words::wait).collect();
                lines.extend(waits.iter().map(|wait| wait.line));
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
                    format!("{} {did} {cell}", access.name)
                }));
                lines.extend(two.iter().map(|access| access.line));
                ("race", two.iter().map(|access| access.thread.0).collect())
            }
        };
        FindingOf {
            kind: kind.to_owned(),
            threads,
            cycle,
            accesses,
            python_lines: (lines.iter())
                .map(|&line| scenario.listing.line_in(Language::Python, line))
                .collect(),
            lines,
            schedule: String::new(),
            link: String::new(),
            steps: None,
            preemptions: None,
        }
    }
}

fn link_to(link: &Link, schedule: &Schedule) -> String {
    format!("?{}", share::write_schedule(link, &schedule.encode()))
}

/// A count in messages: a number while JavaScript has it exactly, else words.
mod in_messages {
    use serde::{Deserialize, Deserializer, Serialize, Serializer};

    use crate::base::Scalar;
    use crate::explore::Count;

    /// The largest that JavaScript's numbers have exactly, with all below it.
    const LARGEST: u128 = 1 << 53;

    pub fn serialize<S: Serializer>(count: &Count, serializer: S) -> Result<S::Ok, S::Error> {
        let number = match count.more || count.at_least > LARGEST {
            true => Scalar::Text(count.to_string()),
            false => Scalar::Float(count.at_least as f64),
        };
        number.serialize(serializer)
    }

    pub fn deserialize<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Count, D::Error> {
        match Scalar::deserialize(deserializer)? {
            Scalar::Int(number) => Ok(Count::exactly(number as u128)),
            Scalar::Float(number) => Ok(Count::exactly(number as u128)),
            words => (words.to_string().parse()).map_err(serde::de::Error::custom),
        }
    }
}

/// A count for people.
pub fn count_in_words(count: Count) -> String {
    let more = if count.more { "more than " } else { "" };
    match i64::try_from(count.at_least) {
        Ok(exact) => format!("{more}{}", grouped(exact)),
        Err(_) => count.to_string(),
    }
}

impl OutcomeOf {
    fn is_same_as(&self, other: &OutcomeOf) -> bool {
        (self.verdict, &self.facts, &self.message) == (other.verdict, &other.facts, &other.message)
    }

    fn is_simpler_than(&self, other: &OutcomeOf) -> bool {
        (self.steps.len(), self.preemptions) < (other.steps.len(), other.preemptions)
    }
}

impl FindingOf {
    /// As [`Finding::is_same_as`].
    fn is_same_as(&self, other: &FindingOf) -> bool {
        let sorted = |lines: &[u32]| {
            let mut lines = lines.to_vec();
            lines.sort_unstable();
            lines
        };
        self.kind == other.kind
            && self.cycle == other.cycle
            && sorted(&self.lines) == sorted(&other.lines)
    }

    fn is_simpler_than(&self, other: &FindingOf) -> bool {
        (self.steps, self.preemptions) < (other.steps, other.preemptions)
    }
}

impl Exploration {
    /// Puts the parts together that several who shared a search have found.
    pub fn merge(parts: impl IntoIterator<Item = Exploration>) -> Exploration {
        let mut parts = parts.into_iter();
        let mut whole = parts.next().unwrap_or_default();
        for part in parts {
            whole.executions += part.executions;
            whole.interleavings.add(part.interleavings);
            whole.complete &= part.complete;
            whole.ended &= part.ended;
            for new in part.outcomes {
                match whole
                    .outcomes
                    .iter_mut()
                    .find(|known| known.is_same_as(&new))
                {
                    None => whole.outcomes.push(new),
                    Some(known) => {
                        let mut count = known.count;
                        count.add(new.count);
                        if new.is_simpler_than(known) {
                            *known = new;
                        }
                        known.count = count;
                    }
                }
            }
            for new in part.findings {
                match whole
                    .findings
                    .iter_mut()
                    .find(|known| known.is_same_as(&new))
                {
                    None => whole.findings.push(new),
                    Some(known) if new.is_simpler_than(known) => *known = new,
                    Some(_) => {}
                }
            }
        }
        // What went wrong first, then the most frequent.
        whole.outcomes.sort_by_key(|outcome| {
            let fine = outcome.verdict == Verdict::Ok;
            (fine, std::cmp::Reverse(outcome.count.at_least))
        });
        whole
    }

    /// What it comes to in a sentence, for who wished for it so.
    pub fn in_words(&self, wish: &Wish) -> String {
        let too_long = |outcome: &OutcomeOf| outcome.verdict == Verdict::Incomplete;
        if self.outcomes.iter().any(too_long) {
            return format!(
                "Too long to explore: more than {} steps. Choose smaller parameters.",
                grouped(STEP_LIMIT as i64)
            );
        }
        let all = count_in_words(self.interleavings);
        let wrong = |outcome: &&OutcomeOf| outcome.verdict != Verdict::Ok;
        let bad = self.outcomes.iter().filter(wrong).count();
        let how = match (self.outcomes.len(), bad) {
            (0, _) => "nothing found yet".to_owned(),
            (_, 0) => "none goes wrong".to_owned(),
            (1, _) => "all end the same way, and wrong".to_owned(),
            (outcomes, bad) => format!("{outcomes} different outcomes, {bad} of them wrong"),
        };
        match (wish.strategy(), self.ended) {
            (Strategy::Sampled { .. }, _) => format!(
                "{} random executions, {all} of them different: {how}.",
                grouped(self.executions as i64)
            ),
            (Strategy::Bounded { preemptions }, true) => format!(
                "All {all} interleavings with at most {}: {how}. Those with more were not \
                 looked at.",
                counted(i64::from(preemptions), "preemption")
            ),
            (_, true) => format!("All {all} interleavings: {how}."),
            (_, false) => format!("{all} interleavings seen, not complete: {how}."),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn explored(query: &str, wish: Wish) -> Exploration {
        let (link, _) = share::read(query);
        explore_link(&link, link.scenario.on_model(), wish, Share::ALL, |_| true)
    }

    #[test]
    fn the_race_is_explored_to_its_end_and_told() {
        let query = "scenario=counter&threads=2&increments=1&guard=none";
        let found = explored(query, Wish::default());
        assert_eq!(
            found.in_words(&Wish::default()),
            "All 6 interleavings: 2 different outcomes, 1 of them wrong."
        );
        let lost = &found.outcomes[0];
        assert_eq!(
            (lost.verdict, lost.count),
            (Verdict::Violated, Count::exactly(4))
        );
        assert_eq!(lost.facts.get("lost"), Some(&FactValue::Int(1)));
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
            found.in_words(&Wish::default()).contains("not complete"),
            "{}",
            found.in_words(&Wish::default())
        );

        let long = explored("scenario=counter", Wish::default());
        assert_eq!(
            long.in_words(&Wish::default()),
            "Too long to explore: more than 2,000 steps. Choose smaller parameters."
        );
        assert!(!long.complete);
    }

    #[test]
    fn a_search_that_is_stopped_keeps_what_it_found() {
        let link = share::read("scenario=counter&threads=3&increments=2&guard=none").0;
        let mut asked = 0;
        let found = explore_link(
            &link,
            link.scenario.on_model(),
            Wish::default(),
            Share::ALL,
            |_| {
                asked += 1;
                asked <= 5
            },
        );
        assert_eq!((found.complete, found.executions), (false, 5));
        assert!(!found.outcomes.is_empty());
    }
}
