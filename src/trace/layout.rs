//! Where in time the events of several threads stand.
//!
//! Only edges carry a time, by clocks that are coarse and differ between workers; what
//! lies between has none. What is known for certain is an order: each thread's own, and
//! that of each object's changes ([`Order`]). So the order comes first, and times give
//! way where they contradict it.
//!
//! Events are put into one sequence that keeps every order, then into time:
//!
//! - A timed event stands halfway between the latest time of what came before it and the
//!   earliest of what came after it, its own included. Where nothing contradicts its time
//!   that is its time; elsewhere no other placement moves the worst-off event less
//!   (isotonic regression in the maximum norm).
//! - An untimed one is spread evenly between the last event that it follows and the first
//!   timed one that follows it, by how many events lie between, recorded or not.
//!
//! Cells count no changes. What reads a value stands after some write of that value, if
//! one is known.
//!
//! **While a run goes on** only what is complete is placed: an event may be here while
//! one with a smaller number is still on its way. Rings tell that ([`Progress`]): once
//! all have been drained again, everything with a smaller number is here, but for what
//! threads had in flight then. What is placed never moves.

use std::cmp::Reverse;
use std::collections::{BTreeMap, BinaryHeap, VecDeque};

use super::event::{Event, Kind, Order};
use super::ring::Progress;
use crate::base::{ObjectId, ThreadId};

/// How often events may be placed while a thread waits for a write that others wait for
/// in turn, or that never comes, before it goes on without.
const PATIENCE: u32 = 20;

/// A place in the sequence of all events.
pub type Rank = u64;

/// An event in its place; it has a time now.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Placed {
    pub thread: ThreadId,
    pub event: Event,
    pub at: u64,
    pub rank: Rank,
}

/// Puts events into order and time as they come.
#[derive(Clone, Debug, Default)]
pub struct Layout {
    threads: Vec<Pending>,
    /// By object.
    changes: Vec<Changes>,
    /// By cell and value: who wrote it.
    values: BTreeMap<(ObjectId, i64), Value>,
    /// How many events are in the sequence.
    ranks: Rank,
    /// Whether `noted` and `awaited` of the threads are to be looked at.
    noted: bool,
}

/// A thread's events that have not been placed.
#[derive(Clone, Debug, Default)]
struct Pending {
    events: VecDeque<Event>,
    /// Counts of events, from the thread's first: taken in, before the last drain; to be
    /// complete once `awaited` is there; complete; placed.
    before_drain: usize,
    noted: usize,
    complete: usize,
    placed: usize,
    progress: Progress,
    awaited: Option<u32>,
    /// The last that was placed, and its number.
    last: Option<(Mark, u32)>,
    /// The latest time of the thread's that is known.
    clock: u64,
    /// It waits for a write: how often others were placed meanwhile.
    stalled: Option<u32>,
}

/// An object's changes. A key is twice a change's number; what came between two has the
/// odd key between theirs.
#[derive(Clone, Debug, Default)]
struct Changes {
    /// Those that are here and not placed, the first on top.
    coming: BinaryHeap<Reverse<(u64, u16)>>,
    /// Threads that go on when all up to a key have been placed.
    after: BinaryHeap<Reverse<(u64, u16)>>,
    /// Placed, by key.
    placed: Vec<(u64, Mark)>,
}

/// The writes of one value to one cell.
#[derive(Clone, Debug, Default)]
struct Value {
    /// How many are here and not placed.
    coming: u32,
    /// The first that was placed.
    first: Option<Mark>,
    /// Threads that read it.
    readers: Vec<u16>,
}

/// An event in the sequence. Its time is known once it has been placed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
struct Mark {
    rank: Rank,
    at: u64,
}

/// An event that is being placed.
struct Node {
    thread: u16,
    event: Event,
    /// What it stands after: its thread's last event, its object's last change, a write.
    after: [Option<Mark>; 3],
    /// How many events of its thread it is after the last.
    step: u64,
    /// Its place among the changes of its object.
    change: Option<usize>,
}

/// Where a thread's own last event stands in [`Node::after`].
const OWN: usize = 0;

/// Why an event cannot be placed yet.
enum Blocked {
    /// Changes up to this key come first.
    Key(u64),
    /// A write of this value.
    Value(i64),
}

impl Layout {
    pub fn add_thread(&mut self) {
        self.threads.push(Pending::default());
    }

    /// Takes a thread's next events, and how far it has come.
    pub fn take(&mut self, thread: ThreadId, events: &[Event], progress: Progress) {
        let Some(pending) = self.threads.get_mut(thread.index()) else {
            return;
        };
        pending.progress = progress;
        pending.events.extend(events);
        for event in events {
            if let Some(key) = key(event) {
                let coming = &mut changes(&mut self.changes, event.site.object).coming;
                coming.push(Reverse((key, thread.0)));
            }
            if writes(event) {
                let value = (event.site.object, event.value);
                self.values.entry(value).or_default().coming += 1;
            }
        }
    }

    /// Places what is complete, once all threads have been drained. `now` is the time at
    /// which that was begun, `first` the value with which a cell was made.
    pub fn settle(&mut self, now: u64, first: impl Fn(ObjectId) -> Option<i64>) -> Vec<Placed> {
        self.note_complete();
        let nodes = self.in_order(false, &first);
        self.in_time(nodes, now)
    }

    /// Places all that is left: the run is over, and nothing more comes.
    pub fn settle_all(&mut self, now: u64, first: impl Fn(ObjectId) -> Option<i64>) -> Vec<Placed> {
        for thread in &mut self.threads {
            thread.complete = thread.placed + thread.events.len();
        }
        let nodes = self.in_order(true, &first);
        self.in_time(nodes, now)
    }

    /// Whether all that a thread has recorded is placed.
    pub fn is_settled(&self, thread: ThreadId) -> bool {
        let pending = self.threads.get(thread.index());
        pending.is_none_or(|pending| pending.events.is_empty())
    }

    /// Finds out which events are complete: those that were here before the last drain,
    /// once what was in flight then is here, too.
    fn note_complete(&mut self) {
        for thread in &mut self.threads {
            // Recorded or not, it has come to an end.
            let happened = thread.progress.happened;
            thread.awaited = thread.awaited.filter(|&seq| happened <= seq);
        }
        self.complete_noted();
        if !self.noted {
            for thread in &mut self.threads {
                thread.noted = thread.before_drain;
                thread.awaited = thread.progress.in_flight;
            }
            self.noted = true;
            self.complete_noted();
        }
        for thread in &mut self.threads {
            thread.before_drain = thread.placed + thread.events.len();
        }
    }

    fn complete_noted(&mut self) {
        if self.noted && self.threads.iter().all(|thread| thread.awaited.is_none()) {
            for thread in &mut self.threads {
                thread.complete = thread.complete.max(thread.noted);
            }
            self.noted = false;
        }
    }

    /// The complete events in a sequence that keeps every order, the earlier first where
    /// there is a choice.
    fn in_order(&mut self, all: bool, first: &impl Fn(ObjectId) -> Option<i64>) -> Vec<Node> {
        let mut nodes = Vec::new();
        // All threads are asked anew.
        for changes in &mut self.changes {
            changes.after.clear();
        }
        // Threads that may have an event to be placed, by the time that it may have.
        let mut ready = BinaryHeap::new();
        for index in 0..self.threads.len() {
            self.push_ready(index as u16, &mut ready);
        }
        loop {
            while let Some(Reverse((_, index))) = ready.pop() {
                if let Some(node) = self.place_next(index, first, &mut ready) {
                    nodes.push(node);
                    self.push_ready(index, &mut ready);
                }
            }
            let Some(index) = self.give_in(all) else {
                break;
            };
            nodes.push(self.place(index, None, &mut ready));
            self.push_ready(index, &mut ready);
        }
        for thread in &mut self.threads {
            thread.stalled = thread.stalled.map(|times| times + 1);
        }
        nodes
    }

    fn push_ready(&self, index: u16, ready: &mut BinaryHeap<Reverse<(u64, u16)>>) {
        let thread = &self.threads[usize::from(index)];
        if let Some(event) = thread.next() {
            ready.push(Reverse((event.at.unwrap_or(thread.clock), index)));
        }
    }

    /// A thread whose next event does not get what it waits for: it has waited for long,
    /// or nothing else is left that could come.
    fn give_in(&self, all: bool) -> Option<u16> {
        let patience = if all { 0 } else { PATIENCE };
        let waits_for_write = |thread: &Pending| thread.stalled.is_some_and(|n| n >= patience);
        let threads = || (0..).zip(&self.threads).filter(|(_, t)| t.next().is_some());
        let earliest = |wanted: &dyn Fn(&Pending) -> bool| {
            let wanted = threads().filter(|(_, thread)| wanted(thread));
            wanted.min_by_key(|(_, thread)| thread.clock)
        };
        // Numbers hold; that a write is known which a read follows is a guess.
        let found = earliest(&waits_for_write).or_else(|| earliest(&|_| all));
        found.map(|(index, _)| index)
    }

    /// Places a thread's next event, unless something has to be placed before it: then
    /// the thread is called when that is there.
    fn place_next(
        &mut self,
        index: u16,
        first: &impl Fn(ObjectId) -> Option<i64>,
        ready: &mut BinaryHeap<Reverse<(u64, u16)>>,
    ) -> Option<Node> {
        let event = *self.threads[usize::from(index)].next()?;
        match self.what_it_follows(&event, first) {
            Ok(write) => return Some(self.place(index, write, ready)),
            Err(Blocked::Key(key)) => {
                let changes = changes(&mut self.changes, event.site.object);
                changes.after.push(Reverse((key, index)));
            }
            Err(Blocked::Value(value)) => {
                let value = self.values.entry((event.site.object, value)).or_default();
                value.readers.push(index);
                let stalled = &mut self.threads[usize::from(index)].stalled;
                stalled.get_or_insert(0);
            }
        }
        None
    }

    /// The write that an event follows, if there is one.
    fn what_it_follows(
        &self,
        event: &Event,
        first: &impl Fn(ObjectId) -> Option<i64>,
    ) -> Result<Option<Mark>, Blocked> {
        let object = event.site.object;
        let next = || {
            let changes = self.changes.get(usize::from(object.0))?;
            changes.coming.peek().map(|&Reverse((key, _))| key)
        };
        let until = match event.order {
            Order::After(n) => Some(u64::from(n) * 2),
            _ => key(event).map(|own| own.saturating_sub(1)),
        };
        if let Some(until) = until
            && next().is_some_and(|key| key <= until && Some(key) != self::key(event))
        {
            return Err(Blocked::Key(until));
        }
        let found = match (event.kind, event.order) {
            (Kind::Load, _) => event.value,
            (Kind::Update, Order::Adding(by)) => event.value.wrapping_sub(i64::from(by)),
            _ => return Ok(None),
        };
        if first(object) == Some(found) {
            return Ok(None);
        }
        match self.values.get(&(object, found)) {
            Some(value) if value.first.is_some() => Ok(value.first),
            Some(value) if value.coming > 0 => Err(Blocked::Value(found)),
            _ => Ok(None),
        }
    }

    /// Takes a thread's next event into the sequence, after this write among others.
    fn place(
        &mut self,
        index: u16,
        write: Option<Mark>,
        ready: &mut BinaryHeap<Reverse<(u64, u16)>>,
    ) -> Node {
        let mark = Mark {
            rank: self.ranks,
            // It is known once the sequence is.
            at: 0,
        };
        self.ranks += 1;
        let thread = &mut self.threads[usize::from(index)];
        let event = thread.events.pop_front().expect("the caller has seen it");
        thread.placed += 1;
        thread.stalled = None;
        thread.clock = event.at.unwrap_or(thread.clock);
        let last = thread.last.replace((mark, event.seq));
        let step = last.map_or(1, |(_, seq)| event.seq.wrapping_sub(seq)).max(1);
        let object = event.site.object;
        let (mut before, mut change) = (None, None);
        if let Some(key) = key(&event) {
            let changes = changes(&mut self.changes, object);
            before = changes.placed.last().map(|&(_, mark)| mark);
            change = Some(changes.placed.len());
            changes.placed.push((key, mark));
            changes.coming.pop();
            let next = changes.coming.peek().map_or(u64::MAX, |next| next.0.0);
            while let Some(&Reverse((after, waiting))) = changes.after.peek() {
                if after >= next {
                    break;
                }
                changes.after.pop();
                ready.push(Reverse((self.threads[usize::from(waiting)].clock, waiting)));
            }
        } else if let Order::After(n) = event.order
            && let Some(changes) = self.changes.get(usize::from(object.0))
        {
            let until = changes.placed.partition_point(|&(key, _)| key <= u64::from(n) * 2);
            before = until.checked_sub(1).map(|last| changes.placed[last].1);
        }
        if writes(&event) {
            let value = self.values.entry((object, event.value)).or_default();
            value.coming = value.coming.saturating_sub(1);
            value.first.get_or_insert(mark);
            for reader in value.readers.drain(..) {
                ready.push(Reverse((self.threads[usize::from(reader)].clock, reader)));
            }
        }
        Node {
            thread: index,
            event,
            after: [last.map(|(mark, _)| mark), before, write],
            step: u64::from(step),
            change,
        }
    }

    /// Gives each event of the sequence its time.
    fn in_time(&mut self, nodes: Vec<Node>, now: u64) -> Vec<Placed> {
        let base = self.ranks - nodes.len() as Rank;
        let within = |mark: Mark| mark.rank.checked_sub(base).map(|index| index as usize);
        // The latest time of what comes before, and of that which stands already.
        let mut latest = vec![0; nodes.len()];
        let mut standing = vec![0; nodes.len()];
        // The earliest time of what comes after.
        let mut earliest = vec![u64::MAX; nodes.len()];
        for (i, node) in nodes.iter().enumerate() {
            latest[i] = node.event.at.unwrap_or(0);
            earliest[i] = node.event.at.unwrap_or(u64::MAX);
            for mark in node.after.into_iter().flatten() {
                match within(mark) {
                    Some(before) => {
                        latest[i] = latest[i].max(latest[before]);
                        standing[i] = standing[i].max(standing[before]);
                    }
                    None => standing[i] = standing[i].max(mark.at),
                }
            }
        }
        for (i, node) in nodes.iter().enumerate().rev() {
            for before in node.after.into_iter().flatten().filter_map(within) {
                earliest[before] = earliest[before].min(earliest[i]);
            }
        }
        let timed = |i: usize| {
            let is_timed = nodes[i].event.at.is_some();
            is_timed.then(|| standing[i].max(latest[i].midpoint(earliest[i])))
        };
        // For each the first timed event after it, and how many come until then.
        let mut until = vec![(u64::MAX, 0); nodes.len()];
        for (i, node) in nodes.iter().enumerate().rev() {
            let (end, events) = timed(i).map_or(until[i], |at| (at, 0));
            for (which, mark) in node.after.into_iter().enumerate() {
                let Some(before) = mark.and_then(within) else {
                    continue;
                };
                let events = events + if which == OWN { node.step } else { 1 };
                let (first, most) = &mut until[before];
                if end < *first {
                    (*first, *most) = (end, events);
                } else if end == *first {
                    *most = events.max(*most);
                }
            }
        }
        let mut placed: Vec<Placed> = Vec::with_capacity(nodes.len());
        for (i, node) in nodes.iter().enumerate() {
            let time = |mark: Mark| within(mark).map_or(mark.at, |before| placed[before].at);
            let before = node.after.iter().zip([node.step, 1, 1]);
            let before = before.filter_map(|(mark, step)| Some((time((*mark)?), step)));
            let (from, step) = before.max().unwrap_or((0, 1));
            let at = timed(i).unwrap_or_else(|| {
                let (end, events) = match until[i] {
                    (u64::MAX, _) => (now, self.unrecorded_since(node)),
                    until => until,
                };
                let share = step as f64 / (step + events.max(1)) as f64;
                from + (end.saturating_sub(from) as f64 * share) as u64
            });
            let at = at.max(from);
            placed.push(Placed {
                thread: ThreadId(node.thread),
                event: Event {
                    at: Some(at),
                    ..node.event
                },
                at,
                rank: base + i as Rank,
            });
        }
        for (node, placed) in nodes.iter().zip(&placed) {
            self.note_time(node, placed);
        }
        placed
    }

    /// Notes an event's time where others will find it.
    fn note_time(&mut self, node: &Node, placed: &Placed) {
        let object = node.event.site.object;
        if let Some((last, _)) = &mut self.threads[usize::from(node.thread)].last
            && last.rank == placed.rank
        {
            last.at = placed.at;
        }
        if let Some(change) = node.change {
            changes(&mut self.changes, object).placed[change].1.at = placed.at;
        }
        if writes(&node.event)
            && let Some(value) = self.values.get_mut(&(object, node.event.value))
            && let Some(first) = value.first.as_mut()
            && first.rank == placed.rank
        {
            first.at = placed.at;
        }
    }

    /// Events that a thread has had since one that was its last when it was drained.
    fn unrecorded_since(&self, node: &Node) -> u64 {
        let happened = self.threads[usize::from(node.thread)].progress.happened;
        u64::from(happened.saturating_sub(node.event.seq.wrapping_add(1)))
    }
}

impl Pending {
    /// The next event to be placed, if it is complete.
    fn next(&self) -> Option<&Event> {
        self.events.front().filter(|_| self.placed < self.complete)
    }
}

fn key(event: &Event) -> Option<u64> {
    match event.order {
        _ if event.site.object == ObjectId::NONE => None,
        Order::At(n) => Some(u64::from(n) * 2),
        Order::Between(n) => Some(u64::from(n) * 2 + 1),
        Order::About | Order::After(_) | Order::Adding(_) => None,
    }
}

/// Whether an event gives a cell its value.
fn writes(event: &Event) -> bool {
    matches!(event.kind, Kind::Store | Kind::Update) && event.site.object != ObjectId::NONE
}

fn changes(all: &mut Vec<Changes>, object: ObjectId) -> &mut Changes {
    let index = usize::from(object.0);
    if all.len() <= index {
        all.resize_with(index + 1, Changes::default);
    }
    &mut all[index]
}
