//! The scenarios: what a learner can open, set and run.
//!
//! A scenario is data plus a program. Nothing outside this folder matches on a
//! closed list of them: they are found by id, and described by what they say of
//! themselves.

mod counter;
pub mod outcome;
pub mod param;
mod program;
#[cfg(feature = "selftest")]
pub mod selftest;

pub use outcome::{Fact, FactValue, Outcome, Report, Verdict};
pub use param::{Param, ParamError, Params, Value};
pub use program::{Ending, Program};

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
    pub params: &'static [Param],
    /// Names of the facts that a run ends with, and what each says.
    pub facts: &'static [(&'static str, &'static str)],
    /// How many threads a run may have, main included.
    pub max_threads: fn(&Params) -> usize,
    /// The outcome in a sentence for people, from its facts.
    pub in_words: fn(&Report) -> String,
    pub program: &'static dyn Program,
}

static SCENARIOS: &[&Scenario] = &[
    &counter::SCENARIO,
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
}
