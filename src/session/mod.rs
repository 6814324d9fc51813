//! A session: what the page shows, and what may be done to it. A reducer
//! without a browser; `web/` carries out the effects.

pub mod badge;
#[cfg(any(test, feature = "selftest"))]
pub mod checker;
pub mod exploration;
pub mod export;
pub mod fates;
pub mod figures;
pub mod luck;
pub mod message;
pub mod notes;
pub mod output;
pub mod picture;
pub mod playback;
pub mod pointed;
pub mod progress;
pub mod record;
pub mod sentences;
pub mod sharing;
mod state;
pub mod state_graph;
pub mod subject;
pub mod table;
pub mod things;
pub mod why;
pub mod window;

pub use state::{Command, Effect, FIRST_SIGHT, Field, Phase, Session, Start, Surroundings};
