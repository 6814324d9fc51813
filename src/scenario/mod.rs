//! The scenarios: what a learner can open, set and run.
//!
//! A scenario is data plus a program. Nothing outside this folder matches on a
//! closed list of them: they are found by id, and described by what they say of
//! themselves.

mod async_counter;
mod async_event;
mod async_fetch;
mod async_queue;
mod async_semaphore;
mod bank;
mod barrier;
mod chart;
mod compare;
mod connection_pool;
mod counter;
mod download_event;
mod downloads;
mod event;
mod gather;
pub mod help;
pub mod listing;
mod lost_wakeup;
pub mod outcome;
mod over_release;
pub mod own;
pub mod param;
mod params;
mod phases;
mod philosophers;
pub mod plain;
pub mod process;
mod producer_consumer;
mod program;
mod readers_writers;
mod recursion;
mod return_values;
mod scrape;
#[cfg(feature = "selftest")]
pub mod selftest;
mod semaphore;
mod strict_pool;
mod thread_pool;
mod threads;

pub use chart::{Bar, Chart};
pub use listing::Listing;
pub use outcome::{Fact, FactValue, Outcome, Report, Verdict};
pub use param::{Param, ParamError, Value};
pub use params::Params;
use program::{Chapter, registry};
pub use program::{Ending, MadeOf, Program, Programs, on_loop_ended};

/// A scenario as data. Ids, parameter and fact names are public and stable.
pub struct Scenario {
    /// The value of `scenario=` in a link.
    pub id: &'static str,
    /// Goes up with each change after which an old schedule would show something
    /// else: its steps, or their order.
    pub version: u32,
    pub title: &'static str,
    /// What is worth trying after a first run.
    pub try_next: &'static [TryNext],
    pub params: &'static [Param],
    /// Names of the facts that a run ends with, and what each says.
    pub facts: &'static [(&'static str, &'static str)],
    /// Its figures as bars, if they are to be compared.
    pub chart: Option<Chart>,
    /// How many threads a run may have, main included.
    pub max_threads: fn(&Params) -> usize,
    /// The outcome in a sentence for people, from its facts.
    pub in_words: fn(&Report) -> String,
    /// The program as it is shown, in both languages, and its lesson.
    pub listing: Listing,
}

/// Parameters to be set with one press.
pub struct TryNext {
    /// What the button says.
    pub label: &'static str,
    /// Whether it explores them at once, as it says then.
    pub explore: bool,
    /// Names and values, as a link would write them. The others stay as they are.
    pub set: &'static [(&'static str, &'static str)],
}

registry! {
    /// Starting threads, waiting for them, and what locks are for.
    Threads: locks { threads, return_values, counter, recursion, bank, }
    /// Letting some in, letting know, and handing on.
    Threads: signals {
        semaphore,
        connection_pool,
        over_release,
        strict_pool,
        event,
        download_event,
        producer_consumer,
    }
    /// Waiting for each other.
    Threads: teams { barrier, phases, }
    /// Handing work to others.
    Threads: pools { thread_pool, scrape, downloads, }
    /// Tasks, which one thread runs.
    Tasks: event_loop {
        gather,
        async_fetch,
        async_queue,
        async_counter,
        async_event,
        async_semaphore,
    }
    /// Which of them to choose.
    Each: choosing { compare, }
    /// Not in the tutorial, but in every course.
    Threads: classics {
        philosophers,
        readers_writers,
        lost_wakeup,
        #[cfg(feature = "selftest")]
        selftest::fail,
        #[cfg(feature = "selftest")]
        selftest::stress,
        #[cfg(feature = "selftest")]
        selftest::measure,
        #[cfg(feature = "selftest")]
        selftest::random,
    }
}

/// All scenarios, in the order of the tutorial; but for the reader's [own](own).
pub fn all() -> &'static [&'static Scenario] {
    SCENARIOS
}

/// The scenario of this id.
pub fn find(id: &str) -> Option<&'static Scenario> {
    let mut all = all().iter().copied().chain([&own::SCENARIO]);
    all.find(|s| s.id == id)
}

/// The scenario that a link opens which names none.
pub fn default() -> &'static Scenario {
    &counter::SCENARIO
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ids_are_unique_and_found() {
        for scenario in all() {
            assert!(std::ptr::eq(
                find(scenario.id).expect("a registered id"),
                *scenario
            ));
        }
        assert!(find("no-such-scenario").is_none());
    }

    #[test]
    fn every_default_is_within_its_own_range() {
        for scenario in all() {
            for param in scenario.params {
                assert_eq!(
                    param.parse(param.default).map(|v| v.to_string()),
                    Ok(param.default.to_owned()),
                    "{} of {}",
                    param.name,
                    scenario.id
                );
            }
        }
    }

    /// Those that learners see, which have a listing.
    fn lessons() -> impl Iterator<Item = &'static Scenario> {
        all()
            .iter()
            .copied()
            .filter(|s| !s.listing.python.is_empty())
    }

    /// What begins a step of a program, as it is written.
    const STEPS: [&str; 24] = [
        " with(",
        ".acquire(",
        ".release(",
        ".value()",
        ".wait(",
        ".notify(",
        ".notify_all(",
        ".set().",
        ".clear().",
        ".is_set(",
        ".abort(",
        ".broken(",
        ".put(",
        ".get(",
        ".load(",
        ".store(",
        ".fetch_add(",
        ".start(",
        ".join(",
        ".is_alive(",
        "sleep::<P>(",
        ".submit(",
        ".result(",
        "as_completed(",
    ];

    #[test]
    fn each_step_of_a_listing_is_marked_and_has_its_counterpart() {
        assert!(lessons().count() >= 19);
        let mut wrong = Vec::new();
        for Scenario { id, listing, .. } in lessons() {
            let listing = listing.parsed();
            for line in listing.rust() {
                let is_step = STEPS
                    .iter()
                    .any(|step| format!(" {}", line.text).contains(step));
                if is_step && line.marker.is_none() {
                    wrong.push(format!("{id}: no marker: {}", line.text));
                }
                if line.marker.is_some() && listing.python_line_of(line.number).is_none() {
                    wrong.push(format!("{id}: not in the Python: {}", line.text));
                }
            }
            for line in listing.python() {
                if line.marker.is_some() && listing.rust_line_of(line.number).is_none() {
                    wrong.push(format!("{id}: not in the Rust: {}", line.text));
                }
            }
            let marked = |line: &listing::Line| line.marker.is_some();
            assert!(listing.rust().iter().any(marked), "{id}");
        }
        assert!(wrong.is_empty(), "{}", wrong.join("\n"));
    }

    #[test]
    fn each_parameter_is_a_constant_of_the_python_with_its_default() {
        for scenario in lessons() {
            let listing = scenario.listing.parsed();
            let lines: Vec<&str> = (listing.python().iter())
                .map(|line| line.text.as_str())
                .collect();
            let defaults = Params::new(scenario.params);
            let filled_in = listing.python_for(&defaults);
            assert_eq!(filled_in, lines.join("\n") + "\n", "{}", scenario.id);
            for param in scenario.params {
                let constant = format!("{} = ", param.name.to_uppercase());
                let defined = lines.iter().filter(|line| line.starts_with(&constant));
                assert_eq!(defined.count(), 1, "{}: {constant}", scenario.id);
            }
        }
    }

    #[test]
    fn what_to_try_next_can_be_set_and_changes_something() {
        for scenario in lessons() {
            assert!(!scenario.try_next.is_empty(), "{}", scenario.id);
            for next in scenario.try_next {
                let mut params = Params::new(scenario.params);
                for (name, text) in next.set {
                    let set = params.set(name, text);
                    assert_eq!(set, Some(Ok(())), "{}: {}", scenario.id, next.label);
                }
                assert_ne!(params, Params::new(scenario.params), "{}", next.label);
            }
        }
    }
}
