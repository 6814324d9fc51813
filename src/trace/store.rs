//! All that the watcher has of one run: its threads' events and lanes, and its
//! objects.

use super::event::{Event, Kind};
use super::lanes::Lane;
use super::objects::Object;
use crate::base::{ObjectId, ThreadId};

/// Events that are kept; those beyond are counted and shape the lanes.
const MOST_EVENTS: usize = 1_000_000;

/// One thread's part of a run.
#[derive(Clone, Debug, Default)]
pub struct ThreadTrace {
    pub name: String,
    pub lane: Lane,
    events: Vec<Event>,
    happened: u32,
    /// The latest event that is known, and was recorded.
    last: Option<Event>,
}

/// An event with its thread; its time is known.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Entry {
    pub thread: ThreadId,
    pub event: Event,
    pub at: u64,
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
}

impl Store {
    /// Adds the next thread of the run.
    pub fn add_thread(&mut self, name: String) {
        self.threads.push(ThreadTrace {
            name,
            ..ThreadTrace::default()
        });
    }

    pub fn threads(&self) -> &[ThreadTrace] {
        &self.threads
    }

    /// Takes a thread's next events, and how many it has had in all.
    pub fn ingest(&mut self, thread: ThreadId, events: &[Event], happened: u32) {
        let Some(trace) = self.threads.get_mut(thread.index()) else {
            return;
        };
        trace.happened = happened;
        trace.last = events.last().copied().or(trace.last);
        for &event in events {
            self.now = self.now.max(event.at.unwrap_or(0));
            let keep = &mut keep(&mut trace.events, &mut self.kept);
            trace.lane.push(event, keep);
        }
    }

    /// Notes that a thread has finished, if its trace does not say so itself.
    pub fn finish(&mut self, thread: ThreadId) {
        if let Some(trace) = self.threads.get_mut(thread.index()) {
            let keep = &mut keep(&mut trace.events, &mut self.kept);
            trace.lane.finish(trace.happened, self.now, keep);
        }
    }

    /// Moves the right end of the picture on.
    pub fn advance(&mut self, now: u64) {
        self.now = self.now.max(now);
    }

    /// Ends every lane that is still open, and the picture with the last of
    /// them: the run is over.
    pub fn close(&mut self) {
        for index in 0..self.threads.len() {
            self.finish(ThreadId(index as u16));
        }
        let ends = self.threads.iter().filter_map(|t| t.lane.finished_at());
        self.now = ends.max().unwrap_or(self.now);
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
        let first = |t: &ThreadTrace| t.events.first()?.at;
        let starts = || self.threads.iter().filter_map(first);
        Some((starts().min()?, starts().max()?))
    }

    /// How often any thread had to wait for an object.
    pub fn waits_for(&self, object: ObjectId) -> usize {
        let events = self.threads.iter().flat_map(|t| &t.events);
        events
            .filter(|e| e.kind == Kind::Block && e.site.object == object)
            .count()
    }

    /// The latest `limit` events of all threads, in order of time.
    pub fn latest(&self, limit: usize) -> Vec<Entry> {
        let mut entries: Vec<Entry> = self
            .threads
            .iter()
            .enumerate()
            .flat_map(|(index, trace)| {
                let from = trace.events.len().saturating_sub(limit);
                trace.events[from..].iter().filter_map(move |&event| {
                    Some(Entry {
                        thread: ThreadId(index as u16),
                        event,
                        at: event.at?,
                    })
                })
            })
            .collect();
        entries.sort_by_key(|e| (e.at, e.thread, e.event.seq));
        entries.drain(..entries.len().saturating_sub(limit));
        entries
    }

    pub fn object(&self, id: ObjectId) -> Option<&Object> {
        self.objects.get(usize::from(id.0))
    }
}

/// Keeps an event whose time is known, while there is room.
fn keep(events: &mut Vec<Event>, kept: &mut usize) -> impl FnMut(Event) {
    move |event| {
        if *kept < MOST_EVENTS {
            *kept += 1;
            events.push(event);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::super::event::Site;
    use super::*;

    fn edge(seq: u32, kind: Kind, at: u64) -> Event {
        Event {
            seq,
            kind,
            site: Site::NONE,
            value: 0,
            at: Some(at),
        }
    }

    fn two_threads() -> Store {
        let mut store = Store::default();
        store.add_thread("main".into());
        store.add_thread("Worker-1".into());
        store.ingest(
            ThreadId(0),
            &[edge(0, Kind::Start, 0), edge(1, Kind::Finish, 90)],
            2,
        );
        store.ingest(
            ThreadId(1),
            &[edge(0, Kind::Start, 20), edge(1, Kind::Block, 40)],
            7,
        );
        store
    }

    #[test]
    fn a_thread_waits_until_something_else_happens_recorded_or_not() {
        let mut store = Store::default();
        store.add_thread("main".into());
        let waits = |store: &Store| store.threads()[0].waits_for();
        let lock = ObjectId(3);
        let mut block = edge(1, Kind::Block, 40);
        block.site.object = lock;
        store.ingest(ThreadId(0), &[edge(0, Kind::Start, 0), block], 2);
        assert_eq!(waits(&store), Some(lock));
        store.ingest(ThreadId(0), &[], 2);
        assert_eq!(waits(&store), Some(lock));
        let mut stopped = store.clone();
        stopped.close();
        assert_eq!(waits(&stopped), Some(lock));
        store.ingest(ThreadId(0), &[], 3);
        assert_eq!(waits(&store), None, "counted, and not recorded");
        store.ingest(ThreadId(0), &[edge(3, Kind::Wake, 50)], 4);
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
        assert_eq!(store.threads()[0].lane.finished_at(), Some(90));
        assert_eq!(store.threads()[1].lane.finished_at(), Some(120));
    }

    #[test]
    fn the_picture_of_a_run_that_is_over_ends_with_its_last_thread() {
        let mut store = two_threads();
        store.ingest(ThreadId(1), &[edge(7, Kind::Finish, 100)], 8);
        store.advance(5000);
        store.close();
        assert_eq!(store.now(), 100);
    }

    #[test]
    fn starts_are_told_from_the_threads_first_events() {
        let store = two_threads();
        assert_eq!(store.starts(), Some((0, 20)));
        assert_eq!(store.waits_for(ObjectId::NONE), 1);
    }

    #[test]
    fn events_of_unknown_threads_are_ignored() {
        let mut store = Store::default();
        store.ingest(ThreadId(9), &[edge(0, Kind::Start, 0)], 1);
        store.finish(ThreadId(9));
        assert_eq!(store.tally().kept, 0);
    }
}
