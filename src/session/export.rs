//! Files of a run, to be kept and read elsewhere: a trace for Perfetto and Chrome, tables for
//! spreadsheets, a picture.

pub mod chrome;
pub mod csv;
pub mod svg;

use super::figures::Figures;
use super::playback::Playback;
use super::record::Source;
use super::table::Table;
use crate::scenario::Scenario;
use crate::scenario::listing::Language;
use crate::trace::{Store, packed};

/// A run to be looked at as a whole, and what its program is.
pub struct Export {
    run: Run,
    scenario: &'static Scenario,
    /// Of the listing that is shown: all lines are those of that.
    language: Language,
}

enum Run {
    Trace(Store),
    Playback(Playback),
}

impl Export {
    /// A run on real threads, or of real tasks, from the [parts](packed::part) of its trace.
    pub fn of_trace(
        parts: impl IntoIterator<Item = (String, Vec<u8>)>,
        scenario: &'static Scenario,
        language: Language,
    ) -> Export {
        Export {
            run: Run::Trace(packed::unpack(parts)),
            scenario,
            language,
        }
    }

    /// A run on the model.
    pub fn of_playback(
        playback: Playback,
        scenario: &'static Scenario,
        language: Language,
    ) -> Export {
        Export {
            run: Run::Playback(playback),
            scenario,
            language,
        }
    }

    pub fn figures(&self) -> Figures {
        Figures::of(&self.source().record())
    }

    /// A part of the events, from one on, by its number.
    pub fn events(&self, from: usize) -> Table {
        let line = |line| self.scenario.listing.line_in(self.language, line);
        Table::of(self.source(), from, line)
    }

    /// A file by its name, part by part; nothing for a name that no file has.
    pub fn file(&self, name: &str, mut write: impl FnMut(&str)) {
        let listing = &self.scenario.listing;
        let line = |line| listing.line_in(self.language, line);
        let title = self.scenario.title;
        match (name, &self.run) {
            ("trace.json", _) => {
                chrome::parts(self.source(), title, line).for_each(|part| write(&part));
            }
            ("events.csv", _) => csv::events(self.source(), line).for_each(|part| write(&part)),
            ("primitives.csv", _) => write(&csv::primitives(&self.figures())),
            ("threads.csv", _) => write(&csv::threads(&self.figures())),
            ("lanes.svg", Run::Trace(trace)) => write(&svg::of_trace(title, trace)),
            ("lanes.svg", Run::Playback(playback)) => write(&svg::of_playback(title, playback)),
            _ => {}
        }
    }

    fn source(&self) -> Source<'_> {
        match &self.run {
            Run::Trace(trace) => Source::Trace(trace),
            Run::Playback(playback) => Source::Playback(playback),
        }
    }
}
