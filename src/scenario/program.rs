//! The scenarios' programs, each written once for every engine.

use std::pin::Pin;

use super::outcome::Outcome;
use super::params::Params;
use super::{CHAPTERS, ON_MODEL, ON_THREADS, Scenario, own};
use crate::aio;
use crate::sync::Error;

/// A program's end: its outcome, or the exception that it did not catch.
pub type Ending = Pin<Box<dyn Future<Output = Result<Outcome, Error>>>>;

/// A program, as one engine runs it.
pub type Program = fn(Params) -> Ending;

/// Scenarios with the programs that one engine runs.
pub type Programs = &'static [(&'static Scenario, Program)];

/// What a program is made of, and so which engines it has.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum MadeOf {
    /// Threads: real ones, and the model's.
    Threads,
    /// Tasks on an event loop: the browser's, and the model's.
    Tasks,
    /// The same jobs on threads, in processes, and as tasks. In the model, on threads.
    Each,
}

/// Scenarios whose programs are loaded together.
pub(super) struct Chapter {
    pub name: &'static str,
    pub made_of: MadeOf,
    /// The ids of its scenarios.
    pub holds: &'static [&'static str],
}

/// Makes the registry, from chapters of modules that hold a scenario each: its data,
/// `SCENARIO`, and its program, an
/// `async fn run<P: Platform>(params: Params) -> Result<Outcome, Error>`, of tasks without
/// the platform.
///
/// Data and programs are apart, so that the page needs no program, and each of the
/// modules that run some has those of one chapter for one engine. What is never called,
/// the linker leaves out.
macro_rules! registry {
    ($(
        $(#[$about:meta])*
        $made_of:ident: $chapter:ident { $($(#[$when:meta])* $($module:ident)::+,)* }
    )*) => {
        static SCENARIOS: &[&Scenario] = &[
            $($($(#[$when])* &$($module)::+::SCENARIO,)*)*
        ];

        static CHAPTERS: &[Chapter] = &[
            $(Chapter {
                name: stringify!($chapter),
                made_of: MadeOf::$made_of,
                holds: &[$($(#[$when])* $($module)::+::SCENARIO.id,)*],
            },)*
        ];

        static ON_THREADS: &[Programs] = &[$($chapter::ON_THREADS,)*];
        static ON_MODEL: &[Programs] = &[$($chapter::ON_MODEL,)*];

        $(
            $(#[$about])*
            pub mod $chapter {
                use super::*;

                registry!(@$made_of $($(#[$when])* $($module)::+,)*);
            }
        )*
    };
    (@Threads $($(#[$when:meta])* $($module:ident)::+,)*) => {
        /// Over real threads: to be polled by the platform
        /// [`Threads`](crate::platform::Threads), on which they block.
        pub const ON_THREADS: Programs = &[$(
            $(#[$when])*
            (&$($module)::+::SCENARIO, |params| {
                Box::pin($($module)::+::run::<crate::platform::Threads>(params))
            }),
        )*];

        /// Over the [`Model`](crate::platform::model::Model), to be run by
        /// [`model::run`](crate::platform::model::run).
        pub const ON_MODEL: Programs = &[$(
            $(#[$when])*
            (&$($module)::+::SCENARIO, |params| {
                Box::pin($($module)::+::run::<crate::platform::model::Model>(params))
            }),
        )*];
    };
    (@Each $($(#[$when:meta])* $($module:ident)::+,)*) => {
        registry!(@Threads $($(#[$when])* $($module)::+,)*);

        /// To be run as the main task of an [event loop](crate::aio::event_loop).
        pub const ON_LOOP: Programs = &[$(
            $(#[$when])*
            (&$($module)::+::SCENARIO, |params| Box::pin($($module)::+::run_tasks(params))),
        )*];
    };
    (@Tasks $($(#[$when:meta])* $($module:ident)::+,)*) => {
        /// Tasks need no threads.
        pub const ON_THREADS: Programs = &[];

        /// To be run by [`model::run`](crate::platform::model::run).
        pub const ON_MODEL: Programs = &[$(
            $(#[$when])*
            (&$($module)::+::SCENARIO, |params| {
                Box::pin(program::on_virtual_loop($($module)::+::run(params)))
            }),
        )*];

        /// To be run as the main task of an [event loop](crate::aio::event_loop).
        pub const ON_LOOP: Programs = &[$(
            $(#[$when])*
            (&$($module)::+::SCENARIO, |params| Box::pin($($module)::+::run(params))),
        )*];
    };
}
pub(super) use registry;

/// A program of tasks in the model.
pub(super) async fn on_virtual_loop(
    main: impl Future<Output = Result<Outcome, Error>> + 'static,
) -> Result<Outcome, Error> {
    let (ending, unheard) = aio::model::run(main).await;
    on_loop_ended(ending, unheard)
}

/// What a program of tasks has come to. An exception of a task that nobody has heard of
/// is one that nobody has caught.
///
/// # Errors
/// The exception that ended its main task.
pub fn on_loop_ended(
    ending: Result<Outcome, Error>,
    unheard: Vec<Error>,
) -> Result<Outcome, Error> {
    let outcome = ending?;
    Ok(Outcome {
        uncaught: outcome.uncaught.or(unheard.into_iter().next()),
        ..outcome
    })
}

impl Scenario {
    fn in_chapter(&self) -> &'static Chapter {
        let mut chapters = CHAPTERS.iter().chain([&own::CHAPTER]);
        let its = chapters.find(|chapter| chapter.holds.contains(&self.id));
        its.expect("a scenario comes from the registry")
    }

    /// The chapter that it belongs to: with which others its program is loaded.
    pub fn chapter(&self) -> &'static str {
        self.in_chapter().name
    }

    pub fn made_of(&self) -> MadeOf {
        self.in_chapter().made_of
    }

    /// Its program over real threads; see [`locks::ON_THREADS`](super::locks::ON_THREADS).
    /// One of tasks has none.
    pub fn on_threads(&self) -> Option<Program> {
        self.among(ON_THREADS)
    }

    /// Its program over the model; see [`locks::ON_MODEL`](super::locks::ON_MODEL).
    pub fn on_model(&self) -> Program {
        self.among(ON_MODEL).expect("every program has one")
    }

    fn among(&self, programs: &[Programs]) -> Option<Program> {
        let mut all = programs.iter().copied().flatten();
        all.find(|(its, _)| its.id == self.id)
            .map(|&(_, program)| program)
    }
}
