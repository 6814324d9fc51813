//! The scenarios: what a learner can open, set and run.
//!
//! A scenario is data plus a program. Nothing outside this folder matches on a
//! closed list of them: they are found by id, and described by what they say of
//! themselves.

#[cfg(not(target_arch = "wasm32"))]
mod async_counter;
#[cfg(not(target_arch = "wasm32"))]
mod async_event;
#[cfg(not(target_arch = "wasm32"))]
mod async_fetch;
#[cfg(not(target_arch = "wasm32"))]
mod async_queue;
#[cfg(not(target_arch = "wasm32"))]
mod async_semaphore;
#[cfg(not(target_arch = "wasm32"))]
mod bank;
#[cfg(not(target_arch = "wasm32"))]
mod barrier;
#[cfg(not(target_arch = "wasm32"))]
mod connection_pool;
mod counter;
#[cfg(not(target_arch = "wasm32"))]
mod download_event;
#[cfg(not(target_arch = "wasm32"))]
mod downloads;
#[cfg(not(target_arch = "wasm32"))]
mod event;
#[cfg(not(target_arch = "wasm32"))]
mod gather;
pub mod listing;
#[cfg(not(target_arch = "wasm32"))]
mod lost_wakeup;
pub mod outcome;
#[cfg(not(target_arch = "wasm32"))]
mod over_release;
pub mod param;
mod params;
#[cfg(not(target_arch = "wasm32"))]
mod phases;
#[cfg(not(target_arch = "wasm32"))]
mod philosophers;
#[cfg(not(target_arch = "wasm32"))]
mod plain;
#[cfg(not(target_arch = "wasm32"))]
mod producer_consumer;
mod program;
#[cfg(not(target_arch = "wasm32"))]
mod readers_writers;
#[cfg(not(target_arch = "wasm32"))]
mod recursion;
#[cfg(not(target_arch = "wasm32"))]
mod return_values;
#[cfg(feature = "selftest")]
pub mod selftest;
#[cfg(not(target_arch = "wasm32"))]
mod semaphore;
#[cfg(not(target_arch = "wasm32"))]
mod strict_pool;
#[cfg(not(target_arch = "wasm32"))]
mod thread_pool;
#[cfg(not(target_arch = "wasm32"))]
mod threads;

pub use listing::Listing;
pub use outcome::{Fact, FactValue, Outcome, Report, Verdict};
pub use param::{Param, ParamError, Value};
pub use params::Params;
pub use program::{Ending, MadeOf, Program};

/// A scenario as data. Ids, parameter and fact names are public and stable.
pub struct Scenario {
    /// The value of `scenario=` in a link.
    pub id: &'static str,
    /// Goes up with each change after which an old schedule would show something
    /// else: its steps, or their order.
    pub version: u32,
    pub title: &'static str,
    /// What to look at and what to change next: a sentence or two.
    pub lesson: &'static str,
    /// What is worth trying after a first run.
    pub try_next: &'static [TryNext],
    pub params: &'static [Param],
    /// Names of the facts that a run ends with, and what each says.
    pub facts: &'static [(&'static str, &'static str)],
    /// How many threads a run may have, main included; an event loop has one.
    pub max_threads: fn(&Params) -> usize,
    /// The outcome in a sentence for people, from its facts.
    pub in_words: fn(&Report) -> String,
    /// The program as it is shown, in both languages.
    pub listing: Listing,
    pub program: &'static dyn Program,
}

/// Parameters to be set with one press.
pub struct TryNext {
    /// What the button says.
    pub label: &'static str,
    /// Names and values, as a link would write them. The others stay as they are.
    pub set: &'static [(&'static str, &'static str)],
}

// Those that are not in wasm are not on the page yet: each is 4 to 5 KB of its first
// load, and there is no room for them in the 250 KB that it may be (ARCHITECTURE.md,
// "Builds"). Natively all run and are tested.
static SCENARIOS: &[&Scenario] = &[
    #[cfg(not(target_arch = "wasm32"))]
    &threads::SCENARIO,
    #[cfg(not(target_arch = "wasm32"))]
    &return_values::SCENARIO,
    &counter::SCENARIO,
    #[cfg(not(target_arch = "wasm32"))]
    &recursion::SCENARIO,
    #[cfg(not(target_arch = "wasm32"))]
    &bank::SCENARIO,
    #[cfg(not(target_arch = "wasm32"))]
    &semaphore::SCENARIO,
    #[cfg(not(target_arch = "wasm32"))]
    &connection_pool::SCENARIO,
    #[cfg(not(target_arch = "wasm32"))]
    &over_release::SCENARIO,
    #[cfg(not(target_arch = "wasm32"))]
    &strict_pool::SCENARIO,
    #[cfg(not(target_arch = "wasm32"))]
    &event::SCENARIO,
    #[cfg(not(target_arch = "wasm32"))]
    &download_event::SCENARIO,
    #[cfg(not(target_arch = "wasm32"))]
    &producer_consumer::SCENARIO,
    #[cfg(not(target_arch = "wasm32"))]
    &barrier::SCENARIO,
    #[cfg(not(target_arch = "wasm32"))]
    &phases::SCENARIO,
    #[cfg(not(target_arch = "wasm32"))]
    &thread_pool::SCENARIO,
    #[cfg(not(target_arch = "wasm32"))]
    &downloads::SCENARIO,
    #[cfg(not(target_arch = "wasm32"))]
    &gather::SCENARIO,
    #[cfg(not(target_arch = "wasm32"))]
    &async_fetch::SCENARIO,
    #[cfg(not(target_arch = "wasm32"))]
    &async_queue::SCENARIO,
    #[cfg(not(target_arch = "wasm32"))]
    &async_counter::SCENARIO,
    #[cfg(not(target_arch = "wasm32"))]
    &async_event::SCENARIO,
    #[cfg(not(target_arch = "wasm32"))]
    &async_semaphore::SCENARIO,
    #[cfg(not(target_arch = "wasm32"))]
    &philosophers::SCENARIO,
    #[cfg(not(target_arch = "wasm32"))]
    &readers_writers::SCENARIO,
    #[cfg(not(target_arch = "wasm32"))]
    &lost_wakeup::SCENARIO,
    #[cfg(feature = "selftest")]
    &selftest::FAIL,
    #[cfg(feature = "selftest")]
    &selftest::STRESS,
    #[cfg(feature = "selftest")]
    &selftest::MEASURE,
    #[cfg(feature = "selftest")]
    &selftest::RANDOM,
];

/// All scenarios, in the order of the tutorial.
pub fn all() -> &'static [&'static Scenario] {
    SCENARIOS
}

/// The scenario of this id.
pub fn find(id: &str) -> Option<&'static Scenario> {
    all().iter().copied().find(|s| s.id == id)
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
    const STEPS: [&str; 30] = [
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
        ".set();",
        " sleep(",
        " get(",
        " gather(",
        "create_task(",
        "create_named_task(",
    ];

    #[test]
    fn each_step_of_a_listing_is_marked_and_has_its_counterpart() {
        assert!(lessons().count() >= 25);
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
