//! What may be done to a session, and what the browser has to do for it.

use std::sync::Arc;

use super::super::exploration::{Exploration, Wish};
use super::super::message::{Inbound, Outbound};
use super::super::playback::Playback;
use super::super::sharing::{Form, Setting};
use super::super::why::Reason;
use crate::explore::{Blocked, Turn};
use crate::scenario::listing::Language;
use crate::scenario::{MadeOf, Report};
use crate::share::Engine;
use crate::trace::store::Tally;

/// What may be done to a session.
#[derive(Clone, Debug, PartialEq)]
pub enum Command {
    /// Show what a link says.
    Open(String),
    /// Go where a link of the page itself leads; going back leads here.
    Follow(String),
    /// Set what the scenario suggests to try, by its place among the suggestions.
    Try(usize),
    /// The text of one parameter's field.
    Edit {
        name: &'static str,
        text: String,
    },
    /// The text of the reader's own program, as it was written.
    Write(String),
    /// One that came with a link, or from wherever it was kept.
    Load(String),
    /// All parameters back to their defaults.
    Reset,
    Run,
    /// Run on real threads, many times, and count what that comes to.
    TryLuck,
    Stop,
    /// How Explore is to search.
    Wish(Wish),
    /// Look for every interleaving, or for those that are wished for.
    Explore,
    /// Look for every interleaving of a [smaller](Session::smaller) setting.
    ExploreSmaller,
    /// What the search has found so far, or, at its end, altogether.
    Explored {
        exploration: Box<Exploration>,
        ended: bool,
    },
    /// An exploration, or a run on the model, has failed: what the browser says of it.
    ErrandFailed(String),
    /// Where to run.
    Choose(Engine),
    /// Whether runs on real threads are recorded, so that they can be stepped through.
    Record(bool),
    /// Step through the last run, which was recorded.
    StepThrough,
    /// A run on the model has been computed.
    Played(Box<Playback>),
    /// So many steps on, or back, of the model's run.
    Step(isize),
    /// To a step of the model's run: after so many.
    Goto(usize),
    /// Let this thread make the next step of the model's run, whoever made it.
    LetGo(u16),
    /// Have the model's run go on by itself, or no longer.
    TogglePlay,
    /// Have runs go so many times as fast as they do.
    Speed(f64),
    /// It is time for the next step of a run that goes on by itself.
    Tick,
    /// All threads of the run wait for ever: these.
    Deadlocked(Vec<Blocked>),
    /// Why a run on real threads, which ends now, came to what it came to.
    Explain(Reason),
    /// A run has come to its end.
    Ended {
        report: Report,
        tally: Tally,
        /// Who had which turn in it, if it was recorded.
        turns: Option<Vec<Turn>>,
    },
    /// A recorded run has been made again on the model: its schedule, unless it came to
    /// something else.
    Proved(Option<String>),
    /// Open the share dialog, or close it.
    Share(bool),
    /// Change what it is set to.
    SetSharing(Setting),
    /// Something that is shared was copied, or the browser refused.
    Copied(Form, bool),
    /// The embedder asks for something.
    Receive(Inbound),
    /// The language in which the program is read, and in whose lines all is told.
    Read(Language),
    /// The reader has seen the notices.
    DismissNotices,
}

impl Command {
    /// Whether it is about the steps of a run on the model.
    pub fn is_of_steps(&self) -> bool {
        matches!(
            self,
            Command::Step(_) | Command::Goto(_) | Command::TogglePlay
        )
    }

    /// Whether what is shown stays what it is.
    pub(super) fn only_looks(&self) -> bool {
        matches!(
            self,
            Command::Played(_)
                | Command::Step(_)
                | Command::Goto(_)
                | Command::TogglePlay
                | Command::Tick
                | Command::Speed(_)
                | Command::Read(_)
                | Command::Share(_)
                | Command::SetSharing(_)
                | Command::Copied(..)
                | Command::DismissNotices
        )
    }
}

/// What the browser has to do after a command.
#[derive(Clone, Debug, PartialEq)]
pub enum Effect {
    /// Run on real threads.
    Start(Start),
    /// Stop the run that goes on.
    Stop,
    /// Explore, in a worker, what the query describes.
    Explore {
        query: String,
        wish: Wish,
    },
    /// Compute, in a worker, a run on the model.
    Play {
        query: String,
    },
    /// Show the run of the first sight, which the query describes, and which is a file of the
    /// site. Where that cannot be had, it is computed.
    ShowFirstSight {
        query: String,
    },
    /// Make a recorded run again, in a worker, and see whether it comes to the same.
    Prove {
        query: String,
        turns: Vec<Turn>,
        report: Report,
    },
    /// End what goes on in those workers: what they have told is enough.
    EndErrands,
    /// Put this query into the address.
    Address(String),
    /// The same, as a page of its own: going back leads to what was shown before.
    Visit(String),
    /// Have this many workers ready for the next run.
    Warm(usize),
    Post(Outbound),
}

/// A run on real threads, as it is to be.
#[derive(Clone, Debug, PartialEq)]
pub struct Start {
    /// Describes the program.
    pub query: String,
    /// Threads that it may have, main included.
    pub threads: usize,
    /// What it is made of: threads, say.
    pub made_of: MadeOf,
    /// How many times faster its own time goes.
    pub speed: f64,
    /// Whether to note the order of its steps.
    pub record: bool,
    /// The text of a program of the reader's own.
    pub code: Option<Arc<str>>,
}
