//! What the page around asks for, and what it is told: the messages of a session.

use super::super::exploration::{DRAWN, LIMIT, Wish};
use super::super::message::{self, About, Answer, Inbound, Outbound, Request, ResultOf, StateOf};
use super::{Effect, Phase, Session};
use crate::base::Scalar;
use crate::scenario::Report;
use crate::share::{self, Theme};
use crate::trace::store::Tally;
use crate::words::embed as says;

impl Session {
    pub(super) fn receive(&mut self, Inbound { id, request, .. }: Inbound) -> Vec<Effect> {
        match request {
            Request::Malformed(why) => vec![self.refuse(id, &why)],
            Request::Ping => vec![self.post(id, Answer::Pong(self.about()))],
            Request::Get => vec![self.post(id, Answer::State(self.state()))],
            Request::Set { params, theme } => {
                let mut effects = Vec::new();
                match theme.as_deref().map(Theme::find) {
                    // Colours may change at any time.
                    Some(Some(theme)) => {
                        self.options.theme = theme;
                        effects.push(Effect::Address(self.query()));
                    }
                    Some(None) => {
                        effects.push(self.refuse(id.clone(), says::THEME));
                    }
                    None if self.is_busy() => return vec![self.refuse(id, says::BUSY)],
                    None => {}
                }
                if self.is_busy() && !params.0.is_empty() {
                    effects.push(self.refuse(id, says::BUSY));
                    return effects;
                }
                for (key, value) in params.0 {
                    let specs = self.params.specs();
                    match specs.iter().find(|p| p.name == key) {
                        Some(param) => {
                            effects.extend(self.edit(param.name, value.to_string()));
                            if let Some(error) = self.field_error(param.name) {
                                effects.push(self.refuse(id.clone(), &error));
                            }
                        }
                        None => {
                            let notice = share::Notice::UnknownKey(key);
                            effects.push(self.refuse(id.clone(), &notice.to_string()));
                        }
                    }
                }
                effects.push(self.post(id, Answer::State(self.state())));
                effects
            }
            Request::Run => {
                if self.is_busy() {
                    return vec![self.refuse(id, says::BUSY)];
                }
                self.asked_to_run.push(id);
                self.run()
            }
            Request::Stop => {
                if !self.is_busy() {
                    return vec![self.post(id, Answer::State(self.state()))];
                }
                self.asked_to_stop.push(id);
                self.stop()
            }
            Request::Step { by } => {
                if self.steppable().is_none() {
                    return vec![self.refuse(id, says::NO_RUN)];
                }
                let by = isize::try_from(by).unwrap_or(isize::MAX);
                let mut effects = self.goto(self.at.saturating_add_signed(by));
                effects.push(self.post(id, Answer::State(self.state())));
                effects
            }
            Request::Explore {
                limit,
                preemptions,
                seed,
                clock,
            } => {
                if self.is_busy() {
                    return vec![self.refuse(id, says::BUSY)];
                }
                let wish = Wish {
                    limit: limit.unwrap_or(if seed.is_some() { DRAWN } else { LIMIT }),
                    preemptions,
                    seed,
                    clock: clock.unwrap_or(self.options.clock),
                };
                self.asked_to_explore.push(id);
                self.explore(wish)
            }
        }
    }

    fn field_error(&self, name: &str) -> Option<String> {
        let index = self.params.specs().iter().position(|p| p.name == name)?;
        self.fields.get(index)?.error.clone()
    }

    pub(super) fn refuse(&self, id: Option<Scalar>, message: &str) -> Effect {
        let message = message.to_owned();
        self.post(id, Answer::Error { message })
    }

    pub(super) fn post(&self, id: Option<Scalar>, answer: Answer) -> Effect {
        Effect::Post(Outbound {
            lockstep: message::VERSION,
            id,
            answer,
        })
    }

    pub(super) fn about(&self) -> About {
        About {
            version: message::VERSION,
            isolated: self.surroundings.shared_memory,
            engines: match self.surroundings.shared_memory {
                true => vec!["workers", "model", "tasks"],
                false => vec!["model", "tasks"],
            },
        }
    }

    pub(super) fn state(&self) -> StateOf {
        StateOf {
            scenario: self.scenario.id,
            params: message::params_of(&self.params),
            engine: self.engine().name(),
            phase: match self.phase {
                Phase::Running | Phase::Proving { .. } | Phase::Stopping(_) => "running",
                Phase::Exploring => "exploring",
                // What was done is not what is set.
                Phase::Settled if self.is_stale() => "idle",
                Phase::Settled if self.report.is_none() && self.exploration.is_none() => "idle",
                Phase::Settled => "done",
            },
            step: self.steppable().map_or(0, |_| self.at as u64),
            steps: self
                .steppable()
                .map_or(0, |playback| playback.steps.len() as u64),
            enabled: self
                .steppable()
                .map_or_else(Vec::new, |playback| playback.enabled(self.at)),
            facts: message::facts_of(self.report.as_ref().filter(|_| !self.is_stale())),
        }
    }

    pub(super) fn result(&self, report: &Report, tally: Tally) -> ResultOf {
        ResultOf {
            scenario: self.running.scenario.id,
            params: message::params_of(&self.running.params),
            engine: self.running.engine.name(),
            verdict: report.verdict.name(),
            facts: message::facts_of(Some(report)),
            findings: self.running.findings.clone(),
            why: self.running.reason.clone(),
            elapsed_ms: report.elapsed_ms,
            events: tally.happened,
            dropped: tally.happened - tally.kept,
            link: match &report.schedule {
                Some(schedule) => format!("?{}", self.running.link_to(schedule)),
                None => format!("?{}", self.running.query),
            },
            message: report.message.clone(),
        }
    }
}
