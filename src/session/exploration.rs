//! Every interleaving of a scenario, and what they come to, as the page shows it and
//! as messages carry it. Carried out in a worker, so it comes as plain data.

use std::cmp::Reverse;

use borsh::{BorshDeserialize, BorshSerialize};
use serde::{Serialize, Serializer};

use super::fates::{Fates, decided_at};
use super::progress::ProgressGraph;
use super::sentences;
use super::state_graph::StateGraph;
use super::subject::Subject;
use super::why::{self, Reason};
use crate::base::Named;
use crate::base::Scalar;
use crate::explore::{
    Access, Count, Execution, Finding, Found, Map, Options, Random, Replay, Schedule, Search,
    Strategy, explore, run,
};
use crate::scenario::listing::Language;
use crate::scenario::{Ending, Fact, FactValue, MadeOf, Report, Scenario, Verdict, own};
use crate::share::{self, Link};
use crate::words::exploration as says;
use crate::words::number::grouped;

/// States after which a search is given up unless told otherwise.
pub const LIMIT: u64 = 1_000_000;

/// Random executions that are drawn unless told otherwise.
pub const DRAWN: u64 = 100_000;

/// Bytes that a search takes, at most, that may find so many states: for each its
/// fingerprint, its node and its edges. What holds them grows by doubling.
pub fn memory(states: u64) -> u64 {
    let held = states.checked_next_power_of_two().unwrap_or(u64::MAX);
    held.saturating_mul(140)
}

/// Outcomes, and findings, that are told. A program can have more than anybody reads.
const MOST_TOLD: usize = 100;

/// Steps after which a program is too long to be explored.
const STEP_LIMIT: usize = 2_000;

/// How the search is to be made: the parts of the message `explore`, and what only
/// the page offers.
#[derive(Clone, Copy, Debug, PartialEq, BorshSerialize, BorshDeserialize)]
pub struct Wish {
    /// States after which it is given up; of random executions how many are drawn.
    pub limit: u64,
    /// The most preemptions that an execution may have; any number, if not given.
    pub preemptions: Option<u32>,
    /// Look at random executions, the same for the same seed, until the limit.
    pub seed: Option<u64>,
    /// Whether sleeps and deadlines end in the order of their times, and not at any time.
    pub clock: bool,
}

impl Default for Wish {
    fn default() -> Wish {
        Wish {
            limit: LIMIT,
            preemptions: None,
            seed: None,
            clock: false,
        }
    }
}

impl Wish {
    fn strategy(&self) -> Strategy {
        match (self.seed, self.preemptions) {
            (Some(seed), _) => Strategy::Sampled { seed },
            (None, Some(preemptions)) => Strategy::Bounded { preemptions },
            (None, None) => Strategy::All,
        }
    }
}

/// What was found.
#[derive(Clone, Debug, Default, PartialEq, BorshSerialize, BorshDeserialize, Serialize)]
pub struct Exploration {
    /// What was found, in a sentence or two.
    pub summary: String,
    /// How often the program was begun.
    pub executions: u64,
    /// States that were found, in which more than one thread may go; none where executions
    /// are drawn.
    pub states: u64,
    /// How many interleavings there are, or were drawn; absent while that is not known.
    #[serde(
        serialize_with = "in_messages",
        skip_serializing_if = "Option::is_none"
    )]
    pub interleavings: Option<Count>,
    /// Whether these are all.
    pub complete: bool,
    /// Whether nothing is left to look at of what was to be looked at.
    pub ended: bool,
    /// Whether threads sleep, or run out of time, anywhere in what was looked at.
    pub timed: bool,
    /// Whether sleeps and deadlines ended in the order of their times.
    pub clock: bool,
    pub outcomes: Vec<OutcomeOf>,
    pub findings: Vec<FindingOf>,
    /// Whether the search ended since it may not find more states. The summary says so.
    #[serde(skip)]
    #[borsh(skip)]
    pub full: bool,
    /// Whether the program is the reader's own. What is wrong in it it has to say itself.
    #[serde(skip)]
    #[borsh(skip)]
    pub is_own: bool,
    /// Whether the program is one of tasks. The summary says what that means.
    #[serde(skip)]
    #[borsh(skip)]
    pub of_tasks: bool,
    /// Outcomes, and findings, that were found beside those and are not told, but for their
    /// number in the summary.
    #[serde(skip)]
    #[borsh(skip)]
    pub outcomes_untold: usize,
    #[serde(skip)]
    #[borsh(skip)]
    pub findings_untold: usize,
    /// What may still come, state by state, while there are few enough.
    #[serde(skip_serializing_if = "Fates::is_empty")]
    pub fates: Fates,
    /// Where its threads can be, if they are two.
    #[serde(skip_serializing_if = "ProgressGraph::is_empty")]
    pub progress: ProgressGraph,
    /// How its states lead to each other, if its threads are more.
    #[serde(skip_serializing_if = "StateGraph::is_empty")]
    pub state_graph: StateGraph,
}

#[derive(Clone, Debug, PartialEq, BorshSerialize, BorshDeserialize, Serialize)]
pub struct OutcomeOf {
    pub verdict: Verdict,
    pub facts: Named<FactValue>,
    /// Interleavings that end so, if they were counted.
    #[serde(
        serialize_with = "in_messages",
        skip_serializing_if = "Option::is_none"
    )]
    pub count: Option<Count>,
    /// The simplest that was found, and a link to it.
    pub schedule: String,
    pub link: String,
    pub preemptions: usize,
    /// Its steps in words, but those that only start and join threads.
    pub steps: Vec<String>,
    /// The number of each among all the steps of the run, which is the one that is shown.
    #[serde(skip)]
    pub numbers: Vec<u32>,
    /// With how many of these it was decided that it goes wrong, if it goes wrong and might
    /// not have.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub decided_at: Option<usize>,
    /// What went wrong, for an error.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub message: Option<String>,
    /// Why, where the steps show that.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub why: Option<Reason>,
}

/// Something that was found wrong, in a run or by exploring.
#[derive(Clone, Debug, PartialEq, BorshSerialize, BorshDeserialize, Serialize)]
pub struct FindingOf {
    /// `deadlock`, `lost-wakeup`, `livelock` or `race`.
    pub kind: String,
    /// Indices of those who have a part in it.
    pub threads: Vec<u16>,
    /// For each thread of a cycle what it waits for, in words.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub cycle: Vec<String>,
    /// The two accesses of a race, in words.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub accesses: Vec<String>,
    /// The lines of all these, in the Rust that runs and in the Python of the lesson; 0
    /// where there is none.
    pub lines: Vec<u32>,
    pub python_lines: Vec<u32>,
    /// The simplest execution that shows it and a link to it, where one was looked for. From
    /// a race on it goes the shortest way to what goes wrong, if it can.
    #[serde(skip_serializing_if = "String::is_empty")]
    pub schedule: String,
    #[serde(skip_serializing_if = "String::is_empty")]
    pub link: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub steps: Option<usize>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub preemptions: Option<usize>,
}

/// What executions are told apart by.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
struct Kind {
    verdict: Verdict,
    facts: Vec<Fact>,
    message: Option<String>,
}

impl From<Report> for Kind {
    fn from(report: Report) -> Kind {
        Kind {
            verdict: report.verdict,
            facts: report.facts,
            message: report.message,
        }
    }
}

/// Explores what a link opens. `progress` is told how far it is now and then, and
/// `false` from it ends the search; what was found is kept.
pub fn explore_link(
    link: &Link,
    program: impl Subject,
    wish: Wish,
    mut progress: impl FnMut(&dyn Fn() -> Exploration) -> bool,
) -> Exploration {
    let options = Options {
        clock: wish.clock || link.scenario.made_of() == MadeOf::Tasks,
        step_limit: STEP_LIMIT,
        ..Options::default()
    };
    let params = link.params.clone();
    let subject = program.clone();
    let anew = move || subject.begin(&params);
    // A program that is too long should not be searched first. With the clock, so that
    // nobody looks for ever whether others are done yet.
    let with_clock = Options {
        clock: true,
        steps_kept: 0,
        ..options
    };
    let mut first = run(with_clock, &mut Random::new(1), anew.clone());
    let ended = program.end(&mut first).report;
    if ended.verdict == Verdict::Incomplete {
        return too_long(ended.into(), options.clock).summed_up(&wish);
    }
    let search = Search {
        strategy: wish.strategy(),
        limit: wish.limit,
        options,
        version: link.scenario.version,
    };
    let (of_search, of_replays) = (program.clone(), &program);
    let end = move |run: &mut Execution<_>| Kind::from(of_search.end(run).report);
    let map = explore(&search, anew.clone(), end, |map| {
        progress(&|| told(link, (of_replays, anew.clone()), options, &map()).summed_up(&wish))
    });
    told(link, (of_replays, anew), options, &map).summed_up(&wish)
}

/// What is told of a program that is too long to be explored.
fn too_long(end: Kind, clock: bool) -> Exploration {
    Exploration {
        executions: 1,
        clock,
        outcomes: vec![OutcomeOf {
            verdict: end.verdict,
            facts: facts(&end.facts),
            count: None,
            schedule: String::new(),
            link: String::new(),
            preemptions: 0,
            steps: Vec::new(),
            numbers: Vec::new(),
            decided_at: None,
            message: end.message,
            why: None,
        }],
        ..Exploration::default()
    }
}

fn told(
    link: &Link,
    (subject, program): (&impl Subject, impl Fn() -> Ending + Clone + 'static),
    options: Options,
    map: &Map<Kind>,
) -> Exploration {
    // What went wrong first, then the most frequent.
    let is_cut = |end: &Kind| end.verdict == Verdict::Incomplete;
    let is_wrong = |end: &Kind| end.verdict != Verdict::Ok;
    let decided = decided_at(map, is_wrong);
    let mut outcomes: Vec<_> = map.outcomes.iter().zip(decided).collect();
    outcomes.sort_by_key(|(found, _)| {
        let fine = found.what.verdict == Verdict::Ok;
        (fine, Reverse(found.count.map(|count| count.at_least)))
    });
    let told = outcomes
        .into_iter()
        .take(MOST_TOLD)
        .map(|(found, decided_at)| {
            let mut replayed = run(options, &mut Replay::new(&found.schedule), program.clone());
            let raised_at = subject.end(&mut replayed).raised_at;
            OutcomeOf {
                verdict: found.what.verdict,
                facts: facts(&found.what.facts),
                count: found.count,
                schedule: found.schedule.encode(),
                link: link_to(link, &found.schedule),
                preemptions: found.preemptions,
                steps: sentences::steps(&replayed),
                numbers: ((1..).zip(&replayed.steps))
                    .filter(|(_, step)| !step.quiet)
                    .map(|(number, _)| number)
                    .collect(),
                decided_at: decided_at.map(|at| {
                    let before = replayed.steps.iter().take(at);
                    before.filter(|step| !step.quiet).count()
                }),
                message: found.what.message.clone(),
                why: why::of_execution(&replayed, found.what.verdict, raised_at, link.scenario),
            }
        });
    let findings = map.findings.iter().take(MOST_TOLD);
    let in_words = |end: &Kind| {
        let facts = end.facts.iter();
        let facts = facts.map(|fact| format!("{} {}", fact.name, fact.value));
        let facts = facts.collect::<Vec<_>>().join(", ");
        let what = end.message.as_ref().unwrap_or(&facts);
        format!("{} {what}", end.verdict.name())
            .trim_end()
            .to_owned()
    };
    let of = (options, link.scenario.version, &link.scenario.listing);
    // A race is seen best where something comes of it.
    let seen = |found: &Found<Finding>| {
        let is_race = matches!(found.what, Finding::Race { .. });
        let through = || map.through(found, (of.0, of.1), program.clone(), is_wrong);
        let through = is_race.then(through).flatten();
        through.unwrap_or_else(|| (found.what.clone(), found.schedule.clone()))
    };
    Exploration {
        summary: String::new(),
        executions: map.executions,
        states: map.states,
        interleavings: map.interleavings,
        // Of what was cut nobody knows what it would have come to.
        complete: map.complete && !map.outcomes.iter().any(|found| is_cut(&found.what)),
        ended: map.ended,
        is_own: link.scenario.id == own::SCENARIO.id,
        of_tasks: link.scenario.made_of() == MadeOf::Tasks,
        full: map.full,
        timed: map.timed,
        clock: options.clock,
        outcomes: told.collect(),
        findings: findings
            .map(|found| {
                let (what, schedule) = seen(found);
                FindingOf {
                    schedule: schedule.encode(),
                    link: link_to(link, &schedule),
                    steps: Some(found.steps),
                    preemptions: Some(found.preemptions),
                    ..FindingOf::of(&what, link.scenario)
                }
            })
            .collect(),
        outcomes_untold: map.outcomes.len().saturating_sub(MOST_TOLD),
        findings_untold: map.findings.len().saturating_sub(MOST_TOLD),
        fates: Fates::of(map, is_wrong),
        progress: ProgressGraph::of(map, of, program.clone(), is_wrong),
        state_graph: StateGraph::of(map, (options, of.1), program, (is_wrong, in_words)),
    }
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
                cycle = waits.iter().map(sentences::wait).collect();
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
                    let does = match access.does {
                        Access::Reads => says::reads,
                        Access::Updates => says::updates,
                        Access::Writes => says::writes,
                    };
                    does(&access.name, cell)
                }));
                lines.extend(two.iter().map(|access| access.line));
                ("race", two.iter().map(|access| access.thread.0).collect())
            }
            Finding::Livelock => ("livelock", Vec::new()),
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
fn in_messages<S: Serializer>(count: &Option<Count>, serializer: S) -> Result<S::Ok, S::Error> {
    /// The largest that JavaScript's numbers have exactly, with all below it.
    const LARGEST: u128 = 1 << 53;

    let number = count.map(|count| match count.more || count.at_least > LARGEST {
        true => Scalar::Text(count.to_string()),
        false => Scalar::Float(count.at_least as f64),
    });
    number.serialize(serializer)
}

/// A count for people.
pub fn count_in_words(count: Count) -> String {
    match i64::try_from(count.at_least) {
        Ok(least) if count.more => says::more_than(least),
        Ok(exact) => grouped(exact),
        Err(_) => count.to_string(),
    }
}

impl Exploration {
    /// With its summary, for who wished for it so.
    fn summed_up(self, wish: &Wish) -> Exploration {
        Exploration {
            summary: self.in_words(wish),
            ..self
        }
    }

    /// What it comes to in a sentence, for who wished for it so.
    fn in_words(&self, wish: &Wish) -> String {
        let too_long = |outcome: &OutcomeOf| outcome.verdict == Verdict::Incomplete;
        if self.outcomes.iter().any(too_long) {
            return says::too_long(STEP_LIMIT);
        }
        let outcomes = self.outcomes.len() + self.outcomes_untold;
        let wrong = |outcome: &&OutcomeOf| outcome.verdict != Verdict::Ok;
        let bad = self.outcomes.iter().filter(wrong).count();
        let bad = match self.outcomes_untold {
            // Those that are wrong are told first.
            _ if bad < self.outcomes.len() => grouped(bad as i64),
            0 => grouped(bad as i64),
            _ => says::at_least(bad),
        };
        let seen_all = self.ended && wish.seed.is_none();
        let how = match (outcomes, bad.as_str(), seen_all) {
            (0, _, _) => says::NO_END.to_owned(),
            (2.., "0", true) if self.is_own => says::none_raises(outcomes),
            (_, "0", true) => says::NONE_WRONG.to_owned(),
            (_, "0", false) => says::NONE_SEEN_WRONG.to_owned(),
            (1, _, true) => says::ALL_WRONG.to_owned(),
            (1, _, false) => says::SEEN_WRONG.to_owned(),
            _ => says::outcomes(outcomes, &bad),
        };
        let all = self.interleavings.map(count_in_words);
        let what = match (wish.strategy(), self.ended, all) {
            (Strategy::Sampled { .. }, _, all) => {
                says::random(self.executions, &all.unwrap_or_default(), &how)
            }
            (Strategy::Bounded { preemptions }, true, Some(all)) => {
                says::all_with_at_most(&all, preemptions, &how)
            }
            (Strategy::Bounded { preemptions }, true, None) => {
                says::uncounted_with_at_most(preemptions, &how)
            }
            (Strategy::All, true, Some(all)) => says::all(&all, &how),
            (Strategy::All, true, None) => says::uncounted(&how),
            (_, false, _) if self.full => {
                let megabytes = memory(wish.limit).div_ceil(1_000_000);
                says::limit_reached(self.states, megabytes, &how)
            }
            (_, false, _) => says::incomplete(self.states, &how),
        };
        let races = match (self.timed, self.clock, wish.strategy()) {
            (false, _, Strategy::All) => "",
            (true, false, Strategy::All) => says::ANY_SLEEP,
            (true, false, _) => says::ANY_SLEEP_AND_RACES,
            (true, true, _) if self.of_tasks => says::CLOCK_KEPT_BY_TASKS,
            (true, true, _) => says::CLOCK_KEPT,
            (false, _, _) => says::RACES,
        };
        let mut words = what + races;
        if self.outcomes_untold > 0 {
            words += &says::outcomes_not_listed(self.outcomes_untold);
        }
        if self.findings_untold > 0 {
            words += &says::findings_not_listed(self.findings_untold);
        }
        words
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn explored(query: &str, wish: Wish) -> Exploration {
        let (link, _) = share::read(query);
        explore_link(&link, link.scenario.on_model(), wish, |_| true)
    }

    #[test]
    fn a_race_is_seen_where_something_comes_of_it() {
        for query in [
            "scenario=counter&threads=2&increments=2&guard=none",
            "scenario=phases&workers=2&barrier=off",
            "scenario=bank&pause_ms=0&strategy=none&balances=100,100",
        ] {
            let found = explored(query, Wish::default());
            let races = found.findings.iter().filter(|found| found.kind == "race");
            assert!(races.clone().count() > 0);
            for race in races {
                let (link, _) = share::read(&race.link[1..]);
                let run = crate::session::playback::play(&link, link.scenario.on_model());
                assert_eq!(run.notice, None);
                assert_eq!(run.report.verdict, Verdict::Violated, "{query}: {race:?}");
                // Both are among the steps, by who does them and where.
                for ((access, thread), line) in
                    race.accesses.iter().zip(&race.threads).zip(&race.lines)
                {
                    let is_it = |step: &&crate::session::playback::StepOf| {
                        (step.thread, step.line) == (*thread, *line)
                    };
                    assert!(run.steps.iter().any(|step| is_it(&step)), "{access}");
                }
            }
        }
    }

    #[test]
    fn the_race_is_explored_to_its_end_and_told() {
        let query = "scenario=counter&threads=2&increments=1&guard=none";
        let found = explored(query, Wish::default());
        assert_eq!(
            found.summary,
            "All 6 interleavings: 2 different outcomes, 1 of them wrong."
        );
        let lost = &found.outcomes[0];
        assert_eq!(
            (lost.verdict, lost.count),
            (Verdict::Violated, Some(Count::exactly(4)))
        );
        assert_eq!(lost.facts.get("lost"), Some(&FactValue::Int(1)));
        assert_eq!(
            lost.steps,
            [
                "Worker-2 reads 0 from counter",
                "Worker-1 reads 0 from counter",
                "Worker-1 writes 1 to counter",
                "Worker-2 writes 1 to counter",
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
            limit: 2000,
            ..Wish::default()
        };
        let (link, _) = share::read(query);
        let (mut told, mut asked) = (Vec::new(), 0);
        let found = explore_link(&link, link.scenario.on_model(), wish, |found| {
            asked += 1;
            if asked % 100 == 0 {
                told.push(found().states);
            }
            true
        });
        assert_eq!((found.complete, found.states), (false, 2000));
        // The search begins anew meanwhile, and does not say that it knows less.
        assert!(told.is_sorted(), "{told:?}");
        assert_eq!(told.last(), Some(&2000));
        assert_eq!(found.interleavings, None);
        assert_eq!(
            found.summary,
            "Not complete: the search ended at its limit, 2,000 states in at most 1 MB. No end \
             was reached yet."
        );
        let few = Wish { limit: 10, ..wish };
        let fine = explored("scenario=counter&threads=2&increments=1&guard=lock", few);
        assert!(fine.complete);

        let long = explored("scenario=counter", Wish::default());
        assert_eq!(
            long.summary,
            "Too long to explore: more than 2,000 steps. Choose smaller parameters."
        );
        assert!(!long.complete);
    }

    #[test]
    fn a_search_that_is_stopped_keeps_what_it_found() {
        let link = share::read("scenario=counter&threads=2&increments=3&guard=none").0;
        let program = link.scenario.on_model();
        let whole = explore_link(&link, program, Wish::default(), |_| true);
        let mut asked = 0;
        let found = explore_link(&link, program, Wish::default(), |_| {
            asked += 1;
            asked <= whole.executions
        });
        assert_eq!(
            (found.complete, found.executions),
            (false, whole.executions)
        );
        assert!(!found.outcomes.is_empty());
        assert_eq!(found.interleavings, None);
    }

    #[test]
    fn any_seed_crosses_to_a_worker() {
        let wish = Wish {
            seed: Some(u64::MAX),
            ..Wish::default()
        };
        let there = borsh::to_vec(&wish).expect("plain data");
        assert_eq!(borsh::from_slice::<Wish>(&there).ok(), Some(wish));
    }
}
