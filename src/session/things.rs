//! What threads share, as it is shown: each primitive's state in words, and who waits
//! for it. The same from a run on real threads, whose memory was read a moment ago,
//! as from a step of a run on the model.

use std::mem;
use std::ops::Range;

use borsh::{BorshDeserialize, BorshSerialize};

use super::playback::Playback;
use super::sentences::thread_name;
use crate::base::{ObjectId, ThreadId};
use crate::explore::{Execution, Seen, Step};
use crate::pool;
use crate::sync::{self, Shown};
use crate::trace::objects::{MOST_WORDS, ObjectKind, Words, words_of};
use crate::trace::{Kind, State, Store};
use crate::words::event;
use crate::words::number::grouped;
use crate::words::things as says;

/// A primitive or a shared value.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Thing {
    pub name: String,
    /// Python's name of what it is; none for a shared value.
    pub kind: Option<&'static str>,
    pub state: String,
    /// How far something has come, of how much.
    pub progress: Option<(i64, i64)>,
    /// Its state before the step that is shown, if that has changed it.
    pub was: Option<String>,
    /// The thread that holds it, which `state` names.
    pub holder: Option<(ThreadId, String)>,
    /// Who waits for it; in a run on the model whoever waits longest first.
    pub waiting: Vec<(ThreadId, String)>,
}

/// What threads share in a run on the model, and how it looks after which steps: in
/// plain lists, which the page reads with the least code.
#[derive(Clone, Debug, Default, PartialEq, BorshSerialize, BorshDeserialize)]
pub struct Looks {
    /// By id: each object's kind, as a number, and its name.
    kinds: Vec<u16>,
    names: Vec<String>,
    /// One after the other: steps, an object, and its words after those.
    states: Vec<u32>,
    /// The same of steps, a thread, and the object that it waits for then.
    waits: Vec<u32>,
    /// The same of steps, and a task that the last of them lets go on.
    let_go: Vec<u32>,
}

impl Looks {
    /// `awaits` tells of which steps of a run of tasks that their task gives way then, for
    /// what the step is about.
    pub fn of<T>(run: &Execution<T>, awaits: impl Fn(&Step) -> bool) -> Looks {
        let mut looks = Looks::default();
        for (kind, name) in run.objects.iter() {
            looks.kinds.push(kind as u16);
            looks.names.push(name.to_owned());
        }
        for look in &run.looks {
            let after = look.after as u32;
            match look.seen {
                Seen::State(object, words) => {
                    looks.states.extend([after, u32::from(object.0)]);
                    looks.states.extend(words);
                }
                Seen::Waits(thread, object) => {
                    let object = object.unwrap_or(ObjectId::NONE);
                    let waits = [after, u32::from(thread.0), u32::from(object.0)];
                    looks.waits.extend(waits);
                }
                Seen::LetGo(thread) => looks.let_go.extend([after, u32::from(thread.0)]),
            }
        }
        let mut waits = vec![false; run.names.len()];
        // Their loop waits for the first of them from the start.
        let of_loop = run.steps.iter().find(|step| step.thread == ThreadId::MAIN);
        if let Some(step) = of_loop.filter(|step| awaits(step)) {
            waits[0] = true;
            let object = u32::from(step.site.object.0);
            looks.waits.extend([0, 0, object]);
        }
        for (after, step) in (1..).zip(&run.steps) {
            let (thread, object) = (step.thread, step.site.object);
            let mut change = |after, object: ObjectId| {
                let (thread, object) = (u32::from(thread.0), u32::from(object.0));
                looks.waits.extend([after, thread, object]);
            };
            if mem::take(&mut waits[thread.index()]) {
                change(after - 1, ObjectId::NONE);
            }
            if awaits(step) {
                waits[thread.index()] = true;
                change(after, object);
            }
        }
        // What tasks share lies nowhere that could be looked at: their steps say it.
        for (after, step) in (1..).zip(&run.steps) {
            let object = step.site.object;
            let is_variable = matches!(run.objects.get(object), Some((ObjectKind::Variable, _)));
            if let Some((Kind::Load | Kind::Store, value)) = step.did.filter(|_| is_variable) {
                looks.states.extend([after, u32::from(object.0)]);
                looks.states.extend(words_of(value));
            }
        }
        looks
    }

    /// By id: what each object is, unless its kind is unknown, and its name.
    pub fn objects(&self) -> impl Iterator<Item = (Option<ObjectKind>, &str)> {
        let kinds = self.kinds.iter();
        let kinds = kinds.map(|&kind| ObjectKind::from_u32(u32::from(kind)));
        kinds.zip(self.names.iter().map(String::as_str))
    }

    /// What a thread waits for, each from after so many steps on; nothing is `NONE`.
    pub fn waits_of(&self, thread: u16) -> impl Iterator<Item = (usize, ObjectId)> {
        let all = self.waits.chunks_exact(3);
        let its = all.filter(move |change| change[1] == u32::from(thread));
        its.map(|change| (change[0] as usize, ObjectId(change[2] as u16)))
    }

    /// After how many steps a task was let go on by the last of them.
    pub fn let_go(&self, task: u16) -> impl Iterator<Item = usize> {
        let all = self.let_go.chunks_exact(2);
        let its = all.filter(move |told| told[1] == u32::from(task));
        its.map(|told| told[0] as usize)
    }

    /// Tells how a thread stands that makes none of these steps: whether it could, or waits
    /// for something.
    pub fn stands(
        &self,
        thread: u16,
        steps: Range<usize>,
        mut tell: impl FnMut(State, usize, usize),
    ) {
        let state = |waits| if waits { State::Waiting } else { State::Ready };
        let (mut since, mut waits) = (steps.start, false);
        for (after, object) in self.waits_of(thread) {
            if after >= steps.end {
                break;
            }
            if after > since {
                tell(state(waits), since, after);
                since = after;
            }
            waits = object != ObjectId::NONE;
        }
        tell(state(waits), since, steps.end);
    }
}

/// What threads share in a run on real threads, in the order in which it was made.
pub fn of_trace(trace: &Store) -> Vec<Thing> {
    let threads = || trace.threads().iter().zip(0..);
    let things = trace.objects.iter().filter_map(|object| {
        let waiting = threads().filter(|(thread, _)| thread.waits_for() == Some(object.id));
        let waiting = waiting.map(|(thread, index)| (ThreadId(index), thread.name.clone()));
        let name_of = |thread| thread_name(trace, thread);
        let (kind, name) = (object.kind, object.name.as_str());
        thing(kind, name, &object.words?, waiting.collect(), &name_of)
    });
    things.collect()
}

/// What threads share in a run on the model, after so many steps, and what it was before
/// the last of them.
pub fn of_steps(playback: &Playback, after: usize) -> Vec<Thing> {
    let mut now = after_steps(playback, after);
    if let Some(before) = after.checked_sub(1) {
        let before = after_steps(playback, before);
        for (thing, before) in now.iter_mut().zip(before) {
            // One that has just come to be shifts those behind it.
            let same = thing.name == before.name && thing.state != before.state;
            thing.was = same.then_some(before.state);
        }
    }
    now
}

fn after_steps(playback: &Playback, after: usize) -> Vec<Thing> {
    let looks = &playback.looks;
    let mut states: Vec<Option<Words>> = vec![None; looks.kinds.len()];
    for look in looks.states.chunks_exact(2 + MOST_WORDS) {
        if look[0] as usize <= after {
            states[look[1] as usize] = look[2..].try_into().ok();
        }
    }
    let mut waits: Vec<&[u32]> = Vec::new();
    for look in looks.waits.chunks_exact(3) {
        if look[0] as usize <= after {
            waits.retain(|other| other[1] != look[1]);
            waits.push(look);
        }
    }
    let name_of = |thread: ThreadId| playback.threads[thread.index()].name.clone();
    let mut things = Vec::new();
    for (id, words) in (0_u16..).zip(states) {
        let kind = ObjectKind::from_u32(u32::from(looks.kinds[usize::from(id)]));
        if let (Some(kind), Some(words)) = (kind, words) {
            let waits = waits.iter().filter(|look| look[2] == u32::from(id));
            let waits = waits.map(|look| ThreadId(look[1] as u16));
            let waiting = waits.map(|thread| (thread, name_of(thread)));
            let name = &looks.names[usize::from(id)];
            things.extend(thing(kind, name, &words, waiting.collect(), &name_of));
        }
    }
    things
}

fn thing(
    kind: ObjectKind,
    name: &str,
    words: &Words,
    waiting: Vec<(ThreadId, String)>,
    name_of: &dyn Fn(ThreadId) -> String,
) -> Option<Thing> {
    let shown = match kind {
        ObjectKind::Pool => pool::shown(words),
        _ => sync::shown(kind, words)?,
    };
    let (mut progress, mut holder) = (None, None);
    let state = match shown {
        Shown::Value { value, most } => {
            progress = most.map(|most| (value, most));
            grouped(value)
        }
        Shown::Free => says::FREE.to_owned(),
        Shown::Held { by, depth } => {
            holder = by.map(|thread| (thread, name_of(thread)));
            says::held(holder.as_ref().map(|(_, name)| &**name), depth)
        }
        Shown::Permits { left, initial } => says::permits(left, initial),
        Shown::Flag(is_set) => event::truth(is_set).to_owned(),
        Shown::Set(true) => says::SET.to_owned(),
        Shown::Set(false) => says::NOT_SET.to_owned(),
        Shown::Bare if waiting.is_empty() => says::NOBODY_WAITS.to_owned(),
        Shown::Bare => String::new(),
        Shown::Parties { come, of } => says::parties(come, of),
        Shown::Broken => says::BROKEN.to_owned(),
        Shown::Items { count, capacity: 0 } => says::items(count),
        Shown::Items { count, capacity } => says::items_of(count, capacity),
        Shown::Tasks { waiting, workers } => says::tasks(waiting, workers),
    };
    Some(Thing {
        name: name.to_owned(),
        kind: kind_name(kind),
        state,
        progress,
        was: None,
        holder,
        waiting,
    })
}

/// Python's name of what an object is; none for a shared value, a thread and the like.
pub fn kind_name(kind: ObjectKind) -> Option<&'static str> {
    Some(match kind {
        ObjectKind::Lock => "Lock",
        ObjectKind::RLock => "RLock",
        ObjectKind::Semaphore => "Semaphore",
        ObjectKind::BoundedSemaphore => "BoundedSemaphore",
        ObjectKind::Event => "Event",
        ObjectKind::Condition => "Condition",
        ObjectKind::Barrier => "Barrier",
        ObjectKind::Queue => "Queue",
        ObjectKind::Pool => "Executor",
        ObjectKind::Cell
        | ObjectKind::Flag
        | ObjectKind::Variable
        | ObjectKind::Thread
        | ObjectKind::Awaitable
        | ObjectKind::Page => return None,
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::scenario::FactValue;
    use crate::session::playback::play;
    use crate::share;

    fn played(query: &str) -> Playback {
        let (link, _) = share::read(query);
        play(&link, link.scenario.on_model())
    }

    #[test]
    fn a_step_says_what_was_before_it() {
        let run = played("scenario=counter&threads=2&increments=2&engine=model");
        let writes = |text: &str| text.contains(" writes 1 to counter");
        let made = run.steps.iter().position(|step| writes(&step.text));
        let after = made.expect("somebody writes it") + 1;
        let counter = |after| {
            let things = of_steps(&run, after);
            things.into_iter().find(|thing| thing.name == "counter")
        };
        let now = counter(after).expect("it is there");
        assert_eq!((now.state.as_str(), now.was.as_deref()), ("1", Some("0")));
        assert_eq!(counter(after - 1).expect("it is there").was, None);
    }

    /// What is shown of one of these after each step, from when it is there.
    fn states(run: &Playback, name: &str) -> Vec<String> {
        let after = 0..=run.steps.len();
        let states = after.filter_map(|after| {
            let mut things = of_steps(run, after).into_iter();
            Some(things.find(|thing| thing.name == name)?.state)
        });
        states.collect()
    }

    #[test]
    fn what_a_lock_guards_is_shown_though_it_is_no_primitive() {
        let run = played("scenario=producer-consumer&items=6&produce_ms=1&engine=model");
        let states = states(&run, "len(buffer)");
        let lengths: Vec<i64> = states
            .iter()
            .filter_map(|state| state.parse().ok())
            .collect();
        assert_eq!(lengths.len(), states.len());
        assert!(
            lengths.windows(2).all(|two| (two[0] - two[1]).abs() <= 1),
            "{lengths:?}"
        );
        let facts = &run.report.facts;
        let peak = facts
            .iter()
            .find(|fact| fact.name == "peak_queue")
            .expect("a fact");
        assert_eq!(
            peak.value,
            FactValue::Int(*lengths.iter().max().expect("states"))
        );
        assert_eq!((lengths[0], lengths.last()), (0, Some(&0)));
        let run = played("scenario=readers-writers&engine=model&rounds=1");
        assert!(self::states(&run, "writers").contains(&"1".to_owned()));
    }

    #[test]
    fn a_truth_value_is_no_number() {
        let run = played("scenario=lost-wakeup&engine=model");
        let mut states = states(&run, "ready");
        states.dedup();
        assert_eq!(states, ["False", "True"]);
        let does = |text: &str| run.steps.iter().any(|step| step.text == text);
        assert!(does("Setter writes True to ready"), "{:#?}", run.steps);
    }

    #[test]
    fn who_waits_longest_stands_first() {
        let query = "scenario=barrier&parties=4&step_ms=0&engine=model&seed=";
        let out_of_order = (1..20).any(|seed| {
            let run = played(&format!("{query}{seed}"));
            let mut before: Vec<ThreadId> = Vec::new();
            (0..run.steps.len()).any(|after| {
                let mut things = of_steps(&run, after).into_iter();
                let thing = things.find(|thing| thing.kind == Some("Barrier"));
                let waiting = thing.map(|thing| thing.waiting).unwrap_or_default();
                let now: Vec<ThreadId> = waiting.iter().map(|(thread, _)| *thread).collect();
                let stay: Vec<_> = before.iter().filter(|t| now.contains(t)).collect();
                assert!(now.iter().zip(&stay).all(|(now, stay)| now == *stay));
                before.clone_from(&now);
                !now.is_sorted_by_key(|thread| thread.0)
            })
        });
        assert!(out_of_order, "no seed has them wait in another order");
    }
}
