//! How a session comes to show what a link says.

use super::{After, Effect, FIRST_SIGHT, Phase, Session};
use crate::scenario::{self, MadeOf, Params};
use crate::share::{self, Engine, Link, Options};
use crate::words::links;

impl Session {
    pub(super) fn open_to_look_at(&mut self, query: &str) -> Vec<Effect> {
        let is_framed = self.surroundings.player || self.surroundings.framed;
        if query.trim_start_matches('?').is_empty() && !is_framed {
            return self.open_first_sight();
        }
        let mut effects = self.open_link(query);
        // A schedule is there to be looked at; a program that others have written begins to
        // run when the reader says so.
        if self.options.schedule.is_some() && !(self.is_own() && self.is_strange) {
            match &mut self.phase {
                Phase::Stopping(after) => *after = After::RunNext,
                _ => effects.extend(self.run()),
            }
        }
        effects
    }

    /// Its run is there already: nothing is loaded for it, and the address stays as it is,
    /// until the reader does something.
    pub(super) fn open_first_sight(&mut self) -> Vec<Effect> {
        let mut effects = self.open_link(FIRST_SIGHT);
        effects.retain(|effect| !matches!(effect, Effect::Address(_) | Effect::Warm(_)));
        self.is_first_sight = true;
        if let Phase::Stopping(after) = &mut self.phase {
            *after = After::RunNext;
            return effects;
        }
        self.run();
        effects.push(Effect::ShowFirstSight {
            query: self.query(),
        });
        effects
    }

    pub(super) fn open_link(&mut self, query: &str) -> Vec<Effect> {
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
        let mut params = params;
        if self.is_own() && scenario.id == self.scenario.id {
            // A link of the page itself, which does not repeat it.
            params.code = self.params.code.clone();
        }
        // What was explored of the same program still holds.
        let written = |params: &Params| {
            let written = params.iter().map(|(name, value)| (name, value.to_string()));
            written.collect::<Vec<_>>()
        };
        let same_code = self.params.code == params.code;
        if self.scenario.id != scenario.id
            || written(&self.params) != written(&params)
            || !same_code
        {
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
        self.phase = match self.phase {
            Phase::Stopping(_) => Phase::Stopping(After::Forget),
            _ => Phase::Settled,
        };
        effects.push(Effect::Address(self.query()));
        effects.push(Effect::Warm(self.threads()));
        effects
    }

    /// What a link in the page leads to is a page of its own. One that names a scenario and
    /// nothing else keeps how things look.
    pub(super) fn follow(&mut self, query: String) -> Vec<Effect> {
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

    pub(super) fn engine_notice(&self) -> Option<String> {
        let (wish, engine) = (self.options.engine, self.engine());
        let notice = match wish {
            Engine::Auto => return None,
            _ if wish == engine => return None,
            Engine::Workers if self.scenario.made_of() != MadeOf::Tasks => {
                links::cannot_share_memory
            }
            _ => links::cannot_run,
        };
        Some(notice(wish.name(), engine.name()))
    }
}
