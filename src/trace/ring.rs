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

use super::event::{Event, Kind, Site};
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
    object: u16,
    kind: u8,
    /// All bytes are read from outside, so there are none without a value.
    padding: [u8; 5],
}

/// The layout is read from outside: `repr(C)`, and see [`drain`].
#[repr(C)]
pub struct Ring {
    /// Events ever recorded. Written by the producer; the slot at `head` is
    /// filled before it.
    head: AtomicU32,
    /// Events ever taken out. Written by the consumer.
    tail: AtomicU32,
    /// Events that ever happened. Written by the producer.
    seq: AtomicU32,
    slots: [UnsafeCell<Record>; CAPACITY as usize],
}

// SAFETY: a slot is written by the one producer while head - tail < CAPACITY
// excludes it from what the consumer reads, and read by the one consumer only
// between `tail` and `head`. Who starts a thread (platform/control.rs) gives
// each ring to one thread, and who drains keeps to one reader.
#[allow(unsafe_code)]
unsafe impl Sync for Ring {}

impl Ring {
    /// An empty ring, made in place: it is too large for a thread's stack.
    #[allow(unsafe_code)]
    pub fn boxed() -> Box<Ring> {
        // SAFETY: all-zero bytes are a valid Ring: zero counters and records of integers.
        unsafe { Box::<Ring>::new_zeroed().assume_init() }
    }

    /// Records an event without a clock. Only the ring's own thread may call it.
    #[inline]
    pub fn detail(&self, kind: Kind, site: Site, value: i64) {
        debug_assert!(!kind.is_edge());
        let seq = self.next_seq();
        if seq < DETAIL_WINDOW {
            self.push(seq, kind, site, value, UNTIMED);
        }
    }

    /// Records an event at a time in nanoseconds. Only the ring's own thread may call it.
    pub fn edge(&self, kind: Kind, site: Site, value: i64, at: u64) {
        debug_assert!(kind.is_edge());
        let seq = self.next_seq();
        self.push(seq, kind, site, value, at);
    }

    #[inline]
    fn next_seq(&self) -> u32 {
        // A load and a store: the counter has one writer, who alone reads it.
        let seq = self.seq.load(Ordering::Relaxed);
        note(&self.seq, seq.wrapping_add(1));
        seq
    }

    #[inline]
    #[allow(unsafe_code)]
    fn push(&self, seq: u32, kind: Kind, site: Site, value: i64, at: u64) {
        let head = self.head.load(Ordering::Relaxed);
        // Acquire: the consumer has finished reading the slots below `tail`.
        if head.wrapping_sub(self.tail.load(Ordering::Acquire)) >= CAPACITY {
            return;
        }
        let record = Record {
            at,
            value,
            seq,
            line: site.line,
            object: site.object.0,
            kind: kind as u8,
            padding: [0; 5],
        };
        // SAFETY: this thread is the only producer (see Sync), and the check
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

/// Takes the recorded events out of the ring at `address`, and tells how many
/// events its thread has had so far, recorded or not.
pub fn drain(memory: &impl Memory, address: usize, out: &mut Vec<Event>) -> u32 {
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
    memory.load(address + offset_of!(Ring, seq))
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

    fn drained(ring: &Ring) -> (Vec<Event>, u32) {
        let mut events = Vec::new();
        // SAFETY: the ring outlives the call.
        let seq = drain(&unsafe { OwnMemory::new() }, ring.address(), &mut events);
        (events, seq)
    }

    #[test]
    fn what_is_recorded_comes_out_once() {
        let ring = Ring::boxed();
        ring.edge(Kind::Start, Site::NONE, 0, 17);
        ring.detail(Kind::Store, site(42), -5);
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
                    at: Some(17)
                },
                Event {
                    seq: 1,
                    kind: Kind::Store,
                    site: site(42),
                    value: -5,
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
            ring.detail(Kind::Load, site(1), i64::from(i));
        }
        ring.edge(Kind::Finish, Site::NONE, 0, 99);
        let (events, seq) = drained(&ring);
        assert_eq!(seq, DETAIL_WINDOW + 1001);
        assert_eq!(events.len(), DETAIL_WINDOW as usize + 1);
        let last = events.last().expect("an event");
        assert_eq!((last.kind, last.seq), (Kind::Finish, DETAIL_WINDOW + 1000));
    }

    #[test]
    fn a_full_ring_drops_and_a_drained_one_goes_on_across_the_end() {
        let ring = Ring::boxed();
        let mut all = Vec::new();
        for round in 0..3 {
            for i in 0..CAPACITY + 10 {
                ring.edge(Kind::Block, site(i), 0, u64::from(i));
            }
            let (events, seq) = drained(&ring);
            assert_eq!(seq, (round + 1) * (CAPACITY + 10));
            assert_eq!(events.len(), CAPACITY as usize);
            all.extend(events);
            // Off the start, so that the next round wraps.
            ring.edge(Kind::Wake, site(0), 0, 0);
            all.extend(drained(&ring).0);
            ring.seq.fetch_sub(1, Ordering::Relaxed);
        }
        assert_eq!(all.len(), 3 * (CAPACITY as usize + 1));
    }

    #[test]
    fn a_reader_beside_the_writer_sees_a_gapless_or_honestly_gapped_sequence() {
        let ring = Ring::boxed();
        let total = if cfg!(miri) { 2_000 } else { 200_000 };
        std::thread::scope(|scope| {
            scope.spawn(|| {
                for i in 0..total {
                    ring.edge(Kind::Block, site(i), i64::from(i), u64::from(i));
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
        drain(&unsafe { OwnMemory::new() }, ring.address(), out)
    }
}
