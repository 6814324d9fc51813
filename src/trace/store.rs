//! All that the watcher has of one run: its threads' events and lanes, and its
//! objects.

use super::event::{Event, Kind};
use super::holds::{Hold, Holds};
use super::lanes::{Ending, Lane};
use super::layout::{Drained, Layout, Placed};
use super::objects::Object;
use super::ring::Progress;
use super::slice::Slice;
use super::wakes::Wakes;
use crate::base::{ObjectId, ThreadId};

/// Events that are kept; those beyond are counted and shape the lanes.
const MOST_EVENTS: usize = 1_000_000;

/// One thread's part of a run.
#[derive(Clone, Debug, Default)]
pub struct ThreadTrace {
    pub name: String,
    pub lane: Lane,
    events: Vec<Placed>,
    happened: u32,
    /// The latest event that is known, and was recorded; it may have no place yet.
    last: Option<Event>,
    /// How the thread ended, whether or not it has said so itself.
    over: Option<Ending>,
}

/// How many events there were and how many of them are here.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Tally {
    pub happened: u64,
    pub kept: u64,
}

/// The trace of one run, growing while the run goes on.
#[derive(Clone, Debug, Default)]
pub struct Store {
    threads: Vec<ThreadTrace>,
    pub objects: Vec<Object>,
    /// Who holds what.
    pub holds: Holds,
    /// Who made whom go on.
    pub wakes: Wakes,
    layout: Layout,
    kept: usize,
    /// The latest time that is known of: the right end of the picture.
    now: u64,
}

impl ThreadTrace {
    /// What the thread waits for, if that is what it did last: also one that was stopped
    /// in its wait.
    pub fn waits_for(&self) -> Option<ObjectId> {
        let is_last = |event: &Event| event.seq.wrapping_add(1) == self.happened;
        let last = self.last.filter(is_last)?;
        (last.kind == Kind::Block).then_some(last.site.object)
    }

    /// The thread's events that are kept, in order.
    pub fn events(&self) -> &[Placed] {
        &self.events
    }

    /// How many events the thread has had, kept or not.
    pub fn happened(&self) -> u32 {
        self.happened
    }
}

impl Store {
    /// Adds the next thread of the run.
    pub fn add_thread(&mut self, name: String) {
        self.threads.push(ThreadTrace {
            name,
            ..ThreadTrace::default()
        });
        self.layout.add_thread();
    }

    pub fn threads(&self) -> &[ThreadTrace] {
        &self.threads
    }

    /// Takes a thread's next events, and how far it has come. They are seen once they
    /// have [settled](Self::settle).
    pub fn ingest(&mut self, thread: ThreadId, events: &[Event], progress: Progress) {
        let Some(trace) = self.threads.get_mut(thread.index()) else {
            return;
        };
        trace.happened = progress.happened;
        trace.last = events.last().copied().or(trace.last);
        self.layout.take(thread, events, progress);
    }

    /// Takes a thread's next event where all come in the order in which they happened,
    /// each with its time, as those of one event loop do.
    pub fn append(&mut self, thread: ThreadId, event: Event) {
        let Some(trace) = self.threads.get_mut(thread.index()) else {
            return;
        };
        trace.happened = event.seq.wrapping_add(1);
        trace.last = Some(event);
        self.take(Placed {
            thread,
            event,
            at: event.at.unwrap_or(self.now),
            rank: self.kept as u64,
        });
    }

    /// Notes how a thread has ended, if its trace does not say so itself.
    pub fn end(&mut self, thread: ThreadId, how: Ending) {
        if let Some(trace) = self.threads.get_mut(thread.index()) {
            trace.over = Some(how);
        }
    }

    /// Fills the trace with threads' events in their sequence, and with what else a trace
    /// knew of each thread: how many events it had, when and how its lane ended, what it held.
    pub(super) fn restore(
        &mut self,
        events: Vec<Placed>,
        threads: Vec<(u32, Option<(u64, Ending)>)>,
        holds: Vec<Vec<Hold>>,
    ) {
        for placed in events {
            self.take(placed);
        }
        self.holds = Holds::of_threads(holds);
        for (trace, (happened, ended)) in self.threads.iter_mut().zip(threads) {
            trace.happened = happened;
            trace.lane.skip_to(happened);
            if let Some((at, how)) = ended {
                trace.lane.end(at, how);
            }
        }
    }

    /// Moves the right end of the picture on.
    pub fn advance(&mut self, now: u64) {
        self.now = self.now.max(now);
    }

    /// Whether a thread is to be asked for its events; see [`Layout::has_room`].
    pub fn has_room(&self, thread: ThreadId) -> bool {
        self.layout.has_room(thread)
    }

    /// Begins to put the events that are complete into their places, or, if nothing more
    /// will come, all: after threads have been asked for theirs. `now` is the time at which
    /// that was begun.
    pub fn begin_to_settle(&mut self, now: u64, drained: Drained) {
        self.layout.begin(now, drained);
    }

    /// Goes on with that until the slice is over. Returns whether all is done; until then
    /// nothing more may be [taken in](Self::ingest).
    pub fn settle(&mut self, slice: &mut Slice) -> bool {
        loop {
            let objects = &self.objects;
            let first = |id| first_value(objects, id);
            match self.layout.next(first, slice) {
                Some(placed) => self.take(placed),
                None if self.layout.is_placing() => return false,
                None => break,
            }
        }
        self.end_settled();
        true
    }

    /// Ends every lane that is still open, and the picture with the last of
    /// them: the run is over.
    pub fn close(&mut self) {
        for thread in &mut self.threads {
            thread.over.get_or_insert(Ending::CutOff);
        }
        self.begin_to_settle(self.now, Drained::Last);
        self.settle(&mut Slice::whole());
        let ends = self.threads.iter().filter_map(|t| t.lane.ended());
        self.now = ends.map(|(at, _)| at).max().unwrap_or(self.now);
    }

    /// Takes an event that has its place: into its lane, and into its list.
    fn take(&mut self, placed: Placed) {
        self.now = self.now.max(placed.at);
        self.skip_to(placed.thread, placed.event.seq);
        let kind = self
            .object(placed.event.site.object)
            .map(|object| object.kind);
        (self.holds).take(placed.thread, &placed.event, kind, placed.at);
        (self.wakes).take(placed.thread, &placed.event, placed.at);
        let trace = &mut self.threads[placed.thread.index()];
        trace.lane.push(&placed.event, placed.at);
        if trace.lane.ended().is_some() {
            self.holds.let_go(placed.thread, placed.at);
        }
        if self.kept < MOST_EVENTS {
            self.kept += 1;
            trace.events.push(placed);
        }
    }

    /// Ends the lanes of threads of which all is settled and nothing more comes.
    fn end_settled(&mut self) {
        for index in 0..self.threads.len() {
            let thread = ThreadId(index as u16);
            if !self.layout.is_settled(thread) {
                continue;
            }
            self.skip_to(thread, self.threads[index].happened);
            let trace = &mut self.threads[index];
            if let Some(how) = trace.over
                && trace.lane.ended().is_none()
            {
                trace.lane.end(self.now, how);
                self.holds.let_go(thread, self.now);
            }
        }
    }

    /// Notes that a thread has had so many events, recorded or not. After a gap nobody
    /// knows what it holds.
    fn skip_to(&mut self, thread: ThreadId, happened: u32) {
        if self.threads[thread.index()].lane.skip_to(happened) {
            self.holds.forget(thread);
        }
    }

    pub fn now(&self) -> u64 {
        self.now
    }

    pub fn tally(&self) -> Tally {
        Tally {
            happened: self.threads.iter().map(|t| u64::from(t.happened)).sum(),
            kept: self.kept as u64,
        }
    }

    /// When the first and when the last of the threads ran its first step.
    pub fn starts(&self) -> Option<(u64, u64)> {
        let first = |t: &ThreadTrace| Some(t.events.first()?.at);
        let starts = || self.threads.iter().filter_map(first);
        Some((starts().min()?, starts().max()?))
    }

    /// The latest `limit` events of all threads, in an order that could have been.
    pub fn latest(&self, limit: usize) -> Vec<Placed> {
        let latest = |trace: &ThreadTrace| {
            let from = trace.events.len().saturating_sub(limit);
            trace.events[from..].to_vec()
        };
        let mut entries: Vec<Placed> = self.threads.iter().flat_map(latest).collect();
        entries.sort_by_key(|placed| (placed.at, placed.rank));
        entries.drain(..entries.len().saturating_sub(limit));
        entries
    }

    pub fn object(&self, id: ObjectId) -> Option<&Object> {
        self.objects.get(usize::from(id.0))
    }
}

fn first_value(objects: &[Object], id: ObjectId) -> Option<i64> {
    objects.get(usize::from(id.0))?.first
}

#[cfg(test)]
mod tests {
    use super::super::event::{Order, Site};
    use super::*;

    fn edge(seq: u32, kind: Kind, at: u64) -> Event {
        Event {
            seq,
            kind,
            site: Site::NONE,
            value: 0,
            order: Order::About,
            at: Some(at),
        }
    }

    fn happened(happened: u32) -> Progress {
        Progress {
            happened,
            in_flight: None,
        }
    }

    /// All that is here has its place: rings were drained twice.
    fn settled(mut store: Store) -> Store {
        for _ in 0..2 {
            store.begin_to_settle(store.now, Drained::All);
            store.settle(&mut Slice::whole());
        }
        store
    }

    fn two_threads() -> Store {
        let mut store = Store::default();
        store.add_thread("main".into());
        store.add_thread("Worker-1".into());
        store.ingest(
            ThreadId(0),
            &[edge(0, Kind::Start, 0), edge(1, Kind::Finish, 90)],
            happened(2),
        );
        store.ingest(
            ThreadId(1),
            &[edge(0, Kind::Start, 20), edge(1, Kind::Block, 40)],
            happened(7),
        );
        settled(store)
    }

    #[test]
    fn a_thread_waits_until_something_else_happens_recorded_or_not() {
        let mut store = Store::default();
        store.add_thread("main".into());
        let waits = |store: &Store| store.threads()[0].waits_for();
        let lock = ObjectId(3);
        let mut block = edge(1, Kind::Block, 40);
        block.site.object = lock;
        store.ingest(ThreadId(0), &[edge(0, Kind::Start, 0), block], happened(2));
        assert_eq!(waits(&store), Some(lock));
        store.ingest(ThreadId(0), &[], happened(2));
        assert_eq!(waits(&store), Some(lock));
        let mut stopped = store.clone();
        stopped.close();
        assert_eq!(waits(&stopped), Some(lock));
        store.ingest(ThreadId(0), &[], happened(3));
        assert_eq!(waits(&store), None, "counted, and not recorded");
        store.ingest(ThreadId(0), &[edge(3, Kind::Wake, 50)], happened(4));
        assert_eq!(waits(&store), None);
    }

    #[test]
    fn the_tally_counts_what_happened_and_what_is_here() {
        let tally = two_threads().tally();
        assert_eq!((tally.happened, tally.kept), (9, 4));
    }

    #[test]
    fn the_latest_events_are_merged_in_order_of_time() {
        let latest = two_threads().latest(3);
        let told: Vec<_> = latest.iter().map(|e| (e.thread.0, e.at)).collect();
        assert_eq!(told, [(1, 20), (1, 40), (0, 90)]);
    }

    #[test]
    fn closing_ends_open_lanes_at_the_latest_time() {
        let mut store = two_threads();
        store.advance(120);
        store.advance(50);
        store.close();
        assert_eq!(
            store.threads()[0].lane.ended(),
            Some((90, Ending::Finished))
        );
        assert_eq!(store.threads()[1].lane.ended(), Some((120, Ending::CutOff)));
    }

    #[test]
    fn the_picture_of_a_run_that_is_over_ends_with_its_last_thread() {
        let mut store = two_threads();
        store.ingest(ThreadId(1), &[edge(7, Kind::Finish, 100)], happened(8));
        store.advance(5000);
        store.close();
        assert_eq!(store.now(), 100);
    }

    #[test]
    fn starts_are_told_from_the_threads_first_events() {
        let store = two_threads();
        assert_eq!(store.starts(), Some((0, 20)));
    }

    #[test]
    fn events_of_unknown_threads_are_ignored() {
        let mut store = Store::default();
        store.ingest(ThreadId(9), &[edge(0, Kind::Start, 0)], happened(1));
        store.end(ThreadId(9), Ending::Finished);
        assert_eq!(store.tally().kept, 0);
    }
}
