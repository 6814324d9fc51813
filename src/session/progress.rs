//! The progress graph of a program's two threads, for the script that draws it.

use borsh::{BorshDeserialize, BorshSerialize};
use serde::Serialize;

use super::fates;
use crate::explore::{Map, Options, Progress, progress};
use crate::scenario::listing::{Language, Listing};

/// Where two threads can be, and what share of all interleavings goes wrong there; empty for
/// programs of more threads, and for those that were not explored to the end.
///
/// As text, which the page hands on as it is. A line for each thread has its name, its
/// [path](super::playback::ThreadOf::path), and for each of its steps the line in the Python
/// and in the Rust. A line for each place has the steps of the first thread, those of the
/// second, those of all, interleavings through it that go wrong, and all, and the schedule of
/// the simplest way to it. Between all these are tabs.
#[derive(Clone, Debug, Default, PartialEq, BorshSerialize, BorshDeserialize, Serialize)]
#[serde(transparent)]
pub struct ProgressGraph(String);

impl ProgressGraph {
    /// That of a program, if it has one; see [`progress`].
    pub fn of<T, K, Main>(
        map: &Map<K>,
        (options, version, listing): (Options, u32, &Listing),
        program: impl Fn() -> Main + Clone + 'static,
        is_wrong: impl Fn(&K) -> bool,
    ) -> ProgressGraph
    where
        T: 'static,
        Main: Future<Output = T> + 'static,
    {
        let graph = progress(map, options, version, program, is_wrong);
        ProgressGraph(graph.map_or_else(String::new, |graph| text(&graph, listing)))
    }

    /// Whether there is none.
    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    pub fn text(&self) -> &str {
        &self.0
    }
}

fn text(graph: &Progress, listing: &Listing) -> String {
    let mut text = String::new();
    for thread in 0..2 {
        text.push_str(&graph.names[thread]);
        text.push('\t');
        text.push_str(&fates::path(graph.threads[thread]));
        for &line in &graph.lines[thread] {
            text.push_str(&format!(
                "\t{} {line}",
                listing.line_in(Language::Python, line)
            ));
        }
        text.push('\n');
    }
    for ([one, other], place) in &graph.places {
        text.push_str(&format!(
            "{one}\t{other}\t{}\t{}\t{}\t{}\n",
            place.step,
            place.wrong,
            place.all,
            place.schedule.encode()
        ));
    }
    text
}
