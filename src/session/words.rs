//! A run in words: what the page says of events and of the end.

use crate::base::ThreadId;
use crate::base::number::{counted, duration, grouped};
use crate::explore::{Blocked, Execution, Move, Step};
use crate::scenario::{Report, Scenario, Verdict};
use crate::trace::objects::ObjectKind;
use crate::trace::store::{Tally, ThreadTrace};
use crate::trace::{Ending, Kind, Placed, State, Store};

use std::time::Duration;

/// What a thread did, with its name as the subject.
pub fn event(trace: &Store, placed: &Placed) -> String {
    let event = &placed.event;
    let object = trace.object(event.site.object);
    let object = object.map(|object| (object.kind, object.name.as_str()));
    let started = |thread| thread_name(trace, thread);
    let what = deed(event.kind, object, event.value, started);
    format!("{} {what}", thread_name(trace, placed.thread))
}

/// What somebody did to an object, given by kind and name.
fn deed(
    kind: Kind,
    object: Option<(ObjectKind, &str)>,
    value: i64,
    thread_name: impl Fn(ThreadId) -> String,
) -> String {
    let is = |kind| object.is_some_and(|(other, _)| other == kind);
    let (is_pool, is_page) = (is(ObjectKind::Pool), is(ObjectKind::Page));
    let count = value;
    let name = object.map_or("another task", |(_, name)| name);
    let (object, value) = (object_name(object), grouped(value));
    match kind {
        Kind::Start => "begins".to_owned(),
        Kind::Finish if count == 1 => "raises an exception that nobody catches".to_owned(),
        Kind::Finish => "finishes".to_owned(),
        Kind::Spawn => {
            let index = u16::try_from(count).unwrap_or(u16::MAX);
            format!("starts {}", thread_name(ThreadId(index)))
        }
        Kind::Block => format!("waits for {object}"),
        Kind::Wake if count == 1 => "is cancelled".to_owned(),
        Kind::Wake => "is awake again".to_owned(),
        Kind::Sleep => {
            let time = Duration::from_nanos(count.unsigned_abs());
            format!("sleeps {}", duration(time))
        }
        Kind::Awake => "has slept enough".to_owned(),
        Kind::Acquire => format!("acquires {object}"),
        Kind::Release => format!("releases {object}"),
        Kind::Load => format!("reads {value} from {object}"),
        Kind::Store => format!("writes {value} to {object}"),
        Kind::Update => format!("adds to {object}: {value}"),
        Kind::Set if count == 0 => format!("clears {object}"),
        Kind::Set => format!("sets {object}"),
        Kind::Notify => format!("notifies {} of {object}", counted(count, "waiter")),
        Kind::Put if is_pool => format!("submits a task to {object}: {value} waiting"),
        Kind::Get if is_pool => format!("takes a task from {object}: {value} waiting"),
        Kind::Get if is_page && count == 0 => format!("gives up on {object}"),
        Kind::Get if is_page => format!("has {object}: {count}"),
        Kind::Put => format!("puts an item into {object}: it holds {value}"),
        Kind::Get => format!("takes an item from {object}: {value} left"),
        Kind::Cancel if is_pool => format!("cancels a task of {object}"),
        Kind::Cancel => format!("cancels {name}"),
        Kind::Join => format!("joins {name}"),
        Kind::LineUp => format!("lines up at {object}"),
        Kind::Pass if is_pool => format!("has a result from {object}"),
        Kind::Pass => format!("passes {object}"),
        Kind::Settle if is_pool => format!("finishes a task of {object}"),
        Kind::Settle => format!("has dealt with an item of {object}"),
        Kind::Arrive => format!("comes to {object} as number {value}"),
    }
}

/// The steps of an explored execution, but those that only start and join threads.
pub fn steps<T>(run: &Execution<T>) -> Vec<String> {
    run.steps
        .iter()
        .filter(|step| !step.quiet)
        .map(|made| step(run, made))
        .collect()
}

/// A step of an execution on the model.
pub fn step<T>(run: &Execution<T>, step: &Step) -> String {
    let name = |thread: ThreadId| run.names.get(thread.index()).to_owned();
    let object = run.objects.get(step.site.object);
    let what = match (step.did, object) {
        (Some((Kind::LineUp, _)), object) => {
            format!("releases {} and waits to be notified", object_name(object))
        }
        (Some((kind, value)), object) => deed(kind, object, value, name),
        (None, Some(_)) if step.how == Move::TimeOut => {
            format!("waits no longer for {}", object_name(object))
        }
        (None, Some(_)) => format!("waits for {}", object_name(object)),
        (None, None) if step.how == Move::TimeOut => "has slept enough".to_owned(),
        (None, None) => "goes on".to_owned(),
    };
    format!("{} {what}", name(step.thread))
}

/// What a thread is about to do in a step, whatever comes of it.
pub fn intent<T>(run: &Execution<T>, step: &Step) -> String {
    let object = run.objects.get(step.site.object);
    let name = object.map_or("another thread", |(_, name)| name);
    let kind = object.map(|(kind, _)| kind);
    match (step.did.map(|(did, _)| did), kind) {
        (_, Some(ObjectKind::Page)) => format!("get {}", object_name(object)),
        (_, None) if step.how == Move::TimeOut => "go on after its sleep".to_owned(),
        (_, Some(_)) if step.how == Move::TimeOut => format!("give up waiting for {name}"),
        (Some(Kind::Spawn), _) => format!("start {name}"),
        (None, Some(ObjectKind::Thread)) => format!("join {name}"),
        (Some(Kind::Load), _) => format!("read {name}"),
        (Some(Kind::Store), _) => format!("write {name}"),
        (Some(Kind::Update), _) => format!("add to {name}"),
        (Some(Kind::Release), _) => format!("release {name}"),
        (Some(Kind::Set), _) => format!("set {name}"),
        (Some(Kind::Notify), _) => format!("notify {name}"),
        (Some(Kind::LineUp), _) => format!("wait on {name}"),
        (Some(Kind::Put), _) => format!("put into {name}"),
        (Some(Kind::Get), _) => format!("take from {name}"),
        (Some(Kind::Cancel), _) => format!("cancel {name}"),
        (Some(Kind::Start), _) => "begin".to_owned(),
        (Some(Kind::Finish), _) => "finish".to_owned(),
        (Some(Kind::Sleep), _) => "sleep".to_owned(),
        (Some(Kind::Acquire), _) | (None, Some(ObjectKind::Lock | ObjectKind::RLock)) => {
            format!("acquire {name}")
        }
        (None, Some(kind)) if kind.has_permits() => format!("acquire {name}"),
        (_, Some(_)) => format!("go on with {name}"),
        (_, None) => "go on".to_owned(),
    }
}

/// What a thread waits for that waits for ever.
pub fn wait(blocked: &Blocked) -> String {
    format!("{} {}", blocked.name, waits(blocked))
}

/// The same without its name.
pub fn waits(blocked: &Blocked) -> String {
    let on = blocked
        .on
        .as_ref()
        .map(|(kind, name)| (*kind, name.as_str()));
    let held = match blocked.holder {
        Some(holder) if holder == blocked.thread => ", which it holds itself".to_owned(),
        Some(_) if on.is_some_and(|(kind, _)| kind != ObjectKind::Thread) => {
            format!(", which {} holds", blocked.holder_name)
        }
        _ => String::new(),
    };
    format!("waits for {}{held}", object_name(on))
}

/// Where each thread of a run on real threads is that has not finished: the line of what
/// it recorded last.
pub fn places(trace: &Store) -> Vec<(ThreadId, u32)> {
    let threads = trace.threads().iter().zip(0..);
    let place = |(thread, index): (&ThreadTrace, _)| {
        if matches!(thread.lane.ended(), Some((_, Ending::Finished))) {
            return None;
        }
        let mut lines = thread.events().iter().rev().map(|p| p.event.site.line);
        Some((ThreadId(index), lines.find(|&line| line > 0)?))
    };
    threads.filter_map(place).collect()
}

/// A thread's name.
pub fn thread_name(trace: &Store, thread: ThreadId) -> String {
    let of_thread = trace.threads().get(thread.index());
    of_thread.map_or_else(|| thread.to_string(), |t| t.name.clone())
}

pub(super) fn object_name(object: Option<(ObjectKind, &str)>) -> String {
    match object {
        None => "another thread".to_owned(),
        Some((ObjectKind::Thread, name)) => format!("the end of {name}"),
        Some((ObjectKind::Page, name)) => format!("the answer to {name}"),
        Some((_, name)) => name.to_owned(),
    }
}

/// The end of a run in a sentence.
pub fn outcome(scenario: &Scenario, report: &Report) -> String {
    match report.verdict {
        Verdict::Ok | Verdict::Violated => (scenario.in_words)(report),
        Verdict::Error => report
            .message
            .clone()
            .unwrap_or_else(|| "The run failed without a message".to_owned()),
        Verdict::Stopped => "Stopped before the end".to_owned(),
        Verdict::Deadlock => "Deadlock: every remaining thread is waiting for another".to_owned(),
        Verdict::Incomplete => "Not finished within the step limit".to_owned(),
    }
}

/// A thread's lane in a sentence: `Worker-1: finished after 5.20 ms, waited 1.30 ms`.
/// `verdict` is how the run ended, if it has.
pub fn lane(trace: &Store, thread: ThreadId, verdict: Option<Verdict>) -> String {
    let Some(of) = trace.threads().get(thread.index()) else {
        return String::new();
    };
    let (lane, now) = (&of.lane, trace.now());
    let time = |ns| duration(Duration::from_nanos(ns));
    let doing = match (lane.ended(), lane.state()) {
        (Some((at, Ending::Finished)), _) => format!("finished after {}", time(at)),
        (Some((at, Ending::Failed)), _) => format!("failed after {}", time(at)),
        (Some((at, Ending::CutOff)), _) => match verdict {
            Some(Verdict::Deadlock) => format!("deadlocked until {}", time(at)),
            _ => format!("stopped after {}", time(at)),
        },
        (None, Some(state)) => state.name().to_owned(),
        (None, None) => "not begun".to_owned(),
    };
    let mut told = format!("{}: {doing}", of.name);
    let waited = lane.time_in(State::Waiting, now);
    if waited > 0 {
        told.push_str(&format!(", waited {}", time(waited)));
    }
    let held = trace.holds.time(thread, now);
    let unknown = lane.time_in(State::Busy, now);
    match (held, unknown) {
        (0, 0) => {}
        (_, 0) => told.push_str(&format!(", held {}", time(held))),
        // What it held while its steps were not recorded, nobody knows.
        (0, _) => told.push_str(&format!(", not recorded in detail for {}", time(unknown))),
        (_, _) => told.push_str(&format!(
            ", held {} as far as recorded, not recorded in detail for {}",
            time(held),
            time(unknown)
        )),
    }
    told
}

/// How many of the events are here: `showing 1,024 of 2,000,021 events`.
pub fn tally(tally: Tally) -> String {
    if tally.kept == tally.happened {
        return counted(tally.happened.cast_signed(), "event");
    }
    format!(
        "showing {} of {}",
        grouped(tally.kept.cast_signed()),
        counted(tally.happened.cast_signed(), "event")
    )
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::base::ObjectId;
    use crate::scenario;
    use crate::trace::objects::Object;
    use crate::trace::{Event, Order, Site};

    fn said(kind: Kind, object: u16, value: i64) -> String {
        let mut trace = Store::default();
        trace.add_thread("main".into());
        trace.add_thread("Worker-1".into());
        trace.objects = vec![
            Object::new(ObjectId(0), ObjectKind::Cell, "counter".into()),
            Object::new(ObjectId(1), ObjectKind::Thread, "Worker-1".into()),
            Object::new(ObjectId(2), ObjectKind::Pool, "pool".into()),
        ];
        let site = Site {
            object: ObjectId(object),
            line: 0,
        };
        let placed = Placed {
            thread: ThreadId(1),
            event: Event {
                seq: 0,
                kind,
                site,
                value,
                order: Order::About,
                at: Some(0),
            },
            at: 0,
            rank: 0,
        };
        event(&trace, &placed)
    }

    #[test]
    fn events_are_sentences() {
        assert_eq!(
            said(Kind::Store, 0, 1234),
            "Worker-1 writes 1,234 to counter"
        );
        assert_eq!(
            said(Kind::Block, 1, 0),
            "Worker-1 waits for the end of Worker-1"
        );
        assert_eq!(said(Kind::Block, 9, 0), "Worker-1 waits for another thread");
        assert_eq!(
            said(Kind::Put, 2, 3),
            "Worker-1 submits a task to pool: 3 waiting"
        );
        assert_eq!(
            said(Kind::Get, 2, 0),
            "Worker-1 takes a task from pool: 0 waiting"
        );
        assert_eq!(said(Kind::Spawn, 9, 7), "Worker-1 starts thread 7");
        assert_eq!(said(Kind::Spawn, 9, -7), "Worker-1 starts thread 65535");
        assert_eq!(said(Kind::Sleep, 9, 2_000_000), "Worker-1 sleeps 2.00 ms");
    }

    #[test]
    fn an_outcome_names_its_figures() {
        let fact = scenario::Fact::int;
        let report = Report {
            verdict: Verdict::Violated,
            facts: vec![fact("expected", 400_000), fact("lost", 131_072)],
            elapsed_ms: 5.0,
            message: None,
            schedule: None,
        };
        let counter = scenario::find("counter").expect("registered");
        assert_eq!(
            outcome(counter, &report),
            "400,000 increments, 131,072 lost"
        );
        let failed = Report::error("Worker-1: index out of range".into(), 1.0);
        assert_eq!(outcome(counter, &failed), "Worker-1: index out of range");
    }

    #[test]
    fn the_tally_says_what_is_missing() {
        let told = |happened, kept| tally(Tally { happened, kept });
        assert_eq!(told(1, 1), "1 event");
        assert_eq!(told(2_000_000, 1_024), "showing 1,024 of 2,000,000 events");
    }
}
