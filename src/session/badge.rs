//! What runs the threads here, said honestly, and where they would be real.

use super::Session;
use crate::share::Engine;
use crate::words::page as says;

/// What the page says of its engine.
pub struct Badge {
    pub words: String,
    /// Whether what runs is the real thing.
    pub real: bool,
    pub why: &'static str,
    /// Whether the site itself, in a tab of its own, may run it for real.
    pub real_elsewhere: bool,
}

impl Session {
    pub fn badge(&self) -> Badge {
        let real = |words: String, why| Badge {
            words,
            real: true,
            why,
            real_elsewhere: false,
        };
        match self.engine() {
            Engine::Tasks => real(says::REAL_TASKS.to_owned(), says::WHY_REAL_TASKS),
            // How many it starts nobody knows before.
            Engine::Workers if self.is_own() => {
                real(says::REAL_THREADS.to_owned(), says::WHY_REAL_THREADS)
            }
            Engine::Workers => real(says::real_threads(self.threads()), says::WHY_REAL_THREADS),
            Engine::Model | Engine::Auto => {
                let shares = self.surroundings.shared_memory;
                Badge {
                    words: says::SIMULATED.to_owned(),
                    real: false,
                    why: self.why_simulated(),
                    real_elsewhere: self.surroundings.framed && !shares,
                }
            }
        }
    }

    fn why_simulated(&self) -> &'static str {
        if self.surroundings.shared_memory || self.options.engine == Engine::Model {
            return says::WHY_ASKED;
        }
        if self.surroundings.framed {
            return says::WHY_FRAMED;
        }
        if self.surroundings.player {
            return says::WHY_PLAYER;
        }
        says::WHY_NOT_ISOLATED
    }
}
