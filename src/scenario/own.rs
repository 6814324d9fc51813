//! A program of the reader's own, in Python.
//!
//! It is no lesson: nothing of it is known before it is written. Its text is
//! [`Params::code`](super::Params::code), and it has no parameters beside that.

use super::help::fact;
use super::listing::Listing;
use super::outcome::Report;
use super::{Chapter, MadeOf, Scenario};
use crate::words::own as says;

pub static SCENARIO: Scenario = Scenario {
    id: "program",
    version: 1,
    title: says::TITLE,
    try_next: &[],
    params: &[],
    facts: &[
        fact(OUT, "what it printed; its lines in any order"),
        fact(ERR, "what it printed to stderr, thread by thread"),
        fact(LOST, "lines that it printed beyond those that are kept"),
    ],
    chart: None,
    max_threads: |params| THREADS.max(numbers(&params.code)) + 1,
    in_words,
    listing: Listing::OWN,
};

/// It is loaded by itself.
pub(super) static CHAPTER: Chapter = Chapter {
    name: "program",
    made_of: MadeOf::Threads,
    holds: &[SCENARIO.id],
};

/// The names of its facts.
pub const OUT: &str = "out";
pub const ERR: &str = "err";
pub const LOST: &str = "lost_lines";

/// Threads that are there for any program, beside its main one.
const THREADS: usize = 16;

/// The most that a program can have at a time, beside its main one.
const MOST_THREADS: usize = 64;

/// The largest source, in bytes.
pub const LARGEST: usize = 64 << 10;

/// The largest of the numbers in a program that may be one of threads: real ones have to be
/// there before it begins.
fn numbers(code: &str) -> usize {
    let words = code.split(|c: char| !(c.is_alphanumeric() || c == '_' || c == '.'));
    let numbers = words.filter_map(|word| word.parse().ok());
    numbers
        .filter(|number| *number <= MOST_THREADS)
        .max()
        .unwrap_or(0)
}

fn in_words(report: &Report) -> String {
    says::it(&printed(report.text(OUT)))
}

/// The fact [`OUT`] in words.
pub fn printed(out: &str) -> String {
    match out {
        "" => says::PRINTED_NOTHING.to_owned(),
        out => says::printed(&out.lines().collect::<Vec<_>>()),
    }
}

#[cfg(test)]
mod tests {
    use super::super::Params;
    use super::*;

    #[test]
    fn threads_are_there_for_the_numbers_that_stand_in_the_program() {
        let threads = |code: &str| {
            let mut params = Params::new(&[]);
            params.code = code.into();
            (SCENARIO.max_threads)(&params)
        };
        assert_eq!(threads("print(1)"), 17);
        assert_eq!(threads("for i in range(40): Thread(target=f).start()"), 41);
        assert_eq!(threads("ThreadPoolExecutor(max_workers=64)"), 65);
        assert_eq!(threads("for i in range(100_000): x += 1"), 17);
        assert_eq!(threads("sleep(50.0); t1000 = 65"), 17);
    }
}
