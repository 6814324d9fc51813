//! The state of a session and what each command does to it.

use std::sync::Arc;

use super::exploration::{Exploration, Wish};
use super::luck::Luck;
use super::message::Answer;
use super::playback::Playback;
use super::sharing::Sharing;
use super::why::Reason;
use crate::base::Scalar;
use crate::scenario::listing::Language;
use crate::scenario::{MadeOf, Params, Report, Scenario};
use crate::share::{self, Engine, Options, Panel, SPEEDS};
use crate::words::{own as of_own, program, run as of_run};

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

pub use command::{Command, Effect, Start};
use phase::Running;
pub use phase::{After, Phase};

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
    /// Whether the reader has neither written nor run the program: it came with a link.
    is_strange: bool,
    /// What the reader has written during the run, or the exploration, that goes on.
    written: Option<Arc<str>>,
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
    /// What runs, or ran last: what is shown may be another by the end.
    running: Running,
    /// Whether the first sight is shown, as it was.
    pub is_first_sight: bool,
    /// Messages that are answered when the run ends.
    asked_to_run: Vec<Option<Scalar>>,
    asked_to_stop: Vec<Option<Scalar>>,
    asked_to_explore: Vec<Option<Scalar>>,
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
            phase: Phase::Settled,
            record: false,
            report: None,
            exploration: None,
            luck: None,
            wish: Wish::default(),
            is_strange: true,
            written: None,
            playback: None,
            at: 0,
            playing: false,
            language: Language::default(),
            sharing: None,
            is_first_sight: false,
            asked_to_run: Vec::new(),
            asked_to_stop: Vec::new(),
            asked_to_explore: Vec::new(),
        };
        let mut effects = session.apply(Command::Open(query.to_owned()));
        effects.push(session.post(None, Answer::Ready(session.about())));
        if session.options.autorun && !session.is_own() {
            effects.extend(session.apply(Command::Run));
        }
        (session, effects)
    }

    /// Carries out a command: what the browser has to do for it.
    pub fn apply(&mut self, command: Command) -> Vec<Effect> {
        self.is_first_sight &= command.only_looks();
        let mut effects = self.carry_out(command);
        effects.extend(self.take_written());
        effects
    }

    fn carry_out(&mut self, command: Command) -> Vec<Effect> {
        match command {
            Command::Open(query) => self.open_to_look_at(&query),
            Command::Follow(query) => self.follow(query),
            Command::Try(index) => self.try_next(index),
            Command::Edit { name, text } if self.is_free(name) => self.edit(name, text),
            Command::Edit { .. } => Vec::new(),
            Command::Write(code) => self.write(&code),
            Command::Load(code) => self.load(&code),
            Command::Reset => self.reset(),
            Command::Run => self.run_anew(),
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
        self.is_running() || self.is_exploring()
    }

    pub fn is_running(&self) -> bool {
        matches!(
            self.phase,
            Phase::Running | Phase::Proving { .. } | Phase::Stopping(_)
        )
    }

    pub fn is_exploring(&self) -> bool {
        self.phase == Phase::Exploring
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
        if self.running.params.code != self.params.code {
            return Some(of_run::of(of_own::OF_ANOTHER));
        }
        let before = self.running.params.iter();
        let differs = before.filter(|(name, value)| self.params.get(name).as_ref() != Some(value));
        let differs = differs.map(|(name, value)| program::is_set(name, &value.to_string()));
        Some(of_run::of(&differs.collect::<Vec<_>>().join(", ")))
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

    /// Whether the reader may be asked what a setting will come to. Pages around a frame ask
    /// themselves, unless the link says otherwise.
    pub fn asks(&self) -> bool {
        let by_itself = !self.surroundings.player && !self.surroundings.framed;
        !self.is_first_sight && self.options.predict.unwrap_or(by_itself)
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
}

mod command;
mod embedder;
mod errands;
mod opening;
mod own;
mod phase;
mod running;
mod settings;
#[cfg(test)]
mod tests;
