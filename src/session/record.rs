//! A run as plain lists, whichever engine it ran on: lanes, holds, waits, acquisitions. Of
//! these figures are made, and files to be kept.
//!
//! Nothing is made up: what was not recorded is counted as missing. Lanes and holds are those
//! that the page paints, and each thread's waits take exactly as long as its lane waits.

use super::playback::{Playback, Then};
use super::sentences;
use super::things::kind_name;
use crate::base::{ObjectId, ThreadId};
use crate::trace::objects::ObjectKind;
use crate::trace::store::ThreadTrace;
use crate::trace::{Ending, Hold, Kind, Placed, Span, State, Store};
use crate::words::{figures, lanes};

/// In what a run's time is told.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Unit {
    /// Of real threads, and of tasks on a real event loop.
    Nanoseconds,
    /// Of the model, where time stands still but for sleeps.
    Steps,
}

/// A run.
#[derive(Clone, Debug)]
pub struct Record {
    pub unit: Unit,
    /// The right end of the picture.
    pub end: u64,
    pub threads: Vec<Thread>,
    /// By id.
    pub objects: Vec<Object>,
}

/// Something that threads share, or wait for.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Object {
    /// Python's name of what it is, or ours.
    pub kind: &'static str,
    pub name: String,
}

/// One thread's part in a run.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Thread {
    pub name: String,
    /// From when to when there was the thread.
    pub from: u64,
    pub to: u64,
    pub ending: Option<Ending>,
    /// Its lane.
    pub spans: Vec<Span>,
    pub holds: Vec<Hold>,
    pub acquisitions: Vec<Acquisition>,
    pub waits: Vec<Wait>,
    /// Events that it had, and those of them that were not recorded.
    pub happened: u64,
    pub missing: u64,
}

/// That a thread got a lock or a permit.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Acquisition {
    pub object: ObjectId,
    pub at: u64,
    /// Whether it had to wait for it.
    pub waited: bool,
}

/// A time for which a thread waited for one thing, woken in vain or not.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Wait {
    pub object: ObjectId,
    pub start: u64,
    /// How long its lane shows it waiting.
    pub length: u64,
    /// Whether the run was over, or looked at, before it ended.
    pub goes_on: bool,
}

impl Record {
    /// A run on real threads, or of real tasks.
    pub fn of_trace(trace: &Store) -> Record {
        let threads = trace.threads().iter().zip(0..);
        Record {
            unit: Unit::Nanoseconds,
            end: trace.now(),
            threads: threads
                .map(|(thread, index)| Thread::of_trace(trace, thread, ThreadId(index)))
                .collect(),
            objects: (trace.objects.iter())
                .map(|object| Object::new(Some(object.kind), &object.name))
                .collect(),
        }
    }

    /// A run on the model.
    pub fn of_playback(playback: &Playback) -> Record {
        let threads = 0..playback.threads.len() as u16;
        Record {
            unit: Unit::Steps,
            end: playback.steps.len() as u64,
            threads: threads
                .map(|index| Thread::of_playback(playback, index))
                .collect(),
            objects: (playback.looks.objects())
                .map(|(kind, name)| Object::new(kind, name))
                .collect(),
        }
    }

    /// What a thread waits for or holds, in words.
    pub fn name(&self, object: ObjectId) -> &str {
        let object = self.objects.get(usize::from(object.0));
        object.map_or(self.unnamed(), |object| &object.name)
    }

    /// What there is no object of: on the model nobody looks at requests.
    fn unnamed(&self) -> &'static str {
        match self.unit {
            Unit::Steps => figures::REQUESTS,
            Unit::Nanoseconds => figures::SOMETHING_ELSE,
        }
    }
}

impl Object {
    fn new(kind: Option<ObjectKind>, name: &str) -> Object {
        let other = match kind {
            Some(ObjectKind::Cell | ObjectKind::Flag | ObjectKind::Variable) => figures::A_VALUE,
            Some(ObjectKind::Thread) => figures::A_THREAD,
            Some(ObjectKind::Page) => figures::A_REQUEST,
            _ => figures::AN_AWAITABLE,
        };
        Object {
            kind: kind.and_then(kind_name).unwrap_or(other),
            name: name.to_owned(),
        }
    }
}

impl Thread {
    fn of_trace(trace: &Store, of: &ThreadTrace, index: ThreadId) -> Thread {
        let now = trace.now();
        let ended = of.lane.ended();
        let to = ended.map_or(now, |(at, _)| at);
        let spans: Vec<Span> = of.lane.spans(now).collect();
        let (acquisitions, waits) = gone_through(of.events(), of.happened(), to);
        let happened = u64::from(of.happened());
        Thread {
            name: of.name.clone(),
            from: spans.first().map_or(to, |span| span.start),
            to,
            ending: ended.map(|(_, how)| how),
            spans,
            holds: trace.holds.of(index, now).collect(),
            acquisitions,
            waits,
            happened,
            missing: happened.saturating_sub(of.events().len() as u64),
        }
    }

    fn of_playback(playback: &Playback, index: u16) -> Thread {
        let of = &playback.threads[usize::from(index)];
        let end = playback.steps.len();
        let (stretches, ended) = playback.lane(index, end);
        let mut spans = Vec::new();
        for stretch in stretches {
            let mut span = Span {
                state: stretch.state,
                start: stretch.start as u64,
                end: stretch.end as u64,
                object: ObjectId::NONE,
            };
            if span.state == State::Waiting {
                // First for a condition, say, and then for its lock.
                for (after, object) in playback.looks.waits_of(index) {
                    let after = after as u64;
                    if after <= span.start {
                        span.object = object;
                    } else if after < span.end && object != ObjectId::NONE && object != span.object
                    {
                        spans.push(Span { end: after, ..span });
                        span.start = after;
                        span.object = object;
                    }
                }
            }
            spans.push(span);
        }
        let to = ended.unwrap_or(end) as u64;
        let waits: Vec<Wait> = (spans.iter())
            .filter(|span| span.state == State::Waiting)
            .map(|span| Wait {
                object: span.object,
                start: span.start,
                length: span.end - span.start,
                goes_on: span.end == to && ended.is_none(),
            })
            .collect();
        let holds: Vec<Hold> = playback.holds(index, end).collect();
        let mut acquisitions: Vec<Acquisition> = (holds.iter())
            .map(|hold| Acquisition {
                object: hold.object,
                at: hold.start,
                waited: (waits.iter()).any(|wait| {
                    wait.object == hold.object && wait.start + wait.length == hold.start
                }),
            })
            .collect();
        acquisitions.sort_by_key(|acquisition| acquisition.at);
        let own = playback.steps.iter().filter(|step| step.thread == index);
        let last = own.clone().next_back();
        Thread {
            name: of.name.clone(),
            from: (of.started as u64).min(to),
            to,
            ending: ended.map(|_| match last.map(|step| step.then) {
                Some(Then::Fails) => Ending::Failed,
                _ => Ending::Finished,
            }),
            spans,
            holds,
            acquisitions,
            waits,
            happened: own.count() as u64,
            missing: 0,
        }
    }

    /// How long it was in a state.
    pub fn time_in(&self, state: State) -> u64 {
        let spans = self.spans.iter().filter(|span| span.state == state);
        spans.map(|span| span.end - span.start).sum()
    }
}

/// What a thread got and what it waited for, up to `end`: by the rules of
/// [`Lane`](crate::trace::Lane).
fn gone_through(events: &[Placed], happened: u32, end: u64) -> (Vec<Acquisition>, Vec<Wait>) {
    let (mut acquisitions, mut waits) = (Vec::new(), Vec::new());
    // What it waits or waited for, and since when it does again.
    let mut wait: Option<(Wait, Option<u64>)> = None;
    let until = |(wait, since): (Wait, Option<u64>), end: u64| Wait {
        length: wait.length + since.map_or(0, |since| end - since),
        ..wait
    };
    let (mut next_seq, mut last_at) = (0, 0);
    for &Placed { event, at, .. } in events {
        if event.seq > next_seq {
            // It ended unseen: it is known to have lasted up to the thread's last event.
            waits.extend(wait.take().map(|wait| until(wait, last_at)));
        }
        next_seq = event.seq.wrapping_add(1);
        last_at = at;
        let object = event.site.object;
        let waiting = wait.is_some_and(|(_, since)| since.is_some());
        match event.kind {
            Kind::Block | Kind::LineUp if waiting => continue,
            Kind::Block | Kind::LineUp => {
                let begun = Wait {
                    object,
                    start: at,
                    length: 0,
                    goes_on: false,
                };
                let again = wait.take_if(|(wait, _)| wait.object == object);
                waits.extend(wait.take().map(|(wait, _)| wait));
                wait = Some((again.map_or(begun, |(wait, _)| wait), Some(at)));
                continue;
            }
            Kind::Release if waiting => continue,
            _ => {}
        }
        let waited = wait.take().map(|wait| until(wait, at));
        if event.kind == Kind::Wake {
            wait = waited.map(|wait| (wait, None));
            continue;
        }
        waits.extend(waited);
        if event.kind == Kind::Acquire {
            acquisitions.push(Acquisition {
                object,
                at,
                waited: waited.is_some_and(|wait| wait.object == object),
            });
        }
    }
    if let Some(wait) = wait {
        let seen = next_seq >= happened;
        waits.push(Wait {
            goes_on: seen && wait.1.is_some(),
            ..until(wait, if seen { end } else { last_at })
        });
    }
    (acquisitions, waits)
}

/// How a thread ended, in a word.
pub fn ending_name(ending: Option<Ending>) -> &'static str {
    match ending {
        None => "",
        Some(Ending::Finished) => lanes::FINISHED,
        Some(Ending::Failed) => lanes::FAILED,
        Some(Ending::CutOff) => lanes::CUT_OFF,
    }
}

/// Something that a thread did, as a list of all tells it.
pub struct Deed {
    pub at: u64,
    /// Milliseconds of the run's own time, where `at` is none.
    pub at_ms: Option<f64>,
    pub thread: usize,
    /// A sentence, the thread's name first.
    pub text: String,
    /// The line of the scenario's Rust, 0 where there is none.
    pub line: u32,
}

/// What a run is made of: it can be told event by event.
#[derive(Clone, Copy)]
pub enum Source<'a> {
    Trace(&'a Store),
    Playback(&'a Playback),
}

impl<'a> Source<'a> {
    pub fn record(self) -> Record {
        match self {
            Source::Trace(trace) => Record::of_trace(trace),
            Source::Playback(playback) => Record::of_playback(playback),
        }
    }

    /// All that happened, as far as it is here, in an order that could have been.
    pub fn deeds(self) -> Box<dyn Iterator<Item = Deed> + 'a> {
        match self {
            Source::Trace(trace) => {
                let all = trace.threads().iter().flat_map(ThreadTrace::events);
                let mut all: Vec<&Placed> = all.collect();
                all.sort_unstable_by_key(|placed| (placed.at, placed.rank));
                Box::new(all.into_iter().map(|placed| deed(trace, placed)))
            }
            Source::Playback(playback) => Box::new(steps(playback)),
        }
    }

    /// What one thread did.
    pub fn deeds_of(self, thread: usize) -> Box<dyn Iterator<Item = Deed> + 'a> {
        match self {
            Source::Trace(trace) => {
                let its = trace.threads().get(thread);
                let its = its.map_or(&[][..], ThreadTrace::events);
                Box::new(its.iter().map(|placed| deed(trace, placed)))
            }
            Source::Playback(playback) => {
                Box::new(steps(playback).filter(move |deed| deed.thread == thread))
            }
        }
    }
}

fn deed(trace: &Store, placed: &Placed) -> Deed {
    Deed {
        at: placed.at,
        at_ms: None,
        thread: placed.thread.index(),
        text: sentences::event(trace, placed),
        line: placed.event.site.line,
    }
}

fn steps(playback: &Playback) -> impl Iterator<Item = Deed> {
    (0..).zip(&playback.steps).map(|(at, step)| Deed {
        at,
        at_ms: Some(step.at_ms),
        thread: usize::from(step.thread),
        text: step.text.clone(),
        line: step.line,
    })
}
