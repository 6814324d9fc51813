//! The state of a session and what each command does to it.

use super::exploration::{Exploration, FindingOf, Wish};
use super::luck::Luck;
use super::message::{Answer, Inbound, Outbound};
use super::playback::Playback;
use super::sharing::{Form, Setting, Sharing};
use super::why::{self, Reason};
use crate::base::Scalar;
use crate::explore::{Blocked, Turn, stuck};
use crate::scenario::listing::Language;
use crate::scenario::param::{Kind, Value};
use crate::scenario::{self, MadeOf, Params, Report, Scenario, Verdict};
use crate::share::{self, Engine, Link, Options, Panel, SPEEDS};
use crate::trace::store::Tally;

/// What the page found out about where it runs.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Surroundings {
    /// Whether a worker can really be handed a shared memory.
    pub shared_memory: bool,
    /// Whether this is the player, which is made for frames.
    pub player: bool,
    /// Whether another page is around this one.
    pub framed: bool,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Phase {
    Idle,
    Running,
    /// Stop was asked for; the threads are leaving.
    Stopping,
    /// Every interleaving is being looked for.
    Exploring,
    Done,
}

/// A parameter as the form shows it: the text that was typed, and what is wrong
/// with it.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Field {
    pub text: String,
    pub error: Option<String>,
}

/// What an address without a query opens: a small race that has been run, to be looked at.
pub const FIRST_SIGHT: &str =
    "scenario=counter&threads=2&increments=2&engine=model&schedule=AgIFEA&step=13";

/// What may be done to a session.
#[derive(Clone, Debug, PartialEq)]
pub enum Command {
    /// Show what a link says.
    Open(String),
    /// Go where a link of the page itself leads; going back leads here.
    Follow(String),
    /// Set what the scenario suggests to try, by its place among the suggestions.
    Try(usize),
    /// The text of one parameter's field.
    Edit {
        name: &'static str,
        text: String,
    },
    /// All parameters back to their defaults.
    Reset,
    Run,
    /// Run on real threads, many times, and count what that comes to.
    TryLuck,
    Stop,
    /// How Explore is to search.
    Wish(Wish),
    /// Look for every interleaving, or for those that are wished for.
    Explore,
    /// Look for every interleaving of a [smaller](Session::smaller) setting.
    ExploreSmaller,
    /// What the search has found so far, or, at its end, altogether.
    Explored {
        exploration: Box<Exploration>,
        ended: bool,
    },
    /// An exploration, or a run on the model, has failed: what the browser says of it.
    ErrandFailed(String),
    /// Where to run.
    Choose(Engine),
    /// Whether runs on real threads are recorded, so that they can be stepped through.
    Record(bool),
    /// Step through the last run, which was recorded.
    StepThrough,
    /// A run on the model has been computed.
    Played(Box<Playback>),
    /// So many steps on, or back, of the model's run.
    Step(isize),
    /// To a step of the model's run: after so many.
    Goto(usize),
    /// Let this thread make the next step of the model's run, whoever made it.
    LetGo(u16),
    /// Have the model's run go on by itself, or no longer.
    TogglePlay,
    /// Have runs go so many times as fast as they do.
    Speed(f64),
    /// It is time for the next step of a run that goes on by itself.
    Tick,
    /// All threads of the run wait for ever: these.
    Deadlocked(Vec<Blocked>),
    /// Why a run on real threads, which ends now, came to what it came to.
    Explain(Reason),
    /// A run has come to its end.
    Ended {
        report: Report,
        tally: Tally,
        /// Who had which turn in it, if it was recorded.
        turns: Option<Vec<Turn>>,
    },
    /// A recorded run has been made again on the model: its schedule, unless it came to
    /// something else.
    Proved(Option<String>),
    /// Open the share dialog, or close it.
    Share(bool),
    /// Change what it is set to.
    SetSharing(Setting),
    /// Something that is shared was copied, or the browser refused.
    Copied(Form, bool),
    /// The embedder asks for something.
    Receive(Inbound),
    /// The language in which the program is read, and in whose lines all is told.
    Read(Language),
    /// The reader has seen the notices.
    DismissNotices,
}

impl Command {
    /// Whether it is about the steps of a run on the model.
    pub fn is_of_steps(&self) -> bool {
        matches!(
            self,
            Command::Step(_) | Command::Goto(_) | Command::TogglePlay
        )
    }
}

/// What the browser has to do after a command.
#[derive(Clone, Debug, PartialEq)]
pub enum Effect {
    /// Run on real threads.
    Start(Start),
    /// Stop the run that goes on.
    Stop,
    /// Explore, in a worker, what the query describes.
    Explore {
        query: String,
        wish: Wish,
    },
    /// Compute, in a worker, a run on the model.
    Play {
        query: String,
    },
    /// Show the run of the first sight, which the query describes, and which is a file of the
    /// site. Where that cannot be had, it is computed.
    ShowFirstSight {
        query: String,
    },
    /// Make a recorded run again, in a worker, and see whether it comes to the same.
    Prove {
        query: String,
        turns: Vec<Turn>,
        report: Report,
    },
    /// End what goes on in those workers: what they have told is enough.
    EndErrands,
    /// Put this query into the address.
    Address(String),
    /// The same, as a page of its own: going back leads to what was shown before.
    Visit(String),
    /// Have this many workers ready for the next run.
    Warm(usize),
    Post(Outbound),
}

/// A run on real threads, as it is to be.
#[derive(Clone, Debug, PartialEq)]
pub struct Start {
    /// Describes the program.
    pub query: String,
    /// Threads that it may have, main included.
    pub threads: usize,
    /// What it is made of: threads, say.
    pub made_of: MadeOf,
    /// How many times faster its own time goes.
    pub speed: f64,
    /// Whether to note the order of its steps.
    pub record: bool,
}

/// A run as it was started.
struct Running {
    scenario: &'static Scenario,
    params: Params,
    query: String,
    engine: Engine,
    /// Why its threads wait for ever, if they do.
    findings: Vec<FindingOf>,
    /// Why it came to what it came to, if that is known.
    reason: Option<Reason>,
}

impl Running {
    /// The query that opens one execution of it on the model.
    fn link_to(&self, schedule: &str) -> String {
        let (link, _) = share::read(&self.query);
        share::write_schedule(&link, schedule)
    }
}

pub struct Session {
    pub surroundings: Surroundings,
    pub scenario: &'static Scenario,
    pub params: Params,
    /// One for each parameter, in their order.
    pub fields: Vec<Field>,
    pub options: Options,
    pub notices: Vec<String>,
    pub phase: Phase,
    /// Whether runs on real threads are to be recorded.
    pub record: bool,
    /// How the last run ended.
    pub report: Option<Report>,
    /// What the last exploration has found, of what is shown.
    pub exploration: Option<Exploration>,
    /// What many runs came to, of what is shown.
    pub luck: Option<Luck>,
    /// How the next is to search.
    pub wish: Wish,
    /// The last run, if it was on the model and can be stepped through.
    pub playback: Option<Playback>,
    /// How many of its steps are shown as made.
    pub at: usize,
    /// Whether it goes on by itself.
    pub playing: bool,
    /// The language in which the program is read.
    pub language: Language,
    /// What the share dialog is set to, while it is open.
    pub sharing: Option<Sharing>,
    /// Whether the run that is stopping belongs to what was shown before.
    outdated: bool,
    /// Whether what is shown now is to run as soon as that has stopped.
    runs_next: bool,
    /// A recorded run that has ended and is being made again on the model.
    unproved: Option<(Report, Tally)>,
    /// What runs, or ran last: what is shown may be another by the end.
    running: Running,
    /// Whether the first sight is shown, as it was.
    pub is_first_sight: bool,
    /// Messages that are answered when the run ends.
    asked_to_run: Vec<Option<Scalar>>,
    asked_to_stop: Vec<Option<Scalar>>,
    asked_to_explore: Vec<Option<Scalar>>,
}

impl Command {
    /// Whether what is shown stays what it is.
    fn only_looks(&self) -> bool {
        matches!(
            self,
            Command::Played(_)
                | Command::Step(_)
                | Command::Goto(_)
                | Command::TogglePlay
                | Command::Tick
                | Command::Speed(_)
                | Command::Read(_)
                | Command::Share(_)
                | Command::SetSharing(_)
                | Command::Copied(..)
                | Command::DismissNotices
        )
    }
}

impl Session {
    /// A session that shows what a link says.
    pub fn open(query: &str, surroundings: Surroundings) -> (Session, Vec<Effect>) {
        let (link, _) = share::read("");
        let running = Running {
            scenario: link.scenario,
            params: link.params.clone(),
            query: String::new(),
            engine: Engine::Auto,
            findings: Vec::new(),
            reason: None,
        };
        let mut session = Session {
            running,
            surroundings,
            scenario: link.scenario,
            fields: Vec::new(),
            params: link.params,
            options: link.options,
            notices: Vec::new(),
            phase: Phase::Idle,
            record: false,
            report: None,
            exploration: None,
            luck: None,
            wish: Wish::default(),
            unproved: None,
            playback: None,
            at: 0,
            playing: false,
            language: Language::default(),
            sharing: None,
            outdated: false,
            runs_next: false,
            is_first_sight: false,
            asked_to_run: Vec::new(),
            asked_to_stop: Vec::new(),
            asked_to_explore: Vec::new(),
        };
        let mut effects = session.apply(Command::Open(query.to_owned()));
        effects.push(session.post(None, Answer::Ready(session.about())));
        if session.options.autorun {
            effects.extend(session.apply(Command::Run));
        }
        (session, effects)
    }

    /// Carries out a command: what the browser has to do for it.
    pub fn apply(&mut self, command: Command) -> Vec<Effect> {
        self.is_first_sight &= command.only_looks();
        match command {
            Command::Open(query) => self.open_to_look_at(&query),
            Command::Follow(query) => self.follow(query),
            Command::Try(index) => self.try_next(index),
            Command::Edit { name, text } if self.is_free(name) => self.edit(name, text),
            Command::Edit { .. } => Vec::new(),
            Command::Reset => self.reset(),
            Command::Run => {
                let mut effects = Vec::new();
                if self.playback.is_some() && !self.is_busy() {
                    // These were of the run that is shown; who presses Run wants another.
                    self.options.step = None;
                    self.options.schedule = None;
                    effects.push(Effect::Address(self.query()));
                }
                effects.extend(self.run());
                effects
            }
            Command::TryLuck if self.can_try_luck() => {
                self.luck = Some(Luck::new());
                self.run()
            }
            Command::TryLuck => Vec::new(),
            Command::Stop => self.stop(),
            Command::Wish(wish) => {
                self.wish = wish;
                self.options.clock = wish.clock;
                vec![Effect::Address(self.query())]
            }
            // The key is there also where the button is hidden.
            Command::Explore if !self.shows(Panel::Explore) => Vec::new(),
            Command::Explore => self.explore(self.wish),
            Command::ExploreSmaller => self.explore_smaller(),
            Command::Explored { exploration, ended } => self.explored(*exploration, ended),
            Command::ErrandFailed(message) => self.errand_failed(message),
            Command::Choose(engine) => self.choose(engine),
            Command::Record(record) => {
                self.record = record;
                Vec::new()
            }
            Command::StepThrough => self.step_through(),
            Command::Played(playback) => self.played(*playback),
            Command::Step(by) => self.goto(self.at.saturating_add_signed(by)),
            Command::Goto(at) => self.goto(at),
            Command::LetGo(thread) => self.let_go(thread),
            Command::TogglePlay => self.toggle_play(),
            Command::Tick => self.tick(),
            Command::Speed(by) => {
                let speed = self.options.speed * by;
                self.options.speed = speed.clamp(SPEEDS.0, SPEEDS.1);
                vec![Effect::Address(self.query())]
            }
            Command::Deadlocked(blocked) => self.deadlocked(&blocked),
            Command::Explain(reason) => {
                self.running.reason = Some(reason);
                Vec::new()
            }
            Command::Ended {
                report,
                tally,
                turns,
            } => {
                let report = self.as_deadlock(report);
                match turns {
                    Some(turns) => self.prove(report, tally, turns),
                    None => self.ended(report, tally),
                }
            }
            Command::Proved(schedule) => self.proved(schedule),
            Command::Share(open) => {
                // What is shared should not change under the reader's eyes.
                self.playing &= !open;
                self.sharing = open.then(|| self.offer());
                Vec::new()
            }
            Command::SetSharing(setting) => {
                if let Some(sharing) = &mut self.sharing {
                    sharing.set(setting);
                }
                Vec::new()
            }
            Command::Copied(form, granted) => {
                if let Some(sharing) = &mut self.sharing {
                    sharing.copied = Some((form, granted));
                }
                Vec::new()
            }
            Command::Receive(message) => self.receive(message),
            Command::Read(language) => {
                self.language = language;
                Vec::new()
            }
            Command::DismissNotices => {
                self.notices.clear();
                Vec::new()
            }
        }
    }

    /// The engine that a run has here, whatever the link wishes for.
    pub fn engine(&self) -> Engine {
        let real = match self.scenario.made_of() {
            MadeOf::Tasks => Engine::Tasks,
            _ if self.surroundings.shared_memory => Engine::Workers,
            _ => Engine::Model,
        };
        match self.options.engine {
            Engine::Model => Engine::Model,
            // A schedule is the model's.
            Engine::Auto if self.options.schedule.is_some() => Engine::Model,
            _ => real,
        }
    }

    /// Whether the reader may change a parameter: the link may have locked it. The page
    /// around a frame may always.
    pub fn is_free(&self, name: &str) -> bool {
        !self.options.locked.contains(&name)
    }

    /// What to try next, with its place among the scenario's suggestions: what changes
    /// nothing that is locked.
    pub fn suggestions(&self) -> Vec<(usize, &'static str)> {
        let all = self.scenario.try_next.iter().enumerate();
        all.filter(|(_, next)| next.set.iter().all(|(name, _)| self.is_free(name)))
            .map(|(index, next)| (index, next.label))
            .collect()
    }

    /// Smaller numbers of threads and of what they do, with which a search can be complete
    /// that is not with those that are set; none if they are as small as can be.
    pub fn smaller(&self) -> Vec<(&'static str, i64)> {
        let smaller = |at_most: i64| {
            let all = self.scenario.params.iter().zip(self.params.iter());
            let less = all.filter_map(|(param, (name, value))| match (&param.kind, value) {
                // What has a unit is no number of things.
                (&Kind::Int { min, .. }, Value::Int(now)) if param.unit.is_empty() => {
                    let less = at_most.max(min);
                    (less < now && self.is_free(name)).then_some((name, less))
                }
                _ => None,
            });
            less.collect::<Vec<_>>()
        };
        match smaller(2) {
            none if none.is_empty() => smaller(1),
            some => some,
        }
    }

    fn explore_smaller(&mut self) -> Vec<Effect> {
        if self.is_busy() {
            return Vec::new();
        }
        let mut effects = Vec::new();
        for (name, value) in self.smaller() {
            effects = self.edit(name, value.to_string());
        }
        effects.extend(self.explore(Wish {
            clock: self.wish.clock,
            ..Wish::default()
        }));
        effects
    }

    /// Whether a part of the page is to be seen.
    pub fn shows(&self, panel: Panel) -> bool {
        !self.options.hide.contains(&panel)
    }

    /// The engine of the run that goes on, or went on last.
    pub fn ran_on(&self) -> Engine {
        self.running.engine
    }

    /// Whether a run or an exploration goes on, so that nothing else may be changed.
    pub fn is_busy(&self) -> bool {
        self.is_running() || self.phase == Phase::Exploring
    }

    pub fn is_running(&self) -> bool {
        matches!(self.phase, Phase::Running | Phase::Stopping)
    }

    /// Whether the run that goes on is one of many.
    pub fn tries_luck(&self) -> bool {
        self.luck.as_ref().is_some_and(Luck::goes_on)
    }

    /// Whether many runs would tell more than one: on real threads.
    pub fn can_try_luck(&self) -> bool {
        self.engine() == Engine::Workers && self.shows(Panel::Explore) && !self.is_busy()
    }

    /// Why the run that is shown came to what it came to, if that is known.
    pub fn reason(&self) -> Option<&Reason> {
        let reason = self.running.reason.as_ref();
        reason.filter(|_| self.report.is_some())
    }

    /// What the run that is shown was of, in words, if that is no longer what is set: `of
    /// threads 10, guard none`.
    pub fn stale(&self) -> Option<String> {
        if !self.is_stale() {
            return None;
        }
        let before = self.running.params.iter();
        let differs = before.filter(|(name, value)| self.params.get(name).as_ref() != Some(value));
        let differs = differs.map(|(name, value)| format!("{name} {value}"));
        Some(format!("of {}", differs.collect::<Vec<_>>().join(", ")))
    }

    /// The run that is shown, if it was on the model and of what is set: it can be stepped
    /// through.
    pub fn steppable(&self) -> Option<&Playback> {
        self.playback.as_ref().filter(|_| !self.is_stale())
    }

    /// Whether the run that is shown was of other parameters than are set now.
    pub(super) fn is_stale(&self) -> bool {
        self.report.is_some()
            && self.running.scenario.id == self.scenario.id
            && self.running.params != self.params
    }

    /// The parameters of the run that goes on, or went on last.
    pub fn ran_with(&self) -> &Params {
        &self.running.params
    }

    /// The number of a line of the Rust in the listing that is read; 0 if there is none.
    pub fn line(&self, rust_line: u32) -> u32 {
        self.scenario.listing.line_in(self.language, rust_line)
    }

    /// The query that opens what the session shows.
    pub fn query(&self) -> String {
        share::write(self.scenario, &self.params, &self.options)
    }

    fn open_to_look_at(&mut self, query: &str) -> Vec<Effect> {
        let is_framed = self.surroundings.player || self.surroundings.framed;
        if query.trim_start_matches('?').is_empty() && !is_framed {
            return self.open_first_sight();
        }
        let mut effects = self.open_link(query);
        // A schedule is there to be looked at.
        if self.options.schedule.is_some() {
            self.runs_next = self.is_busy();
            effects.extend(self.run());
        }
        effects
    }

    /// Its run is there already: nothing is loaded for it, and the address stays as it is,
    /// until the reader does something.
    fn open_first_sight(&mut self) -> Vec<Effect> {
        let mut effects = self.open_link(FIRST_SIGHT);
        effects.retain(|effect| !matches!(effect, Effect::Address(_) | Effect::Warm(_)));
        self.is_first_sight = true;
        self.runs_next = self.is_busy();
        if !self.runs_next {
            self.run();
            effects.push(Effect::ShowFirstSight {
                query: self.query(),
            });
        }
        effects
    }

    fn open_link(&mut self, query: &str) -> Vec<Effect> {
        let mut effects = if self.is_busy() {
            self.stop()
        } else {
            Vec::new()
        };
        let (
            Link {
                scenario,
                params,
                options,
            },
            notices,
        ) = share::read(query);
        // What was explored of the same program still holds.
        let written = |params: &Params| {
            let written = params.iter().map(|(name, value)| (name, value.to_string()));
            written.collect::<Vec<_>>()
        };
        if self.scenario.id != scenario.id || written(&self.params) != written(&params) {
            self.exploration = None;
            self.luck = None;
        }
        self.scenario = scenario;
        self.params = params;
        self.wish.clock = options.clock;
        self.options = options;
        self.notices = notices.iter().map(ToString::to_string).collect();
        self.notices.extend(self.engine_notice());
        self.fill_fields();
        self.report = None;
        self.sharing = None;
        self.forget_playback();
        self.runs_next = false;
        self.outdated = self.is_running();
        if !self.outdated {
            self.phase = self.settled();
        }
        effects.push(Effect::Address(self.query()));
        effects.push(Effect::Warm(self.threads()));
        effects
    }

    /// What a link in the page leads to is a page of its own. One that names a scenario and
    /// nothing else keeps how things look.
    fn follow(&mut self, query: String) -> Vec<Effect> {
        let query = match query.strip_prefix("scenario=").and_then(scenario::find) {
            None => query,
            Some(scenario) => {
                let mut options = Options::default();
                options.theme = self.options.theme;
                options.speed = self.options.speed;
                share::write(scenario, &Params::new(scenario.params), &options)
            }
        };
        let mut effects = vec![Effect::Visit(query.clone())];
        effects.extend(self.open_to_look_at(&query));
        effects
    }

    fn try_next(&mut self, index: usize) -> Vec<Effect> {
        let suggestion = self.scenario.try_next.get(index);
        let set = suggestion.map_or(&[][..], |suggestion| suggestion.set);
        let edits = set
            .iter()
            .map(|&(name, text)| self.edit(name, text.to_owned()));
        // The last effects say it all.
        let mut effects = edits.last().unwrap_or_default();
        if suggestion.is_some_and(|suggestion| suggestion.explore) {
            effects.extend(self.explore(self.wish));
        }
        effects
    }

    fn engine_notice(&self) -> Option<String> {
        let (wish, engine) = (self.options.engine, self.engine());
        let why = match wish {
            Engine::Auto => return None,
            _ if wish == engine => return None,
            Engine::Workers if self.scenario.made_of() != MadeOf::Tasks => {
                "cannot share memory between threads here"
            }
            _ => "cannot run this scenario",
        };
        Some(format!(
            "engine: {} {why}; {} is used.",
            wish.name(),
            engine.name()
        ))
    }

    fn edit(&mut self, name: &'static str, text: String) -> Vec<Effect> {
        if self.is_busy() {
            return Vec::new();
        }
        let Some(result) = self.params.set(name, &text) else {
            return Vec::new();
        };
        self.forget_what_is_of_other_parameters();
        let index = self.params.specs().iter().position(|p| p.name == name);
        if let Some(field) = index.and_then(|i| self.fields.get_mut(i)) {
            *field = Field {
                text,
                error: result.err().map(|e| e.to_string()),
            };
        }
        vec![Effect::Address(self.query()), Effect::Warm(self.threads())]
    }

    fn reset(&mut self) -> Vec<Effect> {
        if self.is_busy() {
            return Vec::new();
        }
        let mut params = Params::new(self.scenario.params);
        for (name, value) in self.params.iter() {
            if !self.is_free(name) {
                params.set(name, &value.to_string());
            }
        }
        params.seed = self.params.seed;
        self.params = params;
        self.forget_what_is_of_other_parameters();
        self.fill_fields();
        vec![Effect::Address(self.query()), Effect::Warm(self.threads())]
    }

    /// The run that is shown stays to be compared, and is whole again once what is set is
    /// what it was of.
    fn forget_what_is_of_other_parameters(&mut self) {
        self.exploration = None;
        self.luck = None;
        self.playing = false;
        self.options.schedule = None;
        self.options.step = None;
    }

    fn fill_fields(&mut self) {
        let fields = self.params.iter().map(|(_, value)| Field {
            text: value.to_string(),
            error: None,
        });
        self.fields = fields.collect();
    }

    /// How many threads a run may have, main included.
    pub(super) fn threads(&self) -> usize {
        (self.scenario.max_threads)(&self.params)
    }

    fn run(&mut self) -> Vec<Effect> {
        if self.is_busy() {
            return Vec::new();
        }
        self.report = None;
        self.forget_playback();
        self.start()
    }

    /// Starts a run; what is shown stays until there is something else to show.
    fn start(&mut self) -> Vec<Effect> {
        let engine = self.engine();
        self.phase = Phase::Running;
        self.running = Running {
            scenario: self.scenario,
            params: self.params.clone(),
            query: self.query(),
            engine,
            findings: Vec::new(),
            reason: None,
        };
        let query = self.query();
        if engine == Engine::Model {
            return vec![Effect::Play { query }];
        }
        vec![Effect::Start(Start {
            query,
            threads: self.threads(),
            made_of: self.scenario.made_of(),
            speed: self.options.speed,
            record: self.record,
        })]
    }

    /// Shows on the model the run on real threads that was recorded last.
    fn step_through(&mut self) -> Vec<Effect> {
        let report = self.report.as_ref();
        let report = report.filter(|_| !self.is_busy() && !self.is_stale());
        let Some(schedule) = report.and_then(|report| report.schedule.clone()) else {
            return Vec::new();
        };
        self.options.schedule = Some(schedule);
        self.options.step = Some(0);
        let mut effects = vec![Effect::Address(self.query())];
        effects.extend(self.run());
        effects
    }

    fn choose(&mut self, engine: Engine) -> Vec<Effect> {
        if self.is_busy() {
            return Vec::new();
        }
        self.options.engine = engine;
        // A schedule is the model's, and who asks for another engine wants none.
        if engine != Engine::Model {
            self.options.schedule = None;
            self.options.step = None;
        }
        self.notices.extend(self.engine_notice());
        vec![Effect::Address(self.query())]
    }

    fn stop(&mut self) -> Vec<Effect> {
        // The run may end by itself before it hears of this.
        if let Some(luck) = &mut self.luck {
            luck.end();
        }
        match self.phase {
            Phase::Running if self.unproved.is_some() => {
                let mut effects = vec![Effect::EndErrands];
                effects.extend(self.proved(None));
                effects
            }
            Phase::Running if self.running.engine == Engine::Model => {
                let mut effects = vec![Effect::EndErrands];
                effects.extend(self.ended(Report::stopped(0.0), Tally::default()));
                effects
            }
            Phase::Running => {
                self.phase = Phase::Stopping;
                vec![Effect::Stop]
            }
            Phase::Exploring => self.end_exploration(),
            Phase::Idle | Phase::Stopping | Phase::Done => Vec::new(),
        }
    }

    /// Stops the run, which would not end by itself, and keeps why.
    fn deadlocked(&mut self, blocked: &[Blocked]) -> Vec<Effect> {
        if self.phase != Phase::Running || self.running.engine == Engine::Model {
            return Vec::new();
        }
        let running = &mut self.running;
        running.findings = vec![FindingOf::of(&stuck(blocked), running.scenario)];
        running.reason = why::of_stuck(blocked, running.scenario);
        self.stop()
    }

    /// A run that was stopped since its threads would have waited for ever came to that.
    fn as_deadlock(&self, mut report: Report) -> Report {
        if report.verdict == Verdict::Stopped && !self.running.findings.is_empty() {
            report.verdict = Verdict::Deadlock;
        }
        report
    }

    /// The phase when nothing goes on.
    fn settled(&self) -> Phase {
        match self.report.is_some() || self.exploration.is_some() {
            true => Phase::Done,
            false => Phase::Idle,
        }
    }

    fn ended(&mut self, report: Report, tally: Tally) -> Vec<Effect> {
        if !self.is_running() {
            return Vec::new();
        }
        if !std::mem::take(&mut self.outdated) {
            self.report = Some(report.clone());
        }
        self.phase = self.settled();
        if let Some(luck) = &mut self.luck {
            luck.count(&report);
            self.runs_next |= luck.goes_on();
        }
        let mut effects = vec![Effect::Warm(self.threads())];
        for id in std::mem::take(&mut self.asked_to_run) {
            let result = self.result(&report, tally);
            effects.push(self.post(id, Answer::Result(result)));
        }
        for id in std::mem::take(&mut self.asked_to_stop) {
            effects.push(self.post(id, Answer::State(self.state())));
        }
        if std::mem::take(&mut self.runs_next) {
            effects.extend(self.run());
        }
        effects
    }
}

mod embedder;
mod errands;
#[cfg(test)]
mod tests;
