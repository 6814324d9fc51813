//! The scenarios' programs, each written once for every engine.

use std::pin::Pin;

use super::outcome::Outcome;
use super::params::Params;
use super::{Scenario, chapter_of, on_model, on_threads};
use crate::sync::Error;

/// A program's end: its outcome, or the exception that it did not catch.
pub type Ending = Pin<Box<dyn Future<Output = Result<Outcome, Error>>>>;

/// A program, as one engine runs it.
pub type Program = fn(Params) -> Ending;

/// Scenarios with the programs that one engine runs.
pub type Programs = &'static [(&'static Scenario, Program)];

/// Makes the registry, from chapters of modules that hold a scenario each: its data,
/// `SCENARIO`, and its program, an
/// `async fn run<P: Platform>(params: Params) -> Result<Outcome, Error>`.
///
/// Data and programs are apart, so that the page needs no program, and each of the
/// modules that run some has those of one chapter for one engine. What is never called,
/// the linker leaves out.
macro_rules! registry {
    ($(
        $(#[$about:meta])*
        $chapter:ident { $($(#[$when:meta])* $($module:ident)::+,)* }
    )*) => {
        static SCENARIOS: &[&Scenario] = &[
            $($($(#[$when])* &$($module)::+::SCENARIO,)*)*
        ];

        /// The chapter of a scenario, by its id.
        fn chapter_of(id: &str) -> Option<&'static str> {
            $($(
                $(#[$when])*
                if id == $($module)::+::SCENARIO.id {
                    return Some(stringify!($chapter));
                }
            )*)*
            None
        }

        registry!(on_threads: crate::platform::Threads; $(
            $(#[$about])* $chapter { $($(#[$when])* $($module)::+,)* }
        )*);
        registry!(on_model: crate::platform::model::Model; $(
            $(#[$about])* $chapter { $($(#[$when])* $($module)::+,)* }
        )*);
    };
    ($engine:ident: $platform:ty; $(
        $(#[$about:meta])*
        $chapter:ident { $($(#[$when:meta])* $($module:ident)::+,)* }
    )*) => {
        /// The programs for one engine, chapter by chapter.
        #[allow(non_upper_case_globals)]
        pub mod $engine {
            use super::*;
            $(
                $(#[$about])*
                pub static $chapter: Programs = &[
                    $(
                        $(#[$when])*
                        (&$($module)::+::SCENARIO, |params| {
                            Box::pin($($module)::+::run::<$platform>(params))
                        }),
                    )*
                ];
            )*

            /// That of a scenario, whatever its chapter.
            pub fn of(scenario: &Scenario) -> Option<Program> {
                let all = [$($chapter),*].into_iter().flatten();
                all.copied().find(|(its, _)| its.id == scenario.id).map(|(_, program)| program)
            }
        }
    };
}
pub(super) use registry;

impl Scenario {
    /// The chapter that it belongs to: with which others its program is loaded.
    pub fn chapter(&self) -> &'static str {
        chapter_of(self.id).unwrap_or_default()
    }

    /// Its program over real threads: to be polled by the platform
    /// [`Threads`](crate::platform::Threads), on which it blocks.
    pub fn on_threads(&self) -> Program {
        on_threads::of(self).expect("a scenario comes from the registry")
    }

    /// Its program over the [`Model`](crate::platform::model::Model), to be run by
    /// [`model::run`](crate::platform::model::run).
    pub fn on_model(&self) -> Program {
        on_model::of(self).expect("a scenario comes from the registry")
    }
}
