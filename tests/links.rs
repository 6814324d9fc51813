//! Links that people have must show what they showed, for ever: each line of `links.txt`.

use std::collections::BTreeSet;
use std::fmt::Write;

use lockstep::explore::Schedule;
use lockstep::scenario::{self, FactValue, Report};
use lockstep::session::playback::{Playback, play};
use lockstep::session::{Command, Effect, Session, Surroundings};
use lockstep::share::{self, Engine, Options, Theme};

const FILE: &str = include_str!("links.txt");

/// What begins what is shown of a run.
const IN_VERSION: &str = "in version ";

/// A link of the file, with what it must show.
struct Given {
    line: usize,
    link: &'static str,
    /// Each with the number of its line.
    shows: Vec<(usize, &'static str)>,
}

/// What a link shows, in the words of the file.
#[derive(Debug, PartialEq)]
struct Shown {
    opens: Vec<String>,
    tells: Vec<String>,
    /// Of its run on the model, if it has one.
    run: Option<Vec<String>>,
    version: u32,
    has_schedule: bool,
    address: String,
}

fn given() -> Vec<Given> {
    let mut given: Vec<Given> = Vec::new();
    for (line, text) in (1..).zip(FILE.lines()) {
        match text.trim() {
            "" => {}
            said if said.starts_with('#') => {}
            shown if text.starts_with(' ') => {
                let link = given.last_mut().expect("a link before what it shows");
                link.shows.push((line, shown));
            }
            link => given.push(Given {
                line,
                link,
                shows: Vec::new(),
            }),
        }
    }
    given
}

/// Opens a link as the page does, and plays what it plays.
fn shown(link: &str) -> Shown {
    let surroundings = Surroundings {
        shared_memory: true,
        player: false,
        framed: false,
    };
    let (mut session, effects) = Session::open(link, surroundings);
    let opens = opens(&session);
    let address = session.query();
    let tells = session.notices.clone();
    let plays = effects.into_iter().find_map(|effect| match effect {
        Effect::Play { query } | Effect::ShowFirstSight { query } => Some(query),
        _ => None,
    });
    let run = plays.map(|query| {
        let (link, _) = share::read(&query);
        let playback = play(&link, link.scenario.on_model());
        session.apply(Command::Played(Box::new(playback.clone())));
        let told = session.notices[tells.len()..].iter();
        let mut shown = vec![in_words(&playback.report)];
        shown.push(format!("{} steps", playback.made));
        shown.extend(session.options.step.map(|_| step(&playback, session.at)));
        shown.extend(told.map(|notice| format!("tells {notice}")));
        shown
    });
    Shown {
        opens,
        tells,
        run,
        version: session.scenario.version,
        has_schedule: session.options.schedule.is_some(),
        address,
    }
}

/// Scenario, parameters, and the options that are not as they are by default. (The
/// schedule shows in the run.)
fn opens(session: &Session) -> Vec<String> {
    let Options {
        engine,
        speed,
        theme,
        autorun,
        clock,
        predict,
        seed,
        schedule: _,
        step,
        locked,
        hide,
    } = &session.options;
    let mut opens = vec![session.scenario.id.to_owned()];
    let params = session.params.iter();
    opens.extend(params.map(|(name, value)| format!("{name}={value}")));
    if *engine != Engine::Auto {
        opens.push(format!("engine={}", engine.name()));
    }
    if *speed != 1.0 {
        opens.push(format!("speed={speed}"));
    }
    if *theme != Theme::Auto {
        opens.push(format!("theme={}", theme.name()));
    }
    if *autorun {
        opens.push("autorun".to_owned());
    }
    if *clock {
        opens.push("clock=keep".to_owned());
    }
    if let Some(predict) = predict {
        opens.push(format!("predict={predict}"));
    }
    if *seed != 1 {
        opens.push(format!("seed={seed}"));
    }
    opens.extend(step.map(|step| format!("step={step}")));
    if !locked.is_empty() {
        opens.push(format!("locked={}", locked.join(",")));
    }
    if !hide.is_empty() {
        let names: Vec<_> = hide.iter().map(|panel| panel.name()).collect();
        opens.push(format!("hide={}", names.join(",")));
    }
    opens
}

/// The verdict, and the facts behind it.
fn in_words(report: &Report) -> String {
    let mut words = report.verdict.name().to_owned();
    for fact in &report.facts {
        let value = match &fact.value {
            FactValue::Int(n) => n.to_string(),
            FactValue::Text(text) => text.clone(),
        };
        write!(words, " {}={value}", fact.name).expect("memory");
    }
    words
}

/// The step that was made last, after so many.
fn step(playback: &Playback, after: usize) -> String {
    match after.checked_sub(1).and_then(|at| playback.steps.get(at)) {
        Some(step) => format!("step {after}: {}", step.text),
        None => format!("step {after}: none"),
    }
}

impl Shown {
    /// As it stands in the file.
    fn as_lines(&self) -> Vec<String> {
        let mut lines = vec![format!("opens {}", self.opens.join(" "))];
        lines.extend(self.tells.iter().map(|notice| format!("tells {notice}")));
        let run = self.run.iter().flatten();
        lines.extend(run.map(|shown| format!("{IN_VERSION}{}: {shown}", self.version)));
        lines
    }

    /// What is not as the file has it, with the number of the line.
    fn differs_from(&self, given: &Given) -> Vec<(usize, String)> {
        let mut differs = Vec::new();
        let mut differ = |line, what: String| differs.push((line, what));
        let mut tells = self.tells.iter();
        let mut run = self.run.iter().flatten();
        let mut newest = None;
        for &(line, text) in &given.shows {
            if let Some(wanted) = text.strip_prefix("opens ") {
                if let Some(what) = opens_otherwise(wanted, &self.opens) {
                    differ(line, what);
                }
            } else if let Some(wanted) = text.strip_prefix("tells ") {
                match tells.next() {
                    Some(notice) if notice.starts_with(wanted) => {}
                    other => differ(line, format!("it tells {other:?}, not {wanted:?}")),
                }
            } else if let Some((version, wanted)) = of_version(text) {
                newest = newest.max(Some(version));
                if version != self.version {
                    continue;
                }
                match run.next() {
                    Some(shown) if is_as(wanted, shown) => {}
                    other => differ(line, format!("it shows {other:?}, not {wanted:?}")),
                }
            } else {
                differ(line, format!("nobody knows what “{text}” means"));
            }
        }
        let last = given.shows.last().map_or(given.line, |&(line, _)| line);
        if !given
            .shows
            .iter()
            .any(|(_, text)| text.starts_with("opens "))
        {
            differ(given.line, "what it opens is not there".to_owned());
        }
        let left: Vec<_> = tells.collect();
        if !left.is_empty() {
            differ(last, format!("it also tells {left:?}"));
        }
        let left: Vec<_> = run.collect();
        match newest {
            // The program has changed since, and says so.
            Some(version) if version < self.version => {
                let told = left
                    .iter()
                    .any(|shown| shown.starts_with("tells schedule: "));
                if self.has_schedule && !told {
                    differ(
                        last,
                        format!("the program is another, and it tells {left:?}"),
                    );
                }
            }
            _ if left.is_empty() => {}
            _ => differ(last, format!("it also shows {left:?}")),
        }
        differs
    }
}

/// The version of the program that a line is about, and what it says.
fn of_version(text: &str) -> Option<(u32, &str)> {
    let (version, wanted) = text.strip_prefix(IN_VERSION)?.split_once(": ")?;
    Some((version.parse().ok()?, wanted))
}

/// What differs in what is opened. What the file does not name came later: a parameter,
/// which must have its default.
fn opens_otherwise(wanted: &str, opened: &[String]) -> Option<String> {
    let wanted: Vec<&str> = wanted.split(' ').collect();
    if wanted.first() != opened.first().map(String::as_str).as_ref() {
        return Some(format!("it opens {opened:?}, not {wanted:?}"));
    }
    let scenario = scenario::find(wanted[0])?;
    let missing = wanted
        .iter()
        .find(|said| !opened.iter().any(|o| o == *said));
    if let Some(missing) = missing {
        return Some(format!("{missing} is not in what it opens: {opened:?}"));
    }
    let names = |name: &str| {
        wanted
            .iter()
            .any(|said| said.split('=').next() == Some(name))
    };
    let more = opened.iter().find(|said| {
        let (name, value) = said.split_once('=').unwrap_or((said, ""));
        let by_default = scenario
            .params
            .iter()
            .any(|p| p.name == name && p.default == value);
        !names(name) && !by_default
    });
    more.map(|more| format!("it also opens {more}"))
}

/// Whether a run shows what the file says. Facts that the file does not name came later.
fn is_as(wanted: &str, shown: &str) -> bool {
    if wanted.starts_with("tells ") {
        return shown.starts_with(wanted);
    }
    if wanted == shown {
        return true;
    }
    let facts: Vec<&str> = shown.split(' ').collect();
    let is_verdict = wanted.split(' ').skip(1).all(|word| word.contains('='));
    is_verdict
        && wanted.split(' ').next() == facts.first().copied()
        && wanted.split(' ').all(|word| facts.contains(&word))
}

#[test]
fn every_link_shows_what_it_showed_when_it_was_given_away() {
    let mut failures = Vec::new();
    for given in given() {
        let shown = shown(given.link);
        let differs = shown.differs_from(&given);
        let indented = shown.as_lines().join("\n    ");
        for (line, what) in &differs {
            failures.push(format!("links.txt:{line}: {}: {what}", given.link));
        }
        if !differs.is_empty() {
            failures.push(format!(
                "What it shows now:\n{}\n    {indented}\n",
                given.link
            ));
        }
    }
    assert!(failures.is_empty(), "\n{}", failures.join("\n"));
}

/// The page writes into its address what it has opened.
#[test]
fn the_address_of_what_a_link_opens_shows_the_same_without_a_word() {
    for Given { line, link, .. } in given() {
        let first = shown(link);
        let again = shown(&first.address);
        assert_eq!(again.address, first.address, "links.txt:{line}");
        assert_eq!(
            (&again.opens, &again.run),
            (&first.opens, &first.run),
            "links.txt:{line}"
        );
        // An engine that cannot run it stays a wish.
        let of_link = again
            .tells
            .iter()
            .filter(|told| !told.starts_with("engine: "));
        assert_eq!(of_link.count(), 0, "links.txt:{line}: {:?}", again.tells);
    }
}

#[test]
fn the_file_has_a_link_for_all_that_a_link_can_say() {
    let given = given();
    let mut keys = BTreeSet::new();
    let mut forms = BTreeSet::new();
    let mut verdicts = BTreeSet::new();
    let mut steps = 0;
    for Given { link, shows, .. } in &given {
        for (key, value) in share::pairs(link) {
            if key == "schedule"
                && let Ok(schedule) = Schedule::decode(&value)
            {
                forms.insert(schedule.clock);
            }
            keys.insert(key);
        }
        for (_, wanted) in shows.iter().filter_map(|(_, text)| of_version(text)) {
            steps += usize::from(wanted.starts_with("step "));
            verdicts.extend(wanted.split(' ').next());
        }
    }
    for reserved in [
        "scenario", "engine", "seed", "schedule", "step", "speed", "theme", "locked", "hide",
        "autorun", "clock", "v",
    ] {
        assert!(keys.contains(reserved), "{reserved}");
    }
    assert_eq!(forms.len(), 2, "both forms of a schedule");
    assert!(steps >= 12, "{steps} steps of exact runs");
    for verdict in ["ok", "violated", "deadlock", "error"] {
        assert!(verdicts.contains(verdict), "{verdict}");
    }
    // Each of what learners see, with each of its parameters.
    let lessons = scenario::all()
        .iter()
        .filter(|s| !s.listing.python.is_empty());
    let mut seen = 0;
    for scenario in lessons {
        let names_all = given
            .iter()
            .flat_map(|given| &given.shows)
            .any(|(_, text)| {
                let mut words = text.split(' ');
                let is_it = words.next() == Some("opens") && words.next() == Some(scenario.id);
                let named: Vec<_> = words.filter_map(|word| word.split('=').next()).collect();
                is_it
                    && scenario
                        .params
                        .iter()
                        .all(|param| named.contains(&param.name))
            });
        assert!(names_all, "{}", scenario.id);
        seen += 1;
    }
    assert!(seen >= 27, "{seen}");
}
