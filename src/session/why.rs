//! Why a run came to what it came to: a sentence or two, made of the run's own steps.
//!
//! Each kind of fault has a shape that is looked for among the steps: a value that was
//! overwritten, a value that was read too early, a notification that nobody waited for,
//! threads that wait for each other. What is said is what the steps show, and no more. Of a
//! run on real threads only each thread's own order is exact, so less can be said.

use std::iter;

use borsh::{BorshDeserialize, BorshSerialize};
use serde::Serialize;

use super::sentences;
use crate::base::{ObjectId, ThreadId};
use crate::explore::{Blocked, Ended, Execution, Finding, stuck};
use crate::scenario::listing::Language;
use crate::scenario::{Scenario, Verdict};
use crate::trace::store::ThreadTrace;
use crate::trace::{Kind, Placed, Store};
use crate::words::why as says;

/// Why, in words, with the lines of each listing.
#[derive(Clone, Debug, PartialEq, Eq, BorshSerialize, BorshDeserialize, Serialize)]
pub struct Reason {
    pub python: String,
    pub rust: String,
    /// The steps it is made of, in order: how many had been made with each. None of a run
    /// on real threads.
    pub steps: Vec<usize>,
}

impl Reason {
    /// The words with lines of this listing.
    pub fn text(&self, language: Language) -> &str {
        match language {
            Language::Python => &self.python,
            Language::Rust => &self.rust,
        }
    }
}

/// Why an execution on the model came to its report, with an exception that was
/// raised at this line; `None` where that is no fault, or its steps show no reason
/// that is known.
pub fn of_execution<T>(
    run: &Execution<T>,
    verdict: Verdict,
    line: u32,
    scenario: &Scenario,
) -> Option<Reason> {
    let told = Told::of_execution(run);
    let sentence = match verdict {
        Verdict::Deadlock if run.ended == Ended::Deadlock => told.stuck(&run.blocked),
        Verdict::Violated => {
            let violated = told.violated();
            violated.or_else(|| told.raised(thread_that_raised(run, line)?, line))
        }
        Verdict::Error => {
            let thread = thread_that_raised(run, line)?;
            let unchecked = told.went_on_unchecked(Some(thread));
            let unchecked = unchecked.map(|sentence| sentence.and_raised(told.name(thread), line));
            unchecked.or_else(|| told.raised(thread, line))
        }
        _ => None,
    };
    Some(sentence?.into_reason(scenario))
}

/// The thread that an exception has ended, which was raised at this line.
fn thread_that_raised<T>(run: &Execution<T>, line: u32) -> Option<ThreadId> {
    // The main thread's ends the program, and is no end of a thread.
    let main = (line > 0).then_some(ThreadId::MAIN);
    run.failed.first().copied().or(main)
}

/// Why a run on real threads broke its promise, as far as what was recorded of it shows.
pub fn of_trace(trace: &Store, verdict: Verdict, scenario: &Scenario) -> Option<Reason> {
    let sentence = match verdict {
        Verdict::Violated => Told::of_trace(trace).both_made_the_same(),
        _ => None,
    };
    Some(sentence?.into_reason(scenario))
}

/// Why a run of tasks on one event loop went wrong, if all of it was recorded: its times are
/// the order of all that its tasks did.
pub fn of_loop(trace: &Store, verdict: Verdict, scenario: &Scenario) -> Option<Reason> {
    let tally = trace.tally();
    if tally.kept < tally.happened {
        return None;
    }
    let told = Told::of_loop(trace);
    let sentence = match verdict {
        Verdict::Violated => told.violated(),
        Verdict::Error => {
            let failed = told.deeds.iter().rfind(|deed| deed.failed())?;
            told.raised(failed.thread, 0)
        }
        _ => None,
    };
    Some(Reason {
        // Nobody can step through it.
        steps: Vec::new(),
        ..sentence?.into_reason(scenario)
    })
}

/// Why these threads of a run, all that have not ended, wait for ever.
pub fn of_stuck(blocked: &[Blocked], scenario: &Scenario) -> Option<Reason> {
    Some(Told::default().stuck(blocked)?.into_reason(scenario))
}

/// Reads and writes of a run on real threads that are compared with each other.
const MOST_COMPARED: usize = 2_000;

/// A sentence while it is made: its parts, each with the line of the Rust listing that it
/// is about, or 0.
#[derive(Default)]
struct Sentence {
    parts: Vec<(String, u32)>,
    steps: Vec<usize>,
}

impl Sentence {
    fn of_steps(deeds: &[&Deed]) -> Sentence {
        Sentence {
            parts: Vec::new(),
            steps: deeds.iter().map(|deed| deed.at + 1).collect(),
        }
    }

    fn say(&mut self, words: impl Into<String>, line: u32) {
        self.parts.push((words.into(), line));
    }

    /// Each part with the line of the step that it tells of; those after them with none.
    fn say_of<const N: usize>(mut self, parts: [String; N], deeds: &[&Deed]) -> Sentence {
        let lines = deeds.iter().map(|deed| deed.line).chain(iter::repeat(0));
        self.parts.extend(parts.into_iter().zip(lines));
        self
    }

    /// Says of a thread, at the end, where it raised its exception, if that is known.
    fn and_raised(mut self, thread: &str, line: u32) -> Sentence {
        if line > 0 {
            let [raised, end] = says::then_raised(thread);
            self.say(raised, line);
            self.say(end, 0);
        }
        self
    }

    fn into_reason(self, scenario: &Scenario) -> Reason {
        let text = |language| {
            let parts = self.parts.iter().map(|(words, line)| {
                match scenario.listing.line_in(language, *line) {
                    0 => words.clone(),
                    line => says::with_line(words, line),
                }
            });
            parts.collect()
        };
        Reason {
            python: text(Language::Python),
            rust: text(Language::Rust),
            steps: self.steps,
        }
    }
}

/// What happened in a run, one after the other, and what takes part in it is called.
#[derive(Default)]
struct Told {
    deeds: Vec<Deed>,
    threads: Vec<String>,
    objects: Vec<String>,
}

/// What a thread did to an object.
struct Deed {
    /// How many steps had been made before.
    at: usize,
    thread: ThreadId,
    kind: Kind,
    object: ObjectId,
    line: u32,
    value: i64,
}

impl Deed {
    /// Whether it is the end of a thread by an exception.
    fn failed(&self) -> bool {
        self.kind == Kind::Finish && self.value == 1
    }

    /// Whether it changes what others can read.
    fn writes(&self) -> bool {
        matches!(self.kind, Kind::Store | Kind::Update)
    }
}

impl Told {
    fn of_execution<T>(run: &Execution<T>) -> Told {
        let steps = run.steps.iter().enumerate();
        let deeds = steps.filter_map(|(at, step)| {
            let (kind, value) = step.did?;
            Some(Deed {
                at,
                thread: step.thread,
                kind,
                object: step.site.object,
                line: step.site.line,
                value,
            })
        });
        let objects = run.objects.iter().map(|(_, name)| name.to_owned());
        Told {
            deeds: deeds.collect(),
            threads: run.names.iter().map(str::to_owned).collect(),
            objects: objects.collect(),
        }
    }

    /// Each thread's deeds, one thread after the other: how those of two threads lie to each
    /// other is not known.
    fn of_trace(trace: &Store) -> Told {
        let events = trace.threads().iter().flat_map(ThreadTrace::events);
        Told::of_events(trace, events.copied())
    }

    /// All that happened, by its times, of which no two are the same.
    fn of_loop(trace: &Store) -> Told {
        let events = trace.threads().iter().flat_map(ThreadTrace::events);
        let mut events: Vec<_> = events.copied().collect();
        events.sort_by_key(|placed| placed.at);
        Told::of_events(trace, events.into_iter())
    }

    fn of_events(trace: &Store, events: impl Iterator<Item = Placed>) -> Told {
        let threads = trace.threads();
        let deeds = events.enumerate().map(|(at, placed)| Deed {
            at,
            thread: placed.thread,
            kind: placed.event.kind,
            object: placed.event.site.object,
            line: placed.event.site.line,
            value: placed.event.value,
        });
        Told {
            deeds: deeds.collect(),
            threads: threads.iter().map(|thread| thread.name.clone()).collect(),
            objects: (trace.objects.iter())
                .map(|object| object.name.clone())
                .collect(),
        }
    }

    fn name(&self, thread: ThreadId) -> &str {
        self.threads
            .get(thread.index())
            .map_or(says::A_THREAD, String::as_str)
    }

    fn object(&self, object: ObjectId) -> &str {
        let object = self.objects.get(usize::from(object.0));
        object.map_or(says::IT, String::as_str)
    }

    /// What happened before, to the same object.
    fn before<'a>(&'a self, deed: &'a Deed) -> impl DoubleEndedIterator<Item = &'a Deed> {
        let before = self.deeds.partition_point(|other| other.at < deed.at);
        let before = self.deeds[..before].iter();
        before.filter(|other| other.object == deed.object)
    }

    fn after<'a>(&'a self, deed: &'a Deed) -> impl DoubleEndedIterator<Item = &'a Deed> {
        let after = self.deeds.partition_point(|other| other.at <= deed.at);
        self.deeds[after..].iter()
    }

    fn violated(&self) -> Option<Sentence> {
        (self.overwritten())
            .or_else(|| self.went_on_unchecked(None))
            .or_else(|| self.read_too_early())
    }

    /// A thread read a value, another wrote, and the first wrote over that what it had made
    /// of what it read.
    fn overwritten(&self) -> Option<Sentence> {
        let stores = self.deeds.iter().filter(|deed| deed.kind == Kind::Store);
        let (read, lost, over) = stores.into_iter().find_map(|over| {
            let mut before = self.before(over).rev();
            let lost = self.before(over).rfind(|deed| deed.writes())?;
            let read = before.find(|deed| deed.thread == over.thread)?;
            let is_it = read.kind == Kind::Load && read.at < lost.at;
            is_it.then_some((read, lost, over))
        })?;
        let (one, other) = (self.name(over.thread), self.name(lost.thread));
        let cell = self.object(over.object);
        let values = [read.value, lost.value, over.value];
        let deeds = [read, lost, over];
        let parts = says::overwritten([one, other, cell], values);
        Some(Sentence::of_steps(&deeds).say_of(parts, &deeds))
    }

    /// Two threads made the same of what both had read: of a run in which only each
    /// thread's own order is known.
    fn both_made_the_same(&self) -> Option<Sentence> {
        let pairs = self.deeds.windows(2).filter(|pair| {
            let same = pair[0].thread == pair[1].thread && pair[0].object == pair[1].object;
            same && (pair[0].kind, pair[1].kind) == (Kind::Load, Kind::Store)
        });
        let pairs: Vec<&[Deed]> = pairs.take(MOST_COMPARED).collect();
        let alike = |one: &[Deed], other: &[Deed]| {
            let values = |pair: &[Deed]| (pair[0].object, pair[0].value, pair[1].value);
            one[0].thread != other[0].thread && values(one) == values(other)
        };
        let (first, second) = pairs.iter().enumerate().find_map(|(number, pair)| {
            let first = pairs[..number].iter().find(|other| alike(other, pair))?;
            Some((first, pair))
        })?;
        let (one, other) = (self.name(first[0].thread), self.name(second[0].thread));
        let cell = self.object(first[0].object);
        let (from, to) = (&first[0], &first[1]);
        let parts = says::both_made_the_same([one, other, cell], from.value, to.value);
        Some(Sentence::default().say_of(parts, &[from, to]))
    }

    /// A thread read for the last time what another then still changed.
    fn read_too_early(&self) -> Option<Sentence> {
        let reads = self.deeds.iter().filter(|deed| deed.kind == Kind::Load);
        let (read, wrote) = reads.into_iter().find_map(|read| {
            let later = || self.after(read).filter(|deed| deed.object == read.object);
            let is_last = !later().any(|deed| deed.thread == read.thread);
            let wrote = later().find(|deed| deed.writes())?;
            is_last.then_some((read, wrote))
        })?;
        let (one, other) = (self.name(read.thread), self.name(wrote.thread));
        let cell = self.object(read.object);
        let parts = says::read_too_early([one, other, cell], read.value, wrote.value);
        Some(Sentence::of_steps(&[read, wrote]).say_of(parts, &[read, wrote]))
    }

    /// A thread, or this one, was notified, another came between, and the first went on as
    /// if it had not.
    fn went_on_unchecked(&self, thread: Option<ThreadId>) -> Option<Sentence> {
        let waits = self.deeds.iter().rev();
        let mut waits = waits.filter(|deed| {
            deed.kind == Kind::LineUp && thread.is_none_or(|thread| thread == deed.thread)
        });
        let (notice, between, on) = waits.find_map(|wait| {
            let is_notice = |deed: &&Deed| {
                deed.kind == Kind::Notify && deed.object == wait.object && deed.value > 0
            };
            let notice = self.after(wait).find(is_notice)?;
            let on = self.after(notice).find(|deed| deed.thread == wait.thread)?;
            let comes_between = |deed: &&Deed| {
                let is_other = deed.thread != notice.thread && deed.thread != wait.thread;
                // A condition's own lock goes by its name.
                let is_its_lock = self.object(deed.object) == self.object(wait.object);
                is_other && deed.kind == Kind::Acquire && is_its_lock
            };
            let mut meanwhile = self.after(notice).take_while(|deed| deed.at < on.at);
            Some((notice, meanwhile.find(comes_between)?, on))
        })?;
        let (one, other) = (self.name(on.thread), self.name(between.thread));
        let (notifier, condition) = (self.name(notice.thread), self.object(between.object));
        let deeds = [notice, between, on];
        let parts = says::went_on_unchecked([notifier, one, other, condition]);
        Some(Sentence::of_steps(&deeds).say_of(parts, &deeds))
    }

    /// The exception that ended a thread, raised at this line; 0 if that is where the thread
    /// was last.
    fn raised(&self, thread: ThreadId, line: u32) -> Option<Sentence> {
        let mut own = self.deeds.iter().filter(|deed| deed.thread == thread);
        let last = own.rfind(|deed| !deed.failed());
        let line = match last {
            Some(last) if line == 0 => last.line,
            _ => line,
        };
        if line == 0 {
            return None;
        }
        let [raised, end] = says::raised(self.name(thread));
        let mut sentence = Sentence::of_steps(last.as_slice());
        sentence.say(raised, line);
        sentence.say(end, 0);
        Some(sentence)
    }

    /// Why these threads, all that are left, wait for ever.
    fn stuck(&self, blocked: &[Blocked]) -> Option<Sentence> {
        match stuck(blocked) {
            Finding::Deadlock { cycle } => Some(self.cycle(&cycle)),
            Finding::LostWakeUp { waiting } => self.nobody_tells(waiting.first()?, waiting.len()),
            _ => None,
        }
    }

    fn cycle(&self, cycle: &[Blocked]) -> Sentence {
        let last = |blocked: &Blocked| {
            let deed = self
                .deeds
                .iter()
                .rfind(|deed| deed.thread == blocked.thread);
            deed.map(|deed| deed.at)
        };
        let last: Vec<_> = cycle.iter().filter_map(last).collect();
        let deeds = self.deeds.iter().filter(|deed| last.contains(&deed.at));
        let mut sentence = Sentence::of_steps(&deeds.collect::<Vec<_>>());
        for (number, blocked) in cycle.iter().enumerate() {
            let between = if number > 0 { says::BETWEEN_WAITS } else { "" };
            sentence.say(between.to_owned() + &sentences::wait(blocked), blocked.line);
        }
        sentence.say(says::none_can_go_on(cycle.len()), 0);
        sentence
    }

    /// `waiting` is the first of so many threads that wait to be told something: it was told
    /// before they waited, or never.
    fn nobody_tells(&self, waiting: &Blocked, many: usize) -> Option<Sentence> {
        let (_, name) = waiting.on.as_ref()?;
        let wait = self
            .deeds
            .iter()
            .rfind(|deed| deed.thread == waiting.thread);
        let tells = |deed: &&Deed| {
            let is_it =
                matches!(deed.kind, Kind::Notify | Kind::Set) && deed.thread != waiting.thread;
            is_it && self.object(deed.object) == name
        };
        let told = self.deeds.iter().rfind(tells);
        let early = told.zip(wait).filter(|(told, wait)| told.at < wait.at);
        if let Some((told, wait)) = early {
            let too_early = match told.kind {
                Kind::Notify => says::notified_too_early,
                _ if told.value == 0 => says::cleared_too_early,
                _ => says::set_too_early,
            };
            let [telling, before, end] = too_early(self.name(told.thread), name, &waiting.name);
            let mut sentence = Sentence::of_steps(&[told, wait]);
            sentence.say(telling, told.line);
            sentence.say(before, waiting.line);
            sentence.say(end, 0);
            return Some(sentence);
        }
        let mut sentence = Sentence::of_steps(wait.as_slice());
        sentence.say(sentences::wait(waiting), waiting.line);
        sentence.say(says::nobody_is_left(many - 1), 0);
        Some(sentence)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::scenario;
    use crate::trace::objects::{Object, ObjectKind};
    use crate::trace::{Event, Order, Site};

    fn deed(thread: u16, kind: Kind, value: i64) -> Deed {
        Deed {
            at: 0,
            thread: ThreadId(thread),
            kind,
            object: ObjectId(0),
            line: 0,
            value,
        }
    }

    /// What threads did, one thread after the other: reads of what, then writes of what.
    fn said(pairs: &[(u16, i64, i64)]) -> Option<String> {
        let deeds = pairs.iter().flat_map(|&(thread, read, wrote)| {
            [
                deed(thread, Kind::Load, read),
                deed(thread, Kind::Store, wrote),
            ]
        });
        let told = Told {
            deeds: deeds.collect(),
            threads: ["main", "A", "B"].map(str::to_owned).to_vec(),
            objects: vec!["counter".to_owned()],
        };
        let scenario = scenario::find("counter").expect("a scenario");
        Some(told.both_made_the_same()?.into_reason(scenario).python)
    }

    #[test]
    fn of_tasks_on_one_loop_the_order_is_told() {
        let mut trace = Store::default();
        for name in ["loop", "A", "B"] {
            trace.add_thread(name.to_owned());
        }
        let counter = Object::new(ObjectId(0), ObjectKind::Cell, "counter".to_owned());
        trace.objects.push(counter);
        let deeds = [
            (1, 0, Kind::Load, 0),
            (2, 0, Kind::Load, 0),
            (2, 1, Kind::Store, 1),
            (1, 1, Kind::Store, 1),
        ];
        for ((thread, seq, kind, value), at) in deeds.into_iter().zip(10..) {
            let event = Event {
                seq,
                kind,
                site: Site {
                    object: ObjectId(0),
                    line: 0,
                },
                value,
                order: Order::About,
                at: Some(at),
            };
            trace.append(ThreadId(thread), event);
        }
        trace.advance(100);
        let scenario = scenario::find("async-counter").expect("a scenario");
        let why = |verdict| of_loop(&trace, verdict, scenario);
        let reason = why(Verdict::Violated).expect("it is known");
        assert_eq!(
            reason.python,
            "A read 0 from counter, B wrote 1, and then A wrote 1 over it: what B did is lost."
        );
        assert!(reason.steps.is_empty());
        assert_eq!(why(Verdict::Ok), None);
    }

    #[test]
    fn of_real_threads_two_that_made_the_same_are_told_and_nothing_else() {
        let lost = [(1, 0, 1), (1, 1, 2), (2, 1, 2), (2, 2, 3)];
        assert_eq!(
            said(&lost).as_deref(),
            Some(
                "A and B both read 1 from counter, and both wrote 2: two updates made the \
                 difference of one."
            )
        );
        // One thread may come to the same twice, and two may read the same and write else.
        assert_eq!(said(&[(1, 0, 1), (1, 0, 1), (2, 1, 2)]), None);
        assert_eq!(said(&[(1, 0, 1), (2, 0, 5)]), None);
    }
}
