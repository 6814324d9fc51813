//! Programs with known outcomes: exploration comes to those that the head of each names,
//! and to no other, and each is made again from its schedule.
//!
//! They lie beside the repository and not in it. Where they are missing, the test says so
//! and proves nothing.

use std::collections::BTreeSet;
use std::path::Path;

use lockstep_compile::compile;
use lockstep_compile::explore::{Question, all, replay};

type Named = BTreeSet<(String, Vec<String>)>;

/// The outcomes that the head of a program names: the verdict, and the lines, sorted.
fn named(source: &str) -> Named {
    let heads = source
        .lines()
        .filter_map(|line| line.strip_prefix("# outcome "));
    let named = heads.map(|head| {
        let (verdict, lines) = head.split_once(':').expect("a verdict and lines");
        let lines = lines.trim().split(" / ").filter(|line| !line.is_empty());
        let mut lines: Vec<String> = lines.map(str::to_owned).collect();
        lines.sort();
        (verdict.to_owned(), lines)
    });
    named.collect()
}

fn comes_to_what_it_names(name: &str) {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("../shared/programs");
    let Ok(source) = std::fs::read_to_string(folder.join(name)) else {
        eprintln!("NOT TESTED: there is no {name} in {}", folder.display());
        return;
    };
    let compiled = compile(&source, name).unwrap_or_else(|_| panic!("{name} is refused"));
    let map = all(compiled.program, &Question::default());
    assert!(map.complete, "{name}: {} states", map.states);
    let outcomes = map
        .outcomes
        .iter()
        .map(|found| (found.what.verdict.text().to_owned(), found.what.out.clone()));
    assert_eq!(outcomes.collect::<Named>(), named(&source), "{name}");
    for found in &map.outcomes {
        let again = replay(compiled.program, &found.schedule, false);
        assert_eq!(again.as_ref(), Some(&found.what), "{name}");
    }
}

macro_rules! programs {
    ($($name:ident)*) => {
        $(#[test]
        fn $name() {
            comes_to_what_it_names(concat!(stringify!($name), ".py"));
        })*
    };
}

programs! {
    async_lock_reentry blocking_sleep empty_then_get event_set_clear gather_goes_on hit_counter
    if_not_while nested_submit opposite_locks settings_singleton ticket_numbers
}
