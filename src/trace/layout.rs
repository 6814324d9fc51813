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
//!
//! Events are placed batch by batch, and a batch may take several [slices](Slice): it is
//! put into order, gone through backwards to find what limits each event from behind, and
//! then placed event by event. Nothing may be taken in meanwhile.

use std::cmp::Reverse;
use std::collections::{BinaryHeap, HashMap, VecDeque};

use super::event::{Event, Kind, Order};
use super::ring::Progress;
use super::slice::Slice;
use crate::base::{ObjectId, ThreadId};

/// How often events may be placed while a thread waits for a write that others wait for
/// in turn, or that never comes, before it goes on without.
const PATIENCE: u32 = 20;

/// Events of a thread that may be here without a place, before its ring is left alone.
const MOST_PENDING: usize = 256;

/// Which threads have been drained before events are placed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Drained {
    /// All but some for which there was [no room](Layout::has_room).
    Some,
    All,
    /// All, and nothing more will come.
    Last,
}

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
    values: HashMap<(ObjectId, i64), Value>,
    /// How many events are in the sequence.
    ranks: Rank,
    /// Whether `noted` and `awaited` of the threads are to be looked at.
    noted: bool,
    /// What is being placed.
    batch: Option<Batch>,
    /// Room for the next batch: some take tens of megabytes, and making that room anew each
    /// time would leave the page's memory in pieces too small for the next.
    room: Vec<Node>,
}

/// Events on their way to their places.
#[derive(Clone, Debug)]
struct Batch {
    /// The time at which draining them was begun.
    now: u64,
    /// Whether nothing comes after them.
    is_last: bool,
    /// The rank of the first.
    base: Rank,
    /// In their sequence.
    nodes: Vec<Node>,
    /// Threads that may have an event to be placed, by the time that it may have.
    ready: BinaryHeap<Reverse<(u64, u16)>>,
    stage: Stage,
}

#[derive(Clone, Copy, Debug)]
enum Stage {
    /// They are put into order.
    Ordering,
    /// What follows each is looked at; of so many that is not done.
    Limiting(usize),
    /// They are placed; so many are.
    Placing(usize),
}

impl Batch {
    /// Where an event is among the nodes, unless it was placed before.
    fn index(&self, mark: Mark) -> Option<usize> {
        mark.rank.checked_sub(self.base).map(|index| index as usize)
    }
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
#[derive(Clone, Debug)]
struct Node {
    thread: u16,
    event: Event,
    /// What it stands after: its thread's last event, its object's last change, a write.
    after: [Option<Mark>; 3],
    /// How many events of its thread it is after the last.
    step: u64,
    /// Its place among the changes of its object.
    change: Option<usize>,
    /// The latest time of what comes before, and of that which stands already.
    latest: u64,
    standing: u64,
    /// The earliest time of what comes after.
    earliest: u64,
    /// When the first timed event after it is, and how many come until then.
    until: (u64, u64),
    /// Its time, once it is placed.
    at: u64,
}

impl Node {
    /// When a timed event stands.
    fn timed(&self) -> Option<u64> {
        let at = self.latest.midpoint(self.earliest);
        self.event.at.map(|_| self.standing.max(at))
    }
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

    /// Whether a thread is to be drained. A thread that has begun an event may be off the
    /// processor for long before it records it, and all that others do meanwhile has to
    /// wait for it: they are left alone then, so that it does not become ever more.
    pub fn has_room(&self, thread: ThreadId) -> bool {
        let pending = self.threads.get(thread.index());
        !self.noted || pending.is_none_or(|pending| pending.events.len() < MOST_PENDING)
    }

    /// Begins to place what is complete once threads have been drained, or all that is left.
    /// `now` is the time at which draining them was begun.
    pub fn begin(&mut self, now: u64, drained: Drained) {
        match drained {
            Drained::Some => self.complete_noted(),
            Drained::All => self.note_complete(),
            Drained::Last => {
                for thread in &mut self.threads {
                    thread.complete = thread.placed + thread.events.len();
                }
            }
        }
        // All threads are asked anew.
        for changes in &mut self.changes {
            changes.after.clear();
        }
        let mut ready = BinaryHeap::new();
        for index in 0..self.threads.len() {
            self.push_ready(index as u16, &mut ready);
        }
        let complete = self.threads.iter().map(|t| t.complete - t.placed);
        let complete = complete.sum();
        let mut nodes = std::mem::take(&mut self.room);
        if nodes.capacity() < complete {
            // Given back first: what was in it is of no use.
            nodes = Vec::new();
            nodes.reserve_exact(complete);
        }
        self.batch = Some(Batch {
            now,
            is_last: drained == Drained::Last,
            base: self.ranks,
            nodes,
            ready,
            stage: Stage::Ordering,
        });
    }

    /// The next event in its place: until there is none, or the slice is over; see
    /// [`is_placing`](Self::is_placing). `first` is the value with which a cell was made.
    pub fn next(
        &mut self,
        first: impl Fn(ObjectId) -> Option<i64>,
        slice: &mut Slice,
    ) -> Option<Placed> {
        let mut batch = self.batch.take()?;
        if matches!(batch.stage, Stage::Ordering) && self.order(&mut batch, &first, slice) {
            batch.stage = Stage::Limiting(batch.nodes.len());
        }
        if let Stage::Limiting(left) = batch.stage {
            batch.stage = match batch.limit(left, slice) {
                0 => Stage::Placing(0),
                left => Stage::Limiting(left),
            };
        }
        let mut placed = None;
        if let Stage::Placing(index) = batch.stage {
            if index == batch.nodes.len() {
                self.room = batch.nodes;
                self.room.clear();
                return None;
            }
            if !slice.is_over_before_step() {
                placed = Some(self.place_in_time(&mut batch, index));
                batch.stage = Stage::Placing(index + 1);
            }
        }
        self.batch = Some(batch);
        placed
    }

    /// Whether a batch has been begun, and not all of it is placed.
    pub fn is_placing(&self) -> bool {
        self.batch.is_some()
    }

    /// Whether all that a thread has recorded is placed.
    pub fn is_settled(&self, thread: ThreadId) -> bool {
        let pending = self.threads.get(thread.index());
        !self.is_placing() && pending.is_none_or(|pending| pending.events.is_empty())
    }

    /// Finds out which events are complete: those that were here before the last drain,
    /// once what was in flight then is here, too.
    fn note_complete(&mut self) {
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
        for thread in &mut self.threads {
            // Recorded or not, it has come to an end.
            let happened = thread.progress.happened;
            thread.awaited = thread.awaited.filter(|&seq| happened <= seq);
        }
        if self.noted && self.threads.iter().all(|thread| thread.awaited.is_none()) {
            for thread in &mut self.threads {
                thread.complete = thread.complete.max(thread.noted);
            }
            self.noted = false;
        }
    }

    /// Puts the complete events into a sequence that keeps every order, the earlier first
    /// where there is a choice. Returns whether it has come to the end.
    fn order(
        &mut self,
        batch: &mut Batch,
        first: &impl Fn(ObjectId) -> Option<i64>,
        slice: &mut Slice,
    ) -> bool {
        loop {
            while !batch.ready.is_empty() {
                if slice.is_over_before_step() {
                    return false;
                }
                if let Some(Reverse((_, index))) = batch.ready.pop() {
                    self.place_next(index, first, batch);
                }
            }
            let Some(index) = self.give_in(batch.is_last) else {
                break;
            };
            self.place(index, None, batch);
        }
        for thread in &mut self.threads {
            thread.stalled = thread.stalled.map(|times| times + 1);
        }
        true
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
        batch: &mut Batch,
    ) {
        let Some(&event) = self.threads[usize::from(index)].next() else {
            return;
        };
        match self.what_it_follows(&event, first) {
            Ok(write) => self.place(index, write, batch),
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
    fn place(&mut self, index: u16, write: Option<Mark>, batch: &mut Batch) {
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
        let step = last
            .map_or(1, |(_, seq)| event.seq.wrapping_sub(seq))
            .max(1);
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
                batch
                    .ready
                    .push(Reverse((self.threads[usize::from(waiting)].clock, waiting)));
            }
        } else if let Order::After(n) = event.order
            && let Some(changes) = self.changes.get(usize::from(object.0))
        {
            let until = changes
                .placed
                .partition_point(|&(key, _)| key <= u64::from(n) * 2);
            before = until.checked_sub(1).map(|last| changes.placed[last].1);
        }
        if writes(&event) {
            let value = self.values.entry((object, event.value)).or_default();
            value.coming = value.coming.saturating_sub(1);
            value.first.get_or_insert(mark);
            for reader in value.readers.drain(..) {
                batch
                    .ready
                    .push(Reverse((self.threads[usize::from(reader)].clock, reader)));
            }
        }
        let mut node = Node {
            thread: index,
            event,
            after: [last.map(|(mark, _)| mark), before, write],
            step: u64::from(step),
            change,
            latest: event.at.unwrap_or(0),
            standing: 0,
            earliest: event.at.unwrap_or(u64::MAX),
            until: (u64::MAX, 0),
            at: 0,
        };
        for mark in node.after.into_iter().flatten() {
            match batch.index(mark) {
                Some(before) => {
                    let before = &batch.nodes[before];
                    node.latest = node.latest.max(before.latest);
                    node.standing = node.standing.max(before.standing);
                }
                None => node.standing = node.standing.max(mark.at),
            }
        }
        batch.nodes.push(node);
        self.push_ready(index, &mut batch.ready);
    }

    /// Gives the next event of a batch its time, and notes it where others will find it.
    fn place_in_time(&mut self, batch: &mut Batch, index: usize) -> Placed {
        let node = &batch.nodes[index];
        let time = |mark: Mark| batch.index(mark).map_or(mark.at, |i| batch.nodes[i].at);
        let before = node.after.iter().zip([node.step, 1, 1]);
        let before = before.filter_map(|(mark, step)| Some((time((*mark)?), step)));
        let (from, step) = before.max().unwrap_or((0, 1));
        let at = node.timed().unwrap_or_else(|| {
            let (end, events) = match node.until {
                (u64::MAX, _) => (batch.now, self.unrecorded_since(node)),
                until => until,
            };
            let share = step as f64 / (step + events.max(1)) as f64;
            from + (end.saturating_sub(from) as f64 * share) as u64
        });
        let at = at.max(from);
        batch.nodes[index].at = at;
        let node = &batch.nodes[index];
        let placed = Placed {
            thread: ThreadId(node.thread),
            event: Event {
                at: Some(at),
                ..node.event
            },
            at,
            rank: batch.base + index as Rank,
        };
        if let Some((last, _)) = &mut self.threads[usize::from(node.thread)].last
            && last.rank == placed.rank
        {
            last.at = at;
        }
        let object = node.event.site.object;
        if let Some(change) = node.change {
            changes(&mut self.changes, object).placed[change].1.at = at;
        }
        if writes(&node.event)
            && let Some(value) = self.values.get_mut(&(object, node.event.value))
            && let Some(first) = value.first.as_mut()
            && first.rank == placed.rank
        {
            first.at = at;
        }
        placed
    }

    /// Events that a thread has had since one that was its last when it was drained.
    fn unrecorded_since(&self, node: &Node) -> u64 {
        let happened = self.threads[usize::from(node.thread)].progress.happened;
        u64::from(happened.saturating_sub(node.event.seq.wrapping_add(1)))
    }
}

impl Batch {
    /// Tells of the last so many events what comes before them of what follows, until the
    /// slice is over: of how many that is not done.
    fn limit(&mut self, mut left: usize, slice: &mut Slice) -> usize {
        while left > 0 && !slice.is_over_before_step() {
            left -= 1;
            let node = &self.nodes[left];
            let (after, step, earliest) = (node.after, node.step, node.earliest);
            let (end, events) = node.timed().map_or(node.until, |at| (at, 0));
            for (which, mark) in after.into_iter().enumerate() {
                let Some(before) = mark.and_then(|mark| self.index(mark)) else {
                    continue;
                };
                let before = &mut self.nodes[before];
                before.earliest = before.earliest.min(earliest);
                let events = events + if which == OWN { step } else { 1 };
                let (first, most) = &mut before.until;
                if end < *first {
                    (*first, *most) = (end, events);
                } else if end == *first {
                    *most = events.max(*most);
                }
            }
        }
        left
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

#[cfg(test)]
mod tests {
    use super::super::event::Site;
    use super::*;
    use crate::base::random::Dice;

    const A: ThreadId = ThreadId(0);
    const B: ThreadId = ThreadId(1);
    const OBJECT: ObjectId = ObjectId(5);

    fn event(seq: u32, kind: Kind, value: i64, order: Order, at: Option<u64>) -> Event {
        Event {
            seq,
            kind,
            site: Site {
                object: OBJECT,
                line: 1,
            },
            value,
            order,
            at,
        }
    }

    fn edge(seq: u32, kind: Kind, order: Order, at: u64) -> Event {
        event(seq, kind, 0, order, Some(at))
    }

    fn detail(seq: u32, kind: Kind, order: Order) -> Event {
        event(seq, kind, 0, order, None)
    }

    fn progress(happened: usize, in_flight: Option<u32>) -> Progress {
        Progress {
            happened: happened as u32,
            in_flight,
        }
    }

    fn layout(threads: usize) -> Layout {
        let mut layout = Layout::default();
        (0..threads).for_each(|_| layout.add_thread());
        layout
    }

    fn place(
        layout: &mut Layout,
        now: u64,
        drained: Drained,
        first: impl Fn(ObjectId) -> Option<i64>,
    ) -> Vec<Placed> {
        layout.begin(now, drained);
        std::iter::from_fn(|| layout.next(&first, &mut Slice::whole())).collect()
    }

    /// Thread, number and time of each, in order.
    fn told(placed: &[Placed]) -> Vec<(u16, u32, u64)> {
        let told = placed.iter().map(|p| (p.thread.0, p.event.seq, p.at));
        told.collect()
    }

    fn all(threads: &[&[Event]], now: u64) -> Vec<(u16, u32, u64)> {
        let mut layout = layout(threads.len());
        for (events, index) in threads.iter().zip(0..) {
            layout.take(ThreadId(index), events, progress(events.len(), None));
        }
        told(&place(&mut layout, now, Drained::Last, |_| Some(0)))
    }

    #[test]
    fn times_that_contradict_nothing_stay_and_details_are_spread_between_them() {
        let events = [
            edge(0, Kind::Start, Order::About, 100),
            detail(1, Kind::Acquire, Order::At(1)),
            detail(2, Kind::Store, Order::About),
            detail(3, Kind::Release, Order::At(2)),
            edge(4, Kind::Finish, Order::About, 500),
        ];
        let wanted = [
            (0, 0, 100),
            (0, 1, 200),
            (0, 2, 300),
            (0, 3, 400),
            (0, 4, 500),
        ];
        assert_eq!(all(&[&events], 900), wanted);
    }

    #[test]
    fn details_stand_where_their_numbers_say_also_beside_what_was_not_recorded() {
        let events = [
            edge(0, Kind::Start, Order::About, 0),
            detail(1, Kind::Acquire, Order::At(1)),
            detail(2, Kind::Release, Order::At(2)),
            edge(10, Kind::Finish, Order::About, 1000),
        ];
        let wanted = [(0, 0, 0), (0, 1, 100), (0, 2, 200), (0, 10, 1000)];
        assert_eq!(all(&[&events], 2000), wanted);
    }

    #[test]
    fn times_give_way_to_what_is_certain_by_the_least_amount() {
        // B's clock is behind by 30: it begins before it is started.
        let main = [
            edge(0, Kind::Start, Order::About, 0),
            edge(1, Kind::Spawn, Order::At(1), 50),
            edge(2, Kind::Finish, Order::About, 100),
        ];
        let other = [
            edge(0, Kind::Start, Order::After(1), 20),
            edge(1, Kind::Finish, Order::At(2), 90),
        ];
        let wanted = [(0, 0, 0), (0, 1, 35), (1, 0, 35), (1, 1, 90), (0, 2, 100)];
        assert_eq!(all(&[&main, &other], 100), wanted);
    }

    #[test]
    fn details_of_two_threads_stand_in_the_order_of_their_object() {
        let a = [
            edge(0, Kind::Start, Order::About, 0),
            detail(1, Kind::Acquire, Order::At(3)),
            detail(2, Kind::Release, Order::At(4)),
            edge(3, Kind::Finish, Order::About, 100),
        ];
        let b = [
            edge(0, Kind::Start, Order::About, 0),
            detail(1, Kind::Acquire, Order::At(1)),
            detail(2, Kind::Release, Order::At(2)),
            edge(3, Kind::Finish, Order::About, 100),
        ];
        let changes: Vec<_> = all(&[&a, &b], 100)
            .into_iter()
            .filter(|(_, seq, _)| matches!(seq, 1 | 2))
            .collect();
        assert_eq!(changes, [(1, 1, 20), (1, 2, 40), (0, 1, 60), (0, 2, 80)]);
    }

    #[test]
    fn a_value_is_read_after_it_was_written_unless_nobody_is_known_to_have() {
        let reads = |value| {
            [
                edge(0, Kind::Start, Order::About, 0),
                event(1, Kind::Load, value, Order::About, None),
                edge(2, Kind::Finish, Order::About, 100),
            ]
        };
        let writes = [
            edge(0, Kind::Start, Order::About, 40),
            event(1, Kind::Store, 7, Order::About, None),
            edge(2, Kind::Finish, Order::About, 60),
        ];
        let rank = |value| {
            let all = all(&[&reads(value), &writes], 100);
            let find = |thread, seq| all.iter().position(|&(t, s, _)| (t, s) == (thread, seq));
            find(0, 1) > find(1, 1)
        };
        assert!(rank(7));
        // The value that it was made with; one that was not recorded.
        assert!(!rank(0) && !rank(8));
    }

    #[test]
    fn what_waits_for_itself_is_placed_all_the_same() {
        // Each reads what the other writes after it: it was written unseen.
        let crossed = |reads, writes| {
            [
                edge(0, Kind::Start, Order::About, 0),
                event(1, Kind::Load, reads, Order::About, None),
                event(2, Kind::Store, writes, Order::About, None),
            ]
        };
        assert_eq!(all(&[&crossed(1, 2), &crossed(2, 1)], 10).len(), 6);
        // And numbers that cannot be.
        let numbered = |first, second| {
            [
                detail(0, Kind::Acquire, Order::At(first)),
                detail(1, Kind::Release, Order::After(second)),
            ]
        };
        assert_eq!(all(&[&numbered(2, 1), &numbered(1, 2)], 10).len(), 4);
    }

    #[test]
    fn nothing_is_placed_before_what_may_still_be_on_its_way() {
        let mut layout = layout(2);
        let mut drain = |a: (&[Event], Progress), b: (&[Event], Progress)| {
            layout.take(A, a.0, a.1);
            layout.take(B, b.0, b.1);
            told(&place(&mut layout, 100, Drained::All, |_| None))
        };
        let first = detail(0, Kind::Acquire, Order::At(1));
        let second = detail(0, Kind::Acquire, Order::At(2));
        // B's number 2 is here, and A's number 1 is not recorded yet.
        assert_eq!(
            drain((&[], progress(0, None)), (&[second], progress(1, None))),
            []
        );
        assert_eq!(
            drain((&[], progress(0, Some(0))), (&[], progress(1, None))),
            []
        );
        assert_eq!(
            drain((&[], progress(0, Some(0))), (&[], progress(1, None))),
            []
        );
        let placed = drain((&[first], progress(1, None)), (&[], progress(1, None)));
        let order = |placed: &[(u16, u32, u64)]| -> Vec<u16> {
            placed.iter().map(|&(thread, ..)| thread).collect()
        };
        // What has just come may have to wait once more itself.
        let placed = [
            placed,
            drain((&[], progress(1, None)), (&[], progress(1, None))),
        ]
        .concat();
        assert_eq!(order(&placed), [0, 1]);
    }

    /// Threads that take and release locks, number by number, and record it some steps
    /// later; whoever drains them does so one after the other, while they go on.
    struct Machine {
        dice: Dice,
        now: u64,
        changes: [u32; 3],
        holder: [Option<usize>; 3],
        threads: Vec<Simulated>,
    }

    #[derive(Default)]
    struct Simulated {
        begun: Option<Event>,
        ring: Vec<Event>,
        recorded: u32,
        /// How far the clock is off.
        off: i64,
    }

    impl Machine {
        fn new(seed: u64, threads: usize) -> Machine {
            let mut dice = Dice::new(seed);
            let mut simulated: Vec<Simulated> = Vec::new();
            simulated.resize_with(threads, Simulated::default);
            for thread in &mut simulated {
                thread.off = dice.below(2001) as i64 - 1000;
            }
            Machine {
                dice,
                now: 10_000,
                changes: [0; 3],
                holder: [None; 3],
                threads: simulated,
            }
        }

        fn step(&mut self) {
            self.now += self.dice.below(20) as u64;
            let index = self.dice.below(self.threads.len());
            let object = self.dice.below(3);
            let thread = &mut self.threads[index];
            if let Some(event) = thread.begun.take() {
                thread.ring.push(event);
                thread.recorded += 1;
                return;
            }
            let seq = thread.recorded;
            let at = Some((self.now as i64 + thread.off) as u64);
            let site = Site {
                object: ObjectId(object as u16),
                line: 1,
            };
            let recorded = |kind, order, at| Event {
                seq,
                kind,
                site,
                value: 0,
                order,
                at,
            };
            let changes = &mut self.changes[object];
            thread.begun = Some(match self.holder[object] {
                None => {
                    self.holder[object] = Some(index);
                    *changes += 1;
                    recorded(Kind::Acquire, Order::At(*changes), None)
                }
                Some(holder) if holder == index => {
                    self.holder[object] = None;
                    *changes += 1;
                    recorded(Kind::Release, Order::At(*changes), None)
                }
                Some(_) if self.dice.below(2) == 0 => recorded(Kind::Block, Order::About, at),
                Some(_) => recorded(Kind::Wake, Order::After(*changes), at),
            });
        }

        /// All record what they have begun, and are drained.
        fn finish(&mut self, layout: &mut Layout) {
            for (thread, index) in self.threads.iter_mut().zip(0..) {
                thread.recorded += u32::from(thread.begun.is_some());
                thread.ring.extend(thread.begun.take());
                let progress = progress(thread.recorded as usize, None);
                layout.take(ThreadId(index), &thread.ring, progress);
            }
        }

        /// Leaves some alone, as if there were no room for them, where that may be.
        fn drain(&mut self, layout: &mut Layout) -> Drained {
            let mut drained = Drained::All;
            for index in 0..self.threads.len() {
                if layout.noted && self.dice.below(3) == 0 {
                    drained = Drained::Some;
                    continue;
                }
                for _ in 0..self.dice.below(4) {
                    self.step();
                }
                let thread = &mut self.threads[index];
                let progress = Progress {
                    happened: thread.recorded,
                    in_flight: thread.begun.map(|event| event.seq),
                };
                let events = std::mem::take(&mut thread.ring);
                layout.take(ThreadId(index as u16), &events, progress);
            }
            drained
        }
    }

    #[test]
    fn what_is_placed_keeps_every_order_however_it_comes() {
        for seed in 0..300 {
            let mut machine = Machine::new(seed, 2 + seed as usize % 6);
            let mut layout = layout(machine.threads.len());
            let mut placed = Vec::new();
            for _ in 0..30 {
                for _ in 0..machine.dice.below(40) {
                    machine.step();
                }
                let drained = machine.drain(&mut layout);
                let now = machine.now;
                placed.extend(place(&mut layout, now, drained, |_| None));
            }
            let while_running = placed.len();
            machine.finish(&mut layout);
            placed.extend(place(&mut layout, machine.now, Drained::Last, |_| None));
            let happened: u32 = machine.threads.iter().map(|thread| thread.recorded).sum();
            assert_eq!(placed.len(), happened as usize, "seed {seed}");
            assert!(
                while_running * 2 > placed.len(),
                "seed {seed}: {while_running}"
            );
            keeps_every_order(&placed, seed);
        }
    }

    #[track_caller]
    fn keeps_every_order(placed: &[Placed], seed: u64) {
        let mut numbers = [0; 3];
        let mut latest = [0; 3];
        let mut threads = std::collections::BTreeMap::new();
        for (rank, event) in (0..).zip(placed) {
            assert_eq!(event.rank, rank, "seed {seed}");
            let object = usize::from(event.event.site.object.0);
            match event.event.order {
                Order::At(number) => {
                    assert_eq!(number, numbers[object] + 1, "seed {seed}: {event:?}");
                    assert!(event.at >= latest[object], "seed {seed}: {event:?}");
                    numbers[object] = number;
                    latest[object] = event.at;
                }
                Order::After(number) => {
                    assert!(number <= numbers[object], "seed {seed}: {event:?}");
                }
                _ => {}
            }
            let last = threads.insert(event.thread, (event.event.seq, event.at));
            let (seq, at) = last.unwrap_or_default();
            assert!(
                last.is_none_or(|_| event.event.seq == seq + 1),
                "seed {seed}"
            );
            assert!(event.at >= at, "seed {seed}: {event:?}");
        }
    }
}
