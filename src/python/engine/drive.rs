//! Driving a machine on a platform.

use std::sync::{Mutex, PoisonError};

use crate::platform::Platform;
use crate::python::machine::{Ending, Machine, Paused, Result};
use crate::trace::Site;

/// Runs a machine to its end: how it came to it, or what it raised. On real threads the
/// operations block inside; on the model others go between them.
pub async fn drive<P: Platform>(machine: &Mutex<Machine>) -> Result<Ending> {
    let mut answer = None;
    loop {
        // Let go before anything is awaited.
        let paused = machine
            .lock()
            .unwrap_or_else(PoisonError::into_inner)
            .go(answer.take());
        match paused {
            Paused::Ended(ended) => return ended,
            Paused::Rests if P::DECIDES => {}
            Paused::Rests => P::point(Site::NONE).await,
            Paused::Asks(operation, at) => answer = Some(operation.begin(at).await),
        }
    }
}
