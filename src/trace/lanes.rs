//! A thread's life as spans of one state each, told from its events once they have their
//! places in time. What it holds meanwhile is told by [`holds`](super::holds).
//!
//! Where something was not recorded the lane says so ([`State::Busy`]) and guesses
//! nothing.

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
    /// It could go on, and another one was chosen: on the model alone.
    Ready,
}

impl State {
    pub const ALL: [State; 5] = [
        State::Running,
        State::Busy,
        State::Waiting,
        State::Sleeping,
        State::Ready,
    ];

    /// Its name in style sheets and files.
    pub fn name(self) -> &'static str {
        match self {
            State::Running => "running",
            State::Busy => "busy",
            State::Waiting => "waiting",
            State::Sleeping => "sleeping",
            State::Ready => "ready",
        }
    }
}

/// A stretch of one state; times in nanoseconds since the run began.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Span {
    pub state: State,
    pub start: u64,
    pub end: u64,
    /// What is waited for.
    pub object: ObjectId,
}

/// How a lane ended.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Ending {
    /// The thread ran its last step.
    Finished,
    /// An exception that it did not catch ended it.
    Failed,
    /// The run was over before the thread was.
    CutOff,
}

/// Spans of which the times are summed up together.
const BLOCK: usize = 16;

/// Nanoseconds in each state, in the order of [`State::ALL`].
pub type Times = [u64; State::ALL.len()];

/// One thread's spans, grown event by event.
#[derive(Clone, Debug, Default)]
pub struct Lane {
    closed: Vec<Span>,
    /// The times of all closed spans before each block of them: what many of them come to is
    /// known without looking at each.
    sums: Vec<Times>,
    /// State now, and since when; `None` before the start and after the end.
    open: Option<(State, ObjectId, u64)>,
    ended: Option<(u64, Ending)>,
    sleeping: bool,
    /// The number that the next event has if none is missing.
    next_seq: u32,
    /// When the last one was.
    last_at: u64,
}

impl Lane {
    /// A lane of which all is known. Spans are in order.
    pub fn of_spans(spans: impl Iterator<Item = Span>) -> Lane {
        let mut lane = Lane::default();
        spans.for_each(|span| lane.close(span));
        lane
    }

    /// Takes the thread's next event, whose time is `at`, after a
    /// [gap](Self::skip_to) where others are missing.
    pub fn push(&mut self, event: &Event, at: u64) {
        self.next_seq = event.seq.wrapping_add(1);
        self.last_at = at;
        self.apply(event, at);
    }

    /// Notes that the thread has had so many events. Returns whether these are others than
    /// those that are here: then nothing is known of it since the last of these.
    pub fn skip_to(&mut self, happened: u32) -> bool {
        if happened <= self.next_seq || self.ended.is_some() {
            return false;
        }
        self.next_seq = happened;
        self.sleeping = false;
        self.switch(Some((State::Busy, ObjectId::NONE)), self.last_at);
        true
    }

    /// The end, where no event of the thread's says so.
    pub fn end(&mut self, at: u64, how: Ending) {
        if self.ended.is_none() {
            let at = at.max(self.last_at);
            self.switch(None, at);
            self.ended = Some((at, how));
        }
    }

    /// The spans so far, the one that is still open up to `now`.
    pub fn spans(&self, now: u64) -> impl Iterator<Item = Span> {
        self.closed.iter().copied().chain(self.open_span(now))
    }

    /// A span by its number, from 0.
    pub fn span(&self, index: usize, now: u64) -> Option<Span> {
        let open = || (index == self.closed.len()).then(|| self.open_span(now));
        (self.closed.get(index).copied()).or_else(|| open().flatten())
    }

    /// The number of the first span that ends after a time.
    pub fn ending_after(&self, time: u64) -> usize {
        self.closed.partition_point(|span| span.end <= time)
    }

    /// The times of the spans before this one, of those that are closed.
    pub fn times_before(&self, index: usize) -> Times {
        let index = index.min(self.closed.len());
        // The block that it would begin may not have come.
        let block = (index / BLOCK).min(self.sums.len().saturating_sub(1));
        let mut times = self.sums.get(block).copied().unwrap_or_default();
        for span in &self.closed[block * BLOCK..index] {
            times[span.state as usize] += span.end - span.start;
        }
        times
    }

    fn open_span(&self, now: u64) -> Option<Span> {
        self.open.map(|(state, object, start)| Span {
            state,
            start,
            end: now.max(start),
            object,
        })
    }

    /// When and how the lane ended.
    pub fn ended(&self) -> Option<(u64, Ending)> {
        self.ended
    }

    /// What the thread is doing now.
    pub fn state(&self) -> Option<State> {
        self.open.map(|(state, ..)| state)
    }

    /// Nanoseconds spent in a state up to `now`.
    pub fn time_in(&self, state: State, now: u64) -> u64 {
        let open = self.open_span(now).filter(|span| span.state == state);
        let closed = self.times_before(self.closed.len())[state as usize];
        closed + open.map_or(0, |span| span.end - span.start)
    }

    fn apply(&mut self, event: &Event, at: u64) {
        let object = event.site.object;
        let waiting = self.state() == Some(State::Waiting);
        match event.kind {
            Kind::Block | Kind::LineUp if !waiting => {
                self.switch(Some((State::Waiting, object)), at);
                return;
            }
            Kind::Block | Kind::LineUp => return,
            Kind::Finish => {
                let how = match event.value {
                    0 => Ending::Finished,
                    _ => Ending::Failed,
                };
                self.end(at, how);
                return;
            }
            // In the line of a condition already.
            Kind::Release if waiting => return,
            Kind::Acquire | Kind::Release => {}
            Kind::Sleep => self.sleeping = true,
            Kind::Awake => self.sleeping = false,
            Kind::Start | Kind::Wake => {}
            // These do not end a stretch of unrecorded steps.
            _ if self.state() == Some(State::Busy) => return,
            _ => {}
        }
        let state = match self.sleeping {
            true => State::Sleeping,
            false => State::Running,
        };
        self.switch(Some((state, ObjectId::NONE)), at);
    }

    fn switch(&mut self, to: Option<(State, ObjectId)>, at: u64) {
        if let Some((state, object, start)) = self.open {
            if to == Some((state, object)) {
                return;
            }
            if at > start {
                self.close(Span {
                    state,
                    start,
                    end: at,
                    object,
                });
            }
        }
        self.open = to.map(|(state, object)| (state, object, at));
    }

    fn close(&mut self, span: Span) {
        if self.closed.len().is_multiple_of(BLOCK) {
            self.sums.push(self.times_before(self.closed.len()));
        }
        self.closed.push(span);
    }
}

#[cfg(test)]
mod tests {
    use super::super::event::{Order, Site};
    use super::*;

    const LOCK: ObjectId = ObjectId(0);
    const CONDITION: ObjectId = ObjectId(1);

    fn event(seq: u32, kind: Kind, object: ObjectId) -> Event {
        Event {
            seq,
            kind,
            site: Site { object, line: 1 },
            value: 0,
            order: Order::About,
            at: None,
        }
    }

    fn lane(events: &[(u32, Kind, u64)]) -> Lane {
        let mut lane = Lane::default();
        for &(seq, kind, at) in events {
            lane.skip_to(seq);
            lane.push(&event(seq, kind, LOCK), at);
        }
        lane
    }

    fn told(lane: &Lane, now: u64) -> Vec<(State, u64, u64)> {
        lane.spans(now).map(|s| (s.state, s.start, s.end)).collect()
    }

    #[test]
    fn waiting_lasts_from_block_to_wake_and_sleeping_from_sleep_to_awake() {
        let lane = lane(&[
            (0, Kind::Start, 0),
            (1, Kind::Acquire, 10),
            (2, Kind::Block, 20),
            (3, Kind::Wake, 30),
            (4, Kind::Sleep, 40),
            (5, Kind::Awake, 50),
            (6, Kind::Release, 60),
            (7, Kind::Finish, 70),
        ]);
        let wanted = [
            (State::Running, 0, 20),
            (State::Waiting, 20, 30),
            (State::Running, 30, 40),
            (State::Sleeping, 40, 50),
            (State::Running, 50, 70),
        ];
        assert_eq!(told(&lane, 900), wanted);
        assert_eq!(lane.time_in(State::Running, 900), 50);
        assert_eq!(lane.ended(), Some((70, Ending::Finished)));
    }

    #[test]
    fn an_open_span_lasts_until_now_and_to_the_end_of_the_run() {
        let mut lane = lane(&[
            (0, Kind::Start, 0),
            (1, Kind::Acquire, 10),
            (2, Kind::Block, 20),
        ]);
        let wanted = [(State::Running, 0, 20), (State::Waiting, 20, 70)];
        assert_eq!(told(&lane, 70), wanted);
        lane.end(100, Ending::CutOff);
        lane.end(200, Ending::Finished);
        let wanted = [(State::Running, 0, 20), (State::Waiting, 20, 100)];
        assert_eq!(told(&lane, 900), wanted);
        assert_eq!(
            (lane.ended(), lane.state()),
            (Some((100, Ending::CutOff)), None)
        );
    }

    #[test]
    fn times_of_many_spans_are_those_of_each() {
        let events = (1..100).map(|n| match n % 2 {
            0 => (n, Kind::Wake, 7 * u64::from(n)),
            _ => (n, Kind::Block, 5 * u64::from(n)),
        });
        let mut at = 0;
        let events = events.map(|(n, kind, by)| {
            at += by;
            (n, kind, at)
        });
        let events: Vec<_> = [(0, Kind::Start, 0)].into_iter().chain(events).collect();
        let lane = lane(&events);
        let mut times = Times::default();
        for (index, span) in lane.spans(at).enumerate() {
            assert_eq!(lane.times_before(index), times, "{index}");
            assert_eq!(lane.span(index, at), Some(span));
            assert_eq!(lane.ending_after(span.start), index);
            times[span.state as usize] += span.end - span.start;
        }
        assert_eq!(lane.span(100, at), None);
        assert_eq!(
            lane.time_in(State::Waiting, at),
            times[State::Waiting as usize]
        );
    }

    #[test]
    fn a_gap_is_busy_from_the_last_event_on() {
        let mut lane = lane(&[
            (0, Kind::Start, 0),
            (1, Kind::Acquire, 100),
            (9, Kind::Block, 900),
            (10, Kind::Wake, 1000),
        ]);
        assert!(lane.skip_to(30));
        assert!(!lane.skip_to(30));
        lane.end(1200, Ending::CutOff);
        let wanted = [
            (State::Running, 0, 100),
            (State::Busy, 100, 900),
            (State::Waiting, 900, 1000),
            (State::Busy, 1000, 1200),
        ];
        assert_eq!(told(&lane, 2000), wanted);
    }

    #[test]
    fn who_lines_up_waits_from_then_on() {
        let mut lane = lane(&[(0, Kind::Start, 0), (1, Kind::Acquire, 10)]);
        lane.push(&event(2, Kind::LineUp, CONDITION), 20);
        lane.push(&event(3, Kind::Release, LOCK), 30);
        lane.push(&event(4, Kind::Block, CONDITION), 40);
        lane.push(&event(5, Kind::Wake, CONDITION), 50);
        lane.push(&event(6, Kind::Acquire, LOCK), 60);
        let wanted = [
            (State::Running, 0, 20),
            (State::Waiting, 20, 50),
            (State::Running, 50, 70),
        ];
        assert_eq!(told(&lane, 70), wanted);
    }

    #[test]
    fn a_thread_that_raises_has_failed() {
        let mut lane = lane(&[(0, Kind::Start, 5)]);
        let raised = Event {
            value: 1,
            ..event(1, Kind::Finish, LOCK)
        };
        lane.push(&raised, 25);
        assert_eq!(lane.ended(), Some((25, Ending::Failed)));
    }
}
