//! A run that is real: on threads, or of tasks on an event loop.

use super::supply::Supply;
use super::{compare, event_loop, run};
use crate::explore::Turn;
use crate::platform::Blocked;
use crate::scenario::{MadeOf, Report};
use crate::session::Start;
use crate::trace::Store;
use crate::words::errors;

pub use run::StartUp;

/// A run that goes on or has ended. Dropping it ends it.
pub enum Run {
    Threads(run::Run),
    Tasks(event_loop::Run),
    Each(compare::Run),
}

impl Run {
    /// Starts a run in workers of its engine's; see [`run::Run::start`].
    ///
    /// # Errors
    /// What the browser refused, in words.
    pub fn start(
        start: &Start,
        threads: &mut Supply,
        tasks: &mut Supply,
        ended: impl FnOnce(Report, Option<Vec<Turn>>) + 'static,
        deadlocked: impl Fn(Vec<Blocked>) + 'static,
    ) -> Result<Run, String> {
        match start.made_of {
            MadeOf::Tasks => {
                let ended = |report| ended(report, None);
                let worker = tasks.take(1).ok().and_then(|mut workers| workers.pop());
                let worker = worker.ok_or(errors::NO_WORKER)?;
                event_loop::Run::start(start, worker, ended).map(Run::Tasks)
            }
            MadeOf::Threads => run::Run::start(start, threads, ended, deadlocked).map(Run::Threads),
            MadeOf::Each => {
                let ended = |report| ended(report, None);
                compare::Run::start(start, threads, tasks, ended, deadlocked).map(Run::Each)
            }
        }
    }

    /// Takes what the run has recorded since the last time.
    pub fn poll(&self) {
        match self {
            Run::Threads(run) => run.poll(),
            Run::Tasks(run) => run.poll(),
            Run::Each(run) => run.poll(),
        }
    }

    /// Looks at the trace as it was last taken.
    pub fn with_trace<R>(&self, look: impl FnOnce(&Store) -> R) -> R {
        match self {
            Run::Threads(run) => run.with_trace(look),
            Run::Tasks(run) => run.with_trace(look),
            Run::Each(run) => run.with_trace(look),
        }
    }

    /// How quick the start was, once it has begun.
    pub fn start_up(&self) -> Option<StartUp> {
        match self {
            Run::Threads(run) => run.start_up(),
            Run::Tasks(run) => run.start_up(),
            Run::Each(run) => run.start_up(),
        }
    }

    /// More figures of the run than its trace has: what, and how much.
    pub fn figures(&self) -> Vec<(String, String)> {
        match self {
            Run::Threads(_) | Run::Tasks(_) => Vec::new(),
            Run::Each(run) => run.figures(),
        }
    }

    /// Stops the run; it ends soon after.
    pub fn stop(&self) {
        match self {
            Run::Threads(run) => run.stop(),
            Run::Tasks(run) => run.stop(),
            Run::Each(run) => run.stop(),
        }
    }
}
