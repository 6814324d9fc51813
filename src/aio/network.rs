//! Asking for pages of the site itself.

use super::event_loop::driver;
use super::object::Object;
use super::promise::Promise;
use crate::sync::Error;
use crate::trace::At;
use crate::trace::objects::ObjectKind;

/// Where a loop gives what came of a request.
pub struct Reply(Promise<u16>);

impl Reply {
    /// Gives the status with which the site answered, or why it was not reached. Nothing
    /// comes of it if nobody waits any more.
    pub fn give(self, status: Result<u16, Error>) {
        self.0.set(status);
    }
}

/// Asks for a page of the site, by its address from the site's root: the status of the
/// answer, whatever it is.
///
/// # Errors
/// Why there was no answer; `CancelledError`.
#[track_caller]
pub fn get(url: &str) -> impl Future<Output = Result<u16, Error>> {
    let at = At::caller();
    async move {
        Object::new(ObjectKind::Awaitable, url).begin(at);
        let status = Promise::new();
        driver().get(url, Reply(status.clone()));
        status.wait().await
    }
}
