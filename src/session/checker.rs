//! Whether what is shown of a run on real threads could have been: a replay of its log
//! and its lanes by the rules of the primitives. For tests, natively and in the browser.
//!
//! Only what is shown counts here: the entries of the log in the order in which they
//! stand, the spans of the lanes, and what is held when. The rules know nothing of how
//! the picture was made.

use std::collections::{BTreeMap, BTreeSet};

use super::sentences;
use crate::base::{ObjectId, ThreadId};
use crate::sync::{self, Shown};
use crate::trace::objects::{Object, ObjectKind};
use crate::trace::{Hold, Kind, Order, Placed, Store};

/// What the picture says that cannot have been, in words; empty if it could have been.
pub fn contradictions(trace: &Store) -> Vec<String> {
    let tally = trace.tally();
    let mut replay = Replay {
        trace,
        complete: tally.kept == tally.happened,
        found: Vec::new(),
        objects: BTreeMap::new(),
        spawned: BTreeSet::from([ThreadId::MAIN]),
        finished: BTreeSet::new(),
        seen: BTreeMap::new(),
    };
    let log = trace.latest(usize::MAX);
    for pair in log.windows(2) {
        if pair[1].at < pair[0].at {
            replay.tell(&pair[1], "stands behind a later entry");
        }
    }
    for entry in &log {
        replay.entry(entry);
    }
    replay.ends();
    replay.lanes();
    replay.holds();
    replay.found
}

struct Replay<'a> {
    trace: &'a Store,
    /// Whether every event is in the log. If not, only what holds of any part is checked.
    complete: bool,
    found: Vec<String>,
    objects: BTreeMap<ObjectId, State>,
    spawned: BTreeSet<ThreadId>,
    finished: BTreeSet<ThreadId>,
    /// The last entry of each thread: its number, and when it was.
    seen: BTreeMap<ThreadId, (u32, u64)>,
}

/// What the entries so far say of an object.
#[derive(Default)]
struct State {
    /// Who holds it, how often.
    holders: Vec<ThreadId>,
    acquired: i64,
    released: i64,
    /// Whether an event is set, and whether it was ever.
    set: bool,
    was_set: bool,
    /// Who waits for a condition, in their order, and who was notified.
    line: Vec<ThreadId>,
    notified: BTreeSet<ThreadId>,
    /// Those who came to a barrier and have not gone on, and those who may.
    arrived: Vec<ThreadId>,
    through: Vec<ThreadId>,
    items: i64,
    settled: i64,
    written: BTreeSet<i64>,
}

impl Replay<'_> {
    fn tell(&mut self, entry: &Placed, what: &str) {
        let did = sentences::event(self.trace, entry);
        self.found.push(format!("{} ns: {did}: {what}", entry.at));
    }

    fn check(&mut self, holds: bool, entry: &Placed, what: &str) {
        if !holds {
            self.tell(entry, what);
        }
    }

    fn entry(&mut self, entry: &Placed) {
        let (thread, event) = (entry.thread, &entry.event);
        if let Some((number, at)) = self.seen.insert(thread, (event.seq, entry.at)) {
            self.check(
                number < event.seq,
                entry,
                "before an earlier one of its thread",
            );
            self.check(at <= entry.at, entry, "earlier than the one before it");
        }
        let has_begun = self.spawned.contains(&thread);
        self.check(has_begun, entry, "before anybody has started the thread");
        let has_finished = self.finished.contains(&thread);
        self.check(!has_finished, entry, "after the thread's end");
        let named = ThreadId(event.value as u16);
        match event.kind {
            Kind::Spawn => {
                let new = self.spawned.insert(named);
                self.check(new, entry, "started twice");
            }
            Kind::Finish => {
                self.finished.insert(thread);
            }
            Kind::Join => {
                let ended = self.finished.contains(&named);
                self.check(ended, entry, "joined before its end");
            }
            _ => {}
        }
        if let Some(object) = self.trace.object(event.site.object).cloned() {
            let mut state = self.objects.remove(&object.id).unwrap_or_default();
            self.on_object(&object, &mut state, entry);
            self.objects.insert(object.id, state);
        }
    }

    fn on_object(&mut self, object: &Object, state: &mut State, entry: &Placed) {
        let (thread, value, complete) = (entry.thread, entry.event.value, self.complete);
        let shown = object
            .words
            .and_then(|words| sync::shown(object.kind, &words));
        match (object.kind, entry.event.kind) {
            (ObjectKind::Lock | ObjectKind::RLock, Kind::Acquire) => {
                let free = state.holders.iter().all(|&holder| holder == thread);
                let again = object.kind == ObjectKind::RLock;
                let can = free && (again || state.holders.is_empty());
                self.check(can || !complete, entry, "held already");
                state.holders.push(thread);
            }
            (ObjectKind::Lock | ObjectKind::RLock, Kind::Release) => {
                self.check(!state.holders.is_empty() || !complete, entry, "not held");
                match value {
                    0 => state.holders.clear(),
                    _ => _ = state.holders.pop(),
                }
                state.released += 1;
            }
            (kind, Kind::Acquire) if kind.has_permits() => {
                state.acquired += 1;
                if let Some(Shown::Permits { initial, .. }) = shown {
                    let left = i64::from(initial) + state.released - state.acquired;
                    self.check(left >= 0 || !complete, entry, "no permit was left");
                }
            }
            (kind, Kind::Release) if kind.has_permits() => state.released -= value.min(0),
            (kind, Kind::Wake)
                if kind.has_permits() || matches!(kind, ObjectKind::Lock | ObjectKind::RLock) =>
            {
                let woken = matches!(entry.event.order, Order::After(_));
                let cause = state.released > 0 || !woken || !complete;
                self.check(cause, entry, "awake before anybody has released it");
            }
            (ObjectKind::Event, Kind::Set) => {
                state.set = value == 1;
                state.was_set |= state.set;
            }
            (ObjectKind::Event, Kind::Pass) => {
                self.check(state.was_set || !complete, entry, "never set before");
            }
            (ObjectKind::Condition, Kind::LineUp) => {
                state.notified.remove(&thread);
                state.line.push(thread);
            }
            (ObjectKind::Condition, Kind::Notify) => {
                let count = (value.max(0) as usize).min(state.line.len());
                let all = count as i64 == value;
                self.check(all || !complete, entry, "fewer than that were in the line");
                state.notified.extend(state.line.drain(..count));
            }
            (ObjectKind::Condition, Kind::Wake) => {
                let timed_out = entry.event.order == Order::About;
                let told = state.notified.contains(&thread) || timed_out || !complete;
                self.check(told, entry, "awake before it was notified");
                state.line.retain(|&other| other != thread);
            }
            (ObjectKind::Barrier, Kind::Arrive) => {
                state.arrived.push(thread);
                let come = state.arrived.len() as i64;
                self.check(come == value + 1 || !complete, entry, "not in this place");
                if let Some(Shown::Parties { of, .. }) = shown
                    && come == i64::from(of)
                {
                    state.through.append(&mut state.arrived);
                }
            }
            (ObjectKind::Barrier, Kind::Pass) => {
                let place = state.through.iter().position(|&other| other == thread);
                let may = place.map(|place| state.through.remove(place)).is_some();
                self.check(may || !complete, entry, "before all had come");
            }
            (ObjectKind::Queue, Kind::Put) => {
                state.items += 1;
                self.check(state.items == value || !complete, entry, "other items");
                if let Some(Shown::Items { capacity, .. }) = shown {
                    let fits = capacity == 0 || value <= i64::from(capacity);
                    self.check(fits, entry, "above the capacity");
                }
            }
            (ObjectKind::Queue, Kind::Get) => {
                state.items -= 1;
                self.check(state.items == value || !complete, entry, "other items");
            }
            (ObjectKind::Pool, Kind::Put) => {
                state.items += 1;
                self.check(state.items == value || !complete, entry, "other tasks");
            }
            (ObjectKind::Pool, Kind::Get) => {
                state.items -= 1;
                self.check(state.items == value || !complete, entry, "other tasks");
            }
            (ObjectKind::Pool, Kind::Settle | Kind::Cancel) => state.settled += 1,
            (ObjectKind::Pool, Kind::Pass) => {
                let settled = state.settled > 0 || !complete;
                self.check(settled, entry, "before any task was done");
            }
            (ObjectKind::Cell | ObjectKind::Flag, Kind::Load) => {
                let known = object.first == Some(value) || state.written.contains(&value);
                self.check(known || !complete, entry, "nobody had written that");
            }
            (ObjectKind::Cell | ObjectKind::Flag, Kind::Store) => {
                state.written.insert(value);
            }
            (ObjectKind::Cell | ObjectKind::Flag, Kind::Update) => {
                if let Order::Adding(by) = entry.event.order {
                    let before = value.wrapping_sub(i64::from(by));
                    let known = object.first == Some(before) || state.written.contains(&before);
                    self.check(
                        known || !complete,
                        entry,
                        "nobody had written what it found",
                    );
                }
                state.written.insert(value);
            }
            (ObjectKind::Thread, Kind::Wake) => {
                let ended = self.trace.threads().iter().zip(0..).any(|(of, index)| {
                    of.name == object.name && self.finished.contains(&ThreadId(index))
                });
                let woken = matches!(entry.event.order, Order::After(_));
                self.check(ended || !woken || !complete, entry, "awake before its end");
            }
            _ => {}
        }
    }

    /// What the log comes to is what the objects show.
    fn ends(&mut self) {
        if !self.complete {
            return;
        }
        for object in &self.trace.objects {
            let Some(state) = self.objects.get(&object.id) else {
                continue;
            };
            let shown = object
                .words
                .and_then(|words| sync::shown(object.kind, &words));
            let agrees = match shown {
                Some(Shown::Set(set)) => set == state.set,
                Some(Shown::Free) => state.holders.is_empty(),
                Some(Shown::Held { .. }) => !state.holders.is_empty(),
                Some(Shown::Items { count, .. }) => state.items == i64::from(count),
                Some(Shown::Permits { left, initial }) => {
                    i64::from(left) == i64::from(initial) + state.released - state.acquired
                }
                Some(Shown::Value { value, .. }) => {
                    object.first == Some(value) || state.written.contains(&value)
                }
                _ => true,
            };
            if !agrees {
                let name = &object.name;
                self.found
                    .push(format!("{name} shows one end, the log another end"));
            }
        }
    }

    /// Each lane is one stretch after the other, within the run, and its events in it.
    fn lanes(&mut self) {
        let now = self.trace.now();
        for thread in self.trace.threads() {
            let spans: Vec<_> = thread.lane.spans(now).collect();
            let touch = spans.windows(2).all(|pair| pair[0].end == pair[1].start);
            let forwards = spans
                .iter()
                .all(|span| span.start <= span.end && span.end <= now);
            let (from, to) = match (spans.first(), spans.last()) {
                (Some(first), Some(last)) => (first.start, last.end),
                _ => (0, now),
            };
            let within = thread
                .events()
                .iter()
                .all(|placed| (from..=to).contains(&placed.at));
            if !(touch && forwards && within) {
                self.found
                    .push(format!("{}: its lane does not hold together", thread.name));
            }
        }
    }

    /// No lock is held by two at a time.
    fn holds(&mut self) {
        let now = self.trace.now();
        let mut by_object: BTreeMap<ObjectId, Vec<(ThreadId, Hold)>> = BTreeMap::new();
        for index in 0..self.trace.threads().len() {
            let thread = ThreadId(index as u16);
            for hold in self.trace.holds.of(thread, now) {
                by_object
                    .entry(hold.object)
                    .or_default()
                    .push((thread, hold));
            }
        }
        for (id, mut holds) in by_object {
            let object = self.trace.object(id);
            if !object.is_some_and(|o| matches!(o.kind, ObjectKind::Lock | ObjectKind::RLock)) {
                continue;
            }
            holds.sort_by_key(|(_, hold)| (hold.start, hold.end));
            for (index, &(thread, hold)) in holds.iter().enumerate() {
                let mut later = holds[index + 1..].iter();
                let other = later
                    .by_ref()
                    .take_while(|(_, other)| other.start < hold.end)
                    .find(|(other, _)| *other != thread);
                if let Some((other, _)) = other {
                    let name = object.map_or("", |object| object.name.as_str());
                    self.found
                        .push(format!("{name} is held by {thread} and {other}"));
                }
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::trace::{Event, Site};

    const A: ThreadId = ThreadId(1);
    const B: ThreadId = ThreadId(2);

    /// The first contradiction in a run of main and two threads, `A` and `B`, which main
    /// starts at 1 and 2, and which all end at 100, unless this says so.
    fn told(kind: ObjectKind, words: [u32; 4], did: &[(ThreadId, Kind, i64)]) -> Option<String> {
        let mut trace = Store::default();
        let object = Object {
            words: Some(words),
            first: Some(0),
            ..Object::new(ObjectId(0), kind, "it".into())
        };
        trace.objects.push(object);
        let mut seqs = [0; 3];
        for name in ["main", "A", "B"] {
            trace.add_thread(name.into());
        }
        let main = ThreadId::MAIN;
        let begin = [
            (main, Kind::Start, 0),
            (main, Kind::Spawn, 1),
            (main, Kind::Spawn, 2),
            (A, Kind::Start, 0),
            (B, Kind::Start, 0),
        ];
        let ends = [
            (A, Kind::Finish, 0),
            (B, Kind::Finish, 0),
            (main, Kind::Finish, 0),
        ];
        let ended = |thread| did.contains(&(thread, Kind::Finish, 0));
        let ends = ends.into_iter().filter(|&(thread, ..)| !ended(thread));
        let all = begin.into_iter().chain(did.iter().copied()).chain(ends);
        for (at, (thread, kind, value)) in (0..).zip(all) {
            let seq = &mut seqs[thread.index()];
            let event = Event {
                seq: *seq,
                kind,
                site: Site {
                    object: ObjectId(0),
                    line: 1,
                },
                value,
                order: match kind {
                    Kind::Wake => Order::After(1),
                    Kind::Update => Order::Adding(1),
                    _ => Order::About,
                },
                at: Some(at),
            };
            *seq += 1;
            trace.append(thread, event);
        }
        trace.close();
        contradictions(&trace).into_iter().next()
    }

    #[track_caller]
    fn good(kind: ObjectKind, words: [u32; 4], did: &[(ThreadId, Kind, i64)]) {
        assert_eq!(told(kind, words, did), None);
    }

    #[track_caller]
    fn bad(kind: ObjectKind, words: [u32; 4], did: &[(ThreadId, Kind, i64)], why: &str) {
        let told = told(kind, words, did).unwrap_or_default();
        assert!(told.ends_with(why), "{told:?}, not {why:?}");
    }

    #[test]
    fn a_lock_has_one_holder() {
        use Kind::{Acquire, Release};
        let fine = [
            (A, Acquire, 0),
            (A, Release, 0),
            (B, Acquire, 0),
            (B, Release, 0),
        ];
        good(ObjectKind::Lock, [0; 4], &fine);
        let both = [
            (A, Acquire, 0),
            (B, Acquire, 0),
            (A, Release, 0),
            (B, Release, 0),
        ];
        bad(ObjectKind::Lock, [0; 4], &both, "held already");
        let again = [
            (A, Acquire, 1),
            (A, Acquire, 2),
            (A, Release, 1),
            (A, Release, 0),
        ];
        good(ObjectKind::RLock, [0; 4], &again);
        bad(ObjectKind::Lock, [1, 2, 0, 0], &fine, "the log another end");
    }

    #[test]
    fn a_semaphore_has_no_more_permits_than_it_was_given() {
        use Kind::{Acquire, Release};
        // Two permits, both left.
        let two = [4, 2, 0, 0];
        let fine = [
            (A, Acquire, 0),
            (B, Acquire, 0),
            (A, Release, -1),
            (B, Release, -1),
        ];
        good(ObjectKind::Semaphore, two, &fine);
        let three = [
            (A, Acquire, 0),
            (A, Acquire, 0),
            (B, Acquire, 0),
            (A, Release, -3),
        ];
        bad(ObjectKind::Semaphore, two, &three, "no permit was left");
    }

    #[test]
    fn nobody_goes_on_before_the_cause() {
        use Kind::{Arrive, LineUp, Notify, Pass, Set, Wake};
        good(
            ObjectKind::Event,
            [1, 0, 0, 0],
            &[(A, Set, 1), (B, Pass, 0)],
        );
        let early = [(B, Pass, 0), (A, Set, 1)];
        bad(ObjectKind::Event, [1, 0, 0, 0], &early, "never set before");
        good(
            ObjectKind::Condition,
            [0; 4],
            &[(A, LineUp, 0), (B, Notify, 1), (A, Wake, 0)],
        );
        let early = [(A, LineUp, 0), (A, Wake, 0), (B, Notify, 1)];
        bad(
            ObjectKind::Condition,
            [0; 4],
            &early,
            "awake before it was notified",
        );
        let late = [(B, Notify, 1), (A, LineUp, 0), (A, Wake, 0)];
        bad(
            ObjectKind::Condition,
            [0; 4],
            &late,
            "fewer than that were in the line",
        );
        // Two parties.
        let barrier = [0, 0, 0, 2];
        good(
            ObjectKind::Barrier,
            barrier,
            &[(A, Arrive, 0), (B, Arrive, 1), (A, Pass, 0)],
        );
        let early = [(A, Arrive, 0), (A, Pass, 0), (B, Arrive, 1)];
        bad(ObjectKind::Barrier, barrier, &early, "before all had come");
        bad(
            ObjectKind::Lock,
            [0; 4],
            &[(A, Wake, 0)],
            "awake before anybody has released it",
        );
    }

    #[test]
    fn a_queue_has_as_many_items_as_were_put() {
        use Kind::{Get, Put};
        let room = [0, 1, 0, 0];
        good(ObjectKind::Queue, room, &[(A, Put, 1), (B, Get, 0)]);
        bad(
            ObjectKind::Queue,
            room,
            &[(B, Get, 0), (A, Put, 1)],
            "other items",
        );
        let full = [(A, Put, 1), (A, Put, 2), (B, Get, 1), (B, Get, 0)];
        bad(ObjectKind::Queue, room, &full, "above the capacity");
    }

    #[test]
    fn nothing_is_read_that_was_not_written() {
        use Kind::{Load, Store, Update};
        good(
            ObjectKind::Cell,
            [1, 0, 0, 0],
            &[(A, Load, 0), (A, Store, 1), (B, Load, 1)],
        );
        let early = [(B, Load, 1), (A, Store, 1)];
        bad(
            ObjectKind::Cell,
            [1, 0, 0, 0],
            &early,
            "nobody had written that",
        );
        good(
            ObjectKind::Cell,
            [2, 0, 0, 0],
            &[(A, Update, 1), (B, Update, 2)],
        );
        let early = [(B, Update, 2), (A, Update, 1)];
        bad(
            ObjectKind::Cell,
            [2, 0, 0, 0],
            &early,
            "nobody had written what it found",
        );
    }

    #[test]
    fn threads_begin_after_they_are_started_and_are_joined_after_their_end() {
        use Kind::{Finish, Join, Load, Spawn};
        let main = ThreadId::MAIN;
        good(ObjectKind::Cell, [0; 4], &[(A, Finish, 0), (main, Join, 1)]);
        bad(
            ObjectKind::Cell,
            [0; 4],
            &[(main, Join, 1)],
            "joined before its end",
        );
        bad(
            ObjectKind::Cell,
            [0; 4],
            &[(main, Spawn, 1)],
            "started twice",
        );
        let late = [(A, Finish, 0), (A, Load, 0)];
        bad(ObjectKind::Cell, [0; 4], &late, "after the thread's end");
    }
}
