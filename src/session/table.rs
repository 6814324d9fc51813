//! The events of a run as a table to be read: what the lanes show, in words, a part at a time.

use std::time::Duration;

use serde::Serialize;

use super::record::{Source, Unit};
use crate::words::figures as says;
use crate::words::number::{duration, grouped};

/// Rows of a part.
pub const ROWS: usize = 500;

/// Some of the events, in an order that could have been.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Table {
    pub head: [&'static str; 4],
    /// When, who, what, and at which line.
    pub rows: Vec<[String; 4]>,
    /// Which these are, and what is missing.
    pub note: String,
    /// Where the next part begins, if there is one.
    pub next: Option<usize>,
}

impl Table {
    /// The part that begins with an event, by its number from 0. `line` is the line of the
    /// listing that is shown, of one of the Rust.
    pub fn of(source: Source<'_>, from: usize, line: impl Fn(u32) -> u32) -> Table {
        let record = source.record();
        let mut deeds = source.deeds().skip(from);
        let rows: Vec<_> = (deeds.by_ref().take(ROWS))
            .map(|deed| {
                let at = match record.unit {
                    Unit::Steps => grouped(deed.at as i64 + 1),
                    Unit::Nanoseconds => duration(Duration::from_nanos(deed.at)),
                };
                let name = record.threads[deed.thread].name.clone();
                let what = deed.text.strip_prefix(&name).map(str::trim_start);
                let what = what.unwrap_or(&deed.text).to_owned();
                let line = match line(deed.line) {
                    0 => String::new(),
                    line => line.to_string(),
                };
                [at, name, what, line]
            })
            .collect();
        let to = from + rows.len();
        let all = to + deeds.count();
        let missing: u64 = record.threads.iter().map(|thread| thread.missing).sum();
        let mut note = match (from, to == all) {
            (0, true) => says::events(all),
            _ => says::events_of(from + 1, to, all),
        };
        if missing > 0 {
            note += &says::more_not_recorded(missing);
        }
        Table {
            head: [
                match record.unit {
                    Unit::Steps => says::STEP,
                    Unit::Nanoseconds => says::TIME,
                },
                says::EVENT_THREAD,
                says::WHAT,
                says::LINE,
            ],
            rows,
            note,
            next: (to < all).then_some(to),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::session::playback::play;
    use crate::session::record::Source;
    use crate::share;

    fn table(query: &str, from: usize) -> Table {
        let (link, _) = share::read(query);
        let run = play(&link, link.scenario.on_model());
        Table::of(Source::Playback(&run), from, |line| line)
    }

    #[test]
    fn a_short_run_is_one_table_that_says_what_each_thread_did() {
        let table = table("scenario=counter&threads=2&increments=1&engine=model", 0);
        let [step, thread, what, line] = &table.rows[0];
        assert_eq!([step, thread, what], ["1", "main", "starts Worker-1"]);
        assert!(line.parse::<u32>().is_ok());
        assert_eq!(table.note, format!("{} events", table.rows.len()));
        assert_eq!(table.next, None);
    }

    #[test]
    fn a_long_run_comes_in_parts_that_follow_each_other() {
        let query = "scenario=counter&threads=2&increments=200&engine=model";
        let first = table(query, 0);
        assert_eq!((first.rows.len(), first.next), (ROWS, Some(ROWS)));
        assert!(
            first.note.starts_with("Events 1 to 500 of "),
            "{}",
            first.note
        );
        let second = table(query, ROWS);
        assert_eq!(second.rows[0][0], "501");
        assert!(second.note.starts_with("Events 501 to "), "{}", second.note);
    }
}
