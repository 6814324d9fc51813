//! Runs: how they start, stop and end.

use std::mem;

use super::super::exploration::FindingOf;
use super::super::message::Answer;
use super::super::why;
use super::{After, Effect, Phase, Running, Session, Start};
use crate::explore::{Blocked, stuck};
use crate::scenario::{Report, Verdict};
use crate::share::Engine;
use crate::trace::store::Tally;

impl Session {
    /// How many threads a run may have, main included.
    pub fn threads(&self) -> usize {
        (self.scenario.max_threads)(&self.params)
    }

    /// Runs for who presses Run.
    pub(super) fn run_anew(&mut self) -> Vec<Effect> {
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

    pub(super) fn run(&mut self) -> Vec<Effect> {
        if self.is_busy() {
            return Vec::new();
        }
        self.report = None;
        self.forget_playback();
        self.start()
    }

    /// Starts a run; what is shown stays until there is something else to show.
    pub(super) fn start(&mut self) -> Vec<Effect> {
        let engine = self.engine();
        self.phase = Phase::Running;
        self.is_strange = false;
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
            code: self.code(),
        })]
    }

    /// Shows on the model the run on real threads that was recorded last.
    pub(super) fn step_through(&mut self) -> Vec<Effect> {
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

    /// Stops for who presses Stop: the run, and those that were to follow it.
    pub(super) fn stop(&mut self) -> Vec<Effect> {
        // The run may end by itself before it hears of this.
        if let Some(luck) = &mut self.luck {
            luck.end();
        }
        self.stop_run()
    }

    fn stop_run(&mut self) -> Vec<Effect> {
        match self.phase {
            Phase::Proving { .. } => {
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
                self.phase = Phase::Stopping(After::Show);
                vec![Effect::Stop]
            }
            Phase::Exploring => self.end_exploration(),
            Phase::Settled | Phase::Stopping(_) => Vec::new(),
        }
    }

    /// Stops the run, which would not end by itself, and keeps why.
    pub(super) fn deadlocked(&mut self, blocked: &[Blocked]) -> Vec<Effect> {
        if self.phase != Phase::Running || self.running.engine == Engine::Model {
            return Vec::new();
        }
        let running = &mut self.running;
        running.findings = vec![FindingOf::of(&stuck(blocked), running.scenario)];
        running.reason = why::of_stuck(blocked, running.scenario);
        self.stop_run()
    }

    /// A run that was stopped since its threads would have waited for ever came to that.
    pub(super) fn as_deadlock(&self, mut report: Report) -> Report {
        if report.verdict == Verdict::Stopped && !self.running.findings.is_empty() {
            report.verdict = Verdict::Deadlock;
        }
        report
    }

    pub(super) fn ended(&mut self, report: Report, tally: Tally) -> Vec<Effect> {
        if !self.is_running() {
            return Vec::new();
        }
        let after = match mem::replace(&mut self.phase, Phase::Settled) {
            Phase::Stopping(after) => after,
            _ => After::Show,
        };
        if after == After::Show {
            self.report = Some(report.clone());
        }
        let mut runs_next = after == After::RunNext;
        if let Some(luck) = &mut self.luck {
            luck.count(&report);
            runs_next |= luck.goes_on();
        }
        let mut effects = vec![Effect::Warm(self.threads())];
        for id in mem::take(&mut self.asked_to_run) {
            let result = self.result(&report, tally);
            effects.push(self.post(id, Answer::Result(result)));
        }
        for id in mem::take(&mut self.asked_to_stop) {
            effects.push(self.post(id, Answer::State(self.state())));
        }
        if runs_next {
            effects.extend(self.run());
        }
        effects
    }
}
