//! What a reader can hand on: links, and the code that puts a scenario into another page.

use super::Session;
use crate::share::{self, Engine, Options, Panel, Theme};
use crate::words::share::titled;

/// Heights that a frame can have, in CSS pixels.
pub const HEIGHTS: std::ops::RangeInclusive<u32> = 120..=4000;

/// The height of one that is not told another.
pub const HEIGHT: u32 = 640;

/// What the share dialog is set to.
#[derive(Clone, Debug, PartialEq)]
pub struct Sharing {
    /// The run that is shown, at the step that is shown, instead of the scenario as it is
    /// set.
    pub exact: bool,
    /// Of a frame, as it was typed.
    pub height: String,
    pub theme: Theme,
    /// Whether a frame runs at once.
    pub autorun: bool,
    pub locked: Vec<&'static str>,
    pub hide: Vec<Panel>,
    /// What was copied last, and whether the browser granted it.
    pub copied: Option<(Form, bool)>,
}

/// A change of what the dialog is set to.
#[derive(Clone, Debug, PartialEq)]
pub enum Setting {
    Exact(bool),
    /// The text of its field.
    Height(String),
    Theme(Theme),
    Autorun(bool),
    /// Locks a parameter, or frees it.
    Lock(&'static str),
    /// Hides a part of the page, or shows it.
    Hide(Panel),
}

impl Sharing {
    pub(super) fn set(&mut self, setting: Setting) {
        self.copied = None;
        match setting {
            Setting::Exact(exact) => self.exact = exact,
            Setting::Height(text) => self.height = text,
            Setting::Theme(theme) => self.theme = theme,
            Setting::Autorun(autorun) => self.autorun = autorun,
            Setting::Lock(name) => toggle(&mut self.locked, name),
            Setting::Hide(panel) => toggle(&mut self.hide, panel),
        }
    }

    /// What a frame's height comes to: CSS pixels within [`HEIGHTS`], and [`HEIGHT`] where
    /// what was typed is no number.
    pub fn height_px(&self) -> u32 {
        let px = self.height.trim().parse().unwrap_or(HEIGHT);
        px.clamp(*HEIGHTS.start(), *HEIGHTS.end())
    }
}

fn toggle<T: PartialEq>(list: &mut Vec<T>, item: T) {
    match list.iter().position(|other| *other == item) {
        Some(index) => drop(list.remove(index)),
        None => list.push(item),
    }
}

/// Attributes that mean something else on an element: see `OWN` in `www/embed.js`.
const OF_HTML: [&str; 14] = [
    "class",
    "dir",
    "height",
    "hidden",
    "id",
    "inert",
    "lang",
    "part",
    "role",
    "slot",
    "style",
    "tabindex",
    "title",
    "translate",
];

/// The forms in which a scenario is handed on.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Form {
    Link,
    /// A link to the scenario's own page, which others show with its picture, and which
    /// leads on.
    Preview,
    Markdown,
    /// For pages that strip scripts.
    Frame,
    /// For pages that allow them.
    Element,
}

/// Where the site is.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Place {
    /// The address of its folder, with its `/`.
    pub site: String,
    /// What follows a query that is of the reader's own program: its text, with a `#` before
    /// it.
    pub fragment: String,
}

impl Form {
    pub const ALL: [Form; 5] = [
        Form::Link,
        Form::Preview,
        Form::Markdown,
        Form::Frame,
        Form::Element,
    ];

    pub fn name(self) -> &'static str {
        match self {
            Form::Link => "link",
            Form::Preview => "preview",
            Form::Markdown => "markdown",
            Form::Frame => "frame",
            Form::Element => "element",
        }
    }

    /// Of the field that shows it.
    pub fn id(self) -> String {
        format!("share-{}", self.name())
    }
}

impl Session {
    /// The dialog as it opens: the exact run, if one is shown that can be handed on.
    pub(super) fn offer(&self) -> Sharing {
        Sharing {
            exact: self.exact_run().is_some(),
            height: HEIGHT.to_string(),
            theme: self.options.theme,
            autorun: false,
            locked: self.options.locked.clone(),
            hide: self.options.hide.clone(),
            copied: None,
        }
    }

    /// The options that open the run that is shown on the model, at its step. `None` if
    /// there is none, or it was on real threads and not recorded: nobody can repeat it.
    fn exact_run(&self) -> Option<Options> {
        let mut options = self.options.clone();
        options.engine = Engine::Model;
        if let Some(playback) = self.steppable() {
            // Of a run of too many steps there is no schedule: its seed says it all.
            if !playback.steps.is_empty() {
                options.schedule = Some(playback.whole_schedule(self.scenario.version).encode());
                options.step = Some(self.at);
            }
            return Some(options);
        }
        let report = self.report.as_ref().filter(|_| !self.is_stale());
        options.schedule = Some(report?.schedule.clone()?);
        options.step = None;
        Some(options)
    }

    pub fn can_share_run(&self) -> bool {
        self.exact_run().is_some()
    }

    /// The query that opens what is shown at this moment, free of what a frame is held to.
    pub fn moment(&self) -> String {
        let free = Options::default();
        self.query_held_to(self.exact_run(), &free)
    }

    /// The query that opens the scenario as it is set where it may run for real, free of
    /// what a frame is held to.
    pub fn elsewhere(&self) -> String {
        let mut options = self.options.clone();
        options.engine = Engine::Auto;
        options.schedule = None;
        options.step = None;
        self.query_held_to(Some(options), &Options::default())
    }

    /// The query that opens a run, or the scenario as it is set, with the looks of `held`:
    /// theme, autorun, and what is locked and hidden.
    fn query_held_to(&self, run: Option<Options>, held: &Options) -> String {
        let as_set = || Options {
            schedule: None,
            step: None,
            ..self.options.clone()
        };
        let options = Options {
            theme: held.theme,
            autorun: held.autorun,
            locked: held.locked.clone(),
            hide: held.hide.clone(),
            ..run.unwrap_or_else(as_set)
        };
        share::write(self.scenario, &self.params, &options)
    }

    /// The link or the code of a form.
    pub fn shared(&self, sharing: &Sharing, form: Form, place: &Place) -> String {
        let site = &place.site;
        let run = self.exact_run().filter(|_| sharing.exact);
        let title = self.scenario.title;
        let held = match form {
            Form::Link | Form::Preview | Form::Markdown => Options::default(),
            Form::Frame | Form::Element => Options {
                theme: sharing.theme,
                autorun: sharing.autorun,
                locked: sharing.locked.clone(),
                hide: sharing.hide.clone(),
                ..Options::default()
            },
        };
        let query = self.query_held_to(run, &held);
        let fragment = if self.is_own() { &place.fragment } else { "" };
        match form {
            Form::Link => format!("{site}?{query}{fragment}"),
            Form::Preview => format!("{site}scenario/{}.html?{query}", self.scenario.id),
            Form::Markdown => format!("[{}]({site}?{query}{fragment})", titled(title)),
            Form::Frame => format!(
                "<iframe src=\"{}\" title=\"{}\" width=\"100%\" height=\"{}\" \
                 style=\"border: 0\" allow=\"cross-origin-isolated; clipboard-write\" \
                 loading=\"lazy\"></iframe>",
                escaped(&format!("{site}embed.html?{query}{fragment}")),
                escaped(&titled(title)),
                sharing.height_px(),
            ),
            Form::Element => {
                let attributes = share::pairs(&query)
                    .map(|(key, value)| {
                        // Those that HTML has for all elements need another name.
                        let of_html = OF_HTML.contains(&&*key);
                        let prefix = if of_html { "param-" } else { "" };
                        format!(" {prefix}{key}=\"{}\"", escaped(&value))
                    })
                    .collect::<String>();
                format!(
                    "<script async src=\"{}\"></script>\n\
                     <lockstep-scenario{attributes} height=\"{}\"></lockstep-scenario>",
                    escaped(&format!("{site}embed.js")),
                    sharing.height_px(),
                )
            }
        }
    }
}

/// Text as it stands in an attribute of HTML, between double quotes.
fn escaped(text: &str) -> String {
    let escaped = text.replace('&', "&amp;").replace('"', "&quot;");
    escaped.replace('<', "&lt;").replace('>', "&gt;")
}

#[cfg(test)]
mod tests {
    use super::super::playback::play;
    use super::super::{Command, Surroundings};
    use super::*;
    use crate::scenario::Report;
    use crate::trace::store::Tally;

    const SITE: &str = "https://example.org/lockstep/";

    fn place() -> Place {
        Place {
            site: SITE.to_owned(),
            fragment: "#code=1.abc".to_owned(),
        }
    }

    fn session(query: &str) -> Session {
        let here = Surroundings {
            shared_memory: true,
            player: false,
            framed: false,
        };
        Session::open(query, here).0
    }

    /// A session that shows the run of a link on the model.
    fn session_with_run(query: &str) -> Session {
        let mut session = session(query);
        let (link, _) = share::read(query);
        session.apply(Command::Run);
        let program = link.scenario.on_model();
        let playback = play(&link, program);
        session.apply(Command::Played(Box::new(playback)));
        session
    }

    fn texts(session: &Session, sharing: &Sharing) -> Vec<String> {
        let text = |form| session.shared(sharing, form, &place());
        Form::ALL.map(text).to_vec()
    }

    #[test]
    fn a_scenario_is_shared_as_it_is_set() {
        let session = session("?threads=2&increments=7&guard=lock&theme=dark&speed=2");
        let sharing = Sharing {
            height: "500".to_owned(),
            autorun: true,
            locked: vec!["guard"],
            hide: vec![Panel::Events, Panel::Lesson],
            ..session.offer()
        };
        assert!(!sharing.exact);
        let query = "scenario=counter&threads=2&increments=7&guard=lock&speed=2";
        let framed = format!("{query}&theme=dark&autorun=1&locked=guard&hide=events%2Clesson");
        assert_eq!(
            texts(&session, &sharing),
            [
                format!("{SITE}?{query}"),
                format!("{SITE}scenario/counter.html?{query}"),
                format!("[{} – Lockstep]({SITE}?{query})", session.scenario.title),
                format!(
                    "<iframe src=\"{SITE}embed.html?{}\" title=\"{} – Lockstep\" width=\"100%\" \
                     height=\"500\" style=\"border: 0\" \
                     allow=\"cross-origin-isolated; clipboard-write\" loading=\"lazy\"></iframe>",
                    framed.replace('&', "&amp;"),
                    session.scenario.title
                ),
                format!(
                    "<script async src=\"{SITE}embed.js\"></script>\n\
                     <lockstep-scenario scenario=\"counter\" threads=\"2\" increments=\"7\" \
                     guard=\"lock\" speed=\"2\" theme=\"dark\" autorun=\"1\" locked=\"guard\" \
                     hide=\"events,lesson\" height=\"500\"></lockstep-scenario>"
                ),
            ]
        );
    }

    #[test]
    fn each_setting_changes_what_it_names_alone() {
        let mut session = session("?threads=2");
        session.apply(Command::Share(true));
        let before = session.sharing.clone().expect("open");
        for setting in [
            Setting::Height("7".to_owned()),
            Setting::Theme(Theme::Dark),
            Setting::Autorun(true),
            Setting::Lock("guard"),
            Setting::Lock("threads"),
            Setting::Hide(Panel::Code),
            Setting::Lock("guard"),
        ] {
            session.apply(Command::SetSharing(setting));
        }
        let wanted = Sharing {
            height: "7".to_owned(),
            theme: Theme::Dark,
            autorun: true,
            locked: vec!["threads"],
            hide: vec![Panel::Code],
            ..before
        };
        assert_eq!(session.sharing, Some(wanted));
        for (typed, px) in [("7", 120), ("300", 300), ("x", HEIGHT), ("99999", 4000)] {
            session.apply(Command::SetSharing(Setting::Height(typed.to_owned())));
            let height = session.sharing.as_ref().map(Sharing::height_px);
            assert_eq!(height, Some(px), "{typed}");
        }
        session.apply(Command::Copied(Form::Link, true));
        let copied = |session: &Session| session.sharing.as_ref().and_then(|s| s.copied);
        assert_eq!(copied(&session), Some((Form::Link, true)));
        session.apply(Command::SetSharing(Setting::Exact(false)));
        assert_eq!(copied(&session), None);
        session.apply(Command::Share(false));
        assert_eq!(session.sharing, None);
    }

    #[test]
    fn a_parameter_that_is_called_as_an_attribute_of_html_is_told_from_it() {
        let session = session("?scenario=gather&style=tasks");
        let element = session.shared(&session.offer(), Form::Element, &place());
        assert!(element.contains(" param-style=\"tasks\""), "{element}");
        assert!(element.contains(" delays=\"2000,1000,3000\""), "{element}");
        // The element knows the same ones.
        let path = concat!(env!("CARGO_MANIFEST_DIR"), "/www/embed.js");
        let script = std::fs::read_to_string(path).expect("the element");
        assert!(script.contains(&format!("/^({}|", OF_HTML.join("|"))));
    }

    #[test]
    fn a_run_is_shared_with_its_steps_and_the_one_that_is_shown() {
        let mut session = session_with_run("?threads=2&increments=2&engine=model&seed=7");
        session.apply(Command::Goto(5));
        let sharing = session.offer();
        assert!(sharing.exact);
        let link = session.shared(&sharing, Form::Link, &place());
        let query = link.strip_prefix(SITE).expect("of the site");
        assert_eq!(query, format!("?{}", session.moment()));
        // Whoever opens it sees the same, and needs no seed for it.
        let again = session_with_run(&query.replace("seed=7", "seed=9"));
        let steps = |session: &Session| session.playback.as_ref().map(|p| p.steps.clone());
        assert_eq!(steps(&again), steps(&session));
        assert_eq!(again.at, 5);

        let scenario = Sharing {
            exact: false,
            ..sharing
        };
        let link = session.shared(&scenario, Form::Link, &place());
        assert!(
            !link.contains("schedule=") && !link.contains("&step="),
            "{link}"
        );
    }

    #[test]
    fn a_recorded_run_is_not_shared_with_other_parameters_than_its_own() {
        let mut session = session("?threads=2&increments=2");
        session.apply(Command::Run);
        let schedule = Some("AQEG5A".to_owned());
        let report = Report {
            schedule,
            ..Report::stopped(1.0)
        };
        let tally = Tally::default();
        session.apply(Command::Ended {
            report,
            tally,
            turns: None,
        });
        assert!(session.can_share_run());
        assert!(session.moment().contains("&schedule=AQEG5A"));
        assert!(!session.elsewhere().contains("&schedule="));
        session.apply(Command::Edit {
            name: "threads",
            text: "3".to_owned(),
        });
        assert!(!session.can_share_run());
        assert!(!session.moment().contains("&schedule="));
    }

    #[test]
    fn what_is_no_schedule_stays_within_its_quotes() {
        // Of a run of so many steps the link's own schedule is handed on.
        let link = "?threads=2&increments=20000&engine=model&schedule=%22%3E%3Cscript%3E%26";
        let session = session_with_run(link);
        let sharing = session.offer();
        assert!(sharing.exact);
        let text = |form| session.shared(&sharing, form, &place());
        for (form, tags, attributes) in [
            (Form::Link, 0, 0),
            (Form::Preview, 0, 0),
            (Form::Markdown, 0, 0),
            (Form::Frame, 2, 7),
        ] {
            let text = text(form);
            let count = |what: char| text.matches(what).count();
            assert_eq!((count('<'), count('>')), (tags, tags), "{text}");
            assert_eq!(count('"'), 2 * attributes, "{text}");
            assert!(text.contains("schedule=%22%3E%3Cscript%3E%26"), "{text}");
        }
        let element = text(Form::Element);
        assert!(
            element.contains(" schedule=\"&quot;&gt;&lt;script&gt;&amp;\" "),
            "{element}"
        );
    }

    #[test]
    fn a_thousand_steps_of_four_threads_fit_into_two_thousand_characters() {
        let query = "?scenario=counter&threads=4&increments=128&guard=none&engine=model";
        let session = session_with_run(query);
        let steps = session.playback.as_ref().map_or(0, |p| p.steps.len());
        assert!(steps >= 1000, "{steps}");
        let link = session.shared(&session.offer(), Form::Link, &place());
        assert!(link.contains("&schedule="), "{link}");
        assert!(link.len() < 2000, "{}", link.len());
    }
}
