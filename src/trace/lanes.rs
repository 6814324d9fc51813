//! A thread's life as spans of one state each, told from its events.
//!
//! Edges carry a time; details between two edges get theirs by interpolation
//! over their numbers, which counts as well what was not recorded. Where
//! something is missing the lane says so ([`State::Busy`]) and guesses nothing.

use super::event::{Event, Kind};
use crate::base::ObjectId;

/// What a thread is doing, as its lane shows it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum State {
    Running,
    /// Running through steps that were counted and not recorded.
    Busy,
    /// Blocked until somebody wakes it.
    Waiting,
    Sleeping,
    /// Running, or sleeping, while it holds something that others may want.
    Holding,
}

impl State {
    pub const ALL: [State; 5] = [
        State::Running,
        State::Busy,
        State::Waiting,
        State::Sleeping,
        State::Holding,
    ];

    /// The word for it, in lower case.
    pub fn name(self) -> &'static str {
        match self {
            State::Running => "running",
            State::Busy => "busy",
            State::Waiting => "waiting",
            State::Sleeping => "sleeping",
            State::Holding => "holding",
        }
    }
}

/// A stretch of one state; times in nanoseconds since the run began.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Span {
    pub state: State,
    pub start: u64,
    pub end: u64,
    /// What is held or waited for.
    pub object: ObjectId,
}

/// The spans of one thread, grown event by event.
#[derive(Clone, Debug, Default)]
pub struct Lane {
    closed: Vec<Span>,
    /// State now, and since when; `None` before the start and after the finish.
    open: Option<(State, ObjectId, u64)>,
    finished_at: Option<u64>,
    /// Details whose time is not known until the next edge.
    pending: Vec<Event>,
    last_edge: Option<(u32, u64)>,
    next_seq: u32,
    held: Vec<ObjectId>,
    sleeping: bool,
}

impl Lane {
    /// Takes the thread's next event; `timed` receives each event whose time is
    /// now known, in order.
    pub fn push(&mut self, event: Event, timed: &mut impl FnMut(Event)) {
        let Some(at) = event.at else {
            self.pending.push(event);
            return;
        };
        self.settle(event.seq, at, timed);
        self.next_seq = event.seq.wrapping_add(1);
        self.apply(&event, at);
        self.last_edge = Some((event.seq, at));
        timed(event);
    }

    /// The finish, where its event was dropped or never came: after so many
    /// events, recorded or not.
    pub fn finish(&mut self, happened: u32, at: u64, timed: &mut impl FnMut(Event)) {
        if self.finished_at.is_none() {
            self.settle(happened, at, timed);
            self.end(at);
        }
    }

    /// Gives their times to the events before number `seq`, which is at `at`.
    fn settle(&mut self, seq: u32, at: u64, timed: &mut impl FnMut(Event)) {
        let (edge_seq, edge_at) = self.last_edge.unwrap_or((seq, at));
        let time_of = |other: u32| -> u64 {
            let steps = u64::from(seq.saturating_sub(edge_seq)).max(1);
            let done = u64::from(other.saturating_sub(edge_seq)).min(steps);
            let elapsed = u128::from(at.saturating_sub(edge_at));
            edge_at + (elapsed * u128::from(done) / u128::from(steps)) as u64
        };
        for detail in std::mem::take(&mut self.pending) {
            let time = time_of(detail.seq);
            self.skip_to(detail.seq, time_of(self.next_seq));
            self.next_seq = detail.seq.wrapping_add(1);
            self.apply(&detail, time);
            timed(Event {
                at: Some(time),
                ..detail
            });
        }
        self.skip_to(seq, time_of(self.next_seq));
    }

    /// The spans so far, the one that is still open up to `now`.
    pub fn spans(&self, now: u64) -> impl Iterator<Item = Span> {
        let open = self.open.map(|(state, object, start)| Span {
            state,
            start,
            end: now.max(start),
            object,
        });
        self.closed.iter().copied().chain(open)
    }

    pub fn finished_at(&self) -> Option<u64> {
        self.finished_at
    }

    /// What the thread is doing now.
    pub fn state(&self) -> Option<State> {
        self.open.map(|(state, ..)| state)
    }

    /// Nanoseconds spent in a state up to `now`.
    pub fn time_in(&self, state: State, now: u64) -> u64 {
        let spans = self.spans(now).filter(|span| span.state == state);
        spans.map(|span| span.end - span.start).sum()
    }

    /// Notes that the next event is `seq`: if others went before it unseen,
    /// the lane knows nothing from `since` on.
    fn skip_to(&mut self, seq: u32, since: u64) {
        if seq != self.next_seq {
            self.held.clear();
            self.sleeping = false;
            self.switch(Some((State::Busy, ObjectId::NONE)), since);
        }
    }

    fn end(&mut self, at: u64) {
        self.switch(None, at);
        self.finished_at = Some(at);
    }

    fn apply(&mut self, event: &Event, at: u64) {
        let object = event.site.object;
        match event.kind {
            Kind::Block => {
                self.switch(Some((State::Waiting, object)), at);
                return;
            }
            Kind::Finish => {
                self.end(at);
                return;
            }
            Kind::Acquire => self.held.push(object),
            // Nothing is left of what was acquired, however often.
            Kind::Release if event.value == 0 => self.held.retain(|&held| held != object),
            Kind::Release => {
                let times = event.value.saturating_neg().max(1);
                for _ in 0..times.min(self.held.len() as i64) {
                    if let Some(i) = self.held.iter().rposition(|&held| held == object) {
                        self.held.remove(i);
                    }
                }
            }
            Kind::Sleep => self.sleeping = true,
            Kind::Awake => self.sleeping = false,
            // These do not end a stretch of unrecorded steps.
            Kind::Load
            | Kind::Store
            | Kind::Update
            | Kind::Spawn
            | Kind::Set
            | Kind::Notify
            | Kind::Arrive
            | Kind::Put
            | Kind::Get
            | Kind::Cancel => {
                if self.state() == Some(State::Busy) {
                    return;
                }
            }
            Kind::Start | Kind::Wake => {}
        }
        let state = match self.held.last() {
            Some(&held) => (State::Holding, held),
            None if self.sleeping => (State::Sleeping, ObjectId::NONE),
            None => (State::Running, ObjectId::NONE),
        };
        self.switch(Some(state), at);
    }

    fn switch(&mut self, to: Option<(State, ObjectId)>, at: u64) {
        if let Some((state, object, start)) = self.open {
            if to == Some((state, object)) {
                return;
            }
            if at > start {
                self.closed.push(Span {
                    state,
                    start,
                    end: at,
                    object,
                });
            }
        }
        self.open = to.map(|(state, object)| (state, object, at));
    }
}

#[cfg(test)]
mod tests {
    use super::super::event::Site;
    use super::*;

    const LOCK: ObjectId = ObjectId(0);

    fn event(seq: u32, kind: Kind, at: Option<u64>) -> Event {
        let site = Site {
            object: LOCK,
            line: 1,
        };
        Event {
            seq,
            kind,
            site,
            value: 0,
            at,
        }
    }

    fn lane(events: &[Event]) -> Lane {
        let mut lane = Lane::default();
        for &event in events {
            lane.push(event, &mut |_| ());
        }
        lane
    }

    fn told(lane: &Lane, now: u64) -> Vec<(State, u64, u64)> {
        lane.spans(now).map(|s| (s.state, s.start, s.end)).collect()
    }

    #[test]
    fn details_are_spread_between_edges() {
        let lane = lane(&[
            event(0, Kind::Start, Some(100)),
            event(1, Kind::Acquire, None),
            event(2, Kind::Store, None),
            event(3, Kind::Release, None),
            event(4, Kind::Finish, Some(500)),
        ]);
        let wanted = [
            (State::Running, 100, 200),
            (State::Holding, 200, 400),
            (State::Running, 400, 500),
        ];
        assert_eq!(told(&lane, 900), wanted);
        assert_eq!(lane.finished_at(), Some(500));
        assert_eq!(lane.time_in(State::Holding, 900), 200);
    }

    #[test]
    fn waiting_lasts_from_block_to_wake_and_an_open_span_to_now() {
        let lane = lane(&[
            event(0, Kind::Start, Some(0)),
            event(1, Kind::Block, Some(10)),
            event(2, Kind::Wake, Some(30)),
            event(3, Kind::Acquire, None),
            event(4, Kind::Sleep, Some(30)),
        ]);
        let wanted = [
            (State::Running, 0, 10),
            (State::Waiting, 10, 30),
            (State::Holding, 30, 70),
        ];
        assert_eq!(
            told(&lane, 70),
            wanted,
            "asleep with the lock is holding it"
        );
    }

    #[test]
    fn a_gap_is_busy_and_forgets_what_was_held() {
        let lane = lane(&[
            event(0, Kind::Start, Some(0)),
            event(1, Kind::Acquire, None),
            event(9, Kind::Block, Some(900)),
            event(10, Kind::Wake, Some(1000)),
            event(11, Kind::Finish, Some(1100)),
        ]);
        let wanted = [
            (State::Running, 0, 100),
            (State::Holding, 100, 200),
            (State::Busy, 200, 900),
            (State::Waiting, 900, 1000),
            (State::Running, 1000, 1100),
        ];
        assert_eq!(told(&lane, 2000), wanted);
    }

    #[test]
    fn what_is_still_pending_at_the_end_is_told_and_the_rest_is_busy() {
        let mut lane = lane(&[
            event(0, Kind::Start, Some(0)),
            event(1, Kind::Acquire, None),
            event(2, Kind::Release, None),
        ]);
        let mut told_late = Vec::new();
        lane.finish(10, 1000, &mut |event| told_late.push((event.seq, event.at)));
        assert_eq!(told_late, [(1, Some(100)), (2, Some(200))]);
        let wanted = [
            (State::Running, 0, 100),
            (State::Holding, 100, 200),
            (State::Running, 200, 300),
            (State::Busy, 300, 1000),
        ];
        assert_eq!(told(&lane, 5000), wanted);
    }

    #[test]
    fn a_semaphore_released_several_times_at_once_is_held_no_longer() {
        let released = Event {
            value: -2,
            ..event(3, Kind::Release, None)
        };
        let lane = lane(&[
            event(0, Kind::Start, Some(0)),
            event(1, Kind::Acquire, None),
            event(2, Kind::Acquire, None),
            released,
            event(4, Kind::Finish, Some(400)),
        ]);
        assert_eq!(lane.time_in(State::Holding, 400), 200);
    }

    #[test]
    fn a_dropped_finish_is_made_good() {
        let mut lane = lane(&[event(0, Kind::Start, Some(5))]);
        lane.finish(1, 25, &mut |_| ());
        lane.finish(1, 99, &mut |_| ());
        assert_eq!(told(&lane, 1000), [(State::Running, 5, 25)]);
        assert_eq!((lane.finished_at(), lane.state()), (Some(25), None));
    }
}
