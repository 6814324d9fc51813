//! The program of the reader's own, and where it came from.

use std::sync::Arc;

use super::{Effect, Session};
use crate::scenario::own::{self, LARGEST};
use crate::words::own as says;

impl Session {
    /// Whether what is shown is the reader's own program.
    pub fn is_own(&self) -> bool {
        self.scenario.id == own::SCENARIO.id
    }

    /// Its text.
    pub fn code(&self) -> Option<Arc<str>> {
        self.is_own().then(|| self.params.code.clone())
    }

    /// The reader has written this: what was a run of another text stays, as one. During a run it
    /// waits for its end. (One that is too long is refused when it is compiled.)
    pub(super) fn write(&mut self, code: &str) -> Vec<Effect> {
        if !self.is_own() {
            return Vec::new();
        }
        if self.is_busy() {
            self.written = Some(code.into());
            return Vec::new();
        }
        if *self.params.code == *code {
            return Vec::new();
        }
        self.params.code = code.into();
        self.is_strange = false;
        self.forget_what_is_of_other_parameters();
        vec![Effect::Address(self.query()), Effect::Warm(self.threads())]
    }

    /// Takes what was written during what has ended now.
    pub(super) fn take_written(&mut self) -> Vec<Effect> {
        if self.is_busy() {
            return Vec::new();
        }
        let written = self.written.take();
        written.map_or_else(Vec::new, |code| self.write(&code))
    }

    /// It came with a link, together with what the link says of a run of it.
    pub(super) fn load(&mut self, code: &str) -> Vec<Effect> {
        if !self.is_own() || *self.params.code == *code || self.is_too_long(code) {
            return Vec::new();
        }
        let mut effects = match self.is_busy() {
            true => self.stop(),
            false => Vec::new(),
        };
        self.written = None;
        self.params.code = code.into();
        self.is_strange = true;
        self.exploration = None;
        self.luck = None;
        effects.push(Effect::Warm(self.threads()));
        // In a frame the page around has chosen the program.
        let is_framed = self.surroundings.player || self.surroundings.framed;
        if self.options.autorun && is_framed {
            effects.extend(self.run());
        }
        effects
    }

    fn is_too_long(&mut self, code: &str) -> bool {
        let too_long = code.len() > LARGEST;
        if too_long {
            self.notices.push(says::too_long(code.len(), LARGEST));
        }
        too_long
    }
}
