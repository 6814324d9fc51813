//! Exploration: how many interleavings there are, what they come to, and that each
//! can be had again.

use lockstep::explore::{Count, Map, Search, explore};
use lockstep::platform::model::{Ended, Options, Run};
use lockstep::scenario::{self, Ending, Fact, Outcome, Params, Report, Verdict};
use lockstep::sync::Error;

type Result = std::result::Result<Outcome, Error>;

fn search(reduction: bool) -> Search {
    Search {
        reduction,
        limit: 1_000_000,
        options: Options::default(),
        version: 1,
    }
}

/// What an execution of a scenario's program came to.
fn verdict(run: &Run<Result>) -> (Verdict, Vec<Fact>) {
    match (&run.ended, &run.result) {
        (Ended::Deadlock, _) => (Verdict::Deadlock, Vec::new()),
        (_, Some(ending)) => {
            let report = Report::of(ending.clone(), 0.0);
            (report.verdict, report.facts)
        }
        (_, None) => (Verdict::Incomplete, Vec::new()),
    }
}

fn counter(params: &[(&str, &str)]) -> impl Fn() -> Ending {
    let scenario = scenario::find("counter").expect("registered");
    let mut set = Params::new(scenario.params);
    for (name, text) in params {
        set.set(name, text).expect("a parameter").expect("a value");
    }
    move || scenario.program.on_model(set.clone())
}

fn racing(
    threads: &str,
    increments: &str,
    guard: &str,
    reduction: bool,
) -> Map<(Verdict, Vec<Fact>)> {
    let params = [
        ("threads", threads),
        ("increments", increments),
        ("guard", guard),
    ];
    explore(&search(reduction), counter(&params), verdict, |_| true)
}

/// Interleavings in all, and those that are violated.
fn counts(map: &Map<(Verdict, Vec<Fact>)>) -> (Count, Count) {
    let mut violated = Count::default();
    for found in &map.outcomes {
        if found.outcome.0 == Verdict::Violated {
            violated.add(found.count);
        }
    }
    (map.interleavings, violated)
}

#[test]
fn the_racing_counter_has_the_interleavings_that_can_be_counted_by_hand() {
    for (increments, all, violated) in [("1", 6, 4), ("2", 70, 64), ("3", 924, 904)] {
        let full = racing("2", increments, "none", false);
        let reduced = racing("2", increments, "none", true);
        let expected = (Count::exactly(all), Count::exactly(violated));
        assert_eq!(counts(&full), expected);
        assert_eq!(counts(&reduced), expected);
        assert!(full.complete && reduced.complete);
        assert_eq!(u128::from(full.executions), all);
        assert!(reduced.executions < full.executions);
        println!(
            "{all} from {} (and {} cut)",
            reduced.executions, reduced.cut
        );
    }
}

#[test]
fn a_guarded_counter_is_never_violated_and_the_map_says_that_this_is_all() {
    for guard in ["lock", "atomic"] {
        for reduction in [false, true] {
            let map = racing("2", "2", guard, reduction);
            assert!(map.complete);
            assert_eq!(map.outcomes.len(), 1, "{guard}: {:?}", map.outcomes);
            assert_eq!(map.outcomes[0].outcome.0, Verdict::Ok);
        }
        let [full, reduced] = [false, true].map(|reduction| racing("2", "2", guard, reduction));
        assert_eq!(full.interleavings, reduced.interleavings, "{guard}");
        assert!(reduced.executions <= full.executions);
    }
}
