//! What the learner was asked before a run, and has answered.

use std::collections::HashSet;

use super::super::predict::{self, Question};
use super::{Effect, Session};
use crate::share::{self, Options};

/// Of which settings was asked, and what was said last.
#[derive(Default)]
pub struct Prediction {
    /// Settings that were run: what they come to is no riddle any more.
    asked: HashSet<String>,
    /// The setting, and the answer by its place.
    given: Option<(String, usize)>,
}

impl Session {
    /// Scenario and parameters in a word.
    fn setting(&self) -> String {
        share::write(self.scenario, &self.params, &Options::default())
    }

    /// What to ask before the first run of a setting, and the setting in a word. Pages around
    /// a frame ask themselves, unless the link says otherwise.
    pub fn question(&self) -> Option<(String, Question)> {
        let surroundings = &self.surroundings;
        let by_itself = !surroundings.player && !surroundings.framed;
        let known = self.is_first_sight
            || self.is_busy()
            || self.exploration.is_some()
            || self.options.schedule.is_some();
        if known || !self.options.predict.unwrap_or(by_itself) {
            return None;
        }
        let setting = self.setting();
        let question = predict::question(self.scenario, &self.params);
        let question = question.filter(|_| !self.prediction.asked.contains(&setting))?;
        Some((setting, question))
    }

    /// The setting in a word, once it was run, if it is one of which is asked.
    pub fn asked(&self) -> Option<String> {
        predict::question(self.scenario, &self.params)?;
        Some(self.setting()).filter(|setting| self.prediction.asked.contains(setting))
    }

    /// Keeps an answer, and runs.
    pub(super) fn predict(&mut self, answer: usize) -> Vec<Effect> {
        let given = self.question().map(|(setting, _)| (setting, answer));
        let effects = self.run_anew();
        self.prediction.given = given;
        effects
    }

    /// A setting is run: it is no question any more, and what was said before is past.
    pub(super) fn ask_no_more(&mut self) {
        self.prediction.given = None;
        let setting = self.setting();
        self.prediction.asked.insert(setting);
    }

    /// What is said of the answer, after the run that it was about.
    pub fn revealed(&self) -> Option<String> {
        let (setting, answer) = self.prediction.given.as_ref()?;
        let report = self
            .report
            .as_ref()
            .filter(|_| *setting == self.setting())?;
        let question = predict::question(self.scenario, &self.params)?;
        question.answers.get(*answer)?.revealed(report)
    }
}
