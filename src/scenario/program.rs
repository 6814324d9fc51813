//! A scenario's program, once for every engine.

use std::pin::Pin;

use super::outcome::Outcome;
use super::params::Params;
#[cfg(not(target_arch = "wasm32"))]
use crate::aio;
use crate::sync::Error;

/// A program's end: its outcome, or the exception that it did not catch.
pub type Ending = Pin<Box<dyn Future<Output = Result<Outcome, Error>>>>;

/// What a program is made of, and so which engines it has.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum MadeOf {
    /// Threads: real ones, and the model's.
    Threads,
    /// Tasks on an event loop: the browser's, and the model's.
    Tasks,
}

/// A program, to be run by an engine.
///
/// Written as one `async fn run<P: Platform>(params: Params) -> Result<Outcome, Error>`;
/// the [`program!`] macro makes it a value. A program of tasks is an
/// `async fn run(params: Params) -> Result<Outcome, Error>`, and [`task_program!`] does it.
pub trait Program: Sync {
    fn made_of(&self) -> MadeOf;

    /// The program over real threads: to be polled by the platform
    /// [`Threads`](crate::platform::Threads), on which it blocks. One of tasks has no
    /// threads, and comes to a `RuntimeError`.
    fn on_threads(&self, params: Params) -> Ending;

    /// The program over the [`Model`](crate::platform::model::Model), to be run
    /// by [`model::run`](crate::platform::model::run).
    fn on_model(&self, params: Params) -> Ending;
}

/// Makes a generic `async fn` a `&'static dyn Program`.
macro_rules! program {
    ($run:ident) => {{
        struct It;
        impl $crate::scenario::Program for It {
            fn made_of(&self) -> $crate::scenario::MadeOf {
                $crate::scenario::MadeOf::Threads
            }

            fn on_threads(&self, params: $crate::scenario::Params) -> $crate::scenario::Ending {
                Box::pin($run::<$crate::platform::Threads>(params))
            }

            fn on_model(&self, params: $crate::scenario::Params) -> $crate::scenario::Ending {
                Box::pin($run::<$crate::platform::model::Model>(params))
            }
        }
        &It
    }};
}
pub(super) use program;

/// Makes an `async fn` over the event loop a `&'static dyn Program`.
#[cfg(not(target_arch = "wasm32"))]
macro_rules! task_program {
    ($run:ident) => {{
        struct It;
        impl $crate::scenario::Program for It {
            fn made_of(&self) -> $crate::scenario::MadeOf {
                $crate::scenario::MadeOf::Tasks
            }

            fn on_threads(&self, _: $crate::scenario::Params) -> $crate::scenario::Ending {
                let error = $crate::sync::Error::runtime("a program of tasks has no threads");
                Box::pin(std::future::ready(Err(error)))
            }

            fn on_model(&self, params: $crate::scenario::Params) -> $crate::scenario::Ending {
                Box::pin($crate::scenario::program::on_event_loop($run(params)))
            }
        }
        &It
    }};
}
#[cfg(not(target_arch = "wasm32"))]
pub(super) use task_program;

/// A program of tasks in the model. An exception of a task that nobody asked for is one
/// that nobody has caught.
#[cfg(not(target_arch = "wasm32"))]
pub(super) async fn on_event_loop(
    main: impl Future<Output = Result<Outcome, Error>> + 'static,
) -> Result<Outcome, Error> {
    let (ending, unretrieved) = aio::model::run(main).await;
    let outcome = ending?;
    Ok(Outcome {
        uncaught: outcome.uncaught.or(unretrieved.into_iter().next()),
        ..outcome
    })
}
