//! What a place in the lanes is, in a sentence: for who points at it, taps it, or comes there
//! by the keyboard.

use super::playback::Playback;
use super::sentences;
use crate::base::ThreadId;
use crate::trace::{Ending, Span, State, Store};
use crate::words::{event, lanes};

/// Where to look from a place: there, or at what its lane shows before or after it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Way {
    Back,
    Here,
    On,
}

/// What there is, and from when to when.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Pointed {
    pub text: String,
    pub from: u64,
    pub to: u64,
}

/// Stretches of a lane that one place may have without its saying so.
const FEW: usize = 2;

/// A place in the lane of a thread on real threads, which reaches from a time to a time: the
/// width of a pointer.
pub fn in_trace(trace: &Store, thread: usize, from: u64, to: u64, way: Way) -> Option<Pointed> {
    let of = trace.threads().get(thread)?;
    let (lane, now) = (&of.lane, trace.now());
    let here = lane.ending_after(from);
    let index = match way {
        Way::Back => here.checked_sub(1)?,
        Way::Here => here,
        Way::On => here + 1,
    };
    let name = &of.name;
    let Some(span) = lane
        .span(index, now)
        .filter(|span| span.start < to || way != Way::Here)
    else {
        return lane.ended().filter(|_| way != Way::Back).map(|(at, how)| {
            let text = match how {
                Ending::Finished => lanes::has_finished(name, at),
                Ending::Failed => lanes::has_failed(name, at),
                Ending::CutOff => lanes::was_stopped(name, at),
            };
            Pointed {
                text,
                from: at,
                to: at,
            }
        });
    };
    let others = lane.ending_after(to).saturating_sub(index);
    if way == Way::Here && others > FEW {
        return Some(Pointed {
            text: lanes::many_changes(name, others, to - from),
            from,
            to,
        });
    }
    let mut text = match span.state {
        State::Running => lanes::runs(name),
        State::Busy => lanes::is_busy(name),
        State::Sleeping => lanes::sleeps(name),
        State::Ready => event::does(name, lanes::IS_READY),
        State::Waiting => match trace.object(span.object) {
            Some(object) => {
                let object = Some((object.kind, object.name.as_str()));
                event::does(name, &event::waits_for(&sentences::object_name(object)))
            }
            None => lanes::waits(name),
        },
    };
    text.push_str(&lanes::stretch(span.end - span.start, span.start));
    text.push_str(&held(trace, ThreadId(thread as u16), span));
    text.push_str(&ended_by(trace, ThreadId(thread as u16), span));
    Some(Pointed {
        text,
        from: span.start,
        to: span.end,
    })
}

/// What a thread holds in a stretch.
fn held(trace: &Store, thread: ThreadId, span: Span) -> String {
    let holds = trace.holds.of(thread, trace.now());
    let holds = holds.filter(|hold| hold.start < span.end && hold.end > span.start);
    let mut names: Vec<&str> = holds
        .filter_map(|hold| Some(trace.object(hold.object)?.name.as_str()))
        .collect();
    names.sort_unstable();
    names.dedup();
    match names.is_empty() {
        true => String::new(),
        false => lanes::holds(&names),
    }
}

/// Who ended a wait, or began a life.
fn ended_by(trace: &Store, thread: ThreadId, span: Span) -> String {
    let (at, by): (_, fn(&str) -> String) = match span.state {
        State::Waiting => (span.end, lanes::woken_by),
        _ => (span.start, lanes::started_by),
    };
    let wakes = trace.wakes.of(thread);
    let first = wakes.partition_point(|wake| wake.at < at);
    let wake = wakes.get(first).filter(|wake| wake.at == at);
    match wake.and_then(|wake| trace.threads().get(wake.by.index())) {
        Some(thread) => by(&thread.name),
        None => String::new(),
    }
}

/// A place in the lane of a thread on the model, which is shown up to so many steps.
pub fn in_steps(run: &Playback, after: usize, thread: usize, at: u64, way: Way) -> Option<Pointed> {
    let index = u16::try_from(thread).ok()?;
    let of = run.threads.get(thread)?;
    let at = at as usize;
    // Who steps through a lane goes from one step of its thread to the next.
    let own = |step: &usize| run.steps[*step].thread == index;
    let shown = after.min(run.steps.len());
    let at = match way {
        Way::Here => at,
        Way::Back => (0..at.min(shown)).rev().find(own)?,
        Way::On => (at + 1..shown).find(own)?,
    };
    let name = &of.name;
    let reach = run.shown_to(after);
    let own = run.steps.get(at);
    let own = own.filter(|step| at < after && step.thread == index);
    let (from, to, text) = match own {
        Some(step) => (at, at + 1, step.text.clone()),
        None if at >= reach => return None,
        None => {
            let (lane, ended) = run.lane(index, reach);
            let stretch = lane.iter().find(|s| (s.start..s.end).contains(&at));
            match stretch {
                Some(s) => {
                    let doing = match s.state {
                        State::Sleeping => event::SLEEPS.to_owned(),
                        State::Ready => lanes::IS_READY.to_owned(),
                        _ => run.positions(at)[thread].words.clone(),
                    };
                    (s.start, s.end, event::does(name, &doing))
                }
                None if at < of.started => (0, of.started, lanes::has_not_started(name)),
                None if of.failed && ended.is_some() => (at, at + 1, lanes::failed(name)),
                None => (at, at + 1, lanes::has_ended(name)),
            }
        }
    };
    Some(Pointed {
        text: match to - from {
            1 => lanes::at_step(from + 1, &text),
            _ => lanes::at_steps(from + 1, to, &text),
        },
        from: from as u64,
        to: to as u64,
    })
}
