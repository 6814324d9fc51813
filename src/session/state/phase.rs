//! What goes on in a session, with what belongs to that alone.

use super::super::exploration::FindingOf;
use super::super::why::Reason;
use crate::scenario::{Params, Report, Scenario};
use crate::share::{self, Engine};
use crate::trace::store::Tally;

#[derive(Clone, Debug, PartialEq)]
pub enum Phase {
    /// Nothing goes on: there is what has come of what did, if anything did.
    Settled,
    Running,
    /// A recorded run has come to this, and is being made again on the model.
    Proving {
        report: Report,
        tally: Tally,
    },
    /// Stop was asked for; the threads are leaving.
    Stopping(After),
    /// Every interleaving is being looked for.
    Exploring,
}

/// What comes after the end of a run that is stopping.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum After {
    /// What it came to is shown.
    Show,
    /// Nothing: it belongs to what was shown before.
    Forget,
    /// That neither, and what is shown now is to run.
    RunNext,
}

/// A run as it was started.
pub(super) struct Running {
    pub(super) scenario: &'static Scenario,
    pub(super) params: Params,
    pub(super) query: String,
    pub(super) engine: Engine,
    /// Why its threads wait for ever, if they do.
    pub(super) findings: Vec<FindingOf>,
    /// Why it came to what it came to, if that is known.
    pub(super) reason: Option<Reason>,
}

impl Running {
    /// The query that opens one execution of it on the model.
    pub(super) fn link_to(&self, schedule: &str) -> String {
        let (link, _) = share::read(&self.query);
        share::write_schedule(&link, schedule)
    }
}
