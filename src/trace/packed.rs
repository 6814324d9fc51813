//! A trace as plain bytes, for whoever looks at a whole run elsewhere: figures and
//! exports are computed by a module of their own, see `session/figures.rs`.
//!
//! The trace is handed over in parts, each a name and numbers of 32 bits: the time up to
//! which it goes, then each thread, then each object. What a lane and a rail show comes
//! through as it is: lanes are made again of the same events, holds are handed over.

use super::event::{Event, Kind, Order, Site};
use super::holds::Hold;
use super::lanes::Ending;
use super::layout::Placed;
use super::objects::{Object, ObjectKind};
use super::store::Store;
use crate::base::{ObjectId, ThreadId};

/// Numbers of a thread before its holds and events.
const HEAD: usize = 5;
const HOLD: usize = 5;
const EVENT: usize = 8;

/// How a lane has ended, as a number: its place here, from 1.
const ENDINGS: [Ending; 3] = [Ending::Finished, Ending::Failed, Ending::CutOff];

/// A part of a trace, from the first, which is 0: its name, and the bytes of its numbers. `None`
/// beyond the last.
pub fn part(trace: &Store, index: usize) -> Option<(&str, Vec<u8>)> {
    let (name, numbers) = numbers_of(trace, index)?;
    Some((name, bytemuck::cast_slice(&numbers).to_vec()))
}

fn numbers_of(trace: &Store, index: usize) -> Option<(&str, Vec<u32>)> {
    let now = trace.now();
    let Some(index) = index.checked_sub(1) else {
        return Some(("", vec![low(now), high(now)]));
    };
    let threads = trace.threads();
    let Some(thread) = threads.get(index) else {
        let object = trace.objects.get(index - threads.len())?;
        return Some((&object.name, vec![object.kind as u32]));
    };
    let (at, how) = match thread.lane.ended() {
        Some((at, how)) => (at, how as u32 + 1),
        None => (0, 0),
    };
    let mut numbers = vec![thread.happened(), low(at), high(at), how, 0];
    for Hold { object, start, end } in trace.holds.of(ThreadId(index as u16), now) {
        numbers[HEAD - 1] += 1;
        let object = u32::from(object.0);
        numbers.extend_from_slice(&[object, low(start), high(start), low(end), high(end)]);
    }
    for Placed {
        event, at, rank, ..
    } in thread.events()
    {
        let value = event.value.cast_unsigned();
        numbers.extend_from_slice(&[
            event.seq,
            (event.kind as u32) << 16 | u32::from(event.site.object.0),
            event.site.line,
            low(value),
            high(value),
            low(*at),
            high(*at),
            *rank as u32,
        ]);
    }
    Some((&thread.name, numbers))
}

fn low(time: u64) -> u32 {
    time as u32
}

fn high(time: u64) -> u32 {
    (time >> 32) as u32
}

/// The inverse of [`part`], of all parts in their order. Events have lost the numbers by
/// which they were ordered; parts that no trace has are left out.
pub fn unpack(parts: impl IntoIterator<Item = (String, Vec<u8>)>) -> Store {
    let mut store = Store::default();
    let mut events: Vec<Placed> = Vec::new();
    let mut threads = Vec::new();
    let mut holds = Vec::new();
    for (name, bytes) in parts {
        let numbers: Vec<u32> = (bytes.as_chunks().0.iter())
            .map(|&number| u32::from_le_bytes(number))
            .collect();
        match numbers[..] {
            [kind] => {
                let id = ObjectId(store.objects.len() as u16);
                if let Some(kind) = ObjectKind::from_u32(kind) {
                    store.objects.push(Object::new(id, kind, name));
                }
            }
            [low, high] => store.advance(time(low, high)),
            [happened, low, high, how, held, ref rest @ ..] => {
                let thread = ThreadId(threads.len() as u16);
                store.add_thread(name);
                let how = (how as usize).checked_sub(1);
                let how = how.and_then(|how| ENDINGS.get(how).copied());
                threads.push((happened, how.map(|how| (time(low, high), how))));
                let (of_holds, of_events) = rest.split_at(rest.len().min(held as usize * HOLD));
                holds.push(of_holds.as_chunks().0.iter().map(hold).collect());
                let of_events = of_events.as_chunks().0.iter();
                events.extend(of_events.filter_map(|event| placed(thread, event)));
            }
            _ => {}
        }
    }
    events.sort_unstable_by_key(|placed| (placed.at, placed.rank));
    store.restore(events, threads, holds);
    store
}

fn time(low: u32, high: u32) -> u64 {
    u64::from(high) << 32 | u64::from(low)
}

fn hold(&[object, start, start_high, end, end_high]: &[u32; HOLD]) -> Hold {
    Hold {
        object: ObjectId(object as u16),
        start: time(start, start_high),
        end: time(end, end_high),
    }
}

fn placed(
    thread: ThreadId,
    &[seq, did, line, value, value_high, at, at_high, rank]: &[u32; EVENT],
) -> Option<Placed> {
    let at = time(at, at_high);
    let event = Event {
        seq,
        kind: Kind::from_u8((did >> 16) as u8)?,
        site: Site {
            object: ObjectId(did as u16),
            line,
        },
        value: time(value, value_high).cast_signed(),
        order: Order::About,
        at: Some(at),
    };
    Some(Placed {
        thread,
        event,
        at,
        rank: u64::from(rank),
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn endings_are_numbered_by_their_place() {
        for (place, how) in ENDINGS.into_iter().enumerate() {
            assert_eq!(how as usize, place);
        }
    }

    #[test]
    fn parts_that_no_trace_has_are_left_out() {
        let parts = [
            ("x".to_owned(), vec![1, 2]),
            (String::new(), vec![0; 12]),
            ("lock".to_owned(), 99_u32.to_le_bytes().to_vec()),
            ("main".to_owned(), [0xff; 4 * 30].to_vec()),
        ];
        let store = unpack(parts);
        assert_eq!((store.threads().len(), store.objects.len()), (1, 0));
        assert!(store.threads()[0].events().is_empty());
    }
}
