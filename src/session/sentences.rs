//! A run in sentences: which of the words are said of its events and of its end.

use crate::base::ThreadId;
use crate::explore::{Access, Blocked, Execution, Move, Step};
use crate::scenario::{Report, Scenario, Verdict};
use crate::trace::objects::ObjectKind;
use crate::trace::store::{Tally, ThreadTrace};
use crate::trace::{Ending, Kind, Placed, State, Store};
use crate::words::number::grouped;
use crate::words::{event as says, lanes, run as of_run};

use std::time::Duration;

/// What a thread did, with its name as the subject.
pub fn event(trace: &Store, placed: &Placed) -> String {
    let event = &placed.event;
    let object = trace.object(event.site.object);
    let object = object.map(|object| (object.kind, object.name.as_str()));
    let started = |thread| thread_name(trace, thread);
    let what = deed(event.kind, object, event.value, started);
    says::does(&thread_name(trace, placed.thread), &what)
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
    let name = object.map_or(says::ANOTHER_TASK, |(_, name)| name);
    let shown = || value_of(object.map(|(kind, _)| kind), value);
    let object = &*object_name(object);
    match kind {
        Kind::Start => says::BEGINS.to_owned(),
        Kind::Finish if value == 1 => says::RAISES.to_owned(),
        Kind::Finish => says::FINISHES.to_owned(),
        Kind::Spawn => {
            let index = u16::try_from(value).unwrap_or(u16::MAX);
            says::starts(&thread_name(ThreadId(index)))
        }
        Kind::Block => says::waits_for(object),
        Kind::Wake if value == 1 => says::IS_CANCELLED.to_owned(),
        Kind::Wake => says::IS_AWAKE.to_owned(),
        Kind::Sleep => says::sleeps(Duration::from_nanos(value.unsigned_abs())),
        Kind::Awake => says::HAS_SLEPT.to_owned(),
        Kind::Acquire => says::acquires(object),
        Kind::Release => says::releases(object),
        Kind::Load => says::reads(object, &shown()),
        Kind::Store => says::writes(object, &shown()),
        Kind::Update => says::adds_to(object, value),
        Kind::Set if value == 0 => says::clears(object),
        Kind::Set => says::sets(object),
        Kind::Notify => says::notifies(object, value),
        Kind::Put if is_pool => says::submits_to(object, value),
        Kind::Get if is_pool => says::takes_task_from(object, value),
        Kind::Get if is_page && value == 0 => says::gives_up_on(object),
        Kind::Get if is_page => says::has_answer(object, value),
        Kind::Put => says::puts_into(object, value),
        Kind::Get => says::takes_from(object, value),
        Kind::Cancel if is_pool => says::cancels_task_of(object),
        Kind::Cancel => says::cancels(name),
        Kind::Join => says::joins(name),
        Kind::LineUp => says::lines_up_at(object),
        Kind::Pass if is_pool => says::has_result_from(object),
        Kind::Pass => says::passes(object),
        Kind::Settle if is_pool => says::finishes_task_of(object),
        Kind::Settle => says::deals_with_item_of(object),
        Kind::Arrive => says::comes_to(object, value),
    }
}

/// A value of an object of this kind, as it is told.
pub(super) fn value_of(kind: Option<ObjectKind>, value: i64) -> String {
    match kind {
        Some(ObjectKind::Flag) => says::truth(value != 0).to_owned(),
        _ => grouped(value),
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
        (Some((Kind::LineUp, _)), object) => says::releases_and_waits(&object_name(object)),
        (Some((kind, value)), object) => deed(kind, object, value, name),
        (None, Some(_)) if step.how == Move::TimeOut => {
            says::waits_no_longer_for(&object_name(object))
        }
        (None, Some(_)) => {
            let object = object_name(object);
            match step.access {
                Some(Access::Reads) => says::reads_it(&object),
                Some(Access::Writes) => says::writes_it(&object),
                Some(Access::Updates) => says::updates_it(&object),
                None => says::waits_for(&object),
            }
        }
        (None, None) if step.how == Move::TimeOut => says::HAS_SLEPT.to_owned(),
        (None, None) => says::GOES_ON.to_owned(),
    };
    says::does(&name(step.thread), &what)
}

/// What a thread is about to do in a step, whatever comes of it.
pub fn intent<T>(run: &Execution<T>, step: &Step) -> String {
    let object = run.objects.get(step.site.object);
    let name = object.map_or(says::ANOTHER_THREAD, |(_, name)| name);
    let kind = object.map(|(kind, _)| kind);
    match (step.did.map(|(did, _)| did), kind) {
        (_, Some(ObjectKind::Page)) => says::to_get(&object_name(object)),
        (_, None) if step.how == Move::TimeOut => says::TO_GO_ON_AFTER_SLEEP.to_owned(),
        (_, Some(_)) if step.how == Move::TimeOut => says::to_give_up(name),
        (Some(Kind::Spawn), _) => says::to_start(name),
        (None, Some(ObjectKind::Thread)) => says::to_join(name),
        (None, _) if step.access == Some(Access::Reads) => says::to_read(name),
        (None, _) if step.access.is_some() => says::to_write(name),
        (Some(Kind::Load), _) => says::to_read(name),
        (Some(Kind::Store), _) => says::to_write(name),
        (Some(Kind::Update), _) => says::to_add_to(name),
        (Some(Kind::Release), _) => says::to_release(name),
        (Some(Kind::Set), _) => says::to_set(name),
        (Some(Kind::Notify), _) => says::to_notify(name),
        (Some(Kind::LineUp), _) => says::to_wait_on(name),
        (Some(Kind::Put), _) => says::to_put_into(name),
        (Some(Kind::Get), _) => says::to_take_from(name),
        (Some(Kind::Cancel), _) => says::to_cancel(name),
        (Some(Kind::Start), _) => says::TO_BEGIN.to_owned(),
        (Some(Kind::Finish), _) => says::TO_FINISH.to_owned(),
        (Some(Kind::Sleep), _) => says::TO_SLEEP.to_owned(),
        (Some(Kind::Acquire), _) | (None, Some(ObjectKind::Lock | ObjectKind::RLock)) => {
            says::to_acquire(name)
        }
        (None, Some(kind)) if kind.has_permits() => says::to_acquire(name),
        (_, Some(_)) => says::to_go_on_with(name),
        (_, None) => says::TO_GO_ON.to_owned(),
    }
}

/// What a thread waits for that waits for ever.
pub fn wait(blocked: &Blocked) -> String {
    says::does(&blocked.name, &waits(blocked))
}

/// The same without its name.
pub fn waits(blocked: &Blocked) -> String {
    let on = blocked
        .on
        .as_ref()
        .map(|(kind, name)| (*kind, name.as_str()));
    let object = object_name(on);
    match blocked.holder {
        Some(holder) if holder == blocked.thread => says::waits_for_its_own(&object),
        Some(_) if on.is_some_and(|(kind, _)| kind != ObjectKind::Thread) => {
            says::waits_for_held(&object, &blocked.holder_name)
        }
        _ => says::waits_for(&object),
    }
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
        None => says::ANOTHER_THREAD.to_owned(),
        Some((ObjectKind::Thread, name)) => says::end_of(name),
        Some((ObjectKind::Page, name)) => says::answer_to(name),
        Some((_, name)) => name.to_owned(),
    }
}

/// The end of a run in a sentence.
pub fn outcome(scenario: &Scenario, report: &Report) -> String {
    match report.verdict {
        Verdict::Violated if report.message.is_some() => report.message.clone().unwrap_or_default(),
        Verdict::Ok | Verdict::Violated => (scenario.in_words)(report),
        Verdict::Error => report
            .message
            .clone()
            .unwrap_or_else(|| of_run::NO_MESSAGE.to_owned()),
        Verdict::Stopped => of_run::STOPPED.to_owned(),
        Verdict::Deadlock => of_run::DEADLOCK.to_owned(),
        Verdict::Incomplete => report
            .message
            .clone()
            .unwrap_or_else(|| of_run::INCOMPLETE.to_owned()),
    }
}

/// What a thread does in a state.
pub fn state_name(state: State) -> &'static str {
    match state {
        State::Running => lanes::RUNNING,
        State::Busy => lanes::BUSY,
        State::Waiting => lanes::WAITING,
        State::Sleeping => lanes::SLEEPING,
        State::Ready => lanes::READY,
    }
}

/// A thread's lane in a sentence: `Worker-1: finished after 5.20 ms, waited 1.30 ms`.
/// `verdict` is how the run ended, if it has.
pub fn lane(trace: &Store, thread: ThreadId, verdict: Option<Verdict>) -> String {
    let Some(of) = trace.threads().get(thread.index()) else {
        return String::new();
    };
    let (lane, now) = (&of.lane, trace.now());
    let doing = match (lane.ended(), lane.state()) {
        (Some((at, Ending::Finished)), _) => lanes::finished_after(at),
        (Some((at, Ending::Failed)), _) => lanes::failed_after(at),
        (Some((at, Ending::CutOff)), _) => match verdict {
            Some(Verdict::Deadlock) => lanes::deadlocked_until(at),
            _ => lanes::stopped_after(at),
        },
        (None, Some(state)) => state_name(state).to_owned(),
        (None, None) => lanes::NOT_BEGUN.to_owned(),
    };
    let waited = lane.time_in(State::Waiting, now);
    let held = trace.holds.time(thread, now);
    let unknown = lane.time_in(State::Busy, now);
    lanes::lane(&of.name, &doing, [waited, held, unknown])
}

/// How many of the events are here: `showing 1,024 of 2,000,021 events`.
pub fn tally(tally: Tally) -> String {
    if tally.kept == tally.happened {
        return of_run::events(tally.happened);
    }
    of_run::events_kept(tally.kept, tally.happened)
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
