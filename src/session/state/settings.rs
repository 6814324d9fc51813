//! What a session is set to: the parameters and the engine.

use super::super::exploration::Wish;
use super::{Effect, Field, Session};
use crate::scenario::Params;
use crate::scenario::param::{Kind, Value};
use crate::share::Engine;

impl Session {
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

    pub(super) fn explore_smaller(&mut self) -> Vec<Effect> {
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

    pub(super) fn try_next(&mut self, index: usize) -> Vec<Effect> {
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

    pub(super) fn edit(&mut self, name: &'static str, text: String) -> Vec<Effect> {
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

    pub(super) fn reset(&mut self) -> Vec<Effect> {
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
        params.code = self.params.code.clone();
        self.params = params;
        self.forget_what_is_of_other_parameters();
        self.fill_fields();
        vec![Effect::Address(self.query()), Effect::Warm(self.threads())]
    }

    /// The run that is shown stays to be compared, and is whole again once what is set is
    /// what it was of.
    pub(super) fn forget_what_is_of_other_parameters(&mut self) {
        self.exploration = None;
        self.luck = None;
        self.playing = false;
        self.options.schedule = None;
        self.options.step = None;
    }

    pub(super) fn fill_fields(&mut self) {
        let fields = self.params.iter().map(|(_, value)| Field {
            text: value.to_string(),
            error: None,
        });
        self.fields = fields.collect();
    }

    pub(super) fn choose(&mut self, engine: Engine) -> Vec<Effect> {
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
}
