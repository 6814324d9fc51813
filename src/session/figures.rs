//! Figures of a run: how long threads waited, for what, how often, and what they held.
//!
//! A wait that the run's end cut off counts for as long as it lasted, so that each thread's
//! waits take as long as its lane waits. Where events are missing, what is counted is what
//! was recorded, and [`Figures::missing`] says how much that leaves out.

pub mod sheet;

use std::time::Duration;

use super::record::{Record, Unit, ending_name};
use crate::base::ObjectId;
use crate::trace::State;
use crate::trace::holds::Stretches;
use crate::words::figures;
use crate::words::number::{duration, grouped};

/// Figures of a run.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Figures {
    pub unit: Unit,
    /// Those that were acquired, held or waited for.
    pub primitives: Vec<OfPrimitive>,
    pub threads: Vec<OfThread>,
    /// Waits by how long they were.
    pub histogram: Vec<Bucket>,
    /// Events that happened, and those of them that were not recorded.
    pub happened: u64,
    pub missing: u64,
}

/// Figures of what threads share.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct OfPrimitive {
    pub kind: String,
    pub name: String,
    pub acquired: u64,
    /// How many of these had to wait.
    pub contended: u64,
    pub waits: Waits,
    /// For how long threads held it, one by one.
    pub held: u64,
    pub longest_hold: u64,
}

/// Figures of a thread.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct OfThread {
    pub name: String,
    pub ending: &'static str,
    pub acquired: u64,
    pub contended: u64,
    pub waits: Waits,
    pub running: u64,
    /// Running through steps that were counted and not recorded.
    pub busy: u64,
    /// It could have gone on and another went: on the model.
    pub ready: u64,
    pub sleeping: u64,
    /// For how long it held anything.
    pub holding: u64,
    /// From its first step to its last.
    pub life: u64,
    pub missing: u64,
}

/// What some waits came to.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Waits {
    pub count: u64,
    /// How many of them the end of the run cut off.
    pub cut_off: u64,
    pub total: u64,
    pub median: u64,
    pub longest: u64,
}

/// The waits of a length from `from` to less than `to`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Bucket {
    pub from: u64,
    pub to: u64,
    pub count: u64,
}

impl Figures {
    pub fn of(record: &Record) -> Figures {
        let lengths = record.threads.iter().flat_map(|thread| &thread.waits);
        let lengths: Vec<u64> = lengths.map(|wait| wait.length).collect();
        Figures {
            unit: record.unit,
            primitives: primitives(record),
            threads: record.threads.iter().map(OfThread::of).collect(),
            histogram: histogram(&lengths),
            happened: record.threads.iter().map(|thread| thread.happened).sum(),
            missing: record.threads.iter().map(|thread| thread.missing).sum(),
        }
    }
}

/// Figures of all that was acquired, held or waited for, by id; last, what has no entry in
/// the table of objects.
fn primitives(record: &Record) -> Vec<OfPrimitive> {
    let count = record.objects.len();
    let place = |object: ObjectId| usize::from(object.0).min(count);
    let mut all: Vec<(OfPrimitive, Vec<(u64, bool)>)> = (0..=count)
        .map(|place| {
            let of = OfPrimitive {
                kind: (record.objects.get(place))
                    .map_or("", |it| it.kind)
                    .to_owned(),
                name: record.name(ObjectId(place as u16)).to_owned(),
                ..OfPrimitive::default()
            };
            (of, Vec::new())
        })
        .collect();
    for thread in &record.threads {
        for acquisition in &thread.acquisitions {
            let (of, _) = &mut all[place(acquisition.object)];
            of.acquired += 1;
            of.contended += u64::from(acquisition.waited);
        }
        for wait in &thread.waits {
            let (_, waits) = &mut all[place(wait.object)];
            waits.push((wait.length, wait.goes_on));
        }
        let mut holds = thread.holds.clone();
        holds.sort_by_key(|hold| hold.object.0);
        for holds in holds.chunk_by(|one, other| one.object == other.object) {
            let (of, _) = &mut all[place(holds[0].object)];
            for (from, to) in holds.iter().copied().collect::<Stretches>().iter() {
                of.held += to - from;
                of.longest_hold = of.longest_hold.max(to - from);
            }
        }
    }
    let all = all.into_iter().map(|(of, waits)| OfPrimitive {
        waits: Waits::of(waits),
        ..of
    });
    all.filter(|of| of.acquired + of.waits.count + of.held > 0)
        .collect()
}

impl OfThread {
    fn of(thread: &super::record::Thread) -> OfThread {
        let waits = thread.waits.iter();
        let holding: Stretches = thread.holds.iter().copied().collect();
        OfThread {
            name: thread.name.clone(),
            ending: ending_name(thread.ending),
            acquired: thread.acquisitions.len() as u64,
            contended: thread.acquisitions.iter().filter(|it| it.waited).count() as u64,
            waits: Waits::of(waits.map(|wait| (wait.length, wait.goes_on)).collect()),
            running: thread.time_in(State::Running),
            busy: thread.time_in(State::Busy),
            ready: thread.time_in(State::Ready),
            sleeping: thread.time_in(State::Sleeping),
            holding: holding.time_until(u64::MAX),
            life: thread.to - thread.from,
            missing: thread.missing,
        }
    }
}

impl Waits {
    /// Of how long each was, and whether it was cut off.
    fn of(mut waits: Vec<(u64, bool)>) -> Waits {
        waits.sort_unstable();
        let middle = |index: usize| waits.get(index).map_or(0, |wait| wait.0);
        let count = waits.len();
        Waits {
            count: count as u64,
            cut_off: waits.iter().filter(|wait| wait.1).count() as u64,
            total: waits.iter().map(|wait| wait.0).sum(),
            median: match count {
                0 => 0,
                _ => middle((count - 1) / 2).midpoint(middle(count / 2)),
            },
            longest: waits.last().map_or(0, |wait| wait.0),
        }
    }
}

/// Numbers by their size: 0, then 1, 2, 5, 10, 20, 50 and so on, from the bucket of the least
/// to that of the greatest.
fn histogram(lengths: &[u64]) -> Vec<Bucket> {
    let (Some(&least), Some(&most)) = (lengths.iter().min(), lengths.iter().max()) else {
        return Vec::new();
    };
    let mut buckets = Vec::new();
    let (mut from, mut scale, mut steps) = (0, 1_u64, [1, 2, 5].into_iter().cycle());
    while from <= most {
        let step = steps.next().unwrap_or(1);
        let to = scale.saturating_mul(step);
        if step == 5 {
            scale = scale.saturating_mul(10);
        }
        if to > least {
            let count = lengths.iter().filter(|&&it| (from..to).contains(&it));
            let count = count.count() as u64;
            buckets.push(Bucket { from, to, count });
        }
        if to == u64::MAX {
            break;
        }
        from = to;
    }
    buckets
}

/// A stretch of a run's time, for people.
pub fn time(unit: Unit, length: u64) -> String {
    match unit {
        Unit::Steps => grouped(length.cast_signed()),
        Unit::Nanoseconds if length < 1000 => figures::nanoseconds(length),
        Unit::Nanoseconds => duration(Duration::from_nanos(length)),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn buckets_go_by_1_2_and_5_from_the_least_to_the_greatest() {
        let told = |lengths: &[u64]| -> Vec<(u64, u64, u64)> {
            let buckets = histogram(lengths).into_iter();
            buckets.map(|it| (it.from, it.to, it.count)).collect()
        };
        assert_eq!(told(&[]), []);
        assert_eq!(told(&[0, 0]), [(0, 1, 2)]);
        assert_eq!(
            told(&[3, 4, 5, 49, 50]),
            [
                (2, 5, 2),
                (5, 10, 1),
                (10, 20, 0),
                (20, 50, 1),
                (50, 100, 1)
            ]
        );
        let all: u64 = told(&[1, u64::MAX]).iter().map(|it| it.2).sum();
        assert!(all >= 1);
    }

    #[test]
    fn a_median_is_the_middle_of_the_sorted() {
        let median = |lengths: &[u64]| {
            let waits = lengths.iter().map(|&length| (length, false));
            Waits::of(waits.collect()).median
        };
        assert_eq!(
            [
                median(&[]),
                median(&[7]),
                median(&[9, 1]),
                median(&[5, 1, 9])
            ],
            [0, 7, 5, 5]
        );
    }

    #[test]
    fn times_are_told_in_their_unit() {
        assert_eq!(time(Unit::Steps, 1200), "1,200");
        assert_eq!(time(Unit::Nanoseconds, 800), "800 ns");
        assert_eq!(time(Unit::Nanoseconds, 1_200_000), "1.20 ms");
    }
}
