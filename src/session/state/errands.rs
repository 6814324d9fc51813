//! What is computed in workers on the model: runs to step through, and explorations.

use super::super::exploration::{Exploration, Wish};
use super::super::fates::{Fate, Fates};
use super::super::message::Answer;
use super::super::playback::Playback;
use super::super::progress::ProgressGraph;
use super::super::state_graph::StateGraph;
use super::{After, Effect, Phase, Session};
use crate::explore::Turn;
use crate::scenario::{Report, Verdict};
use crate::share::Engine;
use crate::trace::store::Tally;
use crate::words::links;

impl Session {
    /// A run on the model is there. One that was asked for by its schedule is shown from
    /// its beginning, or where the link says; any other goes on by itself.
    pub(super) fn played(&mut self, playback: Playback) -> Vec<Effect> {
        if self.phase != Phase::Running || self.running.engine != Engine::Model {
            return Vec::new();
        }
        self.notices.extend(playback.notice.clone());
        let last = playback.steps.len();
        let asked = self.options.step;
        if playback.notice.is_some() {
            // It is not the run that was asked for, and is shown from its beginning.
            self.options.step = None;
        }
        self.at = self.options.step.map_or(0, |step| step.min(last));
        if let Some(step) = self.options.step.filter(|step| *step > last) {
            self.options.step = Some(last);
            self.notices.push(links::no_step(step));
        }
        self.playing = self.options.step.is_none() && self.options.schedule.is_none() && last > 0;
        let made = playback.made as u64;
        let report = playback.report.clone();
        let tally = Tally {
            happened: made,
            kept: last as u64,
        };
        self.running.findings.clone_from(&playback.findings);
        self.running.reason.clone_from(&playback.why);
        self.playback = Some(playback);
        let mut effects = vec![Effect::EndErrands];
        if self.options.step != asked {
            effects.push(Effect::Address(self.query()));
        }
        effects.extend(self.ended(report, tally));
        effects
    }

    /// A recorded run has ended: it is over once the model has made it again.
    pub(super) fn prove(&mut self, report: Report, tally: Tally, turns: Vec<Turn>) -> Vec<Effect> {
        // What stopped it, or an uncaught exception, is not among the turns.
        let untold = report.verdict == Verdict::Stopped || report.message.is_some();
        let is_shown = matches!(self.phase, Phase::Running | Phase::Stopping(After::Show));
        if untold || !is_shown {
            return self.ended(report, tally);
        }
        // Its threads have left; what goes on can be stopped again.
        self.phase = Phase::Proving {
            report: report.clone(),
            tally,
        };
        vec![Effect::Prove {
            query: self.running.query.clone(),
            turns,
            report,
        }]
    }

    /// The model has made a recorded run again, by this schedule, or has not.
    pub(super) fn proved(&mut self, schedule: Option<String>) -> Vec<Effect> {
        let Phase::Proving { report, tally } = &self.phase else {
            return Vec::new();
        };
        let (report, tally) = (report.clone(), *tally);
        if let Some(schedule) = &schedule {
            let link = format!("?{}", self.running.link_to(schedule));
            for finding in &mut self.running.findings {
                finding.schedule.clone_from(schedule);
                finding.link.clone_from(&link);
            }
        }
        let mut effects = vec![Effect::EndErrands];
        effects.extend(self.ended(Report { schedule, ..report }, tally));
        effects
    }

    /// Shows the model's run as it is after so many steps.
    pub(super) fn goto(&mut self, at: usize) -> Vec<Effect> {
        let Some(playback) = self.steppable() else {
            return Vec::new();
        };
        let steps = playback.steps.len();
        // A step means nothing without the run that it is a step of.
        if self.options.schedule.is_none() && steps > 0 {
            let schedule = playback.whole_schedule(self.scenario.version).encode();
            self.options.schedule = Some(schedule);
        }
        self.at = at.min(steps);
        self.options.step = Some(self.at);
        self.playing = false;
        vec![Effect::Address(self.query())]
    }

    /// Lets a thread go next. If another did, that makes it another run, which is
    /// computed and shown after that step.
    pub(super) fn let_go(&mut self, thread: u16) -> Vec<Effect> {
        let Some(playback) = self.steppable().filter(|_| !self.is_busy()) else {
            return Vec::new();
        };
        if !playback.enabled(self.at).contains(&thread) {
            return Vec::new();
        }
        let version = self.scenario.version;
        let Some(schedule) = playback.letting_go(self.at, thread, version) else {
            return self.goto(self.at + 1);
        };
        // Whatever was chosen since: only the model can do that.
        self.options.engine = Engine::Model;
        self.options.schedule = Some(schedule.encode());
        self.options.step = Some(self.at + 1);
        let mut effects = vec![Effect::Address(self.query())];
        effects.extend(self.start());
        effects
    }

    /// The thread that made the last of the steps that are shown as made.
    pub fn last_moved(&self) -> Option<usize> {
        let playback = self.playback.as_ref()?;
        let last = playback.steps.get(self.at.checked_sub(1)?)?;
        Some(usize::from(last.thread))
    }

    pub(super) fn toggle_play(&mut self) -> Vec<Effect> {
        let Some(playback) = self.steppable() else {
            return Vec::new();
        };
        if self.playing {
            return self.goto(self.at);
        }
        let steps = playback.steps.len();
        // From its end it begins again.
        if self.at == steps {
            self.at = 0;
        }
        self.playing = steps > 0;
        self.options.step = None;
        vec![Effect::Address(self.query())]
    }

    /// The address follows when it pauses: browsers limit how often it may change.
    pub(super) fn tick(&mut self) -> Vec<Effect> {
        let Some(playback) = self.steppable().filter(|_| self.playing) else {
            return Vec::new();
        };
        if self.at + 1 >= playback.steps.len() {
            return self.goto(self.at + 1);
        }
        self.at += 1;
        Vec::new()
    }

    /// Milliseconds until the next [`Command::Tick`] is due, of a run that goes on by
    /// itself.
    pub fn next_tick_ms(&self) -> Option<f64> {
        let playback = self.steppable().filter(|_| self.playing)?;
        Some(playback.pace_ms(self.at) / self.options.speed)
    }

    pub(super) fn forget_playback(&mut self) {
        self.playback = None;
        self.at = 0;
        self.playing = false;
    }

    pub(super) fn explore(&mut self, wish: Wish) -> Vec<Effect> {
        if self.is_busy() {
            return Vec::new();
        }
        // A run that goes on by itself pauses, and the address says where.
        let mut effects = match self.playing {
            true => self.goto(self.at),
            false => Vec::new(),
        };
        if self.is_stale() {
            // What is found would stand beside a verdict of something else.
            self.report = None;
            self.forget_playback();
        }
        self.phase = Phase::Exploring;
        self.is_strange = false;
        self.exploration = None;
        effects.push(Effect::Explore {
            query: self.query(),
            wish,
        });
        effects
    }

    /// For each thread that may go next in the run that is stepped through what may still
    /// come, if all of it was explored in the same way.
    pub fn fates(&self) -> Vec<Fate> {
        match self.explored_alike() {
            Some((playback, found)) => found.fates.at(playback, self.at),
            None => Vec::new(),
        }
    }

    /// How many of a thousand interleavings go wrong after each number of steps of the run
    /// that is stepped through, on the same condition.
    pub fn fates_along(&self) -> Vec<u16> {
        match self.explored_alike() {
            Some((playback, found)) => found.fates.along(playback),
            None => Vec::new(),
        }
    }

    /// The [way](Playback::way) of the run that is stepped through, for the graph that is
    /// drawn, on the same condition.
    pub fn way_through(&self) -> Option<String> {
        Some(self.explored_alike()?.0.way())
    }

    fn explored_alike(&self) -> Option<(&Playback, &Exploration)> {
        let (playback, found) = self.steppable().zip(self.exploration.as_ref())?;
        (playback.clock == found.clock || !found.timed).then_some((playback, found))
    }

    pub(super) fn explored(&mut self, exploration: Exploration, ended: bool) -> Vec<Effect> {
        if self.phase != Phase::Exploring {
            return Vec::new();
        }
        let done = exploration.states.max(exploration.executions);
        self.exploration = Some(exploration);
        if ended {
            return self.end_exploration();
        }
        let asked = self.asked_to_explore.iter();
        asked
            .map(|id| self.post(id.clone(), Answer::Progress { done }))
            .collect()
    }

    pub(super) fn errand_failed(&mut self, message: String) -> Vec<Effect> {
        match self.phase {
            Phase::Exploring => {
                self.phase = Phase::Settled;
                let mut effects = vec![Effect::EndErrands];
                for id in std::mem::take(&mut self.asked_to_explore) {
                    effects.push(self.refuse(id, &message));
                }
                self.notices.push(message);
                effects
            }
            Phase::Proving { .. } => self.proved(None),
            Phase::Running if self.running.engine == Engine::Model => {
                let mut effects = vec![Effect::EndErrands];
                effects.extend(self.ended(Report::error(message, 0.0), Tally::default()));
                effects
            }
            _ => Vec::new(),
        }
    }

    /// The exploration is over, or is told to be: what it found stays.
    pub(super) fn end_exploration(&mut self) -> Vec<Effect> {
        self.phase = Phase::Settled;
        // What may still come, and where threads can be, is for the page that steps through a
        // run.
        let found = Exploration {
            fates: Fates::default(),
            progress: ProgressGraph::default(),
            state_graph: StateGraph::default(),
            ..self.exploration.clone().unwrap_or_default()
        };
        let mut effects = vec![Effect::EndErrands, Effect::Warm(self.threads())];
        for id in std::mem::take(&mut self.asked_to_explore) {
            effects.push(self.post(id, Answer::Explored(found.clone())));
        }
        for id in std::mem::take(&mut self.asked_to_stop) {
            effects.push(self.post(id, Answer::State(self.state())));
        }
        effects
    }
}
