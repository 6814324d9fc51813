//! A run that is real: on threads, or of tasks on an event loop.

use super::supply::Supply;
use super::{event_loop, run};
use crate::explore::Decision;
use crate::platform::Blocked;
use crate::scenario::Report;
use crate::session::Start;
use crate::share::Engine;
use crate::trace::Store;

pub use run::StartUp;

/// A run that goes on or has ended. Dropping it ends it.
pub enum Run {
    Threads(run::Run),
    Tasks(event_loop::Run),
}

impl Run {
    /// Starts a run in workers of its engine's; see [`run::Run::start`].
    ///
    /// # Errors
    /// What the browser refused, in words.
    pub fn start(
        start: &Start,
        supply: &mut Supply,
        ended: impl FnOnce(Report, Option<Vec<Decision>>) + 'static,
        deadlocked: impl Fn(Vec<Blocked>) + 'static,
    ) -> Result<Run, String> {
        match start.engine {
            Engine::Tasks => {
                let ended = |report| ended(report, None);
                event_loop::Run::start(start, supply, ended).map(Run::Tasks)
            }
            _ => run::Run::start(start, supply, ended, deadlocked).map(Run::Threads),
        }
    }

    /// Takes what the run has recorded since the last time.
    pub fn poll(&self) {
        match self {
            Run::Threads(run) => run.poll(),
            Run::Tasks(run) => run.poll(),
        }
    }

    /// Looks at the trace as it was last taken.
    pub fn with_trace<R>(&self, look: impl FnOnce(&Store) -> R) -> R {
        match self {
            Run::Threads(run) => run.with_trace(look),
            Run::Tasks(run) => run.with_trace(look),
        }
    }

    /// How quick the start was, once it has begun.
    pub fn start_up(&self) -> Option<StartUp> {
        match self {
            Run::Threads(run) => run.start_up(),
            Run::Tasks(run) => run.start_up(),
        }
    }

    /// Stops the run; it ends soon after.
    pub fn stop(&self) {
        match self {
            Run::Threads(run) => run.stop(),
            Run::Tasks(run) => run.stop(),
        }
    }
}
