//! The ring into which a thread records what it does.
//!
//! One producer, the thread; one consumer, whoever watches. Neither waits for
//! the other: events that find the ring full are not recorded, and since every
//! event has its number whether recorded or not, the reader sees how many.
//!
//! A hot loop makes millions of events. So [detail](Kind::is_edge) is recorded
//! for a window, the first [`DETAIL_WINDOW`] events of the thread, and only
//! counted after it; edges are recorded for as long as there is room.

use std::cell::UnsafeCell;
use std::mem::offset_of;
use std::sync::atomic::{AtomicU32, Ordering};

use super::event::{Event, Kind, Order, Site};
use super::memory::{Memory, note};
use crate::base::ObjectId;

/// Events that a ring holds; a power of two.
pub const CAPACITY: u32 = 4096;

/// Events of a thread that are recorded in detail. Less than the capacity, so
/// that edges find room behind them even before the first drain.
pub const DETAIL_WINDOW: u32 = CAPACITY / 2;

/// `at` of an event for which no clock was read.
const UNTIMED: u64 = u64::MAX;

#[derive(Clone, Copy)]
#[repr(C)]
struct Record {
    at: u64,
    value: i64,
    seq: u32,
    line: u32,
    order: u32,
    object: u16,
    kind: u8,
    order_tag: u8,
}

/// The layout is read from outside: `repr(C)`, and see [`drain`].
#[repr(C)]
pub struct Ring {
    /// Events ever recorded. Written by the producer; the slot at `head` is
    /// filled before it.
    head: AtomicU32,
    /// Events ever taken out. Written by the consumer.
    tail: AtomicU32,
    /// Events that ever happened. Written by the producer, after it has recorded one.
    seq: AtomicU32,
    /// Written by the producer before it takes a number for the event that it is about to
    /// record: what `seq` will be then. So a watcher that has seen a later number knows
    /// that one may still be missing.
    begun: AtomicU32,
    slots: [UnsafeCell<Record>; CAPACITY as usize],
}

// SAFETY: a slot is written by the one producer while head - tail < CAPACITY
// excludes it from what the consumer reads, and read by the one consumer only
// between `tail` and `head`. That there is one producer is what the methods that
// record ask of whoever calls them, and who drains keeps to one reader.
#[allow(unsafe_code)]
unsafe impl Sync for Ring {}

impl Ring {
    /// An empty ring, made in place: it is too large for a thread's stack.
    #[allow(unsafe_code)]
    pub fn boxed() -> Box<Ring> {
        // SAFETY: all-zero bytes are a valid Ring: zero counters and records of integers.
        unsafe { Box::<Ring>::new_zeroed().assume_init() }
    }

    /// A ring into which as many details were recorded as ever are: to be measured.
    #[cfg(feature = "selftest")]
    #[allow(unsafe_code)]
    pub fn full_of_details(kind: Kind) -> Box<Ring> {
        let ring = std::hint::black_box(Ring::boxed());
        for value in 0..DETAIL_WINDOW {
            let site = Site {
                object: ObjectId(1),
                line: 7,
            };
            // SAFETY: nobody else has it.
            unsafe { ring.detail(kind, site, i64::from(value), Order::About) };
        }
        ring
    }

    /// Whether the thread's next detail is recorded, and not just counted. If so, its
    /// number may be taken now.
    ///
    /// # Safety
    /// Only the thread to which the ring was given may call it, as all that records.
    #[inline]
    #[allow(unsafe_code)]
    pub unsafe fn begin(&self) -> bool {
        // The counter has one writer, who asks.
        let seq = self.seq.load(Ordering::Relaxed);
        let recorded = seq < DETAIL_WINDOW;
        if recorded {
            note(&self.begun, seq.wrapping_add(1));
        }
        recorded
    }

    /// [`begin`](Self::begin) for an edge, which is always recorded.
    ///
    /// # Safety
    /// As of [`begin`](Self::begin).
    #[allow(unsafe_code)]
    pub unsafe fn begin_edge(&self) {
        note(
            &self.begun,
            self.seq.load(Ordering::Relaxed).wrapping_add(1),
        );
    }

    /// Takes back a [`begin`](Self::begin): nothing came of it.
    ///
    /// # Safety
    /// As of [`begin`](Self::begin).
    #[allow(unsafe_code)]
    pub unsafe fn abandon(&self) {
        note(&self.begun, self.seq.load(Ordering::Relaxed));
    }

    /// Records an event without a clock.
    ///
    /// # Safety
    /// As of [`begin`](Self::begin).
    #[inline]
    #[allow(unsafe_code)]
    pub unsafe fn detail(&self, kind: Kind, site: Site, value: i64, order: Order) {
        debug_assert!(!kind.is_edge());
        let seq = self.seq.load(Ordering::Relaxed);
        if seq < DETAIL_WINDOW {
            // SAFETY: the caller's promise is handed on.
            unsafe { self.push(seq, kind, site, value, order, UNTIMED) };
        }
        note(&self.seq, seq.wrapping_add(1));
    }

    /// Records an event at a time in nanoseconds.
    ///
    /// # Safety
    /// As of [`begin`](Self::begin).
    #[allow(unsafe_code)]
    pub unsafe fn edge(&self, kind: Kind, site: Site, value: i64, order: Order, at: u64) {
        debug_assert!(kind.is_edge());
        let seq = self.seq.load(Ordering::Relaxed);
        // SAFETY: the caller's promise is handed on.
        unsafe { self.push(seq, kind, site, value, order, at) };
        note(&self.seq, seq.wrapping_add(1));
    }

    /// # Safety
    /// As of [`begin`](Self::begin).
    #[inline]
    #[allow(unsafe_code)]
    unsafe fn push(&self, seq: u32, kind: Kind, site: Site, value: i64, order: Order, at: u64) {
        let head = self.head.load(Ordering::Relaxed);
        // The last slot is for the thread's end, which so is never missing.
        let room = CAPACITY - u32::from(kind != Kind::Finish);
        // Acquire: the consumer has finished reading the slots below `tail`.
        if head.wrapping_sub(self.tail.load(Ordering::Acquire)) >= room {
            return;
        }
        let (order_tag, order) = order.to_parts();
        let record = Record {
            at,
            value,
            seq,
            line: site.line,
            order,
            object: site.object.0,
            kind: kind as u8,
            order_tag,
        };
        // SAFETY: this thread is the only producer (the caller's promise), and the check
        // above keeps the slot out of the consumer's range.
        unsafe { *self.slots[(head % CAPACITY) as usize].get() = record };
        // Release: the record is there before it is counted.
        self.head.store(head.wrapping_add(1), Ordering::Release);
    }

    /// The address that [`drain`] wants.
    pub fn address(&self) -> usize {
        &raw const *self as usize
    }
}

/// What a watcher learns of a ring beside its events.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Progress {
    /// Events that the thread has had so far, recorded or not.
    pub happened: u32,
    /// The event that the thread had begun to record, and not recorded yet.
    pub in_flight: Option<u32>,
}

/// Takes the recorded events out of the ring at `address`, and tells how far its thread
/// has come.
pub fn drain(memory: &impl Memory, address: usize, out: &mut Vec<Event>) -> Progress {
    // In this order: what was in flight and no longer is, is among the events.
    let begun = memory.load(address + offset_of!(Ring, begun));
    let happened = memory.load(address + offset_of!(Ring, seq));
    let head = memory.load(address + offset_of!(Ring, head));
    let tail_at = address + offset_of!(Ring, tail);
    let tail = memory.load(tail_at);
    let count = head.wrapping_sub(tail).min(CAPACITY);
    let slots = address + offset_of!(Ring, slots);
    let first = tail % CAPACITY;
    let before_the_end = count.min(CAPACITY - first);
    read_slots(memory, slots, first, before_the_end, out);
    read_slots(memory, slots, 0, count - before_the_end, out);
    memory.store(tail_at, tail.wrapping_add(count));
    let last = out.last().filter(|_| count > 0);
    let recorded = last.map_or(0, |event| event.seq.wrapping_add(1));
    Progress {
        happened: happened.max(recorded),
        in_flight: (begun > happened.max(recorded)).then(|| begun - 1),
    }
}

fn read_slots(memory: &impl Memory, slots: usize, first: u32, count: u32, out: &mut Vec<Event>) {
    const SIZE: usize = size_of::<Record>();
    if count == 0 {
        return;
    }
    let mut bytes = vec![0; count as usize * SIZE];
    memory.read(slots + first as usize * SIZE, &mut bytes);
    out.extend(bytes.chunks_exact(SIZE).filter_map(decode));
}

/// The event in a record's bytes, unless its kind is none that we know.
fn decode(bytes: &[u8]) -> Option<Event> {
    fn field<const N: usize>(bytes: &[u8], offset: usize) -> Option<[u8; N]> {
        bytes.get(offset..offset + N)?.try_into().ok()
    }
    let at = u64::from_le_bytes(field(bytes, offset_of!(Record, at))?);
    Some(Event {
        seq: u32::from_le_bytes(field(bytes, offset_of!(Record, seq))?),
        kind: Kind::from_u8(*bytes.get(offset_of!(Record, kind))?)?,
        site: Site {
            object: ObjectId(u16::from_le_bytes(field(
                bytes,
                offset_of!(Record, object),
            )?)),
            line: u32::from_le_bytes(field(bytes, offset_of!(Record, line))?),
        },
        value: i64::from_le_bytes(field(bytes, offset_of!(Record, value))?),
        order: Order::from_parts(
            *bytes.get(offset_of!(Record, order_tag))?,
            u32::from_le_bytes(field(bytes, offset_of!(Record, order))?),
        ),
        at: (at != UNTIMED).then_some(at),
    })
}

#[cfg(test)]
#[allow(unsafe_code)]
mod tests {
    use super::super::memory::own::OwnMemory;
    use super::*;

    fn site(line: u32) -> Site {
        Site {
            object: ObjectId(3),
            line,
        }
    }

    /// In these tests one thread at a time records.
    fn edge(ring: &Ring, kind: Kind, site: Site, at: u64) {
        // SAFETY: as above.
        unsafe { ring.edge(kind, site, at as i64, Order::About, at) };
    }

    fn begin(ring: &Ring) -> bool {
        // SAFETY: as above.
        unsafe { ring.begin() }
    }

    fn detail(ring: &Ring, kind: Kind, site: Site, value: i64, order: Order) {
        // SAFETY: as above.
        unsafe { ring.detail(kind, site, value, order) };
    }

    fn drained(ring: &Ring) -> (Vec<Event>, u32) {
        let mut events = Vec::new();
        // SAFETY: the ring outlives the call.
        let progress = drain(&unsafe { OwnMemory::new() }, ring.address(), &mut events);
        (events, progress.happened)
    }

    #[test]
    fn what_is_recorded_comes_out_once() {
        let ring = Ring::boxed();
        // SAFETY: as above.
        unsafe { ring.edge(Kind::Start, Site::NONE, 0, Order::After(2), 17) };
        detail(&ring, Kind::Store, site(42), -5, Order::At(9));
        let (events, seq) = drained(&ring);
        assert_eq!(seq, 2);
        assert_eq!(
            events,
            [
                Event {
                    seq: 0,
                    kind: Kind::Start,
                    site: Site::NONE,
                    value: 0,
                    order: Order::After(2),
                    at: Some(17)
                },
                Event {
                    seq: 1,
                    kind: Kind::Store,
                    site: site(42),
                    value: -5,
                    order: Order::At(9),
                    at: None
                },
            ]
        );
        assert_eq!(drained(&ring), (vec![], 2));
    }

    #[test]
    fn detail_ends_with_its_window_but_is_counted() {
        let ring = Ring::boxed();
        for i in 0..DETAIL_WINDOW + 1000 {
            detail(&ring, Kind::Load, site(1), i64::from(i), Order::About);
        }
        edge(&ring, Kind::Finish, Site::NONE, 99);
        let (events, seq) = drained(&ring);
        assert_eq!(seq, DETAIL_WINDOW + 1001);
        assert_eq!(events.len(), DETAIL_WINDOW as usize + 1);
        let last = events.last().expect("an event");
        assert_eq!((last.kind, last.seq), (Kind::Finish, DETAIL_WINDOW + 1000));
    }

    #[test]
    fn what_is_in_flight_is_told_until_it_is_there() {
        let ring = Ring::boxed();
        let progress = || {
            // SAFETY: the ring outlives the call.
            drain(
                &unsafe { OwnMemory::new() },
                ring.address(),
                &mut Vec::new(),
            )
        };
        edge(&ring, Kind::Start, Site::NONE, 0);
        assert_eq!(progress().in_flight, None);
        assert!(begin(&ring));
        assert_eq!(progress().in_flight, Some(1));
        detail(&ring, Kind::Acquire, site(1), 0, Order::At(1));
        assert_eq!((progress().in_flight, progress().happened), (None, 2));
        assert!(begin(&ring));
        // SAFETY: as above.
        unsafe { ring.abandon() };
        assert_eq!(progress().in_flight, None);
        for _ in 0..DETAIL_WINDOW {
            detail(&ring, Kind::Load, site(1), 0, Order::About);
        }
        assert!(!begin(&ring), "it is only counted from here on");
        assert_eq!(progress().in_flight, None);
    }

    #[test]
    fn a_full_ring_drops_and_a_drained_one_goes_on_across_the_end() {
        let ring = Ring::boxed();
        let mut all = Vec::new();
        for round in 0..3 {
            for i in 0..CAPACITY + 10 {
                edge(&ring, Kind::Block, site(i), u64::from(i));
            }
            let (events, seq) = drained(&ring);
            assert_eq!(seq, (round + 1) * (CAPACITY + 10));
            assert_eq!(events.len(), CAPACITY as usize - 1);
            all.extend(events);
            // Off the start, so that the next round wraps.
            edge(&ring, Kind::Wake, site(0), 0);
            all.extend(drained(&ring).0);
            ring.seq.fetch_sub(1, Ordering::Relaxed);
        }
        assert_eq!(all.len(), 3 * CAPACITY as usize);
        // However full it is, the end finds room.
        for i in 0..CAPACITY {
            edge(&ring, Kind::Block, site(i), u64::from(i));
        }
        edge(&ring, Kind::Finish, Site::NONE, 1);
        let (events, _) = drained(&ring);
        assert_eq!(events.last().map(|event| event.kind), Some(Kind::Finish));
    }

    #[test]
    fn a_reader_beside_the_writer_sees_a_gapless_or_honestly_gapped_sequence() {
        let ring = Ring::boxed();
        let total = if cfg!(miri) { 2_000 } else { 200_000 };
        std::thread::scope(|scope| {
            scope.spawn(|| {
                for i in 0..total {
                    edge(&ring, Kind::Block, site(i), u64::from(i));
                }
            });
            let mut seen = Vec::new();
            while drained_into(&ring, &mut seen) < total {
                std::thread::yield_now();
            }
            drained_into(&ring, &mut seen);
            assert!(seen.windows(2).all(|pair| pair[0].seq < pair[1].seq));
            assert!(
                seen.iter()
                    .all(|e| e.value == i64::from(e.seq) && e.site.line == e.seq)
            );
        });
    }

    fn drained_into(ring: &Ring, out: &mut Vec<Event>) -> u32 {
        // SAFETY: the ring outlives the call.
        drain(&unsafe { OwnMemory::new() }, ring.address(), out).happened
    }
}
