//! What runs the threads here, said honestly, and where they would be real.

use super::Session;
use crate::base::number::counted;
use crate::share::Engine;

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
            Engine::Tasks => real(
                "real tasks, on 1 thread".to_owned(),
                "One thread, a Web Worker, runs all tasks on the browser’s event loop.",
            ),
            Engine::Workers => real(
                counted(self.threads() as i64, "real thread"),
                "Each thread is a Web Worker, the main thread too; all share one memory and \
                 run at the same time, as far as there are processors.",
            ),
            Engine::Model | Engine::Auto => {
                let shares = self.surroundings.shared_memory;
                Badge {
                    words: "simulated here: why?".to_owned(),
                    real: false,
                    why: self.why_simulated(),
                    real_elsewhere: self.surroundings.framed && !shares,
                }
            }
        }
    }

    fn why_simulated(&self) -> &'static str {
        if self.surroundings.shared_memory || self.options.engine == Engine::Model {
            return "One thread plays all of them, step by step, as the link or the form asks: \
                    so a run can be stepped through, also backwards, and repeated exactly.";
        }
        if self.surroundings.framed {
            return "The page around this frame does not let it share memory between threads. \
                    So one thread plays all of them, step by step: the same program, with the \
                    same outcomes, in its own time.";
        }
        if self.surroundings.player {
            return "This browser lets no page of this address share memory between threads. So one \
                    thread plays all of them, step by step: the same program, with the same \
                    outcomes, in its own time.";
        }
        "Browsers share memory between threads only in pages that are isolated from all others, \
         by two headers of their host. This host does not send them, and the browser allows no \
         stand-in: in a private window, perhaps. So one thread plays all of them, step by step: \
         the same program, with the same outcomes, in its own time."
    }
}
