//! A scenario's program, once for every engine.

use std::pin::Pin;

use super::outcome::Outcome;
use super::params::Params;
use crate::sync::Error;

/// A program's end: its outcome, or the exception that it did not catch.
pub type Ending = Pin<Box<dyn Future<Output = Result<Outcome, Error>>>>;

/// A program, to be run by an engine.
///
/// Written as one `async fn run<P: Platform>(params: Params) -> Result<Outcome, Error>`;
/// the [`program!`] macro makes it a value.
pub trait Program: Sync {
    /// The program over real threads: to be polled by the platform
    /// [`Threads`](crate::platform::Threads), on which it blocks.
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
