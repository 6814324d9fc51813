//! Links that were mangled on their way: whatever is left of them opens something, and what
//! was replaced is told.

use lockstep::explore::{Options, Replay, Schedule, run};
use lockstep::scenario::param::{Kind, Param, Value};
use lockstep::share::{self, Engine, Link, Panel, Theme};
use proptest::collection::vec;
use proptest::prelude::*;

mod mutation;

use mutation::{Mutation, good_links, mutated};

/// Steps after which a mangled program is given up.
const STEP_LIMIT: usize = 500;

/// Of so many links one is also run.
const RUN_ONE_OF: u16 = 20;

/// What a pair of a link is found to be by its reader in this test, which knows nothing of
/// the one that is tested.
#[derive(Debug, PartialEq)]
enum Fate {
    /// It says what is opened.
    Taken,
    /// It is told, by so many notices that begin so.
    Told(usize, String),
}

fn mutation() -> impl Strategy<Value = Mutation> {
    (any::<u8>(), any::<u16>(), any::<u16>()).prop_map(|(kind, at, with)| Mutation {
        kind,
        at,
        with,
    })
}

fn pairs(link: &str) -> Vec<(String, String)> {
    share::pairs(link).collect()
}

/// Whether two texts are the same number, however it is written.
fn is_number(text: &str, number: impl Into<i128>) -> bool {
    text.trim().parse() == Ok(number.into())
}

/// Whether a text means a value.
fn means(text: &str, value: &Value) -> bool {
    match value {
        Value::Int(n) | Value::Index(Some(n)) => is_number(text, *n),
        Value::Choice(word) => text.trim() == *word,
        Value::Index(None) => text.trim() == "none",
        Value::List(list) => {
            let items: Vec<_> = text.split(',').collect();
            items.len() == list.len() && items.iter().zip(list).all(|(item, n)| is_number(item, *n))
        }
    }
}

fn is_within(value: &Value, kind: &Kind) -> bool {
    match (value, kind) {
        (Value::Int(n), Kind::Int { min, max }) => (min..=max).contains(&n),
        (Value::Choice(word), Kind::Choice(words)) => words.contains(word),
        (
            Value::List(list),
            Kind::List {
                min,
                max,
                least,
                most,
            },
        ) => (least..=most).contains(&&list.len()) && list.iter().all(|n| (min..=max).contains(&n)),
        (Value::Index(Some(n)), Kind::Index { max }) => (0..=*max).contains(n),
        (Value::Index(None), Kind::Index { .. }) => true,
        _ => false,
    }
}

/// What must have become of a list of names, of which there are these.
fn fate_of_names(key: &str, text: &str, known: &[&str], opened: &[&str]) -> Fate {
    let names = text
        .split(',')
        .map(str::trim)
        .filter(|name| !name.is_empty());
    let (good, bad): (Vec<_>, Vec<_>) = names.partition(|name| known.contains(name));
    let mut each_once: Vec<&str> = Vec::new();
    for name in good {
        if !each_once.contains(&name) {
            each_once.push(name);
        }
    }
    assert_eq!(each_once, opened, "{key}={text}");
    match bad.len() {
        0 => Fate::Taken,
        count => Fate::Told(count, format!("{key}: “")),
    }
}

fn follows(engine: Engine) -> bool {
    matches!(engine, Engine::Auto | Engine::Model)
}

/// What must have become of a pair, whose key does not come again.
fn fate(link: &Link, key: &str, text: &str) -> Fate {
    let told = |is_taken: bool| match is_taken {
        true => Fate::Taken,
        false if text.trim().is_empty() && key != "v" => Fate::Told(1, format!("{key} is empty: ")),
        false => Fate::Told(1, format!("{key}: “")),
    };
    let options = &link.options;
    match key {
        "scenario" if text == link.scenario.id => Fate::Taken,
        "scenario" => Fate::Told(1, "There is no scenario “".to_owned()),
        "v" => told(text == "1"),
        "engine" => told(Engine::find(text) == Some(options.engine)),
        "theme" => told(Theme::find(text) == Some(options.theme)),
        "speed" => {
            let plain = text.trim().bytes().all(|b| b.is_ascii_digit() || b == b'.');
            // Digits that no float could hold are not kept.
            let same = |speed: f64| (speed - options.speed).abs() < 1e-9;
            told(plain && text.trim().parse().is_ok_and(same))
        }
        "seed" => told(is_number(text, options.seed)),
        "step" => told(
            options
                .step
                .is_some_and(|step| is_number(text, step as u64)),
        ),
        "autorun" => told(match options.autorun {
            true => ["1", "true", "yes", ""].contains(&text),
            false => ["0", "false", "no"].contains(&text),
        }),
        "clock" => told(text == if options.clock { "keep" } else { "free" }),
        "schedule" if !text.is_empty() && !follows(options.engine) => {
            assert_eq!(options.schedule, None);
            Fate::Told(1, "schedule: only simulated".to_owned())
        }
        "schedule" => {
            assert_eq!(options.schedule.as_deref().unwrap_or(""), text);
            Fate::Taken
        }
        "locked" => {
            let known: Vec<_> = link
                .scenario
                .params
                .iter()
                .map(|param| param.name)
                .collect();
            fate_of_names(key, text, &known, &options.locked)
        }
        "hide" => {
            let name = |panel: &Panel| panel.name();
            let known: Vec<_> = Panel::ALL.iter().map(name).collect();
            let opened: Vec<_> = options.hide.iter().map(name).collect();
            fate_of_names(key, text, &known, &opened)
        }
        _ => match link.params.get(key) {
            None => Fate::Told(1, "This scenario has no parameter “".to_owned()),
            Some(value) if means(text, &value) => Fate::Taken,
            Some(_) => told(false),
        },
    }
}

/// Asserts that notices are of these beginnings, each so often as it is there, and of no
/// others; if there are too many, that the last says how many more.
fn each_is_told(wanted: &[String], notices: &[String]) {
    /// Notices that are shown, before the one that counts the others.
    const SHOWN: usize = 8;
    let shown = notices.len().min(SHOWN);
    let mut left: Vec<_> = wanted.iter().collect();
    for notice in &notices[..shown] {
        let begins = left
            .iter()
            .position(|wanted| notice.starts_with(wanted.as_str()));
        let begins = begins.unwrap_or_else(|| panic!("{notice} is for nothing: {left:?}"));
        left.swap_remove(begins);
    }
    let more = match left.len() {
        0 => None,
        count => Some(format!("And {count} more like these.")),
    };
    assert_eq!(notices.get(SHOWN), more.as_ref(), "{left:?} are not told");
    assert!(notices.len() <= SHOWN + 1);
}

/// Whether a pair says what of that key counts: a later one of the same key would.
fn counts(pairs: &[(String, String)], at: usize) -> bool {
    pairs[at + 1..].iter().all(|(key, _)| *key != pairs[at].0)
}

fn is_known(link: &Link, key: &str) -> bool {
    let reserved = [
        "scenario", "engine", "seed", "schedule", "step", "speed", "theme", "locked", "hide",
        "autorun", "clock", "v",
    ];
    reserved.contains(&key) || link.scenario.params.iter().any(|param| param.name == key)
}

fn rewritten(link: &Link) -> String {
    share::write(link.scenario, &link.params, &link.options)
}

/// What a link opens is valid, and each of its values is opened or told.
fn opens_well(text: &str) {
    let (link, notices) = share::read(text);
    let notices: Vec<_> = notices.iter().map(ToString::to_string).collect();
    for (param, (_, value)) in link.scenario.params.iter().zip(link.params.iter()) {
        let Param { name, kind, .. } = param;
        assert!(is_within(&value, kind), "{name}={value}");
    }
    assert!((0.1..=100.0).contains(&link.options.speed));
    assert_eq!(link.params.seed, link.options.seed);

    let pairs = pairs(text);
    let mut wanted = Vec::new();
    for (at, (key, value)) in pairs.iter().enumerate() {
        if is_known(&link, key) && !counts(&pairs, at) {
            continue;
        }
        if let Fate::Told(count, beginning) = fate(&link, key, value) {
            wanted.extend(vec![beginning; count]);
        }
    }
    each_is_told(&wanted, &notices);

    let address = rewritten(&link);
    let (again, notices) = share::read(&address);
    assert!(notices.is_empty(), "{address}: {notices:?}");
    assert_eq!(rewritten(&again), address);
    assert_eq!(
        (&again.params, &again.options),
        (&link.params, &link.options)
    );
}

/// What of a good link is left as it was opens as it did.
fn spoils_nothing(good: &str, text: &str) {
    let ((before, _), (link, _)) = (share::read(good), share::read(text));
    if before.scenario.id != link.scenario.id {
        return;
    }
    let (good, pairs) = (pairs(good), pairs(text));
    for (at, (key, value)) in pairs.iter().enumerate() {
        let is_left = good
            .iter()
            .enumerate()
            .any(|(at, (k, v))| counts(&good, at) && (k, v) == (key, value));
        if is_left && counts(&pairs, at) {
            assert_eq!(link.params.get(key), before.params.get(key), "{key}");
        }
    }
}

/// The program runs by the schedule, or as far as that fits, and comes to something.
fn runs(text: &str) {
    let (link, _) = share::read(text);
    let schedule = link.options.schedule.as_deref();
    let Some(Ok(schedule)) = schedule.map(Schedule::decode) else {
        return;
    };
    let options = Options {
        clock: schedule.clock,
        step_limit: STEP_LIMIT,
        steps_kept: STEP_LIMIT,
        ..Options::default()
    };
    let program = link.scenario.on_model();
    let run = run(options, &mut Replay::new(&schedule), move || {
        program(link.params)
    });
    // What a task does without giving way comes on top.
    assert!(run.made < 2 * STEP_LIMIT, "{}", run.made);
}

#[test]
fn the_links_themselves_are_taken_or_told() {
    for link in good_links() {
        opens_well(link);
        runs(link);
    }
}

proptest! {
    // They take some ten microseconds each.
    #![proptest_config(ProptestConfig::with_cases(100_000))]

    #[test]
    fn whatever_is_left_of_a_link_opens_and_what_was_replaced_is_told(
        link: prop::sample::Index,
        mutations in vec(mutation(), 1..5),
    ) {
        let good = *link.get(&good_links());
        let text = mutated(good, &mutations);
        let told = std::panic::catch_unwind(|| {
            opens_well(&text);
            spoils_nothing(good, &text);
            if mutations[0].at % RUN_ONE_OF == 0 {
                runs(&text);
            }
        });
        prop_assert!(told.is_ok(), "{:?}", text);
    }
}
