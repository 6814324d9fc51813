//! Figures as they are read: tables, shares of bars, a histogram, and what has to be said of
//! them. `www/figures.js` draws them, and knows nothing of what they mean.

use serde::Serialize;

use super::{Bucket, Figures, OfPrimitive, OfThread, Waits, time};
use crate::session::record::Unit;
use crate::words::figures as says;
use crate::words::number::{self, grouped};

/// All that the page shows.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Sheet {
    pub notes: Vec<String>,
    pub primitives: Table,
    pub threads: Table,
    /// Of each thread: parts of its life, by the names of states.
    pub shares: Vec<Vec<(&'static str, f64)>>,
    pub histogram: Vec<Bar>,
}

/// A table: the first cell of a row names it.
#[derive(Clone, Debug, Default, PartialEq, Serialize)]
pub struct Table {
    /// What stands over each column, and what it means.
    pub head: Vec<(&'static str, &'static str)>,
    pub rows: Vec<Vec<String>>,
}

/// A bar of the histogram; the longest is 1 long.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Bar {
    pub label: String,
    pub count: String,
    pub length: f64,
}

/// A column: its words, and what is in it.
type Column<T> = (says::Column, fn(&T, Unit) -> String);

const OF_PRIMITIVE: [Column<OfPrimitive>; 10] = [
    (says::NAME, |it, _| it.name.clone()),
    (says::KIND, |it, _| it.kind.clone()),
    (says::ACQUIRED, |it, _| count(it.acquired)),
    (says::CONTENDED, |it, _| share(it.contended, it.acquired)),
    (says::WAITS, |it, _| count(it.waits.count)),
    (says::WAITED, |it, unit| time(unit, it.waits.total)),
    (says::MEDIAN, |it, unit| median(&it.waits, unit)),
    (says::LONGEST, |it, unit| longest(&it.waits, unit)),
    (says::HELD, |it, unit| time(unit, it.held)),
    (says::LONGEST_HOLD, |it, unit| time(unit, it.longest_hold)),
];

const OF_THREAD: [Column<OfThread>; 11] = [
    (says::THREAD, |it, _| it.name.clone()),
    (says::ACQUIRED, |it, _| count(it.acquired)),
    (says::CONTENDED, |it, _| share(it.contended, it.acquired)),
    (says::WAITS, |it, _| count(it.waits.count)),
    (says::WAITED, |it, unit| time(unit, it.waits.total)),
    (says::RUNNING, |it, unit| time(unit, it.running)),
    (says::BUSY, |it, unit| time(unit, it.busy)),
    (says::READY, |it, unit| time(unit, it.ready)),
    (says::SLEEPING, |it, unit| time(unit, it.sleeping)),
    (says::HOLDING, |it, unit| time(unit, it.holding)),
    (says::LIFE, |it, unit| time(unit, it.life)),
];

impl Sheet {
    pub fn of(figures: &Figures) -> Sheet {
        let none = |column: says::Column| {
            let threads = figures.threads.iter();
            match column {
                says::BUSY => threads.map(|it| it.busy).sum::<u64>() == 0,
                says::READY => threads.map(|it| it.ready).sum::<u64>() == 0,
                _ => false,
            }
        };
        Sheet {
            notes: notes(figures),
            primitives: table(&figures.primitives, figures.unit, &OF_PRIMITIVE, |_| false),
            threads: table(&figures.threads, figures.unit, &OF_THREAD, none),
            shares: figures.threads.iter().map(shares).collect(),
            histogram: bars(&figures.histogram, figures.unit),
        }
    }
}

fn table<T>(
    of: &[T],
    unit: Unit,
    columns: &[Column<T>],
    leave_out: impl Fn(says::Column) -> bool,
) -> Table {
    let columns = || columns.iter().filter(|(words, _)| !leave_out(*words));
    let row = |it| columns().map(|(_, cell)| cell(it, unit)).collect();
    Table {
        head: columns().map(|(words, _)| *words).collect(),
        rows: of.iter().map(row).collect(),
    }
}

fn notes(figures: &Figures) -> Vec<String> {
    let mut notes = Vec::new();
    if figures.unit == Unit::Steps {
        notes.push(says::IN_STEPS.to_owned());
    }
    if figures.missing > 0 {
        notes.push(says::not_recorded(figures.missing, figures.happened));
    }
    let waits = |of: fn(&Waits) -> u64| figures.threads.iter().map(move |it| of(&it.waits));
    match waits(|waits| waits.cut_off).sum::<u64>() {
        0 => {}
        waits => notes.push(says::cut_off(waits)),
    }
    if waits(|waits| waits.count).sum::<u64>() == 0 {
        notes.push(says::NO_WAITS.to_owned());
    }
    notes
}

fn shares(of: &OfThread) -> Vec<(&'static str, f64)> {
    let parts = [
        ("running", of.running),
        ("busy", of.busy),
        ("ready", of.ready),
        ("waiting", of.waits.total),
        ("sleeping", of.sleeping),
    ];
    let life = of.life.max(1) as f64;
    let there = parts.into_iter().filter(|(_, time)| *time > 0);
    there
        .map(|(name, time)| (name, time as f64 / life))
        .collect()
}

fn bars(buckets: &[Bucket], unit: Unit) -> Vec<Bar> {
    let most = buckets.iter().map(|it| it.count).max().unwrap_or(0).max(1);
    let bar = |it: &Bucket| Bar {
        label: match unit {
            Unit::Steps if it.to - it.from == 1 => time(unit, it.from),
            Unit::Steps => says::range(&time(unit, it.from), &time(unit, it.to - 1)),
            Unit::Nanoseconds => says::under(&round(it.to)),
        },
        count: count(it.count),
        length: it.count as f64 / most as f64,
    };
    buckets.iter().map(bar).collect()
}

/// A time of one digit.
fn round(ns: u64) -> String {
    let units = [
        (1_000_000_000, number::S),
        (1_000_000, number::MS),
        (1000, number::US),
        (1, number::NS),
    ];
    let (size, name) = (units.into_iter().find(|(size, _)| ns >= *size)).unwrap_or((1, number::NS));
    format!("{} {name}", grouped((ns / size).cast_signed()))
}

fn count(n: u64) -> String {
    grouped(n.cast_signed())
}

fn share(part: u64, whole: u64) -> String {
    match whole {
        0 => "–".to_owned(),
        _ => format!(
            "{} ({:.0}%)",
            count(part),
            part as f64 * 100.0 / whole as f64
        ),
    }
}

fn median(waits: &Waits, unit: Unit) -> String {
    of_waits(waits, waits.median, unit)
}

fn longest(waits: &Waits, unit: Unit) -> String {
    of_waits(waits, waits.longest, unit)
}

fn of_waits(waits: &Waits, length: u64, unit: Unit) -> String {
    match waits.count {
        0 => "–".to_owned(),
        _ => time(unit, length),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_read_is_what_was_counted() {
        let waits = Waits {
            count: 3,
            cut_off: 1,
            total: 1_500_000,
            median: 20_000,
            longest: 1_200_000,
        };
        let figures = Figures {
            unit: Unit::Nanoseconds,
            primitives: vec![OfPrimitive {
                kind: "Lock".into(),
                name: "lock".into(),
                acquired: 12,
                contended: 3,
                waits: waits.clone(),
                held: 4_000_000,
                longest_hold: 900,
            }],
            threads: vec![OfThread {
                name: "A".into(),
                waits,
                running: 500_000,
                life: 2_000_000,
                ..OfThread::default()
            }],
            histogram: vec![Bucket {
                from: 1000,
                to: 2000,
                count: 2,
            }],
            happened: 2000,
            missing: 1900,
        };
        let sheet = Sheet::of(&figures);
        assert_eq!(
            sheet.primitives.rows,
            [[
                "lock", "Lock", "12", "3 (25%)", "3", "1.50 ms", "20 µs", "1.20 ms", "4.00 ms",
                "900 ns"
            ]]
        );
        let heads: Vec<_> = sheet.threads.head.iter().map(|(name, _)| *name).collect();
        assert!(!heads.contains(&"busy") && !heads.contains(&"ready"));
        assert_eq!(sheet.threads.rows[0].len(), heads.len());
        assert_eq!(sheet.threads.rows[0][2], "–");
        assert_eq!(sheet.shares, [[("running", 0.25), ("waiting", 0.75)]]);
        assert_eq!(sheet.histogram[0].label, "under 2 µs");
        assert_eq!(
            sheet.notes,
            [
                "1,900 of 2,000 events were not recorded one by one. They are in no count here, \
                 and threads are shown as busy meanwhile.",
                "One wait lasted to the end of the run."
            ]
        );
    }
}
