//! Links: the state of the page as a query string, readable and stable.
//!
//! `?scenario=counter&threads=4&increments=3&guard=none`. What a link says
//! wrongly is replaced by the default and told in a notice; it never spoils the
//! rest. Knows the parameters' types and nothing of the page.

mod panel;
pub mod qr;

use std::fmt;

use form_urlencoded::Serializer;
pub use panel::Panel;

use crate::base::number::decimal;
use crate::scenario::{self, ParamError, Params, Scenario};
use crate::words::links;
use crate::words::number::plain;

/// The version of this format, which a link may name (`v=1`). It is not written: a link
/// without one is of this version, for ever.
const VERSION: &str = "1";

/// The most notices that one link can cause; it may be a megabyte of nonsense.
const MOST_NOTICES: usize = 8;

/// How many times faster than real a run may go.
pub const SPEEDS: (f64, f64) = (0.1, 100.0);

/// The keys that every scenario has beside its parameters.
const RESERVED: [&str; 13] = [
    "scenario", "engine", "seed", "schedule", "step", "speed", "theme", "locked", "hide",
    "autorun", "clock", "predict", "v",
];

/// The engine that a link wishes for.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Engine {
    /// The best that runs here.
    #[default]
    Auto,
    Workers,
    Model,
    Tasks,
}

/// The colours that a link wishes for.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Theme {
    /// As the reader's system has it.
    #[default]
    Auto,
    Light,
    Dark,
}

/// What a link says beside the parameters.
#[derive(Clone, Debug, PartialEq)]
pub struct Options {
    pub engine: Engine,
    /// How many times faster than real, within [`SPEEDS`].
    pub speed: f64,
    pub theme: Theme,
    pub autorun: bool,
    /// Whether exploring keeps to the clock: sleeps end in the order of their times.
    pub clock: bool,
    /// Whether to ask what a first run will come to, where the link says so.
    pub predict: Option<bool>,
    /// What the model's choices are drawn from, where no schedule decides.
    pub seed: u64,
    /// The model's choices, as text; whether it is a schedule shows when it is used.
    pub schedule: Option<String>,
    /// The step of the model's run that is shown, from 0.
    pub step: Option<usize>,
    /// Parameters that cannot be edited.
    pub locked: Vec<&'static str>,
    /// Parts of the page that are not shown.
    pub hide: Vec<Panel>,
}

impl Default for Options {
    fn default() -> Self {
        Options {
            engine: Engine::Auto,
            speed: 1.0,
            theme: Theme::Auto,
            autorun: false,
            clock: false,
            predict: None,
            seed: 1,
            schedule: None,
            step: None,
            locked: Vec::new(),
            hide: Vec::new(),
        }
    }
}

/// What a link opens.
pub struct Link {
    pub scenario: &'static Scenario,
    pub params: Params,
    pub options: Options,
}

/// Something in a link that was not taken as it stood.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Notice {
    Param(ParamError),
    /// A reserved key with a value that it does not take.
    Option {
        key: &'static str,
        given: String,
        wanted: &'static str,
        instead: String,
    },
    UnknownScenario {
        given: String,
        instead: &'static str,
    },
    UnknownKey(String),
    /// Something in a list of a reserved key that does not belong there.
    NotListed {
        key: &'static str,
        given: String,
        wanted: &'static str,
    },
    /// A version of the format that is not known here.
    UnknownVersion(String),
    /// A schedule for an engine that follows none.
    NotFollowed,
    /// So many more than are shown.
    More(usize),
}

impl fmt::Display for Notice {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let words = match self {
            Notice::Param(error) => return error.fmt(f),
            Notice::Option {
                key,
                given,
                wanted,
                instead,
            } if given.trim().is_empty() => links::is_empty(key, wanted, instead),
            Notice::Option {
                key,
                given,
                wanted,
                instead,
            } => links::unusable(key, &short(given), wanted, instead),
            Notice::UnknownScenario { given, instead } => {
                links::unknown_scenario(&short(given), instead)
            }
            Notice::UnknownKey(key) => links::unknown_parameter(&short(key)),
            Notice::NotListed { key, given, wanted } => links::left_out(key, &short(given), wanted),
            Notice::UnknownVersion(given) => links::unknown_version(&short(given), VERSION),
            Notice::NotFollowed => links::NOT_FOLLOWED.to_owned(),
            Notice::More(count) => links::more(*count),
        };
        f.write_str(&words)
    }
}

fn short(text: &str) -> String {
    const SHOWN: usize = 40;
    let mut shown: String = text.chars().take(SHOWN).collect();
    if shown.len() < text.len() {
        shown.push('…');
    }
    shown
}

/// The keys and values of a query string, with or without its `?`, in its order.
pub fn pairs(query: &str) -> impl Iterator<Item = (String, String)> {
    let query = query.strip_prefix('?').unwrap_or(query);
    form_urlencoded::parse(query.as_bytes()).into_owned()
}

/// What a query string (with or without its `?`) opens, and what in it was not
/// taken as it stood. Of a key that comes twice the last counts, and nothing is told of
/// the others.
pub fn read(query: &str) -> (Link, Vec<Notice>) {
    read_among(query, scenario::find, scenario::default())
}

/// The same where there are only these scenarios: `find` finds them by id, and `instead`
/// is for a link that names none of them.
pub fn read_among(
    query: &str,
    find: impl Fn(&str) -> Option<&'static Scenario>,
    instead: &'static Scenario,
) -> (Link, Vec<Notice>) {
    let pairs: Vec<_> = pairs(query).collect();
    let mut notices = Vec::new();

    let wish = pairs.iter().rev().find(|(key, _)| key == "scenario");
    let scenario = match wish {
        None => instead,
        Some((_, id)) => find(id).unwrap_or_else(|| {
            notices.push(Notice::UnknownScenario {
                given: id.clone(),
                instead: instead.id,
            });
            instead
        }),
    };
    let mut link = Link {
        scenario,
        params: Params::new(scenario.params),
        options: Options::default(),
    };
    let is_known = |key: &str| {
        RESERVED.contains(&key) || scenario.params.iter().any(|param| param.name == key)
    };
    for (at, (key, value)) in pairs.iter().enumerate() {
        // Known keys are few: so however long a link is, it is not read often.
        if is_known(key) && pairs[at + 1..].iter().any(|(other, _)| other == key) {
            continue;
        }
        let (key, value) = (key.clone(), value.clone());
        match key.as_str() {
            "locked" => notices.extend(read_locked(&mut link, &value)),
            "hide" => notices.extend(read_hidden(&mut link, &value)),
            _ => notices.extend(read_pair(&mut link, key, value)),
        }
    }
    link.params.seed = link.options.seed;
    if matches!(link.options.engine, Engine::Workers | Engine::Tasks)
        && link.options.schedule.take().is_some()
    {
        notices.push(Notice::NotFollowed);
    }
    if notices.len() > MOST_NOTICES {
        let more = notices.len() - MOST_NOTICES;
        notices.truncate(MOST_NOTICES);
        notices.push(Notice::More(more));
    }
    (link, notices)
}

/// Reads a pair, once for each key that is known: what is wrong leaves the default.
fn read_pair(link: &mut Link, key: String, value: String) -> Option<Notice> {
    let options = &mut link.options;
    let wrong = |key, wanted, instead: &str| {
        Some(Notice::Option {
            key,
            given: value.clone(),
            wanted,
            instead: instead.to_owned(),
        })
    };
    match key.as_str() {
        "scenario" => None,
        "engine" => {
            match Engine::find(&value) {
                Some(engine) => options.engine = engine,
                None => return wrong("engine", links::ENGINE, "auto"),
            }
            None
        }
        "theme" => {
            match Theme::find(&value) {
                Some(theme) => options.theme = theme,
                None => return wrong("theme", links::THEME, "auto"),
            }
            None
        }
        "speed" => {
            match decimal(value.trim()) {
                Some(speed) if (SPEEDS.0..=SPEEDS.1).contains(&speed) => options.speed = speed,
                _ => return wrong("speed", links::SPEED, "1"),
            }
            None
        }
        "autorun" => {
            options.autorun = match value.as_str() {
                "1" | "true" | "yes" | "" => true,
                "0" | "false" | "no" => false,
                _ => return wrong("autorun", links::AUTORUN, "0"),
            };
            None
        }
        "clock" => {
            options.clock = match value.as_str() {
                "keep" => true,
                "free" => false,
                _ => return wrong("clock", links::CLOCK, "free"),
            };
            None
        }
        "predict" => {
            options.predict = match value.as_str() {
                "on" => Some(true),
                "off" => Some(false),
                _ => return wrong("predict", links::PREDICT, links::NEITHER),
            };
            None
        }
        "seed" => {
            match value.trim().parse() {
                Ok(seed) => options.seed = seed,
                Err(_) => return wrong("seed", links::SEED, "1"),
            }
            None
        }
        "schedule" => {
            options.schedule = Some(value).filter(|schedule| !schedule.is_empty());
            None
        }
        "step" => {
            // Of the same size in the browser and elsewhere.
            match value.trim().parse::<u32>() {
                Ok(step) => options.step = Some(step as usize),
                Err(_) => return wrong("step", links::STEP, links::THE_BEGINNING),
            }
            None
        }
        "v" => (value != VERSION).then_some(Notice::UnknownVersion(value)),
        _ => match link.params.set(&key, &value) {
            None => Some(Notice::UnknownKey(key)),
            Some(Ok(())) => None,
            Some(Err(error)) => Some(Notice::Param(error)),
        },
    }
}

/// Reads the names of parameters that cannot be edited: what is none is told.
fn read_locked(link: &mut Link, list: &str) -> Vec<Notice> {
    let of_scenario = |name: &&str| link.scenario.params.iter().find(|p| p.name == *name);
    let (locked, notices) = read_list(list, "locked", links::LOCKED, |name| {
        of_scenario(&name).map(|param| param.name)
    });
    link.options.locked = locked;
    notices
}

fn read_hidden(link: &mut Link, list: &str) -> Vec<Notice> {
    let (hide, notices) = read_list(list, "hide", links::HIDDEN, Panel::find);
    link.options.hide = hide;
    notices
}

/// What the names of a list, separated by commas, stand for, each once.
fn read_list<T: PartialEq>(
    list: &str,
    key: &'static str,
    wanted: &'static str,
    find: impl Fn(&str) -> Option<T>,
) -> (Vec<T>, Vec<Notice>) {
    let (mut found, mut notices) = (Vec::new(), Vec::new());
    let names = list.split(',').map(str::trim);
    for name in names.filter(|name| !name.is_empty()) {
        match find(name) {
            Some(item) if found.contains(&item) => {}
            Some(item) => found.push(item),
            None => notices.push(Notice::NotListed {
                key,
                given: name.to_owned(),
                wanted,
            }),
        }
    }
    (found, notices)
}

/// The query string, without `?`, that opens this. All parameters are written,
/// so that a link stays what it was should a default change.
pub fn write(scenario: &Scenario, params: &Params, options: &Options) -> String {
    let mut query = Serializer::new(String::new());
    query.append_pair("scenario", scenario.id);
    for (name, value) in params.iter() {
        query.append_pair(name, &value.to_string());
    }
    let default = Options::default();
    if options.engine != default.engine {
        query.append_pair("engine", options.engine.name());
    }
    if options.speed != default.speed {
        query.append_pair("speed", &plain(options.speed));
    }
    if options.theme != default.theme {
        query.append_pair("theme", options.theme.name());
    }
    if options.autorun {
        query.append_pair("autorun", "1");
    }
    if options.clock {
        query.append_pair("clock", "keep");
    }
    if let Some(predict) = options.predict {
        query.append_pair("predict", if predict { "on" } else { "off" });
    }
    if options.seed != default.seed {
        query.append_pair("seed", &options.seed.to_string());
    }
    if let Some(schedule) = &options.schedule {
        query.append_pair("schedule", schedule);
    }
    if let Some(step) = options.step {
        query.append_pair("step", &step.to_string());
    }
    if !options.locked.is_empty() {
        query.append_pair("locked", &options.locked.join(","));
    }
    if !options.hide.is_empty() {
        let names: Vec<_> = options.hide.iter().map(|panel| panel.name()).collect();
        query.append_pair("hide", &names.join(","));
    }
    query.finish()
}

/// The query string that opens one execution of what a link opens.
pub fn write_schedule(link: &Link, schedule: &str) -> String {
    let mut options = link.options.clone();
    options.engine = Engine::Model;
    options.schedule = Some(schedule.to_owned());
    options.step = None;
    write(link.scenario, &link.params, &options)
}

impl Engine {
    const ALL: [Engine; 4] = [Engine::Auto, Engine::Workers, Engine::Model, Engine::Tasks];

    pub fn name(self) -> &'static str {
        match self {
            Engine::Auto => "auto",
            Engine::Workers => "workers",
            Engine::Model => "model",
            Engine::Tasks => "tasks",
        }
    }

    pub fn find(name: &str) -> Option<Engine> {
        Engine::ALL.into_iter().find(|engine| engine.name() == name)
    }
}

impl Theme {
    pub const ALL: [Theme; 3] = [Theme::Auto, Theme::Light, Theme::Dark];

    pub fn name(self) -> &'static str {
        match self {
            Theme::Auto => "auto",
            Theme::Light => "light",
            Theme::Dark => "dark",
        }
    }

    pub fn find(name: &str) -> Option<Theme> {
        Theme::ALL.into_iter().find(|theme| theme.name() == name)
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn notices(query: &str) -> Vec<String> {
        read(query).1.iter().map(Notice::to_string).collect()
    }

    fn rewritten(query: &str) -> String {
        let (link, _) = read(query);
        write(link.scenario, &link.params, &link.options)
    }

    const DEFAULTS: &str = "scenario=counter&threads=10&increments=100000&guard=none";

    #[test]
    fn a_link_that_says_nothing_opens_the_defaults_without_a_word() {
        assert_eq!(rewritten(""), DEFAULTS);
        assert_eq!(rewritten("?"), DEFAULTS);
        assert!(notices("").is_empty());
    }

    #[test]
    fn what_a_link_says_is_kept() {
        let query = "scenario=counter&threads=4&increments=3&guard=lock&engine=model&speed=2.5&theme=dark&autorun=1&predict=on&schedule=AbC-_9&step=17";
        assert_eq!(rewritten(query), query);
        assert!(notices(query).is_empty());
    }

    #[test]
    fn a_bad_value_gets_a_notice_and_spoils_nothing_else() {
        let query =
            "?scenario=counter&threads=65&increments=7&guard=lock&engine=gpu&speed=0&theme=red";
        assert_eq!(
            rewritten(query),
            "scenario=counter&threads=10&increments=7&guard=lock"
        );
        assert_eq!(
            notices(query),
            [
                "threads: “65” is not a whole number from 1 to 64. The default, 10, is used.",
                "engine: “gpu” is not one of auto, workers, model, tasks. The default, auto, is used.",
                "speed: “0” is not a number from 0.1 to 100. The default, 1, is used.",
                "theme: “red” is not one of auto, light, dark. The default, auto, is used.",
            ]
        );
    }

    #[test]
    fn a_step_is_of_the_same_size_everywhere() {
        assert!(rewritten("step=4294967295").ends_with("&step=4294967295"));
        assert_eq!(
            notices("step=4294967296"),
            [
                "step: “4294967296” is not a whole number from 0 to 4,294,967,295. The default, \
                 the beginning, is used."
            ]
        );
    }

    #[test]
    fn unknown_names_are_told() {
        assert_eq!(
            notices("scenario=conter&bogus=1&threads=3"),
            [
                "There is no scenario “conter”. This is counter.",
                "This scenario has no parameter “bogus”; it is left out.",
            ]
        );
        assert!(!rewritten("bogus=1&threads=3").contains("bogus"));
    }

    #[test]
    fn a_flood_of_nonsense_is_a_handful_of_notices() {
        let query: String = (0..1000).map(|i| format!("x{i}=1&")).collect();
        let told = notices(&query);
        assert_eq!(told.len(), MOST_NOTICES + 1);
        assert_eq!(told[MOST_NOTICES], "And 992 more like these.");
    }

    #[test]
    fn lists_and_places_are_kept_and_the_seed_reaches_the_program() {
        let query = "scenario=threads&delays=5%2C0%2C7";
        assert_eq!(rewritten(query), query);
        assert_eq!(rewritten("scenario=threads&delays=5,0,7"), query);
        let wrong = notices("scenario=threads&delays=5,x");
        assert!(wrong[0].starts_with("delays: “5,x” is not 1 to 64 whole numbers"));
        for place in ["none", "0", "63"] {
            let (link, notices) = read(&format!("scenario=barrier&abort_by={place}&seed=7"));
            assert!(notices.is_empty());
            let written = write(link.scenario, &link.params, &link.options);
            assert!(written.contains(&format!("&abort_by={place}")), "{written}");
            assert_eq!(link.params.seed, 7);
        }
    }

    #[test]
    fn of_a_key_that_comes_twice_the_last_counts() {
        assert!(rewritten("threads=3&threads=4").contains("threads=4"));
        assert!(rewritten("step=1&step=2").ends_with("step=2"));
    }

    #[test]
    fn what_does_not_count_is_not_told() {
        let query = "threads=x&speed=fast&locked=bogus&v=2&threads=4&speed=2&locked=guard&v=1";
        assert!(notices(query).is_empty(), "{:?}", notices(query));
        assert_eq!(notices("threads=4&threads=x").len(), 1);
        assert!(rewritten("threads=4&threads=x").contains("threads=10"));
    }

    #[test]
    fn lists_keep_their_order_and_each_name_once() {
        let locked =
            "scenario=counter&threads=10&increments=100000&guard=none&locked=guard%2Cthreads";
        assert_eq!(rewritten("locked=guard,threads,guard"), locked);
        assert_eq!(rewritten("locked=+guard+,,threads,"), locked);
        let hide = format!("{DEFAULTS}&hide=steps%2Cevents");
        assert_eq!(rewritten("hide=steps,events,steps,events"), hide);
        assert_eq!(rewritten("locked=&hide=,+,"), DEFAULTS);
        for query in [
            locked,
            &hide,
            "locked=guard,threads,guard",
            "locked=&hide=,+,",
        ] {
            assert!(notices(query).is_empty(), "{query}");
        }
    }

    #[test]
    fn each_unknown_name_of_a_list_is_told_and_the_others_are_kept() {
        let query = "locked=threads,bogus,guard,strategy&hide=all,events,Code";
        assert_eq!(
            rewritten(query),
            format!("{DEFAULTS}&locked=threads%2Cguard&hide=events")
        );
        assert_eq!(
            notices(query),
            [
                "locked: “bogus” is not a parameter of this scenario; it is left out.",
                "locked: “strategy” is not a parameter of this scenario; it is left out.",
                "hide: “all” is not a part of the page; it is left out.",
                "hide: “Code” is not a part of the page; it is left out.",
            ]
        );
        // Whose parameters they are shows only at the link's end.
        let (link, notices) = read("locked=strategy,guard&scenario=bank");
        assert_eq!((link.options.locked, notices.len()), (vec!["strategy"], 1));
    }

    #[test]
    fn every_part_of_the_page_and_every_parameter_can_be_named() {
        let parts: Vec<_> = Panel::ALL.iter().map(|panel| panel.name()).collect();
        for scenario in scenario::all() {
            let names: Vec<_> = scenario.params.iter().map(|param| param.name).collect();
            let (names, parts) = (names.join(","), parts.join(","));
            let query = format!("scenario={}&locked={names}&hide={parts}", scenario.id);
            assert!(notices(&query).is_empty(), "{query}");
            let (link, _) = read(&rewritten(&query));
            assert_eq!(link.options.locked.join(","), names);
            assert_eq!(link.options.hide, Panel::ALL);
        }
    }

    #[test]
    fn a_flood_of_names_is_a_handful_of_notices() {
        for key in ["locked", "hide"] {
            let names: String = (0..1000).map(|i| format!("x{i},")).collect();
            let told = notices(&format!("{key}={names}"));
            assert_eq!(told.len(), MOST_NOTICES + 1);
            assert!(told[0].starts_with(&format!("{key}: “x0” is not ")));
            assert_eq!(told[MOST_NOTICES], "And 992 more like these.");
        }
    }

    #[test]
    fn another_version_is_told_and_what_is_understood_of_it_is_shown() {
        assert_eq!(rewritten("v=1&threads=3"), rewritten("threads=3"));
        assert!(notices("v=1&threads=3").is_empty());
        for other in ["2", "0", "", "1.0", "one"] {
            let query = format!("v={other}&threads=3");
            assert_eq!(rewritten(&query), rewritten("threads=3"));
            let wanted = format!("v: “{other}” is not 1, the version of links that is known");
            let told = notices(&query);
            assert!(told.len() == 1 && told[0].starts_with(&wanted), "{told:?}");
        }
    }

    proptest! {
        #[test]
        fn any_text_opens_something_and_rewriting_is_stable(query in ".{0,200}") {
            let once = rewritten(&query);
            prop_assert_eq!(rewritten(&once), once.clone());
            prop_assert!(notices(&once).is_empty());
        }

        #[test]
        fn a_link_with_one_value_mutated_keeps_the_others(
            threads in 1..=64i64, increments in 1..=10_000_000i64, junk in "[^&#=+%]{0,20}"
        ) {
            let query = format!("scenario=counter&threads={threads}&increments={increments}&guard={junk}");
            let (link, _) = read(&query);
            prop_assert_eq!(link.params.int("threads"), threads);
            prop_assert_eq!(link.params.int("increments"), increments);
        }
    }
}
