//! `queue.Queue`, `LifoQueue` and `PriorityQueue`: items from those who make
//! them to those who use them.
//!
//! CPython 3.11's behaviour (`Lib/queue.py`), and `shutdown` as of 3.13: a mutex
//! over the items, and three lines to wait in, until there is an item, until
//! there is room, and until all items have been dealt with. A bounded queue is
//! what slows a producer down to its consumers; an unbounded one does not.
//!
//! **Fairness**: none, as in CPython. Items keep their order; of those who wait
//! for one, any may get it.

use std::cell::Cell;
use std::cmp::Reverse;
use std::collections::{BinaryHeap, VecDeque};
use std::marker::PhantomData;
use std::sync::Arc;
use std::sync::atomic::Ordering::Relaxed;
use std::time::Duration;

use super::Shown;
use super::blocking::Blocking;
use super::error::Error;
use super::guarded::Guarded;
use super::line::{Line, Place, Through};
use super::object::Object;
use crate::platform::{self as program, Operation, Platform, Stateful, Word};
use crate::trace::objects::{ObjectKind, Shows, Words as Seen};
use crate::trace::{At, Kind, Site};

/// How a queue orders its items.
#[expect(clippy::len_without_is_empty, reason = "the queue asks for the number")]
pub trait Order<T>: Default + Send + 'static {
    fn put(&mut self, item: Item<T>);
    fn get(&mut self) -> Option<Item<T>>;
    fn len(&self) -> usize;

    /// Calls a function with each item, in an order that tells how they will come out.
    fn each(&self, look: &mut dyn FnMut(&T));

    /// The items' marks, in an order that does not depend on how they came in.
    fn marks(&self) -> Vec<u64>;
}

/// An item, and [what its maker had observed](Platform::mark).
#[derive(PartialEq, Eq, PartialOrd, Ord)]
pub struct Item<T> {
    pub value: T,
    pub mark: u64,
}

/// First in, first out: `queue.Queue`.
pub struct Fifo<T>(VecDeque<Item<T>>);

/// Last in, first out: `queue.LifoQueue`.
pub struct Lifo<T>(Vec<Item<T>>);

/// The least first: `queue.PriorityQueue`. Of equal items, any may come first.
pub struct Priority<T>(BinaryHeap<Reverse<Item<T>>>);

/// A queue of items in some order.
pub struct Queue<P: Platform, T, O = Fifo<T>> {
    /// The most items that it holds; 0 for any number.
    capacity: usize,
    state: Guarded<P, State<P, T, O>>,
    words: Words<P>,
    object: Object<P>,
}

/// Read from outside by whoever watches the run, hence the fixed layout.
#[repr(C)]
struct Words<P: Platform> {
    /// For watchers: how many items there are. Noted under the mutex.
    count: P::Word,
    /// As the queue's, or as much as a word holds.
    capacity: u32,
}

/// What [`Words`] say.
pub(super) fn shown(&[count, capacity, ..]: &Seen) -> Shown {
    Shown::Items { count, capacity }
}

struct State<P: Platform, T, O> {
    items: O,
    /// Items that were put and not yet told done.
    unfinished: usize,
    shut_down: bool,
    /// By [`Until`], the longest waiting first.
    lines: [Line<P>; 3],
    of: PhantomData<fn(T)>,
}

/// An item that could not be put, and why.
#[derive(Debug, PartialEq, Eq)]
pub struct Refused<T> {
    pub item: T,
    pub error: Error,
}

/// What threads wait for.
#[derive(Clone, Copy)]
enum Until {
    Item,
    Room,
    AllDone,
}

/// How often a thread that finds nothing, or no room, looks again before it stands
/// in the line: where all are busy, that halves what an item costs.
const LOOKS: u32 = 3;

/// What an attempt under the mutex comes to.
enum Attempt<R> {
    /// Its end, or none when patience ended.
    Done(Option<Result<R, Error>>),
    /// Not yet, but perhaps in a moment.
    LookAgain,
    /// Not yet, and the thread stands in the line.
    Wait,
}

impl<P: Platform, T: Send + 'static, O: Order<T>> Queue<P, T, O> {
    /// A queue of at most `capacity` items, or of any number if that is 0, that
    /// the run shows under this name.
    pub fn new(name: &str, capacity: usize) -> Arc<Queue<P, T, O>> {
        let queue = Arc::new(Queue {
            capacity,
            state: Guarded::new(State {
                items: O::default(),
                unfinished: 0,
                shut_down: false,
                lines: Default::default(),
                of: PhantomData,
            }),
            words: Words {
                count: P::Word::new(0),
                capacity: as_word(capacity),
            },
            object: Object::new(ObjectKind::Queue, name),
        });
        queue.object.publish(&queue, &queue.words);
        P::track(&queue);
        queue
    }

    /// Puts an item in, waiting for room as long as `blocking` allows.
    ///
    /// # Errors
    /// The item, with `Full` if there was no room in time, or `ShutDown`.
    #[track_caller]
    pub fn put(&self, item: T, blocking: Blocking) -> impl Future<Output = Result<(), Refused<T>>> {
        self.put_at(item, blocking, At::caller())
    }

    /// [`put`](Self::put), at a line of a program that is interpreted.
    pub fn put_at(
        &self,
        item: T,
        blocking: Blocking,
        location: At,
    ) -> impl Future<Output = Result<(), Refused<T>>> {
        let at = self.object.at(location);
        async move {
            let item = Cell::new(Some(item));
            let put = |state: &mut State<P, T, O>| {
                if state.shut_down {
                    return Some(Err(Error::SHUT_DOWN));
                }
                if self.is_full(state) {
                    return None;
                }
                state.items.put(Item {
                    value: item.take()?,
                    mark: P::mark(),
                });
                state.unfinished += 1;
                let through = state.lines[Until::Item as usize].let_through(1);
                Some(Ok((self.note_count(state), P::number_alone(at), through)))
            };
            let put = self.turn(Until::Room, blocking, Error::FULL, at, put).await;
            match (put, item.take()) {
                (Err(error), Some(item)) => Err(Refused { item, error }),
                (Err(_), None) => Ok(()),
                (Ok((count, order, through)), _) => {
                    through.wake();
                    P::record(Kind::Put, at, as_value(count), order);
                    Ok(())
                }
            }
        }
    }

    /// Takes an item out, waiting for one as long as `blocking` allows.
    ///
    /// # Errors
    /// `Empty` if there was none in time, `ShutDown` if there will be none.
    #[track_caller]
    pub fn get(&self, blocking: Blocking) -> impl Future<Output = Result<T, Error>> {
        self.get_at(blocking, At::caller())
    }

    /// [`get`](Self::get), at a line of a program that is interpreted.
    pub fn get_at(
        &self,
        blocking: Blocking,
        location: At,
    ) -> impl Future<Output = Result<T, Error>> {
        let at = self.object.at(location);
        async move {
            let get = |state: &mut State<P, T, O>| {
                let Some(item) = state.items.get() else {
                    return state.shut_down.then_some(Err(Error::SHUT_DOWN));
                };
                let through = state.lines[Until::Room as usize].let_through(1);
                let left = self.note_count(state);
                Some(Ok((item, left, P::number_alone(at), through)))
            };
            let got = self
                .turn(Until::Item, blocking, Error::EMPTY, at, get)
                .await;
            let (item, left, order, through) = got?;
            through.wake();
            P::observe(item.mark);
            P::record(Kind::Get, at, as_value(left), order);
            Ok(item.value)
        }
    }

    /// Tells that an item which was taken out has been dealt with.
    ///
    /// # Errors
    /// `ValueError: task_done() called too many times`.
    #[track_caller]
    pub fn task_done(&self) -> impl Future<Output = Result<(), Error>> {
        self.task_done_at(At::caller())
    }

    /// [`task_done`](Self::task_done), at a line of a program that is interpreted.
    pub fn task_done_at(&self, location: At) -> impl Future<Output = Result<(), Error>> {
        let at = self.object.at(location);
        async move {
            P::point(at).await;
            let through = self.state.with(at, |state| {
                let left = state.unfinished.checked_sub(1)?;
                state.unfinished = left;
                let all = if left == 0 { usize::MAX } else { 0 };
                let through = state.lines[Until::AllDone as usize].let_through(all);
                Some((through, P::number_alone(at)))
            });
            let through = through.await;
            P::observe(u64::from(through.is_some()));
            match through {
                Some((through, order)) => {
                    through.wake();
                    P::record(Kind::Settle, at, 0, order);
                }
                None => return Err(Error::value("task_done() called too many times")),
            }
            Ok(())
        }
    }

    /// Waits until all items that were put in have been dealt with.
    #[track_caller]
    pub fn join(&self) -> impl Future<Output = ()> {
        self.join_at(At::caller())
    }

    /// [`join`](Self::join), at a line of a program that is interpreted.
    pub fn join_at(&self, location: At) -> impl Future<Output = ()> {
        let at = self.object.at(location);
        async move {
            let done = |state: &mut State<P, T, O>| (state.unfinished == 0).then_some(Ok(()));
            let forever = self.turn(Until::AllDone, Blocking::Forever, Error::EMPTY, at, done);
            // Who waits for ever is not refused.
            let _ = forever.await;
            P::record(Kind::Pass, at, 0, P::after_changes(at));
        }
    }

    /// Ends the queue: nothing can be put in any more, and what is in it can
    /// still be taken out, or, if `immediate`, is dropped. All who wait for what
    /// will not come get `ShutDown`.
    #[track_caller]
    pub fn shutdown(&self, immediate: bool) -> impl Future<Output = ()> {
        let at = self.object.at(At::caller());
        async move {
            P::point(at).await;
            let (dropped, through) = (self.state)
                .with(at, |state| {
                    state.shut_down = true;
                    let mut dropped = Vec::new();
                    if immediate {
                        dropped.extend(std::iter::from_fn(|| state.items.get()));
                        state.unfinished = state.unfinished.saturating_sub(dropped.len());
                        self.note_count(state);
                    }
                    // Those who join look again; not all need be done.
                    let lines = state.lines.each_mut();
                    (dropped, lines.map(|line| line.let_through(usize::MAX)))
                })
                .await;
            through.into_iter().for_each(Through::wake);
            // Outside the mutex: what an item does when it goes is its own affair.
            drop(dropped);
        }
    }

    /// How many items there are at this moment. One step.
    #[track_caller]
    pub fn qsize(&self) -> impl Future<Output = usize> {
        self.qsize_at(At::caller())
    }

    /// [`qsize`](Self::qsize), at a line of a program that is interpreted.
    pub fn qsize_at(&self, location: At) -> impl Future<Output = usize> {
        let at = self.object.at(location);
        async move {
            P::point(at).await;
            let count = self.state.with(at, |state| state.items.len()).await;
            P::observe(count as u64);
            count
        }
    }

    /// Calls a function with each item, unless somebody else is at the queue at this moment:
    /// for who tells a state, between two steps.
    pub fn each(&self, look: &mut dyn FnMut(&T)) {
        self.state.try_with(|state| state.items.each(look));
    }

    /// Drops all items without a step, when the run is over: they may refer to the queue.
    pub fn forget(&self) {
        let items = self
            .state
            .try_with(|state| std::mem::take(&mut state.items));
        drop(items);
    }

    /// Notes for watchers how many items there are: the number. Under the mutex.
    fn note_count(&self, state: &State<P, T, O>) -> usize {
        let count = state.items.len();
        self.words.count.note(as_word(count));
        count
    }

    fn is_full(&self, state: &State<P, T, O>) -> bool {
        self.capacity > 0 && state.items.len() >= self.capacity
    }

    /// Makes an attempt as soon as it comes to an end: its end, or `refusal` when
    /// patience ends first.
    async fn turn<R>(
        &self,
        until: Until,
        blocking: Blocking,
        refusal: Error,
        at: Site,
        attempt: impl Fn(&mut State<P, T, O>) -> Option<Result<R, Error>>,
    ) -> Result<R, Error> {
        let would_end = |state: &mut State<P, T, O>| match until {
            Until::Item => state.items.len() > 0 || state.shut_down,
            Until::Room => !self.is_full(state) || state.shut_down,
            Until::AllDone => state.unfinished == 0,
        };
        let ready = || match self.state.try_with(would_end) {
            Some(true) => Ok(()),
            _ => Err(self.object.id()),
        };
        let at_once = || self.state.try_with(&attempt).flatten();
        let slow = || self.turn_in_line(until, blocking, at, &attempt);
        let operation = Operation::at(at).within(blocking.within());
        let end = P::until(operation, ready, at_once, slow).await;
        let end = end.unwrap_or(Err(refusal));
        P::observe(u64::from(end.is_ok()));
        end
    }

    /// Attempts something until it comes to an end, standing in a line between attempts.
    async fn turn_in_line<R>(
        &self,
        until: Until,
        blocking: Blocking,
        at: Site,
        attempt: &impl Fn(&mut State<P, T, O>) -> Option<Result<R, Error>>,
    ) -> Option<Result<R, Error>> {
        let mut deadline: Option<Duration> = None;
        let mut place: Option<Arc<Place<P>>> = None;
        let mut patient = blocking.waits();
        let mut looks = if P::SPIN > 0 { LOOKS } else { 0 };
        loop {
            let outcome = self.state.with(at, |state| {
                let line = &mut state.lines[until as usize];
                if let Some(place) = place.take() {
                    line.leave(&place);
                }
                match attempt(state) {
                    Some(end) => Attempt::Done(Some(end)),
                    None if !patient => Attempt::Done(None),
                    None if looks > 0 => Attempt::LookAgain,
                    None => {
                        place = Some(state.lines[until as usize].join());
                        Attempt::Wait
                    }
                }
            });
            match outcome.await {
                Attempt::Done(end) => return end,
                Attempt::LookAgain => {
                    looks -= 1;
                    (0..P::SPIN).for_each(|_| std::hint::spin_loop());
                    continue;
                }
                Attempt::Wait => {}
            }
            if deadline.is_none() {
                deadline = blocking.deadline(P::now);
            }
            if let Some(here) = &place {
                // When the time is up one more attempt is made: what came on the
                // last moment counts.
                patient = here.wait(deadline, at).await;
            }
        }
    }
}

fn as_word(count: usize) -> u32 {
    u32::try_from(count).unwrap_or(u32::MAX)
}

/// A number of items as an event's value.
fn as_value(count: usize) -> i64 {
    i64::try_from(count).unwrap_or(i64::MAX)
}

impl<P: Platform, T: Send + 'static, O: Order<T>> Stateful for Queue<P, T, O> {
    fn state(&self, of: &mut program::State) {
        self.state.try_with(|state| {
            of.add_all(&state.items.marks());
            of.add(state.unfinished as u64);
            of.add(state.shut_down);
        });
    }
}

impl<P: Platform, T, O> Shows for Queue<P, T, O> {
    fn words(&self) -> Seen {
        [self.words.count.load(Relaxed), self.words.capacity, 0, 0]
    }
}

impl<P: Platform, T, O> Drop for Queue<P, T, O> {
    fn drop(&mut self) {
        self.object.retire(self);
    }
}

impl<T> Default for Fifo<T> {
    fn default() -> Self {
        Fifo(VecDeque::new())
    }
}

impl<T: Send + 'static> Order<T> for Fifo<T> {
    fn put(&mut self, item: Item<T>) {
        self.0.push_back(item);
    }

    fn get(&mut self) -> Option<Item<T>> {
        self.0.pop_front()
    }

    fn len(&self) -> usize {
        self.0.len()
    }

    fn each(&self, look: &mut dyn FnMut(&T)) {
        self.0.iter().for_each(|item| look(&item.value));
    }

    fn marks(&self) -> Vec<u64> {
        self.0.iter().map(|item| item.mark).collect()
    }
}

impl<T> Default for Lifo<T> {
    fn default() -> Self {
        Lifo(Vec::new())
    }
}

impl<T: Send + 'static> Order<T> for Lifo<T> {
    fn put(&mut self, item: Item<T>) {
        self.0.push(item);
    }

    fn get(&mut self) -> Option<Item<T>> {
        self.0.pop()
    }

    fn len(&self) -> usize {
        self.0.len()
    }

    fn each(&self, look: &mut dyn FnMut(&T)) {
        self.0.iter().for_each(|item| look(&item.value));
    }

    fn marks(&self) -> Vec<u64> {
        self.0.iter().map(|item| item.mark).collect()
    }
}

impl<T: Ord> Default for Priority<T> {
    fn default() -> Self {
        Priority(BinaryHeap::new())
    }
}

impl<T: Ord + Send + 'static> Order<T> for Priority<T> {
    fn put(&mut self, item: Item<T>) {
        self.0.push(Reverse(item));
    }

    fn get(&mut self) -> Option<Item<T>> {
        self.0.pop().map(|Reverse(item)| item)
    }

    fn len(&self) -> usize {
        self.0.len()
    }

    fn each(&self, look: &mut dyn FnMut(&T)) {
        self.0.iter().for_each(|item| look(&item.0.value));
    }

    fn marks(&self) -> Vec<u64> {
        let mut marks: Vec<u64> = self.0.iter().map(|item| item.0.mark).collect();
        marks.sort_unstable();
        marks
    }
}
