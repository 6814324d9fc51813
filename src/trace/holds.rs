//! Who holds what, and from when to when: locks, permits.
//!
//! A thread that releases what it does not hold, as anybody may a `Lock` and a
//! `Semaphore`, ends what another has held longest.

use super::event::{Event, Kind};
use super::objects::ObjectKind;
use crate::base::{ObjectId, ThreadId};

/// A stretch for which a thread held something that others may want.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Hold {
    pub object: ObjectId,
    pub start: u64,
    pub end: u64,
}

/// What the threads of a run held, grown event by event in an order that could have been.
#[derive(Clone, Debug, Default)]
pub struct Holds {
    /// What is held now, in the order of acquiring.
    open: Vec<(ThreadId, ObjectId, u64)>,
    /// By thread: what was, in the order of letting go.
    closed: Vec<Vec<Hold>>,
    /// By thread: when it held anything, but for what it holds now.
    united: Vec<Stretches>,
}

/// Stretches of time, from and to, in order; no two touch.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Stretches(Vec<(u64, u64)>);

impl FromIterator<Hold> for Stretches {
    fn from_iter<T: IntoIterator<Item = Hold>>(holds: T) -> Stretches {
        let mut all = Stretches::default();
        holds
            .into_iter()
            .for_each(|hold| all.add(hold.start, hold.end));
        all
    }
}

impl Stretches {
    /// Adds one, which may go over others.
    pub fn add(&mut self, from: u64, to: u64) {
        let first = self.0.partition_point(|&(_, end)| end < from);
        let last = self.0.partition_point(|&(start, _)| start <= to);
        match self.0[first..last] {
            [] => self.0.insert(first, (from, to)),
            [(start, _), ..] => {
                let end = self.0[last - 1].1;
                self.0[first] = (start.min(from), end.max(to));
                self.0.drain(first + 1..last);
            }
        }
    }

    /// The first that ends after a time.
    pub fn ending_after(&self, time: u64) -> Option<(u64, u64)> {
        let index = self.0.partition_point(|&(_, end)| end <= time);
        self.0.get(index).copied()
    }

    /// When the last ends that ends by a time.
    pub fn ending_by(&self, time: u64) -> Option<u64> {
        let index = self.0.partition_point(|&(_, end)| end <= time);
        Some(self.0[index.checked_sub(1)?].1)
    }

    pub fn iter(&self) -> impl Iterator<Item = (u64, u64)> {
        self.0.iter().copied()
    }

    /// How long they are together up to a time.
    pub fn time_until(&self, end: u64) -> u64 {
        let parts = self
            .0
            .iter()
            .map(|&(from, to)| to.min(end).saturating_sub(from));
        parts.sum()
    }
}

impl Holds {
    /// What each thread held, when that is known as a whole.
    pub(super) fn of_threads(closed: Vec<Vec<Hold>>) -> Holds {
        let united = closed.iter().map(|holds| holds.iter().copied().collect());
        Holds {
            open: Vec::new(),
            united: united.collect(),
            closed,
        }
    }

    /// Takes an event, whose object is of this kind: one that acquires or releases.
    pub fn take(&mut self, thread: ThreadId, event: &Event, kind: Option<ObjectKind>, at: u64) {
        let object = event.site.object;
        match event.kind {
            Kind::Acquire => {
                if matches!(kind, Some(ObjectKind::Lock | ObjectKind::RLock)) {
                    // Whoever had it no longer has, whether or not that was recorded.
                    self.let_go_where(at, |holder, held| held == object && holder != thread);
                }
                self.open.push((thread, object, at));
            }
            // Altogether, however often it was acquired.
            Kind::Release if event.value == 0 => {
                let before = self.open.len();
                self.let_go_where(at, |holder, held| held == object && holder == thread);
                if self.open.len() == before {
                    self.let_go_once(thread, object, at);
                }
            }
            Kind::Release => {
                let held = self.open.len() as i64;
                for _ in 0..event.value.saturating_neg().max(1).min(held) {
                    self.let_go_once(thread, object, at);
                }
            }
            _ => {}
        }
    }

    /// Ends all that a thread holds.
    pub fn let_go(&mut self, thread: ThreadId, at: u64) {
        self.let_go_where(at, |holder, _| holder == thread);
    }

    /// Ends all that a thread holds at a gap in its record. It has let go somewhere in it,
    /// or has not, and others may have had it since: of such a hold nothing is drawn.
    pub fn forget(&mut self, thread: ThreadId) {
        let unknown = self.open.extract_if(.., |(holder, ..)| *holder == thread);
        for hold in unknown.collect::<Vec<_>>() {
            self.close(hold, hold.2);
        }
    }

    /// What a thread held, and holds up to `now`.
    pub fn of(&self, thread: ThreadId, now: u64) -> impl Iterator<Item = Hold> {
        let open = self
            .open
            .iter()
            .filter(move |(holder, ..)| *holder == thread);
        let open = open.map(move |&(_, object, start)| Hold {
            object,
            start,
            end: now.max(start),
        });
        let closed = self.closed.get(thread.index()).into_iter().flatten();
        closed.copied().chain(open)
    }

    /// When a thread held anything, but for what it [holds now](Self::since).
    pub fn united(&self, thread: ThreadId) -> Option<&Stretches> {
        self.united.get(thread.index())
    }

    /// Since when a thread has held what it holds now.
    pub fn since(&self, thread: ThreadId) -> Option<u64> {
        let own = self.open.iter().filter(|(holder, ..)| *holder == thread);
        own.map(|&(_, _, start)| start).min()
    }

    /// For how long a thread held anything, up to `now`.
    pub fn time(&self, thread: ThreadId, now: u64) -> u64 {
        let since = self.since(thread).unwrap_or(now);
        let before = self.united(thread).map(|all| all.time_until(since));
        before.unwrap_or(0) + now.saturating_sub(since)
    }

    /// Ends the thread's own latest hold of an object, else the longest of another.
    fn let_go_once(&mut self, thread: ThreadId, object: ObjectId, at: u64) {
        let own =
            |&(holder, held, _): &(ThreadId, ObjectId, u64)| held == object && holder == thread;
        let any = || self.open.iter().position(|&(_, held, _)| held == object);
        if let Some(index) = self.open.iter().rposition(own).or_else(any) {
            let hold = self.open.remove(index);
            self.close(hold, at);
        }
    }

    fn let_go_where(&mut self, at: u64, wanted: impl Fn(ThreadId, ObjectId) -> bool) {
        let ends: Vec<_> = self
            .open
            .extract_if(.., |hold| wanted(hold.0, hold.1))
            .collect();
        ends.into_iter().for_each(|hold| self.close(hold, at));
    }

    fn close(&mut self, (thread, object, start): (ThreadId, ObjectId, u64), at: u64) {
        if self.closed.len() <= thread.index() {
            self.closed.resize_with(thread.index() + 1, Vec::new);
            self.united.resize(thread.index() + 1, Stretches::default());
        }
        let end = at.max(start);
        self.united[thread.index()].add(start, end);
        self.closed[thread.index()].push(Hold { object, start, end });
    }
}

#[cfg(test)]
mod tests {
    use super::super::event::{Order, Site};
    use super::*;

    const OBJECT: ObjectId = ObjectId(3);
    const A: ThreadId = ThreadId(0);
    const B: ThreadId = ThreadId(2);

    /// What A and B held by now, at 100, after these events on one object.
    fn held(kind: ObjectKind, events: &[(ThreadId, Kind, i64, u64)]) -> [Vec<(u64, u64)>; 2] {
        let mut holds = Holds::default();
        for &(thread, did, value, at) in events {
            let event = Event {
                seq: 0,
                kind: did,
                site: Site {
                    object: OBJECT,
                    line: 1,
                },
                value,
                order: Order::About,
                at: None,
            };
            holds.take(thread, &event, Some(kind), at);
        }
        [A, B].map(|thread| {
            let of = holds.of(thread, 100).map(|hold| (hold.start, hold.end));
            of.collect()
        })
    }

    #[test]
    fn what_is_acquired_is_held_until_it_is_released_or_now() {
        let events = [
            (A, Kind::Acquire, 0, 10),
            (A, Kind::Release, 0, 20),
            (B, Kind::Acquire, 0, 30),
        ];
        assert_eq!(
            held(ObjectKind::Lock, &events),
            [vec![(10, 20)], vec![(30, 100)]]
        );
    }

    #[test]
    fn a_lock_within_itself_is_held_to_the_last_release() {
        let events = [
            (A, Kind::Acquire, 1, 10),
            (A, Kind::Acquire, 2, 20),
            (A, Kind::Release, 1, 30),
            (A, Kind::Release, 0, 40),
        ];
        assert_eq!(held(ObjectKind::RLock, &events)[0], [(20, 30), (10, 40)]);
    }

    #[test]
    fn permits_released_several_at_once_are_held_no_longer() {
        let events = [
            (A, Kind::Acquire, 0, 10),
            (A, Kind::Acquire, 0, 20),
            (A, Kind::Release, -5, 30),
        ];
        assert_eq!(
            held(ObjectKind::Semaphore, &events)[0],
            [(20, 30), (10, 30)]
        );
    }

    #[test]
    fn who_releases_what_another_holds_ends_that() {
        let events = [(A, Kind::Acquire, 0, 10), (B, Kind::Release, 0, 20)];
        assert_eq!(held(ObjectKind::Lock, &events), [vec![(10, 20)], vec![]]);
        let events = [(A, Kind::Acquire, 0, 10), (B, Kind::Release, -1, 20)];
        assert_eq!(
            held(ObjectKind::Semaphore, &events),
            [vec![(10, 20)], vec![]]
        );
    }

    #[test]
    fn a_lock_that_another_has_got_is_held_by_one() {
        let events = [(A, Kind::Acquire, 0, 10), (B, Kind::Acquire, 0, 20)];
        assert_eq!(
            held(ObjectKind::Lock, &events),
            [vec![(10, 20)], vec![(20, 100)]]
        );
        assert_eq!(
            held(ObjectKind::Semaphore, &events),
            [vec![(10, 100)], vec![(20, 100)]]
        );
    }

    #[test]
    fn nobody_knows_for_how_long_something_was_held_that_was_not_seen_released() {
        let mut holds = Holds::default();
        let acquired = Event {
            seq: 0,
            kind: Kind::Acquire,
            site: Site {
                object: OBJECT,
                line: 1,
            },
            value: 0,
            order: Order::At(1),
            at: None,
        };
        holds.take(A, &acquired, Some(ObjectKind::Lock), 10);
        holds.forget(A);
        assert_eq!(holds.time(A, 100), 0);
    }

    #[test]
    fn stretches_are_united_where_they_touch() {
        let mut all = Stretches::default();
        for (from, to) in [(30, 40), (0, 10), (10, 20), (5, 8), (50, 60), (35, 45)] {
            all.add(from, to);
        }
        assert_eq!(
            all.iter().collect::<Vec<_>>(),
            [(0, 20), (30, 45), (50, 60)]
        );
        assert_eq!(all.ending_after(20), Some((30, 45)));
        assert_eq!((all.time_until(35), all.time_until(99)), (25, 45));
        all.add(15, 55);
        assert_eq!(all.iter().collect::<Vec<_>>(), [(0, 60)]);
    }
}
